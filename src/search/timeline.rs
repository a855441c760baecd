//! The timeline: what each commit did to each ticket, derived once per commit.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};

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
    file: Option<(Option<Oid>, Option<Oid>)>,
    /// Stem, old and new object of each comment.
    comments: Vec<(String, Option<Oid>, Option<Oid>)>,
}

impl Timeline {
    /// The timeline of all commits that led to a snapshot, and how many there are. The history is cut into a piece for
    /// each core; a ticket's events are those of the pieces in turn.
    pub fn derive(desk: &Desk, snapshot: &Snapshot<'_>, progress: &dyn Progress) -> Result<(Timeline, u64)> {
        let Some(head) = snapshot.commit else { return Ok((Timeline::default(), 0)) };
        let commits = desk.commits_until(head)?;
        progress.start("reading the history", commits.len() as u64);
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let size = commits.len().div_ceil(cores).max(WORTH_A_THREAD);
        let elsewhere = AtomicU64::new(0);
        let pieces: Vec<(usize, &[Oid])> = commits.chunks(size).enumerate().collect();
        let timeline = std::thread::scope(|scope| -> Result<Timeline> {
            let mut others = Vec::new();
            for (number, piece) in pieces.iter().skip(1) {
                let (own, done) = (desk.reopen()?, &elsewhere);
                others.push(scope.spawn(move || -> Result<Timeline> {
                    let snapshot = own.at_commit(head)?;
                    Timeline::piece(&own, &snapshot, piece, number * size, &|| {
                        done.fetch_add(1, Ordering::Relaxed);
                    })
                }));
            }
            let first = pieces.first().map_or(&[][..], |(_, piece)| piece);
            let step = || progress.step(1 + elsewhere.swap(0, Ordering::Relaxed));
            let mut timeline = Timeline::piece(desk, snapshot, first, 0, &step)?;
            for other in others {
                let joined = other.join().map_err(|_| anyhow::anyhow!("a thread that read the history gave up"))?;
                timeline.append(joined?);
            }
            Ok(timeline)
        })?;
        progress.done();
        Ok((timeline, commits.len() as u64))
    }

    fn piece(desk: &Desk, snapshot: &Snapshot<'_>, commits: &[Oid], first: usize, step: &dyn Fn()) -> Result<Timeline> {
        let mut timeline = Timeline::default();
        for (number, commit) in commits.iter().enumerate() {
            timeline.add_commit(desk, snapshot, *commit, (first + number) as u64)?;
            step();
        }
        Ok(timeline)
    }

    fn append(&mut self, later: Timeline) {
        self.others.extend(later.others);
        for (id, events) in later.tickets {
            self.tickets.entry(id).or_default().extend(events);
        }
    }

    /// Adds what one commit did, as the `order`-th of the history.
    pub fn add_commit(&mut self, desk: &Desk, snapshot: &Snapshot<'_>, commit: Oid, order: u64) -> Result<()> {
        let info = desk.commit_info(commit)?;
        // Beyond the edge of a shallow clone nobody knows who did what.
        if desk.is_boundary(commit) {
            return Ok(());
        }
        let touched = touched(desk, snapshot, &info)?;
        let event = |ticket: Option<TicketId>| Event {
            order,
            date: info.date,
            ticket,
            name: info.author.name.clone(),
            email: info.author.email.clone(),
            commit: info.id.to_string(),
            command: info.trailer("Loket-Command").map(str::to_owned),
            reason: info.trailer("Loket-Reason").map(str::to_owned),
            changes: Vec::new(),
            comment: None,
            created: false,
        };
        if touched.is_empty() && info.parents.len() < 2 {
            self.others.push(event(None));
        }
        for (id, touched) in touched {
            let events = explain(snapshot, &id, touched, event(Some(id.clone())))?;
            self.tickets.entry(id).or_default().extend(events);
        }
        Ok(())
    }
}

/// The tickets a commit touched. A merge touches what differs from every parent.
fn touched(desk: &Desk, snapshot: &Snapshot<'_>, info: &CommitInfo) -> Result<BTreeMap<TicketId, Touched>> {
    let mut found: BTreeMap<TicketId, Touched> = BTreeMap::new();
    let first = info.parents.first().and_then(|parent| desk.tree_of(*parent));
    let mut steps = Vec::new();
    delta(snapshot.odb(), first, Some(info.tree), &mut |step| steps.push(step))?;
    for parent in info.parents.iter().skip(1) {
        let mut here = std::collections::HashSet::new();
        delta(snapshot.odb(), desk.tree_of(*parent), Some(info.tree), &mut |step| {
            here.insert(step.path);
        })?;
        steps.retain(|step| here.contains(&step.path));
    }
    for step in steps {
        let Some((id, kind)) = layout::parse_ticket_path(&step.path) else { continue };
        let touched = found.entry(id).or_default();
        match kind {
            Kind::Ticket => touched.file = Some((step.old, step.new)),
            Kind::Comment(stem) => touched.comments.push((stem, step.old, step.new)),
            Kind::Attachment(_) | Kind::Other => {}
        }
    }
    Ok(found)
}

/// The events of one ticket in one commit: the first holds the changes of fields, each comment has one of its own.
fn explain(snapshot: &Snapshot<'_>, id: &TicketId, touched: Touched, mut event: Event) -> Result<Vec<Event>> {
    let text = |value: &str| serde_json::Value::String(value.to_owned());
    match touched.file {
        Some((None, Some(_))) => event.created = true,
        Some((Some(old), Some(new))) => event.changes = file_changes(snapshot, id, old, new)?,
        Some((Some(_), None)) => {
            event.changes.push(FieldChange {
                field: "ticket".into(),
                from: text(id.as_str()),
                to: serde_json::Value::Null,
            });
        }
        _ => {}
    }
    let mut more = Vec::new();
    for (stem, old, new) in touched.comments {
        let mut own = Event { changes: Vec::new(), comment: Some(stem.clone()), created: false, ..event.clone() };
        if old.is_none() {
            if event.comment.is_none() {
                event.comment = Some(stem);
            } else {
                more.push(own);
            }
            continue;
        }
        let body = |side: Option<Oid>| -> Result<serde_json::Value> {
            let Some(oid) = side else { return Ok(serde_json::Value::Null) };
            Ok(comment::parse(&stem, &snapshot.read(oid)?)
                .map_or(serde_json::Value::Null, |comment| text(&comment.body)))
        };
        own.changes.push(FieldChange { field: "comment".into(), from: body(old)?, to: body(new)? });
        more.push(own);
    }
    Ok(std::iter::once(event).chain(more).collect())
}

fn file_changes(snapshot: &Snapshot<'_>, id: &TicketId, old: Oid, new: Oid) -> Result<Vec<FieldChange>> {
    let (old, new) = (snapshot.read(old)?, snapshot.read(new)?);
    Ok(match (ticket::parse(id, &old), ticket::parse(id, &new)) {
        (Ok(old), Ok(new)) => changes(&old, &new),
        // Into or out of a broken file: something changed, nobody can say which field.
        _ => Vec::new(),
    })
}
