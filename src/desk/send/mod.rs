//! `mail send`: what agents have answered, acknowledgements, and what agents are told, out over the desk's way for mail.
//! The tickets themselves say what is to be sent; that it was sent is noted in them.

mod letter;
mod links;
mod queue;
mod record;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Here;
use super::ingest::bounced;
use super::stage::{Kept, Stage};
use crate::domain::id::TicketId;
use crate::domain::person::handle_address;
use crate::domain::settings::{MailRoute, MailSettings, Settings};
use crate::failure::{Failure, Result};
use crate::format::ticket::render_instant;
use crate::mail::bounce::{BounceKind, kind_of_answer};
use crate::search::Level;
use crate::store::{Change, Lock, Person};
use crate::transport::{self, Connection, Credentials, Route, Trouble};
use crate::view::mail::{SendFailure, SendView};
use letter::{Desk, Made, Outcome};
use queue::{Due, Waiting};
use record::{Automatic, Record};

/// What stands in place of a date where nobody can be reached.
const UNDELIVERABLE: &str = "undeliverable";
/// So many messages are noted in one commit.
const CHUNK: usize = 50;

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Way {
    /// As `loket.yaml` says; with the password of the environment, where there is one.
    Settings { password: Option<String> },
    /// Into a folder, to be looked at; nothing is noted.
    Folder(PathBuf),
    /// Nowhere: all that is due was sent in another way, and is noted as that.
    Elsewhere,
}

impl Here {
    /// Sends all that is due.
    pub fn send_mail(&self, way: &Way) -> Result<SendView> {
        let records = !matches!(way, Way::Folder(_));
        let _lock = records.then(|| Lock::wait_for_sending(self.desk.state())).transpose()?;
        if records {
            let before = self.sent_before()?;
            self.note_in_tickets(&before)?;
        }
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let tickets = reader.outbox()?;
        if tickets.is_empty() {
            return Ok(SendView::default());
        }
        let address = match (&settings.mail.address, way) {
            (Some(address), _) => address.clone(),
            (None, Way::Elsewhere) => handle_address(queue::MACHINE),
            (None, _) => return Err(no_address()),
        };
        let id = self.desk.first_commit()?.map(|oid| oid.to_string()).ok_or_else(shallow)?;
        let desk = Desk {
            here: self,
            snapshot: &snapshot,
            reader: &reader,
            settings: &settings,
            people: &people,
            signer: self.signer()?,
            address,
            id,
        };
        let mut run =
            Run { here: self, desk, records, connection: None, unsaved: Vec::new(), view: SendView::default() };
        let route = route(&settings.mail, way)?;
        let mut stage = Stage::new(self, &snapshot);
        for ticket in tickets {
            run.ticket(&mut stage, &ticket, &route, way)?;
        }
        run.save()?;
        Ok(run.view)
    }

    /// Notes in the tickets what was sent, in one commit.
    fn note_in_tickets(&self, records: &[Record]) -> Result<()> {
        if records.is_empty() {
            return self.desk.forget_sent();
        }
        self.desk.commit(|snapshot| {
            let settings = self.settings(snapshot)?;
            let mut stage = Stage::new(self, snapshot);
            for record in records {
                record.apply(&mut stage)?;
            }
            if stage.is_empty() {
                return Ok(None);
            }
            let finished = stage.finish()?;
            if finished.texts.is_empty() {
                return Ok(None);
            }
            let mut trailers = vec![("Loket-Command", "mail send".to_owned())];
            trailers.extend(finished.tickets.iter().map(|id| ("Loket-Ticket", id.to_string())));
            Ok(Some(Change {
                subject: subject(&finished.tickets),
                files: finished.texts,
                stored: finished.stored,
                trailers,
                errands: Vec::new(),
                author: desk_itself(&settings),
                date: self.now,
            }))
        })?;
        self.desk.forget_sent()
    }
}

fn subject(tickets: &[TicketId]) -> String {
    match tickets {
        [one] => format!("{one}: mail sent"),
        many => format!("{} tickets: mail sent", many.len()),
    }
}

/// The desk as the author of what it does by itself.
fn desk_itself(settings: &Settings) -> Person {
    Person {
        name: settings.mail.name.clone().unwrap_or_else(|| settings.desk.clone()),
        email: settings.mail.address.clone().unwrap_or_else(|| handle_address(queue::MACHINE)),
    }
}

fn no_address() -> anyhow::Error {
    Failure::error("there is mail to be sent, but the desk has no address")
        .hint("write it into loket.yaml, and commit: mail: {address: support@example.com, smtp: \"smtp://localhost\"}")
        .into()
}

/// A message without the desk's id would be answered when it comes back.
fn shallow() -> anyhow::Error {
    Failure::error("this clone is shallow: it does not know the desk's first commit, which every message names")
        .hint("git fetch --unshallow")
        .into()
}

/// The way out that the settings name.
fn route(mail: &MailSettings, way: &Way) -> Result<Route> {
    match (way, &mail.route) {
        (Way::Folder(path), _) => Ok(Route::Folder(path.clone())),
        // Nothing is sent, so that any way will do.
        (Way::Elsewhere, _) => Ok(Route::Sendmail("false".to_owned())),
        (_, Some(MailRoute::Smtp(url))) => {
            Route::parse_smtp(url).map_err(|said| Failure::error(format!("loket.yaml: mail.smtp: {said}")).into())
        }
        (_, Some(MailRoute::Sendmail(command))) => Ok(Route::Sendmail(command.clone())),
        (_, None) => Err(Failure::error("there is mail to be sent, but the desk has no way out for it")
            .hint("write one into loket.yaml, under mail: `smtp: \"smtp://localhost\"`, or `sendmail: /usr/sbin/sendmail`")
            .hint("or look at what would be sent: loket mail send --dry-run DIR")
            .into()),
    }
}

/// User and password for a mail server: of the environment, else of the command the settings name.
pub fn credentials(mail: &MailSettings, user: Option<&str>, password: Option<&str>) -> Result<Option<Credentials>> {
    let Some(user) = user else { return Ok(None) };
    let password = match (password, &mail.password_command) {
        (Some(password), _) => password.to_owned(),
        (None, Some(command)) => transport::password(command).map_err(Failure::error)?,
        (None, None) => {
            return Err(Failure::error(format!("there is no password for {} at the mail server", user.escape_debug()))
                .hint("name a command that prints it in loket.yaml: mail: {password-command: \"pass show support\"}")
                .hint("or give it in LOKET_MAIL_PASSWORD")
                .into());
        }
    };
    Ok(Some(Credentials { user: user.to_owned(), password }))
}

/// A run of `mail send`.
struct Run<'a> {
    here: &'a Here,
    desk: Desk<'a>,
    /// Whether what was sent is noted.
    records: bool,
    connection: Option<Connection>,
    unsaved: Vec<Record>,
    view: SendView,
}

impl Run<'_> {
    /// Sends all that is due for a ticket.
    fn ticket(&mut self, stage: &mut Stage<'_>, id: &TicketId, route: &Route, way: &Way) -> Result<()> {
        let kept = match stage.open(id) {
            Ok(kept) => kept,
            Err(trouble) => {
                self.fail(id, None, &format!("{trouble:#}"));
                return Ok(());
            }
        };
        // What goes out first counts for what follows.
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for due in queue::due(kept) {
            let waiting = Waiting { ticket: id.clone(), due };
            if matches!(way, Way::Elsewhere) {
                self.view.sent += 1;
                self.keep(not_sent(&waiting, "elsewhere"))?;
                continue;
            }
            match self.desk.make(id, kept, &waiting.due) {
                Ok(Outcome::Nobody(reason)) => {
                    self.view.warnings.push(format!("{id}: not sent: {reason}"));
                    self.keep(not_sent(&waiting, UNDELIVERABLE))?;
                }
                Ok(Outcome::Made(made)) if self.is_too_much(kept, &waiting.due, &made, &mut told) => {
                    let to = made.envelope.to.join(", ");
                    self.view.warnings.push(format!("{id}: no more automatic answers to {to} for now"));
                    self.keep(not_sent(&waiting, UNDELIVERABLE))?;
                }
                Ok(Outcome::Made(made)) => self.deliver(&waiting, &made, route, way)?,
                Err(trouble) => self.fail(id, waiting.due.stem(), &format!("{trouble:#}")),
            }
        }
        Ok(())
    }

    /// Whether a machine's answer is one too many.
    fn is_too_much(&self, kept: &Kept, due: &Due, made: &Made, told: &mut BTreeMap<String, usize>) -> bool {
        let automatic = matches!(due, Due::Acknowledgement | Due::Rejection(_))
            || matches!(due, Due::Comment(_)) && made.envelope.from.is_none();
        let Some(to) = made.envelope.to.first().filter(|_| automatic) else { return false };
        let now = told.entry(to.to_lowercase()).or_default();
        *now += 1;
        let most = self.desk.settings.mail.limits.iter().map(|(_, most)| *most).min().unwrap_or(usize::MAX);
        *now > most || !queue::may_answer(kept, to, self.desk.settings, self.here.now)
    }

    fn deliver(&mut self, waiting: &Waiting, made: &Made, route: &Route, way: &Way) -> Result<()> {
        let (id, stem) = (&waiting.ticket, waiting.due.stem().map(str::to_owned));
        let raw = made.letter.render();
        if self.connection.is_none() {
            self.connection = Some(self.open(route, way)?);
        }
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let outcome = connection.send(&made.envelope, &raw);
        let refused = match &outcome {
            Ok(delivered) => delivered.refused.clone(),
            Err(_) => connection.refused().to_vec(),
        };
        let dead = refused.iter().filter(|one| one.permanent && kind_of_answer(&one.said) == BounceKind::Hard);
        let dead: Vec<_> = dead.cloned().collect();
        for one in &refused {
            self.view.warnings.push(format!("{id}: {} was refused: {}", one.recipient, one.said));
        }
        match outcome {
            Ok(_) => {
                self.view.sent += 1;
                self.keep(sent(waiting, made, self.here.now))?;
            }
            // All of them are dead: to try again would be of no use.
            Err(_) if !refused.is_empty() && dead.len() == refused.len() => {
                self.keep(not_sent(waiting, UNDELIVERABLE))?
            }
            Err(trouble) => self.fail(id, stem.as_deref(), trouble.said()),
        }
        for one in dead {
            let customers = self.desk.reader.customers_with(&one.recipient)?;
            let key = customers.into_iter().next().map_or_else(|| bounced::key_of(&one.recipient), |row| row.key);
            let note = bounced::note(self.here.now, &one.recipient, &one.said);
            self.keep(Record::Undeliverable { ticket: id.clone(), address: one.recipient, note, key })?;
        }
        Ok(())
    }

    fn open(&self, route: &Route, way: &Way) -> Result<Connection> {
        let credentials = match (route, way) {
            (Route::Smtp { user, .. }, Way::Settings { password }) => {
                credentials(&self.desk.settings.mail, user.as_deref(), password.as_deref())?
            }
            _ => None,
        };
        let trouble = |trouble: Trouble| {
            Failure::error(format!("no mail was sent: {trouble}"))
                .hint("nothing is lost: the next `loket mail send` sends it")
        };
        Ok(Connection::open(route, credentials).map_err(trouble)?)
    }

    /// Notes that something was sent: at once beside the repository, now and then in the tickets.
    fn keep(&mut self, record: Record) -> Result<()> {
        if !self.records {
            return Ok(());
        }
        self.here.note_sent(&record)?;
        self.unsaved.push(record);
        if self.unsaved.len() >= CHUNK { self.save() } else { Ok(()) }
    }

    fn save(&mut self) -> Result<()> {
        if self.unsaved.is_empty() {
            return Ok(());
        }
        self.here.note_in_tickets(&self.unsaved)?;
        self.unsaved.clear();
        Ok(())
    }

    fn fail(&mut self, ticket: &TicketId, comment: Option<&str>, error: &str) {
        let failure =
            SendFailure { ticket: ticket.to_string(), comment: comment.map(str::to_owned), error: error.to_owned() };
        self.view.failed.push(failure);
    }
}

/// What is noted of a message that a server has taken.
fn sent(waiting: &Waiting, made: &Made, now: jiff::Timestamp) -> Record {
    let ticket = waiting.ticket.clone();
    let automatic = |unsent: String| Record::Automatic {
        ticket: waiting.ticket.clone(),
        unsent,
        sent: Some(Automatic {
            to: made.envelope.to.join(", "),
            message_id: made.letter.message_id.clone(),
            text: made.text.clone(),
            date: now,
        }),
    };
    match &waiting.due {
        Due::Comment(stem) => Record::Comment {
            ticket,
            stem: stem.clone(),
            message_id: Some(made.letter.message_id.clone()),
            delivered: render_instant(now),
        },
        Due::Acknowledgement => automatic("acknowledgement".to_owned()),
        Due::Rejection(address) => automatic(format!("rejection {address}")),
        Due::Notice { stem, handle } => Record::Notice { ticket, stem: stem.clone(), handle: handle.clone() },
    }
}

/// What is noted of a message that is not sent.
fn not_sent(waiting: &Waiting, why: &str) -> Record {
    let ticket = waiting.ticket.clone();
    match &waiting.due {
        Due::Comment(stem) => {
            Record::Comment { ticket, stem: stem.clone(), message_id: None, delivered: why.to_owned() }
        }
        Due::Acknowledgement => Record::Automatic { ticket, unsent: "acknowledgement".into(), sent: None },
        Due::Rejection(address) => Record::Automatic { ticket, unsent: format!("rejection {address}"), sent: None },
        Due::Notice { stem, handle } => Record::Notice { ticket, stem: stem.clone(), handle: handle.clone() },
    }
}
