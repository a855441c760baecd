//! What `tick` did.

use jiff::Timestamp;
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
    /// What rules made happen outside the desk.
    pub errands: Vec<ErrandView>,
    #[serde(skip)]
    pub warnings: Vec<String>,
    #[serde(skip)]
    pub dry_run: bool,
}

/// A webhook or a program, and what became of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ErrandView {
    pub id: String,
    pub ticket: Option<String>,
    pub rule: String,
    /// `webhook` or `run`.
    pub what: &'static str,
    /// `done`, `later` or `given-up`.
    pub outcome: &'static str,
    /// When it is tried again.
    pub again: Option<Timestamp>,
    /// Why it was not done.
    pub said: Option<String>,
}

impl ErrandView {
    /// What went wrong, for people.
    pub fn trouble(&self) -> Option<String> {
        let said = self.said.as_deref()?;
        let next = match self.again {
            Some(at) => format!("a tick after {at} tries again"),
            None => "it is given up; `loket tick --again` tries once more".to_owned(),
        };
        Some(format!("rule '{}': {}: {said}; {next}", self.rule.escape_debug(), self.what))
    }
}

/// What time brought a ticket: `sla-breach first-response 1`, `close-after`.
#[derive(Debug, Clone, Serialize)]
pub struct TickEvent {
    pub ticket: String,
    pub event: String,
}
