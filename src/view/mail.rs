//! What messages are, as JSON has it.

use serde::Serialize;

use super::ticket::FileView;

/// `mail ingest`: what became of a message.
#[derive(Debug, Clone, Serialize)]
pub struct IngestView {
    /// `new` `follow-up` `follow-up-new` `rejected` `ignored` `duplicate` `quarantined` `bounce`
    pub action: &'static str,
    pub ticket: Option<String>,
    /// The stem of the comment it became; `null` where it opened the ticket.
    pub comment: Option<String>,
    /// How the ticket was found: `bounce` `plus-address` `in-reply-to` `references` `subject`.
    pub via: Option<&'static str>,
    pub message_id: Option<String>,
    /// The bare address in lower case.
    pub from: Option<String>,
    pub class: Option<&'static str>,
    pub bounce: Option<&'static str>,
    /// Why it is not a person's, or not a message.
    pub reasons: Vec<String>,
    /// `null` where it stayed as it was.
    pub status: Option<StatusStep>,
    pub attachments: Vec<FileView>,
    pub warnings: Vec<String>,
    /// `null` where nothing was to be kept.
    pub commit: Option<String>,
    /// An agent sent it, for whom the desk's mail server vouches.
    #[serde(skip)]
    pub by_agent: bool,
    /// An automatic answer to it may go out.
    #[serde(skip)]
    pub may_reply: bool,
}

/// From one status to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusStep {
    /// `null` for a ticket that is new.
    pub from: Option<String>,
    pub to: String,
}

/// `mail classify`
#[derive(Debug, Clone, Serialize)]
pub struct ClassView {
    /// `human`, `auto-reply`, `out-of-office`, `auto-generated`, `list`, `bounce` or `own`.
    pub class: &'static str,
    /// `hard`, `soft` or `delayed`; `null` for what is no bounce.
    pub bounce: Option<&'static str>,
    /// Every sign that was found.
    pub reasons: Vec<String>,
}

/// `mail trim`
#[derive(Debug, Clone, Serialize)]
pub struct TrimView {
    pub new: String,
    pub quoted: String,
}

/// `mail send`
#[derive(Debug, Clone, Default, Serialize)]
pub struct SendView {
    /// How many messages left.
    pub sent: usize,
    pub failed: Vec<SendFailure>,
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// A message that did not leave; it goes out with the next `mail send`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendFailure {
    pub ticket: String,
    /// The stem of the comment; `null` for an automatic answer.
    pub comment: Option<String>,
    pub error: String,
}
