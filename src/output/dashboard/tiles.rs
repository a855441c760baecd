//! The headline figures of a page.

use std::fmt::Write as _;

use super::super::chart::text::escaped;
use super::super::chart::tile;
use super::super::figures::{label, value};
use super::super::sparkline::sparkline;
use crate::view::report::{Figure, ReportRow, ReportView};

/// The headlines: what stands over each, and the figures it may be, the first that is there.
const HEADLINES: [(&str, &[&str]); 8] = [
    ("Created", &["created"]),
    ("Solved", &["solved"]),
    ("Backlog", &["backlog"]),
    ("First response", &["first_response"]),
    ("Resolution", &["resolution", "resolution_full", "resolution_first"]),
    ("SLA attainment", &["sla_attainment"]),
    ("Reopen rate", &["reopen_rate"]),
    ("CSAT", &["csat"]),
];
/// Points of a trend.
const TREND: usize = 18;

/// The headlines of a summary as tiles, with the trend of each where a report of `views` has it along time.
pub(super) fn tiles(row: &ReportRow, views: &[&ReportView]) -> String {
    let mut out = String::from("<dl class=\"tiles\">\n");
    for (head, names) in HEADLINES {
        if let Some((name, figure)) = names.iter().find_map(|name| Some((*name, row.figure(name)?))) {
            push_tile(&mut out, head, (name, figure), &trend(name, views));
        }
    }
    out + "</dl>\n"
}

fn push_tile(out: &mut String, head: &str, (name, figure): (&str, &Figure), trend: &str) {
    let (shown, more) = match tile(name, figure) {
        Some(tile) => (tile.value, tile.more),
        None => ("–".to_owned(), "no data".to_owned()),
    };
    let median = matches!(figure, Figure::Duration(_)) && shown != "–";
    let more = if median { format!("median, {more}") } else { more };
    // Writing to a String cannot fail.
    let _ = write!(out, "<div><dt>{}</dt><dd class=\"value\">{}</dd>", escaped(head), escaped(&shown));
    let _ = write!(out, "<dd class=\"more\">{}</dd>", escaped(more.trim_end_matches(", ")));
    if !trend.is_empty() && shown != "–" {
        let _ = write!(out, "<dd class=\"trend\" role=\"img\" aria-label=\"trend of {}\">{trend}</dd>", label(name));
    }
    out.push_str("</div>\n");
}

/// The last values of a figure along time, as a line of blocks; empty where no report has it.
fn trend(name: &str, views: &[&ReportView]) -> String {
    let along_time = |view: &&&ReportView| matches!(view.by, Some("day" | "week" | "month"));
    let values = |view: &&ReportView| -> Vec<f64> {
        view.rows.iter().filter(|row| row.key.is_some()).filter_map(|row| row.figure(name)).map(value).collect()
    };
    let found = views.iter().filter(along_time).map(values).find(|values| values.len() > 1);
    let values = found.unwrap_or_default();
    sparkline(&values[values.len().saturating_sub(TREND)..])
}
