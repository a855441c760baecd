//! What can be asked of a ticket: the subject of the query language, in memory and in the index alike.

use jiff::Timestamp;

use crate::domain::clock::Promise;
use crate::domain::comment::{Comment, Role, Visibility};
use crate::domain::ticket::{State, Ticket};

/// A ticket with everything a query may test. The index holds exactly this; the evaluator reads it directly.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub ticket: Ticket,
    pub state: State,
    /// The organisation of the requester, by their customer file or their address's domain.
    pub org: Option<String>,
    /// The last commit that touched it; `None` where the timeline was not asked for.
    pub updated: Option<Timestamp>,
    /// The last change into state closed while it still is.
    pub closed: Option<Timestamp>,
    /// What the SLA promises it; `None` where no policy fits, and where the timeline was not asked for.
    pub promise: Option<Promise>,
    pub body: String,
    /// The ticket's own thread, in the order of time.
    pub thread: Vec<Comment>,
}

impl Facts {
    fn role(&self, comment: &Comment) -> Role {
        Role::of(&comment.author, self.ticket.requester.as_deref())
    }

    fn answers(&self) -> impl DoubleEndedIterator<Item = (usize, &Comment)> {
        self.thread.iter().enumerate().filter(|(_, comment)| {
            comment.visibility == Visibility::Public && !comment.automatic && self.role(comment) == Role::Agent
        })
    }

    /// When an agent first answered in public.
    pub fn first_response(&self) -> Option<Timestamp> {
        self.answers().next().map(|(_, comment)| comment.date)
    }

    /// The author of the last public agent comment.
    pub fn answered_by(&self) -> Option<&str> {
        self.answers().next_back().map(|(_, comment)| comment.author.as_str())
    }

    /// No public agent comment since the requester's last message (the first message counts as one).
    pub fn is_unanswered(&self) -> bool {
        let asks = |comment: &Comment| self.role(comment) == Role::Requester && !comment.automatic;
        let last = self.thread.iter().rposition(asks);
        match (self.answers().next_back(), last) {
            (None, _) => true,
            (Some((answer, _)), Some(message)) => answer < message,
            (Some(_), None) => false,
        }
    }

    pub fn has_internal(&self) -> bool {
        self.thread.iter().any(|comment| comment.visibility == Visibility::Internal)
    }

    pub fn has_pattern(&self) -> bool {
        self.thread.iter().any(|comment| comment.pattern.is_some())
    }

    /// The comments that are to be mailed to the requester: an agent's public ones that nobody has sent. What was said
    /// on another way, by phone say, is none.
    pub fn due(&self) -> impl Iterator<Item = &Comment> {
        let elsewhere = |channel: &str| matches!(channel, "phone" | "chat" | "social");
        self.thread.iter().filter(move |comment| {
            self.ticket.requester.is_some()
                && comment.visibility == Visibility::Public
                && self.role(comment) == Role::Agent
                && comment.mail.delivered.is_none()
                && !comment.channel.as_deref().is_some_and(elsewhere)
        })
    }

    /// Whether mail has to go out for it.
    pub fn is_in_outbox(&self) -> bool {
        let told = self.thread.iter().any(|comment| !comment.mail.unsent.is_empty());
        !self.ticket.unsent.is_empty() || told || self.due().next().is_some()
    }

    pub fn has_attachment(&self) -> bool {
        !self.ticket.attachments.is_empty() || self.thread.iter().any(|comment| !comment.attachments.is_empty())
    }
}
