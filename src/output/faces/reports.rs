//! Reports as tables.

use super::rows;
use crate::failure::Result;
use crate::output::chart::words;
use crate::output::figures::{self, label, value};
use crate::output::sparkline::sparkline;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, dashboard, records};
use crate::view::report::{DashboardView, ReportView, Section};

/// Each report as a table; several under their headings.
pub fn render(view: &DashboardView, format: Format, ui: &Ui) -> Result<String> {
    let sections = &view.sections;
    if format == Format::Ids {
        let keys = sections.iter().flat_map(|section| &section.view.rows).filter_map(|row| row.key.clone());
        return Ok(keys.map(|key| format!("{key}\n")).collect());
    }
    let mut out = String::new();
    for section in sections {
        if sections.len() > 1 {
            out.push_str(&head(section, format, ui));
        }
        out.push_str(&table(&section.view, None, format, ui)?);
        if sections.len() > 1 {
            out.push('\n');
        }
    }
    out.push_str(&origins(view, format, ui));
    Ok(out)
}

/// A summary for people: its figures, each with how it went along time.
pub fn render_summary(whole: &ReportView, along: &ReportView, ui: &Ui) -> Result<String> {
    let line = ui.paint(Style::Muted, &words::origin(whole));
    Ok(format!("{}{line}\n", table(whole, Some(along), Format::Table, ui)?))
}

/// Period, time zone and commit the figures are of, each once. CSV is for figures alone; JSON has them as keys.
fn origins(view: &DashboardView, format: Format, ui: &Ui) -> String {
    let lines = dashboard::distinct(&view.sections, words::origin);
    match format {
        Format::Table => lines.iter().map(|line| format!("{}\n", ui.paint(Style::Muted, line))).collect(),
        Format::Md => lines.iter().map(|line| format!("\n{}\n", records::markdown_text(line))).collect(),
        _ => String::new(),
    }
}

fn head(section: &Section, format: Format, ui: &Ui) -> String {
    match format {
        Format::Table => format!("{}\n", ui.paint(Style::Heading, &dashboard::heading(section))),
        Format::Md => format!("## {}\n\n", records::markdown_text(&dashboard::heading(section))),
        _ => String::new(),
    }
}

fn table(view: &ReportView, along: Option<&ReportView>, format: Format, ui: &Ui) -> Result<String> {
    let (names, mut texts) = match format {
        Format::Csv => figures::flat(view),
        _ => figures::human(view),
    };
    let upright = names.first().is_some_and(|name| name == "figure");
    let right = |name: &String| if upright { Column::left(name.as_str()) } else { Column::right(name.as_str()) };
    let mut columns: Vec<Column> = names
        .iter()
        .enumerate()
        .map(|(at, name)| if at == 0 { Column::left(name.as_str()) } else { right(name) })
        .collect();
    if let Some(along) = along {
        columns.push(Column::left("trend"));
        for row in &mut texts {
            let trend = trend(&row[0], along);
            row.push(trend);
        }
    }
    if format == Format::Table && !upright && is_along_time(view) && view.rows.len() > 1 {
        texts.push(
            names
                .iter()
                .enumerate()
                .map(|(at, name)| if at == 0 { "trend".to_owned() } else { trend(name, view) })
                .collect(),
        );
    }
    let style = |at: usize| if at == 0 && !upright { Some(Style::Id) } else { None };
    let cell = |(at, text): (usize, String)| Cell { style: style(at), ..Cell::new(text) };
    let cells = texts.into_iter().map(|row| row.into_iter().enumerate().map(cell).collect()).collect();
    let mut out = rows(columns, cells, format, ui)?;
    if format == Format::Table {
        out.push_str(&behind(view, ui));
    }
    Ok(out)
}

fn is_along_time(view: &ReportView) -> bool {
    matches!(view.by, Some("day" | "week" | "month"))
}

/// How the figure of a label went along time, the last of it where there is much.
fn trend(name: &str, along: &ReportView) -> String {
    const MOST: usize = 26;
    let rows: Vec<_> = along.rows.iter().filter(|row| row.key.is_some()).collect();
    let found = figures::union(along).into_iter().find(|(known, _)| label(known) == name);
    let Some((figure, _)) = found.filter(|_| is_along_time(along) && rows.len() > 1) else { return String::new() };
    let values: Vec<f64> = rows.iter().map(|row| row.figure(figure).map_or(f64::NAN, value)).collect();
    if values.iter().filter(|value| value.is_finite()).count() < 2 {
        return String::new();
    }
    sparkline(&values[values.len().saturating_sub(MOST)..]).trim_end().to_owned()
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
