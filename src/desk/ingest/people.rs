//! Who takes part in a ticket, and who may be answered.

use super::take::{Letter, Sender, Taker};
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::format::layout;
use crate::mail::classify::suppresses_answers;
use crate::mail::{authentic, outbound};

/// The most participants a message may bring along.
const MOST_PARTICIPANTS: usize = 50;

impl Taker<'_, '_> {
    /// Whether the desk's mail server says that the sender is who it says.
    pub(super) fn is_vouched_for(&self, letter: &Letter<'_>) -> bool {
        let authserv = self.ground.settings.mail.authserv.as_deref().unwrap_or_default();
        authentic::verdict(&letter.message, authserv).passed()
    }

    /// Whether somebody has a part in a ticket, with any address of theirs.
    pub(super) fn takes_part(&mut self, address: &str, id: &TicketId) -> Result<bool> {
        let kept = self.stage.open(id)?;
        if kept.has_participant(address) {
            return Ok(true);
        }
        let others = self.known.reader.customers_with(address)?;
        Ok(others.iter().flat_map(|row| &row.emails).any(|other| kept.has_participant(other)))
    }

    /// Whom a message was sent to, less the desk, its agents and the requester.
    pub(super) fn participants(&self, letter: &Letter<'_>, requester: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for address in letter.message.to.iter().chain(&letter.message.cc).map(|address| &address.email) {
            let other = !self.ground.is_own(address) && self.ground.agent(address).is_none();
            if other && address != requester && outbound::is_address(address) && !found.contains(address) {
                found.push(address.clone());
            }
        }
        found.truncate(MOST_PARTICIPANTS);
        found
    }

    /// Lets the sender of an answer take part in the ticket, and whom they send it to if they may invite.
    pub(super) fn bring_along(&mut self, letter: &Letter<'_>, id: &TicketId, invites: bool) -> Result<()> {
        let kept = self.stage.open(id)?;
        let requester = kept.ticket.requester.clone().unwrap_or_default();
        let takes_part = kept.has_participant(&letter.from.email);
        let known: Vec<String> = kept.ticket.cc.iter().map(|address| address.to_lowercase()).collect();
        let mut new = vec![letter.from.email.clone()];
        if takes_part && invites {
            new.extend(self.participants(letter, &requester));
        }
        new.retain(|address| {
            let other = !self.ground.is_own(address) && self.ground.agent(address).is_none();
            other && !requester.eq_ignore_ascii_case(address) && !known.contains(address)
        });
        new.truncate(MOST_PARTICIPANTS.saturating_sub(known.len()));
        if !new.is_empty() {
            self.stage.change(id)?.ticket.cc.extend(new);
        }
        Ok(())
    }

    /// The language the desk writes to somebody in.
    pub(super) fn language(&self, address: &str) -> Option<String> {
        let rows = self.known.reader.customers_with(address).ok()?;
        rows.into_iter().find_map(|row| {
            let bytes = self.stage.snapshot.file(&layout::customer(&row.key)).ok()??;
            crate::format::customer::parse(&row.key, &bytes).ok()?.language
        })
    }

    /// Whether a machine of ours may answer the sender.
    pub(super) fn may_answer(&self, letter: &Letter<'_>) -> bool {
        letter.is_human()
            && !suppresses_answers(&letter.message)
            && outbound::is_address(&letter.from.email)
            && !self.ground.is_own(&letter.from.email)
            && !matches!(letter.sender, Sender::Claimed)
    }
}
