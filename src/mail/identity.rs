//! What makes two deliveries the same message.
use super::header::{Headers, first_line};
use sha2::{Digest, Sha256};

/// The header fields that a message brings along from its sender; all others may be traces of its way.
const OWN: [&str; 10] =
    ["From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "In-Reply-To", "References", "Content-Type"];

/// A digest of the body as it stands in the message, in which line ends and blank lines at the end make no difference.
pub fn body_digest(body: &[u8]) -> String {
    let mut hash = Sha256::new();
    feed_lines(&mut hash, body.trim_ascii_end());
    hex(&hash.finalize())
}

/// An id for a message that has none: a digest of the body and of the header without traces of the way it came
/// (RFC 5322, 3.6.7 and the like), so that a second delivery by another way has the same.
pub fn missing_id(headers: &Headers, body_digest: &str) -> String {
    let mut hash = Sha256::new();
    for name in OWN {
        for value in headers.all(name) {
            hash.update(name.as_bytes());
            value.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).for_each(|word| {
                hash.update(b" ");
                hash.update(word);
            });
            hash.update(b"\n");
        }
    }
    hash.update(body_digest.as_bytes());
    format!("{}@missing.loket", &hex(&hash.finalize())[..32])
}

/// The name of a message that is kept by itself: the same for the same message, whatever way it came.
pub fn digest(id: &str, body_digest: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    hash.update(b"\n");
    hash.update(body_digest.as_bytes());
    hex(&hash.finalize())[..40].to_owned()
}

/// The name of bytes that are no message.
pub fn digest_of(raw: &[u8]) -> String {
    hex(&Sha256::digest(raw))[..40].to_owned()
}

/// The digest of the body of a raw message.
pub fn body_digest_of(raw: &[u8]) -> String {
    body_digest(Headers::split(raw).1)
}

fn feed_lines(hash: &mut Sha256, mut rest: &[u8]) {
    while !rest.is_empty() {
        let (line, next) = first_line(rest);
        hash.update(line);
        hash.update(b"\n");
        rest = next;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(raw: &str) -> String {
        let (headers, body) = Headers::split(raw.as_bytes());
        missing_id(&headers, &body_digest(body))
    }

    #[test]
    fn the_way_a_message_came_does_not_change_its_id() {
        let one = id("Received: x\nFrom: a@b\nSubject: c\n d\n\nText\n");
        assert_eq!(one, id("Return-Path: <z@y>\r\nX-Spam: no\r\nFrom:  a@b\r\nSubject: c d\r\n\r\nText\r\n\r\n"));
        assert_ne!(one, id("From: a@b\nSubject: c d\n\nOther text\n"));
        assert_ne!(one, id("From: a@c\nSubject: c d\n\nText\n"));
        assert!(one.ends_with("@missing.loket") && one.len() == 46);
    }
}
