//! Where in a link the destination is written.

use std::ops::Range;

/// The destination within an inline link, from the end of its text on: `](dest "title")`.
pub(super) fn find_inline(source: &str, from: usize, end: usize) -> Option<Range<usize>> {
    let bytes = source.as_bytes().get(..end)?;
    let close = from + bytes.get(from..)?.iter().position(|&byte| byte == b']')?;
    (bytes.get(close + 1) == Some(&b'(')).then(|| read(bytes, close + 2, true))
}

/// The destination within a definition: `[label]: dest "title"`.
pub(super) fn find_definition(source: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let bytes = source.as_bytes().get(..span.end)?;
    let mut at = span.start + 1;
    while *bytes.get(at)? != b']' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (bytes.get(at + 1) == Some(&b':')).then(|| read(bytes, at + 2, false))
}

/// The destination that begins after the white space at `at`; without the `<>` it may stand in. Line ends may be
/// followed by the markers of a quote.
fn read(bytes: &[u8], mut at: usize, inline: bool) -> Range<usize> {
    let mut fresh = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => fresh = true,
            b' ' | b'\t' | b'\r' => {}
            b'>' if fresh => {}
            _ => break,
        }
        at += 1;
    }
    if bytes.get(at) == Some(&b'<') {
        return at + 1..find_end(bytes, at + 1, |byte, _| byte == b'>' || byte == b'\n');
    }
    let end = find_end(bytes, at, |byte, depth| {
        byte.is_ascii_whitespace() || byte.is_ascii_control() || (inline && byte == b')' && depth == 0)
    });
    at..end
}

/// The first byte from `at` on that `ends`, escaped ones left out; it is told the depth of parentheses.
fn find_end(bytes: &[u8], mut at: usize, ends: impl Fn(u8, usize) -> bool) -> usize {
    let mut depth = 0;
    while let Some(&byte) = bytes.get(at) {
        if ends(byte, depth) {
            return at;
        }
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
