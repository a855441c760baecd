//! A ticket's folder merged as a whole: deleting it gives way to editing it, and names that both sides gave something
//! new are told apart.

use std::collections::BTreeMap;

use anyhow::Context;
use git2::{ObjectType, Oid};

use super::Note;
use super::walk::{Leaf, Three, Walk, abreast};
use crate::domain::comment::{TAILS, tail_number, tail_of};
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::{layout, merge, ticket};
use crate::store::tree::{self, Edits};

/// The entries of a ticket's folder by their path in it, folders taken apart.
type Flat = BTreeMap<Vec<u8>, Leaf>;

const TICKET: &[u8] = b"ticket.md";

impl Walk<'_> {
    /// Merges the folder of a ticket.
    pub fn ticket(&mut self, path: &[u8], id: &TicketId, folders: Three<Oid>) -> Result<Option<Oid>> {
        let [base, mut ours, mut theirs] = [self.flat(folders[0])?, self.flat(folders[1])?, self.flat(folders[2])?];
        if base.contains_key(TICKET) {
            self.undelete(id, &base, &mut ours, &mut theirs);
        } else if self.are_two(id, &ours, &theirs)? {
            self.renumber(id, &mut ours, &mut theirs)?;
        }
        self.tell_comments_apart(path, &base, &mut ours, &theirs);
        self.tell_files_apart(path, &base, &mut ours, &theirs)?;
        let named = [&base, &ours, &theirs].map(|flat| flat.iter().map(|(name, leaf)| (name.as_slice(), *leaf)));
        let mut made = Edits::default();
        for (name, three) in abreast(named) {
            if let Some(Leaf { mode, oid }) = self.entry(&tree::join(path, name), three)? {
                made.put_as(name, mode, oid);
            }
        }
        made.write(self.odb, None)
    }

    fn flat(&self, folder: Option<Oid>) -> Result<Flat> {
        let mut flat = Flat::new();
        if let Some(oid) = folder {
            self.flatten(b"", oid, &mut flat)?;
        }
        Ok(flat)
    }

    fn flatten(&self, at: &[u8], oid: Oid, flat: &mut Flat) -> Result<()> {
        tree::refuse_depth(at)?;
        for entry in tree::read(self.odb, oid)?.entries() {
            let path = tree::join(at, entry.name);
            match entry.is_tree() {
                true => self.flatten(&path, entry.oid, flat)?,
                false => drop(flat.insert(path, Leaf { mode: entry.mode, oid: entry.oid })),
            }
        }
        Ok(())
    }

    /// Where one side deleted the ticket and the other edited it: what was deleted comes back.
    fn undelete(&mut self, id: &TicketId, base: &Flat, ours: &mut Flat, theirs: &mut Flat) {
        let deleted = match (ours.contains_key(TICKET), theirs.contains_key(TICKET)) {
            (false, true) => ours,
            (true, false) => theirs,
            _ => return,
        };
        for (name, leaf) in base {
            deleted.entry(name.clone()).or_insert(*leaf);
        }
        self.keep(layout::ticket_folder(id));
    }

    /// Whether the sides made two tickets and drew the same id for them.
    fn are_two(&self, id: &TicketId, ours: &Flat, theirs: &Flat) -> Result<bool> {
        let (Some(own), Some(their)) = (ours.get(TICKET), theirs.get(TICKET)) else { return Ok(false) };
        if own.oid == their.oid {
            return Ok(false);
        }
        let read = |leaf: &Leaf| -> Result<_> { Ok(ticket::parse(id, self.odb.read(leaf.oid)?.data()).ok()) };
        let (Some(own), Some(their)) = (read(own)?, read(their)?) else { return Ok(false) };
        let (own, their) = (own.ticket, their.ticket);
        let same = |own: &Option<String>, their: &Option<String>| own.is_some() && own == their;
        let is_one = own.created == their.created && own.title == their.title
            || same(&own.message_id, &their.message_id)
            || same(&own.external_id, &their.external_id);
        Ok(!is_one)
    }

    /// Gives the later of two tickets with one id another.
    fn renumber(&mut self, id: &TicketId, ours: &mut Flat, theirs: &mut Flat) -> Result<()> {
        let created = |flat: &Flat| -> Result<_> {
            let leaf = flat.get(TICKET).context("a ticket has a file")?;
            Ok(ticket::parse(id, self.odb.read(leaf.oid)?.data()).ok().map(|file| file.ticket.created))
        };
        let later = if created(theirs)? > created(ours)? { theirs } else { ours };
        let fresh = (self.how.fresh)(id);
        let folder = layout::ticket_folder(&fresh);
        for (name, leaf) in std::mem::take(later) {
            self.moved.put_as(&tree::join(folder.as_bytes(), &name), leaf.mode, leaf.oid);
        }
        self.notes.push(Note::Renumbered { from: id.clone(), to: fresh });
        Ok(())
    }

    /// Gives comments of ours whose name theirs has taken another name.
    fn tell_comments_apart(&mut self, path: &[u8], base: &Flat, ours: &mut Flat, theirs: &Flat) {
        for name in both_new(base, ours, theirs) {
            let Some(stem) = stem(&name).filter(|stem| layout::is_comment_stem(stem)) else { continue };
            let taken = |stem: &str| {
                let name = format!("{stem}.md").into_bytes();
                ours.contains_key(&name) || theirs.contains_key(&name)
            };
            let Some(free) = next_stems(stem).find(|stem| !taken(stem)) else { continue };
            let raw = |stem: &str| format!("files/{stem}.eml").into_bytes();
            for (old, new) in [(name.clone(), format!("{free}.md").into_bytes()), (raw(stem), raw(&free))] {
                if let Some(leaf) = ours.remove(&old) {
                    self.renamed(path, &old, &new);
                    ours.insert(new, leaf);
                }
            }
        }
    }

    /// Gives attachments of ours whose name theirs has taken another name, also where ours names them.
    fn tell_files_apart(&mut self, path: &[u8], base: &Flat, ours: &mut Flat, theirs: &Flat) -> Result<()> {
        for name in both_new(base, ours, theirs) {
            let Some(file) = std::str::from_utf8(&name).ok().and_then(|name| name.strip_prefix("files/")) else {
                continue;
            };
            let taken = |name: &str| {
                let name = format!("files/{name}").into_bytes();
                ours.contains_key(&name) || theirs.contains_key(&name)
            };
            let Some(free) = (2..1000).map(|number| layout::numbered(file, number)).find(|name| !taken(name)) else {
                continue;
            };
            self.rename_in_pages(base, ours, file, &free)?;
            let new = format!("files/{free}").into_bytes();
            if let Some(leaf) = ours.remove(&name) {
                self.renamed(path, &name, &new);
                ours.insert(new, leaf);
            }
        }
        Ok(())
    }

    /// The pages of ours that are new or changed name the file by its new name.
    fn rename_in_pages(&self, base: &Flat, ours: &mut Flat, old: &str, new: &str) -> Result<()> {
        for (name, leaf) in ours.iter_mut() {
            if !name.ends_with(b".md") || name.contains(&b'/') || base.get(name) == Some(leaf) {
                continue;
            }
            let bytes = self.odb.read(leaf.oid)?.data().to_vec();
            if let Some(edited) = merge::rename_attachment(&bytes, old, new) {
                leaf.oid = self.odb.write(ObjectType::Blob, edited.as_bytes())?;
            }
        }
        Ok(())
    }

    fn renamed(&mut self, folder: &[u8], old: &[u8], new: &[u8]) {
        let text = |name: &[u8]| String::from_utf8_lossy(&tree::join(folder, name)).into_owned();
        self.notes.push(Note::Renamed { path: text(old), to: text(new) });
    }
}

/// The names both sides put something new under, not the same.
fn both_new(base: &Flat, ours: &Flat, theirs: &Flat) -> Vec<Vec<u8>> {
    let differs = |(name, leaf): &(&Vec<u8>, &Leaf)| {
        !base.contains_key(*name) && theirs.get(*name).is_some_and(|their| their != *leaf)
    };
    ours.iter().filter(differs).map(|(name, _)| name.clone()).collect()
}

fn stem(name: &[u8]) -> Option<&str> {
    std::str::from_utf8(name).ok()?.strip_suffix(".md").filter(|stem| !stem.contains('/'))
}

/// The stems of the same second that sort after a comment's.
fn next_stems(stem: &str) -> impl Iterator<Item = String> {
    let (second, tail) = stem.split_at(stem.len() - 4);
    let (second, number) = (second.to_owned(), tail_number(tail).unwrap_or(0));
    (number + 1..TAILS).map(move |number| format!("{second}{}", tail_of(number)))
}
