//! Git's trees, read and edited level by level: no index, no object graph.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use git2::{ObjectType, Odb, Oid};

use crate::failure::{Failure, Result};

/// The mode of a tree entry, as git writes it.
pub const DIRECTORY: u32 = 0o40000;
pub const FILE: u32 = 0o100644;
pub const PROGRAM: u32 = 0o100755;

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    pub name: &'a [u8],
    pub mode: u32,
    pub oid: Oid,
}

impl TreeEntry<'_> {
    pub fn is_tree(&self) -> bool {
        self.mode == DIRECTORY
    }

    /// A regular file, executable or not; no symbolic link, no submodule.
    pub fn is_file(&self) -> bool {
        is_file(self.mode)
    }
}

/// A tree as git stores it; its entries are read where they lie.
#[derive(Debug, Default)]
pub struct Tree(Vec<u8>);

/// Folders nest at most so deep: a desk has no use for more, and a walk needs room for each.
const DEEPEST: usize = 200;

/// Refuses a path that is nested too deep.
pub fn refuse_depth(path: &[u8]) -> Result<()> {
    if path.iter().filter(|byte| **byte == b'/').count() < DEEPEST {
        return Ok(());
    }
    let start: String = String::from_utf8_lossy(path).chars().take(60).collect();
    Err(Failure::error(format!("folders are nested more than {DEEPEST} deep below {start}…"))
        .hint("remove them with git")
        .into())
}

/// The path of a name in a folder; `""` is the root.
pub fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

/// Whether a mode is that of a regular file, executable or not.
pub fn is_file(mode: u32) -> bool {
    mode & 0o170000 == 0o100000
}

/// Reads a tree.
pub fn read(odb: &Odb<'_>, oid: Oid) -> Result<Tree> {
    let object = odb.read(oid).with_context(|| format!("tree {oid} cannot be read"))?;
    let tree = Tree(object.data().to_vec());
    let mut left: &[u8] = &tree.0;
    while !left.is_empty() {
        let (_, rest) = split_entry(left).ok_or_else(|| anyhow!("tree {oid} is damaged; `git fsck` tells more"))?;
        left = rest;
    }
    Ok(tree)
}

impl Tree {
    /// The entries, in git's order.
    pub fn entries(&self) -> impl Iterator<Item = TreeEntry<'_>> {
        let mut left: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (entry, rest) = split_entry(left)?;
            left = rest;
            Some(entry)
        })
    }
}

/// The first entry of a tree's bytes, and what follows it.
fn split_entry(data: &[u8]) -> Option<(TreeEntry<'_>, &[u8])> {
    let end = data.iter().position(|&byte| byte == 0)?;
    let space = data[..end].iter().position(|&byte| byte == b' ')?;
    let octal = |sum: u32, byte: &u8| (b'0'..=b'7').contains(byte).then(|| (sum << 3) | u32::from(byte - b'0'));
    let mode = data[..space.min(8)].iter().try_fold(0, octal)?;
    let oid = Oid::from_bytes(data.get(end + 1..end + 21)?).ok()?;
    Some((TreeEntry { name: &data[space + 1..end], mode, oid }, &data[end + 21..]))
}

fn render(entries: &[TreeEntry<'_>]) -> Vec<u8> {
    let mut data = Vec::with_capacity(entries.len() * 40);
    for entry in entries {
        data.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
        data.extend_from_slice(entry.name);
        data.push(0);
        data.extend_from_slice(entry.oid.as_bytes());
    }
    data
}

/// What compares as git sorts a tree: a directory's name as if it ended in `/`.
pub fn order(a: &TreeEntry<'_>, b: &TreeEntry<'_>) -> std::cmp::Ordering {
    let end = |entry: &TreeEntry<'_>| if entry.is_tree() { b'/' } else { 0 };
    let shared = a.name.len().min(b.name.len());
    a.name[..shared].cmp(&b.name[..shared]).then_with(|| {
        let next = |entry: &TreeEntry<'_>| entry.name.get(shared).copied().unwrap_or(end(entry));
        next(a).cmp(&next(b))
    })
}

/// Edits to a tree: files to put or take, by path.
#[derive(Debug, Default)]
pub struct Edits {
    /// With the mode, where it is not the one the file has.
    files: BTreeMap<Vec<u8>, (Option<Oid>, Option<u32>)>,
    folders: BTreeMap<Vec<u8>, Edits>,
}

impl Edits {
    /// Puts (or with `None` takes away) the file at `path`.
    pub fn put(&mut self, path: &str, blob: Option<Oid>) {
        self.place(path.as_bytes(), blob, None);
    }

    /// Puts an entry that is no folder, with its mode, at a path that need not be UTF-8.
    pub fn put_as(&mut self, path: &[u8], mode: u32, oid: Oid) {
        self.place(path, Some(oid), Some(mode));
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    fn place(&mut self, path: &[u8], oid: Option<Oid>, mode: Option<u32>) {
        match path.iter().position(|&byte| byte == b'/') {
            Some(slash) => {
                self.folders.entry(path[..slash].into()).or_default().place(&path[slash + 1..], oid, mode);
            }
            None => drop(self.files.insert(path.into(), (oid, mode))),
        }
    }

    /// Writes the trees these edits make of `base`; `None` if nothing is left.
    pub fn write(&self, odb: &Odb<'_>, base: Option<Oid>) -> Result<Option<Oid>> {
        let old = base.map_or(Ok(Tree::default()), |oid| read(odb, oid))?;
        let mut entries: Vec<TreeEntry<'_>> = old.entries().collect();
        for (name, folder) in &self.folders {
            let old = entries.iter().position(|entry| entry.name == name.as_slice());
            let below = old.map(|place| &entries[place]).filter(|entry| entry.is_tree()).map(|entry| entry.oid);
            set(&mut entries, old, name, DIRECTORY, folder.write(odb, below)?);
        }
        for (name, (blob, mode)) in &self.files {
            let old = entries.iter().position(|entry| entry.name == name.as_slice());
            let known = old.map(|place| &entries[place]).filter(|entry| entry.is_file()).map(|entry| entry.mode);
            let mode = mode.or(known).unwrap_or(FILE);
            set(&mut entries, old, name, mode, *blob);
        }
        write(odb, entries)
    }
}

/// The tree, or the one that holds nothing where there is none.
pub fn or_empty(odb: &Odb<'_>, tree: Option<Oid>) -> Result<Oid> {
    tree.map_or_else(|| odb.write(ObjectType::Tree, b"").context("a tree cannot be written"), Ok)
}

/// Writes a tree of these entries; `None` where there are none.
pub fn write(odb: &Odb<'_>, mut entries: Vec<TreeEntry<'_>>) -> Result<Option<Oid>> {
    if entries.is_empty() {
        return Ok(None);
    }
    entries.sort_by(order);
    Ok(Some(odb.write(ObjectType::Tree, &render(&entries)).context("a tree cannot be written")?))
}

fn set<'a>(entries: &mut Vec<TreeEntry<'a>>, old: Option<usize>, name: &'a [u8], mode: u32, oid: Option<Oid>) {
    match (old, oid) {
        (Some(place), Some(oid)) => entries[place] = TreeEntry { name, mode, oid },
        (Some(place), None) => drop(entries.remove(place)),
        (None, Some(oid)) => entries.push(TreeEntry { name, mode, oid }),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_sorts_as_if_it_ended_in_a_slash() {
        let entry = |name: &'static str, mode| TreeEntry { name: name.as_bytes(), mode, oid: Oid::ZERO_SHA1 };
        let mut entries = [entry("a", DIRECTORY), entry("a.md", FILE), entry("a0", FILE), entry("a-b", FILE)];
        entries.sort_by(order);
        assert_eq!(entries.map(|entry| entry.name), [&b"a-b"[..], b"a.md", b"a", b"a0"]);
    }
}
