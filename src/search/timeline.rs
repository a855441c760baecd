//! The timeline: what each commit did to each ticket, derived once per commit.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::spill::{Past, Spill};
use crate::domain::event::{Event, FieldChange};
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::changes::changes;
use crate::format::layout::{self, TicketFile as Kind};
use crate::format::{comment, ticket};
use crate::progress::Progress;
use crate::store::{CommitInfo, Desk, Oid, Snapshot, delta};

/// More threads than this gain nothing: they wait for each other's pages.
const MOST_THREADS: usize = 4;
/// So many commits are read before what they did is set aside.
const AT_ONCE: usize = 500;
/// So many commits are read before a thread would have started.
const WORTH_A_THREAD: usize = 2000;

/// Events by ticket, and those of no ticket at hand.
#[derive(Debug, Default)]
pub struct Timeline {
    pub tickets: HashMap<TicketId, Vec<Event>>,
    pub others: Vec<Event>,
}

/// What a commit did to one ticket's folder.
#[derive(Default)]
struct Touched {
    file: Option<Versions>,
    /// Each comment's stem and versions.
    comments: Vec<(String, Versions)>,
}

/// A file as each parent had it, and as the commit has it.
struct Versions {
    old: Vec<Option<Oid>>,
    new: Option<Oid>,
}

impl Versions {
    /// What it was in the first parent.
    fn first(&self) -> Option<Oid> {
        self.old.first().copied().flatten()
    }
}

impl Timeline {
    /// The past of all commits that led to a snapshot, and how many there are. The history is cut into a piece for each
    /// core; a ticket's events are those of the pieces in turn. `aside` is where they are put meanwhile.
    pub fn derive(desk: &Desk, snapshot: &Snapshot<'_>, aside: &Path, progress: &dyn Progress) -> Result<(Past, u64)> {
        let Some(head) = snapshot.commit else { return Ok((Past::default(), 0)) };
        let commits = desk.commits_until(head)?;
        bring(desk, snapshot, &commits)?;
        progress.start("reading the history", commits.len() as u64);
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let size = commits.len().div_ceil(cores).max(WORTH_A_THREAD);
        let elsewhere = AtomicU64::new(0);
        let pieces: Vec<(usize, &[Oid])> = commits.chunks(size).enumerate().collect();
        let spills = std::thread::scope(|scope| -> Result<Vec<Spill>> {
            let mut others = Vec::new();
            for (number, piece) in pieces.iter().skip(1) {
                let (own, done, spill) = (desk.reopen()?, &elsewhere, Spill::beside(aside, *number));
                others.push(scope.spawn(move || -> Result<Spill> {
                    let snapshot = own.at_commit(head)?;
                    Timeline::piece(&own, &snapshot, piece, number * size, spill, &|| {
                        done.fetch_add(1, Ordering::Relaxed);
                    })
                }));
            }
            let first = pieces.first().map_or(&[][..], |(_, piece)| piece);
            let step = || progress.step(1 + elsewhere.swap(0, Ordering::Relaxed));
            let mut spills = vec![Timeline::piece(desk, snapshot, first, 0, Spill::beside(aside, 0), &step)?];
            for other in others {
                let joined = other.join().map_err(|_| anyhow::anyhow!("a thread that read the history gave up"))?;
                spills.push(joined?);
            }
            Ok(spills)
        })?;
        progress.done();
        Ok((Past::of(spills), commits.len() as u64))
    }

    /// The timeline of a few commits, the first of them the `order`-th of the history.
    pub fn of(desk: &Desk, snapshot: &Snapshot<'_>, commits: &[Oid], order: u64) -> Result<Timeline> {
        bring(desk, snapshot, commits)?;
        let mut timeline = Timeline::default();
        let edge = desk.shallow_edge();
        for (commit, order) in commits.iter().zip(order..) {
            timeline.add_commit(desk, snapshot, &edge, *commit, order)?;
        }
        Ok(timeline)
    }

    fn piece(
        desk: &Desk,
        snapshot: &Snapshot<'_>,
        commits: &[Oid],
        first: usize,
        mut spill: Spill,
        step: &dyn Fn(),
    ) -> Result<Spill> {
        let mut timeline = Timeline::default();
        let edge = desk.shallow_edge();
        for (number, commit) in commits.iter().enumerate() {
            timeline.add_commit(desk, snapshot, &edge, *commit, (first + number) as u64)?;
            if number % AT_ONCE == AT_ONCE - 1 {
                spill.drain(&mut timeline)?;
            }
            step();
        }
        spill.drain(&mut timeline)?;
        Ok(spill)
    }

    /// Adds what one commit did, as the `order`-th of the history; `edge` is that of a shallow clone.
    fn add_commit(&mut self, desk: &Desk, snapshot: &Snapshot<'_>, edge: &str, commit: Oid, order: u64) -> Result<()> {
        let info = desk.commit_info(commit)?;
        // Beyond the edge of a shallow clone nobody knows who did what.
        if edge.contains(&info.id.to_string()) {
            return Ok(());
        }
        let mut touched = touched(desk, snapshot, &info)?;
        for id in told(&info) {
            touched.entry(id).or_default();
        }
        let event = |ticket: Option<TicketId>| Event {
            order,
            date: info.date,
            noted: ticket.as_ref().map(|id| of_ticket(&info, "Loket-Event", id)).unwrap_or_default(),
            ticket,
            name: info.author.name.clone(),
            email: info.author.email.clone(),
            commit: info.id.to_string(),
            command: info.trailer("Loket-Command").map(str::to_owned),
            reason: info.trailer("Loket-Reason").map(str::to_owned),
            rules: Vec::new(),
            changes: Vec::new(),
            comment: None,
            created: false,
        };
        if touched.is_empty() && info.parents.len() < 2 {
            self.others.push(event(None));
        }
        for (id, touched) in touched {
            let own = Event { rules: of_ticket(&info, "Loket-Rule", &id), ..event(Some(id.clone())) };
            let events = explain(snapshot, &id, touched, own)?;
            self.tickets.entry(id).or_default().extend(events);
        }
        Ok(())
    }
}

/// Brings over the versions of tickets and comments that a timeline of these commits reads, where the clone is partial.
fn bring(desk: &Desk, snapshot: &Snapshot<'_>, commits: &[Oid]) -> Result<()> {
    if !desk.is_partial() {
        return Ok(());
    }
    let mut wanted = Vec::new();
    for commit in commits {
        for (_, touched) in touched(desk, snapshot, &desk.commit_info(*commit)?)? {
            let comments = touched.comments.into_iter().map(|(_, versions)| versions);
            for versions in touched.file.into_iter().chain(comments) {
                wanted.extend(versions.old.into_iter().chain([versions.new]).flatten());
            }
        }
    }
    desk.bring(wanted)
}

/// What trailers say of a ticket: what time brought it, the rules that fired. One that names none is of all that the
/// commit touched.
fn of_ticket(info: &CommitInfo, key: &str, id: &TicketId) -> Vec<String> {
    let own = info.trailers(key).filter_map(|text| match parse_noted(text) {
        (what, Some(named)) => (named == *id).then_some(what),
        (what, None) => Some(what),
    });
    own.map(str::to_owned).collect()
}

/// What a trailer says, and of which ticket.
fn parse_noted(text: &str) -> (&str, Option<TicketId>) {
    match text.rsplit_once(' ') {
        Some((what, last)) => match last.parse() {
            Ok(id) => (what, Some(id)),
            Err(_) => (text, None),
        },
        None => (text, None),
    }
}

/// The tickets a commit tells of by name: time may do something to one whose files stay as they are.
pub fn told(info: &CommitInfo) -> impl Iterator<Item = TicketId> + '_ {
    info.trailers("Loket-Event").filter_map(|text| parse_noted(text).1)
}

/// The tickets a commit touched. A merge touches what differs from every parent.
fn touched(desk: &Desk, snapshot: &Snapshot<'_>, info: &CommitInfo) -> Result<BTreeMap<TicketId, Touched>> {
    let new = snapshot.folder_in(Some(info.tree), layout::TICKETS)?;
    let mut files: BTreeMap<String, Versions> = BTreeMap::new();
    let parents = if info.parents.is_empty() { vec![None] } else { info.parents.iter().copied().map(Some).collect() };
    for (number, parent) in parents.iter().enumerate() {
        let old = snapshot.folder_in(parent.and_then(|parent| desk.tree_of(parent)), layout::TICKETS)?;
        delta(snapshot.odb(), old, new, &mut |step| {
            let versions = files.entry(step.path).or_insert_with(|| Versions { old: Vec::new(), new: step.new });
            if versions.old.len() == number {
                versions.old.push(step.old);
            }
        })?;
    }
    let mut found: BTreeMap<TicketId, Touched> = BTreeMap::new();
    for (path, versions) in files.into_iter().filter(|(_, versions)| versions.old.len() == parents.len()) {
        let Some((id, kind)) = layout::parse_ticket_path(&format!("{}/{path}", layout::TICKETS)) else { continue };
        let touched = found.entry(id).or_default();
        match kind {
            Kind::Ticket => touched.file = Some(versions),
            Kind::Comment(stem) => touched.comments.push((stem, versions)),
            Kind::Attachment(_) | Kind::Other => {}
        }
    }
    Ok(found)
}

/// The events of one ticket in one commit: the first holds the changes of fields, each comment has one of its own.
fn explain(snapshot: &Snapshot<'_>, id: &TicketId, touched: Touched, mut event: Event) -> Result<Vec<Event>> {
    let is_told = !event.noted.is_empty();
    let touches_files_alone = touched.file.is_none() && touched.comments.is_empty();
    if let Some(versions) = touched.file {
        event.created = versions.first().is_none() && versions.new.is_some();
        event.changes = file_changes(snapshot, id, &versions)?;
    }
    let mut more = Vec::new();
    for (stem, versions) in touched.comments {
        let mut own = Event {
            changes: Vec::new(),
            noted: Vec::new(),
            comment: Some(stem.clone()),
            created: false,
            ..event.clone()
        };
        if versions.first().is_some() {
            let (from, to) = (words(snapshot, &stem, versions.first())?, words(snapshot, &stem, versions.new)?);
            own.changes.push(FieldChange { field: "comment".into(), from, to });
            more.push(own);
        } else if event.comment.is_none() {
            event.comment = Some(stem);
        } else {
            more.push(own);
        }
    }
    let tells = is_told
        || event.created
        || event.comment.is_some()
        || !event.changes.is_empty()
        || more.is_empty()
        || touches_files_alone;
    Ok(tells.then_some(event).into_iter().chain(more).collect())
}

/// The text of a version of a comment.
fn words(snapshot: &Snapshot<'_>, stem: &str, version: Option<Oid>) -> Result<Value> {
    let Some(oid) = version else { return Ok(Value::Null) };
    Ok(comment::parse(stem, &snapshot.read(oid)?).map_or(Value::Null, |comment| Value::String(comment.body)))
}

/// The fields that a commit changed: in a merge those that no parent had so, told against the first.
fn file_changes(snapshot: &Snapshot<'_>, id: &TicketId, versions: &Versions) -> Result<Vec<FieldChange>> {
    let Some(new) = versions.new else {
        let from = Value::String(id.to_string());
        return Ok(vec![FieldChange { field: "ticket".into(), from, to: Value::Null }]);
    };
    let new = ticket::parse(id, &snapshot.read(new)?);
    let mut told: Option<Vec<FieldChange>> = None;
    for old in &versions.old {
        let Some(old) = old else { return Ok(Vec::new()) };
        // Into or out of a broken file: something changed, nobody can say which field.
        let (Ok(old), Ok(new)) = (ticket::parse(id, &snapshot.read(*old)?), &new) else { return Ok(Vec::new()) };
        let here = changes(&old, new);
        told = Some(match told {
            None => here,
            Some(before) => {
                before.into_iter().filter(|change| here.iter().any(|other| other.field == change.field)).collect()
            }
        });
    }
    Ok(told.unwrap_or_default())
}
