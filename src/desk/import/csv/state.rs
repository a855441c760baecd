//! A row to a state of its ticket.

use std::collections::HashMap;

use jiff::Timestamp;

use super::table::Line;
use super::{Import, StateRow, Story};
use crate::desk::import::{Ids, Report};
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::id::TicketId;
use crate::domain::ticket::{Priority, Ticket};
use crate::failure::Result;
use crate::format::map::CommentMap;
use crate::format::ticket::check_title;
use crate::workflow::status;

impl Import<'_> {
    /// The states of each ticket, in the order of the file; tickets in the order of their first row.
    pub fn stories(&self, lines: Vec<Line>, report: &mut Report) -> Result<Vec<Story>> {
        let mut stories: Vec<Story> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut ids = Ids::default();
        for line in lines {
            if let Some(trouble) = line.trouble() {
                report.skip(line.place.clone(), trouble.to_owned())?;
                continue;
            }
            let Some(key) = self.table.value(&line, &self.table.map.key) else {
                report.skip(line.place, "it has no key".into())?;
                continue;
            };
            let first = places.get(&key).map(|place| &stories[*place].1[0].ticket);
            let known = first.map(|ticket| (ticket.id.clone(), ticket.created));
            match self.state(&line, &key, known, &mut ids, report) {
                Err(trouble) => report.skip(line.place, trouble)?,
                Ok(state) => {
                    let spot = *places.entry(key.clone()).or_insert_with(|| {
                        stories.push((key, Vec::new()));
                        stories.len() - 1
                    });
                    stories[spot].1.push(state);
                }
            }
        }
        Ok(stories)
    }

    fn state(
        &self,
        line: &Line,
        key: &str,
        known: Option<(TicketId, Timestamp)>,
        ids: &mut Ids,
        report: &mut Report,
    ) -> Result<StateRow, String> {
        let map = self.table.map;
        let created = self.created(line)?;
        let at = match &map.at {
            None => created,
            Some(source) => self.table.date(line, "at", source)?.ok_or("it has no time (`at`)")?,
        };
        let (id, created) = match known {
            // The day of the id is the day of creation: the first row settles it.
            Some((id, first)) => (id, first),
            None => (ids.draw(self.here, self.snapshot, created).map_err(|trouble| trouble.to_string())?, created),
        };
        let mut ticket = blank(id, created, key);
        for (name, source) in map.ticket.iter().filter(|(name, _)| name != "created") {
            self.fill(&mut ticket, name, self.table.value(line, source), line, report)?;
        }
        check_title(&ticket.title)?;
        let body = map.body.as_ref().and_then(|source| self.table.value(line, source)).unwrap_or_default();
        let author = map.author.as_ref().and_then(|source| self.table.value(line, source));
        let comments = self.comments(line, &ticket, at, report)?;
        Ok(StateRow { at, author, ticket, body: ended(&body), comments })
    }

    fn created(&self, line: &Line) -> Result<Timestamp, String> {
        let source = self.table.map.ticket.iter().find(|(key, _)| key == "created").map(|(_, source)| source);
        let created = source.map(|source| self.table.date(line, "created", source)).transpose()?.flatten();
        created.ok_or_else(|| "it has no date of creation".to_owned())
    }

    fn comments(
        &self,
        line: &Line,
        ticket: &Ticket,
        at: Timestamp,
        report: &mut Report,
    ) -> Result<Vec<Comment>, String> {
        let mut comments = Vec::new();
        for map in &self.table.map.comments {
            let Some(comment) = self.comment(line, map, at)? else { continue };
            if comment.date < ticket.created {
                let said = format!("a comment of {} is older than its ticket of {}", comment.date, ticket.created);
                report.warn(line.place.clone(), said);
            }
            comments.push(comment);
        }
        Ok(comments)
    }

    /// The comment a row gives; its id is drawn when its place is known.
    fn comment(&self, line: &Line, map: &CommentMap, at: Timestamp) -> Result<Option<Comment>, String> {
        let Some(text) = self.table.value(line, &map.text) else { return Ok(None) };
        let author = map.author.as_ref().and_then(|source| self.table.value(line, source));
        let date = map.date.as_ref().map(|source| self.table.date(line, "a comment", source)).transpose()?.flatten();
        // What another system has sent is not sent again.
        let mail = Mail { delivered: map.public.then(|| "imported".to_owned()), ..Mail::default() };
        Ok(Some(Comment {
            id: String::new(),
            author: author.unwrap_or_else(|| self.actor.handle.clone()),
            date: date.unwrap_or(at),
            visibility: if map.public { Visibility::Public } else { Visibility::Internal },
            channel: None,
            attachments: Vec::new(),
            pattern: None,
            deviates: false,
            automatic: false,
            mail,
            body: ended(&text),
        }))
    }
}

/// Text as a file ends it.
fn ended(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

fn blank(id: TicketId, created: Timestamp, key: &str) -> Ticket {
    Ticket {
        id,
        title: String::new(),
        status: status::NEW.to_owned(),
        priority: Priority::default(),
        kind: None,
        requester: None,
        cc: Vec::new(),
        assignee: None,
        team: None,
        tags: Vec::new(),
        channel: None,
        language: None,
        created,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        links: Vec::new(),
        fields: Default::default(),
        satisfaction: None,
        attachments: Vec::new(),
        outbound: false,
        line: 1,
        remind_at: None,
        close_at: None,
        until: None,
        merged_into: None,
        external_id: Some(key.to_owned()),
        flags: Vec::new(),
        unsent: Vec::new(),
        portal_link: 0,
    }
}
