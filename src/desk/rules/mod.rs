//! Rules at work: a change sets them off, what they do goes into the same commit (workflow.md, Rules).

mod actions;
mod history;
pub mod router;
mod trial;

use std::cell::RefCell;

use super::Here;
use super::errands::{Errand, MAY_RUN};
use super::mutate::Planning;
use super::policies::names_org;
use crate::domain::comment::Comment;
use crate::domain::facts::Facts;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::policy::rule::{Action, Event, Rule};
use crate::domain::query::{self, Context, Expr, Me, matches};
use crate::domain::settings::Settings;
use crate::domain::ticket::{State, Ticket};
use crate::failure::Result;
use crate::format::{layout, policy};
use crate::search::{Derive, Level, Words};
use crate::store::{Change, Snapshot};
use crate::workflow::assign::stand_in;
use crate::workflow::rules::{MOST_FIRINGS, changed, events};
use router::Router;

/// The author of what rules write.
pub const MACHINE: &str = "loket";

/// A ticket that rules look at and change.
#[derive(Debug, Clone)]
pub struct Case {
    /// As it was before the change; `None` where it is new.
    pub old: Option<Ticket>,
    pub ticket: Ticket,
    pub body: String,
    /// The thread with what the change added, in order.
    pub thread: Vec<Comment>,
    /// How many of them the change added: the last ones.
    pub said: usize,
    /// Whether an automatic answer may go out.
    pub may_reply: bool,
    /// What rules have written.
    pub added: Vec<Comment>,
}

/// A rule with its query read.
pub struct Compiled {
    pub rule: Rule,
    pub when: Option<Expr>,
}

/// What rules did beside changing tickets.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The rules that fired, each on a ticket.
    pub fired: Vec<(TicketId, String)>,
    /// Those of them that only time set off.
    pub timed: Vec<(TicketId, String)>,
    /// Whom rules chose: the agent, and the rule.
    assigned: Vec<String>,
    /// What is to be done outside the desk.
    errands: Vec<Errand>,
    pub warnings: Vec<String>,
}

impl Outcome {
    /// Puts what was done into the commit. A commit of several tickets says on which of them a rule fired.
    pub fn tell(&mut self, here: &Here, change: &mut Change) {
        let touched = change.trailers.iter().filter(|(key, _)| *key == "Loket-Ticket").count();
        let one = touched < 2 && self.fired.windows(2).all(|pair| pair[0].0 == pair[1].0);
        let rule = |(id, name): (TicketId, String)| if one { name } else { format!("{name} {id}") };
        change.trailers.extend(self.fired.drain(..).map(|fired| ("Loket-Rule", rule(fired))));
        change.trailers.extend(self.assigned.drain(..).map(|text| ("Loket-Assigned", text)));
        for errand in self.errands.drain(..) {
            // It is made of texts alone, which always can be written.
            let body = serde_json::to_vec(&errand).unwrap_or_default();
            change.errands.push((here.tail(20), body));
        }
    }
}

/// The rules of a desk, for one commit.
pub struct Rulebook<'a> {
    pub(super) here: &'a Here,
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) settings: &'a Settings,
    pub(super) people: &'a [Agent],
    pub(super) agent: Agent,
    rules: Vec<Compiled>,
    /// Whether rules may run programs in this clone.
    may_run: bool,
    pub router: RefCell<Router>,
    outcome: RefCell<Outcome>,
    /// What would be done, where the rules are only tried.
    trial: Option<RefCell<Vec<String>>>,
    /// The rules on `tick` that may fire on the ticket at hand.
    timed: RefCell<Vec<String>>,
}

impl Here {
    /// The rules at a snapshot. What cannot be read is told and left out.
    pub fn rulebook<'a>(
        &'a self,
        snapshot: &'a Snapshot<'a>,
        settings: &'a Settings,
        people: &'a [Agent],
    ) -> Result<Rulebook<'a>> {
        let bytes = snapshot.file(layout::RULES)?.unwrap_or_default();
        let parsed = policy::rules::parse(&bytes);
        for fault in parsed.faults.iter().filter(|finding| !finding.warning).map(|finding| &finding.fault) {
            self.progress.note(&format!("{}:{}:{}: {}", layout::RULES, fault.line, fault.column, fault.message));
        }
        let mut rules = Vec::new();
        for rule in parsed.values {
            match self.read_when(snapshot, settings, &rule) {
                Ok(when) => rules.push(Compiled { rule, when }),
                Err(said) => self.progress.note(&format!(
                    "{}: rule '{}': when: {said}; the rule is left out",
                    layout::RULES,
                    rule.name.escape_debug()
                )),
            }
        }
        Ok(Rulebook {
            here: self,
            snapshot,
            settings,
            people,
            agent: machine(settings),
            rules,
            may_run: self.desk.config_flag(MAY_RUN),
            router: RefCell::default(),
            outcome: RefCell::default(),
            trial: None,
            timed: RefCell::default(),
        })
    }

    fn read_when(&self, snapshot: &Snapshot<'_>, settings: &Settings, rule: &Rule) -> Result<Option<Expr>, String> {
        let Some(text) = &rule.when else { return Ok(None) };
        let views = if text.contains("view:") { self.views(snapshot).unwrap_or_default() } else { Vec::new() };
        let names: Vec<String> = views.iter().map(|view| view.name.clone()).collect();
        let find = |name: &str| views.iter().find(|view| view.name == name).map(|view| view.query.clone());
        let context = Context {
            settings,
            now: self.now,
            me: Me::Nobody,
            handles: &[],
            teams: &[],
            orgs: &[],
            view: &find,
            views: &names,
            timeless: false,
        };
        query::parse(text, &context).map(Some).map_err(|wrong| wrong.message)
    }
}

/// The desk as somebody who acts.
pub fn machine(settings: &Settings) -> Agent {
    Agent {
        handle: MACHINE.to_owned(),
        name: settings.mail.name.clone().unwrap_or_else(|| settings.desk.clone()),
        emails: settings.mail.address.iter().cloned().collect(),
        ..Agent::default()
    }
}

impl<'a> Rulebook<'a> {
    /// The same rules, which only say what they would do outside a ticket's fields.
    fn on_trial(mut self) -> Rulebook<'a> {
        self.trial = Some(RefCell::default());
        self
    }

    /// What they said since the last time.
    fn tried(&self) -> Vec<String> {
        self.trial.as_ref().map(RefCell::take).unwrap_or_default()
    }
}

impl Rulebook<'_> {
    pub fn rules(&self) -> &[Compiled] {
        &self.rules
    }

    /// Lets a change set off what it sets off.
    pub fn settle(&self, case: &mut Case) -> Result<()> {
        self.settle_with(case, &[], &[])
    }

    /// The same with what time has brought, and the rules on `tick` that may fire.
    pub fn settle_with(&self, case: &mut Case, brought: &[Event], timed: &[String]) -> Result<()> {
        self.stand_in(case);
        let said = &case.thread[case.thread.len() - case.said.min(case.thread.len())..];
        let mut events = events(case.old.as_ref(), &case.ticket, said);
        events.extend(brought);
        self.timed.replace(timed.to_vec());
        if !timed.is_empty() {
            events.push(Event::Tick);
        }
        self.run(case, events)
    }

    /// An absent assignee is stood in for where a ticket comes back.
    fn stand_in(&self, case: &mut Case) {
        let ends = |status: &str| matches!(self.settings.state(status), Some(State::Solved | State::Closed));
        let reopened = case.old.as_ref().is_some_and(|old| ends(&old.status) && !ends(&case.ticket.status));
        let today = self.settings.timezone.to_datetime(self.here.now).date();
        if reopened
            && let Some(assignee) = &case.ticket.assignee
            && let Some(other) = stand_in(self.people, assignee, today)
        {
            case.ticket.assignee = Some(other);
        }
    }

    /// Runs the chain that events set off: the rules in order, again for what they change, each at most once.
    pub fn run(&self, case: &mut Case, mut events: Vec<Event>) -> Result<()> {
        let given =
            case.old.as_ref().map(|old| &old.assignee) != Some(&case.ticket.assignee) && case.ticket.assignee.is_some();
        let mut fired = vec![false; self.rules.len()];
        let mut count = 0;
        while !events.is_empty() {
            let mut caused = Vec::new();
            for (place, compiled) in self.rules.iter().enumerate() {
                let on = |event: &Event| {
                    let may = *event != Event::Tick || self.timed.borrow().contains(&compiled.rule.name);
                    may && compiled.rule.on.contains(event)
                };
                let Some(event) = events.iter().chain(&caused).copied().find(on).filter(|_| !fired[place]) else {
                    continue;
                };
                if !self.fits(compiled.when.as_ref(), case)? {
                    continue;
                }
                if count == MOST_FIRINGS {
                    self.warn(format!(
                        "the chain of rules for {} ended after {MOST_FIRINGS} firings; '{}' would be next",
                        case.ticket.id,
                        compiled.rule.name.escape_debug()
                    ));
                    return Ok(());
                }
                count += 1;
                fired[place] = true;
                let before = case.ticket.clone();
                self.fire(&compiled.rule, event, case, given)?;
                caused.extend(changed(&before, &case.ticket));
                if compiled.rule.stop {
                    return Ok(());
                }
            }
            events = caused;
        }
        Ok(())
    }

    /// Does what a rule says, and notes that it fired.
    fn fire(&self, rule: &Rule, event: Event, case: &mut Case, given: bool) -> Result<()> {
        let firing = (case.ticket.id.clone(), rule.name.clone());
        if event == Event::Tick {
            self.outcome.borrow_mut().timed.push(firing.clone());
        }
        self.outcome.borrow_mut().fired.push(firing);
        for action in &rule.then {
            let outside = !matches!(action, Action::Set(_) | Action::Escalate(_));
            if let Some(trial) = self.trial.as_ref().filter(|_| outside) {
                trial.borrow_mut().push(trial::told(action));
                continue;
            }
            self.act(rule, action, case, event, given)?;
        }
        Ok(())
    }

    /// Whether a ticket is what a rule is for.
    pub fn fits(&self, when: Option<&Expr>, case: &Case) -> Result<bool> {
        let Some(when) = when else { return Ok(true) };
        let facts = self.facts(when, case)?;
        Ok(matches(when, &facts, &Words { language: self.settings.language.clone() }))
    }

    /// What a query can ask of a case; what only the history or the customers' files know is read where it is asked.
    fn facts(&self, when: &Expr, case: &Case) -> Result<Facts> {
        let state = self.settings.state(&case.ticket.status).unwrap_or(State::Open);
        let mut facts = Facts {
            ticket: case.ticket.clone(),
            state,
            org: None,
            updated: if when.needs_timeline() { self.updated(case)? } else { Some(self.here.now) },
            closed: None,
            promise: None,
            body: case.body.clone(),
            thread: case.thread.iter().chain(&case.added).cloned().collect(),
        };
        if names_org(when) {
            let reader = self.here.reader(self.snapshot, self.settings, Level::Present)?;
            let requester = facts.ticket.requester.as_deref();
            facts.org = match requester {
                Some(address) => reader.orgs()?.find(address).map(str::to_owned),
                None => None,
            };
        }
        if when.needs_timeline() {
            let reader = self.here.reader(self.snapshot, self.settings, Level::Timeline)?;
            let events = reader.events_of(&case.ticket.id)?;
            facts.closed = crate::domain::event::closed_at(&events, state, |status| self.settings.state(status));
            facts.promise = self.here.policies(self.snapshot, self.settings).derive(&facts, &events).promise;
        }
        Ok(facts)
    }

    /// When a case last changed: now, unless nothing but time has set the rules off.
    fn updated(&self, case: &Case) -> Result<Option<jiff::Timestamp>> {
        let untouched = case.old.as_ref() == Some(&case.ticket) && case.said == 0 && case.added.is_empty();
        if !untouched {
            return Ok(Some(self.here.now));
        }
        let reader = self.here.reader(self.snapshot, self.settings, Level::Timeline)?;
        Ok(reader.events_of(&case.ticket.id)?.iter().map(|event| event.date).max())
    }

    pub fn now(&self) -> jiff::Timestamp {
        self.here.now
    }

    pub(super) fn planning(&self) -> Planning<'_> {
        Planning {
            here: self.here,
            snapshot: self.snapshot,
            settings: self.settings,
            people: self.people,
            agent: &self.agent,
        }
    }

    pub(super) fn warn(&self, text: String) {
        self.outcome.borrow_mut().warnings.push(text);
    }

    /// What the rules did, once for all.
    pub fn finish(self) -> Outcome {
        self.outcome.into_inner()
    }

    /// The same, with the rules kept for another commit.
    pub fn take(&self) -> Outcome {
        self.outcome.take()
    }
}
