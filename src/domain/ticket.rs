//! A ticket: what the front matter of `ticket.md` says, and the requester's first message.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::id::TicketId;

/// How soon a ticket wants attention; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub const ALL: [Priority; 4] = [Priority::Low, Priority::Normal, Priority::High, Priority::Urgent];

    pub fn name(self) -> &'static str {
        ["low", "normal", "high", "urgent"][self as usize]
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.name() == name)
    }
}

/// What a status means to every part of loket; each status of a desk maps to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Open,
    Waiting,
    Hold,
    Solved,
    Closed,
    Discarded,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Open, State::Waiting, State::Hold, State::Solved, State::Closed, State::Discarded];

    pub fn name(self) -> &'static str {
        ["open", "waiting", "hold", "solved", "closed", "discarded"][self as usize]
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Neither solved, closed nor discarded: somebody still has to do something.
    pub fn is_live(self) -> bool {
        matches!(self, State::Open | State::Waiting | State::Hold)
    }
}

/// How one ticket relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    DuplicateOf,
    Parent,
    RelatedTo,
    BlockedBy,
    SplitFrom,
}

impl Relation {
    pub const ALL: [Relation; 5] =
        [Relation::DuplicateOf, Relation::Parent, Relation::RelatedTo, Relation::BlockedBy, Relation::SplitFrom];

    pub fn name(self) -> &'static str {
        ["duplicate-of", "parent", "related-to", "blocked-by", "split-from"][self as usize]
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.name() == name)
    }
}

/// `RELATION ID`, a line of `links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub relation: Relation,
    pub id: TicketId,
}

/// The value of a custom field, of the type `loket.yaml` declares or the YAML shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    Bool(bool),
    Integer(i64),
    Number(f64),
    /// Text, an enum's value, or a date as it is written.
    Text(String),
}

impl FieldValue {
    /// As a number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            FieldValue::Integer(whole) => Some(*whole as f64),
            FieldValue::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FieldValue::Bool(truth) => truth.fmt(out),
            FieldValue::Integer(whole) => whole.fmt(out),
            FieldValue::Number(number) => number.fmt(out),
            FieldValue::Text(text) => out.write_str(text),
        }
    }
}

/// What the requester thought of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// 1 to 5.
    pub score: u8,
    pub comment: Option<String>,
    pub date: Option<Timestamp>,
}

/// The keys a person, a rule or a pattern may set.
pub const SETTABLE: [&str; 20] = [
    "title",
    "status",
    "priority",
    "type",
    "requester",
    "cc",
    "assignee",
    "team",
    "tags",
    "channel",
    "language",
    "message-id",
    "links",
    "line",
    "remind-at",
    "close-at",
    "until",
    "merged-into",
    "external-id",
    "field.NAME",
];

/// A ticket as its file says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub title: String,
    pub status: String,
    pub priority: Priority,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub requester: Option<String>,
    pub cc: Vec<String>,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub tags: Vec<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    pub created: Timestamp,
    /// Of the first message, as it is written: `<id@host>`.
    pub message_id: Option<String>,
    /// The messages the first message answers, and others it refers to, none of which the desk had when it came.
    #[serde(default)]
    pub in_reply_to: Vec<String>,
    #[serde(default)]
    pub references: Vec<String>,
    pub links: Vec<Link>,
    pub fields: BTreeMap<String, FieldValue>,
    pub satisfaction: Option<Satisfaction>,
    pub attachments: Vec<String>,
    /// An agent opened it outwards: its first message is ours, not the requester's.
    #[serde(default)]
    pub outbound: bool,
    /// 2 while the second line has it, else 1.
    pub line: u8,
    pub remind_at: Option<Timestamp>,
    pub close_at: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub merged_into: Option<TicketId>,
    pub external_id: Option<String>,
    /// What to be careful about in the first message.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Automatic answers that are still to be sent: `acknowledgement`, `rejection ADDRESS`.
    #[serde(default)]
    pub unsent: Vec<String>,
    /// How often the requester's link to it was taken back; each time the next one counts.
    #[serde(default)]
    pub portal_link: u32,
}
