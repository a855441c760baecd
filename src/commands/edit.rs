use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, told};
use crate::failure::Result;

/// Edit a ticket's file in your editor
///
/// What you save is checked and committed; what is wrong is told with its place, your text kept, and nothing changed.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The ticket
    pub id: String,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        told(session, &here.edit_ticket(&self.id, &session.editor(&here), self.dry.dry_run)?)
    }
}
