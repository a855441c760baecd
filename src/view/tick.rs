//! What `tick` did.

use serde::Serialize;

use super::mutation::{ChangeView, NewComment};

/// `tick`
#[derive(Debug, Clone, Default, Serialize)]
pub struct TickView {
    /// One for a hundred tickets.
    pub commits: Vec<String>,
    /// What time brought.
    pub events: Vec<TickEvent>,
    pub changes: Vec<ChangeView>,
    pub comments: Vec<NewComment>,
    #[serde(skip)]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub dry_run: bool,
}

/// What time brought a ticket: `sla-breach first-response 1`, `close-after`.
#[derive(Debug, Clone, Serialize)]
pub struct TickEvent {
    pub ticket: String,
    pub event: String,
}
