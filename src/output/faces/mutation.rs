//! What a command changed.

use super::{plain, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::mutation::{AssignmentView, MutationView};

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

/// Who might have taken tickets, and why not.
pub fn assignments(assignments: &[AssignmentView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("ticket"),
        Column::left("by"),
        Column::left("agent"),
        Column::right("open"),
        Column::right("skill"),
        Column::left("newest"),
        Column::left("").shrink(8),
    ];
    let mut cells = Vec::new();
    for one in assignments {
        let by = one.rule.as_deref().map_or(one.strategy.to_owned(), |rule| format!("{} ({rule})", one.strategy));
        for candidate in &one.candidates {
            let chosen = one.chosen.as_ref() == Some(&candidate.handle);
            let why = match (chosen, &one.instead_of) {
                (true, Some(other)) => format!("chosen, stands in for {other}"),
                (true, None) => "chosen".to_owned(),
                _ => candidate.unfit.join(", "),
            };
            cells.push(vec![
                Cell::styled(Style::Id, one.ticket.clone()),
                Cell::new(by.clone()),
                Cell::new(candidate.handle.clone()),
                Cell::new(candidate.open.to_string()),
                Cell::new(candidate.skill.to_string()),
                Cell::new(candidate.newest.map(|newest| newest.to_string()).unwrap_or_default()),
                Cell::new(why),
            ]);
        }
    }
    rows(columns, cells, format, ui)
}
