//! Decisions: pure functions of a ticket, its thread and the clock.

pub mod calendar;
pub mod status;
