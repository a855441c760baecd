//! What a command changed.

use super::{plain, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::mutation::MutationView;

/// A line a change, a line a comment.
pub fn render(view: &MutationView, format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Table && view.changes.is_empty() && view.comments.is_empty() {
        return Ok(view.tickets.iter().map(|id| format!("{}\n", ui.paint(Style::Id, id))).collect());
    }
    let columns = vec![
        Column::left("ticket"),
        Column::left("field"),
        Column::left("from").shrink(8),
        Column::left("to").shrink(8),
    ];
    let changes = view.changes.iter().map(|change| {
        vec![
            Cell::styled(Style::Id, change.ticket.clone()),
            Cell::new(change.field.clone()),
            Cell::new(plain(&change.from)),
            Cell::new(plain(&change.to)),
        ]
    });
    let comments = view.comments.iter().map(|comment| {
        vec![
            Cell::styled(Style::Id, comment.ticket.clone()),
            Cell::new("comment"),
            Cell::new(""),
            Cell::new(comment.id.clone()),
        ]
    });
    rows(columns, changes.chain(comments).collect(), format, ui)
}
