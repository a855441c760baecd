//! What is left to do at an instant, and how old it is.

use jiff::Timestamp;

use super::Ground;
use super::board::{Board, Columns, Shape};
use super::by::By;
use crate::domain::life::Life;
use crate::domain::ticket::State;

const BACKLOG: Columns = &[("backlog", Shape::Number), ("ages", Shape::Duration)];

/// So many points in time at most.
const MOST_POINTS: usize = 1_000;

pub fn backlog(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(BACKLOG);
    match ground.by.filter(|by| by.is_time()) {
        Some(by) => {
            let points = points(ground, by);
            for life in ground.lives {
                over_time(&mut board, ground, life, &points);
            }
            points.into_iter().for_each(|(_, key)| board.touch(Some(key)));
        }
        None => {
            let end = ground.end();
            for life in ground.lives.iter().filter(|life| life.state_before(end).is_some_and(State::is_live)) {
                board.count(ground, life, end, 0);
                board.time(ground, life, end, 1, &[(life.created, end)]);
            }
        }
    }
    board
}

/// The ends of the days, weeks or months of the period, the last no later than its end, with their keys.
fn points(ground: &Ground<'_>, by: By) -> Vec<(Timestamp, String)> {
    let end = ground.end();
    let first = ground.period.since.or_else(|| ground.lives.iter().map(|life| life.created).min());
    let Some(first) = first.filter(|first| *first < end) else { return Vec::new() };
    let mut day = by.first_day(ground.zone.to_datetime(first).date());
    let mut points = Vec::new();
    while points.len() < MOST_POINTS {
        let next = by.next(day);
        let Ok(start) = next.to_zoned_datetime(ground.zone.clone()) else { break };
        points.push((start.timestamp().min(end), by.key_of(day)));
        if start.timestamp() >= end {
            break;
        }
        day = next;
    }
    points
}

fn over_time(board: &mut Board, ground: &Ground<'_>, life: &Life, points: &[(Timestamp, String)]) {
    let mut since = None;
    let mut live = |from: Timestamp, to: Timestamp| {
        let (first, last) =
            (points.partition_point(|(at, _)| *at <= from), points.partition_point(|(at, _)| *at <= to));
        for (at, key) in &points[first..last] {
            board.count_in(ground, life, Some(key.clone()), 0);
            board.time_in(ground, life, Some(key.clone()), 1, &[(life.created, *at)]);
        }
    };
    for (at, _, state) in life.states() {
        match (since, state.is_live()) {
            (None, true) => since = Some(at),
            (Some(from), false) => {
                live(from, at);
                since = None;
            }
            _ => {}
        }
    }
    if let Some(from) = since {
        live(from, Timestamp::MAX);
    }
}

#[cfg(test)]
#[path = "backlog_tests.rs"]
mod tests;
