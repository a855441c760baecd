//! Tickets, their comments and attachments; and what holds between tickets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::keys::{self, Kind};
use super::secrets::{self, Whose};
use super::world::World;
use super::{Checking, meant, unreadable};
use crate::domain::comment::Visibility;
use crate::domain::finding::Finding;
use crate::domain::id::TicketId;
use crate::domain::settings::FieldType;
use crate::domain::ticket::{FieldValue, Ticket};
use crate::failure::Result;
use crate::format::frontmatter::{self, FrontMatter};
use crate::format::layout::{self, TicketFile};
use crate::format::links::position;
use crate::format::{comment, internal, ticket};
use crate::store::{Desk, Entry, Oid, Snapshot};

type Place = (usize, usize);

/// What tickets are compared by.
struct Facts {
    id: TicketId,
    external: Option<(String, Place)>,
    merged: Option<(TicketId, Place)>,
}

#[derive(Default)]
struct Read {
    found: Vec<Finding>,
    facts: Vec<Facts>,
}

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let mut folders = Vec::new();
    if checking.scope.reaches(layout::TICKETS) {
        checking.snapshot.each_ticket(&mut |id, folder| {
            if checking.scope.reaches(&layout::ticket_folder(&id)) {
                folders.push((id, folder));
            }
            Ok(())
        })?;
    }
    let Read { mut found, facts } = read(checking, &folders)?;
    found.extend(circles(checking, &facts)?);
    found.extend(twice(checking, facts)?);
    Ok(found)
}

/// Reads the tickets, on all cores.
fn read(checking: &Checking<'_>, folders: &[(TicketId, Oid)]) -> Result<Read> {
    let (here, world, commit) = (checking.here, checking.world, checking.snapshot.commit);
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let helpers = if folders.len() < 2_000 { 0 } else { cores - 1 };
    let share = folders.len().div_ceil(helpers + 1).max(1);
    let done = AtomicU64::new(0);
    here.progress.start("checking tickets", folders.len() as u64);
    let desks = (0..helpers).map(|_| here.desk.reopen()).collect::<Result<Vec<Desk>>>()?;
    let mut shares = folders.chunks(share);
    let own = shares.next().unwrap_or_default();
    let all = std::thread::scope(|scope| -> Result<Read> {
        let handles: Vec<_> = desks
            .into_iter()
            .zip(shares)
            .map(|(desk, share)| {
                let done = &done;
                scope.spawn(move || -> Result<Read> {
                    let snapshot = match commit {
                        Some(commit) => desk.at_commit(commit)?,
                        None => desk.head()?,
                    };
                    read_share(world, &snapshot, share, &mut || {
                        done.fetch_add(1, Ordering::Relaxed);
                    })
                })
            })
            .collect();
        let mut all = read_share(world, checking.snapshot, own, &mut || {
            here.progress.step(1 + done.swap(0, Ordering::Relaxed));
        })?;
        for handle in handles {
            let read = handle.join().map_err(|_| anyhow::anyhow!("a ticket could not be checked"))??;
            all.found.extend(read.found);
            all.facts.extend(read.facts);
        }
        Ok(all)
    });
    here.progress.done();
    all
}

fn read_share(
    world: &World,
    snapshot: &Snapshot<'_>,
    share: &[(TicketId, Oid)],
    step: &mut dyn FnMut(),
) -> Result<Read> {
    let mut read = Read::default();
    for (id, folder) in share {
        one(world, snapshot, id, *folder, &mut read)?;
        step();
    }
    Ok(read)
}

fn one(world: &World, snapshot: &Snapshot<'_>, id: &TicketId, folder: Oid, read: &mut Read) -> Result<()> {
    let entries = snapshot.folder_of(folder)?;
    let files = || entries.iter().filter(|entry| !entry.is_folder);
    let Some(own) = files().find(|entry| layout::ticket_file(&entry.name) == TicketFile::Ticket) else {
        return Ok(());
    };
    let attached = attachments(snapshot, id, &entries)?;
    let has = |name: &String| attached.contains(name);
    ticket_in(world, snapshot, (id, own.oid), &has, read)?;
    for entry in files() {
        match layout::ticket_file(&entry.name) {
            TicketFile::Comment(stem) => {
                let bytes = snapshot.read(entry.oid)?;
                read.found.extend(comment_in(world, (&layout::comment(id, &stem), &stem), &bytes, &has));
            }
            TicketFile::Other => {
                let path = format!("{}/{}", layout::ticket_folder(id), entry.name);
                let finding = Finding::new("file-unknown", &path, (1, 1), "this is no file of a ticket");
                let hint = "a comment is called like 20261122T042000Z-3f9k.md; attachments lie in files/";
                read.found.push(finding.hint(hint));
            }
            TicketFile::Ticket | TicketFile::Attachment(_) => {}
        }
    }
    Ok(())
}

/// The names of a ticket's attachments.
fn attachments(snapshot: &Snapshot<'_>, id: &TicketId, entries: &[Entry]) -> Result<Vec<String>> {
    let (place, own) = (layout::attachments(id), layout::ticket_folder(id));
    let folder = entries.iter().find(|entry| entry.is_folder && format!("{own}/{}", entry.name) == place);
    let files = folder.map_or(Ok(Vec::new()), |folder| snapshot.folder_of(folder.oid))?;
    Ok(files.into_iter().filter(|file| !file.is_folder).map(|file| file.name).collect())
}

fn ticket_in(
    world: &World,
    snapshot: &Snapshot<'_>,
    (id, object): (&TicketId, Oid),
    has: &dyn Fn(&String) -> bool,
    read: &mut Read,
) -> Result<()> {
    let (path, bytes) = (layout::ticket(id), snapshot.read(object)?);
    let file = match ticket::parse(id, &bytes) {
        Ok(file) => file,
        Err(fault) => {
            read.found.push(unreadable(&path, &fault));
            return Ok(());
        }
    };
    let (ticket, front) = (&file.ticket, &file.front);
    read.found.extend(values(world, &path, ticket, front));
    read.found.extend(related(snapshot, &path, ticket, front)?);
    read.found.extend(lost(&path, front.position("attachments"), &ticket.attachments, has));
    read.found.extend(secrets::check(&path, std::str::from_utf8(&bytes).unwrap_or_default(), Whose::Requester));
    let external = ticket.external_id.clone().map(|id| (id, front.position("external-id")));
    let merged = ticket.merged_into.clone().map(|id| (id, front.position("merged-into")));
    if external.is_some() || merged.is_some() {
        read.facts.push(Facts { id: id.clone(), external, merged });
    }
    Ok(())
}

/// The values of a ticket, against what the desk defines.
fn values(world: &World, path: &str, ticket: &Ticket, front: &FrontMatter) -> Vec<Finding> {
    let mut found = keys::check(Kind::Ticket, path, front);
    let settings = &world.settings;
    let mut absent =
        |code: &str, what: &str, key: &str, value: Option<&String>, known: &mut dyn Iterator<Item = &str>| {
            let Some(value) = value else { return };
            let names: Vec<&str> = known.collect();
            if !names.contains(&value.as_str()) {
                let said = format!("there is no {what} '{}'", value.escape_debug());
                let hint = meant(value, names.iter().copied());
                found.push(Finding::new(code, path, front.position(key), said).maybe_hint(hint));
            }
        };
    let statuses = settings.statuses.iter().map(|(name, _)| name.as_str());
    absent("status-unknown", "status", "status", Some(&ticket.status), &mut statuses.into_iter());
    absent("type-unknown", "type", "type", ticket.kind.as_ref(), &mut settings.types.iter().map(String::as_str));
    let channels = settings.channels.iter().map(String::as_str);
    absent("channel-unknown", "channel", "channel", ticket.channel.as_ref(), &mut channels.into_iter());
    absent(
        "agent-unknown",
        "agent",
        "assignee",
        ticket.assignee.as_ref(),
        &mut world.handles.iter().map(String::as_str),
    );
    absent("team-unknown", "team", "team", ticket.team.as_ref(), &mut world.teams.iter().map(String::as_str));
    for (name, value) in &ticket.fields {
        let place = front.position("fields");
        match settings.fields.get(name) {
            None => {
                let said = format!("loket.yaml declares no field '{}'", name.escape_debug());
                let hint = meant(name, settings.fields.keys().map(String::as_str));
                found.push(Finding::new("field-unknown", path, place, said).maybe_hint(hint));
            }
            Some(rule) => {
                if let Some(wanted) = misfit(&rule.kind, value) {
                    let said = format!("'{}' is no value for field '{name}'", value.to_string().escape_debug());
                    found.push(Finding::new("field-value", path, place, said).hint(wanted));
                }
            }
        }
    }
    found
}

/// What a field of a type takes, where a value is none.
fn misfit(kind: &FieldType, value: &FieldValue) -> Option<String> {
    let fits = match kind {
        FieldType::Text => true,
        FieldType::Number => value.number().is_some(),
        FieldType::Bool => matches!(value, FieldValue::Bool(_)),
        FieldType::Date => value.to_string().get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok()),
        FieldType::Enum(values) => values.contains(&value.to_string()),
    };
    let wanted = match kind {
        FieldType::Text => "a text".to_owned(),
        FieldType::Number => "it takes a number".to_owned(),
        FieldType::Bool => "it takes true or false".to_owned(),
        FieldType::Date => "it takes a date like 2026-11-22".to_owned(),
        FieldType::Enum(values) => format!("it takes {}", values.join(", ")),
    };
    (!fits).then_some(wanted)
}

/// Links to other tickets, and what it was merged into.
fn related(snapshot: &Snapshot<'_>, path: &str, ticket: &Ticket, front: &FrontMatter) -> Result<Vec<Finding>> {
    let links = ticket.links.iter().map(|link| (&link.id, "links"));
    let mut found = Vec::new();
    for (id, key) in links.chain(ticket.merged_into.iter().map(|id| (id, "merged-into"))) {
        let there = layout::ticket(id);
        if snapshot.find_file(&there)?.is_none() {
            let said = format!("there is no ticket {id}");
            let finding = Finding::new("ticket-unknown", path, front.position(key), said);
            found.push(Finding { about: Some(there), ..finding });
        }
    }
    Ok(found)
}

/// Attachments that are named and not there.
fn lost(path: &str, place: Place, names: &[String], has: &dyn Fn(&String) -> bool) -> Vec<Finding> {
    let finding = |name: &String| {
        let said = format!("there is no attachment '{}' in files/", name.escape_debug());
        Finding::new("attachment-missing", path, place, said)
    };
    names.iter().filter(|name| !has(name)).map(finding).collect()
}

fn comment_in(world: &World, (path, stem): (&str, &str), bytes: &[u8], has: &dyn Fn(&String) -> bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let read = frontmatter::parse(bytes).and_then(|front| Ok((comment::of(stem, &front, text)?, front)));
    let (comment, front) = match read {
        Ok(read) => read,
        Err(fault) => return vec![unreadable(path, &fault)],
    };
    found.extend(keys::check(Kind::Comment, path, &front));
    found.extend(lost(path, front.position("attachments"), &comment.attachments, has));
    let is_agents = !comment.author.contains('@');
    if is_agents && !comment.automatic && !world.handles.contains(&comment.author) {
        let said = format!("there is no agent '{}'", comment.author.escape_debug());
        let hint = meant(&comment.author, world.handles.iter().map(String::as_str));
        found.push(Finding::new("agent-unknown", path, front.position("author"), said).maybe_hint(hint));
    }
    if let Some(channel) = comment.channel.as_ref().filter(|channel| !world.settings.channels.contains(channel)) {
        let said = format!("there is no channel '{}'", channel.escape_debug());
        found.push(Finding::new("channel-unknown", path, front.position("channel"), said));
    }
    let whose = if is_agents { Whose::Desk } else { Whose::Requester };
    found.extend(secrets::check(path, text, whose));
    if is_agents && comment.visibility == Visibility::Public {
        let start = text.len() - comment.body.len().min(text.len());
        found.extend(internal::parts(&comment.body).into_iter().map(|part| {
            let said = "a mark of internal text hides nothing in a comment: the requester reads all of it";
            let finding = Finding::new("internal-in-public", path, position(text, start + part.start), said);
            finding.hint("write internal text with `loket note`")
        }));
    }
    found
}

/// Tickets that were merged into one another in a circle, each told.
fn circles(checking: &Checking<'_>, facts: &[Facts]) -> Result<Vec<Finding>> {
    let mut into: HashMap<TicketId, Option<TicketId>> = HashMap::new();
    for one in facts {
        into.insert(one.id.clone(), one.merged.as_ref().map(|(id, _)| id.clone()));
    }
    let mut found = Vec::new();
    for one in facts {
        let Some((first, place)) = &one.merged else { continue };
        let (mut at, mut way) = (first.clone(), vec![one.id.to_string()]);
        while at != one.id && way.len() < 50 {
            way.push(at.to_string());
            if !into.contains_key(&at) {
                into.insert(at.clone(), merged_into(checking.snapshot, &at)?);
            }
            match into.get(&at).cloned().flatten() {
                Some(next) => at = next,
                None => break,
            }
        }
        if at == one.id {
            let said = format!("merged in a circle: {} → {}", way.join(" → "), one.id);
            let hint = format!("undo one: loket set {} merged-into=", one.id);
            let finding = Finding::new("merge-circle", &layout::ticket(&one.id), *place, said).hint(hint);
            found.push(Finding { about: Some(layout::ticket(first)), ..finding });
        }
    }
    Ok(found)
}

fn merged_into(snapshot: &Snapshot<'_>, id: &TicketId) -> Result<Option<TicketId>> {
    let bytes = snapshot.file(&layout::ticket(id))?;
    Ok(bytes.and_then(|bytes| ticket::parse(id, &bytes).ok()).and_then(|file| file.ticket.merged_into))
}

/// Tickets with one external id, each told. Where only some were read, the others are read for theirs.
fn twice(checking: &Checking<'_>, facts: Vec<Facts>) -> Result<Vec<Finding>> {
    let mut by_external: HashMap<String, Vec<(TicketId, Place)>> = HashMap::new();
    for one in facts {
        if let Some((external, place)) = one.external {
            by_external.entry(external).or_default().push((one.id, place));
        }
    }
    if checking.scope.is_narrow() && !by_external.is_empty() {
        checking.snapshot.each_ticket(&mut |id, _| {
            let path = layout::ticket(&id);
            if checking.scope.reaches(&layout::ticket_folder(&id)) {
                return Ok(());
            }
            let bytes = checking.snapshot.file(&path)?.unwrap_or_default();
            let Ok(file) = ticket::parse(&id, &bytes) else { return Ok(()) };
            if let Some(same) = file.ticket.external_id.and_then(|external| by_external.get_mut(&external)) {
                same.push((id, file.front.position("external-id")));
            }
            Ok(())
        })?;
    }
    let mut found = Vec::new();
    for (external, same) in by_external.into_iter().filter(|(_, same)| same.len() > 1) {
        for (index, (id, place)) in same.iter().enumerate() {
            let other = &same[if index == 0 { 1 } else { 0 }].0;
            let said = format!("'{}' is the external id of {other} too", external.escape_debug());
            let finding = Finding::new("external-id-twice", &layout::ticket(id), *place, said);
            found.push(Finding { about: Some(layout::ticket(other)), ..finding });
        }
    }
    Ok(found)
}
