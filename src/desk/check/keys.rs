//! Keys that mean nothing to loket.

use super::meant;
use crate::domain::finding::Finding;
use crate::format::frontmatter::FrontMatter;
use crate::format::{article, comment, customer, pattern, person, ticket};

/// What kind of file it is, by the keys it may have.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Ticket,
    Comment,
    Agent,
    Customer,
    Organisation,
    Article,
    Pattern,
    Process,
}

impl Kind {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Ticket => &ticket::ORDER,
            Kind::Comment => &comment::KEYS,
            Kind::Agent => &person::ORDER,
            Kind::Customer => &customer::KEYS,
            Kind::Organisation => &customer::ORGANISATION_KEYS,
            Kind::Article => &article::KEYS,
            Kind::Pattern => &pattern::KEYS,
            Kind::Process => &["title", "start", "steps", "language", "tags"],
        }
    }
}

/// Warns of the keys a file of a kind does not have.
pub fn check(kind: Kind, path: &str, front: &FrontMatter) -> Vec<Finding> {
    let known = kind.keys();
    let odd = front.keys().map(|(key, _)| key).filter(|key| !known.contains(key));
    let finding = |key: &str| {
        let said = format!("'{}' is no key loket knows here", key.escape_debug());
        Finding::new("key-unknown", path, front.key_position(key), said).maybe_hint(meant(key, known.iter().copied()))
    };
    odd.map(finding).collect()
}
