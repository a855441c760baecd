//! What each line of a mail is, looked at with as few of its neighbours as it takes.

use super::{attribution, delimiter, headers, list, signature};

/// How many lines a quote has at most that the sender brings up himself.
const OWN_QUOTE: usize = 12;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing but white space.
    Blank,
    /// Somebody's own words, as far as one line can tell.
    Text,
    /// A line behind a `>`.
    Quote,
    /// A line that names author and time (or address) of what follows.
    Attribution,
    /// A line that only says somebody wrote something, just above a quote.
    Introduction,
    /// The first line of an older mail: its headers, or a line that announces it.
    Embedded,
    /// `-- `, above a signature.
    Signature,
    /// `--`, `—` or a line of underscores, which may stand above a signature.
    Dashes,
    /// What an app, a device or a mailing list adds: "Sent from my phone".
    Footer,
    /// A line of dashes, stars or equal signs.
    Rule,
}

/// The lines of a text without what ends them, be that `\n`, `\r\n` or, after a careless gateway, `\r\r\n`.
pub(super) fn split(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.trim_end_matches('\r')).collect()
}

/// The kind of each line.
pub(super) fn classify(lines: &[&str]) -> Vec<Kind> {
    let fenced = fenced(lines);
    let mut kinds = Vec::with_capacity(lines.len());
    while kinds.len() < lines.len() {
        let at = kinds.len();
        let (kind, count) = if fenced[at] { (Kind::Text, 1) } else { kind(lines, at) };
        kinds.extend(std::iter::repeat_n(kind, count.min(lines.len() - at)));
    }
    own_quotes(lines, &mut kinds);
    list::footers(lines, &mut kinds);
    kinds
}

/// Makes text of the quotes that the sender brings up himself: a few lines right below one of his that ends with a
/// colon, such as an error he got.
fn own_quotes(lines: &[&str], kinds: &mut [Kind]) {
    let mut at = 0;
    while at < kinds.len() {
        let count = kinds[at + 1..].iter().take_while(|kind| **kind == Kind::Quote).count();
        if kinds[at] == Kind::Text && count <= OWN_QUOTE && brings_up(lines[at]) {
            kinds[at + 1..=at + count].fill(Kind::Text);
        }
        at += count + 1;
    }
}

/// Whether a line ends with a colon and is not, in whatever language, about a date or an address.
fn brings_up(line: &str) -> bool {
    let line = bare(line);
    line.ends_with([':', '：']) && !is_quote(line) && !line.contains(|c: char| c.is_numeric() || matches!(c, '@' | '<'))
}

/// The kind of the line at `at`, and how many lines are of it together.
fn kind(lines: &[&str], at: usize) -> (Kind, usize) {
    let line = lines[at];
    if is_blank(line) {
        return (Kind::Blank, 1);
    }
    if is_quote(line) {
        return (Kind::Quote, 1);
    }
    if let Some(found) = attribution::find(lines, at) {
        return (if found.strong { Kind::Attribution } else { Kind::Introduction }, found.lines);
    }
    if let Some(block) = headers::block(lines, at) {
        let raw = headers::is_raw(lines, at, &block);
        return if raw { (Kind::Text, block.end - at) } else { (Kind::Embedded, 1) };
    }
    if delimiter::is_delimiter(line) {
        return (Kind::Embedded, 1);
    }
    let mark = signature::mark(line);
    (mark.unwrap_or(if delimiter::is_rule(line) { Kind::Rule } else { Kind::Text }), 1)
}

/// Whether each line stands in a fenced block of code, fences included. A fence that is never closed is none.
fn fenced(lines: &[&str]) -> Vec<bool> {
    let mut inside = vec![false; lines.len()];
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let fence = line.trim_start();
        if !fence.starts_with("```") && !fence.starts_with("~~~") {
            continue;
        }
        match open.take() {
            Some(start) => inside[start..=at].fill(true),
            None => open = Some(at),
        }
    }
    inside
}

/// Whether a line is empty to the eye.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars().all(is_space)
}

/// Whether a line is quoted; a `>` far from the margin is code.
pub(super) fn is_quote(line: &str) -> bool {
    let text = line.trim_start_matches(is_space);
    text.starts_with('>') && line.len() - text.len() < 4
}

/// A line without outer white space, marks of direction and the stars or underscores of bold and italic text.
pub(super) fn bare(line: &str) -> &str {
    line.trim_matches(|c| is_space(c) || matches!(c, '*' | '_'))
}

/// White space, and the characters without width that mail programs put around names.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The lines between the first and the last that is not blank.
pub(super) fn without_outer_blanks<'a, 'b>(lines: &'a [&'b str]) -> &'a [&'b str] {
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    &lines[first..last]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_text_whatever_it_looks_like() {
        let lines = ["```", "> prompt", "-- ", "```", "> quote", "```"];
        assert_eq!(classify(&lines)[..5], [Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Quote]);
    }

    #[test]
    fn a_quote_that_is_brought_up_is_text() {
        let kinds = |line| classify(&[line, "> Error 500", "", "> old"]);
        assert_eq!(kinds("It says:"), [Kind::Text, Kind::Text, Kind::Blank, Kind::Quote]);
        assert_eq!(kinds("Ann wrote:")[1], Kind::Quote);
        assert_eq!(kinds("21 Nov, Ann scribbled:")[1], Kind::Quote);
    }

    #[test]
    fn quotes_stand_near_the_margin() {
        assert!(is_quote(" > a") && is_quote(">a") && !is_quote("    > a") && !is_quote("a > b"));
    }

    #[test]
    fn invisible_lines_are_blank() {
        assert!(is_blank("\u{a0}\u{200e} \u{feff}") && is_blank("") && !is_blank("."));
    }
}
