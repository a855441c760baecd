//! Text from strangers, made safe to show.
//!
//! White space that moves the cursor (newline, tab, form feed, U+0085, U+2028…) becomes a space, or in a block a
//! newline where it is one. Every other control character (C0, DEL, C1) becomes U+FFFD, so that what was tried stays
//! visible. Bidirectional embeddings, overrides and isolates are dropped: mail programs put them around telephone
//! numbers, and without them text is shown in the order it has. Clean text is borrowed.

use std::borrow::Cow;

/// What a control character is replaced with.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;
/// Columns between tab stops in a block.
const TAB: usize = 4;

/// One line, whatever it held: a title, a name, a table cell.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_newline(c) || is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            c if is_newline(c) || is_space(c) => clean.push(' '),
            c => clean.extend(shown(c)),
        }
    }
    Cow::Owned(clean)
}

/// Several lines, each ended with `\n`; tabs go to the next of the stops that stand four columns apart.
pub fn block(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && (is_newline(c) || is_unsafe(c))) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + text.len() / 8);
    let mut chars = text.chars().peekable();
    let mut column = 0;
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            c if is_newline(c) => {
                clean.push('\n');
                column = 0;
            }
            '\t' => {
                let spaces = TAB - column % TAB;
                clean.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            c => {
                clean.extend(if is_space(c) { Some(' ') } else { shown(c) });
                column += 1;
            }
        }
    }
    Cow::Owned(clean)
}

/// The last gate before a terminal: a block in which our own colour sequences (`ESC [ … m`) stay.
pub(super) fn painted(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return block(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        clean.push_str(&block(&rest[..at]));
        let length = color_length(&rest[at..]).unwrap_or(0);
        clean.push_str(&rest[at..at + length]);
        if length == 0 {
            clean.push(REPLACEMENT);
        }
        rest = &rest[at + length.max(1)..];
    }
    clean.push_str(&block(rest));
    Cow::Owned(clean)
}

/// The length of the colour sequence `text` starts with.
fn color_length(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\x1b[")?;
    let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    codes[end..].starts_with('m').then_some(end + 3)
}

/// The character, its replacement, or nothing.
fn shown(c: char) -> Option<char> {
    match c {
        c if is_bidi(c) => None,
        c if c.is_control() => Some(REPLACEMENT),
        c => Some(c),
    }
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\x0b' | '\x0c')
}

/// Embeddings, overrides, isolates and what ends them.
pub(super) fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_unsafe(c: char) -> bool {
    c != '\n' && c.is_control() || is_bidi(c)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What strangers may send.
    pub const NASTY: &[&str] = &[
        "\x1b[31mred\x1b[0m",
        "\x1b]0;owned\x07",
        "\u{9b}2J",
        "\u{9d}0;owned\u{9c}",
        "a\x08\x08b",
        "a\rb",
        "a\r\nb",
        "\x00\x01\x7f",
        "\u{202e}gpj.exe\u{202c}",
        "\u{2066}x\u{2069}",
        "a\u{85}b\u{2028}c\u{2029}d",
        "tab\there\x0b\x0c",
        "&#27;[31m &#x9b;2J &#7; &#8; &#10; &#x202e;x",
        "[a](<x&#27;[2J>) ![&#27;](y&#7;)",
        "```\n\x1b[2J\n```",
        "`\x1b[2J`",
        "<b\x1b[2J>",
        "| a |\n|---|\n| \x1b[2J &#27;[2J |",
        "<br>\x1b<p>\x1b[2J</p>",
    ];

    /// No control character and no bidirectional one is left, but newlines.
    pub fn assert_safe(text: &str) {
        let bad = text.chars().find(|&c| c != '\n' && (c.is_control() || is_bidi(c)));
        assert_eq!(bad, None, "{text:?}");
    }

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["", "plain", "naïve 日本語 👩‍👩‍👧 e\u{301}", "\u{200f}\u{5d0}"] {
            assert!(matches!(line(text), Cow::Borrowed(_)) && matches!(block(text), Cow::Borrowed(_)), "{text}");
        }
        assert!(matches!(block("a\nb\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("a\r\nb\nc\td\re"), "a b c d e");
        assert_eq!(line("\x1b[31mx\u{9b}\x7f"), "\u{fffd}[31mx\u{fffd}\u{fffd}");
        assert_eq!(line("+\u{202a}31 6\u{202c}"), "+31 6");
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("a\r\nb\rc\u{2028}d\n"), "a\nb\nc\nd\n");
        assert_eq!(block("\tx\ny\tz"), "    x\ny   z");
        assert_eq!(block("\x07\u{202e}"), "\u{fffd}");
    }

    #[test]
    fn nothing_nasty_survives() {
        for text in NASTY {
            assert_safe(&line(text));
            assert_safe(&block(text));
            assert!(!line(text).contains('\n'));
        }
    }

    #[test]
    fn only_colours_pass_the_last_gate() {
        assert_eq!(painted("a\x1b[1;31mb\x1b[0mc\n"), "a\x1b[1;31mb\x1b[0mc\n");
        assert_eq!(painted("\x1b[2J\x1b]0;x\x07\x1b[5\x1b"), "\u{fffd}[2J\u{fffd}]0;x\u{fffd}\u{fffd}[5\u{fffd}");
        assert_eq!(painted("a\u{9b}b"), "a\u{fffd}b");
    }
}
