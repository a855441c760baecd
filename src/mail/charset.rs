//! Bytes to text: declared charsets, undeclared ones, and what never belongs in text.
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use mail_parser::decoders::charsets::map::charset_decoder;

/// How much of a text is looked at to guess its charset.
const SAMPLE: usize = 128 * 1024;

/// Decodes text of a declared charset (RFC 2045, 5.1). A charset that is unknown, or in which the bytes make no sense,
/// is treated as undeclared; then the warning says so.
pub fn decode(bytes: &[u8], label: Option<&str>) -> (String, Option<String>) {
    let label = label.map(str::trim).filter(|label| !label.is_empty() && !plain_ascii(label));
    let Some(label) = label else { return undeclared(bytes) };
    let declared = match Encoding::for_label(label.as_bytes()) {
        Some(encoding) => encoding.decode(bytes).0.into_owned(),
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => return guessed(bytes, &format!("unknown charset {}", printable(label))),
        },
    };
    if makes_sense(&declared) { (declared, None) } else { guessed(bytes, &format!("text is not {}", printable(label))) }
}

/// Decodes text of which nobody said the charset: UTF-8 where that is valid, else what it looks like.
pub fn undeclared(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) if !bytes.contains(&0x1b) => (text.to_string(), None),
        _ => guessed(bytes, "no charset declared"),
    }
}

fn guessed(bytes: &[u8], why: &str) -> (String, Option<String>) {
    let encoding = guess(bytes);
    let text = encoding.decode(bytes).0.into_owned();
    let warning = (!bytes.is_ascii()).then(|| format!("{why}: read as {}", encoding.name()));
    (text, warning)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0x1b) {
        return UTF_8;
    }
    let start = bytes.iter().position(|byte| *byte >= 0x80 || *byte == 0x1b).unwrap_or(0);
    let start = start.saturating_sub(64);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[start..bytes.len().min(start + SAMPLE)], true);
    let mostly_utf8 = makes_sense(&String::from_utf8_lossy(&bytes[..bytes.len().min(SAMPLE)])) && !bytes.is_ascii();
    if mostly_utf8 { UTF_8 } else { detector.guess(None, Utf8Detection::Allow) }
}

/// Whether decoded text has few enough replacement characters to have been read right.
fn makes_sense(text: &str) -> bool {
    let bad = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    bad == 0 || bad * 5 < text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count()
}

fn plain_ascii(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "unknown-8bit", "binary", "default", "unknown"]
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
}

fn printable(label: &str) -> String {
    label.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

/// Text as it may be stored: line ends as `\n`, no control characters but `\n` and `\t`, no bidirectional overrides.
pub fn cleaned(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' => {
                characters.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\u{c}' | '\u{2028}' | '\u{2029}' | '\u{85}' => clean.push('\n'),
            '\n' | '\t' => clean.push(c),
            c if c.is_control() || is_override(c) => {}
            c => clean.push(c),
        }
    }
    clean
}

/// Whether a character turns the direction of the text that follows it (embeddings, overrides, isolates).
pub fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Schöne Grüße! Für die Lösung wäre ich Ihnen sehr dankbar, spätestens übermorgen.";

    #[test]
    fn undeclared_text_is_utf8_or_guessed() {
        assert_eq!(decode(TEXT.as_bytes(), None), (TEXT.to_string(), None));
        let latin = encoding_rs::WINDOWS_1252.encode(TEXT).0;
        let (text, warning) = decode(&latin, None);
        assert_eq!(text, TEXT);
        assert!(warning.is_some());
        assert_eq!(decode(&latin, Some("us-ascii")).0, TEXT);
    }

    #[test]
    fn a_wrong_or_unknown_declaration_is_no_obstacle() {
        let latin = encoding_rs::WINDOWS_1252.encode(TEXT).0;
        assert_eq!(decode(&latin, Some("utf-8")).0, TEXT);
        assert_eq!(decode(TEXT.as_bytes(), Some("x-klingon")).0, TEXT);
        let japanese = encoding_rs::ISO_2022_JP.encode("日本語のメール").0;
        assert_eq!(decode(&japanese, None).0, "日本語のメール");
        assert_eq!(decode(b"Hi Mom +Jjo-!", Some("utf-7")).0, "Hi Mom ☺!");
    }

    #[test]
    fn one_broken_character_does_not_spoil_utf8() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.push(0xc3);
        assert!(decode(&bytes, Some("utf-8")).0.starts_with(TEXT));
        assert!(decode(&bytes, None).0.starts_with(TEXT));
    }

    #[test]
    fn controls_and_overrides_are_dropped() {
        assert_eq!(cleaned("\u{feff}a\r\nb\rc\0\x1b[31m\u{202e}d\te\u{2066}"), "a\nb\nc[31md\te");
    }
}
