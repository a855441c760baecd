use std::process::ExitCode;

use super::session::Session;
use super::support::{print_list, print_one};
use crate::exit;
use crate::failure::Result;
use crate::output::faces;

/// SLA clocks, the policies behind them, and the arithmetic of business time
///
/// Policies are in policy/sla.yaml, calendars in policy/calendars.yaml; loket-workflow(7) explains both.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Show every clock of a ticket, and when it ran
    Show {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
    },
    /// List the policies in the order they are asked in
    List,
    /// Print the instant at which so much business time has passed
    #[command(after_help = "Example: loket sla add office 2026-11-27T16:00:00Z 4h")]
    Add {
        /// A calendar of policy/calendars.yaml
        calendar: String,
        /// From when on
        start: String,
        /// How much: 30m, 8h, 4d, 2w
        duration: String,
    },
    /// Print the seconds of business time between two instants
    Between {
        /// A calendar of policy/calendars.yaml
        calendar: String,
        start: String,
        end: String,
    },
    /// Say which clocks the policies of another revision would judge otherwise
    ///
    /// The history stays as it is, and nothing is written: it answers what a change of the policies would have done.
    #[command(after_help = "Example: loket sla replay --policy my-branch --since now-90d")]
    Replay {
        /// The revision whose policies are tried: a branch, a tag, a commit
        #[arg(long, value_name = "REV")]
        policy: String,
        /// Only clocks that ran on this date or later
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::Show { id } => {
                let view = here.sla_show(&id)?;
                print_one(session, &view, |format| faces::sla::show(&view, here.now, format, &session.ui))?;
            }
            Command::List => print_list(session, &here.sla_list()?, |policy| &policy.name, faces::sla::policies)?,
            Command::Add { calendar, start, duration } => {
                let view = here.sla_add(&calendar, &start, &duration)?;
                print_one(session, &view, |_| Ok(format!("{}\n", view.due)))?;
            }
            Command::Between { calendar, start, end } => {
                let view = here.sla_between(&calendar, &start, &end)?;
                print_one(session, &view, |_| Ok(format!("{}\n", view.seconds)))?;
            }
            Command::Replay { policy, since } => {
                let rows = here.sla_replay(&policy, since.as_deref())?;
                print_list(session, &rows, |row| &row.ticket, faces::sla::replay)?;
                let told = match rows.len() {
                    0 => "no clock would be judged otherwise".to_owned(),
                    1 => "1 clock would be judged otherwise".to_owned(),
                    many => format!("{many} clocks would be judged otherwise"),
                };
                session.ui.message(&told);
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
