//! The reader for ordinary front matter: one-line scalars, flow collections on one line, block lists and mappings of
//! these. It gives up ([`Unsure`]) on anything else, and the full reader takes over; where it answers, it answers what
//! the full reader would.

use super::read::Entry;
use super::resolve::{Unsure, resolve};
use serde_yaml::{Mapping, Value};

/// Deeper nesting is left to the full reader.
const MAX_DEPTH: usize = 8;
/// More keys are left to the full reader, which finds doubles by hashing.
const MAX_KEYS: usize = 64;

/// The entries of a mapping; `first_line` is the line of the file the text begins at.
pub(super) fn read(yaml: &str, first_line: usize) -> Result<Vec<Entry>, Unsure> {
    let mut lines = Lines { rest: yaml, number: first_line, next: None };
    lines.advance()?;
    let mut entries: Vec<Entry> = Vec::with_capacity(16);
    while let Some(line) = lines.next {
        if line.indent != 0 || entries.len() == MAX_KEYS {
            return Err(Unsure);
        }
        let (key, value, value_at) = lines.pair(line, 0)?;
        if entries.iter().any(|entry| entry.key == key) {
            return Err(Unsure);
        }
        entries.push(Entry { key: key.to_string(), value, key_at: (line.number, 1), value_at });
    }
    Ok(entries)
}

/// A line with something on it: what follows the indentation, without trailing spaces.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    indent: usize,
    text: &'a str,
}

impl Line<'_> {
    fn is_item(&self) -> bool {
        self.text.starts_with("- ") || self.text == "-"
    }
}

struct Lines<'a> {
    rest: &'a str,
    /// The line number of `rest`.
    number: usize,
    next: Option<Line<'a>>,
}

impl<'a> Lines<'a> {
    /// Moves to the next line that is neither blank nor a comment.
    fn advance(&mut self) -> Result<(), Unsure> {
        while !self.rest.is_empty() {
            let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            let number = self.number;
            self.rest = rest;
            self.number += 1;
            let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(' ');
            check_characters(line)?;
            let text = line.trim_start_matches(' ');
            if !text.is_empty() && !text.starts_with('#') {
                self.next = Some(Line { number, indent: line.len() - text.len(), text });
                return Ok(());
            }
        }
        self.next = None;
        Ok(())
    }

    /// `key: value`, where the value may follow on the next lines. Gives the value's position too.
    fn pair(&mut self, line: Line<'a>, depth: usize) -> Result<(&'a str, Value, (usize, usize)), Unsure> {
        let (key, after) = key_of(line.text)?;
        self.advance()?;
        let value = after.trim_start_matches(' ');
        if value.is_empty() || value.starts_with('#') {
            let key_at = (line.number, line.indent + 1);
            let (value, value_at) = self.children(line.indent, depth + 1)?;
            return Ok((key, value, value_at.unwrap_or(key_at)));
        }
        let column = line.indent + line.text.len() - value.len() + 1;
        Ok((key, inline(value)?, (line.number, column)))
    }

    /// The value on the lines below a key.
    fn children(&mut self, parent: usize, depth: usize) -> Result<(Value, Option<(usize, usize)>), Unsure> {
        let Some(line) = self.next else { return Ok((Value::Null, None)) };
        if depth > MAX_DEPTH {
            return Err(Unsure);
        }
        let at = Some((line.number, line.indent + 1));
        if line.indent >= parent && line.is_item() {
            Ok((self.list(line.indent)?, at))
        } else if line.indent > parent {
            Ok((self.mapping(line.indent, depth)?, at))
        } else {
            Ok((Value::Null, None))
        }
    }

    fn list(&mut self, indent: usize) -> Result<Value, Unsure> {
        let mut items = Vec::new();
        while let Some(line) = self.next {
            if line.indent > indent {
                return Err(Unsure);
            }
            if line.indent < indent || !line.is_item() {
                break;
            }
            let item = line.text[1..].trim_start_matches(' ');
            if item.is_empty() || item.starts_with('#') {
                return Err(Unsure);
            }
            items.push(inline(item)?);
            self.advance()?;
        }
        Ok(Value::Sequence(items))
    }

    fn mapping(&mut self, indent: usize, depth: usize) -> Result<Value, Unsure> {
        let mut mapping = Mapping::new();
        while let Some(line) = self.next {
            if line.indent > indent {
                return Err(Unsure);
            }
            if line.indent < indent {
                break;
            }
            let (key, value, _) = self.pair(line, depth)?;
            insert(&mut mapping, key, value)?;
        }
        Ok(Value::Mapping(mapping))
    }
}

fn insert(mapping: &mut Mapping, key: &str, value: Value) -> Result<(), Unsure> {
    match mapping.insert(Value::String(key.to_string()), value) {
        None => Ok(()),
        Some(_) => Err(Unsure),
    }
}

/// Only characters every YAML reader takes for themselves: no controls, no Unicode line breaks.
fn check_characters(line: &str) -> Result<(), Unsure> {
    if line.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return Err(Unsure);
    }
    let odd =
        |c: char| matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if !line.is_ascii() && line.chars().any(odd) { Err(Unsure) } else { Ok(()) }
}

/// A plain key of letters, digits, `_` and `-`, and what follows its colon.
fn key_of(text: &str) -> Result<(&str, &str), Unsure> {
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let end = text.bytes().position(|byte| !is_key(byte)).ok_or(Unsure)?;
    let (key, rest) = text.split_at(end);
    let after = rest.strip_prefix(':').ok_or(Unsure)?;
    let begins_well = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !begins_well || key.len() > 128 || !(after.is_empty() || after.starts_with(' ')) {
        return Err(Unsure);
    }
    match resolve(key)? {
        Value::String(_) => Ok((key, after)),
        _ => Err(Unsure),
    }
}

/// A value that is all on this line, with a comment after it perhaps.
fn inline(text: &str) -> Result<Value, Unsure> {
    if !matches!(text.as_bytes().first(), Some(b'\'' | b'"' | b'[' | b'{')) {
        return plain(text);
    }
    let (value, rest) = flow(text, 0)?;
    let after = rest.trim_start_matches(' ');
    let is_comment = after.starts_with('#') && after.len() < rest.len();
    if after.is_empty() || is_comment { Ok(value) } else { Err(Unsure) }
}

fn plain(text: &str) -> Result<Value, Unsure> {
    check_first(text)?;
    let text = text.find(" #").map_or(text, |at| text[..at].trim_end_matches(' '));
    if text.ends_with(':') || text.contains(": ") { Err(Unsure) } else { resolve(text) }
}

fn check_first(text: &str) -> Result<(), Unsure> {
    match text.as_bytes() {
        [b'-', next, ..] if next.is_ascii_alphanumeric() => Ok(()),
        [] | [b'-' | b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}', ..] => Err(Unsure),
        [b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`', ..] => Err(Unsure),
        _ => Ok(()),
    }
}

/// A value in flow style at the head of the text, and the rest.
fn flow(text: &str, depth: usize) -> Result<(Value, &str), Unsure> {
    if depth > MAX_DEPTH {
        return Err(Unsure);
    }
    match text.as_bytes().first() {
        Some(b'\'') => single_quoted(text).map(|(value, rest)| (Value::String(value), rest)),
        Some(b'"') => double_quoted(text).map(|(value, rest)| (Value::String(value), rest)),
        Some(b'[') => flow_list(&text[1..], depth),
        Some(b'{') => flow_mapping(&text[1..], depth),
        _ => flow_plain(text),
    }
}

fn flow_list(text: &str, depth: usize) -> Result<(Value, &str), Unsure> {
    let mut items = Vec::new();
    let mut rest = text.trim_start_matches(' ');
    if let Some(rest) = rest.strip_prefix(']') {
        return Ok((Value::Sequence(items), rest));
    }
    loop {
        let (item, after) = flow(rest, depth + 1)?;
        items.push(item);
        match next_item(after, b']')? {
            (true, after) => return Ok((Value::Sequence(items), after)),
            (false, after) => rest = after,
        }
    }
}

fn flow_mapping(text: &str, depth: usize) -> Result<(Value, &str), Unsure> {
    let mut mapping = Mapping::new();
    let mut rest = text.trim_start_matches(' ');
    if let Some(rest) = rest.strip_prefix('}') {
        return Ok((Value::Mapping(mapping), rest));
    }
    loop {
        let (key, after) = key_of(rest)?;
        let (value, after) = flow(after.trim_start_matches(' '), depth + 1)?;
        insert(&mut mapping, key, value)?;
        match next_item(after, b'}')? {
            (true, after) => return Ok((Value::Mapping(mapping), after)),
            (false, after) => rest = after,
        }
    }
}

/// What follows an item: whether the collection ends, and the rest.
fn next_item(text: &str, close: u8) -> Result<(bool, &str), Unsure> {
    let text = text.trim_start_matches(' ');
    match text.as_bytes().first() {
        Some(&byte) if byte == close => Ok((true, &text[1..])),
        Some(b',') => Ok((false, text[1..].trim_start_matches(' '))),
        _ => Err(Unsure),
    }
}

fn flow_plain(text: &str) -> Result<(Value, &str), Unsure> {
    check_first(text)?;
    let end = text.bytes().position(|byte| matches!(byte, b',' | b'[' | b']' | b'{' | b'}')).ok_or(Unsure)?;
    let (word, rest) = text.split_at(end);
    let word = word.trim_end_matches(' ');
    let bytes = word.as_bytes();
    let odd_colon = |at: usize| bytes[at] == b':' && !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    if word.contains(['?', '#']) || (0..bytes.len()).any(odd_colon) {
        return Err(Unsure);
    }
    Ok((resolve(word)?, rest))
}

/// A single-quoted text at the head, and the rest.
pub(super) fn single_quoted(text: &str) -> Result<(String, &str), Unsure> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'').ok_or(Unsure)?;
    loop {
        let (part, after) = rest.split_once('\'').ok_or(Unsure)?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => rest = after,
            None => return Ok((value, after)),
        }
        value.push('\'');
    }
}

/// A double-quoted text with the common escapes at the head, and the rest.
pub(super) fn double_quoted(text: &str) -> Result<(String, &str), Unsure> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('"').ok_or(Unsure)?;
    loop {
        let at = rest.find(['"', '\\']).ok_or(Unsure)?;
        value.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest.as_bytes()[at] == b'"' {
            return Ok((value, after));
        }
        let escaped = after.chars().next().ok_or(Unsure)?;
        value.push(match escaped {
            '"' | '\\' | '/' => escaped,
            'n' => '\n',
            't' => '\t',
            _ => return Err(Unsure),
        });
        rest = &after[escaped.len_utf8()..];
    }
}
