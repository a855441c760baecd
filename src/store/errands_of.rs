//! The errands of a commit: held before the branch moves and released after it, so that a kill between the two loses none
//! and makes none up.

use super::change::{ERRAND, Errand};
use super::desk::Desk;
use super::errands::Errands;
use super::lock::Lock;
use crate::failure::Result;

/// How far back the commit of a held errand is looked for: it was to be the next one.
const FAR: usize = 10_000;

impl Desk {
    /// What is to be done outside the desk.
    pub fn errands(&self) -> Errands {
        Errands::new(self.state().join("errands"))
    }

    pub(super) fn hold(&self, errands: &[Errand]) -> Result<()> {
        let queue = self.errands();
        errands.iter().try_for_each(|(key, body)| queue.hold(key, body))
    }

    /// Forgets what was held for a commit that was not made.
    pub(super) fn let_go(&self, errands: &[Errand]) -> Result<()> {
        let queue = self.errands();
        errands.iter().try_for_each(|(key, _)| queue.drop_held(key))
    }

    /// Lets the errands of a commit be done; what cannot be is told, and settled by the next command.
    pub(super) fn release(&self, errands: &[Errand]) -> Vec<String> {
        let queue = self.errands();
        let released = errands.iter().filter_map(|(key, _)| queue.release(key).err());
        released.map(|trouble| format!("{trouble:#}")).collect()
    }

    /// Releases or drops what killed commands left, unless another command is writing.
    ///
    /// # Errors
    /// The queue or the history cannot be read.
    pub fn settle_errands(&self) -> Result<()> {
        if self.errands().held()?.is_empty() {
            return Ok(());
        }
        match Lock::try_now(self.state())? {
            Some(_lock) => self.settle_held(),
            None => Ok(()),
        }
    }

    /// The same, by one who holds the lock.
    pub(super) fn settle_held(&self) -> Result<()> {
        let queue = self.errands();
        let mut held = queue.held()?;
        if held.is_empty() {
            return Ok(());
        }
        if let Some(head) = self.head_commit()? {
            let mut walk = self.repo.revwalk()?;
            walk.push(head)?;
            for commit in walk.take(FAR) {
                let info = self.commit_info(commit?)?;
                for key in info.trailers(ERRAND) {
                    queue.release(key)?;
                    held.retain(|other| other != key);
                }
                if held.is_empty() {
                    return Ok(());
                }
            }
        }
        held.iter().try_for_each(|key| queue.drop_held(key))
    }
}
