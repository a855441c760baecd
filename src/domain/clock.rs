//! An SLA clock: how long a promise has run, and what came of it (workflow.md, SLA).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::policy::sla::Target;

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockState {
    /// It stands still while the ticket waits for somebody else.
    Paused,
    Ok,
    /// So much of its time is used that it warns.
    Warning,
    /// It runs on past its due.
    Breached,
    /// It was stopped at or before its due.
    Met,
    /// It was stopped after its due.
    Missed,
}

impl ClockState {
    pub const ALL: [ClockState; 6] = [
        ClockState::Paused,
        ClockState::Ok,
        ClockState::Warning,
        ClockState::Breached,
        ClockState::Met,
        ClockState::Missed,
    ];

    pub fn name(self) -> &'static str {
        ["paused", "ok", "warning", "breached", "met", "missed"][self as usize]
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A part of a clock's life: it ran, or it stood still. Of the last one of a clock that has not stopped the end is not
/// known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
    pub paused: bool,
}

/// A clock of a ticket, whatever the time is: [`Clock::state`] says how it stands at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    pub target: Target,
    /// From 1; only `next-response` and `update` have more than one.
    pub round: u32,
    pub start: Timestamp,
    pub stop: Option<Timestamp>,
    /// When its time is used up; `None` while it is paused, and where its calendar never opens again.
    pub due: Option<Timestamp>,
    /// From when it warns; `None` as `due` is.
    pub warns: Option<Timestamp>,
    /// Of a clock that was stopped: whether it was at or before its due.
    pub met: Option<bool>,
    pub segments: Vec<Segment>,
}

impl Clock {
    pub fn is_paused(&self) -> bool {
        self.stop.is_none() && self.segments.last().is_some_and(|segment| segment.paused)
    }

    /// How it stands at an instant.
    pub fn state(&self, now: Timestamp) -> ClockState {
        match self.met {
            Some(true) => ClockState::Met,
            Some(false) => ClockState::Missed,
            None if self.is_paused() => ClockState::Paused,
            None if self.due.is_some_and(|due| now > due) => ClockState::Breached,
            None if self.warns.is_some_and(|warns| now >= warns) => ClockState::Warning,
            None => ClockState::Ok,
        }
    }
}
