//! `show`: a ticket whole, with what was merged into it.

use std::collections::HashMap;

use super::Here;
use crate::domain::comment::Role;
use crate::domain::event::closed_at;
use crate::domain::facts::Facts;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::State;
use crate::failure::{Failure, Result};
use crate::format::{self, internal, layout};
use crate::search::{Derive, Level, Reader};
use crate::store::{Oid, Snapshot, TicketFolder};
use crate::view::log::LogView;
use crate::view::ticket::{CommentView, FileView, Known, MergedView, TicketPage, TicketView};

/// A ticket's page, and what to say about it.
pub struct Shown {
    pub page: TicketPage,
    pub notes: Vec<String>,
}

impl Here {
    /// Tickets whole. `timeline` asks for their history too, which a page for people does without.
    pub fn show(&self, ids: &[String], public: bool, timeline: bool) -> Result<Vec<Shown>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let people = if timeline { self.people(&snapshot)? } else { Vec::new() };
        let level = if timeline { Level::Timeline } else { Level::Present };
        let ids = ids.iter().map(|typed| self.resolve(&snapshot, &settings, typed)).collect::<Result<Vec<_>>>()?;
        // What needs the file itself says what is wrong with it before any index is asked.
        let roots = ids.iter().map(|id| self.root(&snapshot, id)).collect::<Result<Vec<_>>>()?;
        // Without the timeline the index only tells what was merged, and today's is asked: each is looked at itself.
        let head = self.desk.head()?;
        let of_today = self.settings(&head)?;
        let reader = match timeline {
            true => self.reader(&snapshot, &settings, level)?,
            false => self.reader(&head, &of_today, level)?,
        };
        let mut pages = Vec::new();
        for (id, root) in ids.iter().zip(&roots) {
            let mut shown = self.page(&snapshot, &settings, &reader, &people, root, timeline)?;
            if id != root {
                shown.notes.push(format!("{id} was merged into {root}"));
            }
            shown.notes.extend(self.differs(&snapshot, root)?);
            if public {
                shown.page = public_page(shown.page);
            }
            pages.push(shown);
        }
        Ok(pages)
    }

    pub(super) fn page(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        reader: &Reader<'_>,
        people: &[Agent],
        id: &TicketId,
        timeline: bool,
    ) -> Result<Shown> {
        let folder = read(snapshot, id)?;
        let events = if timeline { reader.events_of(id)? } else { Vec::new() };
        let mut notes: Vec<String> = folder
            .broken
            .iter()
            .map(|broken| {
                format!("{}:{}:{}: {}", broken.path, broken.fault.line, broken.fault.column, broken.fault.message)
            })
            .collect();
        let files: HashMap<String, Oid> = folder.files.iter().cloned().collect();
        let file = folder.file.map_err(|fault| format::failure(&fault, &layout::ticket(id)))?;
        let state = settings.state(&file.ticket.status).unwrap_or(State::Open);
        if settings.state(&file.ticket.status).is_none() {
            notes.push(format!("unknown status '{}', taken as open", file.ticket.status.escape_debug()));
        }
        let mut facts = Facts {
            state,
            org: None,
            updated: events.last().map(|event| event.date),
            closed: closed_at(&events, state, |status| settings.state(status)),
            promise: None,
            ticket: file.ticket,
            body: file.body,
            thread: folder.thread,
        };
        if timeline {
            let policies = self.policies(snapshot, settings);
            if policies.wants_org() {
                let requester = facts.ticket.requester.as_deref();
                facts.org = requester.and_then(|address| reader.orgs().ok()?.find(address).map(str::to_owned));
            }
            facts.promise = policies.derive(&facts, &events).promise;
        }
        let known = Known {
            state,
            comments: facts.thread.len(),
            first_response: facts.first_response(),
            updated: facts.updated,
            closed: facts.closed,
            promise: facts.promise.clone(),
            now: self.now,
            path: layout::ticket(id),
        };
        let attachments = views(snapshot, id, &facts.ticket.attachments, &files)?;
        let mut thread = thread(snapshot, &facts, &files)?;
        let merged = self.add_merged(snapshot, reader, id, &mut thread, &mut notes)?;
        let timeline = events
            .into_iter()
            .map(|event| LogView::of(event.clone(), super::history::agent_of(&event.email, people)))
            .collect();
        let flags = facts.ticket.flags.clone();
        let page = TicketPage {
            flags,
            ticket: TicketView::of(facts.ticket, known),
            body: facts.body,
            attachments,
            thread,
            merged,
            timeline,
        };
        Ok(Shown { page, notes })
    }

    /// Adds the threads of what was merged into a ticket, each comment with the ticket it lies in; gives the first messages.
    fn add_merged(
        &self,
        snapshot: &Snapshot<'_>,
        reader: &Reader<'_>,
        id: &TicketId,
        into: &mut Vec<CommentView>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<MergedView>> {
        let mut merged = Vec::new();
        let (mut found, mut next) = (vec![id.clone()], vec![id.clone()]);
        while let Some(target) = next.pop() {
            for source in reader.merged_into(&target)? {
                if found.contains(&source) {
                    continue;
                }
                let Some(folder) = snapshot.ticket(&source)? else { continue };
                let Ok(file) = &folder.file else {
                    notes.push(format!("{} cannot be read", layout::ticket(&source)));
                    continue;
                };
                if file.ticket.merged_into.as_ref() != Some(&target) {
                    continue;
                }
                let files: HashMap<String, Oid> = folder.files.iter().cloned().collect();
                merged.push(MergedView {
                    id: source.to_string(),
                    title: file.ticket.title.clone(),
                    requester: file.ticket.requester.clone(),
                    cc: file.ticket.cc.clone(),
                    created: file.ticket.created,
                    body: file.body.clone(),
                    attachments: views(snapshot, &source, &file.ticket.attachments, &files)?,
                });
                for comment in folder.thread {
                    let attachments = views(snapshot, &source, &comment.attachments, &files)?;
                    let path = layout::comment(&source, &comment.id);
                    let mut view = CommentView::of(comment, file.ticket.requester.as_deref(), path, attachments);
                    view.ticket = Some(source.to_string());
                    into.push(view);
                }
                found.push(source.clone());
                next.push(source);
            }
        }
        into.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.id.cmp(&b.id)));
        merged.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.id.cmp(&b.id)));
        Ok(merged)
    }

    /// A sentence when the working file is not what is committed.
    fn differs(&self, snapshot: &Snapshot<'_>, id: &TicketId) -> Result<Option<String>> {
        if self.is_past() {
            return Ok(None);
        }
        let path = layout::ticket(id);
        let (Some(at_hand), Some(committed)) = (self.desk.working_file(&path), snapshot.file(&path)?) else {
            return Ok(None);
        };
        let same =
            at_hand == committed || String::from_utf8_lossy(&at_hand).replace("\r\n", "\n").as_bytes() == committed;
        Ok((!same).then(|| format!("{path} differs from what is committed; shown is what is committed")))
    }
}

/// What of a page the requester may see: internal parts of what agents wrote are cut out, as mail cuts them.
pub(super) fn public_page(page: TicketPage) -> TicketPage {
    let mut page = page.public();
    for comment in page.thread.iter_mut().filter(|comment| comment.role == Role::Agent) {
        comment.body = internal::without(&comment.body);
    }
    page
}

fn read(snapshot: &Snapshot<'_>, id: &TicketId) -> Result<TicketFolder> {
    snapshot.ticket(id)?.ok_or_else(|| Failure::not_found(format!("there is no ticket '{id}'")).into())
}

fn thread(snapshot: &Snapshot<'_>, facts: &Facts, files: &HashMap<String, Oid>) -> Result<Vec<CommentView>> {
    let id = &facts.ticket.id;
    let view = |comment: &crate::domain::comment::Comment| {
        let attachments = views(snapshot, id, &comment.attachments, files)?;
        let path = layout::comment(id, &comment.id);
        Ok(CommentView::of(comment.clone(), facts.ticket.requester.as_deref(), path, attachments))
    };
    facts.thread.iter().map(view).collect()
}

fn views(
    snapshot: &Snapshot<'_>,
    id: &TicketId,
    names: &[String],
    files: &HashMap<String, Oid>,
) -> Result<Vec<FileView>> {
    let view = |name: &String| {
        let size = files.get(name).map(|oid| snapshot.size(*oid)).transpose()?;
        Ok(FileView { name: name.clone(), size, path: layout::attachment(id, name) })
    };
    names.iter().map(view).collect()
}
