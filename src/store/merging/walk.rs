//! The walk over three trees: what only one side changed is taken as it is, without looking into it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use git2::{ObjectType, Odb, Oid};

use super::lines::{is_binary, merge_lines};
use super::{Aim, Conflict, Given, How, Note, Why};
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::layout;
use crate::format::merge::{self, Judge, Outcome, Side, Told, Versions};
use crate::store::tree::{self, DIRECTORY, Edits, Tree, TreeEntry};

/// What lies under a name: a file, a folder, a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub mode: u32,
    pub oid: Oid,
}

impl Leaf {
    pub fn is_folder(self) -> bool {
        self.mode == DIRECTORY
    }

    fn is_file(self) -> bool {
        tree::is_file(self.mode)
    }
}

/// Base, ours and theirs.
pub type Three<T> = [Option<T>; 3];

pub struct Walk<'a> {
    pub odb: &'a Odb<'a>,
    pub aim: Aim<'a>,
    pub how: &'a How<'a>,
    pub notes: Vec<Note>,
    pub conflicts: Vec<Conflict>,
    /// Files that go elsewhere than where the walk is.
    pub moved: Edits,
}

impl Walk<'_> {
    /// Merges what lies under a name; `None` where nothing is left.
    pub fn entry(&mut self, path: &[u8], three: Three<Leaf>) -> Result<Option<Leaf>> {
        let [base, ours, theirs] = three;
        if ours == theirs || base == theirs {
            return Ok(ours);
        }
        if base == ours {
            return Ok(theirs);
        }
        let kinds = |is: fn(Leaf) -> bool| three.iter().flatten().all(|leaf| is(*leaf));
        if kinds(Leaf::is_folder) {
            let folders = three.map(|leaf| leaf.map(|leaf| leaf.oid));
            let made = match ticket_at(path) {
                Some(id) => self.ticket(path, &id, folders)?,
                None => self.folder(path, folders)?,
            };
            return Ok(made.map(|oid| Leaf { mode: DIRECTORY, oid }));
        }
        let path = String::from_utf8_lossy(path).into_owned();
        match (ours, theirs) {
            (Some(one), None) | (None, Some(one)) => {
                self.keep(path);
                Ok(Some(one))
            }
            (Some(own), Some(their)) if kinds(Leaf::is_file) => self.file(path, base, own, their).map(Some),
            // A link, a submodule, or a file on one side and a folder on the other: no rule knows.
            _ => Ok(self.undecided(path, Why::NoText, ours, theirs)),
        }
    }

    pub fn folder(&mut self, path: &[u8], folders: Three<Oid>) -> Result<Option<Oid>> {
        tree::refuse_depth(path)?;
        let read = |oid: Option<Oid>| oid.map_or(Ok(Tree::default()), |oid| tree::read(self.odb, oid));
        let [base, ours, theirs] = [read(folders[0])?, read(folders[1])?, read(folders[2])?];
        let leaf = |entry: TreeEntry<'_>| Leaf { mode: entry.mode, oid: entry.oid };
        let named = [&base, &ours, &theirs].map(|tree| tree.entries().map(|entry| (entry.name, leaf(entry))));
        let mut entries = Vec::new();
        for (name, three) in abreast(named) {
            if let Some(Leaf { mode, oid }) = self.entry(&tree::join(path, name), three)? {
                entries.push(TreeEntry { name, mode, oid });
            }
        }
        tree::write(self.odb, entries)
    }

    /// Merges two versions of a file by what it is.
    fn file(&mut self, path: String, base: Option<Leaf>, ours: Leaf, theirs: Leaf) -> Result<Leaf> {
        let mode = if base.is_some_and(|base| base.mode == ours.mode) { theirs.mode } else { ours.mode };
        if ours.oid == theirs.oid || base.is_some_and(|base| base.oid == theirs.oid) {
            return Ok(Leaf { mode, oid: ours.oid });
        }
        if base.is_some_and(|base| base.oid == ours.oid) {
            return Ok(Leaf { mode, oid: theirs.oid });
        }
        if let Some(bytes) = (self.how.settled)(&path) {
            return Ok(Leaf { mode, oid: self.odb.write(ObjectType::Blob, &bytes)? });
        }
        let read = |leaf: Leaf| self.odb.read(leaf.oid).map(|object| object.data().to_vec());
        let old = base.map(read).transpose()?;
        let (own, their) = (read(ours)?, read(theirs)?);
        if is_binary(&own) || is_binary(&their) {
            return Ok(self.undecided(path, Why::NoText, Some(ours), Some(theirs)).unwrap_or(ours));
        }
        let versions = Versions { base: old.as_deref(), ours: &own, theirs: &their };
        match self.outcome(&path, versions)? {
            Outcome::Merged { bytes, told } => {
                self.tell(&path, told)?;
                Ok(Leaf { mode, oid: self.odb.write(ObjectType::Blob, &bytes)? })
            }
            Outcome::Conflict { bytes, .. } => {
                Ok(self.undecided(path, Why::Lines(bytes), Some(ours), Some(theirs)).unwrap_or(ours))
            }
        }
    }

    fn outcome(&mut self, path: &str, versions: Versions<'_>) -> Result<Outcome> {
        let lines = |versions: Versions<'_>| merge_lines(versions, self.how.take);
        let in_the_way = RefCell::new(Vec::new());
        let later = |field: &str| match self.aim {
            Aim::Merge(ages) => ages.later(path, field),
            Aim::Undo => {
                in_the_way.borrow_mut().push(field.to_owned());
                Ok(Side::Ours)
            }
        };
        let outcome = merge_file(path, versions, &Judge { lines: &lines, later: &later })?;
        let conflict = |field| Conflict { path: path.to_owned(), why: Why::Field(field) };
        self.conflicts.extend(in_the_way.into_inner().into_iter().map(conflict));
        Ok(outcome)
    }

    /// An edit stays although the other side deleted what it is in.
    pub fn keep(&mut self, path: String) {
        match self.aim {
            Aim::Merge(_) => self.notes.push(Note::Kept { path }),
            Aim::Undo => self.conflicts.push(Conflict { path, why: Why::Edited }),
        }
    }

    /// What no rule decides: the side that was named for such cases, else a conflict.
    fn undecided(&mut self, path: String, why: Why, ours: Option<Leaf>, theirs: Option<Leaf>) -> Option<Leaf> {
        match self.how.take {
            Some(Side::Ours) => ours,
            Some(Side::Theirs) => theirs,
            None => {
                self.conflicts.push(Conflict { path, why });
                ours
            }
        }
    }

    fn tell(&mut self, path: &str, told: Vec<Told>) -> Result<()> {
        let Aim::Merge(ages) = self.aim else { return Ok(()) };
        for Told { field, kept, dropped, from } in told {
            let given = |side: Side, value: String| -> Result<Given> {
                let last = ages.last(side, path, &field)?;
                Ok(Given { value, by: last.by, at: last.at })
            };
            let (kept, dropped) = (given(from, kept)?, given(from.other(), dropped)?);
            self.notes.push(Note::Field { path: path.to_owned(), field, kept, dropped });
        }
        Ok(())
    }
}

/// Merges versions of a file by what its path says it is.
pub fn merge_file(path: &str, versions: Versions<'_>, judge: &Judge<'_>) -> Result<Outcome> {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("md") => merge::merge_page(versions, judge),
        Some("yaml" | "yml") => merge::merge_policy(versions, judge),
        _ => merge::merge_lines(versions, judge),
    }
}

/// What lies under each name in base, ours and theirs.
pub fn abreast<'n>(sides: [impl Iterator<Item = (&'n [u8], Leaf)>; 3]) -> BTreeMap<&'n [u8], Three<Leaf>> {
    let mut names: BTreeMap<&[u8], Three<Leaf>> = BTreeMap::new();
    for (side, leaves) in sides.into_iter().enumerate() {
        for (name, leaf) in leaves {
            names.entry(name).or_default()[side] = Some(leaf);
        }
    }
    names
}

/// The ticket whose folder this is.
fn ticket_at(path: &[u8]) -> Option<TicketId> {
    let path = std::str::from_utf8(path).ok()?;
    let id: TicketId = path.rsplit_once('/')?.1.parse().ok()?;
    (layout::ticket_folder(&id) == path).then_some(id)
}
