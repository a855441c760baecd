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

/// What a policy promises a ticket, as lists and queries need it: a fact of the commit, whatever the time is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// The name of the policy.
    pub policy: String,
    /// The clocks that run.
    pub running: Vec<Running>,
    /// How the rest stands: `paused`, else `missed`, else `met`; `None` where there is no other clock.
    pub rest: Option<(Target, ClockState)>,
}

/// A clock that runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Running {
    pub target: Target,
    pub round: u32,
    pub due: Option<Timestamp>,
    pub warns: Option<Timestamp>,
}

/// How a ticket stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub target: Target,
    pub due: Option<Timestamp>,
    pub state: ClockState,
}

impl Promise {
    pub fn of(policy: &str, clocks: &[Clock]) -> Promise {
        let runs = |clock: &&Clock| clock.stop.is_none() && !clock.is_paused();
        let running =
            |clock: &Clock| Running { target: clock.target, round: clock.round, due: clock.due, warns: clock.warns };
        let rest = clocks.iter().filter(|clock| !runs(clock)).map(|clock| {
            // That of a clock that does not run is the same at every instant.
            (clock.target, clock.state(Timestamp::MIN))
        });
        let rank = |state: ClockState| match state {
            ClockState::Paused => 0,
            ClockState::Missed => 1,
            _ => 2,
        };
        Promise {
            policy: policy.to_owned(),
            running: clocks.iter().filter(runs).map(running).collect(),
            rest: rest.min_by_key(|(_, state)| rank(*state)),
        }
    }

    /// The earliest due of what runs.
    pub fn due(&self) -> Option<Timestamp> {
        self.running.iter().filter_map(|clock| clock.due).min()
    }

    /// When the first of what runs warns.
    pub fn warns(&self) -> Option<Timestamp> {
        self.running.iter().filter_map(|clock| clock.warns).min()
    }

    /// How it stands: as the most pressing clock that runs does, else as the rest; `None` without any clock.
    pub fn standing(&self, now: Timestamp) -> Option<Standing> {
        if self.running.is_empty() {
            return self.rest.map(|(target, state)| Standing { target, due: None, state });
        }
        let (due, warns) = (self.due(), self.warns());
        let state = match () {
            () if due.is_some_and(|due| now > due) => ClockState::Breached,
            () if warns.is_some_and(|warns| now >= warns) => ClockState::Warning,
            () => ClockState::Ok,
        };
        let next = self.running.iter().min_by_key(|clock| (clock.due.unwrap_or(Timestamp::MAX), clock.target))?;
        Some(Standing { target: next.target, due: next.due, state })
    }
}

/// What is worked out from a ticket's history and the policies.
#[derive(Debug, Clone)]
pub struct Derived {
    pub life: crate::domain::life::Life,
    pub promise: Option<Promise>,
    /// When time next does something to it: closes it, reminds somebody, warns; `tick` looks at it from then on.
    pub wakes: Option<Timestamp>,
}
