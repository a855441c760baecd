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
    /// The file with both versions between marks; `None` where it is no text.
    pub marked: Option<Vec<u8>>,
}
