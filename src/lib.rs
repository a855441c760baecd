//! loket: a complete helpdesk that lives in a git repository.

pub mod domain;
pub mod failure;
pub mod format;
pub mod output;
pub mod progress;
pub mod search;
pub mod store;
