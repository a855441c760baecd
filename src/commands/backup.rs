use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use super::support::print_one;
use crate::desk::backup;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::faces;

/// Write a backup: history and branches in one file
///
/// It is a git bundle: `git clone FILE DIR` restores it, loket or not. With --since it holds only what came after another
/// backup, or after a revision or date. The key in .git/loket/key, which signs addresses in mail, is not in it.
#[derive(Debug, Clone, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  loket backup desk.bundle
  loket backup monday.bundle --since desk.bundle
  loket backup verify desk.bundle monday.bundle"
)]
pub struct Args {
    #[command(subcommand)]
    pub verify: Option<Verify>,
    /// The file to write
    #[arg(value_name = "FILE", required = true)]
    pub file: Option<PathBuf>,
    /// Only what came after a backup, a revision or a date
    #[arg(long, value_name = "FILE|REV")]
    pub since: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Verify {
    /// Restore backups to a scratch place, and see whether a desk comes out
    ///
    /// Every object is checked, the index is built, `check` runs, and in a desk the trees are compared. Exit status 1 where
    /// it is not what the desk has, or cannot be restored.
    Verify {
        /// A whole backup, then those that go on from it, in order
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        if let Some(Verify::Verify { files }) = self.verify {
            return verify(&files, session);
        }
        let file = self.file.ok_or_else(|| Failure::usage("name the file to write"))?;
        match session.open()?.backup(&file, self.since.as_deref(), self.force)? {
            None => session.ui.message("nothing came after that; no file was written"),
            Some(view) => print_one(session, &view, |_| Ok(faces::keeping::backup(&view)))?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

fn verify(files: &[PathBuf], session: &Session) -> Result<ExitCode> {
    let around = |folder| Ok(crate::desk::Surroundings { folder, at: None, ..session.surroundings()? });
    let view = backup::verify(files, around, &session.folder()?)?;
    print_one(session, &view, |_| Ok(faces::keeping::verified(&view, &session.ui)))?;
    Ok(ExitCode::from(if view.same == Some(false) { exit::ERROR } else { exit::DONE }))
}
