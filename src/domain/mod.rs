//! Pure values and their laws. Uses nothing of ours and does no I/O.

pub mod comment;
pub mod facts;
pub mod id;
pub mod query;
pub mod settings;
pub mod ticket;
