//! What differs between two trees, found by a walk that skips equal object ids: cost follows the change, not the desk.

use std::cmp::Ordering;

use git2::{Odb, Oid};

use super::desk::Desk;
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

/// Something that is no file of a desk, and differs: a link, a submodule, a file whose path is not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddDelta {
    /// As git has it, which need not be UTF-8.
    pub path: Vec<u8>,
    /// Mode and object; `None` where it is gone, or a file of the desk now.
    pub new: Option<(u32, Oid)>,
}

/// All that differs.
#[derive(Debug, Default)]
pub struct Differences {
    pub files: Vec<Delta>,
    pub odd: Vec<OddDelta>,
}

/// Calls `found` for every regular file that differs between two trees. Names that are not UTF-8 are no files of a
/// desk and are passed over, as are links and submodules.
pub fn delta(odb: &Odb<'_>, old: Option<Oid>, new: Option<Oid>, found: &mut dyn FnMut(Delta)) -> Result<()> {
    walk(odb, b"", old, new, &mut |path, old, new| {
        if let Some(delta) = file(path, old, new) {
            found(delta);
        }
    })
}

/// Everything that differs between two trees.
pub fn differences(odb: &Odb<'_>, old: Option<Oid>, new: Option<Oid>) -> Result<Differences> {
    let mut found = Differences::default();
    walk(odb, b"", old, new, &mut |path, old, new| {
        found.files.extend(file(path, old, new));
        found.odd.extend(odd(path, old, new));
    })?;
    Ok(found)
}

impl Desk {
    /// The files that differ between two trees.
    pub fn differing(&self, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Delta>> {
        let mut found = Vec::new();
        delta(&self.repo.odb()?, old, new, &mut |delta| found.push(delta))?;
        Ok(found)
    }
}

fn file(path: &[u8], old: Option<TreeEntry<'_>>, new: Option<TreeEntry<'_>>) -> Option<Delta> {
    let file = |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_file).map(|entry| (entry.oid, entry.mode));
    let (old, new) = (file(old), file(new));
    if old == new {
        return None;
    }
    let path = std::str::from_utf8(path).ok()?.to_owned();
    let is_program = new.is_some_and(|(_, mode)| mode == PROGRAM);
    Some(Delta { path, old: old.map(|(oid, _)| oid), new: new.map(|(oid, _)| oid), is_program })
}

fn odd(path: &[u8], old: Option<TreeEntry<'_>>, new: Option<TreeEntry<'_>>) -> Option<OddDelta> {
    let is_named = std::str::from_utf8(path).is_ok();
    let odd = |entry: &TreeEntry<'_>| !(entry.is_tree() || entry.is_file() && is_named);
    let (old, new) = (old.filter(odd), new.filter(odd));
    let new = new.map(|entry| (entry.mode, entry.oid));
    (old.is_some() || new.is_some()).then(|| OddDelta { path: path.to_vec(), new })
}

/// What is called with a path and both entries there, where they differ.
type Found<'a> = dyn FnMut(&[u8], Option<TreeEntry<'_>>, Option<TreeEntry<'_>>) + 'a;

fn walk(odb: &Odb<'_>, at: &[u8], old: Option<Oid>, new: Option<Oid>, found: &mut Found<'_>) -> Result<()> {
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
    at: &[u8],
    old: Option<TreeEntry<'_>>,
    new: Option<TreeEntry<'_>>,
    found: &mut Found<'_>,
) -> Result<()> {
    let Some(entry) = old.or(new).filter(|_| old != new) else { return Ok(()) };
    let path = tree::join(at, entry.name);
    let folder = |entry: Option<TreeEntry<'_>>| entry.filter(TreeEntry::is_tree).map(|entry| entry.oid);
    if folder(old).is_some() || folder(new).is_some() {
        walk(odb, &path, folder(old), folder(new), found)?;
    }
    found(&path, old, new);
    Ok(())
}
