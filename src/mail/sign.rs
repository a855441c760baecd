//! The addresses and message ids by which an answer finds its ticket, signed so that nobody can make one up.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::id::{ALPHABET, TicketId};

/// Characters of a signature: 80 bits, in letters that survive a change of case.
const LENGTH: usize = 16;

/// Characters of a token.
const TOKEN: usize = 32;

/// The desk's key.
pub struct Signer(Vec<u8>);

/// What one of our message ids stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub ticket: TicketId,
    /// The stem of the comment that was sent, or what kind of message it is.
    pub what: String,
}

impl Signer {
    pub fn new(key: &[u8]) -> Signer {
        Signer(key.to_vec())
    }

    /// The HMAC-SHA256 of a text in parts. It takes a key of any length (RFC 2104, 3): there always is one.
    fn mac(&self, parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        parts.iter().for_each(|part| mac.update(part));
        Some(mac)
    }

    fn sign(&self, kind: &str, text: &str) -> String {
        let Some(mac) = self.mac(&[format!("{kind}\0{text}").as_bytes()]) else { return String::new() };
        let bytes = mac.finalize().into_bytes();
        let bits = |place: usize| (0..5).fold(0, |sum, bit| sum << 1 | bit_of(&bytes, place * 5 + bit));
        (0..LENGTH).map(|place| ALPHABET[bits(place)] as char).collect()
    }

    /// The HMAC-SHA256 of a text as a webhook carries it, in hexadecimal (RFC 2104; as GitHub signs its own).
    pub fn seal(&self, text: &[u8]) -> String {
        let Some(mac) = self.mac(&[text]) else { return String::new() };
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether bytes are the HMAC-SHA256 of a text in parts. How long it takes does not depend on where they differ.
    pub fn has_sealed(&self, parts: &[&[u8]], given: &[u8]) -> bool {
        self.mac(parts).is_some_and(|mac| mac.verify_slice(given).is_ok())
    }

    /// 128 bits that nobody can guess, for a text of a kind, in hexadecimal.
    pub fn token(&self, kind: &str, text: &str) -> String {
        self.seal(format!("{kind}\0{text}").as_bytes())[..TOKEN].to_owned()
    }

    /// Whether a token is the one for a text of a kind.
    pub fn is_token(&self, kind: &str, text: &str, given: &str) -> bool {
        let wanted = self.token(kind, text);
        wanted.len() == given.len() && wanted.bytes().zip(given.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }

    /// `261122-7k2qm.20261122T050211Z-3f9k.SIGNATURE@host`; the same for the same message.
    pub fn message_id(&self, ticket: &TicketId, what: &str, host: &str) -> String {
        format!("{ticket}.{what}.{}@{host}", self.sign("message", &format!("{ticket}.{what}")))
    }

    /// What a message id (without brackets) of ours stands for; `None` where it is not ours.
    pub fn read_message_id(&self, id: &str) -> Option<Own> {
        let (local, _) = id.rsplit_once('@')?;
        let (signed, signature) = local.rsplit_once('.')?;
        let (ticket, what) = signed.split_once('.')?;
        let genuine = is_same(&self.sign("message", signed), signature);
        genuine.then_some(Own { ticket: ticket.parse().ok()?, what: what.to_owned() })
    }

    /// `support+261122-7k2qm.SIGNATURE@host`; the address as it is where that would be longer than a local part may be
    /// (RFC 5321, 4.5.3.1.1).
    pub fn plus_address(&self, address: &str, ticket: &TicketId) -> String {
        let Some((local, host)) = address.rsplit_once('@') else { return address.to_owned() };
        let local = format!("{local}+{ticket}.{}", self.sign("address", ticket.as_str()));
        if local.len() > 64 { address.to_owned() } else { format!("{local}@{host}") }
    }

    /// The ticket that an address of the desk's (in lower case) leads to.
    pub fn read_plus_address(&self, address: &str, own: &[String]) -> Option<TicketId> {
        let (local, host) = address.rsplit_once('@')?;
        let (base, tag) = local.split_once('+')?;
        if !own.iter().any(|own| own.eq_ignore_ascii_case(&format!("{base}@{host}"))) {
            return None;
        }
        let (ticket, signature) = tag.split_once('.')?;
        let ticket: TicketId = ticket.parse().ok()?;
        is_same(&self.sign("address", ticket.as_str()), signature).then_some(ticket)
    }
}

/// An address of the desk's without what stands behind its `+`.
pub fn without_tag(address: &str) -> String {
    match address.rsplit_once('@').and_then(|(local, host)| Some((local.split_once('+')?.0, host))) {
        Some((local, host)) => format!("{local}@{host}"),
        None => address.to_owned(),
    }
}

fn bit_of(bytes: &[u8], bit: usize) -> usize {
    usize::from(bytes[bit / 8] >> (7 - bit % 8) & 1)
}

/// Compares in a time that does not depend on where they differ; in any case of letters.
fn is_same(wanted: &str, given: &str) -> bool {
    let given = given.to_ascii_lowercase();
    let differs = wanted.bytes().zip(given.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    wanted.len() == LENGTH && given.len() == LENGTH && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> TicketId {
        "261122-7k2qm".parse().unwrap()
    }

    #[test]
    fn ids_and_addresses_are_read_back() {
        let signer = Signer::new(b"key");
        let id = signer.message_id(&ticket(), "20261122T050211Z-3f9k", "acme.example");
        assert_eq!(signer.read_message_id(&id), Some(Own { ticket: ticket(), what: "20261122T050211Z-3f9k".into() }));
        let own = ["support@acme.example".to_owned()];
        let address = signer.plus_address(&own[0], &ticket());
        assert_eq!(signer.read_plus_address(&address, &own), Some(ticket()));
        assert_eq!(without_tag(&address), own[0]);
    }

    #[test]
    fn nobody_makes_one_up() {
        let (signer, other) = (Signer::new(b"key"), Signer::new(b"other"));
        let id = signer.message_id(&ticket(), "x", "acme.example");
        assert_eq!(other.read_message_id(&id), None);
        for place in 0..id.find('@').unwrap() {
            let mut forged: Vec<u8> = id.clone().into_bytes();
            forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(signer.read_message_id(std::str::from_utf8(&forged).unwrap()), None, "{place}");
        }
        let own = ["support@acme.example".to_owned()];
        let address = signer.plus_address(&own[0], &ticket());
        assert_eq!(other.read_plus_address(&address, &own), None);
        assert_eq!(signer.read_plus_address(&address, &["help@acme.example".to_owned()]), None);
        for wrong in
            ["support+261122-7k2qm@acme.example", "support+261122-7k2qm.@acme.example", "support+@acme.example"]
        {
            assert_eq!(signer.read_plus_address(wrong, &own), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_stays_within_its_limit() {
        let long = format!("{}@acme.example", "a".repeat(60));
        assert_eq!(Signer::new(b"key").plus_address(&long, &ticket()), long);
    }
}
