//! What differs between two versions of a ticket's file, field by field, as the audit trail tells it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::frontmatter::FrontMatter;
use super::ticket::{ORDER, TicketFile};
use crate::domain::event::FieldChange;

/// The changes that lead from one version to the next, in the order of the design's keys, then others by name.
pub fn changes(old: &TicketFile, new: &TicketFile) -> Vec<FieldChange> {
    let (mut before, mut after) = (flat(&old.front), flat(&new.front));
    if old.body != new.body {
        before.insert("body".into(), Value::String(old.body.clone()));
        after.insert("body".into(), Value::String(new.body.clone()));
    }
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_by_key(|name| (place(name), *name));
    names.dedup();
    let value = |side: &BTreeMap<String, Value>, name: &String| side.get(name).cloned().unwrap_or_else(|| absent(name));
    let changed = names.into_iter().map(|name| FieldChange {
        field: name.clone(),
        from: value(&before, name),
        to: value(&after, name),
    });
    changed.filter(|change| change.from != change.to).collect()
}

fn place(name: &str) -> usize {
    let key = if name.starts_with("field.") { "fields" } else { name };
    ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len())
}

/// Every key with its value; the custom fields each for itself.
fn flat(front: &FrontMatter) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (key, value) in front.keys() {
        let value = json(value);
        match (key, value) {
            ("fields", Value::Object(fields)) => {
                values.extend(
                    fields
                        .into_iter()
                        .filter(|(_, value)| !value.is_null())
                        .map(|(name, value)| (format!("field.{name}"), value)),
                );
            }
            (_, value) if value.is_null() => {}
            ("cc" | "tags" | "links" | "attachments" | "flags" | "unsent", Value::String(one)) => {
                values.insert(key.to_owned(), Value::Array(vec![Value::String(one)]));
            }
            (_, value) => drop(values.insert(key.to_owned(), value)),
        }
    }
    values
}

/// What an absent key means.
pub fn absent(name: &str) -> Value {
    match name {
        "priority" => "normal".into(),
        "line" => 1.into(),
        "cc" | "tags" | "links" | "attachments" | "flags" | "unsent" => Value::Array(Vec::new()),
        "body" => "".into(),
        _ => Value::Null,
    }
}

/// A YAML value as JSON.
pub fn json(value: &serde_yaml::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
