//! How long a ticket has been solved, read from the history as far as that matters.

use jiff::{SignedDuration, Timestamp};

use super::take::Taker;
use crate::domain::ticket::{State, Ticket};
use crate::failure::Result;
use crate::format::{layout, ticket};

impl Taker<'_, '_> {
    /// Since when a solved ticket has been so. Beyond the days within which an answer opens it, any older moment is
    /// as good as the true one, so that no more of the history is read than that.
    pub(super) fn solved_since(&self, ticket: &Ticket) -> Result<Option<Timestamp>> {
        let settings = &self.ground.settings;
        if settings.state(&ticket.status) != Some(State::Solved) {
            return Ok(None);
        }
        let events = self.known.reader.events_of(&ticket.id)?;
        if let Some(first) = events.first() {
            let changed = events.iter().rev().find(|event| event.changes.iter().any(|change| change.field == "status"));
            return Ok(Some(changed.unwrap_or(first).date));
        }
        let limit = self.stage.here.now - SignedDuration::from_hours(24 * i64::from(settings.reopen_days));
        self.walk_back(ticket, limit)
    }

    fn walk_back(&self, ticket: &Ticket, limit: Timestamp) -> Result<Option<Timestamp>> {
        let (desk, snapshot) = (&self.stage.here.desk, self.stage.snapshot);
        let Some(head) = snapshot.commit else { return Ok(None) };
        let (mut since, mut read) = (None, None);
        desk.walk_back(head, &layout::ticket(&ticket.id), &mut |date, object| {
            let Some(object) = object else { return Ok(false) };
            if read != Some(object) {
                let status = ticket::parse(&ticket.id, &snapshot.read(object)?).ok().map(|file| file.ticket.status);
                if status.as_deref() != Some(ticket.status.as_str()) {
                    return Ok(false);
                }
                read = Some(object);
            }
            since = Some(date);
            Ok(date >= limit)
        })?;
        Ok(since)
    }
}
