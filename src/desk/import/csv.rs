//! `import csv`: rows of a table, each a ticket or one of its states.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;

use super::{How, Ids, Report, Step, person};
use crate::desk::Here;
use crate::desk::mutate::basic;
use crate::desk::set::parse_number;
use crate::domain::comment::{Comment, Visibility};
use crate::domain::event::Event;
use crate::domain::id::{ALPHABET, TicketId};
use crate::domain::person::Agent;
use crate::domain::settings::{FieldType, Settings};
use crate::domain::ticket::{FieldValue, Priority, Ticket};
use crate::failure::{Failure, Result};
use crate::format::map::{Map, Piece, Source};
use crate::format::ticket::{check_title, edit, render};
use crate::format::{self, comment, layout};
use crate::search::{Level, Reader};
use crate::store::Snapshot;
use crate::view::import::ImportView;
use crate::workflow::status;

/// A row, with the line it starts on, or why it is none.
struct Line {
    number: u64,
    values: Result<Vec<String>, String>,
}

/// The columns of a table by name.
struct Table<'a> {
    map: &'a Map,
    columns: HashMap<String, usize>,
}

/// One state of a ticket, as a row gives it.
struct StateRow {
    at: Timestamp,
    author: Option<String>,
    ticket: Ticket,
    body: String,
    comments: Vec<Comment>,
}

/// Everything a row is turned into a state with.
struct Import<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    settings: &'a Settings,
    people: &'a [Agent],
    actor: &'a Agent,
    table: Table<'a>,
    name: String,
}

impl Here {
    /// Imports a table by a map.
    pub fn import_csv(&self, file: &Path, map: &Path, how: How) -> Result<(ImportView, Vec<String>)> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let actor = self.acting(&people)?;
        let map_name = map.display().to_string();
        let bytes =
            std::fs::read(map).map_err(|trouble| Failure::error(format!("{map_name} cannot be read: {trouble}")))?;
        let map = format::map::parse(&bytes).map_err(|fault| format::failure(&fault, &map_name))?;
        let mut report = Report::new(how);
        let (columns, lines) = read(file, &map, &mut report)?;
        check_columns(&map, &columns, file)?;
        let table = Table { map: &map, columns };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let import = Import {
            here: self,
            snapshot: &snapshot,
            settings: &settings,
            people: &people,
            actor: &actor,
            table,
            name,
        };
        let states = import.states(lines, &mut report)?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let steps = import.steps(states, &reader, &mut report)?;
        let warnings = self.write_steps(steps, &import.name, &actor, how, &mut report)?;
        Ok((report.view, warnings))
    }
}

fn read(file: &Path, map: &Map, report: &mut Report) -> Result<(HashMap<String, usize>, Vec<Line>)> {
    let shown = file.display().to_string();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(map.delimiter)
        .flexible(true)
        .has_headers(false)
        .from_path(file)
        .map_err(|trouble| Failure::error(format!("{shown} cannot be read: {trouble}")))?;
    let mut records = reader.byte_records();
    let header = match records.next() {
        Some(header) => header.with_context(|| format!("{shown} cannot be read"))?,
        None => return Err(Failure::error(format!("{shown} is empty; a line of column names is wanted")).into()),
    };
    let columns = columns(&header, report);
    let mut lines = Vec::new();
    for record in records {
        let record = record.with_context(|| format!("{shown} cannot be read"))?;
        let number = record.position().map_or(0, csv::Position::line);
        report.view.read += 1;
        lines.push(Line { number, values: values(&record, header.len()) });
    }
    Ok((columns, lines))
}

fn values(record: &csv::ByteRecord, columns: usize) -> Result<Vec<String>, String> {
    if record.len() != columns {
        return Err(format!("it has {} values for {columns} columns", record.len()));
    }
    let text = |value: &[u8]| match std::str::from_utf8(value) {
        Err(_) => Err("it is not UTF-8".to_owned()),
        Ok(text) if text.contains('\0') => Err("it holds a NUL byte".to_owned()),
        Ok(text) => Ok(text.to_owned()),
    };
    record.iter().map(text).collect()
}

fn place(line: u64) -> String {
    format!("line {line}")
}

/// The place of each column; of a repeated name the first counts, the second is `name#2`.
fn columns(header: &csv::ByteRecord, report: &mut Report) -> HashMap<String, usize> {
    let mut columns = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(name);
        let name = if place == 0 { name.trim_start_matches('\u{feff}') } else { &name }.to_owned();
        let count = seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            report.warn("line 1".into(), format!("column '{name}' occurs again; this one is '{name}#{count}'"));
            columns.insert(format!("{name}#{count}"), place);
        } else {
            columns.insert(name, place);
        }
    }
    columns
}

fn check_columns(map: &Map, columns: &HashMap<String, usize>, file: &Path) -> Result<()> {
    for name in map.sources().flat_map(Source::columns) {
        if !columns.contains_key(name) {
            let near = crate::desk::nearest(name, columns.keys().map(String::as_str))
                .map(|near| format!("did you mean '{near}'?"));
            let failure = Failure::error(format!("the map names a column '{name}', which {} has not", file.display()))
                .maybe_hint(near);
            let mut names: Vec<&str> = columns.keys().map(String::as_str).collect();
            names.sort_unstable();
            return Err(failure.hint(format!("its columns are {}", names.join(", "))).into());
        }
    }
    Ok(())
}

impl Table<'_> {
    fn cell<'l>(&self, line: &'l Line, column: &str) -> Option<&'l str> {
        let value = line.values.as_ref().ok()?.get(*self.columns.get(column)?)?.as_str();
        (!value.is_empty() && !self.map.missing.iter().any(|missing| missing == value)).then_some(value)
    }

    /// The value of a source in a row; `None` where it is missing. A template lacks only what its columns lack.
    fn value(&self, line: &Line, source: &Source) -> Option<String> {
        match source {
            Source::Column(name) => self.cell(line, name).map(str::to_owned),
            Source::Constant(text) => Some(text.clone()),
            Source::Template(pieces) => {
                let text = |piece: &Piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    Piece::Column(name) => self.cell(line, name).map(str::to_owned),
                };
                let filled =
                    pieces.iter().any(|piece| matches!(piece, Piece::Column(name) if self.cell(line, name).is_some()));
                let fixed = pieces.iter().all(|piece| matches!(piece, Piece::Text(_)));
                (filled || fixed).then(|| pieces.iter().filter_map(text).collect())
            }
            Source::Mapped { of, table, default } => {
                let value = self.value(line, of);
                let found = value.as_ref().and_then(|value| table.get(value)).cloned();
                found.or_else(|| default.clone()).or(value.filter(|_| default.is_none()))
            }
        }
    }

    fn instant(&self, line: &Line, what: &str, source: &Source) -> Result<Option<Timestamp>, String> {
        match self.value(line, source) {
            None => Ok(None),
            Some(text) => match self.map.instant(&text) {
                Some(instant) => Ok(Some(instant)),
                None => Err(format!("'{}' is no date for {what}", text.escape_debug())),
            },
        }
    }
}

impl Import<'_> {
    /// The states of each ticket, in the order of the file; tickets in the order of their first row.
    fn states(&self, lines: Vec<Line>, report: &mut Report) -> Result<Vec<(String, Vec<StateRow>)>> {
        let mut tickets: Vec<(String, Vec<StateRow>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut ids = Ids::default();
        for line in lines {
            if let Err(trouble) = &line.values {
                report.skip(place(line.number), trouble.clone())?;
                continue;
            }
            let Some(key) = self.table.value(&line, &self.table.map.key) else {
                report.skip(place(line.number), "it has no key".into())?;
                continue;
            };
            let first = places.get(&key).map(|place| &tickets[*place].1[0].ticket);
            let id = first.map(|ticket| (ticket.id.clone(), ticket.created));
            match self.state(&line, &key, id, &mut ids, report) {
                Err(trouble) => report.skip(place(line.number), trouble)?,
                Ok(state) => {
                    let spot = *places.entry(key.clone()).or_insert_with(|| {
                        tickets.push((key, Vec::new()));
                        tickets.len() - 1
                    });
                    tickets[spot].1.push(state);
                }
            }
        }
        Ok(tickets)
    }

    fn state(
        &self,
        line: &Line,
        key: &str,
        known: Option<(TicketId, Timestamp)>,
        ids: &mut Ids,
        report: &mut Report,
    ) -> Result<StateRow, String> {
        let map = self.table.map;
        let created = map.ticket.iter().find(|(key, _)| key == "created").map(|(_, source)| source);
        let created = created.map(|source| self.table.instant(line, "created", source)).transpose()?.flatten();
        let created = created.ok_or("it has no date of creation")?;
        let (id, created) = match known {
            // The day of the id is the day of creation: the first row settles it.
            Some((id, first)) => (id, first),
            None => (ids.draw(self.here, self.snapshot, created).map_err(|trouble| trouble.to_string())?, created),
        };
        let mut ticket = blank(id, created, key);
        for (name, source) in map.ticket.iter().filter(|(name, _)| name != "created") {
            self.fill(&mut ticket, name, self.table.value(line, source), line, report)?;
        }
        check_title(&ticket.title)?;
        let at = map.at.as_ref().map(|source| self.table.instant(line, "at", source)).transpose()?;
        let at = match at {
            None => created,
            Some(at) => at.ok_or("it has no time (`at`)")?,
        };
        let body = map.body.as_ref().and_then(|source| self.table.value(line, source)).unwrap_or_default();
        let author = map.author.as_ref().and_then(|source| self.table.value(line, source));
        let comments = self.comments(line, &ticket, at, report)?;
        Ok(StateRow { at, author, ticket, body: ended(&body), comments })
    }

    fn fill(
        &self,
        ticket: &mut Ticket,
        name: &str,
        value: Option<String>,
        line: &Line,
        report: &mut Report,
    ) -> Result<(), String> {
        let words = |value: Option<String>| -> Vec<String> {
            let text = value.unwrap_or_default();
            text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        match name {
            "title" => ticket.title = value.ok_or("it has no title")?.split_whitespace().collect::<Vec<_>>().join(" "),
            "status" => {
                let status = value.ok_or("it has no status")?;
                self.settings
                    .state(&status)
                    .ok_or_else(|| format!("'{}' is no status of this desk", status.escape_debug()))?;
                ticket.status = status;
            }
            "priority" => {
                let word = value.unwrap_or_else(|| Priority::default().name().to_owned());
                ticket.priority =
                    Priority::find(&word).ok_or_else(|| format!("'{}' is no priority", word.escape_debug()))?;
            }
            "type" => ticket.kind = self.word("type", value, &self.settings.types, line, report),
            "channel" => ticket.channel = self.word("channel", value, &self.settings.channels, line, report),
            "requester" => ticket.requester = value,
            "assignee" => ticket.assignee = value,
            "team" => ticket.team = value,
            "language" => ticket.language = value,
            "message-id" => ticket.message_id = value,
            "cc" => ticket.cc = words(value),
            "tags" => ticket.tags = words(value),
            "line" => ticket.line = if value.as_deref() == Some("2") { 2 } else { 1 },
            "remind-at" | "close-at" | "until" => {
                let instant = value.map(|text| {
                    self.table
                        .map
                        .instant(&text)
                        .ok_or_else(|| format!("'{}' is no date for {name}", text.escape_debug()))
                });
                let instant = instant.transpose()?;
                match name {
                    "remind-at" => ticket.remind_at = instant,
                    "close-at" => ticket.close_at = instant,
                    _ => ticket.until = instant,
                }
            }
            _ => {
                let field = name.strip_prefix("field.").unwrap_or(name);
                if let Some(text) = value {
                    let found = self.field(field, text, line, report)?;
                    ticket.fields.insert(field.to_owned(), found);
                }
            }
        }
        Ok(())
    }

    /// A word `loket.yaml` should know; another is taken with a warning.
    fn word(
        &self,
        what: &str,
        value: Option<String>,
        known: &[String],
        line: &Line,
        report: &mut Report,
    ) -> Option<String> {
        let value = value?;
        if !known.contains(&value) {
            report.warn_once(
                place(line.number),
                format!("'{}' is no {what} of this desk; taken as it is", value.escape_debug()),
            );
        }
        Some(value)
    }

    fn field(&self, name: &str, text: String, line: &Line, report: &mut Report) -> Result<FieldValue, String> {
        let wants = |what: &str| format!("field '{name}' wants {what}, not '{}'", text.escape_debug());
        let Some(rule) = self.settings.fields.get(name) else {
            report.warn_once(
                place(line.number),
                format!("custom field '{name}' is not declared in {}; taken as text", layout::SETTINGS),
            );
            return Ok(FieldValue::Text(text));
        };
        match &rule.kind {
            FieldType::Number => parse_number(&text).ok_or_else(|| wants("a number")),
            FieldType::Bool => match text.to_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(FieldValue::Bool(true)),
                "false" | "no" | "0" => Ok(FieldValue::Bool(false)),
                _ => Err(wants("true or false")),
            },
            FieldType::Date => {
                let bare = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
                let found = if bare {
                    Some(text.clone())
                } else {
                    self.table.map.instant(&text).map(|instant| instant.to_string())
                };
                found.map(FieldValue::Text).ok_or_else(|| wants("a date"))
            }
            FieldType::Enum(values) if !values.contains(&text) => Err(wants(&format!("one of {}", values.join(", ")))),
            FieldType::Enum(_) | FieldType::Text => Ok(FieldValue::Text(text)),
        }
    }

    fn comments(
        &self,
        line: &Line,
        ticket: &Ticket,
        at: Timestamp,
        report: &mut Report,
    ) -> Result<Vec<Comment>, String> {
        let mut comments = Vec::new();
        for map in &self.table.map.comments {
            let Some(text) = self.table.value(line, &map.text) else { continue };
            let author = map.author.as_ref().and_then(|source| self.table.value(line, source));
            let date = map
                .date
                .as_ref()
                .map(|source| self.table.instant(line, "a comment", source))
                .transpose()?
                .flatten()
                .unwrap_or(at);
            if date < ticket.created {
                report.warn(
                    place(line.number),
                    format!("a comment of {date} is older than its ticket of {}", ticket.created),
                );
            }
            comments.push(Comment {
                id: String::new(),
                author: author.unwrap_or_else(|| self.actor.handle.clone()),
                date,
                visibility: if map.public { Visibility::Public } else { Visibility::Internal },
                channel: None,
                attachments: Vec::new(),
                automatic: false,
                body: ended(&text),
            });
        }
        Ok(comments)
    }

    fn steps(
        &self,
        tickets: Vec<(String, Vec<StateRow>)>,
        reader: &Reader<'_>,
        report: &mut Report,
    ) -> Result<Vec<Step>> {
        let known = reader.external_ids()?;
        let mut steps = Vec::new();
        for (key, rows) in tickets {
            let before = (steps.len(), report.view.comments);
            match known.get(&key) {
                None => self.create(rows, &mut steps, report)?,
                Some(id) => self.append(id, rows, reader, &mut steps, report)?,
            }
            if (steps.len(), report.view.comments) == before {
                report.view.unchanged += 1;
            } else {
                report.view.tickets += 1;
            }
        }
        Ok(steps)
    }

    fn create(&self, rows: Vec<StateRow>, steps: &mut Vec<Step>, report: &mut Report) -> Result<()> {
        let mut stems = BTreeSet::new();
        let mut last: Option<(Ticket, String, String)> = None;
        for row in rows {
            let path = layout::ticket(&row.ticket.id);
            let text = match &last {
                None => Some(render(&row.ticket, &row.body)),
                Some((ticket, body, text)) if *ticket != row.ticket || *body != row.body => {
                    Some(next_text(text, ticket, &row, &path)?)
                }
                Some(_) => None,
            };
            if let Some(text) = text {
                let what = if last.is_none() { "imported".to_owned() } else { "imported change".to_owned() };
                steps.push(self.step(
                    &row.ticket.id,
                    row.at,
                    row.author.as_deref(),
                    what,
                    vec![(path, text.clone().into_bytes())],
                ));
                last = Some((row.ticket.clone(), row.body.clone(), text));
            }
            self.add_comments(&row.ticket.id, row.comments, &mut stems, &[], steps, report);
        }
        Ok(())
    }

    /// Adds to a ticket that is there what the source has more of: later states as changes, later comments.
    fn append(
        &self,
        id: &TicketId,
        rows: Vec<StateRow>,
        reader: &Reader<'_>,
        steps: &mut Vec<Step>,
        report: &mut Report,
    ) -> Result<()> {
        let Some(folder) = self.snapshot.ticket(id)? else { return Ok(()) };
        let path = layout::ticket(id);
        let file = folder.file.map_err(|fault| format::failure(&fault, &path))?;
        let mut text = String::from_utf8_lossy(&folder.bytes).into_owned();
        let mut current = file.ticket;
        let mut stems: BTreeSet<String> = folder.thread.iter().map(|comment| comment.id.clone()).collect();
        let distinct: Vec<&StateRow> = dedup(&rows);
        let done = already(&reader.events_of(id)?, &distinct);
        for pair in distinct.windows(2).enumerate().filter(|(place, _)| place + 1 >= done).map(|(_, pair)| pair) {
            let mut new = carry(&current, &pair[0].ticket, &pair[1].ticket);
            new.id = id.clone();
            let mut edited = edit(&text, &current, &new).map_err(|fault| format::failure(&fault, &path))?;
            if pair[0].body != pair[1].body {
                edited = with_body(&edited, &pair[1].body, &path)?;
            }
            if edited != text {
                let files = vec![(path.clone(), edited.clone().into_bytes())];
                steps.push(self.step(id, pair[1].at, pair[1].author.as_deref(), "imported change".into(), files));
                (text, current) = (edited, new);
            }
        }
        for row in rows {
            self.add_comments(id, row.comments, &mut stems, &folder.thread, steps, report);
        }
        Ok(())
    }

    fn add_comments(
        &self,
        id: &TicketId,
        comments: Vec<Comment>,
        stems: &mut BTreeSet<String>,
        there: &[Comment],
        steps: &mut Vec<Step>,
        report: &mut Report,
    ) {
        for mut made in comments {
            let same = |known: &Comment| {
                known.date == made.date && known.author == made.author && known.body.trim() == made.body.trim()
            };
            if there.iter().any(same) {
                continue;
            }
            made.id = next_stem(made.date, stems);
            stems.insert(made.id.clone());
            let files = vec![(layout::comment(id, &made.id), comment::render(&made).into_bytes())];
            steps.push(self.step(id, made.date, Some(&made.author.clone()), "imported comment".into(), files));
            report.view.comments += 1;
        }
    }

    fn step(
        &self,
        id: &TicketId,
        date: Timestamp,
        author: Option<&str>,
        what: String,
        files: Vec<(String, Vec<u8>)>,
    ) -> Step {
        Step {
            ticket: id.clone(),
            date,
            author: author.map_or_else(|| crate::desk::author(self.actor), |name| person(name, self.people)),
            subject: format!("{id}: {what}"),
            trailers: vec![("Loket-Command", "import".to_owned()), ("Loket-Ticket", id.to_string())],
            files,
        }
    }
}

fn next_text(text: &str, old: &Ticket, row: &StateRow, path: &str) -> Result<String> {
    let edited = edit(text, old, &row.ticket).map_err(|fault| format::failure(&fault, path))?;
    with_body(&edited, &row.body, path)
}

/// The file with another body under the same front matter.
pub(super) fn with_body(text: &str, body: &str, path: &str) -> Result<String> {
    let front = format::frontmatter::parse(text.as_bytes()).map_err(|fault| format::failure(&fault, path))?;
    let old = front.body(text).len();
    Ok(format!("{}{body}", &text[..text.len() - old]))
}

/// Text as a file ends it.
fn ended(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

fn blank(id: TicketId, created: Timestamp, key: &str) -> Ticket {
    Ticket {
        id,
        title: String::new(),
        status: status::NEW.to_owned(),
        priority: Priority::default(),
        kind: None,
        requester: None,
        cc: Vec::new(),
        assignee: None,
        team: None,
        tags: Vec::new(),
        channel: None,
        language: None,
        created,
        message_id: None,
        links: Vec::new(),
        fields: Default::default(),
        satisfaction: None,
        attachments: Vec::new(),
        line: 1,
        remind_at: None,
        close_at: None,
        until: None,
        merged_into: None,
        external_id: Some(key.to_owned()),
    }
}

/// The rows that change something of what the map takes.
fn dedup(rows: &[StateRow]) -> Vec<&StateRow> {
    let mut kept: Vec<&StateRow> = Vec::new();
    for row in rows {
        if kept.last().is_none_or(|last| last.ticket != row.ticket || last.body != row.body) {
            kept.push(row);
        }
    }
    kept
}

/// How many of the source's states are in the ticket's history already. Those of an earlier import carry its trailer
/// and the source's dates; where they do not fit the file, all up to the last imported date count as done.
fn already(events: &[Event], rows: &[&StateRow]) -> usize {
    let imported: Vec<&Event> = events
        .iter()
        .filter(|event| event.command.as_deref() == Some("import") && (event.created || !event.changes.is_empty()))
        .collect();
    let fits = imported.len() <= rows.len() && imported.iter().zip(rows).all(|(event, row)| event.date == row.at);
    if fits {
        return imported.len();
    }
    let last = imported.iter().map(|event| event.date).max();
    rows.iter().filter(|row| last.is_none_or(|last| row.at <= last)).count()
}

/// What one state of the source changes against the one before, put onto the ticket as it is now.
fn carry(current: &Ticket, old: &Ticket, new: &Ticket) -> Ticket {
    let mut next = current.clone();
    macro_rules! take {
        ($($field:ident),*) => { $(if old.$field != new.$field { next.$field = new.$field.clone(); })* };
    }
    take!(
        title, status, priority, kind, requester, cc, assignee, team, tags, channel, language, message_id, line,
        remind_at, close_at, until
    );
    for (name, value) in &new.fields {
        if old.fields.get(name) != Some(value) {
            next.fields.insert(name.clone(), value.clone());
        }
    }
    for name in old.fields.keys().filter(|name| !new.fields.contains_key(*name)) {
        next.fields.remove(name);
    }
    next
}

/// The next free stem of a second, so that comments of one second keep their order.
fn next_stem(date: Timestamp, stems: &BTreeSet<String>) -> String {
    let second = basic(date);
    let taken = stems.range(format!("{second}-")..format!("{second}.")).count();
    let letter = |place: usize| ALPHABET[(taken / 32usize.pow(place as u32)) % 32] as char;
    format!("{second}-{}{}{}{}", letter(3), letter(2), letter(1), letter(0))
}
