//! The parts of a message (RFC 2046), found without copying, in bounded depth and number.
use super::{
    fields::{self, Typed},
    header::{Headers, first_line},
};
use memchr::memmem;

/// How deep parts are looked for within parts.
pub const MAX_DEPTH: usize = 250;
/// The most parts of one message.
pub const MAX_PARTS: usize = 10_000;

/// A message or a part of one.
#[derive(Debug)]
pub struct Part<'a> {
    /// Its header fields.
    pub headers: Headers<'a>,
    /// Its content type; `text/plain` where none is said.
    pub kind: Typed,
    /// Its bytes, still encoded.
    pub body: &'a [u8],
    /// Its parts, when it is a multipart with any.
    pub parts: Vec<Part<'a>>,
}

/// What is left to spend on parts, and whether it ran out.
struct Budget {
    parts: usize,
    spent: bool,
}

/// Splits a message into its parts; the second value says whether there were too many or too deep ones, which are then
/// left whole.
pub fn parse(raw: &[u8]) -> (Part<'_>, bool) {
    let mut budget = Budget { parts: MAX_PARTS, spent: false };
    let part = part(raw, "text/plain", 0, &mut budget);
    (part, budget.spent)
}

fn part<'a>(raw: &'a [u8], default: &str, depth: usize, budget: &mut Budget) -> Part<'a> {
    let (headers, body) = Headers::split(raw);
    let kind = kind_of(&headers, default);
    let mut part = Part { headers, kind, body, parts: Vec::new() };
    if part.kind.is("multipart") {
        split(&mut part, depth, budget);
    }
    part
}

fn kind_of(headers: &Headers, default: &str) -> Typed {
    let mut kind = headers.all("Content-Type").next().map(fields::typed).unwrap_or_default();
    match kind.value.as_str() {
        "text" | "text/" => kind.value = "text/plain".into(),
        "" => kind.value = default.into(),
        value if !value.contains('/') => kind.value = "text/plain".into(),
        _ => {}
    }
    kind
}

/// Fills in the parts of a multipart. One without a boundary, or without any part, is read as the text it is; what is
/// too much is left whole in a last part.
fn split<'a>(part: &mut Part<'a>, depth: usize, budget: &mut Budget) {
    let default = if part.kind.value == "multipart/digest" { "message/rfc822" } else { "text/plain" };
    let boundary = part.kind.parameter("boundary").map(|boundary| format!("--{}", boundary.trim_end()));
    let limit = if depth < MAX_DEPTH { budget.parts } else { 0 };
    let (pieces, rest) = boundary.map(|boundary| pieces(part.body, boundary.as_bytes(), limit)).unwrap_or_default();
    budget.parts -= pieces.len();
    budget.spent |= rest.is_some();
    part.parts = pieces.into_iter().map(|piece| self::part(piece, default, depth + 1, budget)).collect();
    part.parts.extend(rest.map(whole));
    if part.parts.is_empty() {
        part.kind.value = "text/plain".into();
    }
}

fn whole(body: &[u8]) -> Part<'_> {
    let kind = Typed::plain("application/octet-stream");
    Part { headers: Headers::default(), kind, body, parts: Vec::new() }
}

/// What stands between the delimiters (RFC 2046, 5.1.1), at most `limit` pieces, and the rest if there are more. A missing
/// end is the end of the text; what follows the last delimiter counts if it is delimited again, as when a multipart
/// within this one has the same boundary.
fn pieces<'a>(body: &'a [u8], delimiter: &[u8], limit: usize) -> (Vec<&'a [u8]>, Option<&'a [u8]>) {
    let (mut found, mut start) = (Vec::new(), None);
    for at in memmem::find_iter(body, delimiter) {
        let Some((after, last)) = delimits(body, at, delimiter.len()) else { continue };
        found.extend(start.map(|start| before(body, start, at)));
        start = (!last).then_some(after.min(body.len()));
        if let Some(start) = start.filter(|_| found.len() >= limit) {
            return (found, Some(&body[start..]));
        }
    }
    found.extend(start.map(|start| &body[start..]));
    (found, None)
}

/// Whether the delimiter found here is one: alone on its line, or with the `--` that ends the multipart. Gives where the
/// next line starts.
fn delimits(body: &[u8], at: usize, length: usize) -> Option<(usize, bool)> {
    if at > 0 && body[at - 1] != b'\n' {
        return None;
    }
    let (line, next) = first_line(&body[at + length..]);
    let after = body.len() - next.len();
    match line.trim_ascii() {
        b"" => Some((after, false)),
        b"--" => Some((after, true)),
        rest if rest.starts_with(b"--") && line.starts_with(b"--") && !rest[2..].contains(&b'-') => Some((after, true)),
        _ => None,
    }
}

/// The piece without the line end before the delimiter, which belongs to that.
fn before(body: &[u8], start: usize, at: usize) -> &[u8] {
    let piece = &body[start.min(at)..at];
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies<'a>(part: &Part<'a>) -> Vec<&'a [u8]> {
        part.parts.iter().map(|part| part.body).collect()
    }

    #[test]
    fn parts_are_what_stands_between_delimiters() {
        let (part, _) = parse(
            b"Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--bb\n--b  \nA: b\n\ntwo\n\n--b--\npost",
        );
        assert_eq!(bodies(&part), [b"one\n--bb".as_slice(), b"two\n"]);
    }

    #[test]
    fn a_missing_end_or_boundary_loses_nothing() {
        let (part, _) = parse(b"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\none");
        assert_eq!(bodies(&part), [b"one".as_slice()]);
        for raw in ["Content-Type: multipart/mixed\n\nx", "Content-Type: multipart/mixed; boundary=b\n\nx"] {
            let (part, _) = parse(raw.as_bytes());
            assert_eq!((part.kind.value.as_str(), part.body), ("text/plain", b"x".as_slice()));
        }
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(MAX_PARTS + 10));
        let (part, spent) = parse(many.as_bytes());
        assert!(spent && part.parts.len() == MAX_PARTS + 1 && part.parts[MAX_PARTS].body.ends_with(b"x\n"));
        let deep: String =
            (0..400).map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1)).collect();
        assert!(parse(format!("Content-Type: multipart/mixed; boundary=b0\n\n{deep}").as_bytes()).1);
    }
}
