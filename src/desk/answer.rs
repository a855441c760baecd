//! `reply --pattern`: an answer made from a response pattern, with what the pattern sets.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use super::Here;
use super::attach::Attachment;
use super::escalate::to_second_line;
use super::mutate::{self, Draft, Extra, Origin, Plan, Planning, Words};
use super::patterns::{self, Found};
use super::resolve::Selection;
use super::set::{apply, parse_assignment, put};
use crate::domain::comment::Visibility;
use crate::domain::pattern::Then;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::{State, Ticket};
use crate::failure::{Failure, Kind, Result};
use crate::format::template::{self, Values};
use crate::store::Snapshot;
use crate::view::mutation::MutationView;
use crate::workflow::status;

/// How an answer is made from a pattern.
#[derive(Debug, Default)]
pub struct FromPattern<'a> {
    pub slug: &'a str,
    /// What is said in place of the pattern's own text.
    pub text: Option<String>,
    pub files: Vec<Attachment>,
    pub channel: Option<String>,
    /// The state it leaves the ticket in, in place of what the pattern says.
    pub then: Option<State>,
    pub silent: Option<&'a str>,
    pub dry_run: bool,
}

/// The names of those who ask, by address, read when they are first wanted.
#[derive(Default)]
struct Names(OnceCell<HashMap<String, String>>);

impl Names {
    /// A requester's name: their customer file's, else what stands before the `@`.
    fn of(&self, here: &Here, snapshot: &Snapshot<'_>, address: &str) -> Result<String> {
        if self.0.get().is_none() {
            let mut names = HashMap::new();
            for customer in here.customers_in(snapshot)? {
                names.extend(customer.emails.iter().map(|email| (email.to_lowercase(), customer.name.clone())));
            }
            // Nobody else fills it meanwhile.
            let _ = self.0.set(names);
        }
        let known = self.0.get().and_then(|names| names.get(&address.to_lowercase()));
        let local = || address.split('@').next().unwrap_or(address).to_owned();
        Ok(known.cloned().unwrap_or_else(local))
    }
}

impl Here {
    /// The answer a pattern makes, where there is exactly one ticket to answer.
    pub fn answer_of(&self, selection: &Selection, slug: &str) -> Result<Option<String>> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        let [id] = ids.as_slice() else { return Ok(None) };
        let people = self.people(&snapshot)?;
        let agent = self.acting(&people)?;
        let ticket = mutate::open(&snapshot, id)?.old;
        let found = find(&snapshot, &settings, &ticket, slug)?;
        let values = self.values(&snapshot, &settings, &agent, &ticket, &Names::default())?;
        rendered(&found, &values).map(Some)
    }

    /// Answers tickets from a pattern, each in its own language.
    pub fn reply_from(&self, selection: &Selection, how: &FromPattern<'_>) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        if let Some(channel) = &how.channel {
            super::set::known("channel", channel, &settings.channels)?;
        }
        if ids.is_empty() {
            // A pattern that is not there is told all the same.
            patterns::answering(&snapshot, how.slug, &[&settings.language])?;
        }
        let plan =
            Plan { command: "reply", what: "reply".into(), dry_run: how.dry_run, reason: how.silent, unguarded: false };
        let (names, versions) = (Names::default(), RefCell::new(BTreeSet::new()));
        self.mutate_with(
            &ids,
            &plan,
            &mut |draft, planning| {
                let found = find(planning.snapshot, planning.settings, &draft.old, how.slug)?;
                versions.borrow_mut().insert(version(&found));
                self.answer(draft, planning, &found, how, &names)
            },
            &mut |_, _| {
                let trailers = versions.take().into_iter().map(|version| ("Loket-Pattern", version));
                Ok(Extra { trailers: trailers.collect(), ..Extra::default() })
            },
        )
    }

    fn answer(
        &self,
        draft: &mut Draft,
        planning: &Planning<'_>,
        found: &Found,
        how: &FromPattern<'_>,
        names: &Names,
    ) -> Result<()> {
        let values = self.values(planning.snapshot, planning.settings, planning.agent, &draft.old, names)?;
        let made = rendered(found, &values)?;
        let deviates = how.text.as_ref().is_some_and(|text| text.trim_end() != made.trim_end());
        draft.words.push(Words {
            text: how.text.clone().unwrap_or(made),
            visibility: Visibility::Public,
            files: how.files.clone(),
            author: planning.agent.handle.clone(),
            channel: how.channel.clone(),
            origin: Some(Origin { pattern: how.slug.to_owned(), deviates }),
            automatic: false,
        });
        status::opens(&mut draft.new);
        for (key, value) in &found.pattern.set {
            let assignment = parse_assignment(&format!("{key}={value}"));
            assignment
                .and_then(|one| apply(&mut draft.new, planning, &one))
                .map_err(|trouble| of_pattern(trouble, found))?;
        }
        finish(draft, planning, found, how.then);
        Ok(())
    }

    /// What the placeholders of a template stand for.
    fn values(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        agent: &Agent,
        ticket: &Ticket,
        names: &Names,
    ) -> Result<Values> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let requester = text(&ticket.requester);
        let mut values = Values::default();
        values.put("ticket.id", ticket.id.as_str());
        values.put("ticket.title", &ticket.title);
        values.put("ticket.status", &ticket.status);
        values.put("ticket.priority", ticket.priority.name());
        values.put("ticket.type", text(&ticket.kind));
        values.put("ticket.created", ticket.created.to_string());
        values.put("ticket.team", text(&ticket.team));
        values.put("ticket.assignee", text(&ticket.assignee));
        values.put("ticket.language", ticket.language.as_ref().unwrap_or(&settings.language));
        values.put("requester.name", names.of(self, snapshot, &requester)?);
        values.put("requester.email", requester);
        values.put("agent.name", &agent.name);
        values.put("agent.handle", &agent.handle);
        values.put("desk.name", &settings.desk);
        values.put("desk.email", text(&settings.mail.address));
        Ok(values)
    }
}

/// What the desk itself says of a ticket by a pattern.
pub(super) fn automatic(planning: &Planning<'_>, ticket: &Ticket, slug: &str) -> Result<String> {
    let found = find(planning.snapshot, planning.settings, ticket, slug)?;
    let Planning { here, snapshot, settings, agent, .. } = planning;
    rendered(&found, &here.values(snapshot, settings, agent, ticket, &Names::default())?)
}

/// The pattern in the ticket's language.
fn find(snapshot: &Snapshot<'_>, settings: &Settings, ticket: &Ticket, slug: &str) -> Result<Found> {
    let own = ticket.language.as_deref();
    let languages: Vec<&str> = own.into_iter().chain([settings.language.as_str()]).collect();
    patterns::answering(snapshot, slug, &languages)
}

/// The answer a pattern makes, which says something.
fn rendered(found: &Found, values: &Values) -> Result<String> {
    let response = &found.pattern.response;
    let text = template::render(response, values).map_err(|fault| found.failure(&fault))?;
    let text = text.trim_end();
    if text.trim().is_empty() {
        let said = format!("{}:{}: the response says nothing", found.path, response.line);
        return Err(Failure::error(said).hint("write one with `loket pattern edit`").in_file(&found.path).into());
    }
    Ok(format!("{text}\n"))
}

/// Which pattern was used, in which version.
fn version(found: &Found) -> String {
    let object: String = found.object.to_string().chars().take(12).collect();
    format!("{}@{object}", found.pattern.slug)
}

/// What a pattern sets that the desk does not know is wrong in the pattern's file, not on the command line.
fn of_pattern(trouble: anyhow::Error, found: &Found) -> anyhow::Error {
    match trouble.downcast::<Failure>() {
        Ok(failure) => {
            let message = format!("{}: set: {}", found.path, failure.message);
            Failure { kind: Kind::Error, message, ..failure }.in_file(&found.path).into()
        }
        Err(trouble) => trouble,
    }
}

/// Leaves the ticket as it was asked for, else as the pattern says.
fn finish(draft: &mut Draft, planning: &Planning<'_>, found: &Found, asked: Option<State>) {
    match (asked, found.pattern.then) {
        (Some(state), _) => put(draft, planning, state),
        (None, Then::Wait) => put(draft, planning, State::Waiting),
        (None, Then::Solve) => put(draft, planning, State::Solved),
        (None, Then::Escalate) => escalate(draft, planning, &found.pattern.slug),
        (None, Then::None) => {}
    }
}

/// Gives the ticket to the second line, and tells the desk why.
fn escalate(draft: &mut Draft, planning: &Planning<'_>, slug: &str) {
    if to_second_line(draft, None) {
        draft.words.push(Words {
            text: format!("Escalated after pattern {slug}.\n"),
            visibility: Visibility::Internal,
            files: Vec::new(),
            author: planning.agent.handle.clone(),
            channel: None,
            origin: None,
            automatic: false,
        });
    }
}
