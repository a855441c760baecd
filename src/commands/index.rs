use std::process::ExitCode;

use super::session::Session;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

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
        match session.format() {
            Format::Json => session.ui.print(&json::pretty(&status)?)?,
            Format::Jsonl => session.ui.print(&json::line(&status)?)?,
            format => session.ui.print(&faces::things::index(&status, format, &session.ui)?)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
