//! Why something a rule wants outside the desk was not done.

use super::one_line;
use std::{fmt, time::Duration};

/// What went wrong with a webhook or a program, and whether to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Whether it may go better later.
    pub again: bool,
    /// What there is to say, on one line and without control characters. It names no more of a URL than its host.
    pub said: String,
    /// The wait the other side asks for, at most a day; only where `again`.
    pub after: Option<Duration>,
}

impl Trouble {
    /// It may go better later.
    pub(super) fn passing(said: &str) -> Self {
        Self { again: true, said: one_line(said), after: None }
    }

    /// It will not, unless something is changed.
    pub(super) fn lasting(said: &str) -> Self {
        Self { again: false, said: one_line(said), after: None }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl std::error::Error for Trouble {}
