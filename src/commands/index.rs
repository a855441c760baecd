use std::process::ExitCode;

use super::session::Session;
use super::support::print_one;
use crate::exit;
use crate::failure::Result;
use crate::output::faces;

/// The search index: a cache in .git/loket/index that may be deleted at any time
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Tell whether it is there, what it stands for and how large it is
    Status,
    /// Build it anew, the timeline included
    Rebuild,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        if let Command::Rebuild = self.command {
            here.rebuild_index()?;
        }
        let status = here.index_status()?;
        print_one(session, &status, |format| faces::things::index(&status, format, &session.ui))?;
        Ok(ExitCode::from(exit::DONE))
    }
}
