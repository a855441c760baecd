//! Who gets a ticket: what is known of everybody's work, gathered once a change (workflow.md, Assignment).

use std::collections::HashMap;

use super::{Case, Rulebook};
use crate::domain::policy::rule::{Action, Among, Assign};
use crate::domain::query::{Expr, Field, Match, Test, Value};
use crate::domain::ticket::State;
use crate::failure::Result;
use crate::search::{Level, Reader, parse_sort};
use crate::workflow::assign::{Choice, Floor, Load, choose};

/// What assignments of one change know and have done.
#[derive(Debug, Default)]
pub struct Router {
    /// By handle; `None` until somebody asks.
    loads: Option<HashMap<String, Load>>,
    /// Whom each rule chose last, by its name.
    last: HashMap<String, Option<String>>,
}

impl Rulebook<'_> {
    /// Whom a strategy chooses for a ticket of a team; `rule` is who asks, where a rule does.
    pub fn choose(&self, rule: Option<&str>, assign: &Assign, team: Option<&str>) -> Result<Choice> {
        let last = match (assign, rule) {
            (Assign::RoundRobin(_), Some(rule)) => self.last_of(rule)?,
            _ => None,
        };
        let mut router = self.router.borrow_mut();
        if router.loads.is_none() {
            router.loads = Some(self.loads()?);
        }
        let empty = HashMap::new();
        let policies = self.here.policies(self.snapshot, self.settings);
        let floor = Floor {
            people: self.people,
            loads: router.loads.as_ref().unwrap_or(&empty),
            now: self.here.now,
            today: self.settings.timezone.to_datetime(self.here.now).date(),
            hours: &|name| policies.hours(name),
            last: last.as_deref(),
            team,
        };
        let choice = choose(assign, &floor);
        if let (Some(rule), Some(chosen)) = (rule, &choice.chosen) {
            router.last.insert(rule.to_owned(), Some(chosen.clone()));
        }
        Ok(choice)
    }

    /// The strategy of the first rule that would assign a ticket, with the rule's name; without one the least loaded.
    pub fn strategy_for(&self, case: &Case) -> Result<(Option<String>, Assign)> {
        for compiled in self.rules() {
            let assign = compiled.rule.then.iter().find_map(|action| match action {
                Action::Assign(assign) => Some(assign),
                _ => None,
            });
            if let Some(assign) = assign
                && self.fits(compiled.when.as_ref(), case)?
            {
                return Ok((Some(compiled.rule.name.clone()), assign.clone()));
            }
        }
        Ok((None, Assign::LeastLoaded(Among::default())))
    }

    /// Counts a ticket among somebody's work, for the assignments that follow in the same change.
    pub fn take_on(&self, handle: &str, case: &Case) {
        let mut router = self.router.borrow_mut();
        let Some(loads) = &mut router.loads else { return };
        let state = self.settings.state(&case.ticket.status).unwrap_or(State::Open);
        let open = usize::from(state == State::Open);
        if let Some(before) = case.ticket.assignee.as_ref().and_then(|before| loads.get_mut(before)) {
            before.open = before.open.saturating_sub(open);
        }
        let load = loads.entry(handle.to_owned()).or_default();
        load.open += open;
        load.newest = load.newest.max(Some(case.ticket.created));
    }

    /// Everybody's tickets in state open, and when their newest ticket was created.
    fn loads(&self) -> Result<HashMap<String, Load>> {
        let reader = self.here.reader(self.snapshot, self.settings, Level::Present)?;
        let open = reader.group(&is(Field::State, Value::State(State::Open)), "assignee")?;
        let mut loads: HashMap<String, Load> = HashMap::new();
        for (handle, count) in open {
            loads.entry(handle.unwrap_or_default()).or_default().open = count;
        }
        for agent in self.people {
            let newest = newest(&reader, &agent.handle)?;
            loads.entry(agent.handle.clone()).or_default().newest = newest;
        }
        Ok(loads)
    }

    /// Whom a rule chose last, in this change or in the history.
    fn last_of(&self, rule: &str) -> Result<Option<String>> {
        if let Some(known) = self.router.borrow().last.get(rule) {
            return Ok(known.clone());
        }
        let found = super::history::last_assigned(self.here, self.snapshot, rule)?;
        self.router.borrow_mut().last.insert(rule.to_owned(), found.clone());
        Ok(found)
    }
}

fn is(field: Field, value: Value) -> Expr {
    Expr::Test(Test::Field { field, any: vec![Match::Equals(value)] })
}

fn newest(reader: &Reader<'_>, handle: &str) -> Result<Option<jiff::Timestamp>> {
    let own = is(Field::Assignee, Value::Text(handle.to_lowercase()));
    let rows = reader.list(&own, &parse_sort("-created")?, Some(1))?;
    Ok(rows.first().map(|row| row.ticket.created))
}

/// Why nobody was chosen, in a line.
pub fn reasons(choice: &Choice) -> String {
    if choice.candidates.is_empty() {
        return "nobody is in the team".to_owned();
    }
    let one = |candidate: &crate::workflow::assign::Candidate| {
        let why: Vec<String> = candidate.unfit.iter().map(ToString::to_string).collect();
        format!("{}: {}", candidate.handle, why.join(", "))
    };
    choice.candidates.iter().map(one).collect::<Vec<_>>().join("; ")
}
