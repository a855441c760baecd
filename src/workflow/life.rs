//! A ticket's life from its files and its history.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::comment::{Comment, Role, Visibility};
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::life::{Life, Name, Step, What};
use crate::domain::settings::Settings;
use crate::domain::ticket::{Priority, State};

/// A field whose past counts.
struct Field {
    key: &'static str,
    read: fn(&Value, &Settings) -> What,
}

const FIELDS: [Field; 5] = [
    Field { key: "status", read: |value, settings| What::State(state(value, settings)) },
    Field { key: "priority", read: |value, _| What::Priority(priority(value)) },
    Field { key: "line", read: |value, _| What::Line(if value.as_u64() == Some(2) { 2 } else { 1 }) },
    Field { key: "team", read: |value, _| What::Team(value.as_str().map(Name::from)) },
    Field { key: "assignee", read: |value, _| What::Assignee(value.as_str().map(Name::from)) },
];

fn state(value: &Value, settings: &Settings) -> State {
    value.as_str().and_then(|status| settings.state(status)).unwrap_or(State::Open)
}

fn priority(value: &Value) -> Priority {
    value.as_str().and_then(Priority::find).unwrap_or_default()
}

/// The life of a ticket with its events, in the order of the history. Clones whose clocks differ may have written them
/// in another order than that of their dates; as in a merge, the dates count.
pub fn life(facts: &Facts, events: &[Event], settings: &Settings) -> Life {
    let ticket = &facts.ticket;
    let mut changes: Vec<(Timestamp, &str, &Value, &Value)> = Vec::new();
    for event in events {
        changes.extend(
            event
                .changes
                .iter()
                .map(|change| (event.date.max(ticket.created), change.field.as_str(), &change.from, &change.to)),
        );
    }
    changes.sort_by_key(|(at, ..)| *at);
    let (first, began) = first_steps(facts, events, &changes, settings);
    // Of one instant, the words come before what they did to the ticket: an answer that solves it is an answer first.
    let mut steps: Vec<Step> = facts.thread.iter().filter_map(|comment| said(comment, facts)).collect();
    steps.extend(began);
    for (at, field, _, to) in &changes {
        if let Some(field) = FIELDS.iter().find(|known| known.key == *field) {
            steps.push(Step { at: *at, what: (field.read)(to, settings) });
        }
        if *field == "satisfaction" {
            steps.extend(rating(to).map(|score| Step { at: *at, what: What::Rated(score) }));
        }
    }
    if !changes.iter().any(|(_, field, ..)| *field == "satisfaction")
        && let Some(given) = &ticket.satisfaction
    {
        let at = given.date.unwrap_or(ticket.created).max(ticket.created);
        steps.push(Step { at, what: What::Rated(given.score) });
    }
    steps.sort_by_key(|step| step.at);
    steps.splice(0..0, first);
    Life {
        id: ticket.id.clone(),
        created: ticket.created,
        outbound: ticket.outbound,
        merged: ticket.merged_into.is_some(),
        steps,
        kind: ticket.kind.as_deref().map(Name::from),
        channel: ticket.channel.as_deref().map(Name::from),
        tags: ticket.tags.iter().map(|tag| Name::from(tag.as_str())).collect(),
        requester: ticket.requester.as_deref().map(|address| Name::from(address.to_lowercase())),
        policy: None,
    }
}

/// What it was when it was created: what the first change of a field says it was, else what it is.
fn first_steps(
    facts: &Facts,
    events: &[Event],
    changes: &[(Timestamp, &str, &Value, &Value)],
    settings: &Settings,
) -> (Vec<Step>, Option<Step>) {
    let ticket = &facts.ticket;
    let created = ticket.created;
    let now = |key: &str| match key {
        "status" => ticket.status.as_str().into(),
        "priority" => ticket.priority.name().into(),
        "line" => ticket.line.into(),
        "team" => ticket.team.clone().map_or(Value::Null, Value::String),
        _ => ticket.assignee.clone().map_or(Value::Null, Value::String),
    };
    let mut steps = Vec::with_capacity(FIELDS.len());
    for field in &FIELDS {
        let first = changes.iter().find(|(_, key, ..)| *key == field.key).map(|(_, _, from, _)| (*from).clone());
        steps.push(Step { at: created, what: (field.read)(&first.unwrap_or_else(|| now(field.key)), settings) });
    }
    // An import that begins with a later state of a ticket says nothing of how it was before: it was open.
    let began = events.iter().find(|event| event.created).map(|event| event.date).filter(|date| *date > created);
    if let (Some(began), What::State(first)) = (began, &steps[0].what)
        && *first != State::Open
    {
        let later = Step { at: began, what: What::State(*first) };
        steps[0].what = What::State(State::Open);
        return (steps, Some(later));
    }
    (steps, None)
}

/// The score of a rating as the history tells it.
fn rating(value: &Value) -> Option<u8> {
    value.get("score")?.as_u64().and_then(|score| u8::try_from(score).ok()).filter(|score| (1..=5).contains(score))
}

/// A public comment that a person wrote, as a step.
fn said(comment: &Comment, facts: &Facts) -> Option<Step> {
    if comment.visibility != Visibility::Public || comment.automatic {
        return None;
    }
    let what = match Role::of(&comment.author, facts.ticket.requester.as_deref()) {
        Role::Agent => {
            What::Answered { agent: Name::from(comment.author.as_str()), links_article: links_article(&comment.body) }
        }
        Role::Requester | Role::Other => What::Asked,
    };
    Some(Step { at: comment.date.max(facts.ticket.created), what })
}

/// Whether an answer sends its reader to an article: `[[slug]]`, or a link to a file of the knowledge base.
fn links_article(body: &str) -> bool {
    let slug = body.find("[[").is_some_and(|start| body[start..].contains("]]"));
    slug || body.split("](").skip(1).any(|rest| {
        let target = rest.split([')', ' ', '\n']).next().unwrap_or_default();
        target.contains("kb/") && target.contains(".md")
    })
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
