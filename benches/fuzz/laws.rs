//! What holds for any mail.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufReader;

use loket::mail::authentic::{self, Verdict};
use loket::mail::bounce::{self, Bounce};
use loket::mail::classify::{classify, suppresses_answers};
use loket::mail::mbox::{Entry, Mbox};
use loket::mail::message::{Address, Attachment, MAX_SUBJECT, Message};
use loket::mail::trim::{Forwarded, Trimmed, forwarded, trim};
use loket::mail::{name, subject};

use super::LONGEST;

/// How many times longer than its mail a body is at most, and how much it may have beside that: markdown indents the
/// lines of lists and quotes, and fills up the cells of tables.
const GROWTH: (usize, usize) = (16, 64 * 1024);

/// A law that was broken.
#[derive(Debug)]
pub struct Broken {
    pub law: &'static str,
    what: String,
}

impl Broken {
    /// The law, and what broke it.
    pub fn new(law: &'static str, what: impl Into<String>) -> Self {
        Self { law, what: what.into().chars().take(600).collect() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "broken: {}: {}", self.law, self.what)
    }
}

type Held = Result<(), Broken>;

/// Says that a law is broken unless something is so.
fn law(holds: bool, law: &'static str, what: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Broken::new(law, what())) }
}

/// Takes a mail through the parser and all that reads its result; gives a number that stands for what was found.
pub fn hold(input: &[u8]) -> Result<u64, Broken> {
    let mut features = DefaultHasher::new();
    size(mailbox(input)?).hash(&mut features);
    match Message::parse(input) {
        Ok(message) => read(input, &message, &mut features)?,
        Err(error) => error.to_string().hash(&mut features),
    }
    Ok(features.finish())
}

fn read(input: &[u8], message: &Message, features: &mut DefaultHasher) -> Held {
    let (class, reasons) = classify(message, &["desk@desk.example".into()], Some("desk-1"));
    let bounce = bounce::read(message);
    let verdict = authentic::verdict(message, "mx.example");
    let (halves, forward) = (trim(&message.body), forwarded(&message.body));
    texts(message, &bounce, &reasons)?;
    addresses(message, &bounce)?;
    names(message)?;
    sizes(input, message)?;
    nothing_lost(&message.body, &halves)?;
    if let Some(forward) = &forward {
        sent_on(&message.body, forward)?;
    }
    (class.name(), reasons.len(), suppresses_answers(message)).hash(features);
    parts(message, features);
    flags(message, features);
    (bounce.kind.name(), size(bounce.recipients.len()), bounce.original_id.is_some()).hash(features);
    (matches!(verdict, Verdict::Absent), verdict.passed(), size(message.authentication_results.len())).hash(features);
    (size(halves.quoted.len()) / 2, halves.new.is_empty()).hash(features);
    let told = |f: &Forwarded| (f.name.is_some(), f.address.is_some(), f.date.is_some(), f.note.is_empty());
    forward.as_ref().map(told).hash(features);
    Ok(())
}

/// Texts that are shown on one line have no control characters, and those of several lines none but these.
fn texts(message: &Message, bounce: &Bounce, reasons: &[String]) -> Held {
    let one_line = |name: &'static str, text: &str| law(!text.contains(char::is_control), name, || format!("{text:?}"));
    one_line("a subject has no control characters", &message.subject)?;
    one_line("a type has no control characters", &message.kind)?;
    one_line("a type of report has no control characters", &message.report_type)?;
    one_line("a bare subject has no control characters", &subject::bare(&message.subject))?;
    one_line("the reason of a bounce has no control characters", &bounce.reason)?;
    let ids = [&message.in_reply_to, &message.references].into_iter().flatten();
    for id in ids.chain([&message.message_id]).chain(&bounce.original_id) {
        one_line("an id has no control characters", id)?;
        law(!id.is_empty() && !id.contains(char::is_whitespace), "ids are words", || id.clone())?;
    }
    for text in reasons {
        one_line("the reason of a class has no control characters", text)?;
    }
    for text in &message.warnings {
        one_line("a warning has no control characters", text)?;
    }
    for text in &message.authentication_results {
        one_line("authentication results have no control characters", text)?;
    }
    for one in &bounce.recipients {
        one_line("the reason of one recipient has no control characters", &one.reason)?;
    }
    if let Some(original) = &message.original {
        one_line("the subject of a mail within has no control characters", &original.subject)?;
        one_line("the id of a mail within has no control characters", original.message_id.as_deref().unwrap_or("-"))?;
    }
    let shown = |c: char| {
        matches!(c, '\n' | '\t') || !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let odd = message.body.chars().position(|c| !shown(c));
    let near = |at: usize| message.body.chars().skip(at.saturating_sub(20)).take(40).collect::<String>();
    law(odd.is_none(), "a body has no control characters and overrides", || format!("{:?}", near(odd.unwrap_or(0))))
}

/// All addresses are ones, on one line and in lower case.
fn addresses(message: &Message, bounce: &Bounce) -> Held {
    let within = message.original.iter().flat_map(|original| original.from.iter().chain(&original.to));
    let several = [&message.reply_to, &message.to, &message.cc].into_iter().flatten();
    let all: Vec<&Address> = message.from.iter().chain(&message.sender).chain(several).chain(within).collect();
    for address in &all {
        let sound = !address.name.contains(char::is_control);
        law(sound, "names of people have no control characters", || format!("{:?}", address.name))?;
    }
    let emails = all.iter().map(|address| &address.email).chain(&message.delivered_to);
    for email in emails.chain(bounce.recipients.iter().map(|one| &one.address)) {
        let halves = email.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let sound = halves && !email.contains(|c: char| c.is_control() || c.is_whitespace());
        law(sound, "addresses are ones", || format!("{email:?}"))?;
    }
    Ok(())
}

/// Names of attachments can be names of files side by side, and attachments are found by their ids.
fn names(message: &Message) -> Held {
    let mut seen = HashSet::new();
    for attachment in &message.attachments {
        let name = &attachment.name;
        let sound = (1..=255).contains(&name.len()) && !name.contains(|c: char| c.is_control() || "/\\:".contains(c));
        law(sound && ![".", "..", ".git"].contains(&name.as_str()), "names are those of files", || {
            format!("{name:?}")
        })?;
        law(seen.insert(name.to_lowercase()), "names differ", || format!("{name:?}"))?;
        let clean = name::cleaned(name, "file");
        law(name.len() > name::MAX_NAME || clean == *name, "names stay clean", || format!("{name:?} gives {clean:?}"))?;
        law(!attachment.kind.contains(char::is_control), "types are words", || format!("{:?}", attachment.kind))?;
        identified(message, attachment)?;
    }
    Ok(())
}

fn identified(message: &Message, attachment: &Attachment) -> Held {
    let Some(id) = &attachment.content_id else { return Ok(()) };
    law(!id.contains(char::is_control), "ids of parts have no control characters", || format!("{id:?}"))?;
    let found = message.attachment(id).is_some_and(|found| found.content_id.as_ref() == Some(id));
    law(found, "attachments are found by their ids", || format!("{id:?}"))
}

/// What comes out is not much longer than what goes in.
fn sizes(input: &[u8], message: &Message) -> Held {
    let (body, bound) = (message.body.len(), GROWTH.0 * input.len() + GROWTH.1);
    law(body <= bound, "a body is bounded", || format!("{body} bytes of {}", input.len()))?;
    let attached: usize = message.attachments.iter().map(|attachment| attachment.content.len()).sum();
    law(attached <= input.len(), "attachments are no longer than the mail", || {
        format!("{attached} of {}", input.len())
    })?;
    let subject = message.subject.chars().count();
    law(subject <= MAX_SUBJECT, "a subject is short", || format!("{subject} characters"))?;
    let status = message.delivery_status.len();
    law(status <= 4 * input.len(), "a status is bounded", || format!("{status} bytes of {}", input.len()))
}

/// Every line of a body that is not blank stands in one half, unaltered and in order.
fn nothing_lost(body: &str, halves: &Trimmed) -> Held {
    let (mut new, mut quoted) = (solid(&halves.new).peekable(), solid(&halves.quoted).peekable());
    let all: Vec<&str> = solid(body).collect();
    // A line that is the next of both halves may be of either; then all that could have been are followed.
    if all.len() != new.clone().count() + quoted.clone().count() {
        return Err(Broken::new("trimming loses nothing", format!("the numbers of lines differ: {halves:?}")));
    }
    for line in &all {
        if new.peek() == Some(line) && quoted.peek() == Some(line) {
            return law(is_merged(&all, halves), "trimming loses nothing", || format!("{halves:?}"));
        }
        let taken = new.next_if_eq(line).or_else(|| quoted.next_if_eq(line));
        law(taken.is_some(), "trimming loses nothing", || format!("{line:?} is in no half"))?;
    }
    Ok(())
}

/// Whether each half has its lines in the order of the text, and both together have all of them.
fn is_merged(all: &[&str], halves: &Trimmed) -> bool {
    let within = |half: &str| {
        let mut rest = all.iter();
        solid(half).all(|line| rest.any(|other| *other == line))
    };
    let sorted = |mut lines: Vec<&str>| {
        lines.sort_unstable();
        lines.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let both = solid(&halves.new).chain(solid(&halves.quoted)).collect();
    within(&halves.new) && within(&halves.quoted) && sorted(all.to_vec()) == sorted(both)
}

/// The lines that show something, as `trim` sees them.
fn solid(text: &str) -> impl Iterator<Item = &str> + Clone {
    let invisible = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.lines().map(|line| line.trim_end_matches('\r')).filter(move |line| !line.chars().all(invisible))
}

/// A forwarded mail is a part of the body.
fn sent_on(body: &str, forward: &Forwarded) -> Held {
    let length = forward.note.len() + forward.body.len();
    law(length <= body.len(), "a forwarded mail is no longer than its body", || format!("{length} of {}", body.len()))?;
    let values = [&forward.name, &forward.address, &forward.date, &forward.subject];
    let odd = values.into_iter().flatten().find(|value| value.contains(['\n', '\r']));
    law(odd.is_none(), "values of a forwarded mail stand on one line", || format!("{odd:?}"))
}

/// A mailbox is split the same way however it is read, and no byte of it is given twice. Gives the number of messages.
fn mailbox(input: &[u8]) -> Result<usize, Broken> {
    let read = |buffer: usize| -> Vec<Entry> {
        Mbox::new(BufReader::with_capacity(buffer, input), LONGEST).filter_map(Result::ok).collect()
    };
    let entries = read(8192);
    let total: usize = entries.iter().map(|entry| entry.raw.len()).sum();
    law(total <= input.len(), "messages are no longer than their mailbox", || format!("{total} of {}", input.len()))?;
    let ordered = entries.windows(2).all(|two| two[0].offset < two[1].offset);
    law(
        ordered && entries.iter().all(|entry| !entry.raw.trim_ascii().is_empty()),
        "messages follow each other",
        || format!("{:?}", entries.iter().map(|entry| (entry.offset, entry.raw.len())).collect::<Vec<_>>()),
    )?;
    let odd = if input.len() < 16 * 1024 { 7 } else { 1021 };
    law(read(odd) == entries, "a mailbox is read in any pieces", || format!("buffers of 8192 and {odd} bytes"))?;
    Ok(entries.len())
}

/// The number of binary digits.
fn size(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

fn parts(message: &Message, features: &mut DefaultHasher) {
    let known = ["text/plain", "text/html", "multipart/mixed", "multipart/alternative", "multipart/report"];
    known.iter().position(|kind| *kind == message.kind).hash(features);
    (size(message.attachments.len()), message.attachments.iter().any(|one| one.inline)).hash(features);
    let content: usize = message.attachments.iter().map(|attachment| attachment.content.len()).sum();
    (size(content) / 3, size(message.body.len()) / 2, size(message.headers.iter().count())).hash(features);
    let warnings: HashSet<&str> = message.warnings.iter().filter_map(|warning| warning.split(' ').nth(1)).collect();
    (size(message.warnings.len()), warnings.len(), message.headers.cut()).hash(features);
}

fn flags(message: &Message, features: &mut DefaultHasher) {
    (message.id_missing, message.from.is_some(), message.from_ambiguous, message.sender.is_some()).hash(features);
    (message.return_path_null, message.report_type.is_empty(), message.date.is_some()).hash(features);
    (size(message.delivery_status.len()) / 3, message.original.is_some()).hash(features);
    let lists = [message.in_reply_to.len(), message.references.len(), message.reply_to.len(), message.to.len()];
    (lists.map(size), size(message.cc.len()), size(message.delivered_to.len())).hash(features);
    let line = &message.subject;
    (size(line.len()), size(subject::tokens(line).len())).hash(features);
    (subject::is_forward(line), subject::is_answer(line)).hash(features);
}
