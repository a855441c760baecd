//! Customers and organisations: their files to values and back.

use super::frontmatter::{self, Fault, Node};
use super::reading::Reader;
use crate::domain::person::{Customer, Organisation};

/// All keys a customer may have.
pub const KEYS: [&str; 7] = ["name", "emails", "phone", "organisation", "language", "vip", "undeliverable"];
/// All keys an organisation may have.
pub const ORGANISATION_KEYS: [&str; 4] = ["name", "domains", "contract", "sla"];

/// Reads `customers/<key>.md`.
pub fn parse(key: &str, bytes: &[u8]) -> Result<Customer, Fault> {
    let front = frontmatter::parse(bytes)?;
    let reader = Reader::new(&front);
    Ok(Customer {
        key: key.to_owned(),
        name: reader.text("name")?.unwrap_or_else(|| key.to_owned()),
        emails: reader.list("emails")?,
        phone: reader.text("phone")?,
        organisation: reader.text("organisation")?,
        language: reader.text("language")?,
        vip: reader.flag("vip")?,
        undeliverable: reader.list("undeliverable")?,
    })
}

/// Reads `orgs/<key>.md`.
pub fn parse_organisation(key: &str, bytes: &[u8]) -> Result<Organisation, Fault> {
    let front = frontmatter::parse(bytes)?;
    let reader = Reader::new(&front);
    Ok(Organisation {
        key: key.to_owned(),
        name: reader.text("name")?.unwrap_or_else(|| key.to_owned()),
        domains: reader.list("domains")?,
    })
}

/// A new customer's file.
pub fn render(customer: &Customer) -> String {
    let mut keys = vec![
        ("name", Node::Text(customer.name.clone())),
        ("emails", Node::List(customer.emails.iter().cloned().map(Node::Text).collect())),
    ];
    for (key, value) in
        [("phone", &customer.phone), ("organisation", &customer.organisation), ("language", &customer.language)]
    {
        keys.extend(value.clone().map(|text| (key, Node::Text(text))));
    }
    if customer.vip {
        keys.push(("vip", Node::Bool(true)));
    }
    keys.extend(undeliverable(&customer.undeliverable).map(|notes| ("undeliverable", notes)));
    frontmatter::render(&keys, "")
}

fn undeliverable(notes: &[String]) -> Option<Node> {
    match notes {
        [] => None,
        [one] => Some(Node::Text(one.clone())),
        many => Some(Node::List(many.iter().cloned().map(Node::Text).collect())),
    }
}

/// A customer's file with a note that mail to an address comes back, in place of an older one about it.
pub fn note_undeliverable(text: &str, key: &str, note: &str) -> Result<String, Fault> {
    let address =
        |note: &str| note.split_once(' ').and_then(|(_, rest)| rest.split_once(": ")).map(|(a, _)| a.to_owned());
    let mut notes = parse(key, text.as_bytes())?.undeliverable;
    notes.retain(|known| address(known) != address(note));
    notes.push(note.to_owned());
    frontmatter::edit(text, &[("undeliverable", undeliverable(&notes))], &KEYS)
}
