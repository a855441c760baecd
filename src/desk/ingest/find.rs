//! Which ticket a message belongs to (mail.md, Which ticket).

use std::collections::HashMap;

use crate::desk::stage::{Kept, Stage};
use crate::domain::comment::Visibility;
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::mail::message::Message;
use crate::mail::sign::Signer;
use crate::mail::{bounce, subject};
use crate::search::Reader;

/// Ids that are looked for, of all a message refers to: what it answers, then the last and the first of the thread.
const MOST_IDS: usize = 50;

/// How a message found its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Bounce,
    PlusAddress,
    InReplyTo,
    References,
    Subject,
}

impl Via {
    pub fn name(self) -> &'static str {
        match self {
            Via::Bounce => "bounce",
            Via::PlusAddress => "plus-address",
            Via::InReplyTo => "in-reply-to",
            Via::References => "references",
            Via::Subject => "subject",
        }
    }
}

/// Where stored messages lie: as the index has it, and as this run has made it since.
pub struct Known<'a> {
    pub reader: &'a Reader<'a>,
    pub made: &'a Made,
}

/// The messages that this run has stored: tickets by `=ID` and `?ID`.
#[derive(Debug, Default, Clone)]
pub struct Made(HashMap<String, Vec<TicketId>>);

impl Made {
    pub fn holds(&mut self, id: &str, ticket: &TicketId) {
        self.0.entry(format!("={}", bare(id))).or_default().push(ticket.clone());
    }

    pub fn refers(&mut self, id: &str, ticket: &TicketId) {
        self.0.entry(format!("?{}", bare(id))).or_default().push(ticket.clone());
    }

    pub fn add(&mut self, other: Made) {
        for (key, mut tickets) in other.0 {
            self.0.entry(key).or_default().append(&mut tickets);
        }
    }
}

/// An id without its brackets.
pub fn bare(id: &str) -> String {
    id.chars().filter(|letter| !matches!(letter, '<' | '>') && !letter.is_whitespace()).collect()
}

impl Known<'_> {
    /// The tickets that hold a message, or that refer to it without having it.
    pub fn with(&self, also: &Made, id: &str, holds: bool) -> Result<Vec<TicketId>> {
        let key = format!("{}{}", if holds { '=' } else { '?' }, bare(id));
        let mut found = self.reader.with_message(id, holds)?;
        found.extend(self.made.0.get(&key).into_iter().chain(also.0.get(&key)).flatten().cloned());
        found.dedup();
        Ok(found)
    }
}

/// A ticket a message belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub ticket: TicketId,
    pub via: Via,
    /// What it answers is internal.
    pub internal: bool,
    /// Others that it belongs to just as well.
    pub also: Vec<TicketId>,
    /// Whether it answers what this desk has sent and signed.
    pub signed: bool,
}

/// What was found out of where a message belongs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub place: Option<Place>,
    /// The ticket its subject names, where the sender has no part in that.
    pub named: Option<TicketId>,
}

/// Looks for tickets.
pub struct Finder<'f, 'a> {
    pub stage: &'f mut Stage<'a>,
    pub known: &'f Known<'f>,
    /// What the messages before this one in the same change hold.
    pub also: &'f Made,
    pub signer: &'f Signer,
    /// The desk's addresses.
    pub own: &'f [String],
}

impl Finder<'_, '_> {
    /// The ticket of a message; `sender` is the address it comes from, or `None` for an agent who is known to be one.
    pub fn find(&mut self, message: &Message<'_>, sender: Option<&str>, is_bounce: bool) -> Result<Found> {
        let mut hits: Vec<Place> = Vec::new();
        if is_bounce && let Some(id) = bounce::read(message).original_id {
            self.by_id(&id, Via::Bounce, true, &mut hits)?;
        }
        for address in &message.delivered_to {
            if let Some(id) = self.signer.read_plus_address(address, self.own) {
                self.add(&id, Via::PlusAddress, false, true, &mut hits)?;
            }
        }
        let answers = message.in_reply_to.iter().map(|id| (id, Via::InReplyTo));
        let refers = message.references.iter().rev().map(|id| (id, Via::References));
        let ids: Vec<(&String, Via)> = answers.chain(refers).take(MOST_IDS).collect();
        for (id, via) in &ids {
            self.by_id(id, *via, true, &mut hits)?;
        }
        for (id, via) in &ids {
            self.by_id(id, *via, false, &mut hits)?;
        }
        // What was stored before it may have been an answer to it.
        self.by_id(&message.message_id, Via::References, false, &mut hits)?;
        if hits.is_empty() {
            return self.by_subject(message, sender);
        }
        let mut place = hits.remove(0);
        place.also = hits.into_iter().map(|hit| hit.ticket).collect();
        Ok(Found { place: Some(place), named: None })
    }

    /// Adds the tickets that hold a message, or refer to one they have not got.
    fn by_id(&mut self, id: &str, via: Via, holds: bool, hits: &mut Vec<Place>) -> Result<()> {
        if holds && let Some(own) = self.signer.read_message_id(id) {
            let internal = match self.stage.find(&own.ticket)? {
                Some(kept) => is_internal(kept, |comment| comment.id == own.what),
                None => false,
            };
            self.add(&own.ticket, via, internal, true, hits)?;
        }
        for ticket in self.known.with(self.also, id, holds)? {
            let id = bare(id);
            let of_id = |stored: &Option<String>| stored.as_deref().is_some_and(|stored| bare(stored) == id);
            let internal = match self.stage.find(&ticket)? {
                Some(kept) if holds => is_internal(kept, |comment| of_id(&comment.mail.message_id)),
                _ => false,
            };
            self.add(&ticket, via, internal, false, hits)?;
        }
        Ok(())
    }

    fn add(&mut self, id: &TicketId, via: Via, internal: bool, signed: bool, hits: &mut Vec<Place>) -> Result<()> {
        let Some(ticket) = self.stage.root(id)? else { return Ok(()) };
        match hits.iter_mut().find(|hit| hit.ticket == ticket) {
            Some(hit) => hit.signed |= signed,
            None => hits.push(Place { ticket, via, internal, also: Vec::new(), signed }),
        }
        Ok(())
    }

    /// The ticket the subject names, if the sender has a part in it.
    fn by_subject(&mut self, message: &Message<'_>, sender: Option<&str>) -> Result<Found> {
        for token in subject::tokens(&message.subject) {
            let Ok(id) = token.parse::<TicketId>() else { continue };
            let Some(ticket) = self.stage.root(&id)? else { continue };
            // A customer is known by all their addresses.
            let rows = sender.map(|sender| self.known.reader.customers_with(sender)).transpose()?.unwrap_or_default();
            let addresses: Vec<&str> =
                sender.into_iter().chain(rows.iter().flat_map(|row| &row.emails).map(String::as_str)).collect();
            let takes_part =
                |kept: &Kept| sender.is_none() || addresses.iter().any(|address| kept.has_participant(address));
            let theirs = takes_part(self.stage.open(&id)?) || takes_part(self.stage.open(&ticket)?);
            return Ok(match theirs {
                true => {
                    let place = Place { ticket, via: Via::Subject, internal: false, also: Vec::new(), signed: false };
                    Found { place: Some(place), named: None }
                }
                false => Found { place: None, named: Some(ticket) },
            });
        }
        Ok(Found::default())
    }
}

/// Whether the comment that is meant is internal.
fn is_internal(kept: &Kept, is_it: impl Fn(&crate::domain::comment::Comment) -> bool) -> bool {
    kept.thread.iter().any(|comment| is_it(comment) && comment.visibility == Visibility::Internal)
}
