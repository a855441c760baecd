//! Which rules a change sets off, and how far (workflow.md, Rules).

use crate::domain::comment::{Comment, Visibility};
use crate::domain::policy::rule::Event;
use crate::domain::ticket::Ticket;

/// So many rules fire after a person's change, at most.
pub const MOST_FIRINGS: usize = 10;

/// What rules can listen to in a change: from one version of a ticket (`None`: it is new) to the next, with the comments
/// that came with it. What a machine wrote sets nothing off.
pub fn events(old: Option<&Ticket>, new: &Ticket, said: &[Comment]) -> Vec<Event> {
    let Some(old) = old else { return vec![Event::Created] };
    let mut found = changed(old, new);
    let said = said.iter().filter(|comment| !comment.automatic);
    found.extend(said.map(|comment| {
        // Whoever is outside speaks in public; what is kept internal of them is no message to the desk.
        let outside = comment.author.contains('@') && comment.visibility == Visibility::Public;
        if outside { Event::CustomerComment } else { Event::Comment }
    }));
    found.sort();
    found.dedup();
    found
}

/// The events of a change of fields.
pub fn changed(old: &Ticket, new: &Ticket) -> Vec<Event> {
    let mut found = Vec::new();
    if bare(old) != bare(new) {
        found.push(Event::Updated);
    }
    if old.status != new.status {
        found.push(Event::Status);
    }
    found
}

/// A ticket without what loket notes for itself.
fn bare(ticket: &Ticket) -> Ticket {
    Ticket {
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        flags: Vec::new(),
        unsent: Vec::new(),
        portal_link: 0,
        ..ticket.clone()
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
