//! Messages that are stored already, and what is kept of those that have no ticket.

use super::find::{Known, Made, bare};
use crate::desk::stage::{Kept, Stage};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::frontmatter::{self, Node};
use crate::mail::identity;
use crate::mail::message::Message;
use crate::mail::trim::trim;

/// How many messages with one id are told apart.
const NAMESAKES: usize = 100;

/// Whether a message was stored before.
pub enum Stored {
    No,
    /// The same message.
    Same {
        ticket: Option<TicketId>,
        comment: Option<String>,
    },
    /// Another with its id; under which it is stored then.
    Other {
        id: String,
    },
}

/// Looks for a message of the same id and body.
pub fn stored(stage: &mut Stage<'_>, known: &Known<'_>, made: &Made, message: &Message<'_>) -> Result<Stored> {
    let id = &message.message_id;
    for number in 1..NAMESAKES {
        let stored = if number == 1 { id.clone() } else { format!("<{id}>+{number}") };
        let tickets = known.with(made, &stored, true)?;
        if tickets.is_empty() {
            return Ok(if number == 1 { Stored::No } else { Stored::Other { id: stored } });
        }
        for ticket in tickets {
            if let Some(comment) = same_in(stage, &ticket, &bare(&stored), message)? {
                return Ok(Stored::Same { ticket: stage.root(&ticket)?, comment });
            }
        }
    }
    // So many under one id are no accident: the rest counts as seen.
    Ok(Stored::Same { ticket: None, comment: None })
}

/// The place of a message in a ticket, where it is the same: `None` for the first message, else the comment's stem.
fn same_in(
    stage: &mut Stage<'_>,
    ticket: &TicketId,
    id: &str,
    message: &Message<'_>,
) -> Result<Option<Option<String>>> {
    let snapshot = stage.snapshot;
    let Some(kept) = stage.find(ticket)? else { return Ok(None) };
    let is_it = |stored: &Option<String>| stored.as_deref().is_some_and(|stored| bare(stored) == id);
    let mut places: Vec<(Option<String>, &str)> = Vec::new();
    if is_it(&kept.ticket.message_id) {
        places.push((None, &kept.body));
    }
    let comments = kept.thread.iter().filter(|comment| is_it(&comment.mail.message_id));
    places.extend(comments.map(|comment| (Some(comment.id.clone()), comment.body.as_str())));
    for (stem, body) in places {
        let same = match raw(kept, stem.as_deref()) {
            Some(object) => identity::body_digest_of(&snapshot.read(object)?) == message.body_digest,
            None => is_text_of(body, message),
        };
        if same {
            return Ok(Some(stem));
        }
    }
    Ok(None)
}

/// The object of a message as it came, where it was kept.
fn raw(kept: &Kept, stem: Option<&str>) -> Option<crate::store::Oid> {
    let name = format!("{}.eml", stem.unwrap_or("message"));
    kept.files.get(&name).copied()
}

/// Whether a stored text is what a message would make; its pictures have other names there.
fn is_text_of(stored: &str, message: &Message<'_>) -> bool {
    let words =
        |text: &str| text.split_whitespace().filter(|word| !word.contains("](")).map(str::to_owned).collect::<Vec<_>>();
    let trimmed = trim(&message.body);
    words(stored) == words(&fold::join(&trimmed.new, &trimmed.quoted))
}

/// The file that says why a message is in quarantine.
pub fn reason(date: &str, reason: &str) -> String {
    let keys = [("date", Node::Text(date.to_owned())), ("reason", Node::Text(reason.to_owned()))];
    let body = "loket could not make a ticket of the message beside this file. Mend it and give it to `loket mail ingest`\n\
                again, or write a ticket by hand; then remove both files.\n";
    frontmatter::render(&keys, body)
}
