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
    frontmatter::render(&keys, "")
}
