//! How many tickets come and go, and how long that takes.

use jiff::{SignedDuration, Timestamp};

use super::Ground;
use super::board::{Board, Columns, Shape};
use crate::domain::life::{Life, What};
use crate::domain::ticket::State;

/// A ticket that comes back within so long of a solve was not solved.
pub const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

const VOLUME: Columns = &[
    ("created", Shape::Count),
    ("solved", Shape::Count),
    ("closed", Shape::Count),
    ("reopened", Shape::Count),
    ("escalated", Shape::Count),
    ("net_flow", Shape::Less(0, 1)),
];

pub fn volume(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(VOLUME);
    for life in ground.stirred() {
        let closed = life.states().filter(|(_, _, state)| *state == State::Closed).map(|(at, ..)| at);
        let events = std::iter::once((life.created, 0))
            .chain(life.solves().into_iter().map(|at| (at, 1)))
            .chain(closed.map(|at| (at, 2)))
            .chain(life.reopenings().map(|at| (at, 3)))
            .chain(escalations(life).into_iter().map(|at| (at, 4)));
        for (at, place) in events.filter(|(at, _)| ground.period.contains(*at)) {
            board.count(ground, life, at, place);
        }
    }
    board
}

/// When the second line got it.
pub fn escalations(life: &Life) -> Vec<Timestamp> {
    let mut line = 1;
    let mut found = Vec::new();
    for step in &life.steps {
        if let What::Line(next) = step.what {
            if next == 2 && line == 1 {
                found.push(step.at);
            }
            line = next;
        }
    }
    found
}

const RESPONSE: Columns = &[("first_response", Shape::Duration), ("first_response_open", Shape::Count)];

pub fn response(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(RESPONSE);
    let end = ground.end();
    for life in ground.lives {
        let Some(asked) = life.asked().filter(|asked| *asked < end) else { continue };
        match life.first_answer() {
            Some((answered, _)) if ground.period.contains(answered) => {
                board.time(ground, life, answered, 0, &[(asked, answered)]);
            }
            Some((answered, _)) if answered < end => {}
            _ => {
                let is_live = life.state_before(end).is_some_and(State::is_live);
                // Grouped by time it belongs to where it was asked, which lies in the period then.
                let told = !ground.by.is_some_and(|by| by.is_time()) || ground.period.contains(asked);
                if is_live && told {
                    board.count(ground, life, asked, 1);
                }
            }
        }
    }
    board
}

const RESOLUTION: Columns = &[
    ("resolution_first", Shape::Duration),
    ("resolution_full", Shape::Duration),
    ("requester_wait", Shape::Duration),
    ("agent_wait", Shape::Duration),
    ("second_line", Shape::Duration),
    ("reopen_rate", Shape::Ratio),
    ("one_touch", Shape::Ratio),
];

pub fn resolution(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(RESOLUTION);
    for life in ground.stirred() {
        let solves = life.solves();
        let (Some(first), Some(last)) = (solves.first().copied(), solves.last().copied()) else { continue };
        if ground.period.contains(first) {
            board.time(ground, life, first, 0, &[(life.created, first)]);
        }
        if ground.period.contains(last) {
            board.time(ground, life, last, 1, &[(life.created, last)]);
            waits(&mut board, ground, life, last);
        }
        let within = ground.solves_within(life);
        if let Some(last) = within.last().copied() {
            board.share(ground, life, last, 5, came_back(life, &within));
            board.share(ground, life, last, 6, is_one_touch(life));
        }
    }
    board
}

/// How long it lay with whom, up to its last solve.
fn waits(board: &mut Board, ground: &Ground<'_>, life: &Life, last: Timestamp) {
    let of_state = |what: &What| match what {
        What::State(state) => Some(*state),
        _ => None,
    };
    let of_line = |what: &What| match what {
        What::Line(line) => Some(*line),
        _ => None,
    };
    let ours = spent(life, last, of_state, |state| matches!(state, State::Open | State::Hold));
    let theirs = spent(life, last, of_state, |state| state == State::Waiting);
    let second = spent(life, last, of_line, |line| line == 2);
    for (parts, place) in [(ours, 2), (theirs, 3), (second, 4)] {
        // What never was so is left out, never zero.
        if !parts.is_empty() {
            board.time(ground, life, last, place, &parts);
        }
    }
}

/// The times until an instant in which something had a value.
fn spent<T: Copy>(
    life: &Life,
    until: Timestamp,
    of: impl Fn(&What) -> Option<T>,
    wanted: impl Fn(T) -> bool,
) -> Vec<(Timestamp, Timestamp)> {
    let mut parts = Vec::new();
    let mut since = None;
    for (at, value) in life.steps.iter().filter_map(|step| Some((step.at, of(&step.what)?))) {
        let from: Option<Timestamp> = since.take();
        parts.extend(from.map(|from| (from, at.min(until))));
        since = wanted(value).then_some(at);
    }
    parts.extend(since.map(|from| (from, until)));
    parts.retain(|(from, to)| from < to);
    parts
}

/// Whether it was left within a fortnight of one of these solves.
pub fn came_back(life: &Life, solves: &[Timestamp]) -> bool {
    life.reopenings().any(|left| solves.iter().any(|solved| *solved <= left && left.duration_since(*solved) <= SOON))
}

/// Solved with at most one answer, never given on, never back.
pub fn is_one_touch(life: &Life) -> bool {
    life.answers().count() <= 1 && life.reopenings().next().is_none() && escalations(life).is_empty()
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
