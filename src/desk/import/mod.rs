//! Imports: another system's tickets with their history. Everything is planned first; the branch moves once, at the end.
//! From before the desk is read until the branch has moved nobody else writes to this clone, so nothing that others are
//! told is done gets undone.

pub mod csv;
pub mod interchange;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Here, author};
use crate::domain::id::TicketId;
use crate::domain::person::{Agent, handle_address};
use crate::failure::{Failure, Result};
use crate::format::{self, frontmatter, layout};
use crate::store::{Bulk, BulkCommit, Lock, Person, Snapshot};
use crate::view::import::{ImportView, NoticeView};

/// One commit to be made for one ticket.
pub struct Step {
    /// The ticket it is of.
    pub ticket: TicketId,
    /// When, by the source.
    pub date: Timestamp,
    /// Who, by the source.
    pub author: Person,
    /// The first line of its message.
    pub subject: String,
    /// The last lines of its message.
    pub trailers: Vec<(&'static str, String)>,
    /// Path and new content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// How an import is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// Stop at the first bad row.
    pub strict: bool,
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
}

/// Gathers what an import has to say.
pub struct Report {
    /// The answer as it grows.
    pub view: ImportView,
    strict: bool,
    warned: HashSet<String>,
}

impl Report {
    /// A report of nothing yet.
    pub fn new(how: How) -> Report {
        Report { view: ImportView::default(), strict: how.strict, warned: HashSet::new() }
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

    /// What is taken all the same.
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
    drawn: HashSet<TicketId>,
}

impl Ids {
    /// An id of the day of an instant.
    pub fn draw(&mut self, here: &Here, snapshot: &Snapshot<'_>, created: Timestamp) -> Result<TicketId> {
        let day = TimeZone::UTC.to_datetime(created).date();
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

/// Refuses an instant outside the years that ids, paths and commits can say.
pub fn check_date(instant: Timestamp) -> Result<Timestamp, String> {
    match (1970..=2069).contains(&TimeZone::UTC.to_datetime(instant).year()) {
        true => Ok(instant),
        false => Err(format!("{instant} is outside 1970-01-01 to 2069-12-31")),
    }
}

/// The file with another body under the same front matter.
pub fn with_body(text: &str, body: &str, path: &str) -> Result<String> {
    let front = frontmatter::parse(text.as_bytes()).map_err(|fault| format::failure(&fault, path))?;
    let old = front.body(text).len();
    Ok(format!("{}{body}", &text[..text.len() - old]))
}

/// What an import stands on: the desk as it is, and the right to write that keeps it so.
pub struct Ground<'a> {
    /// The desk as it is.
    pub snapshot: Snapshot<'a>,
    /// `None` for a dry run, which waits for nobody.
    lock: Option<Lock>,
    warnings: Vec<String>,
}

impl Here {
    /// Waits for other writers, then reads the desk.
    fn ground(&self, how: How) -> Result<Ground<'_>> {
        if how.dry_run {
            return Ok(Ground { snapshot: self.present()?, lock: None, warnings: Vec::new() });
        }
        let (lock, warnings) = self.desk.begin_writing()?;
        Ok(Ground { snapshot: self.present()?, lock: Some(lock), warnings })
    }

    /// Writes the steps in their order, if there are any and this is no dry run. Gives what the user should know.
    fn write_steps(
        &self,
        ground: Ground<'_>,
        steps: Vec<Step>,
        source: &str,
        actor: &Agent,
        report: &mut Report,
    ) -> Result<Vec<String>> {
        report.view.commits = steps.len();
        let mut warnings = ground.warnings;
        if !steps.is_empty() && self.desk.wants_signatures() {
            report.warn("git".into(), "commit.gpgsign is set, but commits of an import are not signed".into());
        }
        let Some(lock) = ground.lock.filter(|_| !steps.is_empty()) else { return Ok(warnings) };
        let bulk = self.desk.bulk(lock, ground.snapshot.commit, &author(actor))?;
        warnings.extend(self.write_all(bulk, steps, source)?);
        Ok(warnings)
    }

    fn write_all(&self, mut bulk: Bulk<'_>, mut steps: Vec<Step>, source: &str) -> Result<Vec<String>> {
        self.progress.start("importing", steps.len() as u64);
        for number in in_order(&steps) {
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

/// The places of the steps in the order of time over all tickets, within one in the order they came. A step is placed no
/// earlier than the one before it of the same ticket; its commit keeps its own date.
fn in_order(steps: &[Step]) -> Vec<usize> {
    let mut latest: HashMap<&TicketId, Timestamp> = HashMap::new();
    let mut places: Vec<(Timestamp, usize)> = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let last = latest.entry(&step.ticket).or_insert(step.date);
        *last = (*last).max(step.date);
        places.push((*last, number));
    }
    places.sort();
    places.into_iter().map(|(_, number)| number).collect()
}
