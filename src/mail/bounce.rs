//! Returned mail: delivery status notifications (RFC 3464), and what older systems write instead.
use super::{
    fields::{self, addresses, ids},
    header::{Headers, first_line},
    message::Message,
    reason::{cut, kind_of, reason_line, status_in},
};

/// Whether an address is dead, or a message did not get there this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BounceKind {
    /// It is still being tried.
    Delayed,
    /// It was given up, but the address may be good: a full mailbox, a policy, a server out of reach.
    Soft,
    /// There is no such mailbox or domain.
    Hard,
}

/// What became of the message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address in lower case.
    pub address: String,
    /// `5.1.1` and the like (RFC 3463); empty where it is not told.
    pub status: String,
    /// What the server said, on one line.
    pub reason: String,
    /// What that means for the address.
    pub kind: BounceKind,
}

/// A message that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The worst of the recipients' kinds.
    pub kind: BounceKind,
    /// Those it failed for, as far as they are told.
    pub recipients: Vec<Recipient>,
    /// Why, on one line.
    pub reason: String,
    /// The Message-ID of the message that came back, without brackets.
    pub original_id: Option<String>,
}

/// The most bytes of text that are searched for reasons.
const MAX_TEXT: usize = 32 * 1024;
/// The most recipients that are read.
const MAX_RECIPIENTS: usize = 200;

/// What the answer of a mail server to a recipient means for the address.
pub fn kind_of_answer(said: &str) -> BounceKind {
    kind_of("failed", &status_in(said), said, "")
}

/// What a bounce says; read it of messages that are classified as one.
pub fn read(message: &Message) -> Bounce {
    let mut recipients = reported(&message.delivery_status);
    if recipients.is_empty() {
        recipients = told(message);
    }
    let text = excerpt(&message.body);
    let kind = recipients
        .iter()
        .map(|one| one.kind)
        .max()
        .unwrap_or_else(|| kind_of("", &status_in(&text), &text, &message.subject));
    let reason = recipients.iter().find(|one| one.kind == kind && !one.reason.is_empty()).map(|one| one.reason.clone());
    Bounce { kind, recipients, reason: reason.unwrap_or_else(|| reason_line(&text)), original_id: original_id(message) }
}

/// Whether the delivery status tells of deliveries alone, not of failures (RFC 3464, 2.3.3).
pub fn is_success(status: &str) -> bool {
    let actions: Vec<String> = groups(status).iter().filter_map(|group| group.get("Action")).collect();
    let good = |action: &String| {
        ["delivered", "relayed", "expanded"].iter().any(|good| action.trim().eq_ignore_ascii_case(good))
    };
    !actions.is_empty() && actions.iter().all(good)
}

/// The groups of fields of a delivery status.
fn groups(status: &str) -> Vec<Headers<'_>> {
    let (mut groups, mut rest) = (Vec::new(), status.as_bytes());
    while !rest.is_empty() && groups.len() <= MAX_RECIPIENTS {
        let (headers, after) = Headers::split(rest);
        rest = if after.len() == rest.len() { first_line(rest).1 } else { after };
        groups.push(headers);
    }
    groups
}

/// The recipients of a delivery status that failed or wait.
fn reported(status: &str) -> Vec<Recipient> {
    groups(status).iter().filter_map(recipient).take(MAX_RECIPIENTS).collect()
}

fn recipient(group: &Headers) -> Option<Recipient> {
    let field = |name: &str| group.all(name).next().map(fields::text).unwrap_or_default();
    let address = ["Final-Recipient", "Original-Recipient"].iter().find_map(|name| typed_address(&field(name)))?;
    let (action, status, reason) =
        (field("Action").to_lowercase(), status_in(&field("Status")), field("Diagnostic-Code"));
    if ["delivered", "relayed", "expanded"].contains(&action.as_str()) {
        return None;
    }
    let reason = cut(reason.split_once(';').map_or(reason.as_str(), |(_, text)| text).trim());
    let kind = kind_of(&action, &status, &reason, "");
    Some(Recipient { address, status, reason, kind })
}

/// `rfc822; someone@example.com` (RFC 3464, 2.3.1).
fn typed_address(value: &str) -> Option<String> {
    let text = value.split_once(';').map_or(value, |(_, address)| address);
    addresses(text.as_bytes()).into_iter().next().map(|address| address.email)
}

/// The recipients that a bounce without a delivery status tells of.
fn told(message: &Message) -> Vec<Recipient> {
    let text = excerpt(&message.body);
    let failed = message.headers.all("X-Failed-Recipients").flat_map(addresses).map(|address| address.email);
    let named: Vec<String> = match failed.collect::<Vec<_>>() {
        failed if failed.is_empty() => Some(leading_addresses(&text))
            .filter(|found| !found.is_empty())
            .unwrap_or_else(|| mentioned(message, &text)),
        failed => failed,
    };
    let (status, reason) = (status_in(&text), reason_line(&text));
    let kind = kind_of("", &status, &text, &message.subject);
    let recipient = |address| Recipient { address, status: status.clone(), reason: reason.clone(), kind };
    named.into_iter().take(MAX_RECIPIENTS).map(recipient).collect()
}

/// Addresses that stand alone on their line, or before its colon, as qmail and others list them.
fn leading_addresses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim) {
        let word = line.split([' ', '\t']).next().unwrap_or("");
        let alone = word == line || word.ends_with(':') || line[word.len()..].trim_start().starts_with(['(', '.', '-']);
        let address = addresses(word.trim_end_matches([':', '.']).as_bytes())
            .into_iter()
            .next()
            .filter(|_| alone && word.contains('@'));
        found.extend(address.map(|address| address.email).filter(|email| !email.contains('=')));
    }
    found.dedup();
    found
}

/// Addresses in the text that may be meant: those the original went to, else the first that is not ours or a daemon's.
fn mentioned(message: &Message, text: &str) -> Vec<String> {
    let daemon = |email: &str| {
        ["postmaster@", "mailer-daemon@", "noreply@", "no-reply@"].iter().any(|name| email.starts_with(name))
    };
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']' | '(' | ')' | '"' | ','));
    let words = words.map(|word| word.trim_matches([':', '.', '\'']));
    let found =
        words.filter(|word| word.contains('@')).take(MAX_RECIPIENTS).flat_map(|word| addresses(word.as_bytes()));
    let known: Vec<String> =
        message.original.iter().flat_map(|original| &original.to).map(|to| to.email.clone()).collect();
    let strange = |email: &String| !daemon(email) && !message.to.iter().any(|to| to.email == *email);
    let found: Vec<String> = found.map(|address| address.email).filter(strange).collect();
    match found.iter().find(|email| known.contains(email)).or(found.first()) {
        Some(email) => vec![email.clone()],
        None if known.len() == 1 => known,
        None => Vec::new(),
    }
}

/// The id of the message that came back: of the part that holds it, else of the header quoted in the text.
fn original_id(message: &Message) -> Option<String> {
    if let Some(id) = message.original.as_ref().and_then(|original| original.message_id.clone()) {
        return Some(id);
    }
    let quoted =
        message.body.lines().map(|line| line.trim_start_matches(['>', '|', ' ', '\t'])).rev().find_map(|line| {
            let name = line.get(..11).filter(|name| name.eq_ignore_ascii_case("Message-ID:"))?;
            ids(&line.as_bytes()[name.len()..]).into_iter().next()
        });
    quoted.or_else(|| message.in_reply_to.first().cloned()).or_else(|| message.references.last().cloned())
}

/// The text before the message that is returned in it.
fn excerpt(body: &str) -> String {
    let starts = |line: &&str| {
        let lower = line.to_lowercase();
        lower.contains("copy of") && lower.contains("message") && lower.starts_with(['-', '=', '*', ' '])
            || lower.contains("original message") && lower.starts_with(['-', '=', 'o'])
            || lower.starts_with("received: from")
            || lower.starts_with("return-path: <")
    };
    let mut text = String::new();
    for line in body.lines().take_while(|line| !starts(line)) {
        if text.len() + line.len() > MAX_TEXT {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[path = "bounce_tests.rs"]
mod tests;
