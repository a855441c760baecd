//! The text of a file and its parts: fences, YAML, body.

use super::fault::Fault;
use std::ops::Range;

/// The byte-order mark some editors put before the first line.
pub(super) const BOM: &str = "\u{feff}";
/// The most YAML that is read from one file.
pub(super) const MAX_YAML: usize = 256 * 1024;

/// Where the YAML and the body of a file lie.
pub(super) struct Fenced {
    pub yaml: Range<usize>,
    pub body: usize,
}

/// The bytes as text, or where they are not.
pub(super) fn check_text(bytes: &[u8]) -> Result<&str, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        Fault::at(bytes, at, format!("byte 0x{byte:02x} is not UTF-8"), Some("save the file as UTF-8"))
    })?;
    match text.find('\0') {
        Some(at) => Err(Fault::at(bytes, at, "a NUL byte; this is not a text file", None)),
        None => Ok(text),
    }
}

/// Finds both fences.
pub(super) fn split(text: &str) -> Result<Fenced, Fault> {
    let head = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let (first, yaml) = line_at(text, head);
    if !is_fence(first) {
        let hint = "the file begins with a line ---, then the keys, then --- again, then the text";
        return Err(Fault::at(text.as_bytes(), 0, "no front matter: the first line is not ---", Some(hint)));
    }
    let mut at = yaml;
    while at < text.len() && at - yaml <= MAX_YAML {
        let (line, next) = line_at(text, at);
        if is_fence(line) {
            check_size(text, yaml..at)?;
            return Ok(Fenced { yaml: yaml..at, body: next });
        }
        at = next;
    }
    check_size(text, yaml..at)?;
    let hint = "add a line --- after the last key";
    Err(Fault::at(text.as_bytes(), 0, "the front matter that begins here has no closing ---", Some(hint)))
}

/// Refuses more YAML than is read.
pub(super) fn check_size(text: &str, yaml: Range<usize>) -> Result<(), Fault> {
    if yaml.len() <= MAX_YAML {
        return Ok(());
    }
    let hint = "is the closing --- missing? Text belongs below it";
    Err(Fault::at(text.as_bytes(), yaml.start, "more than 256 KiB of YAML", Some(hint)))
}

/// The line that begins at a byte, and where the next one begins.
fn line_at(text: &str, start: usize) -> (&str, usize) {
    let rest = &text[start..];
    match rest.find('\n') {
        Some(end) => (&rest[..end], start + end + 1),
        None => (rest, text.len()),
    }
}

fn is_fence(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')))
}
