//! `import jsonl`: loket's own interchange, a ticket a line. The history is made again: the ticket as it was created,
//! then each change by its author at its time.

mod check;
mod history;
mod survivors;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use anyhow::Context;

use super::{How, Report, Step};
use crate::desk::Here;
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};
use crate::format::interchange::{CommentRecord, EventRecord, Record};
use crate::format::layout;
use crate::search::{Level, Reader};
use crate::store::Snapshot;
use crate::view::import::ImportView;
use history::History;
use survivors::{gone, is_same, surviving};

/// The longest line taken, in bytes.
const LONGEST: usize = 1 << 30;

/// A step, and how many comments it adds.
pub struct Made {
    step: Step,
    comments: usize,
}

impl Here {
    /// Imports what `export jsonl` wrote, from a file or standard input.
    pub fn import_jsonl(&self, file: Option<&Path>, how: How) -> Result<(ImportView, Vec<String>)> {
        let name = file.map_or("standard input".to_owned(), |file| file.display().to_string());
        self.present()?;
        let source = open(file, &name)?;
        let mut report = Report::new(how);
        let ground = self.ground(how)?;
        let snapshot = &ground.snapshot;
        let settings = self.settings(snapshot)?;
        let actor = self.acting(&self.people(snapshot)?)?;
        let reader = self.reader(snapshot, &settings, Level::Timeline)?;
        let keys = reader.external_ids()?;
        let steps = Lines { snapshot, reader, seen: HashSet::new(), keys }.steps(source, &name, &mut report)?;
        let warnings = self.write_steps(ground, steps, &name, &actor, &mut report)?;
        Ok((report.view, warnings))
    }
}

/// The source. Standard input is read to its end first: nobody has to wait for whoever writes it.
fn open(file: Option<&Path>, name: &str) -> Result<Box<dyn BufRead>> {
    let unreadable = |trouble: std::io::Error| Failure::error(format!("{name} cannot be read: {trouble}"));
    match file {
        Some(path) => Ok(Box::new(BufReader::new(std::fs::File::open(path).map_err(unreadable)?))),
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
            Ok(Box::new(Cursor::new(bytes)))
        }
    }
}

/// An agent's answer that came from elsewhere is history: nobody sends it (mail.md, More).
fn sent_elsewhere(mut record: CommentRecord) -> CommentRecord {
    let text = |key: &str| record.comment.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let answers = text("visibility") == "public" && !text("author").contains('@');
    if answers && !record.comment.contains_key("delivered") {
        record.comment.insert("delivered".into(), "imported".into());
    }
    record.comment.shift_remove("unsent");
    record
}

/// The lines of a source on their way to steps.
struct Lines<'a> {
    snapshot: &'a Snapshot<'a>,
    reader: Reader<'a>,
    /// The tickets of the lines so far.
    seen: HashSet<TicketId>,
    /// The ticket of each external id, on the desk and in the lines so far.
    keys: HashMap<String, TicketId>,
}

impl Lines<'_> {
    fn steps(mut self, mut source: Box<dyn BufRead>, name: &str, report: &mut Report) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        for number in 1.. {
            let mut line = Vec::new();
            let mut limited = source.by_ref().take(LONGEST as u64);
            limited.read_until(b'\n', &mut line).with_context(|| format!("{name} cannot be read"))?;
            if line.is_empty() {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            report.view.read += 1;
            match self.record(&line) {
                Ok(found) if found.is_empty() => report.view.unchanged += 1,
                Ok(found) => {
                    report.view.tickets += 1;
                    report.view.comments += found.iter().map(|made| made.comments).sum::<usize>();
                    steps.extend(found.into_iter().map(|made| made.step));
                }
                Err(trouble) => report.skip(format!("line {number}"), format!("{trouble:#}"))?,
            }
        }
        Ok(steps)
    }

    /// What a line's ticket still needs.
    fn record(&mut self, line: &[u8]) -> Result<Vec<Made>> {
        let record: Record = serde_json::from_slice(line).context("it is no ticket as `export jsonl` writes one")?;
        let record = Record { thread: record.thread.into_iter().map(sent_elsewhere).collect(), ..record };
        let id: TicketId = record.id.parse().map_err(Failure::error)?;
        anyhow::ensure!(self.seen.insert(id.clone()), "ticket {id} occurs twice");
        let key = check::check(&id, &record)?.external_id;
        if let Some(key) = &key
            && let Some(other) = self.keys.get(key).filter(|other| **other != id)
        {
            anyhow::bail!("its external-id '{}' is that of ticket {other}", key.escape_debug());
        }
        let (timeline, there) = self.timeline(&id, &record)?;
        let made = History::of(&id, &record, &timeline).steps(there)?;
        self.keys.extend(key.map(|key| (key, id)));
        Ok(made)
    }

    /// The events to be made, and how many of them the ticket here has already; `None` where there is no ticket yet.
    fn timeline(&self, id: &TicketId, record: &Record) -> Result<(Vec<EventRecord>, Option<usize>)> {
        let wanted = &record.timeline;
        let mut missing = gone(wanted, &record.thread.iter().map(|comment| comment.id.as_str()).collect());
        if self.snapshot.find(&layout::ticket_folder(id))?.is_none() {
            return Ok((surviving(wanted, &missing), None));
        }
        let here: Vec<EventRecord> = self.reader.events_of(id)?.into_iter().map(EventRecord::from).collect();
        let folder = self.snapshot.ticket(id)?;
        let thread = folder.iter().flat_map(|folder| &folder.thread).map(|comment| comment.id.as_str());
        missing.extend(gone(&here, &thread.collect()));
        let (timeline, have) = (surviving(wanted, &missing), surviving(&here, &missing));
        let mut pairs = have.iter().zip(&timeline).enumerate();
        let same = pairs.all(|(place, (have, want))| is_same(have, want, place == 0));
        anyhow::ensure!(same && !here.is_empty(), "a different ticket {id} is here already");
        Ok((timeline, Some(have.len())))
    }
}
