//! Columns: how wide text is on a terminal, and how to cut, pad and wrap it.
//!
//! The unit is the grapheme cluster, so an accent stays on its letter and a family emoji is never split. Text holds no
//! control characters here (see `sanitize`).

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::table::Align;

/// Columns `text` takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// `text` in at most `columns`, with `…` where it was cut.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let (mut used, mut end) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return Cow::Owned(format!("{}…", text[..end].trim_end()));
        }
        if used < columns {
            end = at + grapheme.len();
        }
    }
    Cow::Borrowed(text)
}

/// `text` with spaces to fill `columns`; longer text stays as it is.
pub fn pad(text: &str, columns: usize, align: Align) -> String {
    let spaces = " ".repeat(columns.saturating_sub(width(text)));
    match align {
        Align::Left => format!("{text}{spaces}"),
        Align::Right => format!("{spaces}{text}"),
    }
}

/// `text` in lines of at most `columns`: broken at spaces and between wide characters, words that are longer than a
/// line anywhere. Newlines and the indentation after them stay.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_ranges(text, Some(columns)).into_iter().map(|range| text[range].to_owned()).collect()
}

/// The lines of `text` as byte ranges, wrapped if `columns` are given.
pub(super) fn wrap_ranges(text: &str, columns: Option<usize>) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        match columns {
            Some(columns) if width(line) > columns => wrap_line(text, start..start + line.len(), columns, &mut lines),
            _ => lines.push(start..start + line.trim_end().len()),
        }
        start += line.len() + 1;
    }
    lines
}

/// What is never parted, and the columns of the spaces before it.
struct Unit {
    range: Range<usize>,
    width: usize,
    gap: usize,
}

fn wrap_line(text: &str, line: Range<usize>, columns: usize, lines: &mut Vec<Range<usize>>) {
    let mut current = line.start..line.start;
    let mut used = 0;
    for unit in units(text, line) {
        if used + unit.gap + unit.width <= columns {
            used += unit.gap + unit.width;
            current.end = unit.range.end;
            continue;
        }
        if !current.is_empty() {
            lines.push(current);
        }
        current = unit.range.start..unit.range.start;
        used = 0;
        for piece in text[unit.range].graphemes(true).flat_map(|grapheme| pieces(grapheme, columns)) {
            let wide = piece.width();
            if used + wide > columns && used > 0 {
                lines.push(current.clone());
                current.start = current.end;
                used = 0;
            }
            used += wide;
            current.end += piece.len();
        }
    }
    if !current.is_empty() {
        lines.push(current);
    }
}

/// The grapheme, or its characters if marks without end have made it longer than a line.
fn pieces(grapheme: &str, columns: usize) -> impl Iterator<Item = &str> {
    let step = if grapheme.width() > columns { 1 } else { usize::MAX };
    let mut rest = grapheme;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(step).map_or(rest.len(), |(at, _)| at);
        let piece = rest.get(..end).filter(|piece| !piece.is_empty())?;
        rest = &rest[end..];
        Some(piece)
    })
}

/// Cuts a line at spaces and around wide characters; closing punctuation stays with what it closes.
fn units(text: &str, line: Range<usize>) -> impl Iterator<Item = Unit> {
    let mut graphemes = text[line.clone()].grapheme_indices(true).peekable();
    std::iter::from_fn(move || {
        let mut gap = 0;
        while let Some((_, grapheme)) = graphemes.next_if(|(_, grapheme)| is_blank(grapheme)) {
            gap += grapheme.width();
        }
        let (at, first) = graphemes.next()?;
        let mut unit = Unit { range: line.start + at..line.start + at + first.len(), width: first.width(), gap };
        let mut after_wide = first.width() > 1;
        while let Some((_, next)) = graphemes.next_if(|(_, next)| {
            let parts = after_wide || next.width() > 1;
            !is_blank(next) && (!parts || is_closing(next))
        }) {
            unit.range.end += next.len();
            unit.width += next.width();
            after_wide = next.width() > 1;
        }
        Some(unit)
    })
}

/// White space that may end a line; a space with an accent is a character.
fn is_blank(grapheme: &str) -> bool {
    grapheme.chars().all(|c| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}'))
}

fn is_closing(grapheme: &str) -> bool {
    matches!(
        grapheme.chars().next(),
        Some('、' | '。' | '，' | '．' | '！' | '？' | '：' | '；' | '）' | '」' | '』' | '】' | '》' | '…' | 'ー')
            | Some('.' | ',' | '!' | '?' | ':' | ';' | ')' | ']' | '}' | '"' | '\'' | '’' | '”')
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_are_those_of_a_terminal() {
        for (text, columns) in [
            ("abc", 3),
            ("日本", 4),
            ("e\u{301}", 1),
            ("👩‍👩‍👧", 2),
            ("🇳🇱", 2),
            ("👍🏽", 2),
            ("\u{200b}", 0),
            ("…", 1),
            ("", 0),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn cutting_keeps_characters_whole() {
        assert_eq!(truncate("abcdef", 6), "abcdef");
        assert_eq!(truncate("abcdef", 5), "abcd…");
        assert_eq!(truncate("ab cdef", 4), "ab…");
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("日本語", 4), "日…");
        assert_eq!(truncate("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
        assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!((truncate("ab", 1), truncate("ab", 0)), ("…".into(), "".into()));
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("日本", 6, Align::Left), "日本  ");
        assert_eq!(pad("7", 3, Align::Right), "  7");
        assert_eq!(pad("long", 2, Align::Left), "long");
    }

    #[test]
    fn words_wrap() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("a\n\n  b c", 9), ["a", "", "  b c"]);
        assert_eq!(wrap("see abcdefghij now", 4), ["see", "abcd", "efgh", "ij", "now"]);
        assert_eq!(wrap("ij abcdef ij", 6), ["ij", "abcdef", "ij"]);
        assert_eq!(wrap("日本語です。はい", 8), ["日本語で", "す。はい"]);
        assert_eq!(wrap("日本語です。", 10), ["日本語で", "す。"]);
        assert_eq!(wrap("ok 日本語", 7), ["ok 日本", "語"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap(&format!("x{}", "\u{abe}".repeat(4)), 3), ["x\u{abe}\u{abe}", "\u{abe}\u{abe}"]);
        assert_eq!(wrap("ab \u{301}c", 2), ["ab", " \u{301}c"]);
        assert_eq!(wrap("x\u{a0}y z", 3), ["x\u{a0}y", "z"]);
    }

    #[test]
    fn long_text_wraps_in_linear_time() {
        assert_eq!(wrap(&"x".repeat(1_000_000), 80).len(), 12_500);
        assert_eq!(wrap(&"語 ".repeat(200_000), 80).len(), 200_000_usize.div_ceil(27));
    }

    proptest! {
        #[test]
        fn nothing_is_too_wide_and_nothing_is_lost(text in "[\\PC\n ]{0,80}", columns in 3usize..40) {
            prop_assert!(width(&truncate(&text, columns)) <= columns);
            let lines = wrap(&text, columns);
            for line in &lines {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
            let words = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(words(&lines.concat()), words(&text));
        }
    }
}
