//! Setting and removing keys. Only the lines of the keys that change are touched; the result is read again and
//! compared with what was meant, and refused where it differs.

use super::fault::Fault;
use super::fence;
use super::read::{FrontMatter, parse};
use super::render::{Node, render_entry};
use super::scan::{Block, blocks};
use super::splice::{Page, Splice, apply};
use serde_yaml::{Mapping, Value};

/// Sets (`Some`) or removes (`None`) top-level keys, touching only the lines of those keys.
///
/// A new key goes after the nearest key before it in `order`, else before the first key after it in `order`, else to
/// the end. A key that has this value already is left as it is written.
pub fn edit(text: &str, edits: &[(&str, Option<Node>)], order: &[&str]) -> Result<String, Fault> {
    let mut page = text.to_string();
    let mut front = parse(text.as_bytes())?;
    for (key, node) in edits {
        let value = node.as_ref().map(Node::to_value);
        if let Some((next, read)) = edit_one(&page, &front, key, value, order)? {
            (page, front) = (next, read);
        }
    }
    Ok(page)
}

/// Sets or removes one key inside a top-level mapping (`fields.product`). The mapping is made where it is absent and
/// removed when nothing is left in it.
pub fn edit_nested(text: &str, key: &str, inner: &str, value: Option<Node>, order: &[&str]) -> Result<String, Fault> {
    let front = parse(text.as_bytes())?;
    let mut mapping = match front.get(key) {
        Some(Value::Mapping(mapping)) => mapping.clone(),
        None | Some(Value::Null) => Mapping::new(),
        Some(_) => {
            let (line, column) = front.position(key);
            let hint = Some("edit it by hand".to_string());
            return Err(Fault { line, column, message: format!("`{key}` has no keys of its own"), hint });
        }
    };
    match value {
        Some(node) => mapping.insert(Value::String(inner.to_string()), node.to_value()),
        None if !mapping.contains_key(inner) => return Ok(text.to_string()),
        None => mapping.shift_remove(inner),
    };
    let value = (!mapping.is_empty()).then_some(Value::Mapping(mapping));
    let edited = edit_one(text, &front, key, value, order)?;
    Ok(edited.map_or_else(|| text.to_string(), |(page, _)| page))
}

/// One key. None where it has this value already.
pub(super) fn edit_one(
    text: &str,
    front: &FrontMatter,
    key: &str,
    value: Option<Value>,
    order: &[&str],
) -> Result<Option<(String, FrontMatter)>, Fault> {
    if front.get(key) == value.as_ref() {
        return Ok(None);
    }
    let edited = plan(text, front, key, value.as_ref(), order).map(|splices| apply(text, splices)).and_then(|page| {
        let read = parse(page.as_bytes()).ok()?;
        is_as_meant((text, front), (&page, &read), key, value.as_ref()).then_some((page, read))
    });
    edited.map(Some).ok_or_else(|| refusal(front, key))
}

fn refusal(front: &FrontMatter, key: &str) -> Fault {
    let (line, column) = front.key_position(key);
    let message = format!("`{key}`: this block is written in a way loket does not edit");
    Fault { line, column, message, hint: Some("edit it by hand".to_string()) }
}

/// The splices that make the change, where the lines of every key are known.
fn plan(text: &str, front: &FrontMatter, key: &str, value: Option<&Value>, order: &[&str]) -> Option<Vec<Splice>> {
    let yaml = fence::split(text).ok()?.yaml;
    let end = yaml.end;
    let blocks = blocks(text, yaml, 0)?;
    if !blocks.iter().map(|block| block.key.as_str()).eq(front.keys().map(|(key, _)| key)) {
        return None;
    }
    let first_line = text.split_inclusive('\n').next().unwrap_or_default();
    let newline = if first_line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let block = blocks.iter().find(|block| block.key == key);
    match (block, front.get(key), value) {
        (Some(block), Some(old), Some(new)) => Page { text, newline }.replace(block, old, new),
        (Some(block), _, None) => Some(vec![(block.span.clone(), String::new())]),
        (None, _, Some(new)) => {
            let at = place_for(&blocks, key, order).unwrap_or(end);
            Some(vec![(at..at, render_entry(key, new, 0, newline))])
        }
        _ => None,
    }
}

/// Where a new key goes; none for the end.
fn place_for(blocks: &[Block], key: &str, order: &[&str]) -> Option<usize> {
    let rank = order.iter().position(|&name| name == key)?;
    let find = |name: &&str| blocks.iter().find(|block| block.key == *name);
    let before = order[..rank].iter().rev().find_map(find).map(|block| block.span.end);
    let after = || blocks.iter().find(|block| order[rank + 1..].contains(&block.key.as_str()));
    before.or_else(|| after().map(|block| block.span.start))
}

/// Whether the new text says what the old one said, but for the one key.
pub(super) fn is_as_meant(
    old: (&str, &FrontMatter),
    new: (&str, &FrontMatter),
    key: &str,
    value: Option<&Value>,
) -> bool {
    let others = |front: &FrontMatter| -> Vec<(String, Value)> {
        let pairs = front.keys().filter(|(name, _)| *name != key);
        pairs.map(|(name, value)| (name.to_string(), value.clone())).collect()
    };
    old.1.body(old.0) == new.1.body(new.0) && new.1.get(key) == value && others(old.1) == others(new.1)
}
