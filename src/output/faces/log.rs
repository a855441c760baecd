//! The audit trail.

use super::{plain, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, records};
use crate::view::log::LogView;

/// What a commit has for a command that none of ours made.
pub const BY_HAND: &str = "by hand";

/// How much of a long value a line shows, in characters.
const SHOWN: usize = 60;

/// Entries, with their tickets where they are of several.
pub fn render(entries: &[LogView], tickets: bool, format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Csv {
        return csv(entries);
    }
    let mut columns = vec![Column::left("date")];
    if tickets {
        columns.push(Column::left("ticket"));
    }
    columns.extend([Column::left("who").shrink(6), Column::left("command"), Column::left("what").shrink(10)]);
    let cells = entries.iter().map(|entry| {
        let mut row = vec![Cell::styled(Style::Muted, entry.date.to_string())];
        if tickets {
            row.push(Cell::styled(Style::Id, entry.ticket.clone().unwrap_or_default()));
        }
        row.push(Cell::new(entry.author.shown()));
        row.push(Cell::new(entry.command.as_deref().unwrap_or(BY_HAND)));
        row.push(Cell::new(what(entry)));
        row
    });
    rows(columns, cells.collect(), format, ui)
}

fn what(entry: &LogView) -> String {
    let change = |change: &crate::domain::event::FieldChange| match change.field.as_str() {
        "body" | "comment" => format!("{} edited", change.field),
        field => format!("{field}: {} → {}", short(&plain(&change.from)), short(&plain(&change.to))),
    };
    let mut parts: Vec<String> = entry.changes.iter().map(change).collect();
    parts.extend(entry.comment.as_ref().map(|comment| format!("comment {comment}")));
    parts.extend(entry.events.iter().cloned());
    // One that time set off is among the events.
    let by_time = |rule: &&String| !entry.events.contains(&format!("rule {rule}"));
    parts.extend(entry.rules.iter().filter(by_time).map(|rule| format!("rule {rule}")));
    parts.extend(entry.reason.as_ref().map(|reason| format!("reason: {reason}")));
    parts.join("; ")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn csv(entries: &[LogView]) -> Result<String> {
    let headers =
        ["date", "ticket", "author", "email", "agent", "commit", "command", "field", "from", "to", "comment", "reason"];
    let mut rows = Vec::new();
    for entry in entries {
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = |field: String, from: String, to: String| {
            let author = &entry.author;
            let date = entry.date.to_string();
            let who = [author.name.clone(), author.email.clone(), own(&author.agent)];
            let what =
                [entry.commit.clone(), own(&entry.command), field, from, to, own(&entry.comment), own(&entry.reason)];
            [date, own(&entry.ticket)].into_iter().chain(who).chain(what).collect::<Vec<String>>()
        };
        if entry.changes.is_empty() {
            rows.push(row(String::new(), String::new(), String::new()));
        }
        rows.extend(
            entry.changes.iter().map(|change| row(change.field.clone(), plain(&change.from), plain(&change.to))),
        );
    }
    records::csv(&headers, &rows)
}
