//! SLA clocks, as JSON has them.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::clock::ClockState;

/// `sla show`
#[derive(Debug, Clone, Serialize)]
pub struct SlaView {
    /// `null` where no policy fits.
    pub policy: Option<String>,
    /// A row a round.
    pub clocks: Vec<ClockView>,
}

/// A clock, and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct ClockView {
    pub target: &'static str,
    /// From 1.
    pub round: u32,
    pub start: Timestamp,
    pub stop: Option<Timestamp>,
    /// `null` while it is paused.
    pub due: Option<Timestamp>,
    /// Seconds of business time, or of clock time where the policy says so.
    pub used: i64,
    pub state: ClockState,
    pub segments: Vec<SegmentView>,
}

/// A part of a clock's life.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SegmentView {
    pub from: Timestamp,
    /// `null` where it is still so.
    pub to: Option<Timestamp>,
    pub paused: bool,
}

/// `sla add`
#[derive(Debug, Clone, Copy, Serialize)]
pub struct DueView {
    pub due: Timestamp,
}

/// `sla between`
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SecondsView {
    pub seconds: i64,
}

/// A row of `sla list`: a policy.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyView {
    pub name: String,
    /// `null` for a fallback.
    pub when: Option<String>,
    pub calendar: Option<String>,
    /// Percent of the time, from which a clock warns.
    pub warn: u8,
    /// By target and priority: seconds, `clock` where they are not business time.
    pub targets: serde_json::Value,
}

/// A row of `sla replay`: a clock that another policy would have judged otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct ReplayView {
    pub ticket: String,
    pub target: &'static str,
    pub round: u32,
    /// As it is under the policies of today; `null` where there is no such clock.
    pub is: Option<Judged>,
    pub would_be: Option<Judged>,
}

/// A clock under a policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    pub policy: String,
    pub due: Option<Timestamp>,
    pub state: ClockState,
}
