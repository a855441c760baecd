//! What differs between two trees, found by a walk that skips equal object ids: cost follows the change, not the desk.

use std::cmp::Ordering;

use git2::{Odb, Oid};

use super::tree::{self, PROGRAM, Tree, TreeEntry};
use crate::failure::Result;

/// One file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    pub path: String,
    pub old: Option<Oid>,
    pub new: Option<Oid>,
    /// Whether the new file may be run as a program.
    pub is_program: bool,
}

/// Calls `found` for every regular file that differs between two trees. Names that are not UTF-8 are no files of a
/// desk and are passed over, as are links and submodules.
pub fn delta(odb: &Odb<'_>, old: Option<Oid>, new: Option<Oid>, found: &mut dyn FnMut(Delta)) -> Result<()> {
    walk(odb, "", old, new, found)
}

fn walk(odb: &Odb<'_>, at: &str, old: Option<Oid>, new: Option<Oid>, found: &mut dyn FnMut(Delta)) -> Result<()> {
    if old == new {
        return Ok(());
    }
    tree::refuse_depth(at)?;
    let old = old.map_or(Ok(Tree::default()), |oid| tree::read(odb, oid))?;
    let new = new.map_or(Ok(Tree::default()), |oid| tree::read(odb, oid))?;
    let (mut left, mut right) = (old.entries().peekable(), new.entries().peekable());
    loop {
        let side = match (left.peek(), right.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => tree::order(a, b),
        };
        let a = if side.is_le() { left.next() } else { None };
        let b = if side.is_ge() { right.next() } else { None };
        pair(odb, at, a, b, found)?;
    }
}

fn pair(
    odb: &Odb<'_>,
    at: &str,
    old: Option<TreeEntry<'_>>,
    new: Option<TreeEntry<'_>>,
    found: &mut dyn FnMut(Delta),
) -> Result<()> {
    if let (Some(old), Some(new)) = (old, new)
        && old.oid == new.oid
        && old.mode == new.mode
    {
        return Ok(());
    }
    let Some(name) = old.or(new).and_then(|entry| std::str::from_utf8(entry.name).ok()) else { return Ok(()) };
    let path = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
    let folder = |entry: Option<TreeEntry<'_>>| entry.filter(|entry| entry.is_tree()).map(|entry| entry.oid);
    let file = |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_file).map(|entry| (entry.oid, entry.mode));
    if folder(old).is_some() || folder(new).is_some() {
        walk(odb, &path, folder(old), folder(new), found)?;
    }
    let (old, new) = (file(old), file(new));
    if old != new {
        let is_program = new.is_some_and(|(_, mode)| mode == PROGRAM);
        found(Delta { path, old: old.map(|(oid, _)| oid), new: new.map(|(oid, _)| oid), is_program });
    }
    Ok(())
}
