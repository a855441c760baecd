//! Lives for tests.

use jiff::Timestamp;

use super::life::{Life, Step, What};
use super::ticket::{Priority, State};

/// An instant of November 2026, in which the 2nd and the 23rd are Mondays.
pub fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}Z").parse().unwrap()
}

pub fn answer(agent: &str) -> What {
    What::Answered { agent: agent.into(), links_article: false }
}

/// A ticket that was created open, normal and nobody's, and what happened to it then.
pub fn life(tail: &str, created: &str, steps: &[(&str, What)]) -> Life {
    let first = [
        What::State(State::Open),
        What::Priority(Priority::Normal),
        What::Line(1),
        What::Team(None),
        What::Assignee(None),
    ];
    let first = first.into_iter().map(|what| Step { at: at(created), what });
    let later = steps.iter().map(|(when, what)| Step { at: at(when), what: what.clone() });
    Life {
        id: format!("261101-{tail}").parse().unwrap(),
        created: at(created),
        outbound: false,
        merged: false,
        steps: first.chain(later).collect(),
        kind: None,
        channel: None,
        tags: Vec::new(),
        requester: None,
        policy: None,
    }
}
