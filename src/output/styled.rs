//! Text of several styles that is wrapped as one.

use std::ops::Range;

use super::style::Style;
use super::ui::Ui;
use super::{sanitize, width};

/// Clean text, and up to where each style goes.
#[derive(Debug, Default)]
pub(super) struct Styled {
    text: String,
    /// The end of each span; it starts where the one before ends.
    spans: Vec<(usize, Option<Style>)>,
}

impl Styled {
    /// Adds one line's worth of somebody's text.
    pub(super) fn push(&mut self, text: &str, style: Option<Style>) {
        self.text.push_str(&sanitize::line(text));
        self.close_span(style);
    }

    /// Adds the end of a line.
    pub(super) fn push_newline(&mut self) {
        self.text.push('\n');
        self.close_span(None);
    }

    fn close_span(&mut self, style: Option<Style>) {
        match self.spans.last_mut() {
            Some((end, last)) if *last == style => *end = self.text.len(),
            _ => self.spans.push((self.text.len(), style)),
        }
    }

    /// The text without its styles.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The lines as ranges of `text`, wrapped if `columns` are given, without white space at the end of the whole.
    pub(super) fn lines(&self, columns: Option<usize>) -> Vec<Range<usize>> {
        let text = self.text.trim_end();
        if text.is_empty() { Vec::new() } else { width::wrap_ranges(text, columns) }
    }

    /// A part of the text, painted.
    pub(super) fn paint(&self, part: Range<usize>, ui: &Ui) -> String {
        let mut out = String::with_capacity(part.len() + 16);
        let mut at = part.start;
        let first = self.spans.partition_point(|(end, _)| *end <= at);
        for &(end, style) in &self.spans[first..] {
            if at >= part.end {
                break;
            }
            let words = &self.text[at..end.min(part.end)];
            match style {
                Some(style) => ui.paint_into(style, words, &mut out),
                None => out.push_str(words),
            }
            at = end;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_go_on_over_the_end_of_a_line() {
        let mut styled = Styled::default();
        styled.push("one ", None);
        styled.push("two three", Some(Style::Strong));
        styled.push("\x1b!", None);
        let ui = Ui { color: true, ..Ui::default() };
        let lines: Vec<String> = styled.lines(Some(8)).into_iter().map(|range| styled.paint(range, &ui)).collect();
        assert_eq!(lines, ["one \x1b[1mtwo\x1b[0m", "\x1b[1mthree\x1b[0m\u{fffd}!"]);
        assert_eq!(styled.text(), "one two three\u{fffd}!");
    }
}
