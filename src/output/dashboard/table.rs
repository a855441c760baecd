//! The figures of a report as a table that can be unfolded.

use std::fmt::Write as _;

use super::super::chart::text::escaped;
use super::super::chart::words;
use super::super::figures;
use crate::view::report::ReportView;

/// The table of a report, folded; nothing where there are no rows.
pub(super) fn details(view: &ReportView, heading: &str) -> String {
    let (columns, rows) = figures::human(view);
    if rows.is_empty() {
        return String::new();
    }
    // A table that stands upright has all kinds of values in a column.
    let across = columns.first().is_none_or(|column| column != "figure");
    let numeric: Vec<bool> = (0..columns.len()).map(|column| across && is_numeric(&rows, column)).collect();
    let caption = format!("{heading}, {}", words::period(view));
    let mut out = format!(
        "<details>\n<summary>Table: {}</summary>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" \
         aria-label=\"{}\">\n<table>\n<caption>{}</caption>\n<thead>\n<tr>",
        escaped(&words::title(view)),
        escaped(heading),
        escaped(&caption)
    );
    for (column, numeric) in columns.iter().zip(&numeric) {
        // Writing to a String cannot fail.
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(*numeric), escaped(column));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    rows.iter().for_each(|row| push_row(&mut out, row, &numeric));
    out + "</tbody>\n</table>\n</div>\n</details>\n"
}

fn push_row(out: &mut String, row: &[String], numeric: &[bool]) {
    out.push_str("<tr>");
    for (at, (cell, numeric)) in row.iter().zip(numeric).enumerate() {
        let cell = escaped(cell);
        let _ = match at {
            0 => write!(out, "<th scope=\"row\">{cell}</th>"),
            _ => write!(out, "<td{}>{cell}</td>", class(*numeric)),
        };
    }
    out.push_str("</tr>\n");
}

/// Whether a column holds numbers, which stand at the right.
fn is_numeric(rows: &[Vec<String>], column: usize) -> bool {
    let starts = |cell: &String| cell.chars().next().is_none_or(|first| first.is_ascii_digit() || first == '-');
    column > 0 && rows.iter().filter_map(|row| row.get(column)).all(starts)
}

fn class(numeric: bool) -> &'static str {
    if numeric { " class=\"n\"" } else { "" }
}
