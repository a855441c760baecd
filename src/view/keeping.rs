//! Backups, and what lies in the working tree.

use jiff::Timestamp;
use serde::Serialize;

/// `backup`
#[derive(Debug, Clone, Serialize)]
pub struct BackupView {
    pub file: String,
    /// The desk's newest commit in it.
    pub commit: String,
    /// How many commits it has that what it goes on from has not.
    pub commits: usize,
    pub bytes: u64,
}

/// `backup verify`
#[derive(Debug, Clone, Serialize)]
pub struct VerifiedView {
    pub files: Vec<String>,
    /// The newest commit.
    pub commit: String,
    pub date: Timestamp,
    /// Whether it is what the desk at hand has at that commit; `null` outside a desk.
    pub same: Option<bool>,
    /// Commits the desk at hand has and the backup has not.
    pub behind: Option<usize>,
    pub tickets: usize,
    pub comments: usize,
    /// Errors that `check` finds in it.
    pub errors: usize,
}

/// `tidy`
#[derive(Debug, Clone, Serialize)]
pub struct TidyView {
    /// Months in the working tree, as `2026-11`.
    pub here: Vec<String>,
    /// Months that are not.
    pub away: Vec<String>,
    #[serde(skip)]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub dry_run: bool,
}
