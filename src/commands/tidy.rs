use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, preface, print_one};
use crate::exit;
use crate::failure::Result;
use crate::output::faces;

/// Keep months without live tickets out of the working tree
///
/// Nothing is removed from the desk: every command sees everything, and --whole brings all of it back. It is git's sparse
/// checkout, so plain git knows of it too. A ticket is live until it is closed.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket tidy
  loket tidy --months 12
  loket tidy --whole")]
pub struct Args {
    /// Keep so many months, this one included
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1200))]
    pub months: u32,
    /// Bring everything back
    #[arg(long, conflicts_with = "months")]
    pub whole: bool,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let view = session.open()?.tidy(self.months, self.whole, self.dry.dry_run)?;
        preface(session, &view.warnings, view.dry_run);
        print_one(session, &view, |_| Ok(faces::keeping::tidied(&view)))?;
        Ok(ExitCode::from(exit::DONE))
    }
}
