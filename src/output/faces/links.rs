//! Links between articles.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::links::{LinkView, MendedView};

pub fn list(links: &[LinkView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("place").shrink(16),
        Column::left("direction"),
        Column::left("link").shrink(12),
        Column::left("leads to").shrink(12),
    ];
    let cells = links.iter().map(|link| {
        let leads = match (&link.broken, &link.to) {
            (Some(broken), _) => Cell::styled(Style::Urgent, broken.clone()),
            (None, to) => Cell::new(to.clone().unwrap_or_default()),
        };
        vec![
            Cell::styled(Style::Muted, format!("{}:{}:{}", link.from, link.line, link.column)),
            Cell::new(link.direction),
            Cell::new(link.target.clone()),
            leads,
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn mended(links: &[MendedView], format: Format, ui: &Ui) -> Result<String> {
    let columns =
        vec![Column::left("place").shrink(16), Column::left("was").shrink(12), Column::left("is now").shrink(12)];
    let cells = links.iter().map(|link| {
        vec![
            Cell::styled(Style::Muted, format!("{}:{}:{}", link.path, link.line, link.column)),
            Cell::styled(Style::Removed, link.from.clone()),
            Cell::styled(Style::Added, link.to.clone()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}
