//! What `sync` did, for people.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, sanitize};
use crate::view::sync::SyncView;

/// What came and went, then what gave way; nothing where nothing did.
pub fn render(view: &SyncView, format: Format, ui: &Ui) -> Result<String> {
    if format != Format::Table {
        return table(view, format, ui);
    }
    let label = format!("{}/{}", view.remote, view.branch);
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    if view.fetched > 0 {
        let merged = if view.merges.is_empty() { "took" } else { "merged" };
        let files = if view.files > 0 { format!(", {} here", count(view.files, "file")) } else { String::new() };
        parts.push(format!("{merged} {} from {label}{files}", count(view.fetched, "commit")));
    }
    if view.pushed > 0 {
        parts.push(format!("pushed {}", count(view.pushed, "commit")));
    }
    let mut out = String::new();
    if !parts.is_empty() {
        out.push_str(&format!("{}\n", sanitize::line(&parts.join("; "))));
    }
    for note in &view.notes {
        out.push_str(&format!("{}\n", sanitize::line(&note.said())));
    }
    Ok(out)
}

fn table(view: &SyncView, format: Format, ui: &Ui) -> Result<String> {
    let columns = ["ticket", "what", "path", "field", "kept", "dropped", "to"].map(Column::left).into();
    let text = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
    let row = |note: &crate::view::sync::NoteView| {
        let ticket = Cell { style: Some(Style::Id), ..text(&note.ticket) };
        let value = |given: &Option<crate::view::sync::GivenView>| {
            Cell::new(given.as_ref().map(|given| given.value.clone()).unwrap_or_default())
        };
        let (what, path) = (Cell::new(note.what), Cell::new(note.path.clone()));
        vec![ticket, what, path, text(&note.field), value(&note.kept), value(&note.dropped), text(&note.to)]
    };
    rows(columns, view.notes.iter().map(row).collect(), format, ui)
}
