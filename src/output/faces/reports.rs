//! Reports as tables.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::report::PatternFigures;

pub fn patterns(figures: &[PatternFigures], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("pattern"),
        Column::left("title").shrink(12),
        Column::right("uses"),
        Column::right("tickets"),
        Column::right("deviations"),
        Column::right("rate"),
    ];
    let cells = figures.iter().map(|row| {
        vec![
            Cell::styled(Style::Id, row.key.clone()),
            Cell::new(row.title.clone().unwrap_or_default()),
            Cell::new(row.uses.events.to_string()),
            Cell::new(row.uses.tickets.to_string()),
            Cell::new(row.deviations.events.to_string()),
            Cell::new(row.deviation_rate.map(|rate| format!("{:.0} %", rate * 100.0)).unwrap_or_default()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}
