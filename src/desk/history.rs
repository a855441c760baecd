//! `log`: the audit trail.

use jiff::Timestamp;

use super::Here;
use crate::domain::event::Event;
use crate::domain::person::{Agent, handle_address};
use crate::failure::Result;
use crate::search::Level;
use crate::store::Person;
use crate::view::log::{AuthorView, LogView};

/// What of the audit trail is wanted.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// A ticket as typed; all where none is named.
    pub id: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
    pub field: Option<String>,
    /// A handle, or an address.
    pub agent: Option<String>,
}

impl Here {
    /// Who changed what when, oldest first; and whether the clone lacks part of the history.
    pub fn log(&self, trail: &Trail) -> Result<(Vec<LogView>, bool)> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let since = trail
            .since
            .as_deref()
            .map(|text| self.date(&settings, "--since", text))
            .transpose()?
            .map(|(start, _)| start);
        let until =
            trail.until.as_deref().map(|text| self.date(&settings, "--until", text)).transpose()?.map(|(_, end)| end);
        let id = trail.id.as_deref().map(|typed| self.resolve(&snapshot, &settings, typed)).transpose()?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let mut events = Vec::new();
        match &id {
            Some(id) => events = reader.events_of(id)?,
            None => reader.each_event(since, &mut |event| events.push(event))?,
        }
        events.retain(|event| within(event, since, until) && concerns(event, trail.field.as_deref()));
        events.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.ticket.cmp(&b.ticket)));
        let views = events.into_iter().map(|event| {
            let agent = agent_of(&event.email, &people);
            LogView::of(event, agent)
        });
        let views = views.filter(|view| trail.agent.as_deref().is_none_or(|agent| is_by(view, agent))).collect();
        Ok((views, self.desk.is_shallow()))
    }
}

fn within(event: &Event, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    since.is_none_or(|since| event.date >= since) && until.is_none_or(|until| event.date < until)
}

/// Whether an event changed a field; `field.product` and `product` both name a custom one.
fn concerns(event: &Event, field: Option<&str>) -> bool {
    field.is_none_or(|field| {
        let named = |name: &str| name == field || name.strip_prefix("field.") == Some(field);
        event.changes.iter().any(|change| named(&change.field))
    })
}

fn is_by(view: &LogView, agent: &str) -> bool {
    view.author.agent.as_deref() == Some(agent) || view.author.email.eq_ignore_ascii_case(agent)
}

/// Who made a commit, as people know them.
pub fn author_view(person: &Person, people: &[Agent]) -> AuthorView {
    let agent = agent_of(&person.email, people);
    AuthorView { name: person.name.clone(), email: person.email.clone(), agent }
}

/// The handle of the agent whose address a commit carries.
pub fn agent_of(email: &str, people: &[Agent]) -> Option<String> {
    let known = people.iter().find(|agent| agent.has_email(email) || handle_address(&agent.handle) == email);
    let named = || email.strip_suffix(&handle_address("")).filter(|handle| !handle.is_empty()).map(str::to_owned);
    known.map(|agent| agent.handle.clone()).or_else(named)
}
