//! What a search found.

use crate::failure::Result;
use crate::output::{Format, Style, Ui, records, sanitize, width};
use crate::view::HitView;

/// Hits as two lines each for people, rows for programs.
pub fn render(hits: &[HitView], format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Table {
        return Ok(hits.iter().map(|hit| lines(hit, ui)).collect());
    }
    let headers = ["kind", "id", "ticket", "title", "score", "snippet", "path"];
    let row = |hit: &HitView| {
        let score = hit.score.map(|score| score.to_string()).unwrap_or_default();
        vec![
            hit.kind.to_owned(),
            hit.id.clone(),
            hit.ticket.clone().unwrap_or_default(),
            hit.title.clone(),
            score,
            hit.snippet.clone(),
            hit.path.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = hits.iter().map(row).collect();
    if format == Format::Csv { records::csv(&headers, &rows) } else { Ok(records::markdown_table(&headers, &rows)) }
}

fn lines(hit: &HitView, ui: &Ui) -> String {
    let id = hit.ticket.as_deref().unwrap_or(&hit.path);
    let room = ui.width.map(|columns| columns.saturating_sub(width::width(id) + hit.kind.len() + 4));
    let title = sanitize::line(&hit.title);
    let title = room.map_or(title.clone(), |room| width::truncate(&title, room).into_owned().into());
    format!(
        "{}  {}  {}\n  {}\n",
        ui.paint(Style::Id, &sanitize::line(id)),
        ui.paint(Style::Muted, hit.kind),
        ui.paint(Style::Strong, &title),
        marked(hit, ui)
    )
}

/// The snippet with its words painted.
fn marked(hit: &HitView, ui: &Ui) -> String {
    let mut out = String::new();
    let mut at = 0;
    for place in &hit.matches {
        let (Some(before), Some(word)) = (hit.snippet.get(at..place.start), hit.snippet.get(place.clone())) else {
            continue;
        };
        out.push_str(&sanitize::line(before));
        out.push_str(&ui.paint(Style::Match, &sanitize::line(word)));
        at = place.end;
    }
    out.push_str(&sanitize::line(hit.snippet.get(at..).unwrap_or_default()));
    out
}
