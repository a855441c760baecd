//! What a record has to be before any of it is taken: it may come from anybody.

use std::collections::HashSet;

use anyhow::ensure;
use jiff::Timestamp;

use crate::desk::attach::safe_name;
use crate::desk::import::check_date;
use crate::domain::comment::Comment;
use crate::domain::id::TicketId;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::format::frontmatter::{self, Node};
use crate::format::interchange::{CommentRecord, Record, node, nodes};
use crate::format::{comment, layout, ticket};

/// The first and the last second a comment's stem may say.
const SECONDS: (&str, &str) = ("19700101T000000Z", "20691231T235959Z");

/// Checks names, dates and texts; gives the ticket as the record says it is.
pub fn check(id: &TicketId, record: &Record) -> Result<Ticket> {
    check_names(record)?;
    for event in &record.timeline {
        in_range("an event", event.date)?;
    }
    for comment in &record.thread {
        parse_comment(&comment.id, &render_comment(comment, &comment.body))?;
    }
    parse_ticket(id, &frontmatter::render(&nodes(&record.ticket), &record.body))
}

fn check_names(record: &Record) -> Result<()> {
    let mut seen = HashSet::new();
    for stem in record.thread.iter().map(|comment| comment.id.as_str()) {
        ensure!(layout::is_comment_stem(stem), "'{}' is no name of a comment", stem.escape_debug());
        let second = &stem[..SECONDS.0.len()];
        ensure!(SECONDS.0 <= second && second <= SECONDS.1, "comment {stem} is outside 1970-01-01 to 2069-12-31");
        ensure!(seen.insert(stem), "comment {stem} is given twice");
    }
    let mut seen = HashSet::new();
    for name in record.files.iter().map(|file| file.name.as_str()) {
        let shown = name.escape_debug();
        ensure!(safe_name(name, &HashSet::new()) == name, "'{shown}' is no name for an attachment");
        ensure!(seen.insert(name), "attachment '{shown}' is given twice");
    }
    Ok(())
}

fn in_range(what: &str, date: Timestamp) -> Result<()> {
    check_date(date).map_err(|trouble| Failure::error(format!("the date of {what}, {trouble}")))?;
    Ok(())
}

/// The file of a comment with another text.
pub fn render_comment(record: &CommentRecord, body: &str) -> String {
    let keys: Vec<(&str, Node)> =
        record.comment.iter().filter_map(|(key, value)| Some((key.as_str(), node(value)?))).collect();
    frontmatter::render(&keys, body)
}

/// Reads a comment that is about to be written.
pub fn parse_comment(stem: &str, text: &str) -> Result<Comment> {
    let comment = comment::parse(stem, text.as_bytes())
        .map_err(|fault| Failure::error(format!("comment {stem} cannot be read: {}", fault.message)))?;
    in_range("a comment", comment.date)?;
    Ok(comment)
}

/// Reads a ticket that is about to be written.
pub fn parse_ticket(id: &TicketId, text: &str) -> Result<Ticket> {
    let file = ticket::parse(id, text.as_bytes())
        .map_err(|fault| Failure::error(format!("its ticket cannot be read: {}", fault.message)))?;
    in_range("creation", file.ticket.created)?;
    Ok(file.ticket)
}
