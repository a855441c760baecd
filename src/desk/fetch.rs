//! `mail fetch`: messages of an IMAP mailbox, each marked there only when it is safe here.

use std::collections::HashSet;
use std::time::Duration;

use super::Here;
use super::ingest::{Batch, Offered};
use super::send::credentials;
use crate::domain::settings::MailSettings;
use crate::failure::{Failure, Kind, Result};
use crate::transport::imap::{self, Fetched, Place, Session, Then, Trouble};
use crate::view::mail::IngestView;

/// What becomes of a message on the server once it is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    MarkSeen,
    Delete,
    Move(String),
}

/// How mail is fetched.
#[derive(Debug)]
pub struct Fetch {
    pub after: After,
    /// Of the environment.
    pub password: Option<String>,
}

/// An open mailbox.
pub struct Mailbox {
    session: Session,
    then: Then,
    place: String,
}

impl Here {
    /// Opens the mailbox that the settings name.
    pub fn open_mailbox(&self, fetch: &Fetch) -> Result<Mailbox> {
        let mail = self.settings(&self.present()?)?.mail;
        let place = place(&mail)?;
        let given = credentials(&mail, place.user.as_deref(), fetch.password.as_deref())?;
        let given = given.ok_or_else(|| {
            Failure::error("loket.yaml: mail.imap names no user").hint("write it like imaps://support@mail.example.com")
        })?;
        let session = Session::open(&place, &given).map_err(|trouble| of_server(&trouble))?;
        let then = match &fetch.after {
            After::MarkSeen => Then::Seen,
            After::Delete => Then::Delete,
            After::Move(folder) => Then::Move(folder.clone()),
        };
        Ok(Mailbox { session, then, place: format!("{}/{}", place.host, place.folder) })
    }

    /// Takes all messages nobody has seen. A message that cannot be taken now stays unseen on the server.
    pub fn fetch_mail(&self, mailbox: &mut Mailbox, told: &mut dyn FnMut(&IngestView) -> Result<()>) -> Result<Batch> {
        let mut batch = Batch::default();
        let place = mailbox.place.clone();
        let mut store = |chunk: Vec<Fetched>| self.store(&place, chunk, &mut batch, told);
        let fetched = mailbox.session.fetch(&mailbox.then, &mut store);
        match fetched {
            Ok(summary) => {
                batch.warnings.extend(summary.warnings);
                let left = summary.left.into_iter();
                batch.failed.extend(left.map(|left| (format!("{place} uid {}", left.uid), left.why)));
                Ok(batch)
            }
            Err(imap::Failure::Mailbox(trouble)) => Err(of_server(&trouble)),
            Err(imap::Failure::Store(trouble)) => Err(trouble),
        }
    }

    /// Takes a chunk of messages; gives those that are safe.
    fn store(
        &self,
        place: &str,
        chunk: Vec<Fetched>,
        batch: &mut Batch,
        told: &mut dyn FnMut(&IngestView) -> Result<()>,
    ) -> Result<Vec<u32>> {
        let named = |uid: u32| format!("{place} uid {uid}");
        let uids: Vec<u32> = chunk.iter().map(|one| one.uid).collect();
        let offered = chunk.into_iter().map(|one| Offered { place: named(one.uid), raw: one.raw }).collect::<Vec<_>>();
        let before = batch.failed.len();
        self.ingest_offered(&offered, batch, told)?;
        let failed: HashSet<&String> = batch.failed[before..].iter().map(|(place, _)| place).collect();
        Ok(uids.into_iter().filter(|uid| !failed.contains(&named(*uid))).collect())
    }
}

impl Mailbox {
    /// Waits until there may be something new, or the time is over.
    pub fn wait(&mut self, at_most: Option<Duration>) -> Result<bool> {
        self.session.wait(at_most).map_err(|trouble| of_server(&trouble))
    }

    pub fn close(self) {
        self.session.close();
    }
}

fn place(mail: &MailSettings) -> Result<Place> {
    let url = mail.imap.as_deref().ok_or_else(|| {
        Failure::error("this desk has no mailbox to fetch from")
            .hint("write it into loket.yaml, and commit: mail: {imap: \"imaps://support@mail.example.com\"}")
    })?;
    Place::parse(url).map_err(|said| Failure::error(format!("loket.yaml: mail.imap: {said}")).into())
}

/// Trouble with the server; what may pass is worth another try.
fn of_server(trouble: &Trouble) -> anyhow::Error {
    let kind = if trouble.is_temporary() { Kind::Later } else { Kind::Error };
    Failure::new(kind, format!("mail cannot be fetched: {trouble}")).into()
}
