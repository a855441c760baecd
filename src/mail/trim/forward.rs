//! Forwarded mails: who wrote the mail that somebody sent on, and what.

use super::labels::Field;
use super::lines::{is_quote, is_space, without_outer_blanks};
use super::{delimiter, evidence, headers, lines};

/// A mail that stands, headers and all, in the text of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// What the one who forwards it says above it.
    pub note: String,
    /// The name of its sender, where given.
    pub name: Option<String>,
    /// The bare address of its sender in lower case, where given.
    pub address: Option<String>,
    /// Its date as it was written, in whatever language.
    pub date: Option<String>,
    /// Its subject, where given.
    pub subject: Option<String>,
    /// Its text, without the `>` that some programs put before each line.
    pub body: String,
}

/// The first forwarded mail in a text: a block of headers, below a line that announces it or not, quoted or not. An
/// answer by Outlook looks the same; only the subject of the outer mail tells them apart.
#[must_use]
pub fn forwarded(text: &str) -> Option<Forwarded> {
    let lines = lines::split(text);
    let plain: Vec<&str> = lines.iter().map(|line| unquoted(line)).collect();
    let (start, block) = (0..plain.len()).find_map(|at| Some((at, headers::block(&plain, at)?)))?;
    let quoted = is_quote(lines[start]);
    let body = if quoted { &plain[block.end..] } else { &lines[block.end..] };
    let from = block.get(Field::From).unwrap_or_default();
    Some(Forwarded {
        note: without_outer_blanks(note(&lines[..start])).join("\n"),
        name: name(&from),
        address: evidence::address(&from).map(|(address, _)| address.to_lowercase()),
        date: block.get(Field::Date),
        subject: block.get(Field::Subject),
        body: without_outer_blanks(body).join("\n"),
    })
}

/// A line without its first `>` and the space behind that.
fn unquoted(line: &str) -> &str {
    if !is_quote(line) {
        return line;
    }
    let text = line.trim_start_matches(is_space);
    let text = text.strip_prefix('>').unwrap_or(text);
    text.strip_prefix(' ').unwrap_or(text)
}

/// The lines above a forwarded mail without those that announce it.
fn note<'a, 'b>(lines: &'a [&'b str]) -> &'a [&'b str] {
    let announces = |line: &str| {
        let line = unquoted(line);
        lines::is_blank(line) || delimiter::is_delimiter(line) || delimiter::is_rule(line)
    };
    let end = lines.iter().rposition(|line| !announces(line)).map_or(0, |last| last + 1);
    &lines[..end]
}

/// The name in a `From:` header: what stands before the address and is not an address itself.
fn name(from: &str) -> Option<String> {
    let before = evidence::address(from).map_or(from, |(_, range)| &from[..range.start]);
    let name = before.rfind(['<', '[', '(']).map_or(before, |at| &before[..at]);
    let name = name.trim_matches(|c: char| is_space(c) || "\"'*_<>[]".contains(c));
    (!name.is_empty() && !name.contains('@')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: &str =
        "From: \"Ann Lee\" <Ann@Desk.example>\nDate: 21 Nov 2026\nSubject: Broken\nTo: Bo <bo@desk.example>\n";

    #[test]
    fn announced_by_a_line_or_not() {
        for line in ["---------- Forwarded message ---------\n", "Begin forwarded message:\n\n", "_____\n", ""] {
            let found =
                forwarded(&format!("Please help.\n\n{line}{HEADERS}\nIt broke.\n\n> Did it?\n")).expect("a mail");
            let some = |text: &str| Some(text.to_owned());
            assert_eq!(
                (found.note.as_str(), found.body.as_str()),
                ("Please help.", "It broke.\n\n> Did it?"),
                "{line}"
            );
            assert_eq!((found.name, found.address), (some("Ann Lee"), some("ann@desk.example")));
            assert_eq!((found.date, found.subject), (some("21 Nov 2026"), some("Broken")));
        }
    }

    #[test]
    fn quoted_as_a_whole() {
        let quoted = format!("Begin forwarded message:\n\n{HEADERS}\nIt broke.\n\n> Did it?").replace('\n', "\n> ");
        let found = forwarded(&format!("See below.\n\n> {quoted}")).expect("a mail");
        assert_eq!((found.note.as_str(), found.body.as_str()), ("See below.", "It broke.\n\n> Did it?"));
    }

    #[test]
    fn senders_in_many_forms() {
        for (from, expected) in [
            ("Ann <ann@b.example>", (Some("Ann"), Some("ann@b.example"))),
            ("**Ann** <ann@b.example<mailto:ann@b.example>>", (Some("Ann"), Some("ann@b.example"))),
            ("Ann (Sales) [mailto:ann@b.example]", (Some("Ann (Sales)"), Some("ann@b.example"))),
            ("[Ann](mailto:ann@b.example)", (Some("Ann"), Some("ann@b.example"))),
            ("ann@b.example", (None, Some("ann@b.example"))),
            ("Ann", (Some("Ann"), None)),
        ] {
            let found = forwarded(&format!("From: {from}\nSent: today\nSubject: x\n\nHello")).expect(from);
            assert_eq!((found.name.as_deref(), found.address.as_deref()), expected, "{from}");
        }
    }

    #[test]
    fn an_ordinary_mail_is_none() {
        assert_eq!(forwarded("Hello,\n\nthe lamp is broken.\n\n-- \nAnn"), None);
    }
}
