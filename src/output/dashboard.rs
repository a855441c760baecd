//! Reports as a page: one HTML document that needs nothing but itself.

mod look;
mod table;
#[cfg(test)]
mod tests;
mod tiles;

use std::fmt::Write as _;

use super::chart::text::escaped;
use super::chart::{self, HALF, Panel, Picture, WHOLE, words};
use crate::view::report::{DashboardView, ReportView, Section};

/// The width of a panel in a narrow window, in pixels.
const NARROW: f64 = 340.0;

/// The page of a desk: headline figures where a summary is among the reports, then charts and tables.
pub fn page(view: &DashboardView) -> String {
    let DashboardView { desk, title, sections: parts } = view;
    let mut body = header(desk, title, parts);
    body.push_str("<main>\n");
    let (headlines, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_headline(part));
    headlines.iter().for_each(|part| push_headlines(&mut body, part, parts));
    others.iter().for_each(|part| push_section(&mut body, part));
    if parts.is_empty() {
        body.push_str("<p class=\"empty\">There is no report on this page.</p>\n");
    }
    body.push_str("</main>\n");
    body.push_str(&footer(parts));
    let name = [title.as_str(), desk].map(escaped).join(" – ");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{name}</title>\n<style>\n{}{}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        chart::style(),
        look::STYLE
    )
}

/// Whether the figures of a part are those of the whole period, to be shown large.
fn is_headline(part: &Section) -> bool {
    part.view.report == "summary" && part.view.by.is_none() && part.view.rows.len() == 1
}

/// What stands over a report.
pub(crate) fn heading(part: &Section) -> String {
    part.heading.clone().unwrap_or_else(|| words::title(&part.view))
}

fn header(desk: &str, title: &str, parts: &[Section]) -> String {
    let mut out = format!("<header>\n<p class=\"desk\">{}</p>\n<h1>{}</h1>\n", escaped(desk), escaped(title));
    let periods = distinct(parts, |view| format!("{} ({})", words::period(view), view.timezone));
    if !periods.is_empty() {
        out.push_str(&format!("<p class=\"period\">{}</p>\n", escaped(&periods.join("; "))));
    }
    out + "</header>\n"
}

fn push_headlines(out: &mut String, part: &Section, parts: &[Section]) {
    let title = heading(part);
    let views: Vec<&ReportView> = parts.iter().map(|part| &part.view).collect();
    let tiles = part.view.rows.first().map(|row| tiles::tiles(row, &views)).unwrap_or_default();
    let table = table::details(&part.view, &title);
    // Writing to a String cannot fail.
    let _ = write!(out, "<section class=\"headlines\">\n<h2>{}</h2>\n{tiles}{table}</section>\n", escaped(&title));
}

fn push_section(out: &mut String, part: &Section) {
    let panels = chart::panels(&part.view);
    let _ = write!(out, "<section>\n<h2>{}</h2>\n", escaped(&heading(part)));
    if panels.is_empty() {
        out.push_str("<p class=\"empty\">No data in this period.</p>\n</section>\n");
        return;
    }
    out.push_str("<div class=\"panels\">\n");
    for row in chart::rows(&panels) {
        row.iter().for_each(|panel| push_panel(out, &heading(part), panel, row.len() == 1));
    }
    out.push_str("</div>\n");
    out.push_str(&table::details(&part.view, &heading(part)));
    out.push_str("</section>\n");
}

/// A panel, drawn a second time for narrow windows, so that its letters stay large enough.
fn push_panel(out: &mut String, heading: &str, panel: &Panel, wide: bool) {
    let (class, width) = if wide { ("panel wide", WHOLE) } else { ("panel", HALF) };
    let _ = writeln!(out, "<figure class=\"{class}\">");
    push_svg(out, heading, &Picture::of(panel, width, true), "chart broad");
    push_svg(out, heading, &Picture::of(panel, NARROW, false), "chart narrow");
    out.push_str("</figure>\n");
}

fn push_svg(out: &mut String, heading: &str, picture: &Picture, class: &str) {
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" role=\"img\" aria-label=\"{}: {}. {}\" \
         width=\"{:.0}\" height=\"{:.0}\" viewBox=\"{}\">\n{}\n</svg>",
        escaped(heading),
        escaped(&picture.title),
        escaped(&picture.description),
        picture.width,
        picture.height,
        picture.view_box(),
        picture.body
    );
}

/// Where the figures come from.
fn footer(parts: &[Section]) -> String {
    let origins = distinct(parts, words::origin);
    let lines: Vec<String> = origins.iter().map(|origin| format!("<p>{}</p>\n", escaped(origin))).collect();
    let how = "Durations are those on the clock unless business time is named. p90: nine of ten took no longer.";
    format!("<footer>\n{}<p>{how}</p>\n</footer>\n", lines.concat())
}

/// What is said of the parts, each once.
pub(crate) fn distinct(parts: &[Section], said: impl Fn(&ReportView) -> String) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for part in parts {
        let said = said(&part.view);
        if !all.contains(&said) {
            all.push(said);
        }
    }
    all
}
