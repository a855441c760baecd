//! Three versions of a file made one by meaning: front matter key by key, lists as sets, policies by their keys, text by
//! lines (cli.md, `sync`).
//!
//! Whoever calls brings two things: how texts are merged by lines, and which side changed a field later.

mod fields;
mod keys;
mod values;

#[cfg(test)]
mod tests;

use crate::failure::Result;

/// A side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Ours,
    Theirs,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Ours => Side::Theirs,
            Side::Theirs => Side::Ours,
        }
    }
}

/// The versions of a file; the base is `None` where both sides made it.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a> {
    pub base: Option<&'a [u8]>,
    pub ours: &'a [u8],
    pub theirs: &'a [u8],
}

/// A value that gave way to the other side's later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As `set` and `log` name it: `priority`, `field.product`.
    pub field: String,
    pub kept: String,
    pub dropped: String,
    /// Whose value was kept.
    pub from: Side,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Merged {
        bytes: Vec<u8>,
        told: Vec<Told>,
    },
    /// Both sides changed the same text. `told` is of the fields that could be merged, `bytes` has both versions between
    /// marks.
    Conflict {
        bytes: Vec<u8>,
        told: Vec<Told>,
    },
}

/// A text merged by lines.
pub struct Lines {
    /// With both versions between marks where they conflict.
    pub bytes: Vec<u8>,
    pub is_clean: bool,
}

/// What a merge has to be told.
pub struct Judge<'a> {
    /// Merges texts by lines.
    pub lines: &'a dyn Fn(Versions<'_>) -> Result<Lines>,
    /// Which side changed a field later; asked only where both changed it, otherwise.
    pub later: &'a dyn Fn(&str) -> Result<Side>,
}

/// Merges a file with front matter: fields by their rules, the text below by lines. What cannot be read is merged by
/// lines as a whole.
pub fn merge_page(versions: Versions<'_>, judge: &Judge<'_>) -> Result<Outcome> {
    match fields::merge(versions, judge)? {
        Some(outcome) => Ok(outcome),
        None => merge_lines(versions, judge),
    }
}

/// Merges a YAML file by its keys, as deep as they go; one value changed by both is a conflict.
pub fn merge_policy(versions: Versions<'_>, judge: &Judge<'_>) -> Result<Outcome> {
    match keys::merge(versions) {
        Some(text) => Ok(Outcome::Merged { bytes: text.into_bytes(), told: Vec::new() }),
        None => {
            let outcome = merge_lines(versions, judge)?;
            let reads = |bytes: &[u8]| super::frontmatter::parse_yaml(bytes).is_ok();
            Ok(match outcome {
                // Lines that fit side by side need not be YAML together.
                Outcome::Merged { bytes, told } if !reads(&bytes) && reads(versions.ours) => {
                    Outcome::Conflict { bytes, told }
                }
                outcome => outcome,
            })
        }
    }
}

/// Merges any other text.
pub fn merge_lines(versions: Versions<'_>, judge: &Judge<'_>) -> Result<Outcome> {
    let Lines { bytes, is_clean } = (judge.lines)(versions)?;
    let told = Vec::new();
    Ok(if is_clean { Outcome::Merged { bytes, told } } else { Outcome::Conflict { bytes, told } })
}

/// The value of a field as `log` names it; `None` where it is absent, or the file cannot be read.
pub fn field(bytes: &[u8], name: &str) -> Option<serde_json::Value> {
    let front = super::frontmatter::parse(bytes).ok()?;
    let json = |value: &serde_yaml::Value| Some(super::changes::json(value)).filter(|value| !value.is_null());
    if let Some(value) = front.get(name) {
        return json(value);
    }
    let (outer, inner) = name.split_once('.')?;
    let outer = if outer == "field" { "fields" } else { outer };
    json(front.get(outer)?.get(inner)?)
}

/// The text of a page with an attachment under another name, also where the text links to it; `None` where it names no
/// such attachment.
pub fn rename_attachment(bytes: &[u8], old: &str, new: &str) -> Option<String> {
    use serde_yaml::Value;
    let text = std::str::from_utf8(bytes).ok()?;
    let front = super::frontmatter::parse(bytes).ok()?;
    let mut names = match front.get("attachments")? {
        Value::Sequence(items) => items.clone(),
        one => vec![one.clone()],
    };
    let place = names.iter().position(|name| name.as_str() == Some(old))?;
    names[place] = Value::String(new.to_owned());
    let head = super::frontmatter::put(text, "attachments", Some(Value::Sequence(names)))?;
    let body = front.body(text);
    let links = body.replace(&format!("(files/{old})"), &format!("(files/{new})"));
    Some(format!("{}{links}", &head[..head.len() - body.len()]))
}
