use std::process::ExitCode;

use super::session::Session;
use super::support::json_list;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};

/// Judge the history: who changed what they may not
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum What {
    /// Find what the hook of a server would have refused
    ///
    /// Comments changed or deleted by others, policies and agents changed without the role, histories that do not fit; with
    /// `git config loket.signed true` also commits that are not signed by who made them. Exit status 1 if anything is found.
    #[command(after_help = "Examples:
  loket audit verify
  loket audit verify v1.0..main --json")]
    Verify {
        /// Commits, as git names ranges; the whole history without one
        #[arg(value_name = "REV..REV")]
        range: Option<String>,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let What::Verify { range } = self.what;
        let found = session.open()?.audit(range.as_deref())?;
        match session.format() {
            format @ (Format::Json | Format::Jsonl) => json_list(session, format, &found)?,
            Format::Ids => {
                let mut commits: Vec<String> = found.iter().filter_map(|one| one.commit.clone()).collect();
                commits.dedup();
                session.ui.print(&super::support::lines(&commits))?;
            }
            format => session.ui.print(&faces::audit::render(&found, format, &session.ui)?)?,
        }
        if found.is_empty() && session.format() == Format::Table {
            session.ui.message("nothing is wrong");
        }
        Ok(ExitCode::from(if found.is_empty() { exit::DONE } else { exit::ERROR }))
    }
}
