//! Reading front matter and plain YAML files.

use super::fault::{Fault, locate};
use super::{fence, quick, scan, strict};
use serde_yaml::{Mapping, Value};

/// One key of a front matter.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub value: Value,
    pub key_at: (usize, usize),
    pub value_at: (usize, usize),
}

/// A front matter: its keys in file order, where they stand, and where the body begins.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    pub(super) entries: Vec<Entry>,
    pub(super) body: usize,
}

impl FrontMatter {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.find(key).map(|entry| &entry.value)
    }

    /// Keys and values in file order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &entry.value))
    }

    /// Line and column of a key's value; of the key where it has none; (1, 1) where it is absent.
    pub fn position(&self, key: &str) -> (usize, usize) {
        self.find(key).map_or((1, 1), |entry| entry.value_at)
    }

    /// Line and column of a key; (1, 1) where it is absent.
    pub fn key_position(&self, key: &str) -> (usize, usize) {
        self.find(key).map_or((1, 1), |entry| entry.key_at)
    }

    /// The bytes after the closing `---` line, of the text this was parsed from.
    pub fn body<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.body..).unwrap_or_default()
    }

    /// The text of a key's value, where it is one.
    pub fn text(&self, key: &str) -> Option<String> {
        crate::format::reading::plain(self.get(key)?)
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// Reads the front matter of a file.
pub fn parse(bytes: &[u8]) -> Result<FrontMatter, Fault> {
    parse_front(bytes).map_err(|fault| find_conflict(bytes).unwrap_or(fault))
}

/// The first mark of an unsettled merge, which explains whatever is wrong better than the YAML does.
fn find_conflict(bytes: &[u8]) -> Option<Fault> {
    let place = bytes.split(|&byte| byte == b'\n').position(|line| line.starts_with(b"<<<<<<< "))?;
    let hint =
        Some("settle it in an editor: keep what holds, remove the lines with <<<<<<<, ======= and >>>>>>>".into());
    Some(Fault { line: place + 1, column: 1, message: "a merge left its conflict here".into(), hint })
}

fn parse_front(bytes: &[u8]) -> Result<FrontMatter, Fault> {
    let text = fence::check_text(bytes)?;
    let fenced = fence::split(text)?;
    let yaml = &text[fenced.yaml.clone()];
    let entries = match quick::read(yaml, 2) {
        Ok(entries) => entries,
        Err(_) => match load(text, fenced.yaml.start, yaml)? {
            None => Vec::new(),
            Some(Value::Mapping(mapping)) => with_positions(yaml, mapping),
            Some(other) => return Err(not_a_mapping(text, fenced.yaml.start, &other)),
        },
    };
    Ok(FrontMatter { entries, body: fenced.body })
}

/// Reads YAML text without fences (`loket.yaml`, `policy/*.yaml`). An empty file is null.
pub fn parse_yaml(bytes: &[u8]) -> Result<Value, Fault> {
    let text = fence::check_text(bytes)?;
    let start = if text.starts_with(fence::BOM) { fence::BOM.len() } else { 0 };
    fence::check_size(text, start..text.len())?;
    let yaml = &text[start..];
    match quick::read(yaml, 1) {
        Ok(entries) if entries.is_empty() => Ok(Value::Null),
        Ok(entries) => {
            let pairs = entries.into_iter().map(|entry| (Value::String(entry.key), entry.value));
            Ok(Value::Mapping(pairs.collect::<Mapping>()))
        }
        Err(_) => Ok(load(text, start, yaml)?.unwrap_or(Value::Null)),
    }
}

/// The full reader, with positions translated into the file.
fn load(text: &str, start: usize, yaml: &str) -> Result<Option<Value>, Fault> {
    strict::load(yaml).map_err(|trouble| {
        let (line, column) = locate(text.as_bytes(), start + trouble.offset);
        Fault { line, column, message: trouble.message, hint: trouble.hint }
    })
}

fn not_a_mapping(text: &str, start: usize, value: &Value) -> Fault {
    let found = match value {
        Value::Sequence(_) => "a list",
        Value::Null => "nothing",
        _ => "a single value",
    };
    let message = format!("the front matter is {found}, not keys with values");
    Fault::at(text.as_bytes(), start, message, Some("write `key: value` lines between the two ---"))
}

/// Finds the lines of the keys; where they cannot be told, all stand at the first line.
fn with_positions(yaml: &str, mapping: Mapping) -> Vec<Entry> {
    let blocks = scan::blocks(yaml, 0..yaml.len(), 0).unwrap_or_default();
    let known = blocks.len() == mapping.len()
        && mapping.keys().zip(&blocks).all(|(key, block)| key.as_str() == Some(block.key.as_str()));
    let place = |index: usize| match blocks.get(index).filter(|_| known) {
        Some(block) => ((block.line + 2, 1), (block.value_at.0 + 2, block.value_at.1)),
        None => ((2, 1), (2, 1)),
    };
    let entry = |(index, (key, value)): (usize, (Value, Value))| {
        let (key_at, value_at) = place(index);
        let Value::String(key) = key else { return None };
        Some(Entry { key, value, key_at, value_at })
    };
    mapping.into_iter().enumerate().filter_map(entry).collect()
}
