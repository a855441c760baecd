//! Locks of git's that a killed loket left behind. One is removed only if it can be nobody's: the caller holds loket's
//! own lock, which the git a loket starts shares while it lives; the journal says a loket died at work; and no git
//! process is at home in this desk. Where that cannot be known the lock is waited for like anybody's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::{desk::Desk, journal};
use crate::failure::Result;

/// How long a lock has to lie still.
const QUIET: Duration = Duration::from_millis(100);

/// Git's lock on its index.
pub fn index_lock(desk: &Desk) -> PathBuf {
    desk.repo.path().join("index.lock")
}

/// The lock on a ref.
pub fn ref_lock(desk: &Desk, name: &str) -> PathBuf {
    let folder = if name == "HEAD" { desk.repo.path() } else { desk.repo.commondir() };
    folder.join(format!("{name}.lock"))
}

/// Removes the stale locks, if any.
pub fn clear(desk: &Desk) -> Result<()> {
    let branch = desk.branch()?;
    let locks = [index_lock(desk), ref_lock(desk, &branch), ref_lock(desk, "HEAD")];
    let found: Vec<PathBuf> = locks.into_iter().filter(|lock| lock.exists()).collect();
    if found.is_empty() || is_git_at_home(desk) {
        return Ok(());
    }
    for lock in found.into_iter().filter(|lock| is_left_over(lock, &journal::path(desk))) {
        std::fs::remove_file(&lock).with_context(|| format!("{} is stale but cannot be removed", lock.display()))?;
    }
    Ok(())
}

/// Made after the journal was begun, and lying still.
fn is_left_over(lock: &Path, journal: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let (Some(seen), Some(begun)) = (modified(lock), modified(journal)) else { return false };
    std::thread::sleep(QUIET);
    seen >= begun && modified(lock) == Some(seen)
}

/// Whether a git process works in this desk. Where processes cannot be listed, one may.
fn is_git_at_home(desk: &Desk) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return true };
    let homes = [Some(desk.folder().to_owned()), Some(desk.repo.path().to_owned()), desk.root.clone()];
    let homes: Vec<PathBuf> = homes.into_iter().flatten().filter_map(|home| home.canonicalize().ok()).collect();
    processes.flatten().any(|process| {
        let place = process.path();
        let is_git = std::fs::read_to_string(place.join("comm")).is_ok_and(|name| name.trim().starts_with("git"));
        is_git && std::fs::read_link(place.join("cwd")).is_ok_and(|at| homes.iter().any(|home| at.starts_with(home)))
    })
}
