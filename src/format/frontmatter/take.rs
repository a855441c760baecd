//! Keys taken from another version of the same file, as they are written there.

use serde_yaml::Value;

use super::edit::{edit_one, is_as_meant};
use super::fence;
use super::read::{FrontMatter, parse};
use super::scan::{Block, blocks};

/// The text with a key as another version of it has the key: its lines, or none where the other has none. Where the
/// lines cannot be told apart the value is written anew. `None` where that cannot be done either.
pub fn take(text: &str, key: &str, from: &str) -> Option<String> {
    let (ours, theirs) = (parse(text.as_bytes()).ok()?, parse(from.as_bytes()).ok()?);
    if ours.get(key) == theirs.get(key) {
        return Some(text.to_owned());
    }
    match lines_taken(text, key, from) {
        Some(page) if means((text, &ours), &page, key, theirs.get(key)) => Some(page),
        _ => put(text, key, theirs.get(key).cloned()),
    }
}

/// The text with a key set to a value, or removed. `None` where the lines of the key cannot be edited.
pub fn put(text: &str, key: &str, value: Option<Value>) -> Option<String> {
    let front = parse(text.as_bytes()).ok()?;
    match edit_one(text, &front, key, value, &[]) {
        Ok(Some((page, _))) => Some(page),
        Ok(None) => Some(text.to_owned()),
        Err(_) => None,
    }
}

fn means(old: (&str, &FrontMatter), page: &str, key: &str, value: Option<&Value>) -> bool {
    parse(page.as_bytes()).is_ok_and(|read| is_as_meant(old, (page, &read), key, value))
}

fn lines_taken(text: &str, key: &str, from: &str) -> Option<String> {
    let (yaml, theirs) = (fence::split(text).ok()?.yaml, fence::split(from).ok()?.yaml);
    let ours = blocks(text, yaml.clone(), 0)?;
    let theirs = blocks(from, theirs, 0)?;
    let place = theirs.iter().position(|block| block.key == key);
    let new = place.map_or("", |place| &from[theirs[place].span.clone()]);
    let range = match ours.iter().find(|block| block.key == key) {
        Some(block) => block.span.clone(),
        None => {
            let at = beside(&ours, &theirs, place?).unwrap_or(yaml.end);
            at..at
        }
    };
    Some(format!("{}{new}{}", &text[..range.start], &text[range.end..]))
}

/// Where a key of theirs goes: after the nearest one before it there that is here too, else before the first after it.
fn beside(ours: &[Block], theirs: &[Block], place: usize) -> Option<usize> {
    let find = |block: &Block| ours.iter().find(|own| own.key == block.key);
    let before = theirs[..place].iter().rev().find_map(find).map(|block| block.span.end);
    before.or_else(|| theirs[place + 1..].iter().find_map(find).map(|block| block.span.start))
}
