//! A ticket's folder in a snapshot: its file, its thread, its attachments; what is broken is told, not hidden.

use std::collections::HashMap;

use git2::Oid;

use super::snapshot::{Entry, Snapshot};
use crate::domain::comment::Comment;
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::layout::{self, TicketFile as Kind};
use crate::format::ticket::TicketFile;
use crate::format::{Fault, comment, ticket};

/// A file that cannot be read, and why.
#[derive(Debug, Clone)]
pub struct Broken {
    pub path: String,
    pub fault: Fault,
}

/// All of a ticket.
#[derive(Debug)]
pub struct TicketFolder {
    pub id: TicketId,
    /// The object of `ticket.md`, and its bytes.
    pub object: Oid,
    pub bytes: Vec<u8>,
    pub file: Result<TicketFile, Fault>,
    /// In the order of time.
    pub thread: Vec<Comment>,
    /// The object of each comment's file, by its stem.
    pub objects: HashMap<String, Oid>,
    pub broken: Vec<Broken>,
    /// Name and object of each attachment.
    pub files: Vec<(String, Oid)>,
}

impl Snapshot<'_> {
    /// Reads a ticket; `None` where there is none.
    pub fn ticket(&self, id: &TicketId) -> Result<Option<TicketFolder>> {
        match self.find(&layout::ticket_folder(id))? {
            Some(entry) if entry.is_folder => self.ticket_in(id, entry.oid),
            _ => Ok(None),
        }
    }

    /// Reads the ticket whose folder is known.
    pub fn ticket_in(&self, id: &TicketId, folder: Oid) -> Result<Option<TicketFolder>> {
        let entries = self.folder_of(folder)?;
        let Some(own) =
            entries.iter().find(|entry| !entry.is_folder && layout::ticket_file(&entry.name) == Kind::Ticket)
        else {
            return Ok(None);
        };
        let bytes = self.read(own.oid)?;
        let file = ticket::parse(id, &bytes);
        let mut found = TicketFolder {
            id: id.clone(),
            object: own.oid,
            bytes,
            file,
            thread: Vec::new(),
            objects: HashMap::new(),
            broken: Vec::new(),
            files: Vec::new(),
        };
        for entry in &entries {
            self.add(&mut found, entry)?;
        }
        found.thread.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Some(found))
    }

    fn add(&self, found: &mut TicketFolder, entry: &Entry) -> Result<()> {
        if entry.is_folder {
            if layout::attachments(&found.id).ends_with(&format!("/{}", entry.name)) {
                let files = self.folder_of(entry.oid)?.into_iter().filter(|file| !file.is_folder);
                found.files.extend(files.map(|file| (file.name, file.oid)));
            }
            return Ok(());
        }
        if let Kind::Comment(stem) = layout::ticket_file(&entry.name) {
            match comment::parse(&stem, &self.read(entry.oid)?) {
                Ok(comment) => {
                    found.thread.push(comment);
                    found.objects.insert(stem, entry.oid);
                }
                Err(fault) => found.broken.push(Broken { path: layout::comment(&found.id, &stem), fault }),
            }
        }
        Ok(())
    }

    /// Calls `found` with id and folder of every ticket, oldest day first.
    pub fn each_ticket(&self, found: &mut dyn FnMut(TicketId, Oid) -> Result<()>) -> Result<()> {
        self.each_day(&mut |place, day| {
            for entry in self.folder_of(day)?.into_iter().filter(|entry| entry.is_folder) {
                let Ok(id) = entry.name.parse::<TicketId>() else { continue };
                if layout::ticket_folder(&id) == format!("{place}/{}", entry.name) {
                    found(id, entry.oid)?;
                }
            }
            Ok(())
        })
    }

    /// Calls `found` with path and id of every day's folder.
    fn each_day(&self, found: &mut dyn FnMut(&str, Oid) -> Result<()>) -> Result<()> {
        for year in self.folder(layout::TICKETS)?.into_iter().filter(|entry| entry.is_folder) {
            for month in self.folder_of(year.oid)?.into_iter().filter(|entry| entry.is_folder) {
                for day in self.folder_of(month.oid)?.into_iter().filter(|entry| entry.is_folder) {
                    found(&format!("{}/{}/{}/{}", layout::TICKETS, year.name, month.name, day.name), day.oid)?;
                }
            }
        }
        Ok(())
    }

    /// The files of tickets that lie in a folder which is no ticket's, by path.
    pub fn strays(&self) -> Result<Vec<(String, Oid)>> {
        let mut found = Vec::new();
        self.each_day(&mut |place, day| {
            for entry in self.folder_of(day)?.into_iter().filter(|entry| entry.is_folder) {
                let folder = format!("{place}/{}", entry.name);
                if entry.name.parse::<TicketId>().is_ok_and(|id| layout::ticket_folder(&id) == folder) {
                    continue;
                }
                let own = self.folder_of(entry.oid)?.into_iter().map(|file| (format!("{folder}/{}", file.name), file));
                found.extend(
                    own.filter(|(path, file)| !file.is_folder && layout::is_stray(path))
                        .map(|(path, file)| (path, file.oid)),
                );
            }
            Ok(())
        })?;
        Ok(found)
    }
}
