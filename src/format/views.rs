//! `policy/views.yaml` to views.

use super::frontmatter::Fault;
use super::policy::item::Item;
use super::policy::notes::Notes;
use super::policy::{MentionKind, Parsed, read};
use crate::domain::query::render_piece;
use crate::domain::view::View;

const KEYS: [&str; 5] = ["title", "query", "sort", "columns", "limit"];

/// Reads the views, in the order of the file; the first error is one.
pub fn parse(bytes: &[u8]) -> Result<Vec<View>, Fault> {
    let parsed = parse_all(bytes);
    match parsed.faults.into_iter().find(|finding| !finding.warning) {
        Some(finding) => Err(finding.fault),
        None => Ok(parsed.values),
    }
}

/// Reads what can be read of the views, and tells all that is wrong.
pub fn parse_all(bytes: &[u8]) -> Parsed<View> {
    read(bytes, |notes, root| {
        let entries = notes.entries(root, "the views are a mapping of name to {query: …}");
        entries.into_iter().filter_map(|(name, item)| view(notes, name, item)).collect()
    })
}

fn view(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<View> {
    if item.entries().is_none() {
        notes.wrong_key(item, format!("view '{}' wants {{query: …}}", render_piece(name)), "");
        return None;
    }
    notes.unknown_keys(item, "a view", &KEYS);
    let query = item.get("query").and_then(|value| {
        let query = value.text().filter(|query| query.trim().is_empty()).or_else(|| notes.text(value, "query"))?;
        notes.mention(MentionKind::Query, value, query.clone());
        Some(query)
    });
    let columns = match item.get("columns").map(|value| (value, value.items())) {
        None => Vec::new(),
        Some((value, Some(_))) => mentioned(notes, value),
        Some((value, None)) => {
            notes.wrong(value, format!("'columns' of view '{}' wants a list", render_piece(name)), "");
            Vec::new()
        }
    };
    let sort = item.get("sort").and_then(|value| {
        let sort = notes.text(value, "sort")?;
        notes.mention(MentionKind::Sort, value, sort.clone());
        Some(sort)
    });
    let limit = item.get("limit").and_then(|value| {
        let limit = value.text().and_then(|text| text.parse().ok());
        if limit.is_none() {
            notes.wrong(value, format!("'limit' of view '{}' wants a number", render_piece(name)), "");
        }
        limit
    });
    Some(View {
        name: name.to_owned(),
        title: item.get("title").and_then(Item::text),
        query: query.unwrap_or_default(),
        sort,
        columns,
        limit,
    })
}

/// The columns of a view.
fn mentioned(notes: &mut Notes, value: Item<'_>) -> Vec<String> {
    let names = notes.texts(value, "columns");
    for (name, item) in &names {
        notes.mention(MentionKind::Column, *item, name.clone());
    }
    names.into_iter().map(|(name, _)| name).collect()
}
