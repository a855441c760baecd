//! What requesters do at the portal, and programs by the API: tickets opened, answers, closings, ratings. What waits
//! together is one commit; each is judged for itself, and what is refused changes nothing.

use std::collections::HashMap;

use super::tickets::token_of;
use crate::desk::Here;
use crate::desk::attach::{Attachment, safe_name};
use crate::desk::errands::keys;
use crate::desk::ingest::bounced::key_of;
use crate::desk::rules::Outcome;
use crate::desk::set::set_field;
use crate::desk::stage::Stage;
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::fold;
use crate::domain::id::TicketId;
use crate::domain::person::{Agent, Customer, handle_address};
use crate::domain::settings::Settings;
use crate::domain::ticket::{Link, Priority, Relation, Satisfaction, State, Ticket};
use crate::failure::{Failure, Result};
use crate::format::{customer, layout};
use crate::search::{Level, Reader};
use crate::store::{Change, Person, Snapshot};
use crate::workflow::status::{self, Answer};

/// A message by which a ticket is opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    pub name: String,
    pub email: String,
    pub subject: String,
    pub text: String,
    pub kind: Option<String>,
    pub fields: Vec<(String, String)>,
    pub files: Vec<Attachment>,
    pub language: Option<String>,
    pub channel: String,
    /// Whether the requester is told by mail that it has come.
    pub acknowledge: bool,
    pub tags: Vec<String>,
    pub links: Vec<Link>,
}

/// What is asked with the token of a ticket.
#[derive(Debug, Clone)]
pub enum Act {
    Answer { text: String, files: Vec<Attachment>, channel: String },
    Close,
    Reopen,
    Rate { score: u8, comment: Option<String> },
}

/// What is asked for.
#[derive(Debug, Clone)]
pub enum Ask {
    Open(Box<Opening>),
    Act {
        token: String,
        act: Act,
    },
    /// A message in a ticket that a program names by its id.
    Message {
        ticket: String,
        email: Option<String>,
        text: String,
        files: Vec<Attachment>,
        channel: String,
    },
}

/// A request, and the id by which it is known when it comes again.
#[derive(Debug, Clone)]
pub struct Request {
    pub ask: Ask,
    /// The local part of a message id.
    pub known_as: Option<String>,
    /// Whether it may have come before this process was there.
    pub may_be_old: bool,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// A ticket, with the token of its page.
    Opened { id: String, token: String },
    /// It is in the ticket.
    Taken { id: String },
    /// It was known: a ticket is there already.
    Known { id: String, token: String },
    /// The desk takes no answers to that ticket.
    Closed,
    /// No such ticket for that token.
    Unknown,
    /// It cannot be done as the ticket stands.
    Unfit(&'static str),
}

/// The requests a process has taken: where each went.
#[derive(Debug, Default)]
pub struct Memory(HashMap<String, TicketId>);

/// So many are remembered; what is older is looked for in the index.
const REMEMBERED: usize = 200_000;

impl Memory {
    fn keep(&mut self, known: HashMap<String, TicketId>) {
        if self.0.len() > REMEMBERED {
            self.0.clear();
        }
        self.0.extend(known);
    }
}

impl Here {
    /// Takes requests in one commit, and tells of each what became of it.
    pub fn take_requests(&self, requests: &[Request], memory: &mut Memory) -> Result<Vec<Became>> {
        let (mut became, mut known, mut outcome) = (Vec::new(), HashMap::new(), Outcome::default());
        let mut errands = Vec::new();
        self.desk.commit(|snapshot| {
            let settings = self.settings(snapshot)?;
            let people = self.people(snapshot)?;
            let rules = self.rulebook(snapshot, &settings, &people)?;
            let mut intake = Intake {
                here: self,
                snapshot,
                settings: &settings,
                people: &people,
                reader: None,
                stage: Stage::new(self, snapshot),
                memory,
                known: HashMap::new(),
                verbs: Vec::new(),
                author: None,
            };
            became = Vec::new();
            for request in requests {
                let done = intake.take(request)?;
                // An address that nobody has confirmed gets no text that a rule makes of what a stranger wrote.
                let may_reply = !matches!(request.ask, Ask::Open(_));
                intake.stage.settle(&rules, may_reply)?;
                became.push(done);
            }
            known = std::mem::take(&mut intake.known);
            if intake.stage.is_empty() {
                return Ok(None);
            }
            outcome = rules.finish();
            let mut change = intake.finish()?;
            outcome.tell(self, &mut change);
            errands = keys(&change);
            Ok(Some(change))
        })?;
        memory.keep(known);
        for said in outcome.warnings.into_iter().chain(self.do_errands(&errands)) {
            self.progress.note(&said);
        }
        Ok(became)
    }
}

struct Intake<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    settings: &'a Settings,
    people: &'a [Agent],
    reader: Option<Reader<'a>>,
    stage: Stage<'a>,
    memory: &'a Memory,
    /// What this change takes in.
    known: HashMap<String, TicketId>,
    /// What the subject says: ticket and verb.
    verbs: Vec<(TicketId, &'static str)>,
    author: Option<Person>,
}

impl Intake<'_> {
    fn take(&mut self, request: &Request) -> Result<Became> {
        if let Some(id) = self.seen(request)? {
            let ticket = self.stage.open(&id)?.ticket.clone();
            return Ok(Became::Known { id: id.to_string(), token: self.token(&ticket)? });
        }
        let known_as = request.known_as.as_deref();
        match &request.ask {
            Ask::Open(opening) => self.open(opening, known_as),
            Ask::Act { token, act } => {
                let Some(ticket) = self.here.ticket_of_token(self.snapshot, token)? else { return Ok(Became::Unknown) };
                let id = self.here.ticket_meant(self.snapshot, &ticket)?;
                self.act(&id, &ticket, act, known_as)
            }
            Ask::Message { ticket, email, text, files, channel } => {
                let Ok(id) = self.here.resolve(self.snapshot, self.settings, ticket) else {
                    return Ok(Became::Unknown);
                };
                let id = self.here.root(self.snapshot, &id)?;
                let asker = self.stage.open(&id)?.ticket.requester.clone();
                let Some(author) = email.clone().or(asker) else { return Ok(Became::Unfit("no-requester")) };
                self.answer(&id, &author, text, files, channel, known_as)
            }
        }
    }

    /// The ticket a request went into before.
    fn seen(&mut self, request: &Request) -> Result<Option<TicketId>> {
        let Some(known_as) = &request.known_as else { return Ok(None) };
        if let Some(id) = self.known.get(known_as).or_else(|| self.memory.0.get(known_as)) {
            return Ok(Some(id.clone()));
        }
        if !request.may_be_old {
            return Ok(None);
        }
        let id = message_id(known_as);
        let bare = id.trim_matches(['<', '>']).to_owned();
        Ok(self.reader()?.with_message(&bare, true)?.into_iter().next())
    }

    fn reader(&mut self) -> Result<&Reader<'_>> {
        if self.reader.is_none() {
            self.reader = Some(self.here.reader(self.snapshot, self.settings, Level::Present)?);
        }
        self.reader.as_ref().ok_or_else(|| Failure::error("the index is not open").into())
    }

    fn token(&self, ticket: &Ticket) -> Result<String> {
        let token = token_of(&self.here.signer()?, ticket);
        token.ok_or_else(|| Failure::error(format!("{} has no requester", ticket.id)).into())
    }

    fn open(&mut self, opening: &Opening, known_as: Option<&str>) -> Result<Became> {
        let now = self.here.now;
        let (title, email) = (one_line(&opening.subject, 200), opening.email.to_lowercase());
        let unsent = opening.acknowledge && self.settings.mail.acknowledge && !self.is_ours(&email);
        let fresh = |id: TicketId| Ticket {
            id,
            title,
            status: status::NEW.to_owned(),
            priority: Priority::default(),
            kind: opening.kind.clone(),
            requester: Some(email.clone()),
            cc: Vec::new(),
            assignee: None,
            team: None,
            tags: opening.tags.clone(),
            channel: Some(opening.channel.clone()),
            language: opening.language.clone(),
            created: now,
            message_id: known_as.map(message_id),
            in_reply_to: Vec::new(),
            references: Vec::new(),
            links: opening.links.clone(),
            fields: Default::default(),
            satisfaction: None,
            attachments: Vec::new(),
            outbound: false,
            line: 1,
            remind_at: None,
            close_at: None,
            until: None,
            merged_into: None,
            external_id: None,
            flags: Vec::new(),
            unsent: if unsent { vec!["acknowledgement".to_owned()] } else { Vec::new() },
            portal_link: 0,
        };
        let id = self.stage.make(fresh, now)?;
        let names = self.attach(&id, &opening.files)?;
        let kept = self.stage.change(&id)?;
        kept.body = text_of(&opening.text);
        kept.ticket.attachments = names;
        for (name, value) in &opening.fields {
            set_field(&mut kept.ticket, self.settings, name, value)?;
        }
        let ticket = kept.ticket.clone();
        self.introduce(opening, &email)?;
        self.note(&id, "new by", &email, known_as);
        self.author = Some(person(&one_line(&opening.name, 100), &email));
        Ok(Became::Opened { id: id.to_string(), token: self.token(&ticket)? })
    }

    /// Whoever is new to the desk becomes a customer, so that agents know what to call them.
    fn introduce(&mut self, opening: &Opening, email: &str) -> Result<()> {
        let name = one_line(&opening.name, 100);
        if name.is_empty() || self.is_ours(email) {
            return Ok(());
        }
        let key = key_of(email);
        let path = layout::customer(&key);
        if self.stage.text(&path)?.is_some() || !self.reader()?.customers_with(email)?.is_empty() {
            return Ok(());
        }
        let customer = Customer {
            key,
            name,
            emails: vec![email.to_owned()],
            phone: None,
            organisation: None,
            language: opening.language.clone(),
            vip: false,
            undeliverable: Vec::new(),
        };
        self.stage.write(path, customer::render(&customer));
        Ok(())
    }

    /// Whether an address is the desk's own or an agent's.
    fn is_ours(&self, email: &str) -> bool {
        let own = self.settings.mail.own().iter().any(|own| own.eq_ignore_ascii_case(email));
        own || self.people.iter().any(|agent| agent.has_email(email))
    }

    fn attach(&mut self, id: &TicketId, files: &[Attachment]) -> Result<Vec<String>> {
        let taken = std::collections::HashSet::new();
        files.iter().map(|file| self.stage.attach(id, &safe_name(&file.name, &taken), &file.content)).collect()
    }

    fn note(&mut self, id: &TicketId, verb: &'static str, email: &str, known_as: Option<&str>) {
        self.verbs.push((id.clone(), verb));
        self.author = Some(person("", email));
        if let Some(known_as) = known_as {
            self.known.insert(known_as.to_owned(), id.clone());
        }
    }

    fn act(&mut self, id: &TicketId, asked: &Ticket, act: &Act, known_as: Option<&str>) -> Result<Became> {
        let asker = asked.requester.clone().unwrap_or_default();
        let old = self.stage.open(id)?.ticket.clone();
        let state = self.settings.state(&old.status).unwrap_or(State::Open);
        // What was merged away speaks through the ticket it was merged into, if at all.
        if old.merged_into.is_some() {
            return Ok(Became::Unfit("merged"));
        }
        match act {
            Act::Answer { text, files, channel } => self.answer(id, &asker, text, files, channel, known_as),
            Act::Close if matches!(state, State::Closed | State::Discarded) => Ok(Became::Unfit("closed")),
            Act::Close => self.move_to(id, State::Closed, "closed by", &asker),
            Act::Reopen => match self.what_an_answer_does(&old)? {
                Answer::Opens if matches!(state, State::Solved | State::Closed) => {
                    self.move_to(id, State::Open, "opened again by", &asker)
                }
                Answer::Rejected => Ok(Became::Closed),
                _ => Ok(Became::Unfit("not-reopened")),
            },
            Act::Rate { score, comment } => self.rate(id, &old, state, *score, comment.as_deref(), &asker),
        }
    }

    fn move_to(&mut self, id: &TicketId, state: State, verb: &'static str, asker: &str) -> Result<Became> {
        let settings = self.settings;
        let kept = self.stage.change(id)?;
        status::enter(&mut kept.ticket, status::status_of(state), settings);
        self.note(id, verb, asker, None);
        Ok(Became::Taken { id: id.to_string() })
    }

    fn what_an_answer_does(&self, old: &Ticket) -> Result<Answer> {
        let ids = std::slice::from_ref(&old.id);
        let since = self.here.solved_since(self.snapshot, self.settings, ids)?.get(&old.id).copied();
        Ok(status::requester_answers(&old.status, self.settings, since, self.here.now))
    }

    fn answer(
        &mut self,
        id: &TicketId,
        author: &str,
        text: &str,
        files: &[Attachment],
        channel: &str,
        known_as: Option<&str>,
    ) -> Result<Became> {
        let old = self.stage.open(id)?.ticket.clone();
        let answer = self.what_an_answer_does(&old)?;
        match answer {
            Answer::Rejected => return Ok(Became::Closed),
            Answer::NewTicket => {
                let opening = Opening {
                    email: author.to_owned(),
                    subject: old.title.clone(),
                    text: text.to_owned(),
                    kind: old.kind.clone(),
                    files: files.to_vec(),
                    language: old.language.clone(),
                    channel: channel.to_owned(),
                    acknowledge: true,
                    links: vec![Link { relation: Relation::RelatedTo, id: old.id.clone() }],
                    ..Opening::default()
                };
                return self.open(&opening, known_as);
            }
            Answer::Opens | Answer::Stays => {}
        }
        let names = self.attach(id, files)?;
        let assignee =
            old.assignee.as_deref().and_then(|handle| self.people.iter().find(|agent| agent.handle == handle));
        let told = assignee.filter(|agent| !agent.emails.is_empty() && !agent.has_email(author));
        let comment = Comment {
            id: String::new(),
            author: author.to_lowercase(),
            date: self.here.now,
            visibility: Visibility::Public,
            channel: Some(channel.to_owned()),
            attachments: names,
            pattern: None,
            deviates: false,
            automatic: false,
            mail: Mail {
                message_id: known_as.map(message_id),
                unsent: told.map(|agent| agent.handle.clone()).into_iter().collect(),
                ..Mail::default()
            },
            body: text_of(text),
        };
        self.stage.say(id, comment)?;
        if answer == Answer::Opens {
            let settings = self.settings;
            status::enter(&mut self.stage.change(id)?.ticket, status::status_of(State::Open), settings);
        }
        self.note(id, "answer by", author, known_as);
        Ok(Became::Taken { id: id.to_string() })
    }

    fn rate(
        &mut self,
        id: &TicketId,
        old: &Ticket,
        state: State,
        score: u8,
        comment: Option<&str>,
        asker: &str,
    ) -> Result<Became> {
        if !(1..=5).contains(&score) || !matches!(state, State::Solved | State::Closed) {
            return Ok(Became::Unfit("not-rated"));
        }
        if let Some(given) = &old.satisfaction {
            let since = self.here.ended_since(self.snapshot, self.settings, id)?;
            if given.date.is_none_or(|date| since.is_none_or(|since| date >= since)) {
                return Ok(Became::Unfit("rated"));
            }
        }
        let comment = comment.map(|text| one_line(text, 1000)).filter(|text| !text.is_empty());
        self.stage.change(id)?.ticket.satisfaction = Some(Satisfaction { score, comment, date: Some(self.here.now) });
        self.note(id, "rated by", asker, None);
        Ok(Became::Taken { id: id.to_string() })
    }

    /// All that was taken as one change.
    fn finish(self) -> Result<Change> {
        let subject = match self.verbs.as_slice() {
            [(id, verb)] => {
                let who = self.author.as_ref().map_or("nobody", |author| author.email.as_str());
                format!("{id}: {verb} {who}")
            }
            many => format!("portal: {} messages", many.len()),
        };
        let desk = Person {
            name: self.settings.mail.name.clone().unwrap_or_else(|| self.settings.desk.clone()),
            email: self.settings.mail.address.clone().unwrap_or_else(|| handle_address(crate::desk::rules::MACHINE)),
        };
        // What is written in a form proves nobody: an agent's address makes no agent.
        let author = self.author.clone().filter(|author| self.verbs.len() == 1 && !self.is_ours(&author.email));
        let finished = self.stage.finish()?;
        let mut trailers = vec![("Loket-Command", "portal".to_owned())];
        trailers.extend(finished.tickets.iter().map(|id| ("Loket-Ticket", id.to_string())));
        Ok(Change {
            files: finished.texts,
            stored: finished.stored,
            subject,
            trailers,
            errands: Vec::new(),
            author: author.unwrap_or(desk),
            date: self.here.now,
        })
    }
}

fn person(name: &str, email: &str) -> Person {
    let name = if name.is_empty() { email.split('@').next().unwrap_or(email) } else { name };
    Person { name: name.to_owned(), email: email.to_owned() }
}

/// The id a request is known by, as a message has it.
fn message_id(known_as: &str) -> String {
    format!("<{known_as}@portal.loket.invalid>")
}

/// A text on one line, without control characters, of at most so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// A text of several lines: their ends as on this system, no other control characters, and no line that would fold the
/// rest away.
fn text_of(text: &str) -> String {
    fold::join(&text.replace("\r\n", "\n"), "")
}
