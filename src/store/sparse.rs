//! Git's own sparse checkout: what need not lie in the working tree of a large desk.

use std::process::Stdio;

use git2::ConfigLevel;

use super::desk::Desk;
use super::{git, worktree};
use crate::failure::{Failure, Result};

impl Desk {
    /// Keeps only these folders, and the files beside those on the way to them, in the working tree; `None` brings
    /// everything back. What git says of files it left because they are edited.
    pub fn check_out(&self, folders: Option<&[String]>) -> Result<Vec<String>> {
        let (_lock, mut told) = self.begin()?;
        worktree::await_index(self)?;
        let arguments: &[&str] = match folders {
            Some(_) => &["sparse-checkout", "set", "--cone", "--sparse-index", "--stdin"],
            None => &["sparse-checkout", "disable"],
        };
        let input: String = folders.unwrap_or_default().iter().map(|folder| format!("{folder}\n")).collect();
        let mut command = git::command(self.folder(), arguments);
        command.stdout(Stdio::null());
        let done = git::run(command, input.as_bytes())?;
        if !done.status.success() {
            return Err(git::failed(arguments, &done.stderr).into());
        }
        if folders.is_some() {
            self.remember_untracked();
        }
        let said = String::from_utf8_lossy(&done.stderr);
        told.extend(said.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        Ok(told)
    }

    /// Lets git remember which folders have files it does not know (`core.untrackedCache`), unless somebody has decided on
    /// it: `git status` then looks at no folder that is as it was, and takes half the time. Without it git is as right.
    fn remember_untracked(&self) {
        let key = "core.untrackedCache";
        let Ok(config) = self.repo.config() else { return };
        if config.get_entry(key).is_err()
            && let Ok(mut own) = config.open_level(ConfigLevel::Local)
        {
            let _ = own.set_bool(key, true);
        }
    }

    /// Whether part of the desk is kept out of the working tree.
    pub fn is_sparse(&self) -> bool {
        self.config_flag("core.sparseCheckout")
    }

    /// Refuses where there is no working tree.
    pub fn refuse_bare(&self) -> Result<()> {
        match self.root {
            Some(_) => Ok(()),
            None => Err(Failure::refused("this desk is bare: it has no working tree").into()),
        }
    }
}
