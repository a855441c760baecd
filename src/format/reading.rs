//! Values of a front matter, each read as what it has to be or a fault at its place.

use jiff::Timestamp;
use serde_yaml::Value;

use super::frontmatter::{Fault, FrontMatter};

/// Reads the keys of one front matter.
pub struct Reader<'a> {
    pub front: &'a FrontMatter,
}

impl<'a> Reader<'a> {
    pub fn new(front: &'a FrontMatter) -> Self {
        Reader { front }
    }

    /// The value of a key that is there and not empty.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.front.get(key).filter(|value| !value.is_null())
    }

    pub fn fault(&self, key: &str, message: impl Into<String>) -> Fault {
        let (line, column) = self.front.position(key);
        Fault { line, column, message: message.into(), hint: None }
    }

    pub fn required<T>(&self, key: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| {
            let (line, column) = if self.front.get(key).is_some() { self.front.position(key) } else { (1, 1) };
            let hint = Some(format!("add a line `{key}: …` to the front matter"));
            Fault { line, column, message: format!("'{key}' is missing"), hint }
        })
    }

    /// Text; a number or truth value counts as the text it is written as.
    pub fn text(&self, key: &str) -> Result<Option<String>, Fault> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => match plain(value) {
                Some(text) if text.is_empty() => Ok(None),
                Some(text) => Ok(Some(text)),
                None => Err(self.fault(key, format!("'{key}' wants one text, not {}", kind(value)))),
            },
        }
    }

    /// A list of texts; one text is a list of one.
    pub fn list(&self, key: &str) -> Result<Vec<String>, Fault> {
        match self.value(key) {
            None => Ok(Vec::new()),
            Some(Value::Sequence(items)) => {
                let texts = items.iter().map(plain).collect::<Option<Vec<_>>>();
                texts.ok_or_else(|| self.fault(key, format!("'{key}' wants a list of texts")))
            }
            Some(value) => match plain(value) {
                Some(text) => Ok(vec![text]),
                None => Err(self.fault(key, format!("'{key}' wants a list of texts, not {}", kind(value)))),
            },
        }
    }

    pub fn instant(&self, key: &str) -> Result<Option<Timestamp>, Fault> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match instant(&text) {
            Some(instant) => Ok(Some(instant)),
            None => Err(self
                .fault(key, format!("'{key}' wants a time like 2026-11-22T04:20:00Z, not '{}'", text.escape_debug()))),
        }
    }

    /// A word parsed by `parse`, else a fault that says what is wanted.
    pub fn word<T>(&self, key: &str, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.fault(key, format!("'{key}' wants {wanted}, not '{}'", text.escape_debug()))),
        }
    }

    pub fn flag(&self, key: &str) -> Result<bool, Fault> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.fault(key, format!("'{key}' wants true or false"))),
        }
    }
}

/// An instant, cut to whole seconds; a bare date is its first moment in UTC.
pub fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Timestamp::from_second(instant.as_second()).ok();
    }
    let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
    Some(date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// The text of a scalar.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// What a value is, for people.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) | Value::Tagged(_) => "a mapping",
    }
}
