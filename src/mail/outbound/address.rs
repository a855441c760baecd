//! Which addresses may be put on the wire.
use std::net::IpAddr;

/// The longest address (RFC 5321, 4.5.3.1.3, less its brackets).
const MAX_ADDRESS: usize = 254;

/// Whether this is a bare address (addr-spec, RFC 5322, 3.4.1) that may be put on the wire. Neither quoted local parts nor
/// comments are; a local part beyond ASCII is (RFC 6531), and so are a domain in any script and an IP address in square
/// brackets.
pub fn is_address(text: &str) -> bool {
    text.len() <= MAX_ADDRESS && on_the_wire(text).is_some_and(|wire| wire.len() <= MAX_ADDRESS)
}

/// The address with its domain in ASCII (RFC 5890), nothing when it is none.
pub fn on_the_wire(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    if local.is_empty() || !local.chars().all(is_local) {
        return None;
    }
    if is_literal(domain) {
        return Some(text.to_string());
    }
    let ascii = idna::domain_to_ascii(domain).ok()?;
    ascii.split('.').all(is_label).then(|| format!("{local}@{ascii}"))
}

/// A character that needs no quoting: all of atext (RFC 5322, 3.2.3) and the dot, and what is visible beyond ASCII.
fn is_local(c: char) -> bool {
    let special = matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '[' | ']' | '\\' | '@');
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}');
    !(special || invisible || c.is_whitespace() || c.is_control())
}

/// An IP address in square brackets (RFC 5321, 4.1.3).
fn is_literal(domain: &str) -> bool {
    let inner = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner.map(|inner| inner.strip_prefix("IPv6:").ok_or(inner)) {
        Some(Ok(six)) => six.parse::<std::net::Ipv6Addr>().is_ok(),
        Some(Err(four)) => matches!(four.parse(), Ok(IpAddr::V4(_))),
        None => false,
    }
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_may_be_put_on_the_wire() {
        for good in
            ["a@b", "support+261122-7k2q.ab@acme.example", "o'hara..x@b.c", "jö@acme.example", "a@bücher.example"]
        {
            assert!(is_address(good), "{good}");
        }
        assert!(is_address("root@[192.0.2.1]") && is_address("root@[IPv6:::1]"));
        assert_eq!(on_the_wire("a@bücher.example").as_deref(), Some("a@xn--bcher-kva.example"));
    }

    #[test]
    fn what_is_no_address_is_none() {
        let bad = "|a|@|a@|@b|a@b@c|a b@c|a@b c|a@b\r\nRCPT TO:<c@d>|a\r\n@b|a\0@b|<a@b>|a,b@c|a;b@c|a:b@c|\"a\"@b|(x)a@b|a@[b]|a\\b@c\
                   |a@b..c|a@-b|a@b-|a@b/c|a@.b|a@b>|a@b c|a\u{202e}b@c|a\u{a0}b@c|a@b\u{2028}c";
        for bad in bad.split('|') {
            assert!(!is_address(bad), "{bad:?}");
        }
        assert!(!is_address(&format!("{}@b.example", "a".repeat(250))));
        assert!(!is_address(&format!("a@{}.example", "b".repeat(64))));
    }
}
