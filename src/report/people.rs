//! What each agent did, and why people wrote.

use super::Ground;
use super::board::{Board, Columns, Shape};
use super::by::By;
use super::flow::{came_back, is_one_touch};
use crate::domain::life::What;

const AGENTS: Columns = &[
    ("solved", Shape::Count),
    ("replies", Shape::Count),
    ("first_responses", Shape::Count),
    ("reopen_rate", Shape::Guarded),
    ("one_touch", Shape::Guarded),
    ("csat", Shape::Guarded),
];

/// A row an agent, whatever else was asked for: who had it when it was solved, who wrote what was written.
pub fn agents(ground: &Ground<'_>) -> Board {
    let mut board = Board::keyed(AGENTS);
    for life in ground.stirred() {
        let within = ground.solves_within(life);
        let assignee = |at| life.assignee_at(at).map(|name| name.to_string());
        for at in within.iter().filter_map(|at| assignee(*at)) {
            board.count_in(ground, life, Some(at), 0);
        }
        for (_, agent) in life.answers().filter(|(at, _)| ground.period.contains(*at)) {
            board.count_in(ground, life, Some(agent.to_string()), 1);
        }
        if let Some((_, agent)) = life.first_answer().filter(|(at, _)| ground.period.contains(*at)) {
            board.count_in(ground, life, Some(agent.to_string()), 2);
        }
        if let Some(agent) = within.last().and_then(|at| assignee(*at)) {
            board.share_in(ground, life, Some(agent.clone()), 3, came_back(life, &within));
            board.share_in(ground, life, Some(agent), 4, is_one_touch(life));
        }
        for step in life.steps.iter().filter(|step| ground.period.contains(step.at)) {
            if let (What::Rated(score), Some(agent)) = (&step.what, assignee(step.at)) {
                board.share_in(ground, life, Some(agent), 5, *score >= 4);
            }
        }
    }
    board
}

const REASONS: Columns = &[("created", Shape::Count)];

/// Why people wrote: by type, channel and tag at once, unless one grouping is asked for.
pub fn reasons(ground: &Ground<'_>) -> Board {
    let mut board = Board::keyed(REASONS);
    for life in ground.stirred().filter(|life| ground.period.contains(life.created)) {
        if ground.by.is_some() {
            board.count(ground, life, life.created, 0);
            continue;
        }
        let named = |by: By, name: Option<&crate::domain::life::Name>| {
            format!("{}:{}", by.name(), name.map_or("none", |name| name))
        };
        board.count_in(ground, life, Some(named(By::Type, life.kind.as_ref())), 0);
        board.count_in(ground, life, Some(named(By::Channel, life.channel.as_ref())), 0);
        for tag in &life.tags {
            board.count_in(ground, life, Some(named(By::Tag, Some(tag))), 0);
        }
    }
    board
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
