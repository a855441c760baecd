//! Decisions: pure functions of a ticket, its thread and the clock.

pub mod assign;
pub mod calendar;
pub mod life;
pub mod rules;
pub mod sla;
pub mod status;
pub mod time;
