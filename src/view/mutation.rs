//! What a command that changes something answers.

use serde::Serialize;
use serde_json::Value;

#[derive(Debug, Clone, Default, Serialize)]
pub struct MutationView {
    /// The tickets that changed.
    pub tickets: Vec<String>,
    /// `null` where nothing was to be done, or with `--dry-run`.
    pub commit: Option<String>,
    pub changes: Vec<ChangeView>,
    pub comments: Vec<NewComment>,
    /// What the user should know although it is done.
    #[serde(skip)]
    pub warnings: Vec<String>,
    /// Nothing was written because nobody wanted it to be.
    #[serde(skip)]
    pub dry_run: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    pub ticket: String,
    pub field: String,
    pub from: Value,
    pub to: Value,
}

#[derive(Debug, Clone, Serialize)]
pub struct NewComment {
    pub ticket: String,
    pub id: String,
    pub path: String,
}

/// `new` tells of the one ticket it made.
#[derive(Debug, Clone, Serialize)]
pub struct NewView {
    pub id: String,
    pub path: String,
    #[serde(flatten)]
    pub mutation: MutationView,
}

/// A file that is no ticket's was made or changed.
#[derive(Debug, Clone, Serialize)]
pub struct FileChangeView {
    pub path: String,
    pub commit: Option<String>,
    #[serde(skip)]
    pub warnings: Vec<String>,
}
