//! `policy/views.yaml` to views.

use serde_yaml::Value;

use super::frontmatter::{self, Fault};
use super::reading::plain;
use super::settings::fault;
use crate::domain::view::View;

/// Reads the views, in the order of the file.
pub fn parse(bytes: &[u8]) -> Result<Vec<View>, Fault> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    match frontmatter::parse_yaml(bytes)? {
        Value::Null => Ok(Vec::new()),
        Value::Mapping(mapping) => {
            let read = |(name, value): (&Value, &Value)| {
                let name = plain(name).unwrap_or_default();
                view(&name, value).map_err(|message| fault(text, &name, message))
            };
            mapping.iter().map(read).collect()
        }
        _ => Err(fault(text, "", "the views are a mapping of name to {query: …}")),
    }
}

fn view(name: &str, value: &Value) -> Result<View, String> {
    if !matches!(value, Value::Mapping(_)) {
        return Err(format!("view '{name}' wants {{query: …}}"));
    }
    let columns = match value.get("columns") {
        None => Vec::new(),
        Some(Value::Sequence(items)) => items.iter().filter_map(plain).collect(),
        Some(_) => return Err(format!("'columns' of view '{name}' wants a list")),
    };
    let limit = match value.get("limit") {
        None => None,
        Some(limit) => Some(limit.as_u64().ok_or_else(|| format!("'limit' of view '{name}' wants a number"))? as usize),
    };
    Ok(View {
        name: name.to_owned(),
        title: value.get("title").and_then(plain),
        query: value.get("query").and_then(plain).unwrap_or_default(),
        sort: value.get("sort").and_then(plain),
        columns,
        limit,
    })
}
