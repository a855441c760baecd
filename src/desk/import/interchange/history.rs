//! A ticket's history made again, event by event.

use std::collections::BTreeMap;

use anyhow::Context;
use base64::Engine;
use serde_json::{Map, Value};

use super::Made;
use super::check::{parse_comment, parse_ticket, render_comment};
use crate::desk::import::{Step, person, with_body};
use crate::domain::event::FieldChange;
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};
use crate::format::changes::{absent, changes};
use crate::format::frontmatter::{self, Node};
use crate::format::interchange::{AuthorRecord, CommentRecord, EventRecord, FileRecord, Record, node, nodes};
use crate::format::ticket::ORDER;
use crate::format::ticket::TicketFile;
use crate::format::{self, layout, ticket};
use crate::store::Person;

/// Path and content of files.
type Files = Vec<(String, Vec<u8>)>;

/// A ticket on its way through its own history.
pub struct History<'a> {
    id: &'a TicketId,
    record: &'a Record,
    /// What of the record's timeline is made again.
    timeline: &'a [EventRecord],
    keys: Map<String, Value>,
    body: String,
    /// The bodies of comments as they are at this point.
    comments: BTreeMap<&'a str, String>,
    /// The comments that have not come yet.
    left: Vec<&'a CommentRecord>,
    /// The attachments that are not placed yet.
    files: BTreeMap<String, Vec<u8>>,
}

impl<'a> History<'a> {
    /// The ticket as it was created: as it is now, every change taken back.
    pub fn of(id: &'a TicketId, record: &'a Record, timeline: &'a [EventRecord]) -> History<'a> {
        let mut history = History {
            id,
            record,
            timeline,
            keys: record.ticket.clone(),
            body: record.body.clone(),
            comments: record.thread.iter().map(|comment| (comment.id.as_str(), comment.body.clone())).collect(),
            left: record.thread.iter().collect(),
            files: BTreeMap::new(),
        };
        for event in timeline.iter().rev() {
            for change in event.changes.iter().rev() {
                history.put(change, &change.from, event.comment.as_deref());
            }
        }
        history
    }

    fn put(&mut self, change: &FieldChange, value: &Value, comment: Option<&str>) {
        match change.field.as_str() {
            "body" => self.body = value.as_str().unwrap_or_default().to_owned(),
            "comment" => {
                let body = comment.and_then(|stem| self.comments.get_mut(stem));
                if let (Some(body), Some(text)) = (body, value.as_str()) {
                    *body = text.to_owned();
                }
            }
            field => match field.strip_prefix("field.") {
                Some(name) => self.put_field(name, value),
                None if *value == absent(field) => drop(self.keys.remove(field)),
                None => set(&mut self.keys, field, value),
            },
        }
    }

    fn put_field(&mut self, name: &str, value: &Value) {
        let fields = self.keys.entry("fields").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(fields) = fields {
            set(fields, name, value);
        }
        if self.keys.get("fields").and_then(Value::as_object).is_some_and(Map::is_empty) {
            self.keys.remove("fields");
        }
    }

    /// The steps that are not done yet: all of them, or those after the first few where the ticket is there.
    pub fn steps(mut self, there: Option<usize>) -> Result<Vec<Made>> {
        self.files = self.record.files.iter().map(decode).collect::<Result<_>>()?;
        let mut text = self.now();
        parse_ticket(self.id, &text)?;
        let mut steps = Vec::new();
        for (number, event) in self.timeline.iter().enumerate() {
            let made = self.make(event, &mut text, number == 0)?;
            if number >= there.unwrap_or(0) {
                steps.push(made);
            }
        }
        if there.is_none() || !steps.is_empty() {
            self.add_rest(&text, there.is_none(), &mut steps)?;
        }
        Ok(steps)
    }

    /// The ticket's file as a new one.
    fn now(&self) -> String {
        frontmatter::render(&nodes(&self.keys), &self.body)
    }

    /// One event as a step; `text` is the ticket's file before and after it.
    fn make(&mut self, event: &EventRecord, text: &mut String, is_first: bool) -> Result<Made> {
        let path = layout::ticket(self.id);
        let mut files = Vec::new();
        let before = text.clone();
        for change in &event.changes {
            self.put(change, &change.to, event.comment.as_deref());
            self.advance(text, change, &path)?;
        }
        if *text != before || is_first {
            parse_ticket(self.id, text)?;
            files.push((path, text.clone().into_bytes()));
        }
        let stem = event.comment.as_deref();
        let own = stem.and_then(|stem| self.left.iter().position(|comment| comment.id == stem));
        let comment = match own {
            Some(place) => Some(self.left.remove(place)),
            None => stem.and_then(|stem| self.record.thread.iter().find(|comment| comment.id == stem)),
        };
        if let Some(comment) = comment {
            files.extend(self.comment(comment)?);
        }
        if is_first {
            files.extend(self.place(&self.record.ticket));
        }
        Ok(Made { step: self.step(event, files), comments: own.map_or(0, |_| 1) })
    }

    fn advance(&self, text: &mut String, change: &FieldChange, path: &str) -> Result<()> {
        let fault = |fault: frontmatter::Fault| format::failure(&fault, path);
        *text = match change.field.as_str() {
            "comment" => return Ok(()),
            "body" => with_body(text, &self.body, path)?,
            field => match field.strip_prefix("field.") {
                Some(name) => {
                    frontmatter::edit_nested(text, "fields", name, node(&change.to), &ORDER).map_err(fault)?
                }
                None => {
                    let empty = matches!(&change.to, Value::Array(items) if items.is_empty());
                    let value: Option<Node> = if change.to == absent(field) || empty { None } else { node(&change.to) };
                    frontmatter::edit(text, &[(field, value)], &ORDER).map_err(fault)?
                }
            },
        };
        Ok(())
    }

    /// What no event tells of. Files nobody names go with the last step. Comments of a history that was cut off, and
    /// the ticket as it is where its changes do not lead there (a merge, a file that was broken for a while), make a
    /// step of their own: the other steps stay what they are in the source.
    fn add_rest(&mut self, text: &str, is_new: bool, steps: &mut Vec<Made>) -> Result<()> {
        let mut rest = Vec::new();
        let left = if is_new { std::mem::take(&mut self.left) } else { Vec::new() };
        for comment in &left {
            rest.extend(self.comment(comment)?);
        }
        let end = frontmatter::render(&nodes(&self.record.ticket), &self.record.body);
        if self.timeline.is_empty() || self.differ(text, &end)? {
            rest.push((layout::ticket(self.id), end.into_bytes()));
        }
        if !rest.is_empty() {
            steps.push(Made { step: self.last_step(rest)?, comments: left.len() });
        }
        if is_new && let Some(last) = steps.last_mut() {
            let files = std::mem::take(&mut self.files).into_iter();
            last.step.files.extend(files.map(|(name, content)| (layout::attachment(self.id, &name), content)));
        }
        Ok(())
    }

    /// Whether two files of the ticket say different things.
    fn differ(&self, one: &str, other: &str) -> Result<bool> {
        let parse = |text: &str| -> Result<TicketFile> {
            let fault = |fault| format::failure(&fault, &layout::ticket(self.id));
            Ok(ticket::parse(self.id, text.as_bytes()).map_err(fault)?)
        };
        Ok(!changes(&parse(one)?, &parse(other)?).is_empty())
    }

    /// The step of what no event tells of: by whoever was last at it.
    fn last_step(&self, files: Files) -> Result<Step> {
        let made = parse_ticket(self.id, &self.now())?;
        let author = person(made.requester.as_deref().unwrap_or("import"), &[]);
        let (date, author) = match self.timeline.last() {
            Some(event) => (event.date, event.author.clone()),
            None => (made.created, AuthorRecord { name: author.name, email: author.email }),
        };
        let (command, changes) = (Some("import".to_owned()), Vec::new());
        let event = EventRecord { date, author, command, reason: None, changes, comment: None, created: false };
        Ok(self.step(&event, files))
    }

    /// A comment's file as it is at this point, and those of its attachments that are not placed yet.
    fn comment(&mut self, record: &CommentRecord) -> Result<Files> {
        let text = render_comment(record, self.comments.get(record.id.as_str()).unwrap_or(&record.body));
        parse_comment(&record.id, &text)?;
        let mut placed = self.place(&record.comment);
        placed.push((layout::comment(self.id, &record.id), text.into_bytes()));
        Ok(placed)
    }

    /// Takes the attachments some keys name out of what is left.
    fn place(&mut self, keys: &Map<String, Value>) -> Files {
        let names = keys.get("attachments").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let taken: Vec<(String, Vec<u8>)> = names.filter_map(|name| self.files.remove_entry(name)).collect();
        taken.into_iter().map(|(name, content)| (layout::attachment(self.id, &name), content)).collect()
    }

    fn step(&self, event: &EventRecord, files: Files) -> Step {
        let id = self.id;
        let command = event.command.clone();
        let mut trailers: Vec<(&'static str, String)> =
            command.iter().map(|verb| ("Loket-Command", verb.clone())).collect();
        trailers.extend(event.reason.iter().map(|reason| ("Loket-Reason", reason.clone())));
        trailers.push(("Loket-Ticket", id.to_string()));
        Step {
            ticket: id.clone(),
            date: event.date,
            author: Person { name: event.author.name.clone(), email: event.author.email.clone() },
            subject: format!("{id}: {}", command.as_deref().unwrap_or("imported")),
            trailers,
            files,
        }
    }
}

fn decode(file: &FileRecord) -> Result<(String, Vec<u8>)> {
    let content = base64::engine::general_purpose::STANDARD.decode(&file.content);
    let said = || Failure::error(format!("attachment '{}' is no base 64", file.name.escape_debug()));
    Ok((file.name.clone(), content.with_context(said)?))
}

fn set(map: &mut Map<String, Value>, key: &str, value: &Value) {
    match value {
        Value::Null => drop(map.shift_remove(key)),
        value => drop(map.insert(key.to_owned(), value.clone())),
    }
}
