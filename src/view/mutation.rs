//! What a command that changes something answers.

use serde::Serialize;
use serde_json::Value;

use crate::domain::id::TicketId;

#[derive(Debug, Clone, Default, Serialize)]
pub struct MutationView {
    /// The tickets that changed.
    pub tickets: Vec<String>,
    /// `null` where nothing was to be done, or with `--dry-run`.
    pub commit: Option<String>,
    pub changes: Vec<ChangeView>,
    pub comments: Vec<NewComment>,
    /// How an assignment was decided, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<AssignmentView>,
    /// The rules that only time set off, each with its ticket.
    #[serde(skip)]
    pub fired: Vec<(TicketId, String)>,
    /// What the user should know although it is done.
    #[serde(skip)]
    pub warnings: Vec<String>,
    /// Nothing was written because nobody wanted it to be.
    #[serde(skip)]
    pub dry_run: bool,
}

/// How an assignment was decided: `assign ID auto --explain`.
#[derive(Debug, Clone, Serialize)]
pub struct AssignmentView {
    pub ticket: String,
    /// The rule whose strategy it is; `null` where no rule fits.
    pub rule: Option<String>,
    pub strategy: &'static str,
    pub chosen: Option<String>,
    /// Whom the chosen one stands in for.
    pub instead_of: Option<String>,
    pub candidates: Vec<CandidateView>,
}

/// Somebody who might have taken a ticket.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateView {
    pub handle: String,
    /// Their tickets in state open.
    pub open: usize,
    /// When the newest ticket they have was created.
    pub newest: Option<jiff::Timestamp>,
    /// The sum of their levels in the required skills.
    pub skill: u32,
    /// Why they cannot take it.
    pub unfit: Vec<String>,
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
