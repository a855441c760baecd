//! What an index is opened for.

use crate::domain::settings::Settings;
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

/// What an index is opened for.
pub struct Opening<'a> {
    pub desk: &'a Desk,
    pub snapshot: &'a Snapshot<'a>,
    /// The settings at the snapshot.
    pub settings: &'a Settings,
    pub level: Level,
    pub progress: &'a dyn Progress,
}
