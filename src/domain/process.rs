//! A process: the decision flow agents walk through for a kind of request.

use std::collections::{BTreeSet, HashMap};

use super::policy::rule::Setting;

/// Where a step goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    Step(String),
    End(End),
}

/// How a process leaves its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// As it is, or open if it was new.
    Open,
    Wait,
    Hold,
    Solve,
    Close,
    Escalate,
    /// As it is.
    None,
}

impl End {
    pub const ALL: [End; 7] = [End::Open, End::Wait, End::Hold, End::Solve, End::Close, End::Escalate, End::None];

    pub fn name(self) -> &'static str {
        ["open", "wait", "hold", "solve", "close", "escalate", "none"][self as usize]
    }

    pub fn find(name: &str) -> Option<End> {
        End::ALL.into_iter().find(|end| end.name() == name)
    }
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub set: Vec<Setting>,
    pub to: To,
}

/// What a step wants of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// One of these answers.
    Choose { question: String, choices: Vec<Choice> },
    /// Any text; it becomes the value of a key where one is named.
    Tell { question: String, key: Option<String>, to: To },
    /// Something is to be done.
    Act { what: String, to: To },
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub task: Task,
    /// The pattern to answer from.
    pub pattern: Option<String>,
    /// Line and column of its name.
    pub place: (usize, usize),
}

impl Step {
    /// Question or task, for people.
    pub fn text(&self) -> &str {
        match &self.task {
            Task::Choose { question, .. } | Task::Tell { question, .. } => question,
            Task::Act { what, .. } => what,
        }
    }

    /// Where it may go on, each with the answer that leads there.
    pub fn ways(&self) -> Vec<(Option<&str>, &To)> {
        match &self.task {
            Task::Choose { choices, .. } => choices.iter().map(|one| (Some(one.name.as_str()), &one.to)).collect(),
            Task::Tell { to, .. } | Task::Act { to, .. } => vec![(None, to)],
        }
    }
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub slug: String,
    pub title: String,
    /// The first step.
    pub start: String,
    /// In the order of the file.
    pub steps: Vec<Step>,
    /// When to use it, markdown.
    pub body: String,
}

/// What is wrong with the ways of a process, by the step's place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dangling {
    /// A step goes on to one that is not there.
    NoStep { step: usize, to: String },
    /// No way leads to a step.
    Unreachable { step: usize },
    /// No way leads from a step to an end.
    Endless { step: usize },
}

impl Process {
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// What is wrong with its ways. A step that is not there is no end.
    pub fn dangling(&self) -> Vec<Dangling> {
        let places: HashMap<&str, usize> =
            self.steps.iter().enumerate().map(|(at, step)| (step.name.as_str(), at)).collect();
        let mut found = Vec::new();
        let (mut next, mut before) = (vec![Vec::new(); self.steps.len()], vec![Vec::new(); self.steps.len()]);
        let mut ends = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            for (_, to) in step.ways() {
                match to {
                    To::End(_) => ends.push(at),
                    To::Step(name) => match places.get(name.as_str()) {
                        Some(place) => {
                            next[at].push(*place);
                            before[*place].push(at);
                        }
                        None => found.push(Dangling::NoStep { step: at, to: name.clone() }),
                    },
                }
            }
        }
        let reached = reach(places.get(self.start.as_str()).copied().into_iter().collect(), &next);
        let ending = reach(ends, &before);
        let all = 0..self.steps.len();
        found.extend(all.clone().filter(|at| !reached.contains(at)).map(|step| Dangling::Unreachable { step }));
        let is_endless = |at: &usize| reached.contains(at) && !ending.contains(at);
        found.extend(all.filter(is_endless).map(|step| Dangling::Endless { step }));
        found
    }
}

/// All that can be reached from some places.
fn reach(mut from: Vec<usize>, next: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = from.iter().copied().collect();
    while let Some(at) = from.pop() {
        from.extend(next[at].iter().filter(|place| reached.insert(**place)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(steps: &[(&str, &[&str])]) -> Process {
        let to = |name: &str| End::find(name).map_or_else(|| To::Step(name.to_owned()), To::End);
        let step = |(name, ways): &(&str, &[&str])| {
            let choices = ways.iter().map(|way| Choice { name: (*way).to_owned(), set: Vec::new(), to: to(way) });
            let task = Task::Choose { question: String::new(), choices: choices.collect() };
            Step { name: (*name).to_owned(), task, pattern: None, place: (1, 1) }
        };
        let (slug, title, body) = Default::default();
        Process { slug, title, start: "a".into(), steps: steps.iter().map(step).collect(), body }
    }

    #[test]
    fn ways_that_lead_nowhere_are_found() {
        assert_eq!(process(&[("a", &["b", "open"]), ("b", &["a"])]).dangling(), []);
        assert_eq!(process(&[("a", &["z", "open"])]).dangling(), [Dangling::NoStep { step: 0, to: "z".into() }]);
        assert_eq!(process(&[("a", &["open"]), ("b", &["a"])]).dangling(), [Dangling::Unreachable { step: 1 }]);
        let endless = [Dangling::Endless { step: 1 }, Dangling::Endless { step: 2 }];
        assert_eq!(process(&[("a", &["b", "open"]), ("b", &["c"]), ("c", &["b"])]).dangling(), endless);
    }
}
