//! A comment: one file of a ticket's thread.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::ALPHABET;

/// Who may read a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    Public,
    /// Never leaves the desk.
    Internal,
}

impl Visibility {
    pub fn name(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Internal => "internal",
        }
    }
}

/// On whose side the author of a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Agent,
    Requester,
    Other,
}

impl Role {
    /// An author with an `@` is somebody outside, anybody else an agent's handle (files.md, A comment).
    pub fn of(author: &str, requester: Option<&str>) -> Role {
        match requester {
            _ if !author.contains('@') => Role::Agent,
            Some(requester) if requester.eq_ignore_ascii_case(author) => Role::Requester,
            _ => Role::Other,
        }
    }
}

/// A comment as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The file's stem: `20261122T042000Z-3f9k`.
    pub id: String,
    pub author: String,
    pub date: Timestamp,
    pub visibility: Visibility,
    pub channel: Option<String>,
    pub attachments: Vec<String>,
    /// The slug of the pattern it was made from.
    pub pattern: Option<String>,
    /// Its text is not what the pattern makes.
    pub deviates: bool,
    /// Written by a machine (an acknowledgement, say): fires no rule, stops no clock.
    pub automatic: bool,
    /// What it has from being a message, in or out.
    #[serde(default)]
    pub mail: Mail,
    pub body: String,
}

/// What is kept of a message beside its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// As it is written: `<id@host>`.
    pub message_id: Option<String>,
    /// The messages it answers.
    pub in_reply_to: Vec<String>,
    /// Other messages it refers to that the desk had not got when it came.
    pub references: Vec<String>,
    /// Whom it went to, where that is not the requester and the participants.
    pub to: Vec<String>,
    /// When it was handed over for delivery; `imported` where another system did that.
    pub delivered: Option<String>,
    /// What to be careful about: `stranger`, `unauthenticated`, the kind of message that is no person's.
    pub flags: Vec<String>,
    /// The agents who are still to be told of it by mail.
    pub unsent: Vec<String>,
}

/// How many tails there are: four characters of base 32 each.
pub const TAILS: u32 = 32 * 32 * 32 * 32;

/// The number a tail spells; they sort alike. `None` where it is no tail.
pub fn tail_number(tail: &str) -> Option<u32> {
    tail.bytes().try_fold(0, |sum, byte| Some(sum * 32 + ALPHABET.iter().position(|&letter| letter == byte)? as u32))
}

/// The tail that spells a number below [`TAILS`].
pub fn tail_of(mut number: u32) -> String {
    let mut letters = [0u8; 4];
    for place in letters.iter_mut().rev() {
        *place = ALPHABET[(number % 32) as usize];
        number /= 32;
    }
    letters.iter().map(|&byte| byte as char).collect()
}
