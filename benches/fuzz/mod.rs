//! The parts of the fuzzer: mails to start from, their changes, the laws they have to keep, and what is kept of them.

pub mod corpus;
pub mod judge;
pub mod laws;
pub mod mutation;
pub mod pool;
pub mod seeds;
pub mod watch;

/// The most bytes of a mail.
pub const LONGEST: usize = 256 * 1024;
