//! `policy/dashboards.yaml` to dashboards.

use super::item::Item;
use super::notes::Notes;
use super::{Mention, MentionKind, Parsed, read};
use crate::domain::policy::dashboard::{Dashboard, Part};
use crate::domain::query::render_piece;

const KEYS: [&str; 4] = ["title", "since", "until", "reports"];
const PART_KEYS: [&str; 3] = ["report", "by", "title"];

/// Reads the dashboards, in the order of the file. Whether a report or a grouping is known is for who draws them.
pub fn parse(bytes: &[u8]) -> Parsed<Dashboard> {
    read(bytes, |notes, root| {
        let entries = notes.entries(root, "the dashboards are a mapping of name to {reports: […]}");
        entries.into_iter().filter_map(|(name, item)| dashboard(notes, name, item)).collect()
    })
}

fn dashboard(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Dashboard> {
    let shown = render_piece(name);
    let (line, column) = item.key_place();
    notes.mentions.push(Mention { kind: MentionKind::Dashboard, text: name.to_owned(), line, column });
    if item.entries().is_none() {
        notes.wrong_key(item, format!("dashboard '{shown}' wants {{reports: […]}}"), "");
        return None;
    }
    notes.unknown_keys(item, "a dashboard", &KEYS);
    let Some(reports) = item.get("reports").and_then(|value| value.items()) else {
        notes.wrong_key(
            item,
            format!("dashboard '{shown}' wants a list of reports"),
            "reports: [{report: volume, by: week}]",
        );
        return None;
    };
    let parts = reports.into_iter().filter_map(|value| part(notes, value)).collect();
    let text = |key: &str| item.get(key).and_then(Item::text);
    Some(Dashboard { name: name.to_owned(), title: text("title"), since: text("since"), until: text("until"), parts })
}

/// `volume`, or `{report: volume, by: week, title: …}`.
fn part(notes: &mut Notes, item: Item<'_>) -> Option<Part> {
    if item.entries().is_none() {
        let report = notes.text(item, "report")?;
        notes.mention(MentionKind::Report, item, report.clone());
        return Some(Part { report, by: None, title: None });
    }
    notes.unknown_keys(item, "a report of a dashboard", &PART_KEYS);
    let Some(value) = item.get("report") else {
        notes.wrong(item, "it names no report".to_owned(), "write {report: volume, by: week}");
        return None;
    };
    let report = notes.text(value, "report")?;
    notes.mention(MentionKind::Report, value, report.clone());
    let by = item.get("by").and_then(|value| {
        let by = notes.text(value, "by")?;
        notes.mention(MentionKind::Grouping, value, by.clone());
        Some(by)
    });
    Some(Part { report, by, title: item.get("title").and_then(Item::text) })
}
