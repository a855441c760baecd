//! Content transfer encodings (RFC 2045, 6), read as far as they can be.
use super::header::first_line;
use std::borrow::Cow;

/// Undoes a content transfer encoding; bytes of an unknown one stay as they are, and the second value is false.
pub fn transfer<'a>(bytes: &'a [u8], encoding: &str) -> (Cow<'a, [u8]>, bool) {
    match encoding.trim().trim_matches(['"', ';']).to_ascii_lowercase().as_str() {
        "base64" => (base64(bytes).into(), true),
        "quoted-printable" => (quoted_printable(bytes).into(), true),
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => match uudecode(bytes) {
            Some(data) => (data.into(), true),
            None => (bytes.into(), false),
        },
        "" | "7bit" | "8bit" | "binary" => (bytes.into(), true),
        _ => (bytes.into(), false),
    }
}

/// Base64 (RFC 2045, 6.8): characters outside the alphabet are skipped, padding ends a run, a broken end is cut.
pub fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in bytes {
        match sextet(*byte) {
            Some(value) => {
                (bits, count) = (bits << 6 | value, count + 1);
                if count == 4 {
                    data.extend_from_slice(&bits.to_be_bytes()[1..]);
                    (bits, count) = (0, 0);
                }
            }
            None if *byte == b'=' => {
                flush(&mut data, bits, count);
                (bits, count) = (0, 0);
            }
            None => {}
        }
    }
    flush(&mut data, bits, count);
    data
}

/// The bytes of a group of fewer than four characters.
fn flush(data: &mut Vec<u8>, bits: u32, count: u32) {
    match count {
        2 => data.push((bits >> 4) as u8),
        3 => data.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Quoted-printable (RFC 2045, 6.7): an escape that is none stays as it stands.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let (mut data, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while !rest.is_empty() {
        let (line, next) = first_line(rest);
        let ended = rest.len() - next.len() > line.len();
        let text = line.trim_ascii_end();
        let soft = text.strip_suffix(b"=");
        unescape(soft.unwrap_or(text), &mut data);
        if ended && soft.is_none() {
            data.push(b'\n');
        }
        rest = next;
    }
    data
}

/// The bytes of an encoded word's text (RFC 2047, 4.2), where `_` is a space.
pub fn quoted_word(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
    let mut data = Vec::with_capacity(text.len());
    unescape(&spaced, &mut data);
    data
}

fn unescape(line: &[u8], data: &mut Vec<u8>) {
    let mut at = 0;
    while at < line.len() {
        match (line[at], line.get(at + 1).and_then(|b| hex(*b)), line.get(at + 2).and_then(|b| hex(*b))) {
            (b'=', Some(high), Some(low)) => {
                data.push(high << 4 | low);
                at += 3;
            }
            (byte, ..) => {
                data.push(byte);
                at += 1;
            }
        }
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The content of a uuencoded file, between `begin` and `end`.
fn uudecode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    while !rest.starts_with(b"begin ") {
        rest = first_line(rest).1;
        if rest.is_empty() {
            return None;
        }
    }
    rest = first_line(rest).1;
    let mut data = Vec::with_capacity(rest.len() / 4 * 3);
    while !rest.is_empty() {
        let (line, next) = first_line(rest);
        if line == b"end" {
            break;
        }
        uu_line(line, &mut data);
        rest = next;
    }
    Some(data)
}

fn uu_line(line: &[u8], data: &mut Vec<u8>) {
    let Some((length, text)) = line.split_first() else { return };
    let end = data.len() + usize::from(length.wrapping_sub(32) & 63);
    for group in text.chunks(4) {
        let bits =
            (0..4).fold(0u32, |bits, at| bits << 6 | u32::from(group.get(at).map_or(0, |b| b.wrapping_sub(32) & 63)));
        data.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    data.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_far_as_it_goes() {
        for (text, want) in
            [("aGVsbG8=", "hello"), ("aGVs\r\nbG8", "hello"), ("aGVs!bG8=\n", "hello"), ("aA==aGk=", "hhi"), ("a", "")]
        {
            assert_eq!(base64(text.as_bytes()), want.as_bytes(), "{text}");
        }
    }

    #[test]
    fn quoted_printable_keeps_what_is_no_escape() {
        assert_eq!(quoted_printable(b"a=20b=\r\nc =\nd=zz=e9  \r\ne"), b"a bc d=zz\xe9\ne");
    }

    #[test]
    fn uuencoded_files_are_read() {
        assert_eq!(transfer(b"begin 644 x\n#0V%T\n`\nend\n", "x-uuencode").0, b"Cat".as_slice());
    }

    #[test]
    fn an_unknown_encoding_is_told() {
        assert_eq!(transfer(b"x", "rot13"), (b"x".as_slice().into(), false));
        assert!(transfer(b"x", "8BIT").1);
    }
}
