//! Mail from an IMAP mailbox (RFC 3501): raw messages are given to a callback that stores them, and only what it says is
//! stored is marked on the server. No message is lost, and what is held in memory is bounded.
mod bodies;
mod folder;
mod idle;
mod line;
mod mark;
mod open;
mod place;
mod session;
mod tls;
mod trouble;

pub use super::{Credentials, Tls};
pub use bodies::{CHUNK_BYTES, CHUNK_MESSAGES, MAX};
pub use place::Place;
pub use session::{Failure, Fetched, Left, Session, Summary, Then};
pub use tls::Trust;
pub use trouble::Trouble;
