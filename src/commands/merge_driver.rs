use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use crate::desk::sync::Handed;
use crate::exit;
use crate::failure::Result;

/// Merge a file's versions, as git asks for it
///
/// Git runs it for every file both sides changed, where .gitattributes says `merge=loket`; init and the first command in
/// a clone tell git how. The result goes to OURS; exit status 1 leaves a conflict.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The version both come from (%O)
    pub base: PathBuf,
    /// Ours, which takes the result (%A)
    pub ours: PathBuf,
    /// Theirs (%B)
    pub theirs: PathBuf,
    /// The file's path in the repository (%P)
    pub path: String,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let handed = Handed { base: &self.base, ours: &self.ours, theirs: &self.theirs, path: &self.path };
        let is_clean = session.open()?.drive(&handed, &(session.variables.merge_heads)())?;
        Ok(ExitCode::from(if is_clean { exit::DONE } else { exit::ERROR }))
    }
}
