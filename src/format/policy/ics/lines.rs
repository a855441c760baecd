//! The content lines of an `.ics` file.

use std::borrow::Cow;

/// `NAME;PARAMETER=x:VALUE`, folded lines put together.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// In capitals.
    pub name: String,
    pub value: Cow<'t, str>,
    /// The line it begins on, from 1.
    pub number: usize,
    /// Where its value begins, in characters from 1, as if it were not folded.
    pub column: usize,
}

impl Line<'_> {
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.trim().eq_ignore_ascii_case(value)
    }
}

/// The lines of a text; what is none is left out.
pub(super) fn unfold(text: &str) -> Vec<Line<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut whole: Vec<(usize, Cow<'_, str>)> = Vec::new();
    for (place, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some((_, before))) => before.to_mut().push_str(more),
            _ => whole.push((place + 1, Cow::Borrowed(line))),
        }
    }
    whole.into_iter().filter_map(|(number, line)| property(number, line)).collect()
}

fn property(number: usize, line: Cow<'_, str>) -> Option<Line<'_>> {
    let colon = colon(&line)?;
    let name = line[..colon].split(';').next().unwrap_or_default().trim().to_ascii_uppercase();
    let column = line[..=colon].chars().count() + 1;
    let value = match line {
        Cow::Borrowed(line) => Cow::Borrowed(&line[colon + 1..]),
        Cow::Owned(line) => Cow::Owned(line[colon + 1..].to_owned()),
    };
    Some(Line { name, value, number, column })
}

/// The colon before the value; those in quoted parameters are none.
fn colon(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })
}
