//! What a state of the source changes, put onto a ticket as it is now.

use std::collections::BTreeSet;

use super::StateRow;
use crate::domain::event::Event;
use crate::domain::ticket::Ticket;
use crate::format::ticket::{ORDER, node};

/// The rows that change something of what the map takes.
pub fn dedup(rows: &[StateRow]) -> Vec<&StateRow> {
    let mut kept: Vec<&StateRow> = Vec::new();
    for row in rows {
        if kept.last().is_none_or(|last| last.ticket != row.ticket || last.body != row.body) {
            kept.push(row);
        }
    }
    kept
}

/// Whether an event is a state of an earlier import.
fn is_state(event: &Event) -> bool {
    event.command.as_deref() == Some("import") && (event.created || !event.changes.is_empty())
}

/// How many of the source's states are in the ticket's history already. Those of an earlier import carry its trailer
/// and the source's dates; where they do not fit the file, all up to the last imported date count as done.
pub fn already(events: &[Event], rows: &[&StateRow]) -> usize {
    let imported: Vec<&Event> = events.iter().filter(|event| is_state(event)).collect();
    let fits = imported.len() <= rows.len() && imported.iter().zip(rows).all(|(event, row)| event.date == row.at);
    if fits {
        return imported.len();
    }
    let last = imported.iter().map(|event| event.date).max();
    rows.iter().filter(|row| last.is_none_or(|last| row.at <= last)).count()
}

/// The keys that were changed here since the last state was imported; what people do survives an import.
pub fn touched_here(events: &[Event]) -> BTreeSet<&str> {
    let since = events.iter().rposition(is_state).map_or(0, |place| place + 1);
    let own = events[since..].iter().filter(|event| event.command.as_deref() != Some("import"));
    own.flat_map(|event| &event.changes).map(|change| change.field.as_str()).collect()
}

/// The keys in which one state of the source differs from the one before, `body` too.
pub fn differing(old: &StateRow, new: &StateRow) -> Vec<String> {
    let simple = ORDER.iter().filter(|key| **key != "fields" && node(&old.ticket, key) != node(&new.ticket, key));
    let names: BTreeSet<&String> = old.ticket.fields.keys().chain(new.ticket.fields.keys()).collect();
    let fields = names.into_iter().filter(|name| old.ticket.fields.get(*name) != new.ticket.fields.get(*name));
    let mut keys: Vec<String> = simple.map(|key| (*key).to_owned()).collect();
    keys.extend(fields.map(|name| format!("field.{name}")));
    keys.extend((old.body != new.body).then(|| "body".to_owned()));
    keys
}

/// The ticket as it is now, with these keys as a state of the source has them.
pub fn carry(current: &Ticket, state: &Ticket, keys: &[String]) -> Ticket {
    let mut next = current.clone();
    keys.iter().for_each(|key| take(&mut next, state, key));
    next
}

fn take(next: &mut Ticket, state: &Ticket, key: &str) {
    let state = state.clone();
    match key {
        "title" => next.title = state.title,
        "status" => next.status = state.status,
        "priority" => next.priority = state.priority,
        "type" => next.kind = state.kind,
        "requester" => next.requester = state.requester,
        "cc" => next.cc = state.cc,
        "assignee" => next.assignee = state.assignee,
        "team" => next.team = state.team,
        "tags" => next.tags = state.tags,
        "channel" => next.channel = state.channel,
        "language" => next.language = state.language,
        "message-id" => next.message_id = state.message_id,
        "line" => next.line = state.line,
        "remind-at" => next.remind_at = state.remind_at,
        "close-at" => next.close_at = state.close_at,
        "until" => next.until = state.until,
        _ => {
            let Some(name) = key.strip_prefix("field.") else { return };
            match state.fields.get(name) {
                Some(value) => drop(next.fields.insert(name.to_owned(), value.clone())),
                None => drop(next.fields.remove(name)),
            }
        }
    }
}
