//! Rules tried: on a ticket as it stands, and on the history. Nothing is written.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Case, Rulebook};
use crate::desk::{Here, mutate};
use crate::domain::comment::{Role, Visibility};
use crate::domain::event::Event as Past;
use crate::domain::id::TicketId;
use crate::domain::policy::rule::{Action, Event};
use crate::domain::ticket::Ticket;
use crate::failure::Result;
use crate::format::ticket::node;
use crate::search::Level;
use crate::store::Oid;
use crate::view::rules::{Effect, RuleView, TriedView, WouldView};

impl Here {
    /// The rules in the order they are asked in.
    pub fn rules_list(&self) -> Result<Vec<RuleView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let rules = self.rulebook(&snapshot, &settings, &[])?;
        let view = |compiled: &super::Compiled| RuleView {
            name: compiled.rule.name.clone(),
            on: compiled.rule.on.iter().map(|event| event.name()).collect(),
            when: compiled.rule.when.clone(),
            then: compiled.rule.then.iter().map(told).collect(),
            stop: compiled.rule.stop,
        };
        Ok(rules.rules().iter().map(view).collect())
    }

    /// Which rules would fire on a ticket as it stands, at an event or at any, and why the others would not.
    pub fn rules_test(&self, typed: &str, event: Option<Event>) -> Result<Vec<TriedView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let rules = self.rulebook(&snapshot, &settings, &people)?.on_trial();
        let case = mutate::open(&snapshot, &id)?.case(self.now);
        let mut tried = Vec::new();
        let mut stopped: Option<String> = None;
        for compiled in rules.rules() {
            let rule = &compiled.rule;
            let because = match (&stopped, event.filter(|event| !rule.on.contains(event))) {
                (Some(other), _) if event.is_some() => Some(format!("'{other}' stops the chain")),
                (_, Some(event)) => Some(format!("it does not listen to {}", event.name())),
                _ if !rules.fits(compiled.when.as_ref(), &case)? => {
                    Some(format!("the ticket does not match: {}", rule.when.as_deref().unwrap_or_default()))
                }
                _ => None,
            };
            let fires = because.is_none();
            if fires && rule.stop {
                stopped = Some(rule.name.clone());
            }
            let mut after = case.clone();
            if fires {
                rules.fire(rule, event.unwrap_or(Event::Tick), &mut after, false)?;
            }
            tried.push(TriedView {
                rule: rule.name.clone(),
                on: rule.on.iter().map(|event| event.name()).collect(),
                when: rule.when.clone(),
                fires,
                because,
                changes: effects(&case.ticket, &after.ticket),
                actions: rules.tried(),
            });
        }
        Ok(tried)
    }

    /// What the rules of today would have done to the history since a date, where it did not happen.
    pub fn rules_replay(&self, since: Option<&str>) -> Result<Vec<WouldView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let since = since.map(|text| Ok::<_, anyhow::Error>(self.date(&settings, "--since", text)?.0)).transpose()?;
        let rules = self.rulebook(&snapshot, &settings, &people)?.on_trial();
        let mut past = Vec::new();
        self.reader(&snapshot, &settings, Level::Timeline)?.each_event(since, &mut |event| past.push(event))?;
        past.retain(|event| since.is_none_or(|since| event.date >= since) && event.ticket.is_some());
        past.sort_by_key(|event| event.order);
        self.progress.start("replaying the rules", past.len() as u64);
        let mut rows = Vec::new();
        for event in &past {
            self.progress.step(1);
            rows.extend(self.would(&rules, event)?);
        }
        self.progress.done();
        Ok(rows)
    }

    /// What would have been done at one event; `None` where nothing more than was.
    fn would(&self, rules: &Rulebook<'_>, past: &Past) -> Result<Option<WouldView>> {
        let Some(id) = &past.ticket else { return Ok(None) };
        let listens =
            |events: &[Event]| rules.rules().iter().any(|one| one.rule.on.iter().any(|on| events.contains(on)));
        let fields = fields_of(past);
        // Whose comment it was is in the file alone.
        let maybe = [&fields[..], if past.comment.is_some() { &[Event::Comment, Event::CustomerComment] } else { &[] }];
        if !listens(&maybe.concat()) {
            return Ok(None);
        }
        let Some((case, said)) = self.then(past, id)? else { return Ok(None) };
        let events = [fields, said.into_iter().collect()].concat();
        let mut after = case.clone();
        rules.run(&mut after, events.clone())?;
        let outcome = rules.take();
        let fired: BTreeSet<String> = outcome.fired.into_iter().map(|(_, name)| name).collect();
        let fresh: Vec<String> = fired.into_iter().filter(|name| !past.rules.contains(name)).collect();
        let actions = rules.tried();
        let changes = effects(&case.ticket, &after.ticket);
        let differs = !fresh.is_empty() && (!changes.is_empty() || !actions.is_empty());
        Ok(differs.then(|| WouldView {
            ticket: id.to_string(),
            date: past.date,
            commit: past.commit.clone(),
            events: events.iter().map(|event| event.name()).collect(),
            rules: fresh,
            changes,
            actions,
        }))
    }

    /// A ticket as it stood after a commit, and what the comment of that commit was.
    fn then(&self, past: &Past, id: &TicketId) -> Result<Option<(Case, Option<Event>)>> {
        let Ok(commit) = Oid::from_str(&past.commit) else { return Ok(None) };
        let there = self.desk.at_commit(commit)?;
        let Ok(draft) = mutate::open(&there, id) else { return Ok(None) };
        let requester = draft.old.requester.clone();
        let comment = draft.folder.thread.iter().find(|comment| Some(&comment.id) == past.comment.as_ref());
        let said = comment.filter(|comment| !comment.automatic).map(|comment| {
            match Role::of(&comment.author, requester.as_deref()) {
                Role::Requester | Role::Other if comment.visibility == Visibility::Public => Event::CustomerComment,
                _ => Event::Comment,
            }
        });
        let mut case = draft.case(past.date.max(Timestamp::MIN));
        // What was assigned then is no decision of now.
        case.old = Some(case.ticket.clone());
        Ok(Some((case, said)))
    }
}

/// The events of the fields that a commit changed.
fn fields_of(past: &Past) -> Vec<Event> {
    if past.created {
        return vec![Event::Created];
    }
    let mut events = Vec::new();
    if past.changes.iter().any(|change| change.field != "comment") {
        events.push(Event::Updated);
    }
    if past.changes.iter().any(|change| change.field == "status") {
        events.push(Event::Status);
    }
    events
}

/// What differs between two versions of a ticket, as the files say it.
fn effects(before: &Ticket, after: &Ticket) -> Vec<Effect> {
    let text = |ticket: &Ticket, key: &str| node(ticket, key).map(|node| node.to_string());
    let keys = crate::format::ticket::ORDER.iter();
    let change = keys.map(|key| (*key, text(before, key), text(after, key)));
    change
        .filter(|(_, from, to)| from != to)
        .map(|(key, from, to)| Effect { field: key.to_owned(), from, to })
        .collect()
}

/// An action in a few words.
pub(super) fn told(action: &Action) -> String {
    match action {
        Action::Set(settings) => {
            format!("set {}", settings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Action::Assign(assign) => format!("assign {}", assign.strategy()),
        Action::Escalate(None) => "escalate".to_owned(),
        Action::Escalate(Some(team)) => format!("escalate to {team}"),
        Action::Note(text) => format!("note {}", text.lines().next().unwrap_or_default()),
        Action::Reply(slug) => format!("reply {slug}"),
        Action::Webhook(address) => format!("webhook {address}"),
        Action::Run { program, .. } => format!("run {program}"),
    }
}
