//! A YAML block taken apart by name: the keys of a mapping, the items of a list.

use std::ops::Range;

use serde_yaml::Value;

use super::read::parse_yaml;
use super::scan::{blocks, items, rows};

/// The lines each name of a block stands for, without the comments above: the keys of a mapping, the items of a list by
/// their `name`, or by themselves where they are plain values. `None` where that cannot be told.
pub fn parts(text: &str) -> Option<Vec<(String, Range<usize>)>> {
    let rows = rows(text, 0..text.len());
    let Some(first) = rows.iter().find(|row| row.solid) else { return Some(Vec::new()) };
    if !first.is_item(text) {
        let found = blocks(text, 0..text.len(), first.indent)?;
        return Some(found.into_iter().map(|block| (block.key, block.span)).collect());
    }
    let (_, spans) = items(text, 0..text.len())?;
    spans.into_iter().map(|span| Some((name(&text[span.clone()])?, span))).collect()
}

/// What an item of a list is known by.
fn name(item: &str) -> Option<String> {
    let Ok(Value::Sequence(items)) = parse_yaml(item.as_bytes()) else { return None };
    match items.first()? {
        Value::Mapping(mapping) => mapping.get("name")?.as_str().map(str::to_owned),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
