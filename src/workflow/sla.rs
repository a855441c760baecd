//! SLA clocks: what a policy promises a ticket, worked out from its life (workflow.md, SLA).
//!
//! Nothing here asks what time it is: a clock says when it warns and when it is due, and how it stands at an instant is
//! a comparison.

use jiff::{SignedDuration, Timestamp};

use super::calendar::Hours;
use crate::domain::clock::{Clock, ClockState, Segment};
use crate::domain::life::{Life, What};
use crate::domain::policy::calendar::DeadlineAt;
use crate::domain::policy::sla::{SlaPolicy, Target, TargetValue};
use crate::domain::ticket::State;

/// A policy with what its time is counted by.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    pub policy: &'a SlaPolicy,
    /// Its calendar; without one business time is clock time.
    pub hours: Option<&'a Hours>,
    pub deadline_at: DeadlineAt,
}

/// The clocks of a ticket, by target and round. A clock whose ticket was solved, closed, discarded or merged before it
/// was answered has no verdict and is none; a reopening lets it run on.
pub fn clocks(life: &Life, terms: Terms<'_>) -> Vec<Clock> {
    if life.merged || life.steps.iter().rev().find_map(state_of) == Some(State::Discarded) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for target in terms.policy.targets.keys() {
        let rounds = match target {
            Target::FirstResponse => first_response(life),
            Target::NextResponse => next_responses(life),
            Target::Update => updates(life),
            Target::Resolution => resolution(life),
        };
        let counted = rounds.into_iter().zip(1..);
        found.extend(counted.filter_map(|(round, number)| clock(life, terms, *target, number, round)));
    }
    found
}

/// From when to when a clock is asked for.
struct Round {
    start: Timestamp,
    stop: Option<Timestamp>,
}

fn state_of(step: &crate::domain::life::Step) -> Option<State> {
    match step.what {
        What::State(state) => Some(state),
        _ => None,
    }
}

fn first_response(life: &Life) -> Vec<Round> {
    let Some(start) = life.asked() else { return Vec::new() };
    match life.first_answer() {
        Some((stop, _)) => vec![Round { start, stop: Some(stop) }],
        None if life.is_live() => vec![Round { start, stop: None }],
        None => Vec::new(),
    }
}

/// A round for each time the requester was left waiting after the first answer.
fn next_responses(life: &Life) -> Vec<Round> {
    let Some((first, _)) = life.first_answer() else { return Vec::new() };
    let mut rounds = Vec::new();
    let mut oldest = None;
    let mut answered = false;
    for step in &life.steps {
        match &step.what {
            What::Answered { .. } if step.at >= first => {
                answered = true;
                let asked: Option<Timestamp> = oldest.take();
                rounds.extend(asked.map(|start| Round { start, stop: Some(step.at) }));
            }
            What::Asked if answered => oldest = oldest.or(Some(step.at)),
            // Whoever solves it without a word leaves nobody waiting.
            What::State(state) if !state.is_live() => oldest = None,
            _ => {}
        }
    }
    rounds.extend(oldest.map(|start| Round { start, stop: None }));
    rounds
}

/// A round from each public answer to the next, while somebody has to do something.
fn updates(life: &Life) -> Vec<Round> {
    let mut rounds = Vec::new();
    let mut last = None;
    let mut live = true;
    for step in &life.steps {
        match &step.what {
            What::Answered { .. } => {
                let since: Option<Timestamp> = last.replace(step.at).filter(|_| live);
                rounds.extend(since.map(|start| Round { start, stop: Some(step.at) }));
            }
            What::State(state) => {
                live = state.is_live();
                last = last.filter(|_| live);
            }
            _ => {}
        }
    }
    rounds.extend(last.filter(|_| live).map(|start| Round { start, stop: None }));
    rounds
}

fn resolution(life: &Life) -> Vec<Round> {
    let solved = life.states().filter(|(_, _, state)| matches!(state, State::Solved | State::Closed));
    let stop = if life.is_live() { None } else { last_solve(solved) };
    vec![Round { start: life.created, stop }]
}

/// The change into solved or closed that the ticket has stayed in since.
fn last_solve(changes: impl Iterator<Item = (Timestamp, Option<State>, State)>) -> Option<Timestamp> {
    let done = |state: &Option<State>| matches!(state, Some(State::Solved | State::Closed));
    changes.filter(|(_, from, _)| !done(from)).last().map(|(at, ..)| at)
}

/// The clock of a round; `None` where its priority has no value.
fn clock(life: &Life, terms: Terms<'_>, target: Target, number: u32, round: Round) -> Option<Clock> {
    let until = round.stop.unwrap_or(Timestamp::MAX);
    let priority = life.priority_at(until)?;
    let value = terms.policy.value(target, priority)?;
    let pace = Pace::of(value, terms);
    let segments = segments(life, terms.policy, target, &round);
    let warn = pace.seconds * i64::from(terms.policy.warn);
    let warn = warn / 100 + i64::from(warn % 100 != 0);
    let mut used = 0;
    let (mut due, mut warns, mut met) = (None, None, true);
    for segment in &segments {
        if segment.paused {
            (due, warns) = (None, None);
            continue;
        }
        due = pace.after(segment.from, (pace.seconds - used).max(0));
        warns = pace.after(segment.from, (warn - used).max(0));
        if let Some(end) = segment.to {
            met &= used <= pace.seconds && due.is_none_or(|due| end <= due);
            used += pace.between(segment.from, end);
        }
    }
    Some(Clock {
        target,
        round: number,
        start: round.start,
        stop: round.stop,
        due,
        warns,
        met: round.stop.map(|_| met),
        segments,
    })
}

/// How much of a clock's time is used at an instant, in seconds.
pub fn used(clock: &Clock, life: &Life, terms: Terms<'_>, now: Timestamp) -> i64 {
    let priority = life.priority_at(clock.stop.unwrap_or(Timestamp::MAX));
    let Some(value) = priority.and_then(|priority| terms.policy.value(clock.target, priority)) else { return 0 };
    let pace = Pace::of(value, terms);
    let running = clock.segments.iter().filter(|segment| !segment.paused);
    running.map(|segment| pace.between(segment.from, segment.to.unwrap_or(now).min(now.max(segment.from)))).sum()
}

/// A target's time, and how it passes.
struct Pace<'a> {
    /// How much there is, in seconds.
    seconds: i64,
    /// `None` for clock time.
    hours: Option<&'a Hours>,
    deadline_at: DeadlineAt,
}

impl<'a> Pace<'a> {
    fn of(value: TargetValue, terms: Terms<'a>) -> Pace<'a> {
        let (seconds, hours) = match value {
            TargetValue::Business(seconds) => (seconds, terms.hours),
            TargetValue::Clock(seconds) => (seconds, None),
        };
        Pace { seconds, hours, deadline_at: terms.deadline_at }
    }

    fn after(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        match self.hours {
            Some(hours) => hours.deadline(from, seconds, self.deadline_at),
            None => from.checked_add(SignedDuration::from_secs(seconds)).ok(),
        }
    }

    fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        match self.hours {
            Some(hours) => hours.between(from, to),
            None => to.duration_since(from).as_secs().max(0),
        }
    }
}

/// The parts of a round, joined up: where it ran, and where it stood still.
fn segments(life: &Life, policy: &SlaPolicy, target: Target, round: &Round) -> Vec<Segment> {
    let stands = |state: State| match target {
        _ if policy.pauses_of(target).contains(&state) => true,
        // It runs while the ticket is open or on hold.
        Target::Update => state == State::Waiting,
        // The time it was solved is left out.
        _ => !state.is_live(),
    };
    let first = life.state_at(round.start).unwrap_or(State::Open);
    let mut found = vec![Segment { from: round.start, to: None, paused: stands(first) }];
    let within = |at: Timestamp| at > round.start && round.stop.is_none_or(|stop| at < stop);
    for (at, _, state) in life.states().filter(|(at, ..)| within(*at)) {
        let paused = stands(state);
        if let Some(last) = found.last_mut().filter(|last| last.paused != paused) {
            last.to = Some(at);
            found.push(Segment { from: at, to: None, paused });
        }
    }
    if let (Some(last), Some(stop)) = (found.last_mut(), round.stop) {
        last.to = Some(stop);
    }
    found
}

/// The clock that a ticket is judged by at an instant, and how it stands: the most pressing that runs, else one that
/// is paused, else a missed one, else a met one.
pub fn standing(clocks: &[Clock], now: Timestamp) -> Option<(&Clock, ClockState)> {
    let rank = |state: ClockState| match state {
        ClockState::Breached => 0,
        ClockState::Warning => 1,
        ClockState::Ok => 2,
        ClockState::Paused => 3,
        ClockState::Missed => 4,
        ClockState::Met => 5,
    };
    let stands = clocks.iter().map(|clock| (clock, clock.state(now)));
    stands.min_by_key(|(clock, state)| (rank(*state), clock.due.unwrap_or(Timestamp::MAX), clock.target))
}

#[cfg(test)]
#[path = "sla_tests.rs"]
mod tests;
