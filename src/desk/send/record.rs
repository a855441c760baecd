//! What was sent, noted twice: at once beside the repository, so that a kill between the server's yes and the commit makes
//! nothing go out twice, and then in the ticket.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::queue::MACHINE;
use crate::desk::Here;
use crate::desk::stage::Stage;
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::id::TicketId;
use crate::domain::person::Customer;
use crate::failure::Result;
use crate::format::frontmatter::Node;
use crate::format::ticket::render_instant;
use crate::format::{customer, layout};

/// Something that was sent, or never will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// A comment went out, or `delivered` says why it did not.
    Comment { ticket: TicketId, stem: String, message_id: Option<String>, delivered: String },
    /// A machine's answer went out, or with `None` will not.
    Automatic { ticket: TicketId, unsent: String, sent: Option<Automatic> },
    /// An agent was told of a comment.
    Notice { ticket: TicketId, stem: String, handle: String },
    /// A server does not know an address of a ticket.
    Undeliverable { ticket: TicketId, address: String, note: String, key: String },
}

/// An answer of ours that becomes a comment when it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    pub to: String,
    pub message_id: String,
    pub text: String,
    pub date: Timestamp,
}

impl Record {
    pub fn ticket(&self) -> &TicketId {
        match self {
            Record::Comment { ticket, .. }
            | Record::Automatic { ticket, .. }
            | Record::Notice { ticket, .. }
            | Record::Undeliverable { ticket, .. } => ticket,
        }
    }

    /// Notes it in the ticket; what is noted already stays as it is.
    pub fn apply(&self, stage: &mut Stage<'_>) -> Result<()> {
        if stage.find(self.ticket())?.is_none() {
            return Ok(());
        }
        match self {
            Record::Comment { ticket, stem, message_id, delivered } => {
                let known = stage.open(ticket)?.thread.iter().find(|comment| comment.id == *stem);
                let Some(known) = known.filter(|comment| comment.mail.delivered.is_none()) else { return Ok(()) };
                let mut edits = vec![("delivered", Some(Node::Text(delivered.clone())))];
                if let (Some(id), None) = (message_id, &known.mail.message_id) {
                    edits.insert(0, ("message-id", Some(Node::Text(format!("<{id}>")))));
                }
                stage.edit_comment(ticket, stem, &edits)
            }
            Record::Automatic { ticket, unsent, sent } => {
                if !stage.open(ticket)?.ticket.unsent.contains(unsent) {
                    return Ok(());
                }
                stage.change(ticket)?.ticket.unsent.retain(|known| known != unsent);
                match sent {
                    Some(sent) => stage.say(ticket, sent.comment()).map(drop),
                    None => Ok(()),
                }
            }
            Record::Notice { ticket, stem, handle } => {
                let known = stage.open(ticket)?.thread.iter().find(|comment| comment.id == *stem);
                let Some(known) = known.filter(|comment| comment.mail.unsent.contains(handle)) else { return Ok(()) };
                let left = known.mail.unsent.iter().filter(|other| *other != handle);
                let left: Vec<Node> = left.cloned().map(Node::Text).collect();
                stage.edit_comment(ticket, stem, &[("unsent", (!left.is_empty()).then_some(Node::List(left)))])
            }
            Record::Undeliverable { address, note, key, .. } => {
                let path = layout::customer(key);
                let text = match stage.text(&path)? {
                    Some(bytes) => customer::note_undeliverable(&String::from_utf8_lossy(&bytes), key, note)
                        .map_err(|fault| crate::format::failure(&fault, &path))?,
                    None => customer::render(&Customer::unreachable(key, address, note)),
                };
                stage.write(path, text);
                Ok(())
            }
        }
    }
}

impl Automatic {
    fn comment(&self) -> Comment {
        Comment {
            id: String::new(),
            author: MACHINE.to_owned(),
            date: self.date,
            visibility: Visibility::Public,
            channel: Some("email".into()),
            attachments: Vec::new(),
            pattern: None,
            deviates: false,
            automatic: true,
            mail: Mail {
                message_id: Some(format!("<{}>", self.message_id)),
                to: vec![self.to.clone()],
                delivered: Some(render_instant(self.date)),
                ..Mail::default()
            },
            body: self.text.clone(),
        }
    }
}

impl Here {
    /// What an earlier run has sent and could not note in the tickets.
    pub(super) fn sent_before(&self) -> Result<Vec<Record>> {
        let text = self.desk.sent_notes()?;
        // A line that was cut off by a kill is one whose message the server has not confirmed.
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Notes at once that something was sent.
    pub(super) fn note_sent(&self, record: &Record) -> Result<()> {
        self.desk.note_sent(&serde_json::to_string(record)?)
    }
}
