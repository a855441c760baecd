//! Tickets as their requesters see them, by links that nobody can guess.

use crate::desk::show::public_page;
use crate::desk::{Here, mutate};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::settings::Settings;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::mail::sign::Signer;
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::portal::PublicTicket;

const KIND: &str = "portal-link";

/// Stands for the right to see one ticket as its requester: `261122-7k2qm-` and 128 signed bits.
fn signed(ticket: &Ticket) -> Option<String> {
    let requester = ticket.requester.as_deref()?.to_lowercase();
    Some(format!("{}\0{requester}\0{}", ticket.id, ticket.portal_link))
}

/// The token of a ticket; `None` where nobody asked.
pub fn token_of(signer: &Signer, ticket: &Ticket) -> Option<String> {
    Some(format!("{}-{}", ticket.id, signer.token(KIND, &signed(ticket)?)))
}

/// The address of a ticket's page.
pub fn link_of(settings: &Settings, token: &str) -> Option<String> {
    settings.portal.url.as_ref().map(|url| format!("{url}/t/{token}"))
}

impl Here {
    /// The ticket a token stands for, merges aside; `None` for one that never was a token, and for one taken back.
    pub(super) fn ticket_of_token(&self, snapshot: &Snapshot<'_>, token: &str) -> Result<Option<Ticket>> {
        let Some((id, signature)) = token.rsplit_once('-') else { return Ok(None) };
        let Ok(id) = id.parse::<TicketId>() else { return Ok(None) };
        let ticket = snapshot.ticket(&id)?.and_then(|folder| folder.file.ok()).map(|file| file.ticket);
        let Some(ticket) = ticket else { return Ok(None) };
        let known = signed(&ticket)
            .is_some_and(|text| self.signer().is_ok_and(|signer| signer.is_token(KIND, &text, signature)));
        Ok(known.then_some(ticket))
    }

    /// The ticket that is spoken of with a token: where it was merged into another of the same requester, that one.
    pub(super) fn ticket_meant(&self, snapshot: &Snapshot<'_>, ticket: &Ticket) -> Result<TicketId> {
        let root = self.root(snapshot, &ticket.id)?;
        if root == ticket.id {
            return Ok(root);
        }
        // What somebody else asked is not shown to who holds a link to what was merged into it.
        let theirs = mutate::open(snapshot, &root)?.old.requester;
        let same = theirs.zip(ticket.requester.as_ref()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
        Ok(if same { root } else { ticket.id.clone() })
    }

    /// A ticket as its requester may see it.
    pub fn public_ticket(&self, token: &str) -> Result<Option<PublicTicket>> {
        let snapshot = self.snapshot()?;
        let Some(ticket) = self.ticket_of_token(&snapshot, token)? else { return Ok(None) };
        let id = self.ticket_meant(&snapshot, &ticket)?;
        let settings = self.settings(&snapshot)?;
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let shown = self.page(&snapshot, &settings, &reader, &[], &id, false)?;
        let mut public = PublicTicket::of(public_page(shown.page));
        let people = self.people(&snapshot)?;
        for message in &mut public.messages {
            // What was quoted is above already.
            message.text = fold::visible(&message.text).to_owned();
            if let Some(agent) = people.iter().find(|agent| agent.handle == message.author) {
                message.author.clone_from(&agent.name);
            }
        }
        Ok(Some(public))
    }

    /// A file that is shown with a ticket: its content.
    pub fn public_file(&self, token: &str, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(ticket) = self.public_ticket(token)? else { return Ok(None) };
        let file = ticket.messages.into_iter().flat_map(|message| message.files).find(|file| file.name == name);
        match file {
            Some(file) => self.snapshot()?.file(&file.path),
            None => Ok(None),
        }
    }

    /// `portal link`: the address of a ticket's page; with `revoke` a new one, which ends those before.
    pub fn portal_link(&self, typed: &str, revoke: bool) -> Result<String> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        if settings.portal.url.is_none() {
            return Err(Failure::error("the portal has no address")
                .hint("write it into loket.yaml, and commit: portal: {url: https://help.example.com}")
                .into());
        }
        if revoke {
            let what = "link taken back".to_owned();
            let plan = mutate::Plan { command: "portal link", what, dry_run: false, reason: None, unguarded: true };
            self.mutate(std::slice::from_ref(&id), &plan, |draft, _| {
                draft.new.portal_link += 1;
                Ok(())
            })?;
        }
        let ticket = mutate::open(&self.desk.head()?, &id)?.old;
        let token = token_of(&self.signer()?, &ticket)
            .ok_or_else(|| Failure::refused(format!("{id} has no requester, who could be given a link")))?;
        link_of(&settings, &token).ok_or_else(|| Failure::error("the portal has no address").into())
    }
}
