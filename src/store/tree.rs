//! Git's trees, read and edited level by level: no index, no object graph.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use git2::{ObjectType, Odb, Oid};

use crate::failure::Result;

/// The mode of a tree entry, as git writes it.
pub const DIRECTORY: u32 = 0o40000;
pub const FILE: u32 = 0o100644;

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    pub name: Vec<u8>,
    pub mode: u32,
    pub oid: Oid,
}

impl TreeEntry {
    pub fn is_tree(&self) -> bool {
        self.mode == DIRECTORY
    }

    /// A regular file, executable or not; no symbolic link, no submodule.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170000 == 0o100000
    }
}

/// The entries of a tree, in git's order.
pub fn read(odb: &Odb<'_>, oid: Oid) -> Result<Vec<TreeEntry>> {
    let object = odb.read(oid).with_context(|| format!("tree {oid} cannot be read"))?;
    parse(object.data()).ok_or_else(|| anyhow!("tree {oid} is damaged; `git fsck` tells more"))
}

fn parse(mut data: &[u8]) -> Option<Vec<TreeEntry>> {
    let mut entries = Vec::with_capacity(data.len() / 36);
    while !data.is_empty() {
        let space = data.iter().position(|&byte| byte == b' ')?;
        let end = data.iter().position(|&byte| byte == 0)?;
        let mode = u32::from_str_radix(std::str::from_utf8(data.get(..space)?).ok()?, 8).ok()?;
        let oid = Oid::from_bytes(data.get(end + 1..end + 21)?).ok()?;
        entries.push(TreeEntry { name: data.get(space + 1..end)?.to_vec(), mode, oid });
        data = &data[end + 21..];
    }
    Some(entries)
}

fn render(entries: &[TreeEntry]) -> Vec<u8> {
    let mut data = Vec::with_capacity(entries.len() * 40);
    for entry in entries {
        data.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
        data.extend_from_slice(&entry.name);
        data.push(0);
        data.extend_from_slice(entry.oid.as_bytes());
    }
    data
}

/// What compares as git sorts a tree: a directory's name as if it ended in `/`.
pub fn order(a: &TreeEntry, b: &TreeEntry) -> std::cmp::Ordering {
    let end = |entry: &TreeEntry| if entry.is_tree() { b'/' } else { 0 };
    let shared = a.name.len().min(b.name.len());
    a.name[..shared].cmp(&b.name[..shared]).then_with(|| {
        let next = |entry: &TreeEntry| entry.name.get(shared).copied().unwrap_or(end(entry));
        next(a).cmp(&next(b))
    })
}

/// Edits to a tree: files to put or take, by path.
#[derive(Debug, Default)]
pub struct Edits {
    files: BTreeMap<Vec<u8>, Option<Oid>>,
    folders: BTreeMap<Vec<u8>, Edits>,
}

impl Edits {
    /// Puts (or with `None` takes away) the file at `path`.
    pub fn put(&mut self, path: &str, blob: Option<Oid>) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.into()).or_default().put(rest, blob),
            None => drop(self.files.insert(path.into(), blob)),
        }
    }

    /// Writes the trees these edits make of `base`; `None` if nothing is left.
    pub fn write(&self, odb: &Odb<'_>, base: Option<Oid>) -> Result<Option<Oid>> {
        let mut entries = base.map_or(Ok(Vec::new()), |oid| read(odb, oid))?;
        for (name, folder) in &self.folders {
            let old = entries.iter().position(|entry| entry.name == *name);
            let below = old.map(|place| &entries[place]).filter(|entry| entry.is_tree()).map(|entry| entry.oid);
            set(&mut entries, old, name, DIRECTORY, folder.write(odb, below)?);
        }
        for (name, blob) in &self.files {
            let old = entries.iter().position(|entry| entry.name == *name);
            let mode =
                old.map(|place| &entries[place]).filter(|entry| entry.is_file()).map_or(FILE, |entry| entry.mode);
            set(&mut entries, old, name, mode, *blob);
        }
        if entries.is_empty() {
            return Ok(None);
        }
        entries.sort_by(order);
        Ok(Some(odb.write(ObjectType::Tree, &render(&entries)).context("a tree cannot be written")?))
    }
}

fn set(entries: &mut Vec<TreeEntry>, old: Option<usize>, name: &[u8], mode: u32, oid: Option<Oid>) {
    match (old, oid) {
        (Some(place), Some(oid)) => entries[place] = TreeEntry { name: name.to_vec(), mode, oid },
        (Some(place), None) => drop(entries.remove(place)),
        (None, Some(oid)) => entries.push(TreeEntry { name: name.to_vec(), mode, oid }),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_sorts_as_if_it_ended_in_a_slash() {
        let entry = |name: &str, mode| TreeEntry { name: name.into(), mode, oid: Oid::ZERO_SHA1 };
        let mut entries = [entry("a", DIRECTORY), entry("a.md", FILE), entry("a0", FILE), entry("a-b", FILE)];
        entries.sort_by(order);
        assert_eq!(entries.map(|entry| entry.name), [&b"a-b"[..], b"a.md", b"a", b"a0"]);
    }
}
