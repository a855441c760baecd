//! Colours by meaning, so that every command paints the same thing the same way.
//!
//! Only the sixteen colours of the terminal's own palette, and of those none that disappears on a white or a black
//! background: no yellow, no white, no bright variants. Whatever a colour says is said in words as well.

use std::str::FromStr;

use crate::failure::Failure;

/// What `--color` takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    #[default]
    Auto,
    Always,
    Never,
}

impl FromStr for ColorChoice {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "auto" => Ok(ColorChoice::Auto),
            "always" => Ok(ColorChoice::Always),
            "never" => Ok(ColorChoice::Never),
            _ => Err(Failure::usage(format!("unknown colour choice `{text}`")).hint("one of: auto, always, never")),
        }
    }
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    Id,
    Urgent,
    High,
    Low,
    Open,
    Waiting,
    Hold,
    Solved,
    Closed,
    Discarded,
    Muted,
    Heading,
    Strong,
    Emphasis,
    Code,
    Link,
    Error,
    Hint,
    Warning,
    Added,
    Removed,
    Internal,
    Match,
}

impl Style {
    /// The parameters of the SGR sequence.
    fn codes(self) -> &'static str {
        match self {
            Style::Id | Style::Code | Style::Hint => "36",
            Style::Urgent | Style::Error | Style::Match => "1;31",
            Style::High | Style::Removed => "31",
            Style::Low | Style::Closed | Style::Muted => "2",
            Style::Open | Style::Added => "32",
            Style::Waiting => "34",
            Style::Hold | Style::Internal => "35",
            Style::Solved => "2;32",
            Style::Discarded => "2;9",
            Style::Heading | Style::Strong => "1",
            Style::Emphasis => "3",
            Style::Link => "4;34",
            Style::Warning => "1;35",
        }
    }

    /// Adds `text` to `out` in this style, each line by itself: a pager may show any part of it.
    pub(super) fn paint_into(self, text: &str, out: &mut String) {
        for line in text.split_inclusive('\n') {
            let words = line.trim_end_matches('\n');
            if !words.is_empty() {
                out.push_str("\x1b[");
                out.push_str(self.codes());
                out.push('m');
                out.push_str(words);
                out.push_str("\x1b[0m");
            }
            out.push_str(&line[words.len()..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_painted_by_itself() {
        let mut out = String::new();
        Style::Strong.paint_into("a\n\nb\n", &mut out);
        assert_eq!(out, "\x1b[1ma\x1b[0m\n\n\x1b[1mb\x1b[0m\n");
        assert_eq!(super::super::sanitize::painted(&out), out);
    }

    #[test]
    fn choices_have_names() {
        assert_eq!("never".parse::<ColorChoice>().ok(), Some(ColorChoice::Never));
        assert!("sometimes".parse::<ColorChoice>().is_err());
    }
}
