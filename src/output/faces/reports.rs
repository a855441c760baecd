//! Reports as tables.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::report::{Figure, ReportRow};

pub fn patterns(figures: &[ReportRow], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("pattern"),
        Column::left("title").shrink(12),
        Column::right("uses"),
        Column::right("tickets"),
        Column::right("deviations"),
        Column::right("rate"),
    ];
    let cells = figures.iter().map(|row| {
        let count = |name: &str| match row.figure(name) {
            Some(Figure::Count(count)) => *count,
            _ => Default::default(),
        };
        let title = match row.figure("title") {
            Some(Figure::Text(Some(title))) => title.clone(),
            _ => String::new(),
        };
        let rate = match row.figure("deviation_rate") {
            Some(Figure::Ratio(Some(rate))) => format!("{:.0} %", rate * 100.0),
            _ => String::new(),
        };
        vec![
            Cell::styled(Style::Id, row.key.clone().unwrap_or_default()),
            Cell::new(title),
            Cell::new(count("uses").events.to_string()),
            Cell::new(count("uses").tickets.to_string()),
            Cell::new(count("deviations").events.to_string()),
            Cell::new(rate),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}
