//! A raw message (RFC 5322 and MIME) as the project sees it.
pub use super::fields::Address;
use super::{
    body,
    fields::{self, addresses, clean_id, ids},
    header::{Headers, unfolded},
    identity, mime,
};
use std::{borrow::Cow, fmt};

/// The longest message that is read.
pub const MAX_MESSAGE: usize = 1 << 30;
/// The most characters of a subject that are kept.
pub const MAX_SUBJECT: usize = 500;

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// There is nothing but white space.
    Empty,
    /// It does not start with header fields.
    NoHeader,
    /// It is longer than [`MAX_MESSAGE`].
    TooLarge,
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str(match self {
            Self::Empty => "the message is empty",
            Self::NoHeader => "there are no header fields: this is no message",
            Self::TooLarge => "the message is longer than 1 GiB",
        })
    }
}

impl std::error::Error for Error {}

/// What a message says, decoded and cleaned. Its headers and unencoded attachments borrow from the raw bytes.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// The Message-ID without brackets (RFC 5322, 3.6.4), or one made from the message where it has none.
    pub message_id: String,
    /// Whether the id was made, because the message has none.
    pub id_missing: bool,
    /// The ids of In-Reply-To, without brackets.
    pub in_reply_to: Vec<String>,
    /// The ids of References, in order; of an endless list the first and the last ones.
    pub references: Vec<String>,
    /// The first mailbox of From.
    pub from: Option<Address>,
    /// Whether there are several From fields or mailboxes, so that who vouches for one may not mean the other.
    pub from_ambiguous: bool,
    /// The mailbox of Sender.
    pub sender: Option<Address>,
    /// The mailboxes of Reply-To.
    pub reply_to: Vec<Address>,
    /// The mailboxes of To.
    pub to: Vec<Address>,
    /// The mailboxes of Cc.
    pub cc: Vec<Address>,
    /// All addresses it may have been sent to, in lower case: of To, Cc, Delivered-To, X-Original-To and Envelope-To.
    pub delivered_to: Vec<String>,
    /// The decoded subject on one line, cut to [`MAX_SUBJECT`] characters.
    pub subject: String,
    /// The Date, as seconds since 1970, when it is valid.
    pub date: Option<i64>,
    /// The text: plain, or the HTML turned into markdown.
    pub body: String,
    /// All parts that are not the body, in order.
    pub attachments: Vec<Attachment<'a>>,
    /// Whether the envelope had an empty sender: `Return-Path: <>` (RFC 5321, 4.5.5).
    pub return_path_null: bool,
    /// The content type of the whole message, in lower case.
    pub kind: String,
    /// The report-type of a `multipart/report` (RFC 6522), in lower case; empty where there is none.
    pub report_type: String,
    /// The text of the delivery status (RFC 3464); empty where there is none.
    pub delivery_status: String,
    /// The message that is returned or forwarded whole inside this one: the first of them.
    pub original: Option<Original>,
    /// The Authentication-Results (RFC 8601) from the top, unfolded.
    pub authentication_results: Vec<String>,
    /// All header fields.
    pub headers: Headers<'a>,
    /// A digest of the body with its attachments, encoded as they came; the same for the same message.
    pub body_digest: String,
    /// What was odd about the message.
    pub warnings: Vec<String>,
}

/// A part that is not the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// A cleaned name, unique in the message.
    pub name: String,
    /// The content type it claims, in lower case.
    pub kind: String,
    /// The decoded bytes.
    pub content: Cow<'a, [u8]>,
    /// Whether it is meant to be seen within the text.
    pub inline: bool,
    /// The id by which HTML refers to it (`cid:`), without brackets.
    pub content_id: Option<String>,
}

/// What is known of a message inside this one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
    /// Its sender.
    pub from: Option<Address>,
    /// Its recipients.
    pub to: Vec<Address>,
    /// Its subject.
    pub subject: String,
}

impl Original {
    /// Reads the header of a message.
    pub fn read(raw: &[u8]) -> Self {
        let (headers, _) = Headers::split(raw);
        Self {
            message_id: all_ids(&headers, "Message-ID").into_iter().next(),
            from: mailboxes(&headers, "From").into_iter().next(),
            to: mailboxes(&headers, "To"),
            subject: subject(&headers),
        }
    }
}

impl<'a> Message<'a> {
    /// Parses a raw message. It takes what it can; only what has no header at all, is empty or is larger than
    /// [`MAX_MESSAGE`] is refused.
    pub fn parse(raw: &'a [u8]) -> Result<Self, Error> {
        if raw.trim_ascii().is_empty() {
            return Err(Error::Empty);
        }
        if raw.len() > MAX_MESSAGE {
            return Err(Error::TooLarge);
        }
        let (root, spent) = mime::parse(raw);
        if root.headers.is_empty() {
            return Err(Error::NoHeader);
        }
        Ok(Self::read(root, spent))
    }

    fn read(root: mime::Part<'a>, spent: bool) -> Self {
        let content = body::gather(&root);
        let body_digest = identity::body_digest(root.body);
        let (headers, kind) = (root.headers, root.kind);
        let declared = all_ids(&headers, "Message-ID").into_iter().next();
        let (from, to, cc) = (mailboxes(&headers, "From"), mailboxes(&headers, "To"), mailboxes(&headers, "Cc"));
        Self {
            id_missing: declared.is_none(),
            message_id: declared.unwrap_or_else(|| identity::missing_id(&headers, &body_digest)),
            in_reply_to: all_ids(&headers, "In-Reply-To"),
            references: all_ids(&headers, "References"),
            from_ambiguous: from.len() > 1 || headers.all("From").count() > 1,
            from: from.into_iter().next(),
            sender: mailboxes(&headers, "Sender").into_iter().next(),
            reply_to: mailboxes(&headers, "Reply-To"),
            delivered_to: delivered_to(&headers, &to, &cc),
            to,
            cc,
            subject: subject(&headers),
            date: first_date(&headers),
            body: content.body,
            attachments: content.attachments,
            return_path_null: is_null(&headers),
            report_type: fields::one_line(kind.parameter("report-type").unwrap_or("")).to_lowercase(),
            kind: kind.value,
            delivery_status: content.status,
            original: content.original,
            authentication_results: authentication_results(&headers),
            warnings: warnings(content.warnings, spent, headers.cut()),
            headers,
            body_digest,
        }
    }

    /// The attachment that a `cid:` link in the body means (RFC 2392).
    pub fn attachment(&self, content_id: &str) -> Option<&Attachment<'a>> {
        let id = clean_id(content_id.as_bytes())?;
        self.attachments.iter().find(|attachment| attachment.content_id.as_deref() == Some(id.as_str()))
    }
}

fn mailboxes(headers: &Headers, name: &str) -> Vec<Address> {
    headers.all(name).flat_map(addresses).collect()
}

fn all_ids(headers: &Headers, name: &str) -> Vec<String> {
    headers.all(name).flat_map(ids).collect()
}

/// The Date of a message of which the beginning is at hand, as seconds since 1970.
pub fn date_of(head: &[u8]) -> Option<i64> {
    first_date(&Headers::split(head).0)
}

fn first_date(headers: &Headers) -> Option<i64> {
    headers.all("Date").find_map(fields::date)
}

fn is_null(headers: &Headers) -> bool {
    headers.get("Return-Path").is_some_and(|path| path.replace(' ', "") == "<>")
}

fn authentication_results(headers: &Headers) -> Vec<String> {
    headers.all("Authentication-Results").map(unfolded).collect()
}

fn subject(headers: &Headers) -> String {
    let text = headers.all("Subject").next().map(fields::text).unwrap_or_default();
    text.chars().take(MAX_SUBJECT).collect()
}

fn delivered_to(headers: &Headers, to: &[Address], cc: &[Address]) -> Vec<String> {
    let traces = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];
    let traced = traces.iter().flat_map(|name| headers.all(name).take(20).flat_map(addresses).collect::<Vec<_>>());
    let mut all: Vec<String> = traced.chain(to.iter().chain(cc).cloned()).map(|address| address.email).collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|email| seen.insert(email.clone()));
    all
}

fn warnings(mut warnings: Vec<String>, parts: bool, fields: bool) -> Vec<String> {
    if parts {
        warnings.push("too many or too deeply nested parts: the rest is left whole".into());
    }
    if fields {
        warnings.push("too many header fields: the rest is left out".into());
    }
    warnings
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
