//! How mail leaves and how it is fetched, webhooks, and programs that rules run: the only place that has to do with
//! other machines and other programs.

pub mod errand;
mod folder;
pub mod imap;
mod password;
pub mod program;
mod route;
mod sendmail;
mod smtp;
#[cfg(test)]
mod tests;
pub mod webhook;

pub use password::password;
pub use route::{Route, Tls};

use std::fmt;

/// The most characters of what a server said that are kept.
const MAX_SAID: usize = 500;

/// Between whom a message travels (RFC 5321, 2.3.1), which its header does not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Who hears of trouble; nobody for what must not be answered.
    pub from: Option<String>,
    /// Who gets it.
    pub to: Vec<String>,
}

/// What a server lets us in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The password, which is never shown.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).field("password", &"…").finish()
    }
}

/// A recipient that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The address, as in the envelope.
    pub recipient: String,
    /// What the server said, on one line.
    pub said: String,
    /// Whether it will say so again.
    pub permanent: bool,
}

/// Why a message did not leave: in any case nobody has it, unless the connection was lost after its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It may go better later.
    Temporary(String),
    /// It will not, unless something is changed.
    Permanent(String),
}

impl Trouble {
    fn new(permanent: bool, said: &str) -> Self {
        let said = one_line(said);
        if permanent { Self::Permanent(said) } else { Self::Temporary(said) }
    }

    /// What there was to say, on one line.
    pub fn said(&self) -> &str {
        match self {
            Self::Temporary(said) | Self::Permanent(said) => said,
        }
    }

    /// The same, as something that may pass.
    fn passing(self) -> Self {
        Self::new(false, self.said())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.said())
    }
}

impl std::error::Error for Trouble {}

/// A message that left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The recipients that were not taken while others were: they do not get it.
    pub refused: Vec<Refused>,
}

/// A way out that is open, for many messages.
#[derive(Debug)]
pub struct Connection {
    way: Way,
}

#[derive(Debug)]
enum Way {
    Smtp(Box<smtp::Session>),
    Sendmail(sendmail::Sendmail),
    Folder(folder::Folder),
}

impl Connection {
    /// Opens a way out. Trouble here is about the way and says nothing about any message.
    ///
    /// # Errors
    /// `Permanent` when the settings are wrong or the server does not let us in; `Temporary` when it cannot be reached.
    pub fn open(route: &Route, credentials: Option<Credentials>) -> Result<Self, Trouble> {
        let way = match route {
            Route::Smtp { host, port, tls, user } => {
                Way::Smtp(Box::new(smtp::Session::open(host, *port, *tls, user.as_deref(), credentials)?))
            }
            Route::Sendmail(command) => Way::Sendmail(sendmail::Sendmail::new(command)?),
            Route::Folder(path) => Way::Folder(folder::Folder::new(path)?),
        };
        Ok(Self { way })
    }

    /// Sends one message to all that will have it. A connection that was lost since the last message is opened again.
    ///
    /// # Errors
    /// `Permanent` when this message or all its recipients were refused for good; `Temporary` otherwise. Either way the
    /// next message may be sent.
    pub fn send(&mut self, envelope: &Envelope, raw: &[u8]) -> Result<Delivered, Trouble> {
        if envelope.to.is_empty() {
            return Err(Trouble::Permanent("there is no recipient".into()));
        }
        match &mut self.way {
            Way::Smtp(session) => session.send(envelope, raw),
            Way::Sendmail(command) => command.send(envelope, raw),
            Way::Folder(folder) => folder.send(envelope, raw),
        }
    }

    /// The recipients of the last message that was sent in vain, where it was them the server would not have.
    pub fn refused(&self) -> &[Refused] {
        match &self.way {
            Way::Smtp(session) => &session.refused,
            Way::Sendmail(_) | Way::Folder(_) => &[],
        }
    }
}

/// Foreign text on one line, without control characters, and cut.
fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_SAID).collect()
}
