//! Tickets, comments, pages and customers as documents of the index, and rows read back from it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::analyzer::Stem;
use super::lives::encode;
use super::schema::{Fields, TextFields, kinds};
use crate::domain::article::{Page, PageKind};
use crate::domain::clock::{Derived, Promise};
use crate::domain::comment::Comment;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::id::TicketId;
use crate::domain::person::Customer;
use crate::domain::ticket::{FieldValue, State, Ticket};
use crate::format::Fault;
use crate::store::Oid;

/// A ticket as a list shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub ticket: Ticket,
    pub state: State,
    /// The number of its own comments.
    pub comments: usize,
    pub first_response: Option<Timestamp>,
    /// Known where the index holds the timeline.
    pub updated: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub promise: Option<Promise>,
    /// The git object of its file.
    pub object: String,
}

impl Row {
    pub fn of(facts: &Facts, object: &str) -> Row {
        Row {
            ticket: facts.ticket.clone(),
            state: facts.state,
            comments: facts.thread.len(),
            first_response: facts.first_response(),
            updated: facts.updated,
            closed: facts.closed,
            promise: facts.promise.clone(),
            object: object.to_owned(),
        }
    }
}

/// What is kept of a comment, article, pattern, customer or broken file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RowPage {
    /// A comment's stem, a page's slug, a customer's key, a broken file's message.
    pub name: String,
    pub title: String,
    pub path: String,
    pub language: Option<String>,
    pub line: usize,
    pub column: usize,
    /// The git object of the file.
    #[serde(default)]
    pub object: String,
}

/// What is kept of a customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustomerRow {
    pub key: String,
    pub emails: Vec<String>,
    pub organisation: Option<String>,
}

/// How often a title counts: as if its words stood so often in the body.
const TITLE_WEIGHT: usize = 3;

/// Makes documents.
pub struct Writer<'a> {
    pub fields: &'a Fields,
    /// The desk's own language, for texts that name none.
    pub language: &'a str,
}

impl Writer<'_> {
    /// A ticket and its comments; `object` is that of the ticket's own file, `objects` those of the comments' by stem.
    pub fn ticket(
        &self,
        facts: &Facts,
        past: Option<(&[Event], &Derived)>,
        object: Oid,
        objects: &HashMap<String, Oid>,
    ) -> Vec<TantivyDocument> {
        let mut documents = vec![self.ticket_itself(facts, past, object)];
        let of = |comment: &Comment| objects.get(&comment.id).map(Oid::to_string).unwrap_or_default();
        documents.extend(facts.thread.iter().map(|comment| self.comment(facts, comment, of(comment))));
        documents
    }

    fn ticket_itself(&self, facts: &Facts, past: Option<(&[Event], &Derived)>, object: Oid) -> TantivyDocument {
        let fields = self.fields;
        let ticket = &facts.ticket;
        let mut document = self.start(kinds::TICKET, ticket.id.number());
        document.add_text(fields.id, ticket.id.as_str());
        document.add_text(fields.tail, ticket.id.tail());
        document.add_u64(fields.priority, ticket.priority as u64);
        document.add_text(fields.state, facts.state.name());
        document.add_text(fields.status, &ticket.status);
        document.add_text(fields.title_order, ticket.title.to_lowercase());
        self.add_words(&mut document, facts);
        self.add_times(&mut document, facts);
        for (name, value) in &ticket.fields {
            custom_terms(name, value).into_iter().for_each(|term| document.add_text(fields.custom, term));
        }
        self.add_flags(&mut document, facts);
        self.add_messages(&mut document, facts);
        let language = ticket.language.as_deref();
        self.text(&mut document, &fields.title, language, &ticket.title);
        self.text(&mut document, &fields.body, language, &facts.body);
        self.find(&mut document, language, &[&ticket.title], &facts.body);
        for comment in &facts.thread {
            self.text(&mut document, &fields.comment, language, &comment.body);
        }
        document.add_text(fields.row, json(&Row::of(facts, &object.to_string())));
        self.add_events(&mut document, past.map(|(events, _)| events));
        if let Some((_, derived)) = past {
            self.add_derived(&mut document, derived);
        }
        document
    }

    /// What its past and the policies make of it.
    fn add_derived(&self, document: &mut TantivyDocument, derived: &Derived) {
        let fields = self.fields;
        let promise = derived.promise.as_ref();
        let instants = [
            (fields.due, promise.and_then(Promise::due)),
            (fields.warns, promise.and_then(Promise::warns)),
            (fields.wakes, derived.wakes),
        ];
        for (field, instant) in instants {
            instant.into_iter().for_each(|instant| document.add_i64(field, instant.as_second()));
        }
        let runs = promise.is_some_and(|promise| !promise.running.is_empty());
        let rest = promise.and_then(|promise| promise.rest).map(|(_, state)| state.name());
        if let Some(word) = if runs { Some("running") } else { rest } {
            document.add_text(fields.sla, word);
        }
        encode(&derived.life).into_iter().for_each(|piece| document.add_bytes(fields.life, &piece));
    }

    fn add_words(&self, document: &mut TantivyDocument, facts: &Facts) {
        let (fields, ticket) = (self.fields, &facts.ticket);
        let domain = ticket.requester.as_deref().and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
        let single: [(Field, Option<&str>); 10] = [
            (fields.r#type, ticket.kind.as_deref()),
            (fields.assignee, ticket.assignee.as_deref()),
            (fields.team, ticket.team.as_deref()),
            (fields.requester, ticket.requester.as_deref()),
            (fields.domain, domain),
            (fields.channel, ticket.channel.as_deref()),
            (fields.language, ticket.language.as_deref()),
            (fields.external_id, ticket.external_id.as_deref()),
            (fields.answered_by, facts.answered_by()),
            (fields.merged_into, ticket.merged_into.as_ref().map(TicketId::as_str)),
        ];
        for (field, value) in single {
            if let Some(value) = value {
                document.add_text(field, value);
            }
        }
        ticket.cc.iter().for_each(|address| document.add_text(fields.cc, address));
        ticket.tags.iter().for_each(|tag| document.add_text(fields.tag, tag));
        for link in &ticket.links {
            document.add_text(fields.relation, link.relation.name());
            document.add_text(fields.link, link.id.as_str());
            document.add_text(fields.link, link.id.tail());
        }
    }

    fn add_times(&self, document: &mut TantivyDocument, facts: &Facts) {
        let fields = self.fields;
        document.add_i64(fields.created, facts.ticket.created.as_second());
        document.add_i64(fields.comments, facts.thread.len() as i64);
        for (field, instant) in [
            (fields.updated, facts.updated),
            (fields.closed, facts.closed),
            (fields.first_response, facts.first_response()),
        ] {
            instant.into_iter().for_each(|instant| document.add_i64(field, instant.as_second()));
        }
        if let Some(satisfaction) = &facts.ticket.satisfaction {
            document.add_i64(fields.satisfaction, satisfaction.score.into());
        }
    }

    fn add_flags(&self, document: &mut TantivyDocument, facts: &Facts) {
        let flags = [
            ("unanswered", facts.is_unanswered()),
            ("escalated", facts.ticket.line == 2),
            ("comment", !facts.thread.is_empty()),
            ("internal", facts.has_internal()),
            ("pattern", facts.has_pattern()),
            ("attachment", facts.has_attachment()),
            ("outbox", facts.is_in_outbox()),
        ];
        flags.into_iter().filter(|(_, set)| *set).for_each(|(flag, _)| document.add_text(self.fields.flag, flag));
    }

    /// The messages by which an answer finds the ticket.
    fn add_messages(&self, document: &mut TantivyDocument, facts: &Facts) {
        let ticket = &facts.ticket;
        let mails = || facts.thread.iter().map(|comment| &comment.mail);
        let own = ticket.message_id.iter().chain(mails().flat_map(|mail| &mail.message_id));
        let of_first = ticket.in_reply_to.iter().chain(&ticket.references);
        let others = of_first.chain(mails().flat_map(|mail| mail.in_reply_to.iter().chain(&mail.references)));
        own.for_each(|id| document.add_text(self.fields.message, message_term('=', id)));
        others.for_each(|id| document.add_text(self.fields.message, message_term('?', id)));
    }

    /// The same of a ticket whose file cannot be read: its comments', and what looks like the id of its first message.
    /// An answer to it is then refused with the place of the fault, and does not become a ticket of its own.
    pub fn add_messages_of_broken(&self, document: &mut TantivyDocument, thread: &[Comment], bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let first =
            text.lines().take_while(|line| line.len() < 2_000).find_map(|line| line.strip_prefix("message-id:"));
        let first = first.map(|id| id.trim().trim_matches(['"', '\'']).to_owned());
        let own = first.iter().chain(thread.iter().filter_map(|comment| comment.mail.message_id.as_ref()));
        own.for_each(|id| document.add_text(self.fields.message, message_term('=', id)));
    }

    fn comment(&self, facts: &Facts, comment: &Comment, object: String) -> TantivyDocument {
        let mut document = self.start(kinds::COMMENT, facts.ticket.id.number());
        let language = facts.ticket.language.as_deref();
        self.text(&mut document, &self.fields.body, language, &comment.body);
        self.find(&mut document, language, &[], &comment.body);
        let page = RowPage {
            name: comment.id.clone(),
            title: facts.ticket.title.clone(),
            path: crate::format::layout::comment(&facts.ticket.id, &comment.id),
            language: facts.ticket.language.clone(),
            object,
            ..RowPage::default()
        };
        document.add_text(self.fields.row, json(&page));
        document
    }

    /// An article or a pattern.
    pub fn page(&self, path: &str, page: &Page, object: Oid) -> TantivyDocument {
        let kind = match page.kind {
            PageKind::Article => kinds::ARTICLE,
            PageKind::Pattern => kinds::PATTERN,
        };
        let mut document = self.start(kind, path_key(path));
        let language = page.language.as_deref();
        self.text(&mut document, &self.fields.title, language, &page.title);
        page.aliases.iter().for_each(|alias| self.text(&mut document, &self.fields.title, language, alias));
        self.text(&mut document, &self.fields.body, language, &page.body);
        let titles: Vec<&str> = std::iter::once(&page.title).chain(&page.aliases).map(String::as_str).collect();
        self.find(&mut document, language, &titles, &page.body);
        page.tags.iter().for_each(|tag| document.add_text(self.fields.tag, tag));
        document.add_text(self.fields.language, language.unwrap_or(self.language));
        let row = RowPage {
            name: page.slug.clone(),
            title: page.title.clone(),
            path: path.to_owned(),
            language: page.language.clone(),
            object: object.to_string(),
            ..RowPage::default()
        };
        document.add_text(self.fields.row, json(&row));
        document
    }

    /// A customer: their addresses and organisation.
    pub fn customer(&self, path: &str, customer: &Customer) -> TantivyDocument {
        let mut document = self.start(kinds::CUSTOMER, path_key(path));
        customer.emails.iter().for_each(|email| document.add_text(self.fields.requester, email));
        let row = CustomerRow {
            key: customer.key.clone(),
            emails: customer.emails.clone(),
            organisation: customer.organisation.clone(),
        };
        document.add_text(self.fields.row, json(&row));
        document
    }

    /// A file that cannot be read; `id` where it is a ticket's own.
    pub fn broken(&self, key: u64, path: &str, fault: &Fault, id: Option<&TicketId>) -> TantivyDocument {
        let mut document = self.start(kinds::BROKEN, key);
        if let Some(id) = id {
            document.add_text(self.fields.id, id.as_str());
            document.add_text(self.fields.tail, id.tail());
        }
        let row = RowPage {
            name: fault.message.clone(),
            path: path.to_owned(),
            line: fault.line,
            column: fault.column,
            ..RowPage::default()
        };
        document.add_text(self.fields.row, json(&row));
        document
    }

    /// Events without a ticket that could be shown.
    pub fn trail(&self, key: u64, events: &[Event]) -> TantivyDocument {
        let mut document = self.start(kinds::COMMIT, key);
        self.add_events(&mut document, Some(events));
        document
    }

    /// Keeps events with a document, and when the latest was.
    pub fn add_events(&self, document: &mut TantivyDocument, events: Option<&[Event]>) {
        let Some(events) = events else { return };
        if let Some(latest) = events.iter().map(|event| event.date.as_second()).max() {
            document.add_i64(self.fields.latest, latest);
        }
        document.add_text(self.fields.events, json(&events));
    }

    fn start(&self, kind: &str, key: u64) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.fields.kind, kind);
        document.add_u64(self.fields.key, key);
        document
    }

    /// Adds what ranked search finds a document by.
    fn find(&self, document: &mut TantivyDocument, language: Option<&str>, titles: &[&str], body: &str) {
        let find = &self.fields.find;
        let field = Stem::find(language.unwrap_or(self.language)).map_or(find.plain, |stem| find.stem(stem));
        for title in titles {
            (0..TITLE_WEIGHT).for_each(|_| document.add_text(field, title));
        }
        document.add_text(field, body);
    }

    fn text(&self, document: &mut TantivyDocument, fields: &TextFields, language: Option<&str>, text: &str) {
        document.add_text(fields.plain, text);
        if let Some(stem) = Stem::find(language.unwrap_or(self.language)) {
            document.add_text(fields.stem(stem), text);
        }
    }
}

/// A message id as the index has it. What is longer than a term may be is cut: nobody else's begins like that.
pub fn message_term(mark: char, id: &str) -> String {
    let id: String = id.chars().filter(|letter| !matches!(letter, '<' | '>') && !letter.is_whitespace()).collect();
    format!("{mark}{}", &id[..id.floor_char_boundary(1_000)])
}

/// The key of a file that is no ticket's: a hash of its path, out of the tickets' range.
pub fn path_key(path: &str) -> u64 {
    let hash = path
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash | 1 << 63
}

/// The terms of a custom field: its name alone, its text, and where it has an order, that in a spelling which keeps it.
pub fn custom_terms(name: &str, value: &FieldValue) -> Vec<String> {
    let mut terms = vec![name.to_owned(), custom_text(name, &value.to_string())];
    terms.extend(value.number().map(|number| custom_number(name, number)));
    if let FieldValue::Text(text) = value {
        terms.extend(text.parse().ok().map(|instant| custom_instant(name, instant)));
        let is_day = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
        terms.extend(is_day.then(|| custom_day(name, text)));
    }
    terms
}

pub fn custom_text(name: &str, text: &str) -> String {
    format!("{name}={}", text.to_lowercase())
}

/// IEEE 754 bits turned so that their order is the numbers'.
pub fn custom_number(name: &str, number: f64) -> String {
    let number = if number == 0.0 { 0.0 } else { number };
    let bits = number.to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    format!("{name}\t#{ordered:016x}")
}

/// A bare day: its text keeps the order.
pub fn custom_day(name: &str, day: &str) -> String {
    format!("{name}\t%{day}")
}

pub fn custom_instant(name: &str, instant: Timestamp) -> String {
    let ordered = instant.as_second().wrapping_sub(i64::MIN) as u64;
    format!("{name}\t@{ordered:016x}")
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("rows and events are plain data that serialises")
}
