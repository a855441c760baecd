//! Mail that leaves the desk, as bytes (RFC 5322 and MIME): a pure function of what it says.
mod address;
mod encode;
mod field;
mod part;
#[cfg(test)]
mod tests;

pub use address::{is_address, on_the_wire};

use field::Block;
use jiff::Timestamp;
use part::Part;

/// The longest message id that is written.
pub const MAX_ID: usize = 900;
/// How many references are kept at the end of a long list, besides the first one.
pub const KEPT_REFERENCES: usize = 20;

/// Somebody with an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name; may be empty.
    pub name: String,
    /// The bare address.
    pub email: String,
}

/// A message to be sent. Mailboxes whose address is none by [`is_address`] are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Who writes.
    pub from: Mailbox,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// Where answers go, if not to the writer.
    pub reply_to: Option<Mailbox>,
    /// What it is about.
    pub subject: String,
    /// Its id without brackets; what is no printable ASCII is left out of it.
    pub message_id: String,
    /// The id of the message it answers. An id that may not stand in a header is left out, here and in `references`.
    pub in_reply_to: Option<String>,
    /// The ids of the messages before it, the first one first; see [`capped`].
    pub references: Vec<String>,
    /// When it was written, in seconds since 1970.
    pub date: i64,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Files: their names and what is in them.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Letter {
    /// The whole message, with CRLF line ends and no line longer than 998 bytes (RFC 5322, 2.1.1). The same letter gives
    /// the same bytes. All of it is ASCII unless an address is not (RFC 6532).
    pub fn render(&self) -> Vec<u8> {
        let mut block = Block::default();
        self.envelope(&mut block);
        block.text("Subject", &self.subject);
        block.text("Date", &date(self.date));
        self.thread(&mut block);
        for (name, value) in &self.headers {
            block.text(name, value);
        }
        block.text("MIME-Version", "1.0");
        let mut out = block.into_bytes();
        out.extend(self.body().render(&self.message_id));
        out
    }

    fn envelope(&self, block: &mut Block) {
        block.mailboxes("From", std::slice::from_ref(&self.from));
        block.mailboxes("To", &self.to);
        block.mailboxes("Cc", &self.cc);
        block.mailboxes("Reply-To", self.reply_to.as_slice());
    }

    fn thread(&self, block: &mut Block) {
        let own: String = self.message_id.chars().filter(|c| is_id_char(*c)).take(MAX_ID).collect();
        block.ids("Message-ID", &[own]);
        block.ids("In-Reply-To", self.in_reply_to.as_slice());
        block.ids("References", &self.references);
    }

    /// The body (RFC 2046, 5.1): both texts, within a mixed part when there are files.
    fn body(&self) -> Part<'_> {
        let texts = vec![Part::text("plain", &self.text), Part::text("html", &self.html)];
        let both = Part::multipart("alternative", texts);
        if self.attachments.is_empty() {
            return both;
        }
        let files = self.attachments.iter().map(|(name, data)| Part::file(name, data));
        Part::multipart("mixed", std::iter::once(both).chain(files).collect())
    }
}

/// The first one and the last of a list of references, each id once, where it comes last.
pub fn capped(references: &[String]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut once: Vec<String> = references.iter().rev().filter(|id| seen.insert(id.as_str())).cloned().collect();
    once.reverse();
    if once.len() > 1 + KEPT_REFERENCES {
        once.drain(1..once.len() - KEPT_REFERENCES);
    }
    once
}

/// Whether a message id may stand in a header: printable ASCII without brackets (RFC 5322, 3.6.4), of some length.
fn is_id(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.chars().all(is_id_char)
}

fn is_id_char(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '<' | '>')
}

/// A date as RFC 5322, 3.3 has it, in UTC; years that have not four digits are the nearest that have.
fn date(seconds: i64) -> String {
    const LAST: i64 = 253_402_300_799;
    let instant = Timestamp::from_second(seconds.clamp(0, LAST - 86_400)).unwrap_or(Timestamp::UNIX_EPOCH);
    instant.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
