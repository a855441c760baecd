//! The rhythm of every change to tickets: read them, let the verb plan, check the guards, make one commit.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::attach::{Attachment, safe_name};
use super::errands::keys;
use super::rules::{Case, MACHINE, Rulebook, machine};
use super::tick::TICK;
use super::{Here, author};
use crate::domain::comment::{Comment, Mail, TAILS, Visibility, tail_number, tail_of};
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::domain::policy::rule::Event;
use crate::domain::settings::Settings;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::format::{self, changes, comment, layout, ticket};
use crate::store::{Change, Snapshot, TicketFolder};
use crate::view::mutation::{ChangeView, MutationView, NewComment};
use crate::workflow::status::{self, Guard};

/// A comment to be written.
#[derive(Debug, Clone)]
pub struct Words {
    pub text: String,
    pub visibility: Visibility,
    pub files: Vec<Attachment>,
    /// An agent's handle, or an address outside.
    pub author: String,
    pub channel: Option<String>,
    pub origin: Option<Origin>,
    /// No person wrote it.
    pub automatic: bool,
}

/// The pattern that words were made from.
#[derive(Debug, Clone)]
pub struct Origin {
    pub pattern: String,
    /// The text is not what the pattern makes.
    pub deviates: bool,
}

/// A ticket under change.
pub struct Draft {
    pub folder: TicketFolder,
    pub old: Ticket,
    /// What it will be; the verb changes this.
    pub new: Ticket,
    pub body: String,
    pub words: Vec<Words>,
    /// What time has brought it, for rules to listen to.
    pub brought: Vec<Event>,
    /// The rules on `tick` that may fire on it.
    pub timed: Vec<String>,
    /// Where a person has edited the file itself: its text and the ticket it says.
    pub edited: Option<(Vec<u8>, Ticket)>,
}

/// A ticket that is new.
pub struct Made {
    pub ticket: Ticket,
    pub body: String,
    /// Its attachments, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    pub words: Vec<Words>,
}

impl Draft {
    pub fn id(&self) -> &TicketId {
        &self.old.id
    }
}

/// What a verb may ask while it plans.
pub struct Planning<'a> {
    pub here: &'a Here,
    pub snapshot: &'a Snapshot<'a>,
    pub settings: &'a Settings,
    pub people: &'a [Agent],
    pub agent: &'a Agent,
}

/// How a change to tickets is made.
pub struct Plan<'a> {
    /// The verb as it was typed: the trailer `Loket-Command`.
    pub command: &'static str,
    /// What the subject says was done.
    pub what: String,
    pub dry_run: bool,
    /// Overrides the guard that wants contact.
    pub reason: Option<&'a str>,
    /// No guards at all: a merge closes what it merges.
    pub unguarded: bool,
}

/// What a commit has beside the drafts' own: the files of a new ticket, say.
#[derive(Default)]
pub struct Extra {
    pub files: BTreeMap<String, Vec<u8>>,
    pub tickets: Vec<TicketId>,
    pub made: Vec<Made>,
    /// Tickets whose change is no verb's: nothing guards it.
    pub drafts: Vec<Draft>,
    pub trailers: Vec<(&'static str, String)>,
}

impl Here {
    /// Changes tickets: reads each at the newest commit, lets `edit` plan, and commits the lot or nothing.
    pub fn mutate(
        &self,
        ids: &[TicketId],
        plan: &Plan<'_>,
        mut edit: impl FnMut(&mut Draft, &Planning<'_>) -> Result<()>,
    ) -> Result<MutationView> {
        self.mutate_with(ids, plan, &mut edit, &mut |_, _| Ok(Extra::default()))
    }

    /// The same, with files beside the tickets' own.
    pub fn mutate_with(
        &self,
        ids: &[TicketId],
        plan: &Plan<'_>,
        edit: &mut dyn FnMut(&mut Draft, &Planning<'_>) -> Result<()>,
        more: &mut dyn FnMut(&[Draft], &Planning<'_>) -> Result<Extra>,
    ) -> Result<MutationView> {
        let mut view = MutationView::default();
        let mut errands = Vec::new();
        let mut attempt = |snapshot: &Snapshot<'_>| -> Result<Option<Change>> {
            let settings = self.settings(snapshot)?;
            let people = self.people(snapshot)?;
            let agent = match plan.command {
                // Time needs nobody to act.
                TICK => self.find_acting(&people)?.unwrap_or_else(|| machine(&settings)),
                _ => self.acting(&people)?,
            };
            let planning = Planning { here: self, snapshot, settings: &settings, people: &people, agent: &agent };
            let mut drafts = ids.iter().map(|id| open(snapshot, id)).collect::<Result<Vec<_>>>()?;
            for draft in &mut drafts {
                edit(draft, &planning)?;
            }
            let extra = more(&drafts, &planning)?;
            let (change, told) = self.compose(plan, &planning, drafts, extra)?;
            view = told;
            errands = change.as_ref().map(keys).unwrap_or_default();
            Ok(change)
        };
        if plan.dry_run {
            attempt(&self.desk.head()?)?;
            view.dry_run = true;
            return Ok(view);
        }
        let done = self.desk.commit(&mut attempt)?;
        view.commit = done.commit.map(|oid| oid.to_string());
        view.warnings.extend(done.warnings);
        view.warnings.extend(self.do_errands(&errands));
        Ok(view)
    }

    fn compose(
        &self,
        plan: &Plan<'_>,
        planning: &Planning<'_>,
        drafts: Vec<Draft>,
        extra: Extra,
    ) -> Result<(Option<Change>, MutationView)> {
        let mut view = MutationView::default();
        let mut change = Change {
            files: BTreeMap::new(),
            subject: String::new(),
            stored: BTreeMap::new(),
            trailers: vec![("Loket-Command", plan.command.to_owned())],
            errands: Vec::new(),
            author: author(planning.agent),
            date: self.now,
        };
        let rules = self.rulebook(planning.snapshot, planning.settings, planning.people)?;
        let (mut touched, mut statuses) = (Vec::new(), HashSet::new());
        let guarded = drafts.len();
        for (place, mut draft) in drafts.into_iter().chain(extra.drafts).enumerate() {
            let id = draft.id().clone();
            let before = change.files.len();
            if place < guarded && !plan.unguarded {
                draft.guard(planning, plan.reason.is_some())?;
            }
            draft.settle(&rules)?;
            if draft.old.status != draft.new.status {
                statuses.insert(draft.new.status.clone());
            }
            self.write_draft(planning, draft, &mut change, &mut view)?;
            if change.files.len() > before {
                touched.push(id);
            }
        }
        for mut made in extra.made {
            made.settle(&rules, self.now)?;
            touched.push(made.ticket.id.clone());
            self.write_made(made, &mut change, &mut view)?;
        }
        for (path, content) in extra.files {
            change.write(path, content);
        }
        touched.extend(extra.tickets);
        let mut outcome = rules.finish();
        view.warnings.append(&mut outcome.warnings);
        change.trailers.extend(extra.trailers);
        let noted = |(id, rule): &(TicketId, String)| ("Loket-Event", format!("rule {rule} {id}"));
        change.trailers.extend(outcome.timed.iter().map(noted));
        let told: Vec<TicketId> = told(&change);
        if touched.is_empty() && told.is_empty() {
            return Ok((None, view));
        }
        change.subject = subject(if touched.is_empty() { &told } else { &touched }, &plan.what, &statuses);
        if let Some(reason) = plan.reason {
            change.trailers.push(("Loket-Reason", reason.to_owned()));
        }
        change.trailers.extend(touched.iter().map(|id| ("Loket-Ticket", id.to_string())));
        view.fired = std::mem::take(&mut outcome.timed);
        outcome.tell(self, &mut change);
        view.tickets = touched.into_iter().map(String::from).collect();
        Ok((Some(change), view))
    }

    fn write_draft(
        &self,
        planning: &Planning<'_>,
        draft: Draft,
        change: &mut Change,
        view: &mut MutationView,
    ) -> Result<()> {
        let Draft { folder, old, new, words, edited, .. } = draft;
        let mut stems = Stems::of(planning.snapshot, &old.id, &folder, self.now)?;
        for words in words {
            self.write_words(words, &old.id, &mut stems, change, view)?;
        }
        let (bytes, base) = match &edited {
            Some((bytes, base)) => (bytes, base),
            None => (&folder.bytes, &old),
        };
        if *base != new || edited.is_some() {
            let path = layout::ticket(&old.id);
            let text = String::from_utf8_lossy(bytes);
            let text = ticket::edit(&text, base, &new).map_err(|fault| format::failure(&fault, &path))?;
            note_changes(&old.id, &folder, &text, view)?;
            change.write(path, text);
        }
        Ok(())
    }

    /// A new ticket's files.
    fn write_made(&self, made: Made, change: &mut Change, view: &mut MutationView) -> Result<()> {
        let id = &made.ticket.id;
        change.write(layout::ticket(id), ticket::render(&made.ticket, &made.body));
        let files: HashSet<String> =
            made.files.keys().filter_map(|path| path.rsplit('/').next()).map(str::to_lowercase).collect();
        let mut stems = Stems { files, last: None, second: basic(self.now) };
        for (path, content) in made.files {
            change.write(path, content);
        }
        for words in made.words {
            self.write_words(words, id, &mut stems, change, view)?;
        }
        Ok(())
    }

    fn write_words(
        &self,
        words: Words,
        id: &TicketId,
        stems: &mut Stems,
        change: &mut Change,
        view: &mut MutationView,
    ) -> Result<()> {
        let mut names = Vec::new();
        for file in &words.files {
            let name = safe_name(&file.name, &stems.files);
            stems.files.insert(name.to_lowercase());
            change.write(layout::attachment(id, &name), file.content.clone());
            names.push(name);
        }
        let comment = Comment { id: stems.next(self)?, attachments: names, ..words.comment(self.now) };
        let path = layout::comment(id, &comment.id);
        change.write(path.clone(), comment::render(&comment));
        view.comments.push(NewComment { ticket: id.to_string(), id: comment.id, path });
        Ok(())
    }
}

impl Words {
    /// As a comment of an instant that has no name yet.
    pub fn comment(&self, date: Timestamp) -> Comment {
        Comment {
            id: String::new(),
            author: self.author.clone(),
            date,
            visibility: self.visibility,
            channel: self.channel.clone(),
            attachments: self.files.iter().map(|file| file.name.clone()).collect(),
            deviates: self.origin.as_ref().is_some_and(|origin| origin.deviates),
            pattern: self.origin.as_ref().map(|origin| origin.pattern.clone()),
            automatic: self.automatic,
            mail: Mail::default(),
            body: self.text.clone(),
        }
    }

    /// What the desk says by itself.
    pub fn automatic(text: String, visibility: Visibility, pattern: Option<String>) -> Words {
        Words {
            text,
            visibility,
            files: Vec::new(),
            author: MACHINE.to_owned(),
            channel: None,
            origin: pattern.map(|pattern| Origin { pattern, deviates: false }),
            automatic: true,
        }
    }

    /// What a rule has written.
    fn of_rule(comment: Comment) -> Words {
        Words::automatic(comment.body, comment.visibility, comment.pattern)
    }
}

impl Draft {
    /// Refuses a step that a guard forbids.
    fn guard(&self, planning: &Planning<'_>, silent: bool) -> Result<()> {
        let said = self.words.iter().map(|words| words.comment(planning.here.now));
        let thread: Vec<Comment> = self.folder.thread.iter().cloned().chain(said).collect();
        let checked = status::check(&self.old, &self.new, &thread, planning.settings, silent);
        checked.map_err(|guard| refuse(&guard, &self.old, &self.new))
    }

    /// As rules see it.
    pub fn case(&self, now: Timestamp) -> Case {
        let said = self.words.iter().map(|words| words.comment(now));
        Case {
            old: Some(self.old.clone()),
            ticket: self.new.clone(),
            body: self.body.clone(),
            thread: self.folder.thread.iter().cloned().chain(said).collect(),
            said: self.words.len(),
            may_reply: true,
            added: Vec::new(),
        }
    }

    /// Lets the change set off the desk's rules.
    fn settle(&mut self, rules: &Rulebook<'_>) -> Result<()> {
        let mut case = self.case(rules.now());
        rules.settle_with(&mut case, &self.brought, &self.timed)?;
        self.new = case.ticket;
        self.words.extend(case.added.into_iter().map(Words::of_rule));
        Ok(())
    }
}

impl Made {
    /// Lets the new ticket set off the desk's rules.
    fn settle(&mut self, rules: &Rulebook<'_>, now: Timestamp) -> Result<()> {
        let mut case = Case {
            old: None,
            ticket: self.ticket.clone(),
            body: self.body.clone(),
            thread: self.words.iter().map(|words| words.comment(now)).collect(),
            said: self.words.len(),
            may_reply: !self.ticket.outbound,
            added: Vec::new(),
        };
        rules.settle(&mut case)?;
        self.ticket = case.ticket;
        self.words.extend(case.added.into_iter().map(Words::of_rule));
        Ok(())
    }
}

/// Reads a ticket to change it.
pub fn open(snapshot: &Snapshot<'_>, id: &TicketId) -> Result<Draft> {
    let Some(mut folder) = snapshot.ticket(id)? else {
        return Err(Failure::not_found(format!("there is no ticket '{id}'")).into());
    };
    let placeholder = Err(format::Fault { line: 1, column: 1, message: String::new(), hint: None });
    let file = std::mem::replace(&mut folder.file, placeholder);
    let file = file.map_err(|fault| format::failure(&fault, &layout::ticket(id)))?;
    let (old, body) = (file.ticket.clone(), file.body.clone());
    folder.file = Ok(file);
    Ok(Draft {
        new: old.clone(),
        old,
        body,
        folder,
        words: Vec::new(),
        brought: Vec::new(),
        timed: Vec::new(),
        edited: None,
    })
}

fn note_changes(id: &TicketId, folder: &TicketFolder, edited: &str, view: &mut MutationView) -> Result<()> {
    let after = ticket::parse(id, edited.as_bytes()).map_err(|fault| format::failure(&fault, &layout::ticket(id)))?;
    if let Ok(before) = &folder.file {
        view.changes.extend(change_views(id, before, &after));
    }
    Ok(())
}

/// What differs between two versions of a ticket.
pub(super) fn change_views(id: &TicketId, before: &ticket::TicketFile, after: &ticket::TicketFile) -> Vec<ChangeView> {
    let changes = changes::changes(before, after).into_iter();
    changes
        .map(|change| ChangeView { ticket: id.to_string(), field: change.field, from: change.from, to: change.to })
        .collect()
}

/// The tickets that time has brought something, each once.
fn told(change: &Change) -> Vec<TicketId> {
    let events = change.trailers.iter().filter(|(key, _)| *key == "Loket-Event");
    let mut ids: Vec<TicketId> = events.filter_map(|(_, text)| text.rsplit_once(' ')?.1.parse().ok()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// `261122-7k2qm: reply, now waiting`, or `12 tickets: assign to jo`.
fn subject(ids: &[TicketId], what: &str, statuses: &HashSet<String>) -> String {
    let who = match ids {
        [one] => one.to_string(),
        many => format!("{} tickets", many.len()),
    };
    let now = match (ids.len(), statuses.iter().next()) {
        (1, Some(status)) if !what.contains(status.as_str()) => format!(", now {status}"),
        _ => String::new(),
    };
    format!("{who}: {what}{now}")
}

/// What a guard says to people.
pub(super) fn refuse(guard: &Guard, old: &Ticket, new: &Ticket) -> anyhow::Error {
    let id = &old.id;
    let verb = match new.status.as_str() {
        "solved" => format!("solve {id}"),
        "closed" => format!("close {id}"),
        status => format!("set {id} status={status}"),
    };
    let silently = format!("or override: loket {verb} --silent --reason TEXT");
    let failure = match guard {
        Guard::BackToNew => Failure::refused(format!("{id} is {}; nothing goes back to new", old.status))
            .hint(format!("loket reopen {id} makes it open")),
        Guard::NoAssignee => {
            let said = format!("{id} cannot become {}: nobody is assigned", new.status);
            Failure::refused(said).hint(format!("loket take {id}")).hint(silently)
        }
        Guard::NoContact => {
            let said =
                format!("{id} cannot become {}: the requester has had no answer since their last message", new.status);
            Failure::refused(said).hint("say how it ended with -m TEXT, or loket reply first").hint(silently)
        }
        Guard::Missing(fields) => {
            let said = format!("{id} cannot become {} without: {}", new.status, fields.join(", "));
            let all: Vec<String> = fields.iter().map(|field| format!("field.{field}=…")).collect();
            Failure::refused(said).hint(format!("loket set {id} {}", all.join(" ")))
        }
    };
    failure.into()
}

/// The names of a ticket's comments and files, and what the next may be called.
pub struct Stems {
    /// Names of attachments, in lower case.
    files: HashSet<String>,
    /// The greatest tail of this very second, as a number.
    last: Option<u32>,
    second: String,
}

impl Stems {
    fn of(snapshot: &Snapshot<'_>, id: &TicketId, folder: &TicketFolder, now: Timestamp) -> Result<Stems> {
        let files = folder.files.iter().map(|(name, _)| name.to_lowercase()).collect();
        let second = basic(now);
        let tails = snapshot.folder(&layout::ticket_folder(id))?.into_iter().filter_map(|entry| {
            let stem = entry.name.strip_suffix(".md").filter(|stem| layout::is_comment_stem(stem))?;
            tail_number(stem.strip_prefix(&second)?.strip_prefix('-')?)
        });
        Ok(Stems { files, last: tails.max(), second })
    }

    /// The next stem: above the last of the same second, drawn from the lowest part of what is left, so that the names
    /// sort in the order of making and there is room for more.
    fn next(&mut self, here: &Here) -> Result<String> {
        let floor = self.last.map_or(0, |last| last + 1);
        let left = TAILS.saturating_sub(floor);
        if left == 0 {
            let failure = Failure::error("this ticket has no room for another comment of this second");
            return Err(failure.hint("try again").into());
        }
        let tail = floor + here.below((left / 64).max(1));
        self.last = Some(tail);
        Ok(format!("{}-{}", self.second, tail_of(tail)))
    }
}

/// `20261122T042000Z`
pub fn basic(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}
