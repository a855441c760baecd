use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, Said, Which, told};
use crate::desk::assign::Who;
use crate::domain::comment::Visibility;
use crate::failure::Result;

/// Take tickets: assign them to yourself
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let message = self.said.message(Visibility::Internal)?;
        told(session, &here.assign(&self.which.selection()?, &Who::Me, "take", message, self.dry.dry_run)?)
    }
}
