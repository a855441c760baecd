//! Promises kept, tickets given on, what requesters think, what the knowledge base was good for.

use super::Ground;
use super::board::{Board, Columns, Shape};
use super::flow::escalations as given_on;
use crate::domain::life::What;

const SLA: Columns = &[("sla_attainment", Shape::Ratio), ("overdue_now", Shape::Count)];

pub fn sla(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(SLA);
    let end = ground.end();
    for (place, life) in ground.lives.iter().enumerate() {
        let is_live = life.state_before(end).is_some_and(|state| state.is_live());
        if life.policy.is_none() || (!is_live && ground.period.since.is_some_and(|since| life.last_sign() < since)) {
            continue;
        }
        for clock in (ground.clocks)(place) {
            match (clock.stop, clock.met) {
                (Some(stop), Some(met)) if ground.period.contains(stop) => board.share(ground, life, stop, 0, met),
                (Some(stop), _) if stop < end => {}
                _ if clock.start < end && clock.due.is_some_and(|due| due < end) => {
                    let at = clock.due.unwrap_or(end);
                    let told = !ground.by.is_some_and(|by| by.is_time()) || ground.period.contains(at);
                    if told {
                        board.count(ground, life, at, 1);
                    }
                }
                _ => {}
            }
        }
    }
    board
}

const ESCALATIONS: Columns = &[("escalated", Shape::Count), ("escalation_rate", Shape::Ratio)];

pub fn escalations(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(ESCALATIONS);
    for life in ground.stirred() {
        let given = given_on(life);
        for at in given.iter().filter(|at| ground.period.contains(**at)) {
            board.count(ground, life, *at, 0);
        }
        if let Some(last) = ground.solves_within(life).last() {
            board.share(ground, life, *last, 1, !given.is_empty());
        }
    }
    board
}

const SATISFACTION: Columns = &[("ratings", Shape::Count), ("csat", Shape::Ratio), ("response_rate", Shape::Ratio)];

/// From this score on somebody is satisfied.
const SATISFIED: u8 = 4;

pub fn satisfaction(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(SATISFACTION);
    for life in ground.stirred() {
        let ratings = life.steps.iter().filter_map(|step| match step.what {
            What::Rated(score) => Some((step.at, score)),
            _ => None,
        });
        let ratings: Vec<_> = ratings.filter(|(at, _)| ground.period.contains(*at)).collect();
        for (at, score) in &ratings {
            board.count(ground, life, *at, 0);
            board.share(ground, life, *at, 1, *score >= SATISFIED);
        }
        for (place, at) in ground.solves_within(life).into_iter().enumerate() {
            board.share(ground, life, at, 2, place < ratings.len());
        }
    }
    board
}

const KNOWLEDGE: Columns =
    &[("linked", Shape::Count), ("linked_rate", Shape::Ratio), ("stale_articles", Shape::Number)];

pub fn knowledge(ground: &Ground<'_>) -> Board {
    let mut board = Board::new(KNOWLEDGE);
    for life in ground.stirred() {
        let Some(last) = ground.solves_within(life).last().copied() else { continue };
        let links = life.steps.iter().any(|step| matches!(step.what, What::Answered { links_article: true, .. }));
        board.share(ground, life, last, 1, links);
        if links {
            board.count(ground, life, last, 0);
        }
    }
    if ground.by.is_none() {
        board.set_number(2, ground.stale_articles);
    }
    board
}

#[cfg(test)]
#[path = "quality_tests.rs"]
mod tests;
