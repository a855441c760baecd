//! `import jsonl`: loket's own interchange, a ticket a line. The history is made again: the ticket as it was created,
//! then each change by its author at its time.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use base64::Engine;
use serde_json::{Map, Value};

use super::csv::with_body;
use super::{How, Report, Step};
use crate::desk::Here;
use crate::domain::event::{Event, FieldChange};
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};
use crate::format::changes::absent;
use crate::format::frontmatter::{self, Node};
use crate::format::interchange::{CommentRecord, EventRecord, Record, node, nodes};
use crate::format::ticket::ORDER;
use crate::format::{self, comment, layout, ticket};
use crate::search::{Level, Reader};
use crate::store::{Person, Snapshot};
use crate::view::import::ImportView;

/// The longest line taken, in bytes.
const LONGEST: usize = 1 << 30;

impl Here {
    /// Imports what `export jsonl` wrote, from a file or standard input.
    pub fn import_jsonl(&self, file: Option<&Path>, how: How) -> Result<(ImportView, Vec<String>)> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let actor = self.acting(&self.people(&snapshot)?)?;
        let mut report = Report::new(how);
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let mut steps = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let name = file.map_or("standard input".to_owned(), |file| file.display().to_string());
        let mut source: Box<dyn BufRead> = match file {
            Some(path) => Box::new(BufReader::new(
                std::fs::File::open(path)
                    .map_err(|trouble| Failure::error(format!("{name} cannot be read: {trouble}")))?,
            )),
            None => Box::new(std::io::stdin().lock()),
        };
        for number in 1.. {
            let mut line = Vec::new();
            source
                .by_ref()
                .take(LONGEST as u64)
                .read_until(b'\n', &mut line)
                .with_context(|| format!("{name} cannot be read"))?;
            if line.is_empty() {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            report.view.read += 1;
            match self.record(&line, &snapshot, &reader, &mut seen) {
                Ok(found) if found.is_empty() => report.view.unchanged += 1,
                Ok(found) => {
                    report.view.tickets += 1;
                    report.view.comments += found.iter().filter(|step| step.has_comment).count();
                    steps.extend(found.into_iter().map(|step| step.step));
                }
                Err(trouble) => report.skip(format!("line {number}"), format!("{trouble:#}"))?,
            }
        }
        let warnings = self.write_steps(steps, &name, &actor, how, &mut report)?;
        Ok((report.view, warnings))
    }

    fn record(
        &self,
        line: &[u8],
        snapshot: &Snapshot<'_>,
        reader: &Reader<'_>,
        seen: &mut std::collections::HashSet<TicketId>,
    ) -> Result<Vec<Made>> {
        let record: Record = serde_json::from_slice(line).context("it is no ticket as `export jsonl` writes one")?;
        let id: TicketId = record.id.parse().map_err(Failure::error)?;
        anyhow::ensure!(seen.insert(id.clone()), "ticket {id} occurs twice");
        for comment in &record.thread {
            anyhow::ensure!(
                layout::is_comment_stem(&comment.id),
                "'{}' is no name of a comment",
                comment.id.escape_debug()
            );
        }
        for file in &record.files {
            let safe = crate::desk::attach::safe_name(&file.name, &Default::default());
            anyhow::ensure!(safe == file.name, "'{}' is no name for an attachment", file.name.escape_debug());
        }
        let there = match snapshot.find(&layout::ticket_folder(&id))? {
            Some(_) => {
                let events = reader.events_of(&id)?;
                let known = events.len().min(record.timeline.len());
                let same = events.iter().zip(&record.timeline).take(known).all(|(have, want)| is_same(have, want));
                anyhow::ensure!(same && !events.is_empty(), "a different ticket {id} is here already");
                events.len()
            }
            None => 0,
        };
        History::of(&id, &record).steps(there)
    }
}

fn is_same(have: &Event, want: &EventRecord) -> bool {
    have.date == want.date
        && have.email == want.author.email
        && have.changes == want.changes
        && have.comment == want.comment
}

/// A step, and whether it adds a comment.
struct Made {
    step: Step,
    has_comment: bool,
}

/// A ticket on its way through its own history.
struct History<'a> {
    id: &'a TicketId,
    record: &'a Record,
    keys: Map<String, Value>,
    body: String,
    /// The bodies of comments as they are at this point.
    comments: BTreeMap<&'a str, String>,
}

impl<'a> History<'a> {
    /// The ticket as it was created: as it is now, every change taken back.
    fn of(id: &'a TicketId, record: &'a Record) -> History<'a> {
        let comments = record.thread.iter().map(|comment| (comment.id.as_str(), comment.body.clone())).collect();
        let mut history = History { id, record, keys: record.ticket.clone(), body: record.body.clone(), comments };
        for event in record.timeline.iter().rev() {
            for change in event.changes.iter().rev() {
                history.put(change, &change.from, event.comment.as_deref());
            }
        }
        history
    }

    fn put(&mut self, change: &FieldChange, value: &Value, comment: Option<&str>) {
        match change.field.as_str() {
            "body" => self.body = value.as_str().unwrap_or_default().to_owned(),
            "ticket" => {}
            "comment" => {
                if let (Some(body), Some(text)) = (comment.and_then(|stem| self.comments.get_mut(stem)), value.as_str())
                {
                    *body = text.to_owned();
                }
            }
            field => match field.strip_prefix("field.") {
                Some(name) => {
                    let fields = self.keys.entry("fields").or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(fields) = fields {
                        set(fields, name, value);
                    }
                    if self.keys.get("fields").and_then(Value::as_object).is_some_and(Map::is_empty) {
                        self.keys.remove("fields");
                    }
                }
                None if *value == absent(field) => drop(self.keys.remove(field)),
                None => set(&mut self.keys, field, value),
            },
        }
    }

    /// The steps that are not done yet; those before `there` are.
    fn steps(mut self, there: usize) -> Result<Vec<Made>> {
        let path = layout::ticket(self.id);
        let mut text = frontmatter::render(&nodes(&self.keys), &self.body);
        // What is written is what can be read: a record made by hand may hold anything.
        ticket::parse(self.id, text.as_bytes())
            .map_err(|fault| Failure::error(format!("its ticket cannot be read: {}", fault.message)))?;
        let mut left: Vec<&CommentRecord> = self.record.thread.iter().collect();
        let mut steps = Vec::new();
        let mut files = self.attachments()?;
        for (number, event) in self.record.timeline.iter().enumerate() {
            let before = text.clone();
            let mut changed = Vec::new();
            for change in &event.changes {
                text = self.advance(&text, change, event, &path, &mut changed)?;
            }
            if text != before || number == 0 {
                changed.push((path.clone(), text.clone().into_bytes()));
            }
            let own = event.comment.as_deref().and_then(|stem| left.iter().position(|comment| comment.id == stem));
            if let Some(place) = own {
                let comment = left.remove(place);
                changed.extend(self.comment(comment, &mut files)?);
            }
            if number == 0 {
                changed.extend(self.place(&self.record.ticket, &mut files));
            }
            if number >= there && !changed.is_empty() {
                steps.push(Made { step: self.step(event, changed), has_comment: own.is_some() });
            }
        }
        self.add_rest(left, files, &mut steps, there)?;
        Ok(steps)
    }

    /// What no event tells of: comments and files of a history that was cut off, in a last step.
    fn add_rest(
        &self,
        left: Vec<&CommentRecord>,
        mut files: BTreeMap<String, Vec<u8>>,
        steps: &mut Vec<Made>,
        there: usize,
    ) -> Result<()> {
        if there > 0 {
            return Ok(());
        }
        let mut rest = Vec::new();
        for comment in &left {
            rest.extend(self.comment(comment, &mut files)?);
        }
        rest.extend(files.into_iter().map(|(name, content)| (layout::attachment(self.id, &name), content)));
        if self.record.timeline.is_empty() {
            let text = frontmatter::render(&nodes(&self.keys), &self.body);
            rest.push((layout::ticket(self.id), text.into_bytes()));
        }
        if rest.is_empty() {
            return Ok(());
        }
        match steps.last_mut() {
            Some(last) => last.step.files.extend(rest),
            None => {
                let text = frontmatter::render(&nodes(&self.keys), &self.body);
                let made = ticket::parse(self.id, text.as_bytes()).map_err(|fault| Failure::error(fault.message))?;
                let person = made.ticket.requester.clone().unwrap_or_else(|| "import".to_owned());
                let step = Step {
                    ticket: self.id.clone(),
                    date: made.ticket.created,
                    author: super::person(&person, &[]),
                    subject: format!("{}: imported", self.id),
                    trailers: vec![("Loket-Command", "import".to_owned()), ("Loket-Ticket", self.id.to_string())],
                    files: rest,
                };
                steps.push(Made { step, has_comment: !left.is_empty() });
            }
        }
        Ok(())
    }

    fn advance(
        &mut self,
        text: &str,
        change: &FieldChange,
        event: &EventRecord,
        path: &str,
        changed: &mut Vec<(String, Vec<u8>)>,
    ) -> Result<String> {
        self.put(change, &change.to, event.comment.as_deref());
        let fault = |fault: frontmatter::Fault| format::failure(&fault, path);
        Ok(match change.field.as_str() {
            "ticket" => text.to_owned(),
            "body" => with_body(text, &self.body, path)?,
            "comment" => {
                let record = event
                    .comment
                    .as_deref()
                    .and_then(|stem| self.record.thread.iter().find(|comment| comment.id == stem));
                if let Some(record) = record {
                    changed.extend(self.comment(record, &mut BTreeMap::new())?);
                }
                text.to_owned()
            }
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
        })
    }

    fn attachments(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let decode = |file: &crate::format::interchange::FileRecord| {
            let content = base64::engine::general_purpose::STANDARD.decode(&file.content);
            Ok((
                file.name.clone(),
                content.with_context(|| format!("attachment '{}' is no base 64", file.name.escape_debug()))?,
            ))
        };
        self.record.files.iter().map(decode).collect()
    }

    /// A comment's file, and those of its attachments that are not placed yet.
    fn comment(&self, record: &CommentRecord, files: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<(String, Vec<u8>)>> {
        let body = self.comments.get(record.id.as_str()).unwrap_or(&record.body);
        let keys: Vec<(&str, Node)> =
            record.comment.iter().filter_map(|(key, value)| Some((key.as_str(), node(value)?))).collect();
        let text = frontmatter::render(&keys, body);
        comment::parse(&record.id, text.as_bytes())
            .map_err(|fault| Failure::error(format!("comment {} cannot be read: {}", record.id, fault.message)))?;
        let mut placed = self.place(&record.comment, files);
        placed.push((layout::comment(self.id, &record.id), text.into_bytes()));
        Ok(placed)
    }

    /// Takes the attachments some keys name out of what is left.
    fn place(&self, keys: &Map<String, Value>, files: &mut BTreeMap<String, Vec<u8>>) -> Vec<(String, Vec<u8>)> {
        let names = keys.get("attachments").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let taken = names.filter_map(|name| files.remove_entry(name));
        taken.map(|(name, content)| (layout::attachment(self.id, &name), content)).collect()
    }

    fn step(&self, event: &EventRecord, files: Vec<(String, Vec<u8>)>) -> Step {
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

fn set(map: &mut Map<String, Value>, key: &str, value: &Value) {
    match value {
        Value::Null => drop(map.shift_remove(key)),
        value => drop(map.insert(key.to_owned(), value.clone())),
    }
}
