//! Two histories made one by meaning (cli.md, `sync`): a walk over three trees that looks only at what both sides
//! changed, and the rules of `format::merge` for each file there.

mod ages;
mod apply;
mod folder;
mod lines;
mod walk;

use git2::Oid;
use jiff::Timestamp;

use super::change::Person;
use crate::domain::id::TicketId;
use crate::format::merge::Side;

pub use ages::Ages;
pub use apply::{Described, Joined};
pub use lines::{is_binary, merge_lines};
pub use walk::merge_file;

/// What a merge needs to be told beside the two commits.
pub struct How<'a> {
    /// Whose text stands where both changed the same lines; `None` leaves it a conflict.
    pub take: Option<Side>,
    /// What somebody made of conflicts, by path.
    pub settled: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// A free id like another's, where both sides drew the same.
    pub fresh: &'a dyn Fn(&TicketId) -> TicketId,
}

/// What a merge would make.
pub struct Merged {
    pub tree: Option<Oid>,
    pub notes: Vec<Note>,
    /// Where it cannot be made; nobody may use the tree then.
    pub conflicts: Vec<Conflict>,
}

/// A value somebody gave, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub value: String,
    pub by: Person,
    pub at: Timestamp,
}

/// What people are told of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Both changed a field: the later change was kept.
    Field { path: String, field: String, kept: Given, dropped: Given },
    /// One deleted what the other edited: the edit was kept.
    Kept { path: String },
    /// Both made a file of this name: one was given another.
    Renamed { path: String, to: String },
    /// Both drew this id: the later ticket was given another.
    Renumbered { from: TicketId, to: TicketId },
}

/// A file that is not merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub path: String,
    pub why: Why,
}

/// Why a file is not merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The file with both versions of the same lines between marks.
    Lines(Vec<u8>),
    /// It is no text, or not even a file on both sides.
    NoText,
    /// Both changed the field, and the later change does not count.
    Field(String),
    /// It was edited where it would have to go.
    Edited,
}

/// What three trees are walked for.
pub enum Aim<'a> {
    /// Two histories become one: of a field the later change stands, and an edit stays although the other side deleted.
    Merge(&'a Ages<'a>),
    /// A commit is taken back: what was changed again since is in the way.
    Undo,
}
