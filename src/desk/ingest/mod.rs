//! `mail ingest`: messages become tickets and comments (mail.md). One message is one commit, a batch is committed in
//! chunks; what is stored already is recognised, so that a batch that was stopped is simply given again.

mod agent;
mod answer;
pub(in crate::desk) mod bounced;
mod find;
mod join;
mod kept;
mod people;
mod since;
pub mod source;
mod take;
mod write;

use std::collections::BTreeMap;

use super::Here;
use super::errands::keys;
use super::rules::Outcome;
use crate::desk::stage::{Finished, Stage};
use crate::domain::person::handle_address;
use crate::failure::{Failure, Result};
use crate::mail::message::MAX_MESSAGE;
use crate::search::{Damaged, Level, Reader};
use crate::store::{Change, Oid, Person, Snapshot};
use crate::view::mail::IngestView;
use find::{Known, Made};
use source::Item;
use take::{Ground, Taker};

/// So many messages of a batch are one commit.
const CHUNK: usize = 100;
/// So many bytes of messages at most, unless one alone is larger.
const CHUNK_BYTES: usize = 16 << 20;

/// Why bytes are not even kept: the exit status is 65 then.
#[derive(Debug)]
struct Unstorable(&'static str);

impl std::fmt::Display for Unstorable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for Unstorable {}

/// Whether it is of no use to offer a message again.
pub fn is_unstorable(trouble: &anyhow::Error) -> bool {
    trouble.is::<Unstorable>()
}

/// What a batch came to.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many messages became what.
    pub actions: BTreeMap<&'static str, usize>,
    /// Where those lie that could not be taken now, and why.
    pub failed: Vec<(String, String)>,
    /// Where there was nothing to take.
    pub unstorable: Vec<(String, String)>,
    /// What else is to be told.
    pub warnings: Vec<String>,
}

impl Batch {
    /// How many messages were offered.
    pub fn read(&self) -> usize {
        self.actions.values().sum::<usize>() + self.failed.len() + self.unstorable.len()
    }
}

/// A message of a batch, by where it came from.
pub struct Offered {
    pub place: String,
    pub raw: Vec<u8>,
}

impl Here {
    /// Takes one message.
    pub fn ingest(&self, raw: &[u8]) -> Result<IngestView> {
        storable(raw)?;
        let take = || {
            self.run(|run| run.take(&[raw])?.pop().ok_or_else(|| Failure::error("the message was not taken").into()))
        };
        match take() {
            Err(trouble) if trouble.is::<Damaged>() => {
                self.progress.note("the search index is damaged and is built anew; the desk itself is not touched");
                self.discard_index()?;
                take()
            }
            done => done,
        }
    }

    /// Takes many messages, in order; `told` hears of each once it is committed.
    pub fn ingest_all(&self, items: &[Item], told: &mut dyn FnMut(&IngestView) -> Result<()>) -> Result<Batch> {
        let mut batch = Batch::default();
        self.progress.start("taking messages", items.len() as u64);
        let done = self.run(|run| {
            let (mut chunk, mut bytes): (Vec<Offered>, usize) = (Vec::new(), 0);
            for item in items {
                match item.read().and_then(|raw| storable(&raw).map(|()| raw)) {
                    Ok(raw) => {
                        bytes += raw.len();
                        chunk.push(Offered { place: item.place(), raw });
                    }
                    Err(trouble) if trouble.is::<Unstorable>() => {
                        batch.unstorable.push((item.place(), trouble.to_string()));
                    }
                    Err(trouble) => batch.failed.push((item.place(), format!("{trouble:#}"))),
                }
                if chunk.len() >= CHUNK || bytes >= CHUNK_BYTES {
                    run.take_chunk(&chunk, &mut batch, told)?;
                    self.progress.step(chunk.len() as u64);
                    chunk.clear();
                    bytes = 0;
                }
            }
            run.take_chunk(&chunk, &mut batch, told)
        });
        self.progress.done();
        done.map(|()| batch)
    }

    /// Takes messages that are at hand, as [`ingest_all`](Self::ingest_all) does; gives whether each is safe.
    pub fn ingest_offered(
        &self,
        offered: &[Offered],
        batch: &mut Batch,
        told: &mut dyn FnMut(&IngestView) -> Result<()>,
    ) -> Result<()> {
        self.run(|run| run.take_chunk(offered, batch, told))
    }

    fn run<T>(&self, work: impl FnOnce(&mut Run<'_>) -> Result<T>) -> Result<T> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        work(&mut Run { here: self, reader: &reader, head: snapshot.commit, made: Made::default() })
    }

    fn mail_ground(&self, snapshot: &Snapshot<'_>) -> Result<Ground> {
        let settings = self.settings(snapshot)?;
        let desk_id = self.desk.first_commit()?.map(|oid| oid.to_string()).unwrap_or_default();
        let own = settings.mail.own();
        Ok(Ground { people: self.people(snapshot)?, signer: self.signer()?, desk_id, own, settings })
    }
}

fn storable(raw: &[u8]) -> Result<()> {
    if raw.trim_ascii().is_empty() {
        return Err(Unstorable("there is no message: the input is empty").into());
    }
    if raw.len() > MAX_MESSAGE {
        return Err(Unstorable("the message is larger than 1 GiB").into());
    }
    Ok(())
}

/// A run over messages: the index as it was at its start, and what this run has stored since.
struct Run<'a> {
    here: &'a Here,
    reader: &'a Reader<'a>,
    /// The commit that reader and `made` together stand for.
    head: Option<Oid>,
    made: Made,
}

impl Run<'_> {
    /// Takes messages in one commit, all or none.
    fn take(&mut self, raws: &[&[u8]]) -> Result<Vec<IngestView>> {
        let here = self.here;
        let (mut views, mut made, mut outcome) = (Vec::new(), Made::default(), Outcome::default());
        let mut errands = Vec::new();
        let done = here.desk.commit(|snapshot| {
            let ground = here.mail_ground(snapshot)?;
            // Where somebody else has written meanwhile, the index is opened as of then.
            let fresh = match snapshot.commit == self.head {
                true => None,
                false => Some(here.reader(snapshot, &ground.settings, Level::Present)?),
            };
            let known = Known { reader: fresh.as_ref().unwrap_or(self.reader), made: &self.made };
            let rules = here.rulebook(snapshot, &ground.settings, &ground.people)?;
            let mut stage = Stage::new(here, snapshot);
            (views, made) = (Vec::new(), Made::default());
            for raw in raws {
                let taken = Taker { stage: &mut stage, known: &known, made: &mut made, ground: &ground }.take(raw)?;
                stage.settle(&rules, taken.may_reply)?;
                views.push(taken);
            }
            if stage.is_empty() {
                return Ok(None);
            }
            outcome = rules.finish();
            let mut change = change(here, &ground, stage.finish()?, &views);
            outcome.tell(here, &mut change);
            errands = keys(&change);
            Ok(Some(change))
        })?;
        let warnings = outcome.warnings.into_iter();
        if let Some(commit) = done.commit {
            self.head = Some(commit);
            self.made.add(made);
        }
        for view in &mut views {
            let kept = !matches!(view.action, "duplicate") && view.class != Some("own");
            view.commit = done.commit.filter(|_| kept).map(|oid| oid.to_string());
        }
        if let Some(view) = views.first_mut() {
            view.warnings.extend(warnings.chain(done.warnings).chain(here.do_errands(&errands)));
        }
        Ok(views)
    }

    /// Takes a chunk; where that cannot be done, its messages one by one, so that none stands in the way of the others.
    fn take_chunk(
        &mut self,
        chunk: &[Offered],
        batch: &mut Batch,
        told: &mut dyn FnMut(&IngestView) -> Result<()>,
    ) -> Result<()> {
        if chunk.is_empty() {
            return Ok(());
        }
        let raws: Vec<&[u8]> = chunk.iter().map(|one| one.raw.as_slice()).collect();
        let views = match self.take(&raws) {
            Ok(views) => views,
            Err(_) => {
                let mut views = Vec::new();
                for one in chunk {
                    match self.take(&[&one.raw]) {
                        Ok(taken) => views.extend(taken),
                        Err(trouble) => batch.failed.push((one.place.clone(), format!("{trouble:#}"))),
                    }
                }
                views
            }
        };
        for view in &views {
            *batch.actions.entry(view.action).or_default() += 1;
            told(view)?;
        }
        Ok(())
    }
}

fn change(here: &Here, ground: &Ground, finished: Finished, views: &[IngestView]) -> Change {
    let mut trailers = vec![("Loket-Command", "mail ingest".to_owned())];
    trailers.extend(finished.tickets.iter().map(|id| ("Loket-Ticket", id.to_string())));
    Change {
        files: finished.texts,
        stored: finished.stored,
        subject: subject(views),
        trailers,
        errands: Vec::new(),
        author: author(ground, views),
        date: here.now,
    }
}

/// What a commit says was taken.
fn subject(views: &[IngestView]) -> String {
    let [view] = views else {
        let count = |action: &str| views.iter().filter(|view| view.action == action).count();
        return format!("mail: {} messages, {} new tickets", views.len(), count("new") + count("follow-up-new"));
    };
    let from = view.from.as_deref().unwrap_or("nobody");
    let now = match &view.status {
        Some(step) if step.from.is_some() => format!(", now {}", step.to),
        _ => String::new(),
    };
    match (&view.ticket, view.action) {
        (Some(id), "new" | "follow-up-new") => format!("{id}: new by mail from {from}"),
        (Some(id), "rejected") => format!("{id}: mail from {from} rejected"),
        (Some(id), "bounce") => format!("{id}: mail came back"),
        (Some(id), _) => format!("{id}: mail from {from}{now}"),
        (None, action) => format!("mail: {action}, from {from}"),
    }
}

/// Whose commit it is: the sender's where there is one message, unless they claim to be an agent and nobody vouches for
/// that; else the desk's.
fn author(ground: &Ground, views: &[IngestView]) -> Person {
    let desk = || Person {
        name: ground.settings.mail.name.clone().unwrap_or_else(|| ground.settings.desk.clone()),
        email: ground.settings.mail.address.clone().unwrap_or_else(|| handle_address("loket")),
    };
    let [view] = views else { return desk() };
    let Some(from) = view.from.as_deref().filter(|from| crate::mail::outbound::is_address(from)) else { return desk() };
    match ground.people.iter().find(|agent| agent.has_email(from)) {
        Some(agent) if view.by_agent => super::author(agent),
        Some(_) => desk(),
        None => Person { name: from.split('@').next().unwrap_or(from).to_owned(), email: from.to_owned() },
    }
}
