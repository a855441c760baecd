//! Messages that belong to a ticket: what they add to it, and what they do to its status.

use super::find::{Place, Via};
use super::take::{Letter, Sender, Taker};
use crate::domain::comment::{Mail, Visibility};
use crate::domain::ticket::{Link, Relation, State, Ticket};
use crate::failure::Result;
use crate::mail::classify::Class;
use crate::view::mail::{IngestView, StatusStep};
use crate::workflow::status::{self, Answer};

impl Taker<'_, '_> {
    /// A message that belongs to a ticket.
    pub(super) fn answer(&mut self, mut letter: Letter<'_>, mut place: Place) -> Result<IngestView> {
        letter.view.via = Some(place.via.name());
        self.join(&mut letter, &mut place)?;
        if matches!(letter.class, Class::Bounce(_)) {
            return self.bounced(letter, &place);
        }
        if let Sender::Agent(agent) = letter.sender.clone() {
            return self.agent_says(letter, &place, &agent);
        }
        let internal = place.internal || matches!(letter.sender, Sender::Claimed);
        let old = self.stage.open(&place.ticket)?.ticket.clone();
        let speaks = letter.is_human() && !internal;
        let answer = match speaks {
            true => {
                let since = self.solved_since(&old)?;
                status::requester_answers(&old.status, &self.ground.settings, since, self.stage.here.now)
            }
            false => Answer::Stays,
        };
        match answer {
            Answer::NewTicket => return self.follow_up(letter, &old),
            Answer::Rejected => return self.reject(letter, &old),
            Answer::Opens | Answer::Stays => {}
        }
        let mut flags = letter.flags();
        if matches!(letter.sender, Sender::Claimed) {
            letter.warn(format!(
                "{} is an agent's address, but nothing vouches for the sender: taken as internal",
                letter.from.email
            ));
        } else if !self.takes_part(&letter.from.email, &place.ticket)? {
            flags.push("stranger".to_owned());
            let joins = if speaks { " and joins it" } else { "" };
            letter.warn(format!("{} had no part in {}{joins}", letter.from.email, place.ticket));
        }
        if speaks {
            // Whoever knows the number of a ticket and puts a participant's address on a message invites nobody.
            let invites = place.via != Via::Subject || self.is_vouched_for(&letter);
            self.bring_along(&letter, &place.ticket, invites)?;
        }
        let visibility = if internal { Visibility::Internal } else { Visibility::Public };
        let mail = Mail { flags, unsent: self.to_be_told(&letter, &old, speaks), ..Mail::default() };
        let author = letter.from.email.clone();
        self.comment(&mut letter, &place.ticket, author, visibility, mail, &[])?;
        if answer == Answer::Opens {
            let settings = &self.ground.settings;
            let kept = self.stage.change(&place.ticket)?;
            status::enter(&mut kept.ticket, status::status_of(State::Open), settings);
        }
        letter.view.action = "follow-up";
        Ok(self.told(letter, &old))
    }

    /// The agents who are told that the requester has written.
    pub(super) fn to_be_told(&self, letter: &Letter<'_>, ticket: &Ticket, speaks: bool) -> Vec<String> {
        let assignee = ticket.assignee.as_deref().filter(|_| speaks);
        let agent = assignee.and_then(|handle| self.ground.people.iter().find(|agent| agent.handle == handle));
        let agent = agent.filter(|agent| !agent.emails.is_empty() && !agent.has_email(&letter.from.email));
        agent.map(|agent| agent.handle.clone()).into_iter().collect()
    }

    /// An answer to a ticket that stays closed.
    pub(super) fn follow_up(&mut self, mut letter: Letter<'_>, old: &Ticket) -> Result<IngestView> {
        letter.warn(format!("{} is {}: the message became a ticket of its own", old.id, old.status));
        let links = vec![Link { relation: Relation::RelatedTo, id: old.id.clone() }];
        letter.view.action = "follow-up-new";
        self.open_ticket(letter, links)
    }

    /// An answer where the desk takes none.
    pub(super) fn reject(&mut self, mut letter: Letter<'_>, old: &Ticket) -> Result<IngestView> {
        letter.view.ticket = Some(old.id.to_string());
        if !self.keep_ignored(&letter)? {
            letter.view.action = "duplicate";
            return Ok(letter.view);
        }
        letter.view.action = "rejected";
        letter.warn(format!("{} is {}, and this desk takes no answers then", old.id, old.status));
        if self.may_answer(&letter) {
            let unsent = format!("rejection {}", letter.from.email);
            let kept = self.stage.change(&old.id)?;
            if !kept.ticket.unsent.contains(&unsent) {
                kept.ticket.unsent.push(unsent);
            }
        }
        Ok(letter.view)
    }

    /// Tells what became of the status.
    pub(super) fn told(&mut self, mut letter: Letter<'_>, old: &Ticket) -> IngestView {
        let now = self.stage.find(&old.id).ok().flatten().map(|kept| kept.ticket.status.clone());
        letter.view.status =
            now.filter(|now| *now != old.status).map(|to| StatusStep { from: Some(old.status.clone()), to });
        letter.view
    }
}
