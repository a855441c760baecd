//! An SLA policy: what a desk promises, and to whom (workflow.md, SLA).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::ticket::{Priority, State};

/// A promise with a clock of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    FirstResponse,
    NextResponse,
    Update,
    Resolution,
}

impl Target {
    pub const ALL: [Target; 4] = [Target::FirstResponse, Target::NextResponse, Target::Update, Target::Resolution];

    pub fn name(self) -> &'static str {
        ["first-response", "next-response", "update", "resolution"][self as usize]
    }

    pub fn find(name: &str) -> Option<Target> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// The states its clock pauses in where the policy says nothing.
    pub fn stock_pauses(self) -> &'static [State] {
        match self {
            Target::Resolution => &[State::Waiting, State::Hold],
            Target::FirstResponse | Target::NextResponse | Target::Update => &[],
        }
    }
}

/// How much time there is, in seconds; more than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetValue {
    /// Of the policy's calendar: `4h`.
    Business(i64),
    /// Of the clock on the wall: `24h clock`.
    Clock(i64),
}

/// An entry of `policy/sla.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaPolicy {
    pub name: String,
    /// A query; a policy without one is the fallback wherever it stands.
    pub when: Option<String>,
    /// The name of a calendar. Without one business time is that of the desk's calendar, else clock time.
    pub calendar: Option<String>,
    /// The share of the time, in percent (1 to 100), from which a clock warns.
    pub warn: u8,
    /// A priority a target has no value for has no such clock.
    pub targets: BTreeMap<Target, BTreeMap<Priority, TargetValue>>,
    /// The states a clock pauses in, where the policy says so.
    pub pauses: BTreeMap<Target, Vec<State>>,
}

/// What `warn` is where a policy leaves it out.
pub const STOCK_WARN: u8 = 80;

impl SlaPolicy {
    /// A policy that promises nothing yet.
    pub fn named(name: impl Into<String>) -> SlaPolicy {
        let (targets, pauses) = Default::default();
        SlaPolicy { name: name.into(), when: None, calendar: None, warn: STOCK_WARN, targets, pauses }
    }

    /// The time a target gives a priority, where it gives any.
    pub fn value(&self, target: Target, priority: Priority) -> Option<TargetValue> {
        self.targets.get(&target)?.get(&priority).copied()
    }

    /// The states a target's clock pauses in.
    pub fn pauses_of(&self, target: Target) -> &[State] {
        self.pauses.get(&target).map_or(target.stock_pauses(), Vec::as_slice)
    }

    /// Whether any of its targets is in business time.
    pub fn uses_business_time(&self) -> bool {
        self.targets.values().flat_map(BTreeMap::values).any(|value| matches!(value, TargetValue::Business(_)))
    }
}
