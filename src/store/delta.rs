//! What differs between two trees, found by a walk that skips equal object ids: cost follows the change, not the desk.

use std::cmp::Ordering;
use std::collections::BTreeMap;

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

/// Something that is no regular file, and differs: a link, a submodule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddDelta {
    /// As git has it, which need not be UTF-8.
    pub path: Vec<u8>,
    /// Mode and object; `None` where it is gone, or a regular file now.
    pub new: Option<(u32, Oid)>,
}

/// What differs between two trees and [`delta`] passes over, as far as git has to be told of it; regular files whose name
/// is not UTF-8 are among it.
pub fn odd_delta(odb: &Odb<'_>, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<OddDelta>> {
    let mut found = Vec::new();
    odd_walk(odb, b"", old, new, &mut found)?;
    Ok(found)
}

fn odd_walk(odb: &Odb<'_>, at: &[u8], old: Option<Oid>, new: Option<Oid>, found: &mut Vec<OddDelta>) -> Result<()> {
    if old == new {
        return Ok(());
    }
    tree::refuse_depth(&String::from_utf8_lossy(at))?;
    let old = old.map_or(Ok(Tree::default()), |oid| tree::read(odb, oid))?;
    let new = new.map_or(Ok(Tree::default()), |oid| tree::read(odb, oid))?;
    let mut names: BTreeMap<&[u8], [Option<TreeEntry<'_>>; 2]> = BTreeMap::new();
    for (side, tree) in [&old, &new].into_iter().enumerate() {
        for entry in tree.entries() {
            names.entry(entry.name).or_default()[side] = Some(entry);
        }
    }
    for (name, [old, new]) in names {
        if old == new {
            continue;
        }
        let path = if at.is_empty() { name.to_vec() } else { [at, b"/", name].concat() };
        let folder = |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_tree).map(|entry| entry.oid);
        if folder(old).is_some() || folder(new).is_some() {
            odd_walk(odb, &path, folder(old), folder(new), found)?;
        }
        let is_named = std::str::from_utf8(name).is_ok();
        let odd = |entry: &TreeEntry<'_>| !(entry.is_tree() || entry.is_file() && is_named);
        if old.as_ref().is_some_and(odd) || new.as_ref().is_some_and(odd) {
            let new = new.filter(odd).map(|entry| (entry.mode, entry.oid));
            found.push(OddDelta { path, new });
        }
    }
    Ok(())
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
