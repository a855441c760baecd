//! What answers look like to people: each view as a table, a page, CSV or markdown.

pub mod articles;
pub mod audit;
pub mod check;
pub mod hits;
pub mod keeping;
pub mod links;
pub mod log;
pub mod mutation;
pub mod page;
pub mod patterns;
pub mod portal;
pub mod processes;
pub mod reports;
pub mod rules;
pub mod sla;
pub mod sync;
pub mod things;
pub mod tick;
pub mod tickets;

use super::table::{Cell, Column, Table};
use super::{Format, Style, Ui, records, sanitize};
use crate::failure::Result;

/// Rows as a table, CSV or markdown.
fn rows(columns: Vec<Column>, cells: Vec<Vec<Cell>>, format: Format, ui: &Ui) -> Result<String> {
    let headers: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let texts =
        || cells.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect::<Vec<Vec<String>>>();
    match format {
        Format::Csv => records::csv(&headers, &texts()),
        Format::Md => Ok(records::markdown_table(&headers, &texts())),
        _ => {
            let mut table = Table::new(columns);
            cells.into_iter().for_each(|row| table.row(row));
            Ok(table.render(ui))
        }
    }
}

/// A fact on a line of its own below the head of a page, its name `width` columns wide; nothing where there is none.
fn fact(name: &str, width: usize, value: Option<String>, ui: &Ui) -> String {
    match value.filter(|value| !value.is_empty()) {
        None => String::new(),
        Some(value) => {
            format!("{} {}\n", ui.paint(Style::Muted, &format!("{name:<width$}")), sanitize::line(&value))
        }
    }
}

/// The colour of a status.
fn state_style(state: crate::domain::ticket::State) -> Style {
    use crate::domain::ticket::State;
    match state {
        State::Open => Style::Open,
        State::Waiting => Style::Waiting,
        State::Hold => Style::Hold,
        State::Solved => Style::Solved,
        State::Closed => Style::Closed,
        State::Discarded => Style::Discarded,
    }
}

/// The colour of a priority; the default one has none.
fn priority_style(priority: &str) -> Option<Style> {
    match priority {
        "urgent" => Some(Style::Urgent),
        "high" => Some(Style::High),
        "low" => Some(Style::Low),
        _ => None,
    }
}

/// A JSON value as a person reads it.
pub fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
