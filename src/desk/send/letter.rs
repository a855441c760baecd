//! The message that something due becomes.

use super::queue::{self, Due, count_automatic};
use super::words::words;
use crate::desk::portal::{link_of, token_of};
use crate::desk::stage::Kept;
use crate::desk::{Here, patterns};
use crate::domain::comment::{Comment, Visibility};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::State;
use crate::failure::{Failure, Kind, Result};
use crate::format::template::{self, Values};
use crate::format::{customer, html, internal, layout};
use crate::mail::outbound::{Letter, Mailbox, capped, is_address};
use crate::mail::sign::{Signer, without_tag};
use crate::search::Reader;
use crate::store::Snapshot;
use crate::transport::Envelope;

/// All that messages are made of.
pub struct Desk<'a> {
    pub here: &'a Here,
    pub snapshot: &'a Snapshot<'a>,
    pub reader: &'a Reader<'a>,
    pub settings: &'a Settings,
    pub people: &'a [Agent],
    pub signer: Signer,
    /// The desk's address, from which all mail comes.
    pub address: String,
    pub id: String,
}

/// A message with its way.
pub struct Made {
    pub envelope: Envelope,
    pub letter: Letter,
    /// What is said, as it will stand in the thread.
    pub text: String,
}

/// What becomes of something due.
pub enum Outcome {
    Made(Box<Made>),
    /// Nobody is to get it; why.
    Nobody(String),
}

impl Desk<'_> {
    /// Makes the message.
    pub fn make(&self, id: &TicketId, kept: &Kept, due: &Due) -> Result<Outcome> {
        match due {
            Due::Comment(stem) => match kept.thread.iter().find(|comment| comment.id == *stem) {
                Some(comment) => self.comment(id, kept, due, comment),
                None => Ok(Outcome::Nobody("the comment is gone".into())),
            },
            Due::Acknowledgement if !self.is_fresh(kept) => {
                Ok(Outcome::Nobody("the ticket was discarded or merged".into()))
            }
            Due::Acknowledgement => {
                let to = kept.ticket.requester.clone().unwrap_or_default();
                match self.acknowledgement(id, kept)? {
                    Some(text) => self.automatic(id, kept, due, &to, text),
                    None => Ok(Outcome::Nobody("this desk has no pattern 'acknowledgement'".into())),
                }
            }
            Due::Rejection(address) => {
                let text = words(self.language(kept)).rejected;
                let text = text.replace("{ticket}", id.as_str()).replace("{desk}", &self.settings.desk);
                self.automatic(id, kept, due, address, text)
            }
            Due::Notice { stem, handle } => self.notice(id, kept, due, stem, handle),
        }
    }

    /// Whether it is still of use to say that a ticket has arrived.
    fn is_fresh(&self, kept: &Kept) -> bool {
        let discarded = self.settings.state(&kept.ticket.status) == Some(State::Discarded);
        !discarded && kept.ticket.merged_into.is_none()
    }

    fn language<'k>(&'k self, kept: &'k Kept) -> &'k str {
        kept.ticket.language.as_deref().unwrap_or(&self.settings.language)
    }

    /// What an agent says to the requester and the participants.
    fn comment(&self, id: &TicketId, kept: &Kept, due: &Due, comment: &Comment) -> Result<Outcome> {
        let text = internal::without(fold::visible(&comment.body));
        if comment.automatic {
            let to = comment.mail.to.first().or(kept.ticket.requester.as_ref()).cloned().unwrap_or_default();
            return self.automatic(id, kept, due, &to, text);
        }
        let requester = kept.ticket.requester.iter();
        let mut to: Vec<String> = Vec::new();
        for address in requester.chain(&kept.ticket.cc) {
            let known = to.iter().any(|known| known.eq_ignore_ascii_case(address));
            if !known && self.takes_mail(address)? {
                to.push(address.clone());
            }
        }
        if to.is_empty() {
            return Ok(Outcome::Nobody("no address of the ticket takes mail".into()));
        }
        let mailbox = |email: &String| Mailbox { name: String::new(), email: email.clone() };
        let first = kept.ticket.requester.as_ref().filter(|requester| to.contains(requester)).unwrap_or(&to[0]).clone();
        let mut letter = self.letter(id, kept, due, &text);
        letter.to = vec![mailbox(&first)];
        letter.cc = to.iter().filter(|address| **address != first).map(mailbox).collect();
        letter.subject = format!("Re: {} [#{id}]", kept.ticket.title);
        self.thread(&mut letter, id, kept, comment);
        letter.attachments = self.files(id, kept, comment)?;
        let envelope = Envelope { from: Some(self.address.clone()), to };
        Ok(Outcome::Made(Box::new(Made { envelope, letter, text })))
    }

    /// A machine's answer: it has no words of the one who wrote, and nobody is told if it does not arrive.
    fn automatic(&self, id: &TicketId, kept: &Kept, due: &Due, to: &str, text: String) -> Result<Outcome> {
        if !self.takes_mail(to)? {
            return Ok(Outcome::Nobody(format!("{} takes no mail", to.escape_debug())));
        }
        let mut letter = self.letter(id, kept, due, &text);
        letter.to = vec![Mailbox { name: String::new(), email: to.to_owned() }];
        let subject = words(self.language(kept)).automatic.replace("{desk}", &self.settings.desk);
        letter.subject = format!("{subject} [#{id}]");
        letter.headers.push(("Auto-Submitted", "auto-replied".into()));
        letter.headers.push(("X-Auto-Response-Suppress", "All".into()));
        let last = kept.thread.iter().rev().find(|comment| comment.author.eq_ignore_ascii_case(to));
        let answered = last.and_then(|comment| comment.mail.message_id.as_ref()).or(kept.ticket.message_id.as_ref());
        letter.in_reply_to = answered.map(|id| real_id(id));
        letter.references = letter.in_reply_to.iter().cloned().collect();
        let envelope = Envelope { from: None, to: vec![to.to_owned()] };
        Ok(Outcome::Made(Box::new(Made { envelope, letter, text })))
    }

    /// Tells an agent what somebody has written.
    fn notice(&self, id: &TicketId, kept: &Kept, due: &Due, stem: &str, handle: &str) -> Result<Outcome> {
        let agent = self.people.iter().find(|agent| agent.handle == handle);
        let address = agent.and_then(|agent| agent.emails.first()).filter(|address| is_address(address));
        let comment = kept.thread.iter().find(|comment| comment.id == stem);
        let (Some(agent), Some(address), Some(comment)) = (agent, address, comment) else {
            return Ok(Outcome::Nobody(format!("'{}' has no address", handle.escape_debug())));
        };
        let hint = words(&self.settings.language).notice.replace("{from}", &comment.author);
        let text = format!("{}\n\n*{hint}*\n", fold::visible(&comment.body).trim_end());
        let mut letter = self.letter(id, kept, due, &text);
        letter.from.name = format!("{} ({})", comment.author, letter.from.name);
        letter.to = vec![Mailbox { name: agent.name.clone(), email: address.clone() }];
        letter.subject = format!("{} [#{id}]", kept.ticket.title);
        letter.headers.push(("Auto-Submitted", "auto-generated".into()));
        letter.headers.push(("X-Auto-Response-Suppress", "All".into()));
        let envelope = Envelope { from: None, to: vec![address.clone()] };
        Ok(Outcome::Made(Box::new(Made { envelope, letter, text })))
    }

    /// What every message has.
    fn letter(&self, id: &TicketId, kept: &Kept, due: &Due, text: &str) -> Letter {
        let mail = &self.settings.mail;
        let name = mail.name.clone().unwrap_or_else(|| self.settings.desk.clone());
        let plus = self.signer.plus_address(&self.address, id);
        Letter {
            from: Mailbox { name: name.clone(), email: self.address.clone() },
            reply_to: Some(Mailbox { name, email: plus }),
            message_id: self.message_id(id, &due.name(count_automatic(kept))),
            date: self.here.now.as_second(),
            text: text.to_owned(),
            html: html::message(self.language(kept), text),
            headers: vec![("X-Loket-Desk", self.id.clone())],
            ..Letter::default()
        }
    }

    fn message_id(&self, id: &TicketId, what: &str) -> String {
        let host = self.address.rsplit_once('@').map_or("localhost", |(_, host)| host);
        self.signer.message_id(id, what, host)
    }

    /// What a comment answers, and all public messages before it; of those that go out with it the id they will have.
    fn thread(&self, letter: &mut Letter, id: &TicketId, kept: &Kept, comment: &Comment) {
        let waiting = queue::due(kept);
        let id_of = |other: &Comment| match &other.mail.message_id {
            Some(stored) => Some(real_id(stored)),
            None if waiting.contains(&Due::Comment(other.id.clone())) => Some(self.message_id(id, &other.id)),
            None => None,
        };
        let before = kept.thread.iter().filter(|other| other.id < comment.id && other.visibility == Visibility::Public);
        let first = kept.ticket.message_id.iter().map(|id| real_id(id));
        let ids: Vec<String> = first.chain(before.filter_map(id_of)).collect();
        letter.in_reply_to = ids.last().cloned();
        letter.references = capped(&ids);
    }

    fn files(&self, id: &TicketId, kept: &Kept, comment: &Comment) -> Result<Vec<(String, Vec<u8>)>> {
        let mut files = Vec::new();
        for name in &comment.attachments {
            let Some(object) = kept.files.get(name) else {
                let path = layout::attachment(id, name);
                return Err(Failure::error(format!("{path} is missing, so that the answer cannot be sent"))
                    .in_file(path)
                    .into());
            };
            files.push((name.clone(), self.snapshot.read(*object)?));
        }
        Ok(files)
    }

    /// Whether an address is somebody's outside who can be reached.
    fn takes_mail(&self, address: &str) -> Result<bool> {
        let plain = without_tag(address);
        let own = self.settings.mail.own().iter().any(|own| own.eq_ignore_ascii_case(&plain));
        if own || !is_address(address) {
            return Ok(false);
        }
        for row in self.reader.customers_with(address)? {
            let bytes = self.snapshot.file(&layout::customer(&row.key))?.unwrap_or_default();
            let customer = customer::parse(&row.key, &bytes);
            if customer.is_ok_and(|customer| customer.is_undeliverable(address)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The text of the pattern `acknowledgement`, in which nothing is what a stranger wrote; `None` on a desk without it.
    fn acknowledgement(&self, id: &TicketId, kept: &Kept) -> Result<Option<String>> {
        let languages: Vec<&str> =
            kept.ticket.language.as_deref().into_iter().chain([self.settings.language.as_str()]).collect();
        let found = match patterns::answering(self.snapshot, "acknowledgement", &languages) {
            Ok(found) => found,
            Err(trouble) if is_not_found(&trouble) => return Ok(None),
            Err(trouble) => return Err(trouble),
        };
        let text = template::render(&found.pattern.response, &self.values(id, kept));
        let text = text.map_err(|fault| found.failure(&fault))?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let link = token_of(&self.signer, &kept.ticket).and_then(|token| link_of(self.settings, &token));
        let follow = words(self.language(kept)).follow;
        Ok(Some(link.map_or_else(|| format!("{text}\n"), |link| format!("{text}\n\n{follow}\n{link}\n"))))
    }

    fn values(&self, id: &TicketId, kept: &Kept) -> Values {
        let ticket = &kept.ticket;
        let mut values = Values::default();
        values.put("ticket.id", id.as_str());
        values.put("ticket.title", id.as_str());
        values.put("ticket.status", &ticket.status);
        values.put("ticket.priority", ticket.priority.name());
        values.put("ticket.type", ticket.kind.as_deref().unwrap_or_default());
        values.put("ticket.created", ticket.created.to_string());
        values.put("ticket.team", ticket.team.as_deref().unwrap_or_default());
        values.put("ticket.assignee", ticket.assignee.as_deref().unwrap_or_default());
        values.put("ticket.language", self.language(kept));
        values.put("requester.name", "");
        values.put("requester.email", "");
        values.put("agent.name", &self.settings.desk);
        values.put("agent.handle", queue::MACHINE);
        values.put("desk.name", &self.settings.desk);
        values.put("desk.email", &self.address);
        values
    }
}

/// The id in a message id as it is stored: without brackets, and without what tells namesakes apart.
fn real_id(stored: &str) -> String {
    let inner = stored.split_once('<').map_or(stored, |(_, rest)| rest);
    inner.split_once('>').map_or(inner, |(id, _)| id).to_owned()
}

fn is_not_found(trouble: &anyhow::Error) -> bool {
    trouble.downcast_ref::<Failure>().is_some_and(|failure| failure.kind == Kind::NotFound)
}
