//! A session: fetches what is unseen, has it stored, marks what is stored.
use super::bodies::{self, Body};
use super::line::{Line, SMALL};
use super::{Credentials, Place, Trouble, Trust, folder, mark, open};
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::response::Capability;
use std::num::NonZeroU32;

/// What becomes of a stored message on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It is marked as seen.
    Seen,
    /// It is deleted.
    Delete,
    /// It is moved to this folder, which is made when there is none.
    Move(String),
}

/// One message, as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its number in the folder.
    pub uid: u32,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// A message that was not fetched; it stays on the server as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its number in the folder.
    pub uid: u32,
    /// Why, for people.
    pub why: String,
}

/// What a fetch came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many were stored and marked.
    pub stored: usize,
    /// How many were given to the callback and not stored; they are unseen as before.
    pub refused: usize,
    /// Those that could not be fetched.
    pub left: Vec<Left>,
    /// What the user should know, each once.
    pub warnings: Vec<String>,
}

impl Summary {
    /// Adds a warning, once.
    pub(super) fn warn(&mut self, text: &str) {
        if !self.warnings.iter().any(|known| known == text) {
            self.warnings.push(text.to_string());
        }
    }
}

/// Why a fetch stopped. What was stored and marked before stays so.
#[derive(Debug)]
pub enum Failure {
    /// The server; what was stored in the last chunk may not be marked, and is then fetched again.
    Mailbox(Trouble),
    /// The callback; nothing of the last chunk is marked.
    Store(anyhow::Error),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Mailbox(trouble)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mailbox(trouble) => trouble.fmt(out),
            Self::Store(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Mailbox(_) => None,
            Self::Store(error) => error.source(),
        }
    }
}

/// What stores messages: given a chunk, it answers the numbers of those that are safe.
pub type Store<'a> = dyn FnMut(Vec<Fetched>) -> Result<Vec<u32>, anyhow::Error> + 'a;

/// A connection on which somebody is logged in and a folder is open.
pub struct Session {
    pub(super) line: Line,
    pub(super) can: Vec<Capability<'static>>,
    folder: String,
}

impl Session {
    /// Connects, logs in and opens the folder, trusting the platform's certificates.
    /// # Errors
    /// Permanent for a wrong password, no such folder or a certificate that is not trusted; else temporary.
    pub fn open(place: &Place, credentials: &Credentials) -> Result<Self, Trouble> {
        Self::open_trusting(place, credentials, &Trust::Platform)
    }

    /// As `open`, trusting certain certificates.
    /// # Errors
    /// As `open`, and permanent when there are no certificates to trust.
    pub fn open_trusting(place: &Place, credentials: &Credentials, trust: &Trust) -> Result<Self, Trouble> {
        let (line, can) = open::opened(place, credentials, trust)?;
        Ok(Self { line, can, folder: place.folder.clone() })
    }

    /// Fetches what is neither seen nor deleted, oldest first, in chunks of at most `CHUNK_MESSAGES` messages and about
    /// `CHUNK_BYTES`, a larger message alone. `store` answers the numbers of those that are safe; these are marked as
    /// `then` says, and only these. Messages are not seen by being fetched (BODY.PEEK).
    /// # Errors
    /// When the server fails, or `store`; what was not marked is fetched again by the next fetch.
    pub fn fetch(&mut self, then: &Then, store: &mut Store<'_>) -> Result<Summary, Failure> {
        self.check(then)?;
        self.line.news = false;
        let uids = bodies::unseen(&mut self.line)?;
        let mut summary = Summary::default();
        for window in uids.chunks(bodies::WINDOW) {
            for chunk in bodies::chunks(bodies::sizes(&mut self.line, window)?, &mut summary.left) {
                self.chunk(&chunk, then, store, &mut summary)?;
            }
        }
        Ok(summary)
    }

    /// Says goodbye. A session that is only dropped is closed as well, less politely.
    pub fn close(mut self) {
        // The server answers BYE, which the line takes for trouble; nothing depends on it.
        let _goodbye = self.line.command("logging out", CommandBody::Logout, SMALL);
    }

    /// Refuses to move messages to where they are.
    fn check(&self, then: &Then) -> Result<(), Trouble> {
        match then {
            Then::Move(target) if folder::mailbox(target)? == folder::mailbox(&self.folder)? => {
                Err(Trouble::permanent(format!("messages cannot be moved from {target} to {target}")))
            }
            _ => Ok(()),
        }
    }

    /// Fetches, stores and marks one chunk.
    fn chunk(
        &mut self,
        chunk: &[Body],
        then: &Then,
        store: &mut Store<'_>,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        let fetched = bodies::fetched(&mut self.line, chunk, &mut summary.left)?;
        if fetched.is_empty() {
            return Ok(());
        }
        let given: Vec<u32> = fetched.iter().map(|message| message.uid).collect();
        let safe = store(fetched).map_err(Failure::Store)?;
        let safe: Vec<NonZeroU32> =
            given.iter().filter(|uid| safe.contains(uid)).filter_map(|uid| NonZeroU32::new(*uid)).collect();
        summary.refused += given.len() - safe.len();
        if !safe.is_empty() {
            mark::marked(self, &safe, then, summary)?;
            summary.stored += safe.len();
        }
        Ok(())
    }
}
