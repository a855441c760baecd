//! Paths within a desk: always `/`, never leading.

/// Why a path cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outside;

/// The folder of a path; of a file at the root the empty one.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` as seen from `folder`, without `.` and `..`.
pub(super) fn join(folder: &str, path: &str) -> Result<String, Outside> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or(Outside)?),
            other => parts.push(other),
        }
    }
    Ok(parts.join("/"))
}

/// Percent escapes as what they stand for; what is no text then stays as it is.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = if bytes[at] == b'%' { read_escape(&bytes[at + 1..]) } else { None };
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

fn read_escape(rest: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(*rest.first()?)? * 16 + digit(*rest.get(1)?)?;
    u8::try_from(value).ok()
}

/// Whether a target has a scheme (`https:`, `mailto:`); one letter before the colon is none.
pub(super) fn has_scheme(target: &str) -> bool {
    let Some((scheme, _)) = target.split_once(':') else { return false };
    let rest = |letter: u8| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter);
    scheme.len() > 1 && scheme.as_bytes()[0].is_ascii_alphabetic() && scheme.bytes().all(rest)
}

/// The target to write in `from_path` for a link to `to_path`: relative, and encoded for a markdown link.
pub fn relative(from_path: &str, to_path: &str) -> String {
    let from: Vec<&str> = folder(from_path).split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = to_path.split('/').collect();
    let folders = to.len().saturating_sub(1);
    let shared = from.iter().zip(&to[..folders]).take_while(|(left, right)| left == right).count();
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(&to[shared..]);
    let path = parts.join("/");
    // A colon would make the first part look like a scheme.
    let lead = if parts.first().is_some_and(|part| part.contains(':')) { "./" } else { "" };
    format!("{lead}{}", encode(&path))
}

/// What ends a destination, or means something in a link, as percent escapes.
fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter.is_whitespace() || letter.is_control() || " ()%#?<>\\&\"'`[]*~|".contains(letter) {
            letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(letter);
        }
    }
    out
}
