//! What a message becomes: a ticket, a comment, or neither (mail.md).

use jiff::Timestamp;

use super::agent;
use super::find::{Finder, Found, Known, Made, Place, Via, bare};
use super::kept;
use crate::desk::stage::Stage;
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::{Link, Priority, Relation, State, Ticket};
use crate::failure::Result;
use crate::format::layout;
use crate::mail::classify::{Class, classify, suppresses_answers};
use crate::mail::identity;
use crate::mail::message::{Address, Message};
use crate::mail::sign::{Signer, without_tag};
use crate::mail::subject;
use crate::mail::trim::trim;
use crate::mail::{authentic, outbound};
use crate::view::mail::{IngestView, StatusStep};
use crate::view::ticket::FileView;
use crate::workflow::status::{self, Answer};

/// References that are kept: the first and the last of a thread.
const MOST_REFERENCES: usize = 40;
/// The most participants a message may bring along.
const MOST_PARTICIPANTS: usize = 50;

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
    fn is_own(&self, address: &str) -> bool {
        let plain = without_tag(address);
        self.own.iter().any(|own| own.eq_ignore_ascii_case(&plain) || own.eq_ignore_ascii_case(address))
    }

    fn agent(&self, address: &str) -> Option<&Agent> {
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
    fn is_human(&self) -> bool {
        self.class == Class::Human
    }

    /// What to be careful about, whatever becomes of it.
    fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if !self.is_human() {
            flags.push(self.class.name().to_owned());
        }
        if matches!(self.sender, Sender::Claimed) {
            flags.push("unauthenticated".to_owned());
        }
        flags
    }

    fn warn(&mut self, text: impl Into<String>) {
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
        let letter = Letter { raw, message, from, class, sender, id, view };
        self.place(letter)
    }

    /// Whose message it is: From, but Reply-To where a form of our own writes in our name.
    fn author(&self, message: &Message<'_>) -> Option<Address> {
        let from = message.from.clone().or_else(|| message.sender.clone())?;
        let others = message.reply_to.iter().find(|address| !self.ground.is_own(&address.email));
        match others {
            Some(other) if self.ground.is_own(&from.email) => Some(other.clone()),
            _ => Some(from),
        }
    }

    fn sender(&self, message: &Message<'_>, from: &Address) -> Sender {
        let Some(agent) = self.ground.agent(&from.email) else { return Sender::Outside };
        let authserv = self.ground.settings.mail.authserv.as_deref().unwrap_or_default();
        match authentic::verdict(message, authserv).passed() {
            true => Sender::Agent(agent.clone()),
            false => Sender::Claimed,
        }
    }

    fn place(&mut self, mut letter: Letter<'_>) -> Result<IngestView> {
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

    /// A message that belongs to a ticket.
    fn answer(&mut self, mut letter: Letter<'_>, mut place: Place) -> Result<IngestView> {
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

    /// Whether the desk's mail server says that the sender is who it says.
    fn is_vouched_for(&self, letter: &Letter<'_>) -> bool {
        let authserv = self.ground.settings.mail.authserv.as_deref().unwrap_or_default();
        authentic::verdict(&letter.message, authserv).passed()
    }

    /// Whether somebody has a part in a ticket, with any address of theirs.
    fn takes_part(&mut self, address: &str, id: &TicketId) -> Result<bool> {
        let kept = self.stage.open(id)?;
        if kept.has_participant(address) {
            return Ok(true);
        }
        let others = self.known.reader.customers_with(address)?;
        Ok(others.iter().flat_map(|row| &row.emails).any(|other| kept.has_participant(other)))
    }

    /// The agents who are told that the requester has written.
    fn to_be_told(&self, letter: &Letter<'_>, ticket: &Ticket, speaks: bool) -> Vec<String> {
        let assignee = ticket.assignee.as_deref().filter(|_| speaks);
        let agent = assignee.and_then(|handle| self.ground.people.iter().find(|agent| agent.handle == handle));
        let agent = agent.filter(|agent| !agent.emails.is_empty() && !agent.has_email(&letter.from.email));
        agent.map(|agent| agent.handle.clone()).into_iter().collect()
    }

    /// Merges or links the tickets that a message belongs to alike.
    fn join(&mut self, letter: &mut Letter<'_>, place: &mut Place) -> Result<()> {
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
    fn may_merge(&mut self, letter: &Letter<'_>, a: &TicketId, b: &TicketId) -> Result<bool> {
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

    /// An answer to a ticket that stays closed.
    fn follow_up(&mut self, mut letter: Letter<'_>, old: &Ticket) -> Result<IngestView> {
        letter.warn(format!("{} is {}: the message became a ticket of its own", old.id, old.status));
        let links = vec![Link { relation: Relation::RelatedTo, id: old.id.clone() }];
        letter.view.action = "follow-up-new";
        self.open_ticket(letter, links)
    }

    /// An answer where the desk takes none.
    fn reject(&mut self, mut letter: Letter<'_>, old: &Ticket) -> Result<IngestView> {
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

    /// A message that belongs to no ticket.
    fn first(&mut self, mut letter: Letter<'_>, named: Option<TicketId>) -> Result<IngestView> {
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

    fn open_ticket(&mut self, mut letter: Letter<'_>, links: Vec<Link>) -> Result<IngestView> {
        let title = title(&letter.message.subject, &letter.message.body);
        let body = letter.message.body.clone();
        let requester = letter.from.email.clone();
        let id = self.make(&mut letter, links, title, requester, &body)?;
        Ok(self.made(letter, id))
    }

    /// An agent sends on what somebody has written to them.
    fn open_forwarded(
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

    fn make(
        &mut self,
        letter: &mut Letter<'_>,
        links: Vec<Link>,
        title: String,
        requester: String,
        body: &str,
    ) -> Result<TicketId> {
        let created = self.when(&letter.message);
        let message = &letter.message;
        let ids = |ids: &[String]| ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>();
        let references: Vec<String> =
            outbound::capped(&message.references).into_iter().filter(|id| !message.in_reply_to.contains(id)).collect();
        let unsent = match self.ground.settings.mail.acknowledge && self.may_answer(letter) {
            true => vec!["acknowledgement".to_owned()],
            false => Vec::new(),
        };
        let (in_reply_to, references) = (ids(&message.in_reply_to), ids(&references));
        let fresh = |id: TicketId| Ticket {
            id,
            title,
            status: status::NEW.to_owned(),
            priority: Priority::default(),
            kind: None,
            cc: self.participants(letter, &requester),
            language: self.language(&requester),
            requester: Some(requester),
            assignee: None,
            team: None,
            tags: Vec::new(),
            channel: Some("email".into()),
            created,
            message_id: Some(stored_id(&letter.id)),
            in_reply_to: in_reply_to.clone(),
            references: references.clone(),
            links,
            fields: Default::default(),
            satisfaction: None,
            attachments: Vec::new(),
            line: 1,
            remind_at: None,
            close_at: None,
            until: None,
            merged_into: None,
            external_id: None,
            flags: letter.flags(),
            unsent,
        };
        let fresh = fresh(TicketId::new(jiff::civil::date(2000, 1, 1), "0000").ok_or_else(no_id)?);
        let id = self.stage.make(|id| Ticket { id, ..fresh }, created)?;
        let (names, body) = self.attach(letter, &id, body)?;
        let trimmed = trim(&body);
        let kept = self.stage.change(&id)?;
        kept.body = fold::join(&trimmed.new, &trimmed.quoted);
        kept.ticket.attachments = names;
        if self.ground.settings.mail.keep_raw {
            self.stage.keep_raw(&id, layout::raw_first(&id), letter.raw)?;
        }
        self.made.holds(&letter.id, &id);
        in_reply_to.iter().chain(&references).for_each(|other| self.made.refers(other, &id));
        Ok(id)
    }

    fn made(&mut self, mut letter: Letter<'_>, id: TicketId) -> IngestView {
        letter.view.ticket = Some(id.to_string());
        letter.view.status = Some(StatusStep { from: None, to: status::NEW.to_owned() });
        letter.view
    }

    /// Adds the message to a ticket's thread; `cut` lines of its text are commands and not words.
    pub(super) fn comment(
        &mut self,
        letter: &mut Letter<'_>,
        id: &TicketId,
        author: String,
        visibility: Visibility,
        mail: Mail,
        cut: &[&str],
    ) -> Result<String> {
        let body = letter.message.body.clone();
        let (names, body) = self.attach(letter, id, &body)?;
        let mut trimmed = trim(&body);
        for line in cut {
            trimmed.new = trimmed.new.replacen(line, "", 1);
        }
        let references = self.unknown_references(&letter.message, id)?;
        let ids = |ids: &[String]| ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>();
        let mail = Mail {
            message_id: Some(stored_id(&letter.id)),
            in_reply_to: ids(&letter.message.in_reply_to),
            references: ids(&references),
            ..mail
        };
        let comment = Comment {
            id: String::new(),
            author,
            date: self.when(&letter.message),
            visibility,
            channel: Some("email".into()),
            attachments: names,
            pattern: None,
            deviates: false,
            automatic: !letter.is_human(),
            mail,
            body: fold::join(&trimmed.new, &trimmed.quoted),
        };
        let stem = self.stage.say(id, comment)?;
        if self.ground.settings.mail.keep_raw {
            self.stage.keep_raw(id, layout::raw_of(id, &stem), letter.raw)?;
        }
        self.made.holds(&letter.id, id);
        letter.message.in_reply_to.iter().chain(&references).for_each(|other| self.made.refers(other, id));
        letter.view.ticket = Some(id.to_string());
        letter.view.comment = Some(stem.clone());
        Ok(stem)
    }

    /// The references of a message that its ticket does not hold, and neither we nor what it answers name.
    fn unknown_references(&mut self, message: &Message<'_>, id: &TicketId) -> Result<Vec<String>> {
        let kept = self.stage.open(id)?;
        let of_thread = kept.thread.iter().flat_map(|comment| &comment.mail.message_id);
        let held: Vec<String> = kept.ticket.message_id.iter().chain(of_thread).map(|id| bare(id)).collect();
        let signer = &self.ground.signer;
        let unknown = |id: &&String| {
            !held.contains(&bare(id)) && !message.in_reply_to.contains(id) && signer.read_message_id(id).is_none()
        };
        let unknown: Vec<String> = message.references.iter().filter(unknown).cloned().collect();
        Ok(outbound::capped(&unknown).into_iter().take(MOST_REFERENCES).collect())
    }

    /// Attaches the files of a message; gives their names, and the text with its pictures named.
    fn attach(&mut self, letter: &mut Letter<'_>, id: &TicketId, body: &str) -> Result<(Vec<String>, String)> {
        let (mut names, mut body) = (Vec::new(), body.to_owned());
        for file in &letter.message.attachments {
            let name = self.stage.attach(id, &file.name, &file.content)?;
            if let Some(content_id) = &file.content_id {
                body = body.replace(&format!("(cid:{content_id})"), &format!("(<files/{name}>)"));
            }
            letter.view.attachments.push(FileView {
                path: layout::attachment(id, &name),
                name: name.clone(),
                size: Some(file.content.len() as u64),
            });
            names.push(name);
        }
        Ok((names, body))
    }

    /// The Date of a message where it is one that a ticket can have, else the clock.
    pub(super) fn when(&self, message: &Message<'_>) -> Timestamp {
        let now = self.stage.here.now;
        let date = message.date.and_then(|seconds| Timestamp::from_second(seconds).ok());
        date.filter(|date| *date <= now && date.as_second() >= 0).unwrap_or(now)
    }

    /// Whom a message was sent to, less the desk, its agents and the requester.
    fn participants(&self, letter: &Letter<'_>, requester: &str) -> Vec<String> {
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
    fn bring_along(&mut self, letter: &Letter<'_>, id: &TicketId, invites: bool) -> Result<()> {
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
    fn language(&self, address: &str) -> Option<String> {
        let rows = self.known.reader.customers_with(address).ok()?;
        rows.into_iter().find_map(|row| {
            let bytes = self.stage.snapshot.file(&layout::customer(&row.key)).ok()??;
            crate::format::customer::parse(&row.key, &bytes).ok()?.language
        })
    }

    /// Whether a machine of ours may answer the sender.
    fn may_answer(&self, letter: &Letter<'_>) -> bool {
        letter.is_human()
            && !suppresses_answers(&letter.message)
            && outbound::is_address(&letter.from.email)
            && !self.ground.is_own(&letter.from.email)
            && !matches!(letter.sender, Sender::Claimed)
    }

    /// Tells what became of the status.
    pub(super) fn told(&mut self, mut letter: Letter<'_>, old: &Ticket) -> IngestView {
        let now = self.stage.find(&old.id).ok().flatten().map(|kept| kept.ticket.status.clone());
        letter.view.status =
            now.filter(|now| *now != old.status).map(|to| StatusStep { from: Some(old.status.clone()), to });
        letter.view
    }

    /// Keeps the raw message of what has no ticket; false where it is kept already.
    fn keep_ignored(&mut self, letter: &Letter<'_>) -> Result<bool> {
        let digest = identity::digest(&letter.message.message_id, &letter.message.body_digest);
        self.stage.put(layout::ignored(&digest), letter.raw)
    }

    fn quarantine(&mut self, raw: &[u8], digest: &str, reason: String, mut view: IngestView) -> Result<IngestView> {
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

fn no_id() -> anyhow::Error {
    crate::failure::Failure::error("no id could be made").into()
}

/// An id as a file has it: in brackets, but a made-up suffix behind them.
fn stored_id(id: &str) -> String {
    if id.starts_with('<') { id.to_owned() } else { format!("<{id}>") }
}

/// A title: the subject without prefixes and tokens, else the first words of the text.
fn title(subject: &str, body: &str) -> String {
    let bare = subject::bare(subject);
    let words = [bare.as_str(), subject.trim()].into_iter().find(|text| !text.trim().is_empty());
    let first = || body.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric));
    let text = words.or_else(first).unwrap_or("(no subject)");
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let line = line.replace(['\u{2028}', '\u{2029}', '\u{85}'], " ");
    let limit = if words.is_some() { crate::format::ticket::TITLE_LIMIT } else { 100 };
    line.trim().chars().take(limit).collect::<String>().trim_end().to_owned()
}
