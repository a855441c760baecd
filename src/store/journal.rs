//! What makes a kill between the commit and the working tree harmless: a note of the two commits, written before the
//! branch moves and removed when working tree and git's index have followed. The next command finishes what is left.
//! A line a move: what could not be finished (a folder without permission, say) stays and holds nobody up.

use std::path::PathBuf;

use anyhow::Context;
use git2::Oid;

use super::{desk::Desk, lock::Lock, stale, worktree};
use crate::failure::Result;

pub fn path(desk: &Desk) -> PathBuf {
    desk.state.join("pending")
}

/// A move of the branch.
type Move = (Option<Oid>, Oid);

fn render((old, new): &Move) -> String {
    format!("{} {new}\n", old.map_or("-".to_owned(), |oid| oid.to_string()))
}

fn parse(line: &str) -> Option<Move> {
    let (old, new) = line.trim().split_once(' ')?;
    let old = if old == "-" { None } else { Some(Oid::from_str(old).ok()?) };
    Some((old, Oid::from_str(new).ok()?))
}

/// The moves that have not been finished; lines nobody can read are dropped.
fn read(desk: &Desk) -> Vec<Move> {
    let text = std::fs::read(path(desk)).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().filter_map(parse).collect()
}

fn write(desk: &Desk, moves: &[Move]) -> Result<()> {
    let place = path(desk);
    if moves.is_empty() {
        return match std::fs::remove_file(&place) {
            Err(trouble) if trouble.kind() != std::io::ErrorKind::NotFound => {
                Err(trouble).with_context(|| format!("cannot remove {}", place.display()))
            }
            _ => Ok(()),
        };
    }
    let partial = desk.state.join("pending.new");
    let text: String = moves.iter().map(render).collect();
    std::fs::write(&partial, text)
        .and_then(|()| std::fs::rename(&partial, &place))
        .with_context(|| format!("cannot write {}; nothing was changed", place.display()))
}

/// Notes that the branch is about to move.
pub fn begin(desk: &Desk, old: Option<Oid>, new: Oid) -> Result<()> {
    let mut moves = read(desk);
    moves.push((old, new));
    write(desk, &moves)
}

/// The working tree has followed a move, or the branch did not move.
pub fn end(desk: &Desk, new: Oid) -> Result<()> {
    let mut moves = read(desk);
    moves.retain(|(_, noted)| *noted != new);
    write(desk, &moves)
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
    if !path(desk).exists() {
        return Ok(None);
    }
    stale::clear(desk)?;
    let mut mended = 0;
    for (old, new) in read(desk) {
        if moved(desk, new)? {
            mended += follow(desk, lock, old, new)?;
        }
        end(desk, new)?;
    }
    write(desk, &read(desk))?;
    Ok((mended > 0).then(|| format!("finished what an interrupted command had begun ({mended} files)")))
}

/// Whether the branch has got as far as `new`.
fn moved(desk: &Desk, new: Oid) -> Result<bool> {
    let Some(head) = desk.head_commit()? else { return Ok(false) };
    Ok(head == new || desk.repo.graph_descendant_of(head, new).unwrap_or(false))
}

fn follow(desk: &Desk, lock: &Lock, old: Option<Oid>, new: Oid) -> Result<usize> {
    let head = desk.head()?;
    let steps = desk.differing(old.and_then(|oid| desk.tree_of(oid)), desk.tree_of(new))?;
    worktree::sweep(desk, lock, &steps);
    let mut current = Vec::with_capacity(steps.len());
    for step in steps {
        if head.find_file(&step.path)? == step.new {
            current.push(step);
        }
    }
    worktree::follow(desk, lock, &current)
}
