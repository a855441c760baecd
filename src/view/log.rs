//! An entry of the audit trail.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::event::{Event, FieldChange};

#[derive(Debug, Clone, Serialize)]
pub struct LogView {
    pub date: Timestamp,
    pub ticket: Option<String>,
    pub author: AuthorView,
    pub commit: String,
    pub command: Option<String>,
    pub changes: Vec<FieldChange>,
    pub comment: Option<String>,
    /// Why a guard was overridden.
    pub reason: Option<String>,
    /// The rules that fired.
    pub rules: Vec<String>,
    /// What time brought: `sla-breach first-response 1`.
    pub events: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AuthorView {
    pub name: String,
    pub email: String,
    /// The handle of the agent with that address.
    pub agent: Option<String>,
}

impl AuthorView {
    /// Who it is to people: the agent's handle, else the name.
    pub fn shown(&self) -> &str {
        self.agent.as_deref().unwrap_or(&self.name)
    }
}

impl LogView {
    pub fn of(event: Event, agent: Option<String>) -> LogView {
        LogView {
            date: event.date,
            ticket: event.ticket.map(String::from),
            author: AuthorView { name: event.name, email: event.email, agent },
            commit: event.commit,
            command: event.command,
            changes: event.changes,
            comment: event.comment,
            reason: event.reason,
            rules: event.rules,
            events: event.noted,
        }
    }
}
