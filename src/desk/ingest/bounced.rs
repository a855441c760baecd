//! Returned mail: an internal comment, and the address it did not reach.

use super::find::Place;
use super::take::{Letter, Taker};
use crate::domain::comment::{Mail, Visibility};
use crate::domain::person::Customer;
use crate::failure::Result;
use crate::format::{customer, layout};
use crate::mail::bounce::{self, BounceKind};
use crate::view::mail::IngestView;

impl Taker<'_, '_> {
    /// A message of this ticket came back.
    pub(super) fn bounced(&mut self, mut letter: Letter<'_>, place: &Place) -> Result<IngestView> {
        let old = self.stage.open(&place.ticket)?.ticket.clone();
        let bounce = bounce::read(&letter.message);
        // Only who got what we sent can return it; anybody else marks no address.
        let hard = bounce.recipients.iter().filter(|one| one.kind == BounceKind::Hard && place.signed);
        for recipient in hard {
            if self.stage.open(&place.ticket)?.has_participant(&recipient.address) {
                let reason = if recipient.reason.is_empty() { &bounce.reason } else { &recipient.reason };
                self.mark(&mut letter, &recipient.address, reason)?;
            }
        }
        let mail = Mail { flags: vec![letter.class.name().to_owned()], ..Mail::default() };
        let author = letter.from.email.clone();
        self.comment(&mut letter, &place.ticket, author, Visibility::Internal, mail, &[])?;
        letter.view.action = "bounce";
        Ok(self.told(letter, &old))
    }

    /// Notes with the customer that mail to an address comes back.
    fn mark(&mut self, letter: &mut Letter<'_>, address: &str, reason: &str) -> Result<()> {
        let note = note(self.stage.here.now, address, reason);
        let key = match self.known.reader.customers_with(address)?.into_iter().next() {
            Some(row) => row.key,
            None => key_of(address),
        };
        let path = layout::customer(&key);
        let text = match self.stage.text(&path)? {
            Some(bytes) => customer::note_undeliverable(&String::from_utf8_lossy(&bytes), &key, &note),
            None => Ok(customer::render(&Customer::unreachable(&key, address, &note))),
        };
        match text {
            Ok(text) => {
                self.stage.write(path, text);
                letter.view.warnings.push(format!("mail to {address} comes back: nothing more is sent there"));
            }
            Err(fault) => letter.view.warnings.push(format!(
                "{path}:{}:{}: {}; that mail to {address} comes back could not be noted",
                fault.line, fault.column, fault.message
            )),
        }
        Ok(())
    }
}

/// `2026-11-22 bob@example.com: 550 5.1.1 user unknown`
pub(in crate::desk) fn note(now: jiff::Timestamp, address: &str, reason: &str) -> String {
    let reason: String = reason.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let reason = if reason.trim().is_empty() { "not deliverable" } else { reason.trim() };
    format!("{} {address}: {reason}", now.strftime("%Y-%m-%d"))
}

/// The key of a customer who has no file yet: `bob@example.com` is `bob-example.com`.
pub(in crate::desk) fn key_of(address: &str) -> String {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() || "_.".contains(letter) => letter,
        _ => '-',
    };
    let key: String = address.chars().map(plain).take(50).collect();
    let key = key.trim_matches(['-', '.']);
    let number = address.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    // What had to be changed or cut is told apart by a number.
    let same = key.replacen('-', "@", 1) == address;
    if same && layout::is_key(key) { key.to_owned() } else { format!("mail-{number:08x}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_a_key() {
        assert_eq!(key_of("bob@example.com"), "bob-example.com");
        for odd in ["../x@example.com", "a+b@example.com", "é@example.com", "@", "", ".@."] {
            assert!(layout::is_key(&key_of(odd)), "{odd}: {}", key_of(odd));
        }
        assert_ne!(key_of("a+b@example.com"), key_of("a-b@example.com"));
    }
}
