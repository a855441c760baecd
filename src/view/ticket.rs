//! A ticket as `list` and `show` answer it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::log::LogView;
use crate::domain::clock::{ClockState, Promise};
use crate::domain::comment::{Comment, Role, Visibility};
use crate::domain::ticket::{FieldValue, Link, Satisfaction, State, Ticket};

/// A ticket of `list`; `show` adds body, thread and timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TicketView {
    pub id: String,
    pub title: String,
    pub status: String,
    pub state: State,
    pub priority: &'static str,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub requester: Option<String>,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub cc: Vec<String>,
    pub tags: Vec<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub line: u8,
    pub remind_at: Option<Timestamp>,
    pub close_at: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub merged_into: Option<String>,
    pub external_id: Option<String>,
    pub path: String,
    pub comments: usize,
    pub links: Vec<Link>,
    pub fields: BTreeMap<String, FieldValue>,
    pub satisfaction: Option<Satisfaction>,
    pub first_response: Option<Timestamp>,
    /// When the first SLA clock that runs is due.
    pub due: Option<Timestamp>,
    /// `null` where no policy fits.
    pub sla: Option<SlaStanding>,
}

/// How a ticket stands with what its policy promises.
#[derive(Debug, Clone, Serialize)]
pub struct SlaStanding {
    pub policy: String,
    /// The target that is judged; `null`, like the state, where no clock runs or ran.
    pub target: Option<&'static str>,
    pub due: Option<Timestamp>,
    pub state: Option<ClockState>,
}

impl SlaStanding {
    fn of(promise: &Promise, now: Timestamp) -> SlaStanding {
        let standing = promise.standing(now);
        SlaStanding {
            policy: promise.policy.clone(),
            target: standing.map(|standing| standing.target.name()),
            due: standing.and_then(|standing| standing.due),
            state: standing.map(|standing| standing.state),
        }
    }
}

/// What is known of a ticket beside its file.
pub struct Known {
    pub state: State,
    pub comments: usize,
    pub first_response: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub promise: Option<Promise>,
    /// The instant at which the SLA is judged.
    pub now: Timestamp,
    pub path: String,
}

impl TicketView {
    pub fn of(ticket: Ticket, known: Known) -> TicketView {
        TicketView {
            id: ticket.id.to_string(),
            title: ticket.title,
            status: ticket.status,
            state: known.state,
            priority: ticket.priority.name(),
            kind: ticket.kind,
            requester: ticket.requester,
            assignee: ticket.assignee,
            team: ticket.team,
            cc: ticket.cc,
            tags: ticket.tags,
            channel: ticket.channel,
            language: ticket.language,
            created: ticket.created,
            updated: known.updated,
            closed: known.closed,
            line: ticket.line,
            remind_at: ticket.remind_at,
            close_at: ticket.close_at,
            until: ticket.until,
            merged_into: ticket.merged_into.map(String::from),
            external_id: ticket.external_id,
            path: known.path,
            comments: known.comments,
            links: ticket.links,
            fields: ticket.fields,
            satisfaction: ticket.satisfaction,
            first_response: known.first_response,
            due: known.promise.as_ref().and_then(Promise::due),
            sla: known.promise.map(|promise| SlaStanding::of(&promise, known.now)),
        }
    }
}

/// `show`: a ticket whole.
#[derive(Debug, Clone, Serialize)]
pub struct TicketPage {
    #[serde(flatten)]
    pub ticket: TicketView,
    pub body: String,
    /// The files of the first message.
    pub attachments: Vec<FileView>,
    /// What to be careful about in the first message.
    pub flags: Vec<String>,
    pub thread: Vec<CommentView>,
    /// The first messages of the tickets merged into this one, in the order of time.
    pub merged: Vec<MergedView>,
    pub timeline: Vec<LogView>,
}

/// A ticket that was merged into the one shown; its comments are in the thread.
#[derive(Debug, Clone, Serialize)]
pub struct MergedView {
    pub id: String,
    pub title: String,
    pub requester: Option<String>,
    #[serde(skip)]
    pub cc: Vec<String>,
    pub created: Timestamp,
    pub body: String,
    pub attachments: Vec<FileView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CommentView {
    pub id: String,
    /// The ticket it lies in, where that is one merged into the ticket shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    pub author: String,
    pub role: Role,
    pub visibility: Visibility,
    pub channel: Option<String>,
    pub date: Timestamp,
    pub body: String,
    pub attachments: Vec<FileView>,
    /// The slug of the pattern it was made from.
    pub pattern: Option<String>,
    /// Its text is not what the pattern makes.
    pub deviates: bool,
    /// A machine's: an acknowledgement, an out-of-office message.
    pub automatic: bool,
    /// When it was handed over for delivery; `null` where it was not, or was not sent by mail.
    pub delivered: Option<String>,
    /// What to be careful about.
    pub flags: Vec<String>,
    pub path: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct FileView {
    pub name: String,
    /// In bytes; `null` where the file is missing.
    pub size: Option<u64>,
    pub path: String,
}

impl CommentView {
    pub fn of(comment: Comment, requester: Option<&str>, path: String, attachments: Vec<FileView>) -> CommentView {
        CommentView {
            role: Role::of(&comment.author, requester),
            id: comment.id,
            ticket: None,
            author: comment.author,
            visibility: comment.visibility,
            channel: comment.channel,
            date: comment.date,
            body: comment.body,
            attachments,
            pattern: comment.pattern,
            deviates: comment.deviates,
            automatic: comment.automatic,
            delivered: comment.mail.delivered,
            flags: comment.mail.flags,
            path,
        }
    }
}

impl TicketPage {
    /// The page as the requester may see it: what is internal is taken out, not marked.
    pub fn public(mut self) -> TicketPage {
        // Who asked here sees of a merged ticket only what they could see of it before.
        let asker = self.ticket.requester.clone().unwrap_or_default();
        let is_theirs = |merged: &MergedView| {
            let own = merged.requester.iter().chain(&merged.cc);
            !asker.is_empty() && own.into_iter().any(|address| address.eq_ignore_ascii_case(&asker))
        };
        self.merged.retain(is_theirs);
        let merged: Vec<String> = self.merged.iter().map(|merged| merged.id.clone()).collect();
        self.thread.retain(|comment| {
            let visible = comment.ticket.as_ref().is_none_or(|ticket| merged.contains(ticket));
            comment.visibility == Visibility::Public && visible
        });
        // Which pattern an answer was made from, and whom the desk trusts, is its own business.
        for comment in &mut self.thread {
            (comment.pattern, comment.deviates, comment.delivered) = (None, false, None);
            comment.flags.clear();
        }
        self.flags.clear();
        self.timeline.clear();
        let ticket = &mut self.ticket;
        let (status, state) = match ticket.state {
            State::Open | State::Hold => ("open", State::Open),
            State::Waiting => ("waiting", State::Waiting),
            State::Solved => ("solved", State::Solved),
            State::Closed => ("closed", State::Closed),
            State::Discarded => ("closed", State::Closed),
        };
        (ticket.status, ticket.state) = (status.to_owned(), state);
        (ticket.assignee, ticket.team, ticket.external_id) = (None, None, None);
        (ticket.line, ticket.merged_into, ticket.priority) = (1, None, "normal");
        (ticket.remind_at, ticket.close_at, ticket.until) = (None, None, None);
        (ticket.due, ticket.sla) = (None, None);
        ticket.tags.clear();
        ticket.links.clear();
        ticket.fields.clear();
        // An internal comment is a change too; only what the requester saw may tell a time.
        let seen = self.thread.iter().map(|comment| comment.date).max();
        ticket.updated = Some(seen.unwrap_or(ticket.created).max(ticket.created));
        ticket.comments = self.thread.iter().filter(|comment| comment.ticket.is_none()).count();
        self
    }
}
