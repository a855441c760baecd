use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, told};
use crate::failure::Result;

/// Merge a ticket into another
///
/// It is closed and points to where it went; `show` of the other holds both threads. Nothing is moved or copied, so
/// `loket set ID merged-into=` undoes it.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The ticket that goes
    pub id: String,
    /// The ticket it goes into
    pub into: String,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        told(session, &session.open()?.merge(&self.id, &self.into, self.dry.dry_run)?)
    }
}
