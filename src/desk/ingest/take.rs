//! What a message becomes: a ticket, a comment, or neither (mail.md).

use super::agent;
use super::find::{Finder, Found, Known, Made};
use super::kept;
use crate::desk::stage::Stage;
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::{Link, Relation};
use crate::failure::Result;
use crate::format::layout;
use crate::mail::authentic;
use crate::mail::classify::{Class, classify};
use crate::mail::identity;
use crate::mail::message::{Address, Message};
use crate::mail::sign::{Signer, without_tag};
use crate::mail::subject;
use crate::view::mail::{IngestView, StatusStep};
use crate::workflow::status::{self};

/// What a run of `mail ingest` knows of the desk.
pub struct Ground {
    pub settings: Settings,
    pub people: Vec<Agent>,
    pub signer: Signer,
    /// The id of the desk: that of its first commit.
    pub desk_id: String,
    /// The addresses of the desk.
    pub own: Vec<String>,
}

impl Ground {
    /// Whether an address is the desk's, whatever ticket it names.
    pub(super) fn is_own(&self, address: &str) -> bool {
        let plain = without_tag(address);
        self.own.iter().any(|own| own.eq_ignore_ascii_case(&plain) || own.eq_ignore_ascii_case(address))
    }

    pub(super) fn agent(&self, address: &str) -> Option<&Agent> {
        self.people.iter().find(|agent| agent.has_email(address))
    }
}

/// Who has written.
#[derive(Debug, Clone)]
pub enum Sender {
    /// An agent for whom the desk's mail server vouches.
    Agent(Agent),
    /// Somebody with an agent's address for whom nobody vouches.
    Claimed,
    Outside,
}

/// Takes messages, one after the other.
pub struct Taker<'t, 'a> {
    pub stage: &'t mut Stage<'a>,
    pub known: &'t Known<'t>,
    /// What the messages of the same change hold.
    pub made: &'t mut Made,
    pub ground: &'t Ground,
}

/// A message under way.
pub struct Letter<'m> {
    pub raw: &'m [u8],
    pub message: Message<'m>,
    /// Whose message it is taken to be.
    pub from: Address,
    pub class: Class,
    pub sender: Sender,
    /// Its id as it is stored.
    pub id: String,
    pub view: IngestView,
}

impl Letter<'_> {
    pub(super) fn is_human(&self) -> bool {
        self.class == Class::Human
    }

    /// What to be careful about, whatever becomes of it.
    pub(super) fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if !self.is_human() {
            flags.push(self.class.name().to_owned());
        }
        if matches!(self.sender, Sender::Claimed) {
            flags.push("unauthenticated".to_owned());
        }
        flags
    }

    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.view.warnings.push(text.into());
    }
}

fn blank_view() -> IngestView {
    IngestView {
        action: "ignored",
        ticket: None,
        comment: None,
        via: None,
        message_id: None,
        from: None,
        class: None,
        bounce: None,
        reasons: Vec::new(),
        status: None,
        attachments: Vec::new(),
        warnings: Vec::new(),
        commit: None,
        by_agent: false,
        may_reply: false,
    }
}

impl Taker<'_, '_> {
    /// Takes a message that is neither empty nor beyond all measure.
    pub fn take(&mut self, raw: &[u8]) -> Result<IngestView> {
        let message = match Message::parse(raw) {
            Ok(message) => message,
            Err(trouble) => return self.quarantine(raw, &identity::digest_of(raw), trouble.to_string(), blank_view()),
        };
        let mut view = blank_view();
        view.message_id = Some(message.message_id.clone());
        view.warnings.clone_from(&message.warnings);
        let Some(from) = self.author(&message) else {
            let digest = identity::digest(&message.message_id, &message.body_digest);
            return self.quarantine(raw, &digest, "the message has no sender".to_owned(), view);
        };
        let (mut class, mut reasons) = classify(&message, &self.ground.own, Some(&self.ground.desk_id));
        if self.ground.signer.read_message_id(&message.message_id).is_some() {
            class = Class::Own;
            reasons.push("Message-ID: made and signed by this desk".into());
        }
        view.from = Some(from.email.clone());
        view.class = Some(class.name());
        view.bounce = match class {
            Class::Bounce(kind) => Some(kind.name()),
            _ => None,
        };
        view.reasons = reasons;
        if class == Class::Own {
            return Ok(view);
        }
        let sender = self.sender(&message, &from);
        let id = message.message_id.clone();
        view.by_agent = matches!(sender, Sender::Agent(_));
        let mut letter = Letter { raw, message, from, class, sender, id, view };
        letter.view.may_reply = self.may_answer(&letter);
        self.place(letter)
    }

    /// Whose message it is: From, but Reply-To where a form of our own writes in our name.
    pub(super) fn author(&self, message: &Message<'_>) -> Option<Address> {
        let from = message.from.clone().or_else(|| message.sender.clone())?;
        let others = message.reply_to.iter().find(|address| !self.ground.is_own(&address.email));
        match others {
            Some(other) if self.ground.is_own(&from.email) => Some(other.clone()),
            _ => Some(from),
        }
    }

    pub(super) fn sender(&self, message: &Message<'_>, from: &Address) -> Sender {
        let Some(agent) = self.ground.agent(&from.email) else { return Sender::Outside };
        let authserv = self.ground.settings.mail.authserv.as_deref().unwrap_or_default();
        match authentic::verdict(message, authserv).passed() {
            true => Sender::Agent(agent.clone()),
            false => Sender::Claimed,
        }
    }

    pub(super) fn place(&mut self, mut letter: Letter<'_>) -> Result<IngestView> {
        match kept::stored(self.stage, self.known, self.made, &letter.message)? {
            kept::Stored::Same { ticket, comment } => {
                letter.view.action = "duplicate";
                letter.view.ticket = ticket.map(String::from);
                letter.view.comment = comment;
                return Ok(letter.view);
            }
            kept::Stored::Other { id } => {
                letter.warn(format!("another message has the id <{}> too; this one is stored as {id}", letter.id));
                letter.id = id;
            }
            kept::Stored::No => {}
        }
        let is_bounce = matches!(letter.class, Class::Bounce(_));
        let known_agent = matches!(letter.sender, Sender::Agent(_));
        let address = letter.from.email.clone();
        let mut finder = Finder {
            stage: self.stage,
            known: self.known,
            also: self.made,
            signer: &self.ground.signer,
            own: &self.ground.own,
        };
        let Found { place, named } =
            finder.find(&letter.message, (!known_agent).then_some(address.as_str()), is_bounce)?;
        match place {
            Some(place) => self.answer(letter, place),
            None => self.first(letter, named),
        }
    }

    /// A message that belongs to no ticket.
    pub(super) fn first(&mut self, mut letter: Letter<'_>, named: Option<TicketId>) -> Result<IngestView> {
        if matches!(letter.class, Class::AutoReply | Class::OutOfOffice | Class::Bounce(_)) {
            return match self.keep_ignored(&letter)? {
                true => Ok(letter.view),
                false => {
                    letter.view.action = "duplicate";
                    Ok(letter.view)
                }
            };
        }
        let mut links = Vec::new();
        if let Some(named) = named {
            letter.warn(format!(
                "the subject names {named}, in which {} has no part: the ticket is only linked",
                letter.from.email
            ));
            links.push(Link { relation: Relation::RelatedTo, id: named });
        }
        if matches!(letter.sender, Sender::Claimed) {
            letter.warn(format!("{} is an agent's address, but nothing vouches for the sender", letter.from.email));
        }
        letter.view.action = "new";
        if let Sender::Agent(agent) = letter.sender.clone()
            && let Some(forwarded) = agent::forwarded(&letter.message)
            && !self.ground.is_own(&forwarded.from)
        {
            return self.open_forwarded(letter, links, forwarded, &agent);
        }
        self.open_ticket(letter, links)
    }

    pub(super) fn open_ticket(&mut self, mut letter: Letter<'_>, links: Vec<Link>) -> Result<IngestView> {
        let title = title(&letter.message.subject, &letter.message.body);
        let body = letter.message.body.clone();
        let requester = letter.from.email.clone();
        let id = self.make(&mut letter, links, title, requester, &body)?;
        Ok(self.made(letter, id))
    }

    /// An agent sends on what somebody has written to them.
    pub(super) fn open_forwarded(
        &mut self,
        mut letter: Letter<'_>,
        links: Vec<Link>,
        forwarded: agent::Forward,
        agent: &Agent,
    ) -> Result<IngestView> {
        let title = title(forwarded.subject.as_deref().unwrap_or(&letter.message.subject), &forwarded.body);
        let id = self.make(&mut letter, links, title, forwarded.from, &forwarded.body)?;
        if let Some(original) = forwarded.message_id {
            self.stage.change(&id)?.ticket.references.push(format!("<{original}>"));
            self.made.refers(&original, &id);
        }
        if !forwarded.note.trim().is_empty() {
            let comment = Comment {
                id: String::new(),
                author: agent.handle.clone(),
                date: self.when(&letter.message),
                visibility: Visibility::Internal,
                channel: Some("email".into()),
                attachments: Vec::new(),
                pattern: None,
                deviates: false,
                automatic: false,
                mail: Mail::default(),
                body: fold::join(&forwarded.note, ""),
            };
            self.stage.say(&id, comment)?;
        }
        Ok(self.made(letter, id))
    }

    pub(super) fn made(&mut self, mut letter: Letter<'_>, id: TicketId) -> IngestView {
        letter.view.ticket = Some(id.to_string());
        letter.view.status = Some(StatusStep { from: None, to: status::NEW.to_owned() });
        letter.view
    }

    /// Keeps the raw message of what has no ticket; false where it is kept already.
    pub(super) fn keep_ignored(&mut self, letter: &Letter<'_>) -> Result<bool> {
        let digest = identity::digest(&letter.message.message_id, &letter.message.body_digest);
        self.stage.put(layout::ignored(&digest), letter.raw)
    }

    pub(super) fn quarantine(
        &mut self,
        raw: &[u8],
        digest: &str,
        reason: String,
        mut view: IngestView,
    ) -> Result<IngestView> {
        let (path, told) = layout::quarantined(digest);
        if self.stage.put(path, raw)? {
            let date = crate::format::ticket::render_instant(self.stage.here.now);
            self.stage.write(told, kept::reason(&date, &reason));
            view.action = "quarantined";
        } else {
            view.action = "duplicate";
        }
        view.reasons = vec![reason];
        Ok(view)
    }
}

/// A title: the subject without prefixes and tokens, else the first words of the text.
pub(super) fn title(subject: &str, body: &str) -> String {
    let bare = subject::bare(subject);
    let words = [bare.as_str(), subject.trim()].into_iter().find(|text| !text.trim().is_empty());
    let first = || body.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric));
    let text = words.or_else(first).unwrap_or("(no subject)");
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let line = line.replace(['\u{2028}', '\u{2029}', '\u{85}'], " ");
    let limit = if words.is_some() { crate::format::ticket::TITLE_LIMIT } else { 100 };
    line.trim().chars().take(limit).collect::<String>().trim_end().to_owned()
}
