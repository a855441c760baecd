//! `escalate`: to the second line, and back.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Here;
use super::assign::known_team;
use super::mutate::{self, Draft, Plan};
use super::resolve::Selection;
use super::set::put;
use super::talk::Message;
use crate::domain::event::Event;
use crate::domain::id::TicketId;
use crate::domain::settings::Settings;
use crate::domain::ticket::State;
use crate::failure::Result;
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::mutation::MutationView;
use crate::workflow::status;

impl Here {
    /// Gives tickets to the second line, with a reason. Where it has them already, only the reason is added.
    pub fn escalate(
        &self,
        selection: &Selection,
        to: Option<&str>,
        hold: bool,
        message: &Message,
        dry_run: bool,
    ) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        if let Some(team) = to {
            known_team(team, &self.people(&snapshot)?)?;
        }
        let what = to.map_or("escalate".to_owned(), |team| format!("escalate to @{team}"));
        let plan = Plan { command: "escalate", what, dry_run, reason: None, unguarded: false };
        self.mutate(&ids, &plan, |draft, planning| {
            draft.words.push(message.words(planning));
            if to_second_line(draft, to) && hold {
                put(draft, planning, State::Hold);
            }
            Ok(())
        })
    }

    /// Returns tickets to the first line, as open, to the team they came from.
    pub fn escalate_back(&self, selection: &Selection, message: &Message, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let mut teams = HashMap::new();
        for id in &ids {
            teams.insert(id.clone(), team_before(&reader.events_of(id)?));
        }
        let plan = Plan {
            command: "escalate",
            what: "back to the first line".into(),
            dry_run,
            reason: None,
            unguarded: false,
        };
        self.mutate(&ids, &plan, |draft, planning| {
            draft.words.push(message.words(planning));
            if draft.old.line == 2 {
                draft.new.line = 1;
                draft.new.assignee = None;
                if let Some(team) = teams.get(draft.id()).cloned().flatten() {
                    draft.new.team = team;
                }
                status::enter(&mut draft.new, status::status_of(State::Open), planning.settings);
            }
            Ok(())
        })
    }

    /// Since when a ticket has been solved or closed, as far as the history says; a closing after a solve is no other.
    pub(super) fn ended_since(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        id: &TicketId,
    ) -> Result<Option<Timestamp>> {
        let life = self.reader(snapshot, settings, Level::Timeline)?.life_of(id)?;
        Ok(life.and_then(|life| life.solves().last().copied()))
    }

    /// Since when those of the tickets that are solved have been so, as far as the history says.
    pub(super) fn solved_since(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        ids: &[TicketId],
    ) -> Result<HashMap<TicketId, Timestamp>> {
        let mut solved = Vec::new();
        for id in ids {
            let status = mutate::open(snapshot, id)?.old.status;
            if settings.state(&status) == Some(State::Solved) {
                solved.push(id);
            }
        }
        let mut since = HashMap::new();
        if solved.is_empty() {
            return Ok(since);
        }
        let reader = self.reader(snapshot, settings, Level::Timeline)?;
        for id in solved {
            let events = reader.events_of(id)?;
            let changed = events.iter().rev().find(|event| event.changes.iter().any(|change| change.field == "status"));
            since.extend(changed.or(events.first()).map(|event| (id.clone(), event.date)));
        }
        Ok(since)
    }
}

/// Gives a draft to the second line, or to a team there; false where it has it already.
pub(super) fn to_second_line(draft: &mut Draft, team: Option<&str>) -> bool {
    if draft.old.line == 2 {
        return false;
    }
    draft.new.line = 2;
    draft.new.assignee = None;
    draft.new.team = team.map(str::to_owned).or(draft.new.team.take());
    true
}

/// The team a ticket had before the second line got it; `None` where that is not known.
fn team_before(events: &[Event]) -> Option<Option<String>> {
    let went = events
        .iter()
        .rev()
        .find(|event| event.changes.iter().any(|change| change.field == "line" && change.to == 2))?;
    let team = went.changes.iter().find(|change| change.field == "team")?;
    Some(team.from.as_str().map(str::to_owned))
}
