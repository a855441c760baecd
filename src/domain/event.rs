//! The audit trail of a ticket: who changed what when, as its commits say.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::id::TicketId;
use crate::domain::ticket::State;

/// One field's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// A key as `set` takes it: `status`, `tags`, `field.product`, `body`.
    pub field: String,
    pub from: Value,
    pub to: Value,
}

/// What one commit did to one ticket (or, without a ticket, to the rest of the desk).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the history: parents before children.
    pub order: u64,
    pub date: Timestamp,
    pub ticket: Option<TicketId>,
    pub name: String,
    pub email: String,
    pub commit: String,
    /// The verb of the loket command; `None` for a commit made by hand.
    pub command: Option<String>,
    /// Why a guard was overridden.
    pub reason: Option<String>,
    /// The rules that fired in it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What time brought the ticket: `sla-breach first-response 1`, `remind 2026-11-24T09:00:00Z`.
    #[serde(default)]
    pub noted: Vec<String>,
    pub changes: Vec<FieldChange>,
    /// The comment it added.
    pub comment: Option<String>,
    /// It is the ticket's first.
    pub created: bool,
}

/// When a ticket last came into state closed, if it still is: the last change into it, or its creation.
pub fn closed_at(events: &[Event], now: State, state_of: impl Fn(&str) -> Option<State>) -> Option<Timestamp> {
    if now != State::Closed {
        return None;
    }
    let state = |value: &Value| value.as_str().and_then(&state_of);
    let closing = |event: &&Event| {
        event.changes.iter().any(|change| {
            change.field == "status"
                && state(&change.to) == Some(State::Closed)
                && state(&change.from) != Some(State::Closed)
        })
    };
    let last = events.iter().rev().find(closing).or_else(|| events.iter().find(|event| event.created));
    last.map(|event| event.date)
}
