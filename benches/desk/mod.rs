//! A desk of any size for measuring on: seeded, in exactly the layout of loket-format(5), with its history.
//!
//! `words` is the vocabulary, `settings` the desk's own files, `ticket` the life of one ticket, `generator` the
//! stream of commits. Nothing here uses loket's library: a bench must not share a mistake with what it measures.

pub mod generator;
pub mod settings;
pub mod ticket;
pub mod words;
