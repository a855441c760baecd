//! What an index is opened for.

use crate::domain::clock::Derived;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::progress::Progress;
use crate::store::{Desk, Snapshot};

/// How much of the past an answer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The present state alone.
    Present,
    /// Who changed what when, too.
    Timeline,
}

/// What is worked out from a ticket's history by who knows the policies.
pub trait Derive {
    /// What the answers depend on; where it differs they are worked out anew.
    fn fingerprint(&self) -> Result<String>;

    /// Whether the organisation of the requester counts.
    fn wants_org(&self) -> bool;

    fn derive(&self, facts: &Facts, events: &[Event]) -> Derived;
}

/// What an index is opened for.
pub struct Opening<'a, 'd> {
    pub desk: &'a Desk,
    pub snapshot: &'a Snapshot<'a>,
    /// The settings at the snapshot.
    pub settings: &'a Settings,
    pub level: Level,
    pub progress: &'a dyn Progress,
    pub derive: &'d dyn Derive,
}
