//! What a message becomes in the files of a ticket.

use jiff::Timestamp;

use super::find::bare;
use super::take::{Letter, Taker};
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::ticket::{Link, Priority, Ticket};
use crate::failure::Result;
use crate::format::layout;
use crate::mail::message::Message;
use crate::mail::outbound;
use crate::mail::trim::trim;
use crate::view::ticket::FileView;
use crate::workflow::status;

/// References that are kept: the first and the last of a thread.
const MOST_REFERENCES: usize = 40;

impl Taker<'_, '_> {
    /// Makes a ticket of the message.
    pub(super) fn make(
        &mut self,
        letter: &mut Letter<'_>,
        links: Vec<Link>,
        title: String,
        requester: String,
        body: &str,
    ) -> Result<TicketId> {
        let created = self.when(&letter.message);
        let message = &letter.message;
        let ids = |ids: &[String]| ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>();
        let references: Vec<String> =
            outbound::capped(&message.references).into_iter().filter(|id| !message.in_reply_to.contains(id)).collect();
        let unsent = match self.ground.settings.mail.acknowledge && self.may_answer(letter) {
            true => vec!["acknowledgement".to_owned()],
            false => Vec::new(),
        };
        let (in_reply_to, references) = (ids(&message.in_reply_to), ids(&references));
        let (cc, language) = (self.participants(letter, &requester), self.language(&requester));
        let (message_id, flags) = (Some(stored_id(&letter.id)), letter.flags());
        let of_message = (in_reply_to.clone(), references.clone());
        let fresh = |id: TicketId| Ticket {
            id,
            title,
            status: status::NEW.to_owned(),
            priority: Priority::default(),
            kind: None,
            cc,
            language,
            requester: Some(requester),
            assignee: None,
            team: None,
            tags: Vec::new(),
            channel: Some("email".into()),
            created,
            message_id,
            in_reply_to: of_message.0,
            references: of_message.1,
            links,
            fields: Default::default(),
            satisfaction: None,
            attachments: Vec::new(),
            outbound: false,
            line: 1,
            remind_at: None,
            close_at: None,
            until: None,
            merged_into: None,
            external_id: None,
            flags,
            unsent,
            portal_link: 0,
        };
        let id = self.stage.make(fresh, created)?;
        let (names, body) = self.attach(letter, &id, body)?;
        let trimmed = trim(&body);
        let kept = self.stage.change(&id)?;
        kept.body = fold::join(&trimmed.new, &trimmed.quoted);
        kept.ticket.attachments = names;
        if self.ground.settings.mail.keep_raw {
            self.stage.keep_raw(&id, layout::raw_first(&id), letter.raw)?;
        }
        self.made.holds(&letter.id, &id);
        in_reply_to.iter().chain(&references).for_each(|other| self.made.refers(other, &id));
        Ok(id)
    }

    /// Adds the message to a ticket's thread; `cut` lines of its text are commands and not words.
    pub(super) fn comment(
        &mut self,
        letter: &mut Letter<'_>,
        id: &TicketId,
        author: String,
        visibility: Visibility,
        mail: Mail,
        cut: &[&str],
    ) -> Result<String> {
        let body = letter.message.body.clone();
        let (names, body) = self.attach(letter, id, &body)?;
        let mut trimmed = trim(&body);
        for line in cut {
            trimmed.new = trimmed.new.replacen(line, "", 1);
        }
        let references = self.unknown_references(&letter.message, id)?;
        let ids = |ids: &[String]| ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>();
        let mail = Mail {
            message_id: Some(stored_id(&letter.id)),
            in_reply_to: ids(&letter.message.in_reply_to),
            references: ids(&references),
            ..mail
        };
        let comment = Comment {
            id: String::new(),
            author,
            date: self.when(&letter.message),
            visibility,
            channel: Some("email".into()),
            attachments: names,
            pattern: None,
            deviates: false,
            automatic: !letter.is_human(),
            mail,
            body: fold::join(&trimmed.new, &trimmed.quoted),
        };
        let stem = self.stage.say(id, comment)?;
        if self.ground.settings.mail.keep_raw {
            self.stage.keep_raw(id, layout::raw_of(id, &stem), letter.raw)?;
        }
        self.made.holds(&letter.id, id);
        letter.message.in_reply_to.iter().chain(&references).for_each(|other| self.made.refers(other, id));
        letter.view.ticket = Some(id.to_string());
        letter.view.comment = Some(stem.clone());
        Ok(stem)
    }

    /// The references of a message that its ticket does not hold, and neither we nor what it answers name.
    pub(super) fn unknown_references(&mut self, message: &Message<'_>, id: &TicketId) -> Result<Vec<String>> {
        let kept = self.stage.open(id)?;
        let of_thread = kept.thread.iter().flat_map(|comment| &comment.mail.message_id);
        let held: Vec<String> = kept.ticket.message_id.iter().chain(of_thread).map(|id| bare(id)).collect();
        let signer = &self.ground.signer;
        let unknown = |id: &&String| {
            !held.contains(&bare(id)) && !message.in_reply_to.contains(id) && signer.read_message_id(id).is_none()
        };
        let unknown: Vec<String> = message.references.iter().filter(unknown).cloned().collect();
        Ok(outbound::capped(&unknown).into_iter().take(MOST_REFERENCES).collect())
    }

    /// Attaches the files of a message; gives their names, and the text with its pictures named.
    pub(super) fn attach(
        &mut self,
        letter: &mut Letter<'_>,
        id: &TicketId,
        body: &str,
    ) -> Result<(Vec<String>, String)> {
        let (mut names, mut body) = (Vec::new(), body.to_owned());
        for file in &letter.message.attachments {
            let name = self.stage.attach(id, &file.name, &file.content)?;
            if let Some(content_id) = &file.content_id {
                body = body.replace(&format!("(cid:{content_id})"), &format!("(<files/{name}>)"));
            }
            letter.view.attachments.push(FileView {
                path: layout::attachment(id, &name),
                name: name.clone(),
                size: Some(file.content.len() as u64),
            });
            names.push(name);
        }
        Ok((names, body))
    }

    /// The Date of a message where it is one that a ticket can have, else the clock.
    pub(super) fn when(&self, message: &Message<'_>) -> Timestamp {
        let now = self.stage.here.now;
        let date = message.date.and_then(|seconds| Timestamp::from_second(seconds).ok());
        date.filter(|date| *date <= now && date.as_second() >= 0).unwrap_or(now)
    }
}

/// An id as a file has it: in brackets, but a made-up suffix behind them.
fn stored_id(id: &str) -> String {
    if id.starts_with('<') { id.to_owned() } else { format!("<{id}>") }
}
