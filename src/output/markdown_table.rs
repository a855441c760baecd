//! The tables of markdown: cells are wrapped, never cut.

use pulldown_cmark::Alignment;

use super::style::Style;
use super::styled::Styled;
use super::table::{self, Align};
use super::ui::Ui;
use super::width;

/// Spaces between columns.
const GAP: usize = 2;
/// Columns a cell keeps when there is little room.
const NARROW: usize = 8;
/// In a pipe a longer cell does not push the others of its column away.
const ALIGNED: usize = 80;
/// A table of more columns is listed rather than laid out.
const MOST: usize = 32;

/// The cells of a table as they come in.
pub(super) struct Grid {
    aligns: Vec<Align>,
    rows: Vec<Vec<Styled>>,
}

impl Grid {
    pub(super) fn new(alignments: &[Alignment]) -> Self {
        let align = |alignment: &Alignment| if *alignment == Alignment::Right { Align::Right } else { Align::Left };
        Grid { aligns: alignments.iter().map(align).collect(), rows: Vec::new() }
    }

    /// The cells that follow are another row's.
    pub(super) fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn cell(&mut self, cell: Styled) {
        if let Some(row) = self.rows.last_mut() {
            row.push(cell);
        }
    }

    /// The lines, within `room` columns if that can be.
    pub(super) fn render(&self, ui: &Ui, room: Option<usize>) -> Vec<String> {
        if self.aligns.len() > MOST {
            return self.rows.iter().map(|row| listed(row, ui)).collect();
        }
        let natural = self.natural_widths();
        let floors: Vec<usize> = natural.iter().map(|&width| width.min(NARROW)).collect();
        let spaces = GAP * natural.len().saturating_sub(1);
        let fitted = room.map(|room| table::fit(&natural, &floors, room.saturating_sub(spaces)).unwrap_or(floors));
        let wraps = fitted.is_some();
        let widths = fitted.unwrap_or_else(|| natural.iter().map(|&width| width.min(ALIGNED)).collect());
        let mut lines = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            self.render_row(row, &widths, wraps, ui, &mut lines);
            if at == 0 {
                let rules: Vec<String> =
                    widths.iter().map(|&width| ui.paint(Style::Muted, &"─".repeat(width))).collect();
                lines.push(rules.join(&" ".repeat(GAP)));
            }
        }
        lines
    }

    fn natural_widths(&self) -> Vec<usize> {
        let mut widths = vec![1; self.aligns.len()];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width::width(cell.text().trim_end()));
            }
        }
        widths
    }

    fn render_row(&self, row: &[Styled], widths: &[usize], wraps: bool, ui: &Ui, lines: &mut Vec<String>) {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, &width)| cell.lines(wraps.then_some(width))).collect();
        for at in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            // Spaces are owed, and paid only when something follows.
            let (mut line, mut owed) = (String::new(), 0);
            for (column, cell) in cells.iter().enumerate() {
                let range = cell.get(at).cloned().unwrap_or(0..0);
                let spare = widths[column].saturating_sub(width::width(&row[column].text()[range.clone()]));
                let before = if self.aligns[column] == Align::Right { spare } else { 0 };
                owed += before;
                if !range.is_empty() {
                    line.extend(std::iter::repeat_n(' ', owed));
                    line.push_str(&row[column].paint(range, ui));
                    owed = 0;
                }
                owed += spare - before + GAP;
            }
            lines.push(line);
        }
    }
}

/// The cells that hold something, one after the other.
fn listed(row: &[Styled], ui: &Ui) -> String {
    let cells = row.iter().map(|cell| cell.paint(0..cell.text().len(), ui)).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<_>>().join(" | ")
}
