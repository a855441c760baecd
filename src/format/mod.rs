//! Text to domain values and back; no I/O. A file that cannot be read is a `Fault` with line and column.

pub mod article;
pub mod changes;
pub mod comment;
pub mod customer;
pub mod frontmatter;
pub mod html;
pub mod interchange;
pub mod internal;
pub mod layout;
pub mod links;
pub mod map;
pub mod merge;
pub mod pattern;
pub mod person;
pub mod places;
pub mod policy;
pub mod process;
mod reading;
pub mod secrets;
pub mod settings;
pub mod svg;
pub mod template;
pub mod ticket;
pub mod views;

use crate::failure::Failure;
pub use frontmatter::Fault;

/// A fault as the failure of a command that needs that file.
pub fn failure(fault: &Fault, path: &str) -> Failure {
    let message = format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message);
    let hint = fault.hint.clone().unwrap_or_else(|| format!("correct {path} and commit it"));
    Failure::error(message).hint(hint).at(path, fault.line, fault.column)
}
