//! Encoded words in headers (RFC 2047), read as mailers write them: characters split over words are joined.
use super::{charset, decode};

/// One encoded word: charset, whether its text is base64, and the text.
struct Word<'t> {
    charset: &'t str,
    base64: bool,
    text: &'t str,
}

/// The text with its encoded words decoded.
pub fn decoded(text: &str) -> String {
    replaced(text, |words| words)
}

/// The text with every run of encoded words as one base64 word of UTF-8, for a parser of structured fields that decodes
/// each word on its own.
pub fn canonical(text: &str) -> String {
    replaced(text, |words| format!("=?utf-8?B?{}?=", encoded(words.as_bytes())))
}

/// Replaces each run of encoded words; white space between two of them is dropped (RFC 2047, 6.2). After the last end of
/// a word there is none to look for.
fn replaced(text: &str, replace: impl Fn(String) -> String) -> String {
    let (mut rest, tail) = text.split_at(text.rfind("?=").map_or(0, |at| at + 2));
    let mut out = String::with_capacity(text.len());
    while let Some(at) = rest.find("=?") {
        out.push_str(&rest[..at]);
        let (words, length) = run(&rest[at..]);
        if words.is_empty() {
            out.push_str("=?");
            rest = &rest[at + 2..];
        } else {
            out.push_str(&replace(join(&words)));
            rest = &rest[at + length..];
        }
    }
    out + rest + tail
}

/// The encoded words at the front, and how long they are together.
fn run(text: &str) -> (Vec<Word<'_>>, usize) {
    let (mut words, mut end, mut at) = (Vec::new(), 0, 0);
    while let Some((word, length)) = word(&text[at..]) {
        words.push(word);
        end = at + length;
        at = end + (text[end..].len() - text[end..].trim_start().len());
    }
    (words, end)
}

fn word(text: &str) -> Option<(Word<'_>, usize)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let base64 = encoding.eq_ignore_ascii_case("b");
    let known = base64 || encoding.eq_ignore_ascii_case("q");
    if !known || charset.is_empty() || charset.len() > 60 || charset.contains(char::is_whitespace) {
        return None;
    }
    let inner = &rest[..rest.find("?=")?];
    let length = 2 + charset.len() + 1 + encoding.len() + 1 + inner.len() + 2;
    Some((Word { charset: charset.split('*').next().unwrap_or(charset), base64, text: inner }, length))
}

/// Decodes words, those of one charset together.
fn join(words: &[Word]) -> String {
    let mut text = String::new();
    for group in words.chunk_by(|one, next| one.charset.eq_ignore_ascii_case(next.charset)) {
        let bytes: Vec<u8> = group.iter().flat_map(bytes).collect();
        text.push_str(&charset::decode(&bytes, group.first().map(|word| word.charset)).0);
    }
    text
}

fn bytes(word: &Word) -> Vec<u8> {
    match word.base64 {
        true => decode::base64(word.text.as_bytes()),
        false => decode::quoted_word(word.text.as_bytes()),
    }
}

fn encoded(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0usize, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = char::from(ALPHABET[bits >> (18 - 6 * at) & 63]);
            text.push(if at > chunk.len() { '=' } else { digit });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_text_around_them_kept() {
        assert_eq!(decoded("a =?utf-8?q?b=C3=A9_c?= d =?x"), "a bé c d =?x");
        assert_eq!(decoded("=?ISO-8859-1?Q?Andr=E9?= Pirard"), "André Pirard");
        assert_eq!(decoded("=?utf-8*en?B?w6k=?="), "é");
        assert_eq!(decoded("=?a?x?b?= =?a b?q?c?="), "=?a?x?b?= =?a b?q?c?=");
    }

    #[test]
    fn words_without_an_end_are_text() {
        for piece in ["=?a?q? ", "=?a?x? ", "=?", "=?a b?q?"] {
            let text = piece.repeat(300_000);
            assert_eq!(decoded(&text), text);
            assert!(decoded(&format!("{text}?=")).len() <= text.len() + 2);
        }
    }

    #[test]
    fn a_character_split_over_two_words_is_whole() {
        assert_eq!(decoded("=?utf-8?B?w6nD?=\r\n =?utf-8?B?qQ==?="), "éé");
        assert_eq!(decoded("=?utf-8?q?a=C3?= =?UTF-8?Q?=A9?="), "aé");
        assert_eq!(decoded("=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?="), "éé");
    }

    #[test]
    fn canonical_words_decode_to_the_same() {
        for text in [
            "=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?= <a@b>",
            "x =?utf-8?q?=C3=A9=C3=A9?=",
            "=?utf-8?q?ab?=",
            "=?utf-8?q?abc?=",
        ] {
            assert_eq!(decoded(&canonical(text)), decoded(text));
        }
    }
}
