//! What `sync` did.

use jiff::Timestamp;
use serde::Serialize;

use super::log::AuthorView;

/// `sync`
#[derive(Debug, Clone, Default, Serialize)]
pub struct SyncView {
    pub remote: String,
    /// The remote's branch.
    pub branch: String,
    /// Where the desk is now.
    pub commit: Option<String>,
    /// Commits that came.
    pub fetched: usize,
    /// Commits that went.
    pub pushed: usize,
    /// Files that are other than before.
    pub files: usize,
    /// The commits that merged two histories.
    pub merges: Vec<String>,
    /// What gave way, and what was given another name.
    pub notes: Vec<NoteView>,
    #[serde(skip)]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub dry_run: bool,
}

/// Something people are told of a merge.
#[derive(Debug, Clone, Serialize)]
pub struct NoteView {
    /// `field`, `kept`, `renamed` or `renumbered`.
    pub what: &'static str,
    pub ticket: Option<String>,
    pub path: String,
    pub field: Option<String>,
    /// The value that stands.
    pub kept: Option<GivenView>,
    /// The value that gave way.
    pub dropped: Option<GivenView>,
    /// The other name, or the other id.
    pub to: Option<String>,
}

/// A value, who gave it and when.
#[derive(Debug, Clone, Serialize)]
pub struct GivenView {
    pub value: String,
    pub author: AuthorView,
    pub date: Timestamp,
}

impl GivenView {
    fn said(&self) -> String {
        format!("{} ({}, {})", self.value, self.author.shown(), self.date)
    }
}

impl NoteView {
    /// In words, on a line.
    pub fn said(&self) -> String {
        let place = self.ticket.as_deref().unwrap_or(&self.path);
        let to = self.to.as_deref().unwrap_or_default();
        match (&self.kept, &self.dropped) {
            (Some(kept), Some(dropped)) => {
                let field = self.field.as_deref().unwrap_or_default();
                format!("{place} {field}: {} stands, {} gave way", kept.said(), dropped.said())
            }
            _ if self.what == "renamed" => format!("{} was made twice: one is {to} now", self.path),
            _ if self.what == "renumbered" => format!("{place} was drawn twice: the later ticket is {to} now"),
            _ => format!("{place} was deleted by one and edited by the other: it stays, with the edit"),
        }
    }
}
