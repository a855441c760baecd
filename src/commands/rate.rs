use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, told};
use crate::failure::Result;

/// Record how satisfied the requester is, 1 (bad) to 5 (good)
///
/// A ticket is rated once for each time it was solved.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket rate 7k2qm 5 -m 'Quick and friendly'")]
pub struct Args {
    /// The ticket
    #[arg(value_name = "ID")]
    pub id: String,
    /// 1 to 5
    #[arg(value_name = "SCORE")]
    pub score: u8,
    /// What they said about it
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        told(session, &here.rate(&self.id, self.score, self.message.as_deref(), self.dry.dry_run)?)
    }
}
