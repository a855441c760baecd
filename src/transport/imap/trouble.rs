//! What goes wrong with a mailbox: whether another try later may help, and a text for people.
use imap_codec::imap_types::response::{Code, StatusBody};
use std::io;

/// The most characters of a text that comes from outside.
const MAX_TEXT: usize = 300;

/// Trouble with the server. The text is one line without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The connection or the server fails; another try later may help.
    Temporary(String),
    /// A wrong password, no such folder, a certificate that is not trusted: somebody has to change something.
    Permanent(String),
}

impl Trouble {
    /// Trouble that another try may not meet.
    pub(super) fn temporary(text: impl AsRef<str>) -> Self {
        Self::Temporary(one_line(text.as_ref()))
    }

    /// Trouble that another try meets again.
    pub(super) fn permanent(text: impl AsRef<str>) -> Self {
        Self::Permanent(one_line(text.as_ref()))
    }

    /// Trouble with a connection: permanent when TLS cannot be agreed on, else temporary.
    pub(super) fn io(doing: &str, error: &io::Error) -> Self {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            Some(rustls::Error::InvalidCertificate(_)) => {
                Self::permanent(format!("{doing}: the server's certificate is not trusted: {error}"))
            }
            Some(rustls::Error::InvalidMessage(_)) => {
                Self::permanent(format!("{doing}: no TLS is spoken there: {error}"))
            }
            Some(rustls::Error::PeerIncompatible(_)) => Self::permanent(format!("{doing}: {error}")),
            _ if timed_out(error) => Self::temporary(format!("{doing}: no answer in time")),
            _ => Self::temporary(format!("{doing}: {error}")),
        }
    }

    /// A NO or BAD to something that only changes when somebody acts; temporary when the code says so (RFC 5530).
    pub(super) fn refused(doing: &str, body: &StatusBody<'_>) -> Self {
        let text = format!("{doing}: {}", answer(body));
        if passes(body) { Self::temporary(text) } else { Self::permanent(text) }
    }

    /// The text for people.
    pub fn text(&self) -> &str {
        let (Self::Temporary(text) | Self::Permanent(text)) = self;
        text
    }

    /// Whether another try later may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary(_))
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.text())
    }
}

impl std::error::Error for Trouble {}

/// Whether a read or a connect only took too long.
pub(super) fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// What the server said, with its code if that is one for people.
fn answer(body: &StatusBody<'_>) -> String {
    match &body.code {
        Some(Code::Other(code)) => format!("[{}] {}", String::from_utf8_lossy(code.inner()), body.text),
        _ => body.text.to_string(),
    }
}

/// Whether the code says that the refusal passes (RFC 5530, 3).
fn passes(body: &StatusBody<'_>) -> bool {
    const PASSING: [&[u8]; 4] = [b"UNAVAILABLE", b"INUSE", b"SERVERBUG", b"LIMIT"];
    match &body.code {
        Some(Code::Other(code)) => PASSING.iter().any(|name| code.inner().eq_ignore_ascii_case(name)),
        _ => false,
    }
}

/// The text on one line, without control characters, cut to a sensible length.
pub(super) fn one_line(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() || is_hidden(c) { ' ' } else { c }).collect::<String>();
    let mut words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = words.char_indices().nth(MAX_TEXT) {
        words.truncate(cut);
        words.push('…');
    }
    words
}

/// Line separators and what turns the direction of text.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_clean_short_line() {
        assert_eq!(one_line("a\r\nb\t\x1b[31mc\u{202e}"), "a b [31mc");
        assert_eq!(one_line(&"x".repeat(1000)).chars().count(), MAX_TEXT + 1);
    }

    #[test]
    fn a_wrong_certificate_is_permanent_and_a_reset_is_not() {
        let certificate = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert!(!Trouble::io("x", &io::Error::new(io::ErrorKind::InvalidData, certificate)).is_temporary());
        assert!(Trouble::io("x", &io::ErrorKind::ConnectionReset.into()).is_temporary());
    }
}
