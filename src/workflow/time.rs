//! What time brings a ticket: closings, reminders, the end of a hold, SLA warnings and breaches (workflow.md).

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::domain::clock::Clock;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::life::{Life, What};
use crate::domain::policy::sla::Target;
use crate::domain::settings::Settings;
use crate::domain::ticket::State;

/// Something that time brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// It has been solved for `close-after`.
    Close,
    /// `close-at` has come while it waited.
    Solve,
    /// The last of the reminders was of no use.
    GiveUp,
    /// `until` has come while it was on hold.
    Open,
    /// `remind-at` has come; it is that instant.
    Remind(Timestamp),
    /// The requester is reminded for the n-th time.
    Reminder(u32),
    /// A clock warns.
    Warning(Target, u32),
    /// A clock has run past its due.
    Breach(Target, u32),
}

/// As a trailer `Loket-Event` records it, so that it comes once.
impl fmt::Display for Brought {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Brought::Close => out.write_str("close-after"),
            Brought::Solve => out.write_str("close-at"),
            Brought::GiveUp => out.write_str("no-answer"),
            Brought::Open => out.write_str("until"),
            Brought::Remind(at) => write!(out, "remind {}", whole(*at)),
            Brought::Reminder(number) => write!(out, "reminder {number}"),
            Brought::Warning(target, round) => write!(out, "sla-warning {} {round}", target.name()),
            Brought::Breach(target, round) => write!(out, "sla-breach {} {round}", target.name()),
        }
    }
}

fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A ticket with all that time depends on.
pub struct Subject<'a> {
    pub facts: &'a Facts,
    pub life: &'a Life,
    pub clocks: &'a [Clock],
    pub events: &'a [Event],
    pub settings: &'a Settings,
}

impl Subject<'_> {
    /// What is still to come, each with its instant, as far as it can be told now.
    pub fn pending(&self) -> Vec<(Timestamp, Brought)> {
        let ticket = &self.facts.ticket;
        if ticket.merged_into.is_some() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut add = |at: Option<Timestamp>, what: Brought| found.extend(at.map(|at| (at, what)));
        match self.facts.state {
            State::Solved => add(after(self.since(), self.settings.close_after), Brought::Close),
            State::Waiting => add(ticket.close_at, Brought::Solve),
            State::Hold => add(ticket.until, Brought::Open),
            State::Open | State::Closed | State::Discarded => {}
        }
        if self.facts.state.is_live()
            && let Some(at) = ticket.remind_at
            && !self.is_noted(Brought::Remind(at))
        {
            add(Some(at), Brought::Remind(at));
        }
        if let Some((at, what)) = self.reminder() {
            add(Some(at), what);
        }
        found.extend(self.clocks.iter().flat_map(|clock| self.of_clock(clock)));
        found
    }

    /// What has come by an instant. A breach stands for the warning before it.
    pub fn brought(&self, now: Timestamp) -> Vec<Brought> {
        let come = self.pending().into_iter().filter(|(at, _)| *at <= now).map(|(_, what)| what);
        let come: Vec<Brought> = come.collect();
        let late = |what: &Brought| match what {
            Brought::Warning(target, round) => come.contains(&Brought::Breach(*target, *round)),
            _ => false,
        };
        come.iter().filter(|what| !late(what)).copied().collect()
    }

    /// When it came into the state it is in.
    fn since(&self) -> Timestamp {
        self.life.states().last().map_or(self.life.created, |(at, ..)| at)
    }

    fn is_noted(&self, what: Brought) -> bool {
        let text = what.to_string();
        self.events.iter().any(|event| event.noted.contains(&text))
    }

    /// The next reminder of a requester who owes an answer. Dates of the ticket's own go before the desk's.
    fn reminder(&self) -> Option<(Timestamp, Brought)> {
        let ticket = &self.facts.ticket;
        let rule = self.settings.reminders.as_ref()?;
        if self.facts.state != State::Waiting || ticket.remind_at.is_some() || ticket.close_at.is_some() {
            return None;
        }
        let answered = |what: &What| matches!(what, What::Asked | What::Answered { .. });
        let said = self.life.steps.iter().rev().find(|step| answered(&step.what)).map(|step| step.at);
        let since = self.since().max(said.unwrap_or(Timestamp::MIN));
        let recent = self.events.iter().filter(|event| event.date >= since);
        let noted = recent.flat_map(|event| &event.noted).filter(|text| text.starts_with("reminder "));
        let sent = u32::try_from(noted.count()).unwrap_or(u32::MAX);
        let at = after(since, rule.after.saturating_mul(i32::try_from(sent.min(rule.times) + 1).unwrap_or(i32::MAX)))?;
        Some((at, if sent < rule.times { Brought::Reminder(sent + 1) } else { Brought::GiveUp }))
    }

    fn of_clock(&self, clock: &Clock) -> Vec<(Timestamp, Brought)> {
        if clock.stop.is_some() {
            return Vec::new();
        }
        let (warning, breach) =
            (Brought::Warning(clock.target, clock.round), Brought::Breach(clock.target, clock.round));
        if self.is_noted(breach) {
            return Vec::new();
        }
        // It is met up to and with its due: the second after is the first that breaks it.
        let late = clock.due.and_then(|due| after(due, SignedDuration::from_secs(1)));
        let warns = clock.warns.filter(|_| !self.is_noted(warning));
        warns.map(|at| (at, warning)).into_iter().chain(late.map(|at| (at, breach))).collect()
    }
}

fn after(from: Timestamp, by: SignedDuration) -> Option<Timestamp> {
    from.checked_add(by).ok()
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
