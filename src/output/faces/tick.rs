//! What `tick` did.

use super::{plain, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::tick::TickView;

/// A line an event, a change, a comment; nothing where nothing was to be done.
pub fn render(view: &TickView, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("ticket"), Column::left("what"), Column::left("from"), Column::left("to")];
    let row = |ticket: &str, what: &str, from: String, to: String| {
        vec![Cell::styled(Style::Id, ticket), Cell::new(what), Cell::new(from), Cell::new(to)]
    };
    let none = String::new;
    let mut cells: Vec<Vec<Cell>> =
        view.events.iter().map(|event| row(&event.ticket, &event.event, none(), none())).collect();
    cells.extend(
        view.changes.iter().map(|change| row(&change.ticket, &change.field, plain(&change.from), plain(&change.to))),
    );
    cells.extend(view.comments.iter().map(|comment| row(&comment.ticket, "comment", none(), comment.id.clone())));
    cells.extend(view.errands.iter().map(|errand| {
        let what = format!("{} of rule {}", errand.what, errand.rule);
        row(errand.ticket.as_deref().unwrap_or_default(), &what, none(), errand.outcome.to_owned())
    }));
    if cells.is_empty() && format == Format::Table {
        return Ok(String::new());
    }
    rows(columns, cells, format, ui)
}
