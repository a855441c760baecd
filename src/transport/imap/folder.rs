//! Names of folders on the wire: modified UTF-7 (RFC 3501, 5.1.3).
use super::Trouble;
use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use imap_codec::imap_types::mailbox::Mailbox;

/// The folder as an argument of a command.
/// # Errors
/// When the name is empty or has control characters.
pub(super) fn mailbox(name: &str) -> Result<Mailbox<'static>, Trouble> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Trouble::permanent(format!("no folder can be named `{name}`")));
    }
    Mailbox::try_from(encoded(name))
        .map_err(|error| Trouble::permanent(format!("no folder can be named `{name}`: {error}")))
}

/// The name in modified UTF-7: printable ASCII stands for itself, `&` is `&-`, all else is base64 of UTF-16.
fn encoded(name: &str) -> String {
    let (mut out, mut wide) = (String::new(), String::new());
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut out, &mut wide);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            wide.push(c);
        }
    }
    shift(&mut out, &mut wide);
    out
}

/// Writes the collected characters that are not ASCII as one shifted run.
fn shift(out: &mut String, wide: &mut String) {
    if wide.is_empty() {
        return;
    }
    let config = GeneralPurposeConfig::new().with_encode_padding(false);
    let bytes: Vec<u8> = wide.encode_utf16().flat_map(u16::to_be_bytes).collect();
    out.push('&');
    out.push_str(&GeneralPurpose::new(&IMAP_MUTF7, config).encode(bytes));
    out.push('-');
    wide.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded() {
        assert_eq!(encoded("INBOX/a b"), "INBOX/a b");
        assert_eq!(encoded("R&D"), "R&-D");
        assert_eq!(encoded("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encoded("Entwürfe"), "Entw&APw-rfe");
        assert_eq!(encoded("😀"), "&2D3eAA-");
    }

    #[test]
    fn control_characters_are_refused() {
        assert!(mailbox("a\r\nb").is_err());
        assert!(mailbox("").is_err());
        assert!(matches!(mailbox("inbox"), Ok(Mailbox::Inbox)));
    }
}
