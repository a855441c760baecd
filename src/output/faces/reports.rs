//! Reports as tables.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui};
use crate::view::report::{Duration, Figure, ReportRow, ReportView, Spread};

/// Each report as a table; several under their names.
pub fn render(views: &[ReportView], format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Ids {
        let keys = views.iter().flat_map(|view| &view.rows).filter_map(|row| row.key.clone());
        return Ok(keys.map(|key| format!("{key}\n")).collect());
    }
    let mut out = String::new();
    for view in views {
        if views.len() > 1 && format == Format::Table {
            out.push_str(&format!("{}\n", ui.paint(Style::Heading, view.report)));
        }
        out.push_str(&table(view, format, ui)?);
        if views.len() > 1 {
            out.push('\n');
        }
    }
    Ok(out)
}

fn table(view: &ReportView, format: Format, ui: &Ui) -> Result<String> {
    let is_single = view.by.is_none() && view.rows.len() == 1 && view.rows[0].key.is_none();
    let mut text = match format {
        Format::Table if is_single => down(&view.rows[0], ui)?,
        _ => across(view, format, ui)?,
    };
    if format == Format::Table {
        text.push_str(&behind(view, ui));
    }
    Ok(text)
}

/// The figures of one row, one below the other.
fn down(row: &ReportRow, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("figure"), Column::right("value")];
    let cells = row.figures.iter().flat_map(|(name, figure)| parts(name, figure, false));
    let cells = cells.map(|(name, value)| vec![Cell::new(name), Cell::new(value)]).collect();
    rows(columns, cells, Format::Table, ui)
}

/// A row a key, a column a figure.
fn across(view: &ReportView, format: Format, ui: &Ui) -> Result<String> {
    let whole = format != Format::Table;
    let names = view.rows.first().map(|row| &row.figures);
    let heads = names.into_iter().flatten().flat_map(|(name, figure)| parts(name, figure, whole));
    let mut columns = vec![Column::left("key")];
    columns.extend(heads.map(|(name, _)| Column::right(name.as_str())));
    let cells = view.rows.iter().map(|row| {
        let key = match &row.key {
            Some(key) => Cell::styled(Style::Id, key.clone()),
            None => Cell::styled(Style::Muted, "none"),
        };
        let values = row.figures.iter().flat_map(|(name, figure)| parts(name, figure, whole));
        std::iter::once(key).chain(values.map(|(_, value)| Cell::new(value))).collect()
    });
    rows(columns, cells.collect(), format, ui)
}

/// The columns of a figure, each with its value; `whole` is for programs: all of it, in plain numbers.
fn parts(name: &str, figure: &Figure, whole: bool) -> Vec<(String, String)> {
    let own = |value: String| vec![(name.replace('_', if whole { "_" } else { " " }), value)];
    match figure {
        Figure::Count(count) if whole => {
            let part = |what: &str, count: usize| (format!("{name}.{what}"), count.to_string());
            vec![part("events", count.events), part("tickets", count.tickets)]
        }
        Figure::Count(count) => own(count.events.to_string()),
        Figure::Number(number) => own(number.to_string()),
        Figure::Ratio(ratio) if whole => own(ratio.map(|ratio| format!("{ratio:.4}")).unwrap_or_default()),
        Figure::Ratio(ratio) => own(ratio.map(|ratio| format!("{:.0} %", ratio * 100.0)).unwrap_or_default()),
        Figure::Text(text) => own(text.clone().unwrap_or_default()),
        Figure::Duration(duration) if whole => spreads(name, duration),
        Figure::Duration(duration) => {
            let told = |seconds: Option<i64>| seconds.map(length).unwrap_or_default();
            let mut all = own(told(duration.clock.median));
            all.push((format!("{} p90", name.replace('_', " ")), told(duration.clock.p90)));
            all
        }
    }
}

fn spreads(name: &str, duration: &Duration) -> Vec<(String, String)> {
    let of = |kind: &str, spread: &Spread| {
        let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        vec![
            (format!("{name}.{kind}.n"), spread.n.to_string()),
            (format!("{name}.{kind}.median"), number(spread.median)),
            (format!("{name}.{kind}.p90"), number(spread.p90)),
        ]
    };
    [of("clock", &duration.clock), of("business", &duration.business)].concat()
}

/// `45m`, `3h 20m`, `2d 4h`: clock time.
fn length(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, minutes) => format!("{hours}h {minutes}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

/// The tickets behind each figure, where they were asked for.
fn behind(view: &ReportView, ui: &Ui) -> String {
    let mut out = String::new();
    for row in &view.rows {
        for (name, ids) in row.tickets.iter().flatten().filter(|(_, ids)| !ids.is_empty()) {
            let key = row.key.as_deref().map(|key| format!("{key} ")).unwrap_or_default();
            let head = ui.paint(Style::Muted, &crate::output::sanitize::line(&format!("{key}{name}:")));
            out.push_str(&format!("{head} {}\n", ids.join(" ")));
        }
    }
    out
}
