use std::process::ExitCode;

use super::session::Session;
use super::support::print_list;
use crate::desk::nearest;
use crate::domain::policy::rule::Event;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::faces;

/// Try and explain the rules of policy/rules.yaml
///
/// Rules run by themselves, in the commit of the change that sets them off; loket-workflow(7) explains them.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the rules in the order they are asked in
    List,
    /// Say which rules would fire on a ticket as it stands, and why the others would not
    #[command(after_help = "Example: loket rules test 7k2qm --event customer-comment")]
    Test {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
        /// Only at this event: created, updated, comment, customer-comment, status, sla-warning, sla-breach, remind, tick
        #[arg(long, value_name = "EVENT")]
        event: Option<String>,
    },
    /// Say what the rules of today would have done to the history, where it did not happen
    ///
    /// Whom an assignment would have chosen is not worked out, and nothing is written.
    #[command(after_help = "Example: loket rules replay --since now-30d")]
    Replay {
        /// From this date on
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List => print_list(session, &here.rules_list()?, |rule| &rule.name, faces::rules::list)?,
            Command::Test { id, event } => {
                let event = event.as_deref().map(parse_event).transpose()?;
                let tried = here.rules_test(&id, event)?;
                print_list(session, &tried, |rule| &rule.rule, faces::rules::tried)?;
            }
            Command::Replay { since } => {
                let rows = here.rules_replay(since.as_deref())?;
                print_list(session, &rows, |row| &row.ticket, faces::rules::replay)?;
                if rows.is_empty() {
                    session.ui.message("the rules would have done nothing more than was done");
                }
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

fn parse_event(word: &str) -> Result<Event> {
    Event::find(word).ok_or_else(|| {
        let names = Event::ALL.map(Event::name);
        let near = nearest(word, names.into_iter()).map(|near| format!("did you mean '{near}'?"));
        let failure = Failure::usage(format!("'{}' is no event", word.escape_debug())).maybe_hint(near);
        failure.hint(format!("the events are {}", names.join(", "))).into()
    })
}
