//! `export jsonl`: every ticket with its thread, files and history.

use base64::Engine;

use super::Here;
use super::list::Wanted;
use crate::domain::event::Event;
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};
use crate::format::interchange::{CommentRecord, EventRecord, FileRecord, Record, keys};
use crate::format::{self, frontmatter, layout};
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::BrokenView;

impl Here {
    /// Calls `line` with each ticket that matches (all where no query is given), by id. Tells what cannot be read.
    pub fn export(&self, query: Option<&str>, line: &mut dyn FnMut(&Record) -> Result<()>) -> Result<Vec<BrokenView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let wanted = Wanted { query: query.map(str::to_owned), sort: Some("id".into()), ..Wanted::default() };
        let wanted = if query.is_none() { Wanted { query: Some(String::new()), ..wanted } } else { wanted };
        let (ids, broken) = self.list_ids(&wanted)?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        self.progress.start("exporting", ids.len() as u64);
        for id in ids {
            let id: TicketId = id.parse().map_err(Failure::error)?;
            let events = reader.events_of(&id)?;
            line(&record(&snapshot, &id, events)?)?;
            self.progress.step(1);
        }
        self.progress.done();
        Ok(broken)
    }
}

fn record(snapshot: &Snapshot<'_>, id: &TicketId, events: Vec<Event>) -> Result<Record> {
    let folder = snapshot.ticket(id)?.ok_or_else(|| Failure::not_found(format!("there is no ticket '{id}'")))?;
    let file = folder.file.map_err(|fault| format::failure(&fault, &layout::ticket(id)))?;
    let mut thread = Vec::new();
    for comment in &folder.thread {
        let bytes = snapshot.file(&layout::comment(id, &comment.id))?.unwrap_or_default();
        let path = layout::comment(id, &comment.id);
        let front = frontmatter::parse(&bytes).map_err(|fault| format::failure(&fault, &path))?;
        thread.push(CommentRecord { id: comment.id.clone(), comment: keys(&front), body: comment.body.clone() });
    }
    let mut files = Vec::new();
    for (name, oid) in &folder.files {
        let content = base64::engine::general_purpose::STANDARD.encode(snapshot.read(*oid)?);
        files.push(FileRecord { name: name.clone(), content });
    }
    let timeline = events.into_iter().map(EventRecord::from);
    Ok(Record {
        id: id.to_string(),
        ticket: keys(&file.front),
        body: file.body,
        thread,
        files,
        timeline: timeline.collect(),
    })
}
