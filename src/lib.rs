//! loket: a complete helpdesk that lives in a git repository.

pub mod cli;
pub mod clock;
pub mod commands;
pub mod desk;
pub mod domain;
pub mod exit;
pub mod failure;
pub mod format;
pub mod output;
pub mod progress;
pub mod search;
pub mod store;
pub mod view;
pub mod workflow;
