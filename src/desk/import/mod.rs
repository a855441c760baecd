//! Imports: another system's tickets with their history. Everything is planned first; the branch moves once, at the end.

pub mod csv;
pub mod interchange;

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Here, author};
use crate::domain::id::TicketId;
use crate::domain::person::{Agent, handle_address};
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::store::{BulkCommit, Person, Snapshot};
use crate::view::import::{ImportView, NoticeView};

/// One commit to be made for one ticket.
pub struct Step {
    pub ticket: TicketId,
    pub date: Timestamp,
    pub author: Person,
    pub subject: String,
    pub trailers: Vec<(&'static str, String)>,
    pub files: Vec<(String, Vec<u8>)>,
}

/// How an import is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// Stop at the first bad row.
    pub strict: bool,
    pub dry_run: bool,
}

/// Gathers what an import has to say.
pub struct Report {
    pub view: ImportView,
    strict: bool,
    warned: std::collections::HashSet<String>,
}

impl Report {
    pub fn new(how: How) -> Report {
        Report { view: ImportView::default(), strict: how.strict, warned: Default::default() }
    }

    /// A row that cannot be taken; with `--strict` it ends the import.
    pub fn skip(&mut self, place: String, reason: String) -> Result<()> {
        if self.strict {
            return Err(Failure::error(format!("{place}: {reason}; nothing was imported"))
                .hint("without --strict bad rows are skipped")
                .into());
        }
        self.view.skipped.push(NoticeView { place, reason });
        Ok(())
    }

    pub fn warn(&mut self, place: String, reason: String) {
        self.view.warnings.push(NoticeView { place, reason });
    }

    /// Warns of the same thing once only.
    pub fn warn_once(&mut self, place: String, reason: String) {
        if self.warned.insert(reason.clone()) {
            self.warn(place, reason);
        }
    }
}

/// New ids for tickets, none of them taken.
#[derive(Default)]
pub struct Ids {
    drawn: std::collections::HashSet<TicketId>,
}

impl Ids {
    /// An id of the day of an instant.
    pub fn draw(&mut self, here: &Here, snapshot: &Snapshot<'_>, created: Timestamp) -> Result<TicketId> {
        let day = jiff::tz::TimeZone::UTC.to_datetime(created).date();
        for _ in 0..100 {
            let Some(id) = TicketId::new(day, &here.tail(5)) else { break };
            if snapshot.find(&layout::ticket_folder(&id))?.is_none() && self.drawn.insert(id.clone()) {
                return Ok(id);
            }
        }
        Err(Failure::error(format!("no free id for {day}; an id holds the years 1970 to 2069")).into())
    }
}

/// Who a name in the source is as the author of a commit: an agent, an address, or a handle nobody has a file for.
pub fn person(name: &str, people: &[Agent]) -> Person {
    match people.iter().find(|agent| agent.handle == name || agent.has_email(name)) {
        Some(agent) => author(agent),
        None if name.contains('@') => Person { name: name.to_owned(), email: name.to_owned() },
        None => Person { name: name.to_owned(), email: handle_address(name) },
    }
}

impl Here {
    /// Writes the steps: in the order of time over all tickets, within one in the order they came. A step is placed no
    /// earlier than the one before it of the same ticket; its commit keeps its own date.
    fn write_steps(
        &self,
        mut steps: Vec<Step>,
        source: &str,
        actor: &Agent,
        how: How,
        report: &mut Report,
    ) -> Result<Vec<String>> {
        report.view.commits = steps.len();
        if how.dry_run || steps.is_empty() {
            return Ok(Vec::new());
        }
        let mut latest: HashMap<TicketId, Timestamp> = HashMap::new();
        let mut places: Vec<(Timestamp, usize)> = Vec::with_capacity(steps.len());
        for (number, step) in steps.iter().enumerate() {
            let last = latest.entry(step.ticket.clone()).or_insert(step.date);
            *last = (*last).max(step.date);
            places.push((*last, number));
        }
        places.sort();
        let mut bulk = self.desk.bulk(&author(actor))?;
        self.progress.start("importing", steps.len() as u64);
        for (_, number) in places {
            let step = &mut steps[number];
            let files = std::mem::take(&mut step.files);
            bulk.add(&BulkCommit {
                author: &step.author,
                date: step.date,
                subject: &step.subject,
                trailers: &step.trailers,
                files: &files,
            })?;
            self.progress.step(1);
        }
        let done = bulk.finish(&format!("import {source}"))?;
        self.progress.done();
        Ok(done.warnings)
    }
}
