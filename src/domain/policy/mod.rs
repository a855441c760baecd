//! What `policy/` says: calendars, SLA policies and rules, as plain values (files.md, Settings and policies).

pub mod calendar;
pub mod dashboard;
pub mod rule;
pub mod sla;
