//! What is wrong with the history, for people.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, sanitize};
use crate::view::audit::AuditView;

/// A line a finding.
pub fn render(found: &[AuditView], format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Table {
        return Ok(found.iter().map(|one| format!("{}\n", sanitize::line(&one.said()))).collect());
    }
    let columns = ["commit", "author", "path", "code", "message"].map(Column::left).into();
    let row = |one: &AuditView| {
        let author = one.author.as_ref().map(|author| author.shown().to_owned());
        let text = |text: &Option<String>| Cell::new(text.clone().unwrap_or_default());
        let commit = Cell { style: Some(Style::Id), ..text(&one.commit) };
        vec![commit, text(&author), text(&one.path), Cell::new(one.code), Cell::new(one.message.clone())]
    };
    rows(columns, found.iter().map(row).collect(), format, ui)
}
