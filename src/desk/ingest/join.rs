//! A message that belongs to several tickets: they are merged, or linked.

use super::find::Place;
use super::take::{Letter, Sender, Taker};
use crate::desk::stage::Stage;
use crate::domain::id::TicketId;
use crate::domain::ticket::{Link, Relation, State, Ticket};
use crate::failure::Result;
use crate::workflow::status;

impl Taker<'_, '_> {
    /// Merges or links the tickets that a message belongs to alike.
    pub(super) fn join(&mut self, letter: &mut Letter<'_>, place: &mut Place) -> Result<()> {
        for other in std::mem::take(&mut place.also) {
            let (a, b) = (place.ticket.clone(), other);
            if a == b {
                continue;
            }
            let age = |stage: &mut Stage<'_>, id: &TicketId| {
                Ok::<_, anyhow::Error>((stage.open(id)?.ticket.created, id.clone()))
            };
            let (older, younger) = if age(self.stage, &a)? <= age(self.stage, &b)? {
                (a.clone(), b.clone())
            } else {
                (b.clone(), a.clone())
            };
            if self.may_merge(letter, &a, &b)? {
                let settings = &self.ground.settings;
                let kept = self.stage.change(&younger)?;
                kept.ticket.merged_into = Some(older.clone());
                status::enter(&mut kept.ticket, status::status_of(State::Closed), settings);
                letter.warn(format!("the message joins {younger} to {older}: {younger} was merged into {older}"));
                place.ticket = older;
            } else {
                let link = Link { relation: Relation::RelatedTo, id: b.clone() };
                let back = Link { relation: Relation::RelatedTo, id: a.clone() };
                let linked = self.stage.open(&b)?.ticket.links.contains(&back);
                if !linked && !self.stage.open(&a)?.ticket.links.contains(&link) {
                    self.stage.change(&a)?.ticket.links.push(link);
                }
                letter.warn(format!("the message belongs to {b} as well as to {a}: they are linked"));
            }
        }
        Ok(())
    }

    /// Whether two tickets are one: both are live, somebody takes part in both, and the sender in one of them.
    pub(super) fn may_merge(&mut self, letter: &Letter<'_>, a: &TicketId, b: &TicketId) -> Result<bool> {
        let state = |ticket: &Ticket| self.ground.settings.state(&ticket.status).unwrap_or(State::Open);
        let live = state(&self.stage.open(a)?.ticket).is_live() && state(&self.stage.open(b)?.ticket).is_live();
        let of_a: Vec<String> = self.stage.open(a)?.participants().map(str::to_lowercase).collect();
        let of_b: Vec<String> = self.stage.open(b)?.participants().map(str::to_lowercase).collect();
        let theirs = match &letter.sender {
            Sender::Agent(_) => true,
            Sender::Claimed => false,
            Sender::Outside => of_a.contains(&letter.from.email) || of_b.contains(&letter.from.email),
        };
        // Whoever wrote what another ticket has been waiting for has a part in that ticket.
        let awaited = self.known.with(self.made, &letter.message.message_id, false)?;
        let awaited = awaited.contains(a) || awaited.contains(b);
        let shared = of_a.iter().any(|address| of_b.contains(address));
        Ok(live && shared && (theirs || (awaited && matches!(letter.sender, Sender::Outside))))
    }
}
