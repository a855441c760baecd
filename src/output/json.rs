//! JSON for programs. DEL, the C1 controls and bidirectional controls are escaped as the C0 ones are, so that a
//! document is the same data everywhere and still harmless on a terminal.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde::Serialize;

use super::sanitize;
use crate::failure::Result;

/// One document over several lines, with a newline at its end.
pub fn pretty<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(value).context("cannot write the answer as JSON")?;
    Ok(finished(text))
}

/// One document on one line, with its newline.
pub fn line<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    let text = serde_json::to_string(value).context("cannot write the answer as JSON")?;
    Ok(finished(text))
}

/// Characters that are left as they are only ever stand in strings, so they can be escaped in the finished text.
fn finished(mut text: String) -> String {
    text.push('\n');
    if !text.chars().any(is_escaped) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 32);
    for c in text.chars() {
        if is_escaped(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn is_escaped(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}') || sanitize::is_bidi(c)
}

#[cfg(test)]
mod tests {
    use super::super::sanitize::tests::{NASTY, assert_safe};
    use super::*;

    #[test]
    fn documents_end_in_a_newline() {
        assert_eq!(pretty(&serde_json::json!({"b": 1, "a": null})).unwrap(), "{\n  \"b\": 1,\n  \"a\": null\n}\n");
        assert_eq!(line(&["x", "é"]).unwrap(), "[\"x\",\"é\"]\n");
    }

    #[test]
    fn controls_are_escaped_and_come_back() {
        for text in [pretty(NASTY).unwrap(), line(NASTY).unwrap()] {
            assert_safe(&text);
            assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), NASTY);
        }
    }
}
