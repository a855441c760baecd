//! The full reader: `yaml_serde` with bounds. Doubled keys, keys that are not text, deep nesting and exploding aliases
//! are errors with a position.

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Mapping, Value};
use std::cell::{Cell, RefCell};
use std::fmt;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;
/// More opening brackets would let the scanner, which is quadratic in their depth, run for long.
const MAX_BRACKETS: usize = 8192;
/// How much aliases may add to the size of the text itself.
const ALIAS_ALLOWANCE: usize = 64 * 1024;

/// What is wrong, at a byte of the YAML.
#[derive(Debug)]
pub(super) struct Trouble {
    pub offset: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl Trouble {
    fn new(offset: usize, message: impl Into<String>, hint: Option<&str>) -> Trouble {
        Trouble { offset, message: message.into(), hint: hint.map(str::to_string) }
    }
}

/// Reads one document; none where there is nothing but blanks and comments.
pub(super) fn load(yaml: &str) -> Result<Option<Value>, Trouble> {
    check_characters(yaml)?;
    let bounds = Bounds { left: Cell::new(2 * yaml.len() + ALIAS_ALLOWANCE), said: RefCell::new(None) };
    let seed = Nested { bounds: &bounds, depth: 0 };
    match seed.deserialize(serde_yaml::Deserializer::from_str(yaml)) {
        Ok(Found::Nothing) => Ok(None),
        Ok(Found::Value(value)) => Ok(Some(value)),
        Err(error) => Err(explain(yaml, &error, bounds.said.take())),
    }
}

/// Characters YAML does not take, and brackets without end.
fn check_characters(yaml: &str) -> Result<(), Trouble> {
    let bad = |c: char| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}')
            || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    if let Some((offset, c)) = yaml.char_indices().find(|&(_, c)| bad(c)) {
        let message = format!("the character U+{:04X} may not stand here", c as u32);
        return Err(Trouble::new(offset, message, Some("remove it, or write it as an escape in double quotes")));
    }
    match yaml.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{')).nth(MAX_BRACKETS) {
        Some((offset, _)) => Err(Trouble::new(offset, "too many brackets", None)),
        None => Ok(()),
    }
}

/// What is left to read, and what an error of ours has to say.
struct Bounds {
    left: Cell<usize>,
    said: RefCell<Option<(String, Option<&'static str>)>>,
}

impl Bounds {
    fn spend<E: de::Error>(&self, amount: usize) -> Result<(), E> {
        match self.left.get().checked_sub(amount + 1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                Err(self.refuse("the aliases (*name) here repeat too much".to_string(), Some("write the values out")))
            }
        }
    }

    /// An error whose words are kept here; the deserializer adds the position.
    fn refuse<E: de::Error>(&self, message: String, hint: Option<&'static str>) -> E {
        *self.said.borrow_mut() = Some((message, hint));
        E::custom("refused")
    }
}

/// A document, or nothing at all.
enum Found {
    Nothing,
    Value(Value),
}

/// A value at some depth.
#[derive(Clone, Copy)]
struct Nested<'b> {
    bounds: &'b Bounds,
    depth: usize,
}

impl Nested<'_> {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.bounds.refuse(format!("nested deeper than {MAX_DEPTH}"), None));
        }
        Ok(Nested { bounds: self.bounds, depth: self.depth + 1 })
    }

    fn found<E: de::Error>(self, value: Value, size: usize) -> Result<Found, E> {
        self.bounds.spend(size)?;
        Ok(Found::Value(value))
    }
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Found, E> {
        self.found(Value::Bool(value), 0)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Found, E> {
        self.found(Value::Number(value.into()), 0)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Found, E> {
        self.found(Value::Number(value.into()), 0)
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Found, E> {
        Err(self.bounds.refuse("the number is too large".to_string(), Some("put it in quotes to make it a text")))
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Found, E> {
        self.visit_i128(0)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Found, E> {
        self.found(Value::Number(value.into()), 0)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Found, E> {
        self.bounds.spend(value.len())?;
        Ok(Found::Value(Value::String(value.to_string())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Found, E> {
        self.found(Value::Null, 0)
    }

    fn visit_none<E: de::Error>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Found, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(value_of(item));
        }
        self.found(Value::Sequence(items), 0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Found, A::Error> {
        let inner = self.deeper()?;
        let mut mapping = Mapping::new();
        while let Some(key) = access.next_key_seed(Key { bounds: self.bounds, seen: &mapping })? {
            let value = value_of(access.next_value_seed(inner)?);
            mapping.insert(key, value);
        }
        self.found(Value::Mapping(mapping), 0)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<Found, A::Error> {
        let hint = "put the text in quotes if it begins with !";
        Err(self.bounds.refuse("tags (!name) are not read".to_string(), Some(hint)))
    }
}

fn value_of(found: Found) -> Value {
    match found {
        Found::Nothing => Value::Null,
        Found::Value(value) => value,
    }
}

/// What the deserializer says it expected where a key is no text.
const KEY: &str = "a key that is text";

/// A key: a text, and a new one.
struct Key<'b> {
    bounds: &'b Bounds,
    seen: &'b Mapping,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY)
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Value, E> {
        self.bounds.spend(key.len())?;
        if self.seen.contains_key(key) {
            let message = format!("the key `{}` is here twice", key.escape_debug());
            return Err(self.bounds.refuse(message, Some("keep one of the two")));
        }
        Ok(Value::String(key.to_string()))
    }
}

/// The reader's error in words of ours where it is one of ours, else in its own, cleaned.
fn explain(yaml: &str, error: &serde_yaml::Error, said: Option<(String, Option<&'static str>)>) -> Trouble {
    let offset = error.location().map_or(0, |location| location.index());
    if let Some((message, hint)) = said {
        return Trouble::new(offset, message, hint);
    }
    let words = error.to_string();
    if words.contains("more than one document") {
        let offset = second_document(yaml);
        return Trouble::new(offset, "a second YAML document begins here", Some("remove the line"));
    }
    if words.contains(KEY) {
        return Trouble::new(offset, "a key must be text", Some("put the key in quotes"));
    }
    let (message, context) = clean(&words);
    let at_end = offset >= yaml.len() || message.contains("end of stream");
    let offset = context.filter(|_| at_end).map_or(offset, |place| offset_of(yaml, place));
    let hint = hint_for(&message, yaml.get(offset..).unwrap_or_default(), at_end);
    Trouble { offset, message, hint: hint.map(str::to_string) }
}

fn second_document(yaml: &str) -> usize {
    let at = yaml.match_indices('\n').map(|(at, _)| at + 1).find(|&at| {
        let line = &yaml[at..];
        line.starts_with("---") || line.starts_with("...")
    });
    at.unwrap_or(0)
}

/// Takes ` at line L column C` out of libyaml's words; gives the last such place, which is where the context began.
fn clean(words: &str) -> (String, Option<(usize, usize)>) {
    let mut message = String::new();
    let mut place = None;
    let mut rest = words;
    while let Some(at) = rest.find(" at line ") {
        message.push_str(&rest[..at]);
        let (line, after) = leading_number(&rest[at + " at line ".len()..]);
        let (column, after) = leading_number(after.strip_prefix(" column ").unwrap_or(after));
        place = Some((line, column));
        rest = after;
    }
    message.push_str(rest);
    (message, place)
}

fn leading_number(text: &str) -> (usize, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].parse().unwrap_or(1), &text[end..])
}

/// The byte of a 1-based line and column.
fn offset_of(yaml: &str, (line, column): (usize, usize)) -> usize {
    let start: usize = yaml.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &yaml[start..];
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at)
}

fn hint_for(message: &str, at: &str, at_end: bool) -> Option<&'static str> {
    if message.contains("mapping values are not allowed") {
        return Some("put text that contains `: ` in quotes");
    }
    match at.as_bytes().first() {
        Some(b'\t') => Some("indent with spaces, not with tabs"),
        Some(b'@' | b'`' | b'%' | b'*' | b'&' | b'!') => Some("put text that begins with this character in quotes"),
        Some(b'"' | b'\'') if at_end => Some("the closing quote is missing"),
        Some(b'[' | b'{') if at_end => Some("the closing bracket is missing"),
        _ => None,
    }
}
