//! What messages make of the desk before it is committed: tickets opened or made, comments, files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::Here;
use super::mutate::{self, basic};
use super::rules::{Case, Rulebook};
use crate::domain::comment::{Comment, TAILS, Visibility, tail_number, tail_of};
use crate::domain::id::TicketId;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::format::frontmatter::{self, Node};
use crate::format::{self, comment, layout, ticket};
use crate::mail::name::Names;
use crate::store::{Oid, Snapshot};

/// How far merges are followed.
const FARTHEST: usize = 100;
/// How often an id is drawn again because it is taken.
const DRAWS: usize = 20;

/// The name of a ticket's first message, as it came.
const FIRST: &str = "message.eml";

/// A ticket as it will be.
pub struct Kept {
    /// As it is committed, with the bytes of its file; `None` for one that is new.
    old: Option<(Ticket, Vec<u8>)>,
    pub ticket: Ticket,
    pub body: String,
    /// In the order of time.
    pub thread: Vec<Comment>,
    /// Name and object of each attachment, raw messages too.
    pub files: HashMap<String, Oid>,
    names: Names,
}

impl Kept {
    /// A name for a file that no other of the ticket has.
    pub fn unique(&mut self, name: &str) -> String {
        self.names.unique(name)
    }

    /// The addresses that take part: the requester, the participants, and who has written from outside in public.
    pub fn participants(&self) -> impl Iterator<Item = &str> {
        let open = |comment: &&Comment| comment.visibility == Visibility::Public && !comment.automatic;
        let authors = self.thread.iter().filter(open).map(|comment| comment.author.as_str());
        let written = authors.filter(|author| author.contains('@'));
        self.ticket.requester.as_deref().into_iter().chain(self.ticket.cc.iter().map(String::as_str)).chain(written)
    }

    pub fn has_participant(&self, address: &str) -> bool {
        self.participants().any(|known| known.eq_ignore_ascii_case(address))
    }

    /// A stem for a comment of a time, after all others of its second.
    fn stem(&self, here: &Here, at: Timestamp) -> Result<String> {
        let second = basic(at);
        let tail = |comment: &Comment| tail_number(comment.id.strip_prefix(&second)?.strip_prefix('-')?);
        let floor = self.thread.iter().filter_map(tail).max().map_or(0, |last| last + 1);
        let left = TAILS.saturating_sub(floor);
        if left == 0 {
            return Err(Failure::error("this ticket has no room for another comment of this second").into());
        }
        Ok(format!("{second}-{}", tail_of(floor + here.below((left / 64).max(1)))))
    }
}

/// A change under way.
pub struct Stage<'a> {
    pub here: &'a Here,
    pub snapshot: &'a Snapshot<'a>,
    tickets: BTreeMap<TicketId, Kept>,
    touched: BTreeSet<TicketId>,
    /// Each ticket changed since the last time the rules were asked, as it was then; `None` where it is new.
    unsettled: BTreeMap<TicketId, Option<(Ticket, BTreeSet<String>)>>,
    texts: BTreeMap<String, Vec<u8>>,
    stored: BTreeMap<String, Oid>,
}

impl<'a> Stage<'a> {
    pub fn new(here: &'a Here, snapshot: &'a Snapshot<'a>) -> Self {
        Stage {
            here,
            snapshot,
            tickets: BTreeMap::new(),
            touched: BTreeSet::new(),
            unsettled: BTreeMap::new(),
            texts: BTreeMap::new(),
            stored: BTreeMap::new(),
        }
    }

    /// A ticket as it stands; `None` where there is none.
    pub fn find(&mut self, id: &TicketId) -> Result<Option<&mut Kept>> {
        if !self.tickets.contains_key(id) {
            if self.snapshot.find_file(&layout::ticket(id))?.is_none() {
                return Ok(None);
            }
            let draft = mutate::open(self.snapshot, id)?;
            let taken = draft.folder.files.iter().map(|(name, _)| name.as_str());
            let names = Names::without(taken.chain([FIRST]));
            let kept = Kept {
                old: Some((draft.old, draft.folder.bytes)),
                ticket: draft.new,
                body: draft.body,
                thread: draft.folder.thread,
                files: draft.folder.files.into_iter().collect(),
                names,
            };
            self.tickets.insert(id.clone(), kept);
        }
        Ok(self.tickets.get_mut(id))
    }

    /// A ticket that is known to be there.
    pub fn open(&mut self, id: &TicketId) -> Result<&mut Kept> {
        self.find(id)?.ok_or_else(|| Failure::not_found(format!("there is no ticket '{id}'")).into())
    }

    /// The same, to change it.
    pub fn change(&mut self, id: &TicketId) -> Result<&mut Kept> {
        self.touched.insert(id.clone());
        if !self.unsettled.contains_key(id) {
            let kept = self.open(id)?;
            let before = (kept.ticket.clone(), kept.thread.iter().map(|comment| comment.id.clone()).collect());
            self.unsettled.insert(id.clone(), Some(before));
        }
        self.open(id)
    }

    /// Lets what has changed since the last time set off the desk's rules.
    pub fn settle(&mut self, rules: &Rulebook<'_>, may_reply: bool) -> Result<()> {
        for (id, before) in std::mem::take(&mut self.unsettled) {
            let kept = self.open(&id)?;
            let (old, known) = before.map_or((None, BTreeSet::new()), |(old, known)| (Some(old), known));
            let (mut thread, said): (Vec<Comment>, Vec<Comment>) =
                kept.thread.iter().cloned().partition(|comment| known.contains(&comment.id));
            let count = said.len();
            thread.extend(said);
            let mut case = Case {
                old,
                ticket: kept.ticket.clone(),
                body: kept.body.clone(),
                thread,
                said: count,
                may_reply,
                added: Vec::new(),
            };
            rules.settle(&mut case)?;
            kept.ticket = case.ticket;
            for comment in case.added {
                self.say(&id, comment)?;
            }
        }
        // What rules change sets off nothing more than the chain they were in.
        self.unsettled.clear();
        Ok(())
    }

    /// The ticket at the end of a chain of merges; `None` where there is no ticket.
    pub fn root(&mut self, id: &TicketId) -> Result<Option<TicketId>> {
        let mut at = id.clone();
        if self.find(&at)?.is_none() {
            return Ok(None);
        }
        for _ in 0..FARTHEST {
            let next = self.open(&at)?.ticket.merged_into.clone();
            match next {
                Some(next) if next != *id && self.find(&next)?.is_some() => at = next,
                _ => return Ok(Some(at)),
            }
        }
        Ok(Some(at))
    }

    /// Makes a ticket under an id nobody has, of the day it was created.
    pub fn make(&mut self, fresh: impl FnOnce(TicketId) -> Ticket, created: Timestamp) -> Result<TicketId> {
        let id = self.draw(created)?;
        let kept = Kept {
            old: None,
            ticket: fresh(id.clone()),
            body: String::new(),
            thread: Vec::new(),
            files: HashMap::new(),
            names: Names::without([FIRST]),
        };
        self.tickets.insert(id.clone(), kept);
        self.touched.insert(id.clone());
        self.unsettled.insert(id.clone(), None);
        Ok(id)
    }

    fn draw(&mut self, created: Timestamp) -> Result<TicketId> {
        let day = jiff::tz::TimeZone::UTC.to_datetime(created).date();
        for _ in 0..DRAWS {
            let Some(id) = TicketId::new(day, &self.here.tail(5)) else { break };
            let taken = self.tickets.contains_key(&id) || self.snapshot.find(&layout::ticket_folder(&id))?.is_some();
            if !taken {
                return Ok(id);
            }
        }
        Err(Failure::error(format!("no free id for {day} was found"))
            .hint("look at LOKET_NOW: an id holds the years 1970 to 2069")
            .into())
    }

    /// Adds a comment; gives its stem, which follows from its date.
    pub fn say(&mut self, id: &TicketId, comment: Comment) -> Result<String> {
        let here = self.here;
        let kept = self.change(id)?;
        let stem = kept.stem(here, comment.date)?;
        let comment = Comment { id: stem.clone(), ..comment };
        let text = comment::render(&comment);
        let place = kept.thread.partition_point(|known| known.id < comment.id);
        kept.thread.insert(place, comment);
        self.texts.insert(layout::comment(id, &stem), text.into_bytes());
        Ok(stem)
    }

    /// Changes keys of a comment's file; what of it a command may change is that it was sent.
    pub fn edit_comment(&mut self, id: &TicketId, stem: &str, edits: &[(&str, Option<Node>)]) -> Result<()> {
        let path = layout::comment(id, stem);
        let bytes = self.text(&path)?.ok_or_else(|| Failure::not_found(format!("there is no comment {path}")))?;
        let fault = |fault: format::Fault| format::failure(&fault, &path);
        let text = frontmatter::edit(&String::from_utf8_lossy(&bytes), edits, &comment::KEYS).map_err(fault)?;
        let changed = comment::parse(stem, text.as_bytes()).map_err(fault)?;
        let kept = self.change(id)?;
        if let Some(known) = kept.thread.iter_mut().find(|known| known.id == stem) {
            *known = changed;
        }
        self.texts.insert(path, text.into_bytes());
        Ok(())
    }

    /// Attaches a file under a name that is its own; gives the name.
    pub fn attach(&mut self, id: &TicketId, name: &str, content: &[u8]) -> Result<String> {
        let object = self.snapshot.store(content)?;
        let kept = self.change(id)?;
        // What is called like the raw message of a comment would be taken for one.
        let reserved = name.strip_suffix(".eml").is_some_and(layout::is_comment_stem);
        let name = if reserved { kept.unique(&format!("mail-{name}")) } else { kept.unique(name) };
        kept.files.insert(name.clone(), object);
        self.stored.insert(layout::attachment(id, &name), object);
        Ok(name)
    }

    /// Keeps a message as it came, at its own place in a ticket.
    pub fn keep_raw(&mut self, id: &TicketId, path: String, raw: &[u8]) -> Result<()> {
        let object = self.snapshot.store(raw)?;
        if let Some((_, name)) = path.rsplit_once('/') {
            self.change(id)?.files.insert(name.to_owned(), object);
        }
        self.stored.insert(path, object);
        Ok(())
    }

    /// Keeps a file that is no ticket's; false where it lies there already.
    pub fn put(&mut self, path: String, content: &[u8]) -> Result<bool> {
        if self.stored.contains_key(&path) || self.snapshot.find_file(&path)?.is_some() {
            return Ok(false);
        }
        self.stored.insert(path, self.snapshot.store(content)?);
        Ok(true)
    }

    /// A file that is no ticket's, as it will be.
    pub fn text(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self.texts.get(path) {
            Some(text) => Ok(Some(text.clone())),
            None => self.snapshot.file(path),
        }
    }

    pub fn write(&mut self, path: String, text: String) {
        self.texts.insert(path, text.into_bytes());
    }

    pub fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.texts.is_empty() && self.stored.is_empty()
    }

    /// All that is to be committed: texts, objects, and the tickets they are of.
    pub fn finish(mut self) -> Result<Finished> {
        for id in &self.touched {
            let Some(kept) = self.tickets.get(id) else { continue };
            let path = layout::ticket(id);
            match &kept.old {
                None => drop(self.texts.insert(path, ticket::render(&kept.ticket, &kept.body).into_bytes())),
                Some((old, _)) if *old == kept.ticket => {}
                Some((old, bytes)) => {
                    let text = String::from_utf8_lossy(bytes);
                    let edited = ticket::edit(&text, old, &kept.ticket);
                    let edited = edited.map_err(|fault| format::failure(&fault, &path))?;
                    self.texts.insert(path, edited.into_bytes());
                }
            }
        }
        Ok(Finished { texts: self.texts, stored: self.stored, tickets: self.touched.into_iter().collect() })
    }
}

/// What a stage comes to.
pub struct Finished {
    pub texts: BTreeMap<String, Vec<u8>>,
    pub stored: BTreeMap<String, Oid>,
    pub tickets: Vec<TicketId>,
}
