//! What single header fields say: addresses, ids, dates, types with their parameters.
use super::{header::unfolded, words};
use mail_parser::{Addr, Address as Parsed, DateTime, HeaderValue, MessageParser};
use memchr::{memchr, memchr2};

/// The most addresses that are read from one field.
pub const MAX_ADDRESSES: usize = 1_000;
/// The longest message id that is one.
pub const MAX_ID: usize = 900;
/// The most ids that are kept of one field: the first and the last of them.
pub const MAX_IDS: usize = 200;

/// A mailbox (RFC 5322, 3.4): the decoded name, and the bare address in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The display name, on one line; empty where there is none.
    pub name: String,
    /// The address in lower case.
    pub email: String,
}

/// A content type or disposition (RFC 2045, 5.1 and RFC 2183).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// `text/plain`, or `attachment`, in lower case.
    pub value: String,
    parameters: Vec<(String, String)>,
}

impl Typed {
    /// A type without parameters.
    pub fn plain(value: &str) -> Self {
        Self { value: value.into(), parameters: Vec::new() }
    }

    /// The decoded value of a parameter, whose name is in lower case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|v| !v.is_empty())
    }

    /// Whether the type before the slash is this.
    pub fn is(&self, main: &str) -> bool {
        self.value.split('/').next() == Some(main)
    }
}

/// The text of an unstructured field on one line, encoded words decoded, without control characters and overrides.
pub fn text(value: &[u8]) -> String {
    one_line(&words::decoded(&unfolded(value)))
}

/// Text on one line, without control characters and without what turns its direction.
pub fn one_line(text: &str) -> String {
    let spaced = text.split(['\r', '\n', '\t', '\u{2028}', '\u{2029}']).filter(|piece| !piece.is_empty());
    let line = spaced.collect::<Vec<_>>().join(" ");
    let kept: String = line.chars().filter(|c| !c.is_control() && !super::charset::is_override(*c)).collect();
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The mailboxes of an address field (RFC 5322, 3.4), groups flattened; what has no address is left out.
pub fn addresses(value: &[u8]) -> Vec<Address> {
    let list = match parsed("To", &words::canonical(&unfolded(value))) {
        Some(HeaderValue::Address(Parsed::List(list))) => list,
        Some(HeaderValue::Address(Parsed::Group(groups))) => groups.into_iter().flat_map(|g| g.addresses).collect(),
        _ => Vec::new(),
    };
    let found: Vec<Address> = list.iter().take(MAX_ADDRESSES).filter_map(mailbox).collect();
    let run_together = |address: &Address| address.email.matches('@').count() > 1 && !address.email.contains('"');
    if found.iter().any(run_together) { bracketed(value) } else { found }
}

/// The addresses in brackets alone, for a list without commas.
fn bracketed(value: &[u8]) -> Vec<Address> {
    let (mut found, mut rest) = (Vec::new(), value);
    while let Some((address, next)) = next_id(rest).filter(|_| found.len() < MAX_ADDRESSES) {
        rest = next;
        found.extend(bare(&unfolded(address)).map(|email| Address { name: String::new(), email }));
    }
    found
}

fn mailbox(found: &Addr) -> Option<Address> {
    let (address, name) = (found.address.as_deref().unwrap_or(""), found.name.as_deref().unwrap_or(""));
    let email = [address, name].into_iter().find_map(bare)?;
    let name = one_line(name.trim().trim_matches(['"', '\'']));
    Some(Address { name: if name.eq_ignore_ascii_case(&email) { String::new() } else { name }, email })
}

/// An address without brackets, in lower case, when it is one.
fn bare(text: &str) -> Option<String> {
    let email = text.trim().trim_matches(['<', '>']).trim_end_matches(['.', ',', ';']);
    let email = email.strip_prefix("mailto:").unwrap_or(email);
    let (local, domain) = email.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';');
    let sound = !local.is_empty() && !domain.is_empty() && email.len() <= 320 && !email.contains(odd);
    (sound && !email.chars().any(super::charset::is_override)).then(|| email.to_lowercase())
}

/// The message ids of a field, without brackets; of a long list the first and the last ones.
pub fn ids(value: &[u8]) -> Vec<String> {
    let (mut ids, mut rest) = (std::collections::VecDeque::new(), value);
    let mut first = None;
    while let Some((id, next)) = next_id(rest) {
        rest = next;
        let Some(id) = clean_id(id) else { continue };
        match first {
            None => first = Some(id),
            Some(_) => ids.push_back(id),
        }
        if ids.len() >= MAX_IDS {
            ids.pop_front();
        }
    }
    match first {
        Some(first) => std::iter::once(first).chain(ids).collect(),
        None => unbracketed(value),
    }
}

/// The next text in angle brackets, and what follows it.
fn next_id(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = &data[memchr(b'<', data)? + 1..];
    loop {
        let end = memchr2(b'<', b'>', rest)?;
        if rest[end] == b'>' {
            return Some((&rest[..end], &rest[end + 1..]));
        }
        rest = &rest[end + 1..];
    }
}

fn unbracketed(value: &[u8]) -> Vec<String> {
    let text = unfolded(&value[..value.len().min(4096)]);
    let found = text.split([' ', ',', ';']).filter(|word| word.contains('@') && !word.contains(['"', '(', ')']));
    found.filter_map(|word| clean_id(word.as_bytes())).collect()
}

/// A message id without white space and control characters, when it has text and is not endless.
pub fn clean_id(id: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&id[..id.len().min(2 * MAX_ID)]);
    let id: String =
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect();
    (!id.is_empty() && id.len() <= MAX_ID).then_some(id)
}

/// Seconds since 1970 of a Date field (RFC 5322, 3.3), when it is a date.
pub fn date(value: &[u8]) -> Option<i64> {
    let text = unfolded(&value[..value.len().min(200)]);
    let date = DateTime::parse_rfc822(&format!("{text}\n"))?;
    let plausible = date.is_valid() && (1970..=2200).contains(&date.year) && (1..=31).contains(&date.day);
    plausible.then(|| date.to_timestamp())
}

/// A Content-Type or Content-Disposition with decoded parameters (RFC 2231 and, though not allowed, RFC 2047).
pub fn typed(value: &[u8]) -> Typed {
    let text = unfolded(&value[..value.len().min(32 * 1024)]);
    let Some(HeaderValue::ContentType(found)) = parsed("Content-Type", &text) else { return Typed::default() };
    let main = found.c_type.trim().to_ascii_lowercase();
    let value = match found.c_subtype.as_deref() {
        Some(sub) => format!("{main}/{}", sub.trim().to_ascii_lowercase()),
        None => main,
    };
    let parameters = found.attributes.iter().flatten().map(|a| (a.name.to_lowercase(), words::decoded(&a.value)));
    Typed { value, parameters: parameters.collect() }
}

fn parsed(name: &str, text: &str) -> Option<HeaderValue<'static>> {
    let raw = format!("{name}: {text}\r\n\r\n");
    let message = MessageParser::new().parse_headers(&raw)?;
    message.headers().first().map(|header| header.value.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<String> {
        addresses(text.as_bytes()).into_iter().map(|a| a.email).collect()
    }

    #[test]
    fn addresses_are_bare_and_names_decoded() {
        let found = addresses("=?utf-8?q?J=C3=B6?= D <Jo@Acme.Example>, \"B, C\" <b@c.d>".as_bytes());
        assert_eq!(found[0], Address { name: "Jö D".into(), email: "jo@acme.example".into() });
        assert_eq!(found[1], Address { name: "B, C".into(), email: "b@c.d".into() });
        assert_eq!(emails("Team: a@b.c, d@e.f;"), ["a@b.c", "d@e.f"]);
        assert_eq!(emails("bbb@ddd.com (John X. Doe)"), ["bbb@ddd.com"]);
        assert_eq!(emails("B <b@c> D <d@e>"), ["b@c", "d@e"]);
    }

    #[test]
    fn what_is_no_address_is_none() {
        assert!(emails("foo").is_empty() && emails("<>").is_empty() && emails("undisclosed-recipients:;").is_empty());
        assert_eq!(emails("\"jo@acme.example\" <eve@evil.example>"), ["eve@evil.example"]);
        assert_eq!(addresses(b"=?utf-8?q?Ann=0D=0AX:_y?= <a@b.c>")[0].name, "Ann X: y");
    }

    #[test]
    fn ids_lose_their_brackets_and_endless_lists_their_middle() {
        assert_eq!(ids(b"<a@b>\r\n <c@ d>, <>"), ["a@b", "c@d"]);
        assert_eq!(ids(b"a@b"), ["a@b"]);
        let many: String = (0..1000).map(|n| format!("<{n}@x> ")).collect();
        let found = ids(many.as_bytes());
        assert_eq!((found.len(), found[0].as_str(), found[199].as_str()), (200, "0@x", "999@x"));
    }

    #[test]
    fn dates_are_seconds_or_none() {
        assert_eq!(date(b"Thu, 18 Oct 2012 22:48:39 -0700"), Some(1_350_625_719));
        assert_eq!((date(b"yesterday"), date(b""), date(b"Mon, 99 Foo 2012 99:99:99 +0000")), (None, None, None));
    }

    #[test]
    fn parameters_are_decoded_in_both_ways() {
        assert_eq!(typed(b"Text/HTML; Charset=\"utf-8\"").value, "text/html");
        assert_eq!(typed(b"attachment; filename*=utf-8''%C3%A9.txt").parameter("filename"), Some("é.txt"));
        assert_eq!(typed(b"attachment; filename*0=\"a b\"; filename*1=c").parameter("filename"), Some("a bc"));
        assert_eq!(typed(b"attachment; filename=\"=?utf-8?q?=C3=A9?=\"").parameter("filename"), Some("é"));
        assert_eq!(typed(b"").value, "");
    }
}
