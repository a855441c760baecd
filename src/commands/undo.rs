use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, told};
use crate::failure::Result;

/// Take a command back
///
/// A new commit is the inverse of the old one: fields get their old values, lists lose and regain their items, comments and
/// tickets it made go. Where somebody has changed the same again it is refused (4), and says who. Without COMMIT it is
/// your last command that is not taken back yet. What was sent by mail is not called back.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket undo
  loket undo HEAD~3
  loket undo --dry-run")]
pub struct Args {
    /// What to take back, as git names commits
    #[arg(value_name = "COMMIT")]
    pub commit: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        told(session, &session.open()?.undo(self.commit.as_deref(), self.dry.dry_run)?)
    }
}
