//! loket: a complete helpdesk that lives in a git repository.
//!
//! Data flows one way, and each dependency has one home (`tests/architecture.rs` keeps it so):
//!
//! ```text
//! git objects ─ store::Snapshot ─ format ─ domain values ─ workflow decides ─ store::Change
//!                                                                                 │
//!  answer ─ output ─ view ─ search (a cache over the snapshot) ─ new Snapshot ─ store::commit
//! ```
//!
//! - [`domain`]: pure values and their laws; the query language and its evaluator
//! - [`format`](mod@format): text to values and back, no I/O; the only place that builds a path or reads YAML
//! - [`store`]: the only user of git2 and of the git program; snapshots, deltas, commits, the working tree
//! - [`search`]: the only user of tantivy; the index, the timeline, ranking
//! - [`mail`](mod@mail): raw messages to what they say and what they are, no I/O
//! - [`server`]: the only user of axum and tokio; the portal over HTTP
//! - [`transport`]: the only user of the network: SMTP, a sendmail command, IMAP
//! - [`workflow`]: pure decisions
//! - [`report`]: pure aggregates over the lives of tickets
//! - [`desk`]: the use cases, one file each: read a snapshot, decide, apply a change, answer with a view
//! - [`portal`]: the pages customers see, pure
//! - [`view`]: what a command answers, as it serialises
//! - [`output`]: tables, pages, JSON, the pager; the only way out to a terminal
//! - [`commands`]: one file a subcommand; [`cli`] runs it, [`exit`] and [`failure`] say how it ended
//! - [`clock`] and [`progress`]: time and patience as inputs

pub mod cli;
pub mod clock;
pub mod commands;
pub mod desk;
pub mod domain;
pub mod exit;
pub mod failure;
pub mod format;
pub mod mail;
pub mod output;
pub mod portal;
pub mod progress;
pub mod report;
pub mod search;
pub mod server;
pub mod store;
pub mod transport;
pub mod view;
pub mod workflow;
