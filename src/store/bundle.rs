//! Backups: git bundles, which hold history and branches in one file and are cloned from like a repository.

use std::path::Path;
use std::process::Stdio;

use anyhow::Context;
use git2::Oid;

use super::desk::Desk;
use super::git;
use crate::failure::{Failure, Result};

impl Desk {
    /// Writes a bundle of all branches and tags without what the commits of `since` lead back to; false where there is
    /// nothing else. The file is there whole or not at all.
    pub fn bundle(&self, file: &Path, since: &[Oid]) -> Result<bool> {
        // Revisions come on standard input: a backup may have thousands of branches.
        let mut input = String::from("HEAD\n--branches\n--tags\n");
        since.iter().for_each(|commit| input.push_str(&format!("^{commit}\n")));
        let file = std::path::absolute(file).with_context(|| format!("{}", file.display()))?;
        let mut command = git::command(self.folder(), &["bundle", "create", "--quiet"]);
        command.arg(&file).arg("--stdin").stdout(Stdio::null());
        let done = git::run(command, input.as_bytes())?;
        if done.status.success() {
            return Ok(true);
        }
        if String::from_utf8_lossy(&done.stderr).contains("empty bundle") {
            return Ok(false);
        }
        Err(git::failed(&["bundle"], &done.stderr).into())
    }

    /// The commits a bundle's branches and tags are at.
    pub fn bundle_heads(&self, file: &Path) -> Result<Vec<Oid>> {
        let file = std::path::absolute(file).with_context(|| format!("{}", file.display()))?;
        let mut command = git::command(self.folder(), &["bundle", "list-heads"]);
        command.arg(&file).stdout(Stdio::piped());
        let done = git::run(command, b"")?;
        if !done.status.success() {
            return Err(no_bundle(&file, &done.stderr).into());
        }
        let text = String::from_utf8_lossy(&done.stdout);
        Ok(text.lines().filter_map(|line| Oid::from_str(line.split(' ').next()?).ok()).collect())
    }

    /// Restores bundles, the oldest first, into a bare repository in `folder`, and has git check every object.
    pub fn restore(files: &[std::path::PathBuf], folder: &Path) -> Result<Desk> {
        let (first, more) = files.split_first().context("a bundle to restore")?;
        let first = std::path::absolute(first)?;
        let here = folder.parent().unwrap_or(folder);
        let mut command = git::command(here, &["clone", "--quiet", "--bare", "--"]);
        command.arg(&first).arg(folder).stdout(Stdio::null());
        let done = git::run(command, b"")?;
        if !done.status.success() {
            return Err(no_bundle(&first, &done.stderr).into());
        }
        for file in more {
            let file = std::path::absolute(file)?;
            let mut command = git::command(folder, &["fetch", "--quiet", "--force", "--update-head-ok"]);
            command.arg(&file).args(["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"]).stdout(Stdio::null());
            let done = git::run(command, b"")?;
            if !done.status.success() {
                return Err(no_bundle(&file, &done.stderr).into());
            }
        }
        let check = ["fsck", "--strict", "--no-dangling", "--no-progress"];
        git::answer(folder, &check, b"")?;
        Desk::open_or_create(folder, true)
    }
}

fn no_bundle(file: &Path, stderr: &[u8]) -> Failure {
    let said = String::from_utf8_lossy(stderr);
    let said = said.trim();
    let failure = Failure::error(format!("{} cannot be restored: {}", file.display(), said.replace('\n', "; ")));
    if said.contains("prerequisite") {
        return failure.hint("it holds only what came after another backup: name that first");
    }
    failure.hint("is it a backup, and whole?")
}
