use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, told};
use crate::failure::Result;

/// Link a ticket to another
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket link 7k2qm blocked-by 0c4mz")]
pub struct Args {
    /// The ticket that gets the link
    pub id: String,
    /// duplicate-of, parent, related-to, blocked-by or split-from
    pub relation: String,
    /// The ticket it points to
    pub to: String,
    /// Take the link away
    #[arg(long)]
    pub remove: bool,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        told(session, &session.open()?.link(&self.id, &self.relation, &self.to, self.remove, self.dry.dry_run)?)
    }
}
