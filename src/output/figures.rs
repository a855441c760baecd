//! The figures of a report as the cells of a table: for programs, and for people.

use crate::view::report::{Count, Duration, Figure, ReportRow, ReportView, Spread};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What stands for a key that is not there.
pub const NO_KEY: &str = "(none)";

/// Columns and rows for programs: `key`, then a column a number, durations in seconds, ratios from 0 to 1, nothing as
/// an empty cell. The columns are those of any row.
pub fn flat(view: &ReportView) -> (Vec<String>, Vec<Vec<String>>) {
    let figures = union(view);
    let mut columns = vec!["key".to_owned()];
    columns
        .extend(figures.iter().flat_map(|&(name, kind)| parts(kind).iter().map(move |part| format!("{name}{part}"))));
    let row = |row: &ReportRow| {
        let mut cells = vec![row.key.clone().unwrap_or_default()];
        for &(name, kind) in &figures {
            let mut values = row.figure(name).map(flat_cells).unwrap_or_default();
            values.resize(parts(kind).len(), String::new());
            cells.append(&mut values);
        }
        cells
    };
    (columns, view.rows.iter().map(row).collect())
}

/// Columns and rows for people. A single row that is of nothing in particular stands upright, a figure a line.
pub fn human(view: &ReportView) -> (Vec<String>, Vec<Vec<String>>) {
    match (view.by, view.rows.as_slice()) {
        (None, []) => (upright_columns(), Vec::new()),
        (None, [row]) if row.key.is_none() => (upright_columns(), upright(row)),
        _ => across(view),
    }
}

/// A figure's name as people write it: `first response`, `SLA attainment`.
pub fn label(name: &str) -> String {
    match name {
        "csat" => "CSAT".to_owned(),
        "sla" => "SLA".to_owned(),
        _ => match name.strip_prefix("sla_") {
            Some(rest) => format!("SLA {}", rest.replace('_', " ")),
            None => name.replace('_', " "),
        },
    }
}

/// `83 %`. What is not nothing and not everything is never shown as 0 % or 100 %.
pub fn percent(ratio: f64) -> String {
    let rounded = (ratio * 100.0).round();
    let shown = match ratio {
        _ if ratio > 0.0 && rounded < 1.0 => 1.0,
        _ if ratio < 1.0 && rounded >= 100.0 => 99.0,
        _ => rounded,
    };
    format!("{shown:.0} %")
}

/// A length of `seconds` in its two largest units: `45s`, `12m`, `3h 20m`, `2d 4h`.
pub fn length(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.saturating_abs();
    let rounded = |unit: i64| seconds.saturating_add(unit / 2) / unit * unit;
    let (large, small) = match () {
        _ if seconds < MINUTE => return format!("{sign}{seconds}s"),
        _ if rounded(MINUTE) < HOUR => return format!("{sign}{}m", rounded(MINUTE) / MINUTE),
        _ if rounded(MINUTE) < DAY => ((HOUR, "h", rounded(MINUTE)), (MINUTE, "m")),
        _ => ((DAY, "d", rounded(HOUR)), (HOUR, "h")),
    };
    let ((unit, name, whole), (rest_unit, rest_name)) = (large, small);
    match whole % unit / rest_unit {
        0 => format!("{sign}{}{name}", whole / unit),
        rest => format!("{sign}{}{name} {rest}{rest_name}", whole / unit),
    }
}

/// `12`, or `12 (10 tickets)` where a ticket counts more than once.
pub fn count(count: Count) -> String {
    match count.tickets {
        tickets if tickets == count.events => count.events.to_string(),
        1 => format!("{} (1 ticket)", count.events),
        tickets => format!("{} ({tickets} tickets)", count.events),
    }
}

/// A figure as a number to draw: not a number where it has none.
pub fn value(figure: &Figure) -> f64 {
    match figure {
        Figure::Count(count) => count.events as f64,
        Figure::Number(number) => *number as f64,
        Figure::Ratio(ratio) => ratio.unwrap_or(f64::NAN),
        Figure::Duration(duration) => duration.clock.median.map_or(f64::NAN, |median| median as f64),
        Figure::Text(_) => f64::NAN,
    }
}

/// The names of all figures in the order they are met, each with one that is of its kind.
pub fn union(view: &ReportView) -> Vec<(&'static str, &Figure)> {
    let mut union: Vec<(&'static str, &Figure)> = Vec::new();
    for (name, figure) in view.rows.iter().flat_map(|row| &row.figures) {
        if !union.iter().any(|(known, _)| known == name) {
            union.push((*name, figure));
        }
    }
    union
}

/// What follows the name of a figure in the names of its columns.
fn parts(kind: &Figure) -> &'static [&'static str] {
    match kind {
        Figure::Count(_) => &[".events", ".tickets"],
        Figure::Duration(_) => {
            &[".clock.n", ".clock.median", ".clock.p90", ".business.n", ".business.median", ".business.p90"]
        }
        Figure::Number(_) | Figure::Ratio(_) | Figure::Text(_) => &[""],
    }
}

fn flat_cells(figure: &Figure) -> Vec<String> {
    let spread = |spread: Spread| [spread.n.to_string(), opt(spread.median), opt(spread.p90)];
    match figure {
        Figure::Count(count) => vec![count.events.to_string(), count.tickets.to_string()],
        Figure::Number(number) => vec![number.to_string()],
        Figure::Ratio(ratio) => vec![ratio.map(|ratio| format!("{ratio:.4}")).unwrap_or_default()],
        Figure::Duration(duration) => [spread(duration.clock), spread(duration.business)].concat(),
        Figure::Text(text) => vec![text.clone().unwrap_or_default()],
    }
}

fn opt(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn upright_columns() -> Vec<String> {
    vec!["figure".to_owned(), "value".to_owned()]
}

/// A line a figure that has a value, with one more for business time where that is another.
fn upright(row: &ReportRow) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for (name, figure) in &row.figures {
        let value = match figure {
            Figure::Duration(duration) => spread_in_words(duration.clock),
            other => single(other),
        };
        lines.push(vec![label(name), value]);
        if let Figure::Duration(Duration { clock, business }) = figure
            && clock != business
        {
            lines.push(vec![format!("{}, business time", label(name)), spread_in_words(*business)]);
        }
    }
    lines.retain(|line| line.iter().all(|cell| !cell.is_empty()));
    lines
}

/// `3h 20m (p90 2d 4h, n 12)`.
fn spread_in_words(spread: Spread) -> String {
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) => format!("{} (p90 {}, n {})", length(median), length(p90), spread.n),
        (Some(median), None) => format!("{} (n {})", length(median), spread.n),
        _ => String::new(),
    }
}

/// A figure that takes one cell.
fn single(figure: &Figure) -> String {
    match figure {
        Figure::Count(value) => count(*value),
        Figure::Number(number) => number.to_string(),
        Figure::Ratio(ratio) => ratio.map(percent).unwrap_or_default(),
        Figure::Duration(duration) => duration.clock.median.map(length).unwrap_or_default(),
        Figure::Text(text) => text.clone().unwrap_or_default(),
    }
}

/// A column of the table for people.
struct Column {
    head: String,
    cells: Vec<String>,
}

impl Column {
    fn new<'a>(head: String, view: &'a ReportView, cell: impl Fn(&'a ReportRow) -> Option<String>) -> Self {
        Column { head, cells: view.rows.iter().map(|row| cell(row).unwrap_or_default()).collect() }
    }
}

fn across(view: &ReportView) -> (Vec<String>, Vec<Vec<String>>) {
    let key = |row: &ReportRow| Some(row.key.clone().unwrap_or_else(|| NO_KEY.to_owned()));
    let mut columns = vec![Column::new(view.by.map(label).unwrap_or_else(|| "key".to_owned()), view, key)];
    for (name, kind) in union(view) {
        match kind {
            Figure::Duration(_) => columns.extend(duration_columns(view, name)),
            _ => columns.push(Column::new(label(name), view, |row| row.figure(name).map(single))),
        }
    }
    let mut first = true;
    columns.retain(|column| std::mem::take(&mut first) || column.cells.iter().any(|cell| !cell.is_empty()));
    let rows = (0..view.rows.len()).map(|row| columns.iter().map(|column| column.cells[row].clone()).collect());
    (columns.iter().map(|column| column.head.clone()).collect(), rows.collect())
}

/// The median under the figure's name, p90 and n; those of business time after them where any row has another.
fn duration_columns(view: &ReportView, name: &'static str) -> Vec<Column> {
    let of = move |row: &ReportRow| match row.figure(name) {
        Some(Figure::Duration(duration)) => Some(*duration),
        _ => None,
    };
    let mut columns = spread_columns(view, label(name), move |row| of(row).map(|duration| duration.clock));
    if view.rows.iter().filter_map(of).any(|duration| duration.clock != duration.business) {
        let head = format!("{}, business time", label(name));
        columns.extend(spread_columns(view, head, move |row| of(row).map(|duration| duration.business)));
    }
    columns
}

fn spread_columns(view: &ReportView, head: String, of: impl Fn(&ReportRow) -> Option<Spread>) -> Vec<Column> {
    let n = |row: &ReportRow| of(row).filter(|spread| spread.n > 0).map(|spread| spread.n.to_string());
    vec![
        Column::new(head, view, |row| of(row)?.median.map(length)),
        Column::new("p90".to_owned(), view, |row| of(row)?.p90.map(length)),
        Column::new("n".to_owned(), view, n),
    ]
}

#[cfg(test)]
mod tests;
