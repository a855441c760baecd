//! Makes the index, from nothing or from what has changed.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::changed::{Changed, is_indexed};
use super::document::{Writer, path_key};
use super::opening::{Derive, Level, Opening};
use super::schema::Fields;
use super::spill::{Past, Spill};
use super::store::{self, Payload, Stored};
use super::timeline::Timeline;
use crate::domain::event::{Event, closed_at};
use crate::domain::facts::Facts;
use crate::domain::id::TicketId;
use crate::domain::person::Orgs;
use crate::domain::settings::Settings;
use crate::domain::ticket::State;
use crate::failure::Result;
use crate::format::article::page_kind;
use crate::format::{Fault, article, customer, layout};
use crate::store::{Lock, Oid, Snapshot, TicketFolder};

/// Memory for documents under way, in bytes.
const ARENA: usize = 120_000_000;
const CATCH_UP_ARENA: usize = 20_000_000;

/// Makes the documents of a snapshot.
pub struct Maker<'a> {
    pub snapshot: &'a Snapshot<'a>,
    pub settings: &'a Settings,
    pub fields: &'a Fields,
    pub derive: &'a dyn Derive,
    /// Who belongs to which organisation, where that counts.
    pub orgs: &'a Orgs,
}

impl Maker<'_> {
    fn writer(&self) -> Writer<'_> {
        Writer { fields: self.fields, language: &self.settings.language }
    }

    /// The documents of a ticket; none where it is gone. `events` where the timeline is known.
    pub fn ticket(&self, id: &TicketId, events: Option<&[Event]>) -> Result<Vec<TantivyDocument>> {
        Ok(self.snapshot.ticket(id)?.map(|folder| self.folder(folder, events)).unwrap_or_default())
    }

    fn folder(&self, folder: TicketFolder, events: Option<&[Event]>) -> Vec<TantivyDocument> {
        let writer = self.writer();
        let key = folder.id.number();
        let broken = folder.broken.iter().map(|broken| writer.broken(key, &broken.path, &broken.fault, None));
        let mut documents: Vec<TantivyDocument> = broken.collect();
        match folder.file {
            Err(fault) => {
                let mut document = writer.broken(key, &layout::ticket(&folder.id), &fault, Some(&folder.id));
                writer.add_events(&mut document, events);
                writer.add_messages_of_broken(&mut document, &folder.thread, &folder.bytes);
                documents.push(document);
            }
            Ok(file) => {
                let known = self.settings.state(&file.ticket.status);
                if known.is_none() {
                    let (line, column) = file.front.position("status");
                    let message = format!("unknown status '{}', taken as open", file.ticket.status.escape_debug());
                    let fault = Fault { line, column, message, hint: None };
                    documents.push(writer.broken(key, &layout::ticket(&folder.id), &fault, None));
                }
                let state = known.unwrap_or(State::Open);
                let mut facts = facts(file.ticket, file.body, folder.thread, state, events, self.settings);
                let requester = facts.ticket.requester.as_deref();
                facts.org = requester.and_then(|address| self.orgs.find(address)).map(str::to_owned);
                let derived = events.map(|events| self.derive.derive(&facts, events));
                facts.promise = derived.as_ref().and_then(|derived| derived.promise.clone());
                let past = events.zip(derived.as_ref());
                documents.extend(writer.ticket(&facts, past, folder.object, &folder.objects));
            }
        }
        documents
    }

    /// The document of an article, pattern or customer.
    pub fn file(&self, path: &str, oid: Oid) -> Result<TantivyDocument> {
        let writer = self.writer();
        if layout::is_stray(path) {
            let message = "this folder is no ticket's: its name is no id, or it lies under another day".to_owned();
            return Ok(writer.broken(path_key(path), path, &Fault { line: 1, column: 1, message, hint: None }, None));
        }
        let bytes = self.snapshot.read(oid)?;
        let made = match (page_kind(path), layout::key_in(layout::CUSTOMERS, path)) {
            (Some(kind), _) => article::parse(kind, path, &bytes).map(|page| writer.page(path, &page, oid)),
            (None, key) => {
                customer::parse(key.unwrap_or_default(), &bytes).map(|customer| writer.customer(path, &customer))
            }
        };
        Ok(made.unwrap_or_else(|fault| writer.broken(path_key(path), path, &fault, None)))
    }

    /// What a commit that touched no ticket is noted by.
    pub fn commit(&self, event: &Event) -> TantivyDocument {
        self.writer().trail(path_key(&event.commit), std::slice::from_ref(event))
    }

    /// What is left of a ticket that is gone: its history.
    pub fn gone(&self, id: &TicketId, events: &[Event]) -> TantivyDocument {
        self.writer().trail(id.number(), events)
    }
}

fn facts(
    ticket: crate::domain::ticket::Ticket,
    body: String,
    thread: Vec<crate::domain::comment::Comment>,
    state: State,
    events: Option<&[Event]>,
    settings: &Settings,
) -> Facts {
    let updated = events.and_then(|events| events.last()).map(|event| event.date);
    let closed = events.and_then(|events| closed_at(events, state, |status| settings.state(status)));
    Facts { ticket, state, org: None, updated, closed, promise: None, body, thread }
}

/// Builds the index from nothing beside the old one and puts it in its place.
///
/// One process builds at a time; with `unless` set, what another has built meanwhile is taken if it serves.
pub fn rebuild(opening: &Opening<'_, '_>, fields: &Fields, unless: bool) -> Result<Stored> {
    let target = store::folder(opening.desk);
    let _lock = Lock::wait_for_index(opening.desk.state())?;
    if unless
        && let Some(stored) = store::open(&target, fields)
        && stored.serves(opening)
        && stored.payload.commit_id() == opening.snapshot.commit
    {
        return Ok(stored);
    }
    clear_leftovers(opening.desk.state());
    let fresh = target.with_extension(format!("new-{}", std::process::id()));
    clear(&fresh);
    // What is known of the history stays known where only the policies have changed.
    let before = if unless { store::open(&target, fields) } else { None };
    let before = before.filter(|before| before.fits(opening) && before.payload.timeline);
    let payload = fill(opening, fields, &fresh, before.as_ref())?;
    let aside = target.with_extension(format!("old-{}", std::process::id()));
    clear(&aside);
    if target.exists() {
        std::fs::rename(&target, &aside).context("the old index cannot be moved aside")?;
    }
    std::fs::rename(&fresh, &target).context("the new index cannot be put in place")?;
    clear(&aside);
    let stored = store::open(&target, fields).context("the index was built but cannot be opened")?;
    debug_assert_eq!(stored.payload, payload);
    Ok(stored)
}

/// Where the index of a commit of the past is kept.
fn past_folder(opening: &Opening<'_, '_>) -> Option<PathBuf> {
    Some(opening.desk.state().join("past").join(opening.snapshot.commit?.to_string()))
}

/// The index kept of a commit of the past, if there is one that serves.
pub fn find_past(opening: &Opening<'_, '_>, fields: &Fields) -> Option<Stored> {
    let stored = store::open(&past_folder(opening)?, fields)?;
    (stored.serves(opening) && stored.payload.commit_id() == opening.snapshot.commit).then_some(stored)
}

/// Builds the index of a commit of the past; only the last one asked for is kept.
pub fn build_past(opening: &Opening<'_, '_>, fields: &Fields) -> Result<Stored> {
    let target = past_folder(opening).context("there is no past before the first commit")?;
    let _lock = Lock::wait_for_index(opening.desk.state())?;
    if let Some(stored) = find_past(opening, fields) {
        return Ok(stored);
    }
    clear(&opening.desk.state().join("past"));
    let fresh = target.with_extension("new");
    fill(opening, fields, &fresh, None)?;
    std::fs::rename(&fresh, &target).context("the index of the past cannot be put in place")?;
    store::open(&target, fields).context("the index was built but cannot be opened")
}

/// Builds the index in a folder of its own, for a desk whose repository cannot be written.
pub fn build_elsewhere(opening: &Opening<'_, '_>, fields: &Fields, folder: &Path) -> Result<Stored> {
    fill(opening, fields, folder, None)?;
    store::open(folder, fields).context("the index was built but cannot be opened")
}

/// Removes what a killed build left behind; the caller holds the lock, so nobody is at it.
fn clear_leftovers(state: &Path) {
    let entries = std::fs::read_dir(state).into_iter().flatten().flatten();
    let left = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("index.new-") || name.starts_with("index.old-")
    });
    left.for_each(|entry| clear(&entry.path()));
}

fn clear(folder: &Path) {
    // What is left is a cache nobody reads; the next rebuild tries again.
    let _ = std::fs::remove_dir_all(folder);
}

fn fill(opening: &Opening<'_, '_>, fields: &Fields, folder: &Path, before: Option<&Stored>) -> Result<Payload> {
    let (mut past, order) = match (before, opening.level) {
        (Some(before), _) => carried(opening, fields, folder, before)?,
        (None, Level::Timeline) => Timeline::derive(opening.desk, opening.snapshot, folder, opening.progress)?,
        (None, Level::Present) => (Past::default(), 0),
    };
    let known = opening.level == Level::Timeline || before.is_some();
    let orgs = if known { orgs(opening)? } else { Orgs::default() };
    let index = store::create(folder, fields)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, ARENA).context("the index cannot be written")?;
    let maker =
        Maker { snapshot: opening.snapshot, settings: opening.settings, fields, derive: opening.derive, orgs: &orgs };
    let mut tickets = Vec::new();
    opening.snapshot.each_ticket(&mut |id, oid| {
        tickets.push((id, oid));
        Ok(())
    })?;
    opening.progress.start("building the index", tickets.len() as u64);
    for (id, oid) in &tickets {
        let events = match known {
            true => Some(past.events(id, &mut |gone, events| add(&writer, maker.gone(gone, events)))?),
            false => None,
        };
        match opening.snapshot.ticket_in(id, *oid)? {
            Some(found) => {
                for document in maker.folder(found, events.as_deref()) {
                    writer.add_document(document)?;
                }
            }
            None => {
                let events = events.unwrap_or_default();
                if !events.is_empty() {
                    writer.add_document(maker.gone(id, &events))?;
                }
            }
        }
        opening.progress.step(1);
    }
    for (path, oid) in opening.snapshot.strays()? {
        writer.add_document(maker.file(&path, oid)?)?;
    }
    for folder in [layout::ARTICLES, layout::PATTERNS, layout::CUSTOMERS] {
        opening.snapshot.each_file(folder, &mut |path, oid| {
            if is_indexed(path) {
                writer.add_document(maker.file(path, oid)?)?;
            }
            Ok(())
        })?;
    }
    past.rest(&mut |gone, events| add(&writer, maker.gone(gone, events)), &mut |event| {
        add(&writer, maker.commit(event))
    })?;
    let payload = payload(opening, known, order)?;
    commit(&mut writer, &payload)?;
    writer.wait_merging_threads().context("the index cannot be finished")?;
    opening.progress.done();
    Ok(payload)
}

fn payload(opening: &Opening<'_, '_>, timeline: bool, order: u64) -> Result<Payload> {
    let commit = opening.snapshot.commit.map(|oid| oid.to_string()).unwrap_or_default();
    let policy = if timeline { opening.derive.fingerprint()? } else { String::new() };
    Ok(Payload { commit, fingerprint: store::fingerprint(opening.desk, opening.settings), timeline, order, policy })
}

fn add(writer: &IndexWriter, document: TantivyDocument) -> Result<()> {
    writer.add_document(document).map(drop).context("the index cannot be written")
}

/// The past as an index knows it, carried on to the snapshot.
fn carried(opening: &Opening<'_, '_>, fields: &Fields, folder: &Path, before: &Stored) -> Result<(Past, u64)> {
    let (Some(from), Some(to)) = (before.payload.commit_id(), opening.snapshot.commit) else {
        return Timeline::derive(opening.desk, opening.snapshot, folder, opening.progress);
    };
    let mut spill = Spill::beside(folder, 0);
    let dropped: std::collections::HashSet<String> =
        opening.desk.commits_missing(to, from)?.iter().map(Oid::to_string).collect();
    super::trail::each_stored(&before.searcher, fields, &mut |event| match dropped.contains(&event.commit) {
        true => Ok(()),
        false => spill.add(event),
    })?;
    let added = opening.desk.commits_missing(from, to)?;
    let order = before.payload.order;
    spill.drain(&mut Timeline::of(opening.desk, opening.snapshot, &added, order)?)?;
    Ok((Past::of(vec![spill]), order + added.len() as u64))
}

/// Who belongs to which organisation, as the files say, where that counts.
fn orgs(opening: &Opening<'_, '_>) -> Result<Orgs> {
    let mut orgs = Orgs::default();
    if opening.derive.wants_org() {
        super::orgs::add_domains(&mut orgs, opening.snapshot)?;
        super::orgs::add_customers(&mut orgs, opening.snapshot)?;
    }
    Ok(orgs)
}

fn commit(writer: &mut IndexWriter, payload: &Payload) -> Result<()> {
    let text = serde_json::to_string(payload).context("the index's note cannot be made")?;
    let mut prepared = writer.prepare_commit().context("the index cannot be committed")?;
    prepared.set_payload(&text);
    prepared.commit().context("the index cannot be committed")?;
    Ok(())
}

/// What replaces the documents of what has changed.
pub struct Patch {
    pub documents: Vec<TantivyDocument>,
    pub stale: Vec<u64>,
    pub order: u64,
}

/// Makes the documents of what has changed since the index was written.
pub fn patch(opening: &Opening<'_, '_>, fields: &Fields, stored: &Stored, changed: &Changed) -> Result<Patch> {
    let orgs = if stored.payload.timeline { orgs(opening)? } else { Orgs::default() };
    let maker =
        Maker { snapshot: opening.snapshot, settings: opening.settings, fields, derive: opening.derive, orgs: &orgs };
    let added: &[Oid] = if stored.payload.timeline { &changed.added } else { &[] };
    let order = stored.payload.order + added.len() as u64;
    let mut timeline = Timeline::of(opening.desk, opening.snapshot, added, stored.payload.order)?;
    let dropped: std::collections::HashSet<String> = changed.dropped.iter().map(Oid::to_string).collect();
    let mut documents = Vec::new();
    for id in &changed.tickets {
        let events = match stored.payload.timeline {
            true => {
                let mut events = super::trail::stored_events(&stored.searcher, fields, id.number())?;
                events.retain(|event| !dropped.contains(&event.commit));
                events.extend(timeline.tickets.remove(id).unwrap_or_default());
                Some(events)
            }
            false => None,
        };
        let made = maker.ticket(id, events.as_deref())?;
        if made.is_empty()
            && let Some(events) = events.filter(|events| !events.is_empty())
        {
            documents.push(maker.gone(id, &events));
        }
        documents.extend(made);
        opening.progress.step(1);
    }
    for (path, oid) in &changed.files {
        documents.extend(oid.map(|oid| maker.file(path, oid)).transpose()?);
    }
    documents.extend(timeline.others.iter().map(|event| maker.commit(event)));
    let stale = changed.keys().chain(dropped.iter().map(|commit| path_key(commit))).collect();
    Ok(Patch { documents, stale, order })
}

/// Writes a patch to disk. Fails where another writer is at it; the reader then answers from memory.
pub fn catch_up(opening: &Opening<'_, '_>, fields: &Fields, stored: &Stored, patch: &Patch) -> Result<()> {
    let mut writer: IndexWriter = stored.index.writer_with_num_threads(1, CATCH_UP_ARENA)?;
    // The lock is ours now: what was read before it may already be there.
    let current: Payload = serde_json::from_str(&stored.index.load_metas()?.payload.unwrap_or_default())?;
    anyhow::ensure!(current == stored.payload, "another command has caught up meanwhile");
    for key in &patch.stale {
        writer.delete_term(Term::from_field_u64(fields.key, *key));
    }
    for document in &patch.documents {
        writer.add_document(document.clone())?;
    }
    commit(&mut writer, &payload(opening, stored.payload.timeline, patch.order)?)?;
    writer.wait_merging_threads().context("the index cannot be finished")
}

/// An index in memory with just these documents.
pub fn in_memory(fields: &Fields, documents: Vec<TantivyDocument>) -> Result<Index> {
    let builder = Index::builder().schema(fields.schema.clone()).tokenizers(super::analyzer::manager());
    let directory = tantivy::directory::RamDirectory::create();
    let mut writer = builder.single_segment_index_writer(directory, ARENA).context("the overlay cannot be made")?;
    for document in documents {
        writer.add_document(document)?;
    }
    writer.finalize().context("the overlay cannot be finished")
}
