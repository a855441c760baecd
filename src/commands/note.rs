use std::process::ExitCode;

use super::session::Session;
use super::support::{Attached, DryRun, Said, Which, message, told};
use crate::domain::comment::Visibility;
use crate::failure::Result;

/// Add an internal comment, which never leaves the desk
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub attached: Attached,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let selection = self.which.selection()?;
        let mut said = message(self.said.needed(session, &here, "NOTE.md")?, Visibility::Internal);
        said.files = self.attached.read()?;
        told(session, &here.note(&selection, &said, self.dry.dry_run)?)
    }
}
