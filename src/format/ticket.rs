//! `ticket.md` to a ticket and back (files.md, ticket.md).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_yaml::Value;

use super::frontmatter::{self, Fault, FrontMatter, Node};
use super::reading::{Reader, instant, kind, plain};
use crate::domain::id::TicketId;
use crate::domain::ticket::{FieldValue, Link, Priority, Relation, Satisfaction, Ticket};

/// The keys of a ticket in the order loket writes them.
pub const ORDER: [&str; 29] = [
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
    "created",
    "message-id",
    "in-reply-to",
    "references",
    "links",
    "fields",
    "satisfaction",
    "attachments",
    "outbound",
    "line",
    "remind-at",
    "close-at",
    "until",
    "merged-into",
    "external-id",
    "flags",
    "unsent",
    "portal-link",
];

/// A title is one line of at most this many characters.
pub const TITLE_LIMIT: usize = 500;

/// A ticket's file, read: the ticket, its body and the front matter for edits.
#[derive(Debug)]
pub struct TicketFile {
    pub ticket: Ticket,
    pub body: String,
    pub front: FrontMatter,
}

/// Reads `ticket.md`.
pub fn parse(id: &TicketId, bytes: &[u8]) -> Result<TicketFile, Fault> {
    let front = frontmatter::parse(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let ticket = read(id, &front)?;
    let body = front.body(text).to_owned();
    Ok(TicketFile { ticket, body, front })
}

fn read(id: &TicketId, front: &FrontMatter) -> Result<Ticket, Fault> {
    let reader = Reader::new(front);
    let title = reader.required("title", reader.text("title")?)?;
    check_title(&title).map_err(|message| reader.fault("title", message))?;
    let priority = reader.word("priority", "low, normal, high or urgent", Priority::find)?.unwrap_or_default();
    Ok(Ticket {
        id: id.clone(),
        title,
        status: reader.required("status", reader.text("status")?)?,
        priority,
        kind: reader.text("type")?,
        requester: reader.text("requester")?,
        cc: reader.list("cc")?,
        assignee: reader.text("assignee")?,
        team: reader.text("team")?,
        tags: reader.list("tags")?,
        channel: reader.text("channel")?,
        language: reader.text("language")?,
        created: reader.required("created", reader.instant("created")?)?,
        message_id: reader.text("message-id")?,
        in_reply_to: reader.list("in-reply-to")?,
        references: reader.list("references")?,
        links: links(&reader)?,
        fields: fields(&reader)?,
        satisfaction: satisfaction(&reader)?,
        attachments: reader.list("attachments")?,
        outbound: reader.flag("outbound")?,
        line: reader
            .word("line", "1 or 2", |text| text.parse().ok().filter(|line| (1..=2).contains(line)))?
            .unwrap_or(1),
        remind_at: reader.instant("remind-at")?,
        close_at: reader.instant("close-at")?,
        until: reader.instant("until")?,
        merged_into: reader.word("merged-into", "a ticket id", |text| text.parse().ok())?,
        external_id: reader.text("external-id")?,
        flags: reader.list("flags")?,
        unsent: reader.list("unsent")?,
        portal_link: reader.word("portal-link", "a number", |text| text.parse().ok())?.unwrap_or(0),
    })
}

/// What is wrong with a title.
pub fn check_title(title: &str) -> Result<(), String> {
    let length = title.chars().count();
    if title.trim().is_empty() {
        return Err("a title is needed".into());
    }
    if length > TITLE_LIMIT {
        return Err(format!("the title has {length} characters; at most {TITLE_LIMIT} are taken"));
    }
    if title.contains(['\n', '\r', '\0', '\u{2028}', '\u{2029}', '\u{85}']) {
        return Err("a title is one line".into());
    }
    Ok(())
}

/// `RELATION ID`.
pub fn parse_link(text: &str) -> Option<Link> {
    let (relation, id) = text.trim().split_once(char::is_whitespace)?;
    Some(Link { relation: Relation::find(relation)?, id: id.trim().parse().ok()? })
}

pub fn render_link(link: &Link) -> String {
    format!("{} {}", link.relation.name(), link.id)
}

fn links(reader: &Reader<'_>) -> Result<Vec<Link>, Fault> {
    let wrong = |text: &String| {
        reader.fault("links", format!("'{}' is no link; one reads `blocked-by 261122-7k2qm`", text.escape_debug()))
    };
    reader.list("links")?.iter().map(|text| parse_link(text).ok_or_else(|| wrong(text))).collect()
}

fn fields(reader: &Reader<'_>) -> Result<BTreeMap<String, FieldValue>, Fault> {
    let Some(value) = reader.value("fields") else { return Ok(BTreeMap::new()) };
    let Value::Mapping(mapping) = value else {
        return Err(reader.fault("fields", format!("'fields' wants a mapping, not {}", kind(value))));
    };
    let mut fields = BTreeMap::new();
    for (name, value) in mapping {
        let name = plain(name).ok_or_else(|| reader.fault("fields", "the name of a field is a text"))?;
        match field_value(value) {
            Some(found) => drop(fields.insert(name, found)),
            None if value.is_null() => {}
            None => return Err(reader.fault("fields", format!("field '{name}' wants one value, not {}", kind(value)))),
        }
    }
    Ok(fields)
}

fn field_value(value: &Value) -> Option<FieldValue> {
    match value {
        Value::Bool(truth) => Some(FieldValue::Bool(*truth)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(FieldValue::Integer(whole)),
            None => number.as_f64().filter(|number| number.is_finite()).map(FieldValue::Number),
        },
        Value::String(text) => Some(FieldValue::Text(text.clone())),
        _ => None,
    }
}

fn satisfaction(reader: &Reader<'_>) -> Result<Option<Satisfaction>, Fault> {
    let Some(value) = reader.value("satisfaction") else { return Ok(None) };
    let score = value.get("score").and_then(Value::as_u64).filter(|score| (1..=5).contains(score));
    let Some(score) = score else {
        return Err(reader.fault("satisfaction", "'satisfaction' wants a score from 1 to 5"));
    };
    let date = match value.get("date").and_then(plain) {
        Some(text) => Some(instant(&text).ok_or_else(|| reader.fault("satisfaction", "'date' wants a time"))?),
        None => None,
    };
    Ok(Some(Satisfaction { score: score as u8, comment: value.get("comment").and_then(plain), date }))
}

/// An instant as loket writes it.
pub fn render_instant(instant: Timestamp) -> String {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant).to_string()
}

/// A new ticket's file.
pub fn render(ticket: &Ticket, body: &str) -> String {
    let nodes: Vec<(&str, Node)> = ORDER.iter().filter_map(|key| node(ticket, key).map(|node| (*key, node))).collect();
    frontmatter::render(&nodes, body)
}

/// The value of a key as it is written; `None` where it is absent or its default.
pub fn node(ticket: &Ticket, key: &str) -> Option<Node> {
    let text = |value: &Option<String>| value.clone().map(Node::Text);
    let list =
        |values: &[String]| (!values.is_empty()).then(|| Node::List(values.iter().cloned().map(Node::Text).collect()));
    let time = |value: &Option<Timestamp>| value.map(|instant| Node::Text(render_instant(instant)));
    match key {
        "title" => Some(Node::Text(ticket.title.clone())),
        "status" => Some(Node::Text(ticket.status.clone())),
        "priority" => (ticket.priority != Priority::default()).then(|| Node::Text(ticket.priority.name().into())),
        "type" => text(&ticket.kind),
        "requester" => text(&ticket.requester),
        "cc" => list(&ticket.cc),
        "assignee" => text(&ticket.assignee),
        "team" => text(&ticket.team),
        "tags" => list(&ticket.tags),
        "channel" => text(&ticket.channel),
        "language" => text(&ticket.language),
        "created" => Some(Node::Text(render_instant(ticket.created))),
        "message-id" => text(&ticket.message_id),
        "in-reply-to" => ids(&ticket.in_reply_to),
        "references" => list(&ticket.references),
        "links" => list(&ticket.links.iter().map(render_link).collect::<Vec<_>>()),
        "fields" => fields_node(&ticket.fields),
        "satisfaction" => ticket.satisfaction.as_ref().map(satisfaction_node),
        "attachments" => list(&ticket.attachments),
        "outbound" => ticket.outbound.then_some(Node::Bool(true)),
        "line" => (ticket.line != 1).then_some(Node::Number(ticket.line.into())),
        "remind-at" => time(&ticket.remind_at),
        "close-at" => time(&ticket.close_at),
        "until" => time(&ticket.until),
        "merged-into" => ticket.merged_into.as_ref().map(|id| Node::Text(id.to_string())),
        "external-id" => text(&ticket.external_id),
        "flags" => list(&ticket.flags),
        "unsent" => list(&ticket.unsent),
        "portal-link" => (ticket.portal_link != 0).then(|| Node::Number(ticket.portal_link.into())),
        _ => None,
    }
}

/// Message ids: one as a text, several as a list.
pub fn ids(ids: &[String]) -> Option<Node> {
    match ids {
        [] => None,
        [one] => Some(Node::Text(one.clone())),
        many => Some(Node::List(many.iter().cloned().map(Node::Text).collect())),
    }
}

fn fields_node(fields: &BTreeMap<String, FieldValue>) -> Option<Node> {
    let pairs = fields.iter().map(|(name, value)| (name.clone(), field_node(value)));
    (!fields.is_empty()).then(|| Node::Map(pairs.collect()))
}

/// A custom field's value as it is written.
pub fn field_node(value: &FieldValue) -> Node {
    match value {
        FieldValue::Bool(truth) => Node::Bool(*truth),
        FieldValue::Integer(whole) => Node::Number(*whole),
        FieldValue::Number(number) => Node::Float(*number),
        FieldValue::Text(text) => Node::Text(text.clone()),
    }
}

fn satisfaction_node(satisfaction: &Satisfaction) -> Node {
    let mut pairs = vec![("score".to_owned(), Node::Number(satisfaction.score.into()))];
    if let Some(comment) = &satisfaction.comment {
        pairs.push(("comment".into(), Node::Text(comment.clone())));
    }
    if let Some(date) = satisfaction.date {
        pairs.push(("date".into(), Node::Text(render_instant(date))));
    }
    Node::Map(pairs)
}

/// The text of a ticket's file with the keys that differ between two tickets changed, and nothing else.
pub fn edit(text: &str, old: &Ticket, new: &Ticket) -> Result<String, Fault> {
    let simple = ORDER.iter().filter(|key| **key != "fields");
    let changed = simple.filter(|key| node(old, key) != node(new, key));
    let edits: Vec<(&str, Option<Node>)> = changed.map(|key| (*key, node(new, key))).collect();
    let mut text = frontmatter::edit(text, &edits, &ORDER)?;
    let names: std::collections::BTreeSet<&String> = old.fields.keys().chain(new.fields.keys()).collect();
    for name in names {
        let value = new.fields.get(name);
        if old.fields.get(name) != value {
            text = frontmatter::edit_nested(&text, "fields", name, value.map(field_node), &ORDER)?;
        }
    }
    Ok(text)
}
