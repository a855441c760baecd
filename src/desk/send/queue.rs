//! What has to be sent: found in the tickets, never kept beside them.

use jiff::Timestamp;

use crate::desk::stage::Kept;
use crate::domain::comment::{Comment, Visibility};
use crate::domain::id::TicketId;
use crate::domain::settings::Settings;

/// The author of what loket writes itself.
pub const MACHINE: &str = "loket";

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A public comment of an agent's, by its stem; or one that a rule has written.
    Comment(String),
    /// That a new ticket has arrived.
    Acknowledgement,
    /// That an answer to a closed ticket was not taken, to this address.
    Rejection(String),
    /// To an agent, that somebody has written.
    Notice { stem: String, handle: String },
}

impl Due {
    /// How it is told apart from all others of its ticket, in its message id. `so_far` counts the ticket's automatic
    /// comments: the second rejection of somebody is another message.
    pub fn name(&self, so_far: usize) -> String {
        match self {
            Due::Comment(stem) => stem.clone(),
            Due::Acknowledgement => "acknowledgement".to_owned(),
            Due::Rejection(_) => format!("rejection-{so_far}"),
            Due::Notice { stem, handle } => format!("notice-{stem}-{handle}"),
        }
    }

    /// The comment it is or is about.
    pub fn stem(&self) -> Option<&str> {
        match self {
            Due::Comment(stem) | Due::Notice { stem, .. } => Some(stem),
            Due::Acknowledgement | Due::Rejection(_) => None,
        }
    }
}

/// All that is due for a ticket, in the order it goes out.
pub fn due(kept: &Kept) -> Vec<Due> {
    let ticket = &kept.ticket;
    let automatic = ticket.unsent.iter().filter_map(|text| match text.split_once(' ') {
        Some(("rejection", address)) => Some(Due::Rejection(address.to_owned())),
        None if text == "acknowledgement" => Some(Due::Acknowledgement),
        _ => None,
    });
    let mut found: Vec<Due> = automatic.collect();
    let facts = crate::domain::facts::Facts {
        ticket: ticket.clone(),
        state: crate::domain::ticket::State::Open,
        org: None,
        updated: None,
        closed: None,
        promise: None,
        body: String::new(),
        thread: kept.thread.clone(),
    };
    found.extend(facts.due().map(|comment| Due::Comment(comment.id.clone())));
    for comment in &kept.thread {
        let told = comment.mail.unsent.iter();
        found.extend(told.map(|handle| Due::Notice { stem: comment.id.clone(), handle: handle.clone() }));
    }
    found
}

/// The automatic comments that went to an address.
fn automatic<'k>(kept: &'k Kept, address: &'k str) -> impl Iterator<Item = &'k Comment> {
    kept.thread.iter().filter(move |comment| {
        let machine = comment.automatic && comment.author == MACHINE && comment.visibility == Visibility::Public;
        // What names nobody goes to the requester.
        let to = if comment.mail.to.is_empty() { kept.ticket.requester.as_slice() } else { &comment.mail.to };
        machine && to.iter().any(|to| to.eq_ignore_ascii_case(address))
    })
}

/// How many automatic comments a ticket has.
pub fn count_automatic(kept: &Kept) -> usize {
    kept.thread.iter().filter(|comment| comment.automatic && comment.author == MACHINE).count()
}

/// Whether one more automatic answer may go to an address now (mail.md, Sending; as Zammad limits its own).
pub fn may_answer(kept: &Kept, address: &str, settings: &Settings, now: Timestamp) -> bool {
    let sent: Vec<Timestamp> = automatic(kept, address)
        .filter_map(|comment| comment.mail.delivered.as_deref()?.parse::<Timestamp>().ok())
        .collect();
    settings.mail.limits.iter().all(|(within, most)| {
        let recent = sent.iter().filter(|at| now.duration_since(**at) < *within).count();
        recent < *most
    })
}

/// A message, by ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub ticket: TicketId,
    pub due: Due,
}
