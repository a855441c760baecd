//! What a ticket went through, in the order of time: what clocks and reports are worked out from.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::id::TicketId;
use crate::domain::ticket::{Priority, State};

/// A word many tickets share: a handle, a tag, a type.
pub type Name = Arc<str>;

/// A ticket as clocks and reports see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    pub id: TicketId,
    pub created: Timestamp,
    /// An agent opened it outwards: it waits for no answer until the requester has written.
    pub outbound: bool,
    /// It lives on in another ticket.
    pub merged: bool,
    /// In the order of time, none before `created`. The first five say what it was when it was created: its state,
    /// priority, line, team and assignee.
    pub steps: Vec<Step>,
    /// What it is now.
    pub kind: Option<Name>,
    pub channel: Option<Name>,
    pub tags: Vec<Name>,
    /// The requester's address, in lower case.
    pub requester: Option<Name>,
    /// The SLA policy it falls under.
    pub policy: Option<Name>,
}

/// Something that happened to a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub at: Timestamp,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    State(State),
    Priority(Priority),
    /// 1 or 2
    Line(u8),
    Team(Option<Name>),
    Assignee(Option<Name>),
    /// A public comment of an agent that no machine wrote.
    Answered {
        agent: Name,
        /// It links an article of the knowledge base.
        links_article: bool,
    },
    /// A public message of the requester (or of who else takes part) that no machine wrote.
    Asked,
    /// The requester's rating, 1 to 5.
    Rated(u8),
}

impl Life {
    /// The state at an instant, what happened at that very instant included; `None` before it was created.
    pub fn state_at(&self, at: Timestamp) -> Option<State> {
        self.last(at, |what| match what {
            What::State(state) => Some(*state),
            _ => None,
        })
    }

    /// The state just before an instant; `None` where it was not created before.
    pub fn state_before(&self, at: Timestamp) -> Option<State> {
        let until = self.steps.partition_point(|step| step.at < at);
        self.steps[..until].iter().rev().find_map(|step| match step.what {
            What::State(state) => Some(state),
            _ => None,
        })
    }

    pub fn priority_at(&self, at: Timestamp) -> Option<Priority> {
        self.last(at, |what| match what {
            What::Priority(priority) => Some(*priority),
            _ => None,
        })
    }

    pub fn assignee_at(&self, at: Timestamp) -> Option<&Name> {
        self.last(at, |what| match what {
            What::Assignee(assignee) => Some(assignee.as_ref()),
            _ => None,
        })
        .flatten()
    }

    pub fn team_at(&self, at: Timestamp) -> Option<&Name> {
        self.last(at, |what| match what {
            What::Team(team) => Some(team.as_ref()),
            _ => None,
        })
        .flatten()
    }

    fn last<'a, T>(&'a self, at: Timestamp, of: impl Fn(&'a What) -> Option<T>) -> Option<T> {
        let until = self.steps.partition_point(|step| step.at <= at);
        self.steps[..until].iter().rev().find_map(|step| of(&step.what))
    }

    /// Each change of state with the state before it, `None` for the first.
    pub fn states(&self) -> impl Iterator<Item = (Timestamp, Option<State>, State)> + '_ {
        let states = self.steps.iter().filter_map(|step| match step.what {
            What::State(state) => Some((step.at, state)),
            _ => None,
        });
        let mut before = None;
        states.filter_map(move |(at, state)| {
            let from = before.replace(state);
            (from != Some(state)).then_some((at, from, state))
        })
    }

    /// When it was solved: each change into state solved; a closing where no solve came before.
    pub fn solves(&self) -> Vec<Timestamp> {
        let mut found = Vec::new();
        for (at, _, state) in self.states() {
            if state == State::Solved || (state == State::Closed && found.is_empty()) {
                found.push(at);
            }
        }
        found
    }

    /// When it left solved or closed for a state in which somebody has to do something again.
    pub fn reopenings(&self) -> impl Iterator<Item = Timestamp> + '_ {
        self.states().filter_map(|(at, from, state)| {
            let was_done = matches!(from, Some(State::Solved | State::Closed));
            (was_done && state.is_live()).then_some(at)
        })
    }

    /// When something last happened to it.
    pub fn last_sign(&self) -> Timestamp {
        self.steps.last().map_or(self.created, |step| step.at)
    }

    /// Whether somebody still has to do something.
    pub fn is_live(&self) -> bool {
        self.state_at(Timestamp::MAX).is_some_and(State::is_live)
    }

    /// The agents' public answers.
    pub fn answers(&self) -> impl Iterator<Item = (Timestamp, &Name)> + '_ {
        self.steps.iter().filter_map(|step| match &step.what {
            What::Answered { agent, .. } => Some((step.at, agent)),
            _ => None,
        })
    }

    /// When somebody first asked: when it was created, or for one that was opened outwards the first message that came
    /// back.
    pub fn asked(&self) -> Option<Timestamp> {
        if !self.outbound {
            return Some(self.created);
        }
        self.steps.iter().find(|step| step.what == What::Asked).map(|step| step.at)
    }

    /// The first public answer to what was first asked.
    pub fn first_answer(&self) -> Option<(Timestamp, &Name)> {
        let asked = self.asked()?;
        self.answers().find(|(at, _)| *at >= asked)
    }
}
