use std::process::ExitCode;

use super::session::Session;
use super::support::{ByQuery, DryRun, Silence, selection, told};
use crate::desk::set::{is_assignment, parse_assignment};
use crate::failure::{Failure, Result};

/// Set fields of tickets
///
/// `key=value` sets, `key=` clears, `tags+=x` and `tags-=x` add and take away. Custom fields are field.NAME.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket set 7k2qm priority=high tags+=login field.product=portal")]
pub struct Args {
    /// Tickets, then the assignments
    #[arg(value_name = "ID|KEY=VALUE", required = true)]
    pub words: Vec<String>,
    #[command(flatten)]
    pub query: ByQuery,
    #[command(flatten)]
    pub silence: Silence,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let (assignments, ids): (Vec<String>, Vec<String>) =
            self.words.iter().cloned().partition(|word| is_assignment(word));
        if assignments.is_empty() {
            return Err(Failure::usage("nothing is to be set")
                .hint("say it as KEY=VALUE: loket set 7k2qm priority=high")
                .into());
        }
        let assignments = assignments.iter().map(|word| parse_assignment(word)).collect::<Result<Vec<_>>>()?;
        told(
            session,
            &here.set(&selection(&ids, &self.query)?, &assignments, self.silence.reason()?, self.dry.dry_run)?,
        )
    }
}
