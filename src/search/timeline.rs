//! The timeline: what each commit did to each ticket, derived once per commit.

use std::collections::{BTreeMap, HashMap};

use crate::domain::event::{Event, FieldChange};
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::changes::changes;
use crate::format::layout::{self, TicketFile as Kind};
use crate::format::{comment, ticket};
use crate::store::{CommitInfo, Desk, Oid, Snapshot, delta};

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
