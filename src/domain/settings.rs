//! The desk's settings (`loket.yaml`): its words, its statuses, its custom fields.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::domain::ticket::State;

/// The type of a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Number,
    Date,
    Bool,
    /// One of these values.
    Enum(Vec<String>),
}

/// A custom field as `loket.yaml` declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRule {
    pub kind: FieldType,
    /// The verbs (`solve`, `close`) that want it filled.
    pub required_on: Vec<String>,
}

/// What becomes of an answer to a closed ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    Reopen,
    NewTicket,
    Reject,
}

/// `loket.yaml`, with the defaults for what it leaves out.
#[derive(Debug, Clone)]
pub struct Settings {
    pub desk: String,
    pub language: String,
    pub languages: Vec<String>,
    pub timezone: jiff::tz::TimeZone,
    /// In the order they are told: the stock statuses, then the desk's own.
    pub statuses: Vec<(String, State)>,
    pub types: Vec<String>,
    pub channels: Vec<String>,
    pub fields: BTreeMap<String, FieldRule>,
    pub follow_up: FollowUp,
    pub reopen_days: u32,
    pub close_after: SignedDuration,
    /// The address the desk is written to.
    pub address: Option<String>,
    /// Other addresses that lead to it.
    pub aliases: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let stock = [
            ("new", State::Open),
            ("open", State::Open),
            ("waiting", State::Waiting),
            ("on-hold", State::Hold),
            ("solved", State::Solved),
            ("closed", State::Closed),
            ("spam", State::Discarded),
        ];
        let words = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        Settings {
            desk: "Helpdesk".into(),
            language: "en".into(),
            languages: words(&["en"]),
            timezone: jiff::tz::TimeZone::UTC,
            statuses: stock.map(|(name, state)| (name.to_owned(), state)).to_vec(),
            types: words(&["question", "request", "service", "incident", "complaint"]),
            channels: words(&["email", "web", "phone", "chat", "social", "cli", "api"]),
            fields: BTreeMap::new(),
            follow_up: FollowUp::NewTicket,
            reopen_days: 14,
            close_after: SignedDuration::from_hours(96),
            address: None,
            aliases: Vec::new(),
        }
    }
}

impl Settings {
    /// The state of a status; `None` if the desk has no such status.
    pub fn state(&self, status: &str) -> Option<State> {
        self.statuses.iter().find(|(name, _)| name == status).map(|(_, state)| *state)
    }
}
