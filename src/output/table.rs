//! Tables for people: a header, two spaces between columns, no borders.
//!
//! On a terminal a table fits: columns that may shrink are cut, longest first, then columns are left out from the
//! right. In a pipe everything is whole.

use std::borrow::Cow;

use super::style::Style;
use super::ui::Ui;
use super::{sanitize, width};

/// Spaces between columns.
const GAP: usize = 2;
/// In a pipe a cell longer than this does not push the others of its column away.
const ALIGNED: usize = 200;

/// On which side the text of a column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Right,
}

/// A column's name and how it behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub align: Align,
    /// May be cut to fit.
    pub shrink: bool,
    /// Columns it keeps when cut.
    pub min: usize,
}

impl Column {
    /// Text.
    pub fn left(name: impl Into<String>) -> Self {
        Column { name: name.into(), ..Column::default() }
    }

    /// Figures.
    pub fn right(name: impl Into<String>) -> Self {
        Column { align: Align::Right, ..Column::left(name) }
    }

    /// May be cut to `min` columns.
    pub fn shrink(self, min: usize) -> Self {
        Column { shrink: true, min, ..self }
    }
}

/// A text, and what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub style: Option<Style>,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Cell { text: text.into(), style: None }
    }

    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Cell { text: text.into(), style: Some(style) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell::new(text)
    }
}

/// Rows under named columns; a row that is too short ends in empty cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new(columns: Vec<Column>) -> Self {
        Table { columns, rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The lines of the table, header first, each ended with a newline; nothing if there are no columns.
    pub fn render(&self, ui: &Ui) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let names: Vec<String> =
            self.columns.iter().map(|column| sanitize::line(&column.name).to_uppercase()).collect();
        let natural = self.natural_widths(&names);
        let widths = match ui.width {
            Some(available) => self.fitted_widths(&natural, available),
            None => natural,
        };
        let mut out = String::new();
        self.render_row(
            names.iter().map(|name| (Cow::Borrowed(name.as_str()), Some(Style::Muted))),
            &widths,
            ui,
            &mut out,
        );
        for row in &self.rows {
            self.render_row(row.iter().map(|cell| (sanitize::line(&cell.text), cell.style)), &widths, ui, &mut out);
        }
        out
    }

    fn natural_widths(&self, names: &[String]) -> Vec<usize> {
        let mut widths: Vec<usize> = names.iter().map(|name| width::width(name)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width::width(&sanitize::line(&cell.text)));
            }
        }
        widths
    }

    /// The widths of the columns that are shown: all that fit, at least the first.
    fn fitted_widths(&self, natural: &[usize], available: usize) -> Vec<usize> {
        let floors: Vec<usize> = (self.columns.iter().zip(natural))
            .map(|(column, &natural)| if column.shrink { column.min.clamp(1, natural.max(1)) } else { natural })
            .collect();
        (1..=natural.len())
            .rev()
            .find_map(|shown| fit(&natural[..shown], &floors[..shown], available.checked_sub(GAP * (shown - 1))?))
            .unwrap_or_else(|| vec![natural[0].min(available)])
    }

    fn render_row<'a>(
        &self,
        cells: impl Iterator<Item = (Cow<'a, str>, Option<Style>)>,
        widths: &[usize],
        ui: &Ui,
        out: &mut String,
    ) {
        // Spaces are owed, and paid only when something follows.
        let mut owed = 0;
        for (((text, style), &columns), column) in cells.zip(widths).zip(&self.columns) {
            let text = if ui.width.is_some() { width::truncate(&text, columns) } else { text };
            let spare =
                if ui.width.is_some() { columns } else { columns.min(ALIGNED) }.saturating_sub(width::width(&text));
            let (before, after) = if column.align == Align::Right { (spare, 0) } else { (0, spare) };
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', owed + before));
                owed = 0;
                match style {
                    Some(style) => ui.paint_into(style, &text, out),
                    None => out.push_str(&text),
                }
                owed += after + GAP;
            } else {
                owed += before + after + GAP;
            }
        }
        out.push('\n');
    }
}

/// Shares `available` among columns that would like `natural` and need `floors`; the longest give way first.
pub(super) fn fit(natural: &[usize], floors: &[usize], available: usize) -> Option<Vec<usize>> {
    let at = |level: usize| {
        natural.iter().zip(floors).map(move |(&natural, &floor)| level.clamp(floor.min(natural), natural))
    };
    let (mut low, mut high) = (0, natural.iter().copied().max().unwrap_or(0));
    if at(high).sum::<usize>() <= available {
        return Some(natural.to_vec());
    }
    if at(low).sum::<usize>() > available {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if at(middle).sum::<usize>() <= available { low = middle } else { high = middle }
    }
    let mut widths: Vec<usize> = at(low).collect();
    let mut left = available - widths.iter().sum::<usize>();
    for (width, more) in widths.iter_mut().zip(at(low + 1)) {
        let step = (more - *width).min(left);
        *width += step;
        left -= step;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::super::sanitize::tests::{NASTY, assert_safe};
    use super::*;
    use proptest::prelude::*;

    fn terminal(columns: usize) -> Ui {
        Ui { width: Some(columns), height: 24, stdout_terminal: true, ..Ui::default() }
    }

    fn tickets(titles: &[&str]) -> Table {
        let mut table = Table::new(vec![
            Column::left("id"),
            Column::left("title").shrink(10),
            Column::left("requester").shrink(6),
            Column::right("age"),
        ]);
        for (at, title) in titles.iter().enumerate() {
            let id = format!("261122-bee{at}");
            table.row(vec![Cell::styled(Style::Id, id), (*title).into(), "jo@acme.example".into(), "5m".into()]);
        }
        table
    }

    #[test]
    fn a_pipe_gets_everything_aligned() {
        let table = tickets(&["Short", "日本語", "two\nlines\there"]);
        assert_eq!(
            table.render(&Ui::plain()),
            "ID           TITLE           REQUESTER        AGE\n\
             261122-bee0  Short           jo@acme.example   5m\n\
             261122-bee1  日本語          jo@acme.example   5m\n\
             261122-bee2  two lines here  jo@acme.example   5m\n"
        );
    }

    #[test]
    fn a_terminal_cuts_the_longest_and_uses_all_it_has() {
        let long = "A very long title that goes on ".repeat(8);
        let text = tickets(&[&long]).render(&terminal(60));
        assert_eq!(
            text,
            "ID           TITLE                      REQUESTER        AGE\n\
             261122-bee0  A very long title that g…  jo@acme.example   5m\n"
        );
        assert!(text.lines().all(|line| width::width(line) == 60), "{text}");
        assert!(tickets(&[&long]).render(&Ui::plain()).contains(long.trim_end()));
    }

    #[test]
    fn columns_that_do_not_fit_are_left_out_but_never_the_first() {
        let text = tickets(&["Printer on fire again"]).render(&terminal(24));
        assert_eq!(text, "ID           TITLE\n261122-bee0  Printer on…\n");
        assert_eq!(tickets(&["x"]).render(&terminal(6)), "ID\n26112…\n");
    }

    #[test]
    fn no_line_ends_in_spaces() {
        let mut table = Table::new(vec![Column::left("a"), Column::left("b"), Column::right("c")]);
        table.row(vec!["long text".into()]);
        table.row(vec!["".into(), "".into(), "7".into()]);
        assert_eq!(table.render(&Ui::plain()), "A          B  C\nlong text\n              7\n");
        assert_eq!(Table::default().render(&Ui::plain()), "");
    }

    #[test]
    fn colours_take_no_room() {
        let ui = Ui { color: true, ..terminal(80) };
        let text = tickets(&["x"]).render(&ui);
        let header = text.lines().next().unwrap();
        assert!(header.starts_with("\x1b[2mID\x1b[0m           \x1b[2mTITLE"), "{header:?}");
        assert!(text.contains("\x1b[36m261122-bee0\x1b[0m  x  "));
    }

    #[test]
    fn wide_text_fits_at_every_width() {
        let titles = [
            "日本語のとても長い題名です",
            "👩‍👩‍👧 family 👍🏽🇳🇱",
            "e\u{301}e\u{301}e\u{301}e\u{301}",
            "plain words, a lot of them, really",
        ];
        for columns in 1..=130 {
            for line in tickets(&titles).render(&terminal(columns)).lines() {
                assert!(width::width(line) <= columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn nothing_nasty_survives() {
        assert_safe(&tickets(NASTY).render(&terminal(80)));
        assert_safe(&tickets(NASTY).render(&Ui::plain()));
        assert_eq!(tickets(NASTY).render(&Ui::plain()).lines().count(), NASTY.len() + 1);
    }

    #[test]
    fn room_is_shared_fairly() {
        assert_eq!(fit(&[10, 50, 30], &[10, 5, 5], 50), Some(vec![10, 20, 20]));
        assert_eq!(fit(&[10, 50, 12], &[10, 5, 5], 45), Some(vec![10, 23, 12]));
        assert_eq!(fit(&[9, 9], &[1, 1], 9), Some(vec![5, 4]));
        assert_eq!(fit(&[9, 9], &[5, 5], 9), None);
        assert_eq!(fit(&[], &[], 0), Some(vec![]));
    }

    proptest! {
        #[test]
        fn lines_are_safe_and_fit(texts in prop::collection::vec("\\PC{0,30}|(?s:.{0,20})", 1..12), columns in 20usize..=120) {
            let mut table = tickets(&[]);
            table.rows = texts.chunks(4).map(|row| row.iter().map(|text| Cell::new(text.as_str())).collect()).collect();
            let text = table.render(&terminal(columns));
            assert_safe(&text);
            assert_safe(&table.render(&Ui::plain()));
            for line in text.lines() {
                prop_assert!(width::width(line) <= columns, "{line:?}");
                prop_assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "{line:?}");
            }
        }
    }
}
