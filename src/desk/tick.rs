//! `tick`: what time has brought, applied (workflow.md). Running it twice changes nothing the second time, and every
//! clone may run it: what it did is in the history.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Here;
use super::answer;
use super::mutate::{Draft, Extra, Plan, Planning, Words};
use super::set::put;
use crate::domain::comment::Visibility;
use crate::domain::event::Event as Past;
use crate::domain::facts::Facts;
use crate::domain::id::TicketId;
use crate::domain::policy::rule::Event;
use crate::domain::ticket::State;
use crate::failure::Result;
use crate::search::{Derive, Level, Reader};
use crate::view::tick::{TickEvent, TickView};
use crate::workflow::time::{Brought, Subject};

/// So many tickets are one commit.
const CHUNK: usize = 100;

/// The verb of its commits.
pub const TICK: &str = "tick";

/// Rules on `tick`: whom they may concern, by ticket the places of those that fit.
type Timed = BTreeMap<TicketId, BTreeSet<String>>;

impl Here {
    /// Applies what time has brought up to now, and does what rules have set off; `again` is for what was given up too.
    pub fn tick(&self, dry_run: bool, again: bool) -> Result<TickView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let timed = self.timed(&reader)?;
        let ids: BTreeSet<TicketId> = reader.waking(self.now)?.into_iter().chain(timed.keys().cloned()).collect();
        let ids: Vec<TicketId> = ids.into_iter().collect();
        let mut view = TickView { dry_run, ..TickView::default() };
        self.progress.start("applying what time has brought", ids.len() as u64);
        for chunk in ids.chunks(CHUNK) {
            self.tick_chunk(chunk, &reader, &timed, &mut view)?;
            self.progress.step(chunk.len() as u64);
        }
        self.progress.done();
        if !dry_run {
            view.errands = self.tick_errands(again)?;
        }
        Ok(view)
    }

    fn tick_chunk(&self, ids: &[TicketId], reader: &Reader<'_>, timed: &Timed, view: &mut TickView) -> Result<()> {
        let plan = Plan { command: TICK, what: "tick".into(), dry_run: view.dry_run, reason: None, unguarded: true };
        let (told, troubles) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let mutation = self.mutate_with(
            ids,
            &plan,
            &mut |draft, planning| {
                told.borrow_mut().retain(|event: &TickEvent| event.ticket != draft.id().as_str());
                let events = self.events_at(planning, reader, draft.id())?;
                let brought = self.brought(draft, planning, &events);
                for what in brought {
                    if let Err(trouble) = self.bring(what, draft, planning) {
                        troubles.borrow_mut().push(format!("{}: {trouble:#}", draft.id()));
                        continue;
                    }
                    told.borrow_mut().push(TickEvent { ticket: draft.id().to_string(), event: what.to_string() });
                }
                if let Some(rules) = timed.get(draft.id()) {
                    draft.timed = rules.iter().filter(|rule| !has_fired(rule, &events)).cloned().collect();
                }
                Ok(())
            },
            &mut |_, _| {
                let told = told.borrow();
                let trailers = told.iter().map(|one| ("Loket-Event", format!("{} {}", one.event, one.ticket)));
                Ok(Extra { trailers: trailers.collect(), ..Extra::default() })
            },
        )?;
        view.commits.extend(mutation.commit);
        view.events.extend(told.take());
        let fired = mutation.fired.into_iter();
        view.events.extend(fired.map(|(id, rule)| TickEvent { ticket: id.to_string(), event: format!("rule {rule}") }));
        view.changes.extend(mutation.changes);
        view.comments.extend(mutation.comments);
        let mut troubles = troubles.take();
        troubles.dedup();
        view.warnings.extend(mutation.warnings.into_iter().chain(troubles));
        Ok(())
    }

    /// The history of a ticket as of what is planned on.
    fn events_at(&self, planning: &Planning<'_>, reader: &Reader<'_>, id: &TicketId) -> Result<Vec<Past>> {
        if reader.commit() == planning.snapshot.commit {
            return reader.events_of(id);
        }
        self.reader(planning.snapshot, planning.settings, Level::Timeline)?.events_of(id)
    }

    fn brought(&self, draft: &Draft, planning: &Planning<'_>, events: &[Past]) -> Vec<Brought> {
        let settings = planning.settings;
        let facts = Facts {
            state: settings.state(&draft.old.status).unwrap_or(State::Open),
            ticket: draft.old.clone(),
            org: self.org_of(planning, &draft.old),
            updated: None,
            closed: None,
            promise: None,
            body: draft.body.clone(),
            thread: draft.folder.thread.clone(),
        };
        let policies = self.policies(planning.snapshot, settings);
        let derived = policies.derive(&facts, events);
        let clocks = policies.clocks(&derived.life);
        Subject { facts: &facts, life: &derived.life, clocks: &clocks, events, settings }.brought(self.now)
    }

    /// The organisation of a ticket's requester, where a policy asks for it.
    fn org_of(&self, planning: &Planning<'_>, ticket: &crate::domain::ticket::Ticket) -> Option<String> {
        let address = ticket.requester.as_deref()?;
        if !self.policies(planning.snapshot, planning.settings).wants_org() {
            return None;
        }
        let reader = self.reader(planning.snapshot, planning.settings, Level::Present).ok()?;
        reader.orgs().ok()?.find(address).map(str::to_owned)
    }

    /// Does one thing that time has brought.
    fn bring(&self, what: Brought, draft: &mut Draft, planning: &Planning<'_>) -> Result<()> {
        match what {
            Brought::Close => put(draft, planning, State::Closed),
            Brought::Solve | Brought::GiveUp => put(draft, planning, State::Solved),
            Brought::Open => put(draft, planning, State::Open),
            Brought::Remind(_) => draft.brought.push(Event::Remind),
            Brought::Reminder(_) => {
                let slug = planning.settings.reminders.as_ref().map(|rule| rule.pattern.clone()).unwrap_or_default();
                if draft.old.requester.is_some() {
                    let text = answer::automatic(planning, &draft.old, &slug)?;
                    draft.words.push(Words::automatic(text, Visibility::Public, Some(slug)));
                }
                draft.brought.push(Event::Remind);
            }
            Brought::Warning(..) => draft.brought.push(Event::SlaWarning),
            Brought::Breach(..) => draft.brought.push(Event::SlaBreach),
        }
        Ok(())
    }

    /// The tickets that a rule on `tick` is for.
    fn timed(&self, reader: &Reader<'_>) -> Result<Timed> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let rules = self.rulebook(&snapshot, &settings, &[])?;
        let mut timed = Timed::new();
        for compiled in rules.rules().iter().filter(|one| one.rule.on.contains(&Event::Tick)) {
            let Some(when) = &compiled.when else {
                self.progress.note(&format!(
                    "rule '{}' on tick has no `when`, and would concern every ticket: it is left out",
                    compiled.rule.name.escape_debug()
                ));
                continue;
            };
            for id in reader.ids(when, &[], None)? {
                timed.entry(id).or_default().insert(compiled.rule.name.clone());
            }
        }
        Ok(timed)
    }
}

/// Whether a rule has fired on a ticket by time, and nothing has happened to it since.
fn has_fired(rule: &str, events: &[Past]) -> bool {
    let told = format!("rule {rule}");
    // A commit of several comments is several events.
    let last = events.iter().rev().take_while(|one| Some(&one.commit) == events.last().map(|last| &last.commit));
    last.flat_map(|event| &event.noted).any(|noted| *noted == told)
}
