//! `set` of a rule: the keys of a ticket it changes.

use super::MentionKind;
use super::item::Item;
use super::notes::{Notes, suggest};
use crate::domain::policy::rule::{Operation, Setting};
use crate::domain::query::render_piece;
use crate::domain::ticket::{Priority, SETTABLE};

/// The keys that hold a list, which can be added to and taken from.
const LISTS: [&str; 3] = ["cc", "tags", "links"];

/// The lines of a `set`; what is wrong is told and left out.
pub(in crate::format) fn settings(notes: &mut Notes, item: Item<'_>) -> Vec<Setting> {
    let mut found = Vec::new();
    for (written, item) in notes.entries(item, "'set' wants a mapping of key to value") {
        match (written, item.entries()) {
            ("fields", Some(fields)) => {
                found.extend(fields.into_iter().filter_map(|(name, item)| custom(notes, name, item)));
            }
            _ => found.extend(setting(notes, written, item)),
        }
    }
    found
}

fn setting(notes: &mut Notes, written: &str, item: Item<'_>) -> Option<Setting> {
    let (key, operation) = match (written.strip_suffix('+'), written.strip_suffix('-')) {
        (Some(key), _) => (key, Operation::Add),
        (_, Some(key)) => (key, Operation::Remove),
        (None, None) => (written, Operation::Replace),
    };
    let name = key.strip_prefix("field.").or_else(|| key.strip_prefix("fields."));
    if let (Some(name), Operation::Replace) = (name, operation) {
        return custom(notes, name, item);
    }
    let key = match key.replace('_', "-").as_str() {
        "tag" => "tags".to_owned(),
        "link" => "links".to_owned(),
        key => key.to_owned(),
    };
    // What is merged is for a person to say.
    let is_known = SETTABLE.contains(&key.as_str()) && key != "merged-into";
    if name.is_none() && !is_known {
        let settable: Vec<&str> = SETTABLE.into_iter().filter(|key| *key != "merged-into").collect();
        let hint = suggest(&key, &settable);
        notes.wrong_key(item, format!("'{}' is no key a rule can set", render_piece(written)), hint);
        return None;
    }
    if operation != Operation::Replace && !LISTS.contains(&key.as_str()) {
        let message = format!("'{}' is no list to add to or take from", render_piece(written));
        notes.wrong_key(item, message, format!("lists are {}", LISTS.join(", ")));
        return None;
    }
    let value = value(notes, written, item)?;
    is_valid(notes, &key, &value, item).then_some(Setting { key, operation, value })
}

/// Checks the key that an answer becomes the value of.
pub(in crate::format) fn check_key(notes: &mut Notes, item: Item<'_>, written: &str) {
    let name = written.strip_suffix(['+', '-']).unwrap_or(written);
    if let Some(field) = name.strip_prefix("field.").or_else(|| name.strip_prefix("fields.")) {
        notes.mention(MentionKind::Field, item, field);
        return;
    }
    let key = name.replace('_', "-");
    if !SETTABLE.contains(&key.as_str()) && !["tag", "link"].contains(&key.as_str()) {
        let hint = suggest(&key, &SETTABLE);
        notes.wrong(item, format!("'{}' is no key an answer can set", render_piece(written)), hint);
    }
}

fn custom(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Setting> {
    let value = value(notes, name, item)?;
    let (line, column) = item.key_place();
    notes.mentions.push(super::Mention { kind: MentionKind::Field, text: name.to_owned(), line, column });
    Some(Setting { key: format!("field.{name}"), operation: Operation::Replace, value })
}

/// A value as `set` is given it; a list is joined by commas, nothing empties.
fn value(notes: &mut Notes, key: &str, item: Item<'_>) -> Option<String> {
    match item.items() {
        Some(_) => Some(notes.texts(item, key).into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(",")),
        None if item.is_null() => Some(String::new()),
        None => {
            let text = item.text();
            if text.is_none() {
                notes.wrong(item, format!("'{}' wants a text or a list, not {}", render_piece(key), item.kind()), "");
            }
            text
        }
    }
}

/// Mentions what the value names; a priority or line is known here.
fn is_valid(notes: &mut Notes, key: &str, value: &str, item: Item<'_>) -> bool {
    let kind = match key {
        _ if value.is_empty() => return true,
        "priority" if Priority::find(value).is_none() => {
            let hint = suggest(value, &Priority::ALL.map(Priority::name));
            notes.wrong(item, format!("'{}' is no priority", render_piece(value)), hint);
            return false;
        }
        "line" if !matches!(value, "1" | "2") => {
            notes.wrong(item, format!("'{}' is no line", render_piece(value)), "it is 1 or 2");
            return false;
        }
        "assignee" if value == "none" => return true,
        "assignee" => MentionKind::Agent,
        "team" => MentionKind::Team,
        "status" => MentionKind::Status,
        "type" => MentionKind::Type,
        "channel" => MentionKind::Channel,
        _ => return true,
    };
    notes.mention(kind, item, value);
    true
}
