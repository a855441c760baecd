//! The desk at one commit: all a reader ever sees.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use anyhow::Context;
use git2::{ErrorCode, Odb, Oid};

use super::desk::Desk;
use super::tree::{self, PROGRAM, Tree, TreeEntry};
use crate::failure::{Failure, Result};

/// A name in a folder of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub oid: Oid,
    pub is_folder: bool,
    /// Whether it is a file that may be run as a program.
    pub is_program: bool,
}

impl Entry {
    fn of(entry: &TreeEntry<'_>) -> Option<Entry> {
        let name = std::str::from_utf8(entry.name).ok()?.to_owned();
        let known = entry.is_tree() || entry.is_file();
        known.then(|| Entry { name, oid: entry.oid, is_folder: entry.is_tree(), is_program: entry.mode == PROGRAM })
    }
}

/// So many trees are kept: twice as many as lie on the way to a comment.
const KEPT_TREES: usize = 12;

/// The desk at one commit.
pub struct Snapshot<'desk> {
    pub(super) desk: &'desk Desk,
    /// Whether all texts were brought over that a partial clone has not.
    brought: Cell<bool>,
    odb: Odb<'desk>,
    /// The folders that paths led through last: a batch asks for many files of one day.
    trees: RefCell<Vec<(Oid, Rc<Tree>)>>,
    /// `None` before the first commit.
    pub commit: Option<Oid>,
    pub tree: Option<Oid>,
}

impl<'desk> Snapshot<'desk> {
    pub(super) fn new(desk: &'desk Desk, commit: Option<Oid>) -> Result<Self> {
        let tree = match commit {
            Some(oid) => Some(desk.repo.find_commit(oid).with_context(|| format!("commit {oid}"))?.tree_id()),
            None => None,
        };
        Ok(Snapshot { desk, brought: Cell::new(false), odb: desk.repo.odb()?, trees: RefCell::default(), commit, tree })
    }

    pub fn odb(&self) -> &Odb<'desk> {
        &self.odb
    }

    /// The bytes of an object this snapshot names.
    pub fn read(&self, oid: Oid) -> Result<Vec<u8>> {
        match self.odb.read(oid) {
            Err(trouble) if trouble.code() == ErrorCode::NotFound && self.desk.is_partial() => self.bring_and_read(oid),
            read => Ok(read.with_context(|| format!("object {oid} cannot be read"))?.data().to_vec()),
        }
    }

    /// What is missing for the first time is one of many: all texts come at once.
    fn bring_and_read(&self, oid: Oid) -> Result<Vec<u8>> {
        if !self.brought.replace(true) {
            self.bring_texts()?;
        }
        self.desk.bring([oid])?;
        Ok(self.odb.read(oid).with_context(|| format!("object {oid} cannot be read"))?.data().to_vec())
    }

    /// Stores a file's bytes before it is known where they will lie; what no commit comes to name, git clears away.
    pub fn store(&self, content: &[u8]) -> Result<Oid> {
        self.odb.write(git2::ObjectType::Blob, content).context("a file cannot be stored")
    }

    /// The size of an object in bytes, without reading it.
    pub fn size(&self, oid: Oid) -> Result<u64> {
        Ok(self.odb.read_header(oid).with_context(|| format!("object {oid} cannot be read"))?.0 as u64)
    }

    /// A tree that a path leads through, read once while paths keep leading through it.
    fn tree_on_the_way(&self, oid: Oid) -> Result<Rc<Tree>> {
        let mut trees = self.trees.borrow_mut();
        if let Some(place) = trees.iter().position(|(known, _)| *known == oid) {
            return Ok(trees[place].1.clone());
        }
        let tree = Rc::new(tree::read(&self.odb, oid)?);
        if trees.len() >= KEPT_TREES {
            trees.remove(0);
        }
        trees.push((oid, tree.clone()));
        Ok(tree)
    }

    /// What is at `path`: a regular file or a folder.
    pub fn find(&self, path: &str) -> Result<Option<Entry>> {
        let mut at = self.tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(oid) = at else { return Ok(None) };
            let entries = self.tree_on_the_way(oid)?;
            let Some(entry) = entries.entries().find(|entry| entry.name == part.as_bytes()) else { return Ok(None) };
            if parts.peek().is_none() {
                return Ok(Entry::of(&entry));
            }
            at = entry.is_tree().then_some(entry.oid);
        }
        Ok(None)
    }

    /// Refuses a path that cannot be a file here: something else lies there, or stands where a folder is needed.
    pub fn refuse_blocked(&self, path: &str) -> Result<()> {
        let mut at = self.tree;
        let mut parts = path.split('/').peekable();
        while let (Some(part), Some(oid)) = (parts.next(), at) {
            let tree = self.tree_on_the_way(oid)?;
            let Some(entry) = tree.entries().find(|entry| entry.name == part.as_bytes()) else { return Ok(()) };
            let fits = if parts.peek().is_none() { entry.is_file() } else { entry.is_tree() };
            if !fits {
                let failure = Failure::refused(format!(
                    "'{part}' on the way to {path} is something else in this desk; nothing was changed"
                ));
                return Err(failure.hint("move it away with git mv and commit").in_file(path).into());
            }
            at = Some(entry.oid);
        }
        Ok(())
    }

    /// The id of the file at `path`.
    pub fn find_file(&self, path: &str) -> Result<Option<Oid>> {
        Ok(self.find(path)?.filter(|entry| !entry.is_folder).map(|entry| entry.oid))
    }

    /// The bytes of the file at `path`.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.find_file(path)?.map(|oid| self.read(oid)).transpose()
    }

    /// The files and folders in the folder at `path` (`""` is the root), by name; none where there is no folder.
    pub fn folder(&self, path: &str) -> Result<Vec<Entry>> {
        let oid = match path {
            "" => self.tree,
            _ => self.find(path)?.filter(|entry| entry.is_folder).map(|entry| entry.oid),
        };
        oid.map_or(Ok(Vec::new()), |oid| self.folder_of(oid))
    }

    /// The folder of that name at the root of a tree.
    pub fn folder_in(&self, tree: Option<Oid>, name: &str) -> Result<Option<Oid>> {
        let Some(tree) = tree else { return Ok(None) };
        let tree = tree::read(&self.odb, tree)?;
        Ok(tree.entries().find(|entry| entry.is_tree() && entry.name == name.as_bytes()).map(|entry| entry.oid))
    }

    /// The files and folders of a folder by its id.
    pub fn folder_of(&self, oid: Oid) -> Result<Vec<Entry>> {
        let entries = tree::read(&self.odb, oid)?;
        Ok(entries.entries().filter_map(|entry| Entry::of(&entry)).collect())
    }

    /// Calls `found` with path and id of every file below the folder at `path`.
    pub fn each_file(&self, path: &str, found: &mut dyn FnMut(&str, Oid) -> Result<()>) -> Result<()> {
        for entry in self.folder(path)? {
            self.below(&join(path, &entry.name), &entry, found)?;
        }
        Ok(())
    }

    fn below(&self, path: &str, entry: &Entry, found: &mut dyn FnMut(&str, Oid) -> Result<()>) -> Result<()> {
        tree::refuse_depth(path.as_bytes())?;
        if !entry.is_folder {
            return found(path, entry.oid);
        }
        for child in self.folder_of(entry.oid)? {
            self.below(&join(path, &child.name), &child, found)?;
        }
        Ok(())
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
