//! What makes a kill between the commit and the working tree harmless: a note of the two commits, written before the
//! branch moves and removed when working tree and git's index have followed. The next command finishes what is left.

use std::path::PathBuf;

use anyhow::Context;
use git2::Oid;

use super::{delta::delta, desk::Desk, lock::Lock, worktree};
use crate::failure::Result;

fn path(desk: &Desk) -> PathBuf {
    desk.state.join("pending")
}

/// Notes that the branch is about to move.
pub fn begin(desk: &Desk, old: Option<Oid>, new: Oid) -> Result<()> {
    let old = old.map_or("-".to_owned(), |oid| oid.to_string());
    let partial = desk.state.join("pending.new");
    std::fs::write(&partial, format!("{old} {new}\n"))
        .with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, path(desk)).with_context(|| format!("cannot write {}", path(desk).display()))
}

/// Everything has followed.
pub fn end(desk: &Desk) -> Result<()> {
    std::fs::remove_file(path(desk)).context("cannot remove the journal")
}

/// Finishes what a killed command had begun, unless a live one is at it. Gives a sentence when something was mended.
pub fn mend(desk: &Desk) -> Result<Option<String>> {
    if !path(desk).exists() {
        return Ok(None);
    }
    match Lock::try_now(&desk.state)? {
        Some(lock) => finish(desk, &lock),
        None => Ok(None),
    }
}

/// As [`mend`], by one who holds the lock.
pub fn finish(desk: &Desk, lock: &Lock) -> Result<Option<String>> {
    let Ok(text) = std::fs::read_to_string(path(desk)) else { return Ok(None) };
    let Some((old, new)) = parse(&text) else {
        end(desk)?;
        return Ok(None);
    };
    let mended = if moved(desk, new)? { follow(desk, lock, old, new)? } else { 0 };
    end(desk)?;
    Ok((mended > 0).then(|| format!("finished what an interrupted command had begun ({mended} files)")))
}

fn parse(text: &str) -> Option<(Option<Oid>, Oid)> {
    let (old, new) = text.trim().split_once(' ')?;
    let old = if old == "-" { None } else { Some(Oid::from_str(old).ok()?) };
    Some((old, Oid::from_str(new).ok()?))
}

/// Whether the branch has got as far as `new`.
fn moved(desk: &Desk, new: Oid) -> Result<bool> {
    let Some(head) = desk.head_commit()? else { return Ok(false) };
    Ok(head == new || desk.repo.graph_descendant_of(head, new).unwrap_or(false))
}

fn follow(desk: &Desk, lock: &Lock, old: Option<Oid>, new: Oid) -> Result<usize> {
    let odb = desk.repo.odb()?;
    let head = desk.head()?;
    let mut steps = Vec::new();
    delta(&odb, old.and_then(|oid| desk.tree_of(oid)), desk.tree_of(new), &mut |delta| steps.push(delta))?;
    let mut current = Vec::with_capacity(steps.len());
    for step in steps {
        if head.find_file(&step.path)? == step.new {
            current.push(step);
        }
    }
    worktree::clear_stale_index_lock(desk)?;
    worktree::follow(desk, lock, &current)
}
