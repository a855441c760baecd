//! The links to somebody's tickets, by mail to their own address.

use crate::desk::Here;
use crate::desk::list::Wanted;
use crate::desk::portal::{link_of, token_of};
use crate::desk::{mutate, send};
use crate::domain::ticket::State;
use crate::failure::{Failure, Result};
use crate::format::html;
use crate::mail::outbound::{Letter, Mailbox, is_address};
use crate::transport::{Connection, Envelope, Route};

use super::words::words;
use super::{Way, credentials, route};

/// The most tickets of one mail.
const MOST: usize = 30;

impl Here {
    /// Sends the links to the tickets that came from an address to it; false where there are none. What strangers wrote
    /// in them is not in the mail.
    pub fn send_links(&self, email: &str, language: &str, way: &Way) -> Result<bool> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let own = settings.mail.own().iter().any(|own| own.eq_ignore_ascii_case(email));
        if own || !is_address(email) || email.contains(['"', '\\']) {
            return Ok(false);
        }
        let query = format!("requester:\"{email}\"");
        let wanted =
            Wanted { query: Some(query), sort: Some("-created".into()), limit: Some(MOST), ..Wanted::default() };
        let mut lines = String::new();
        for row in self.list(&wanted)?.rows {
            if row.state == State::Discarded
                || !row.requester.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email))
            {
                continue;
            }
            let Ok(id) = row.id.parse() else { continue };
            let ticket = mutate::open(&snapshot, &id)?.old;
            let link = token_of(&self.signer()?, &ticket).and_then(|token| link_of(&settings, &token));
            let Some(link) = link else { continue };
            lines += &format!("- {id}: {link}\n");
        }
        if lines.is_empty() {
            return Ok(false);
        }
        let Some(address) = settings.mail.address.clone() else { return Err(send::no_address()) };
        let said = words(language);
        let text = format!("{}\n\n{lines}", said.links.replace("{desk}", &settings.desk));
        let host = address.rsplit_once('@').map_or("localhost", |(_, host)| host).to_owned();
        let letter = Letter {
            from: Mailbox { name: settings.mail.name.clone().unwrap_or_else(|| settings.desk.clone()), email: address },
            to: vec![Mailbox { name: String::new(), email: email.to_owned() }],
            subject: said.links_subject.replace("{desk}", &settings.desk),
            message_id: format!("links.{}.{}@{host}", self.now.as_second(), self.tail(10)),
            date: self.now.as_second(),
            html: html::message(language, &text),
            text,
            headers: vec![("Auto-Submitted", "auto-generated".into()), ("X-Auto-Response-Suppress", "All".into())],
            ..Letter::default()
        };
        let envelope = Envelope { from: None, to: vec![email.to_owned()] };
        let place = route(&settings.mail, way)?;
        let credentials = match (&place, way) {
            (Route::Smtp { user, .. }, Way::Settings { password }) => {
                credentials(&settings.mail, user.as_deref(), password.as_deref())?
            }
            _ => None,
        };
        let failed = |trouble: crate::transport::Trouble| Failure::error(format!("no mail was sent: {trouble}"));
        let mut connection = Connection::open(&place, credentials).map_err(failed)?;
        connection.send(&envelope, &letter.render()).map_err(failed)?;
        Ok(true)
    }
}
