//! The use cases: read a snapshot, decide, apply a change, answer with a view. One file each.

pub mod answer;
pub mod assign;
pub mod attach;
pub mod audit;
pub mod backup;
pub mod check;
pub mod editing;
mod errands;
pub mod escalate;
pub mod export;
pub mod fetch;
pub mod files;
pub mod history;
pub mod import;
pub mod indexing;
pub mod ingest;
pub mod init;
pub mod kb;
pub mod list;
pub mod mail;
pub mod manual;
pub mod merge;
pub mod mutate;
pub mod new;
pub mod patterns;
mod people;
pub mod policies;
pub mod portal;
pub mod processes;
pub mod rate;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod search;
pub mod send;
pub mod set;
pub mod show;
pub mod sla;
pub mod split;
mod stage;
pub mod suggest;
pub mod sync;
pub mod talk;
pub mod text;
pub mod tick;
mod tidy;
mod undo;
pub mod verbs;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::person::Agent;
use crate::domain::query::{self, Context, Expr, Me, render_pointer};
use crate::domain::settings::Settings;
use crate::domain::view::View;
use crate::failure::{Failure, Result};
use crate::format::{self, layout};
use crate::mail::sign::Signer;
use crate::progress::Progress;
use crate::search::{Level, Opening, Reader};
use crate::store::{Desk, Found, Oid, Person, Snapshot};

/// What a command is told by its surroundings: all that is not its own arguments.
pub struct Surroundings {
    /// Where to look for the desk.
    pub folder: PathBuf,
    /// `LOKET_DESK`, for where that folder is in none.
    pub fallback: Option<PathBuf>,
    pub now: Timestamp,
    /// `--as`, else `LOKET_AGENT`.
    pub agent: Option<String>,
    /// `--at`
    pub at: Option<String>,
    /// `LOKET_KEY`, in place of the desk's own key.
    pub key: Option<String>,
    /// `LOKET_WEBHOOK_SECRET`, which webhooks are signed with in place of the key.
    pub webhook_secret: Option<String>,
    /// `GIT_QUARANTINE_PATH`: where git keeps what is pushed while a hook judges it.
    pub quarantine: Option<PathBuf>,
    /// Seeds the ids, for tests.
    pub seed: Option<u64>,
    pub progress: Box<dyn Progress>,
}

/// An open desk, the time, and who acts.
pub struct Here {
    pub desk: Desk,
    pub now: Timestamp,
    agent: Option<String>,
    key: Option<String>,
    webhook_secret: Option<String>,
    /// The commit `--at` names.
    past: Option<Oid>,
    pub progress: Box<dyn Progress>,
    dice: RefCell<fastrand::Rng>,
}

impl Here {
    /// Finds and opens the desk; finishes what a killed command left.
    pub fn open(around: Surroundings) -> Result<Here> {
        let mut desk = find(&around.folder, around.fallback.as_deref())?;
        if let Some(place) = around.quarantine {
            desk.add_quarantine(place)?;
        }
        match desk.mend() {
            Ok(mended) => mended.iter().for_each(|text| around.progress.note(text)),
            Err(trouble) => {
                around.progress.note(&format!("an interrupted command's work is not finished: {trouble:#}"))
            }
        }
        // A clone whose configuration cannot be written does without: `sync` needs no driver.
        let _ = desk.register_driver();
        let dice = around.seed.map_or_else(seeded_by_system, fastrand::Rng::with_seed);
        let mut here = Here {
            desk,
            now: around.now,
            agent: around.agent,
            key: around.key,
            webhook_secret: around.webhook_secret,
            past: None,
            progress: around.progress,
            dice: RefCell::new(dice),
        };
        if let Some(at) = &around.at {
            let (commit, moment) = here.past(at)?;
            // The desk as it stood: its `today` and its ages are those of then.
            (here.past, here.now) = (Some(commit), moment);
        }
        Ok(here)
    }

    /// Random characters of an id.
    pub fn tail(&self, length: usize) -> String {
        let mut dice = self.dice.borrow_mut();
        (0..length).map(|_| crate::domain::id::ALPHABET[dice.usize(0..32)] as char).collect()
    }

    /// What signs the desk's addresses and message ids.
    pub fn signer(&self) -> Result<Signer> {
        match &self.key {
            Some(key) => Ok(Signer::new(key.trim().as_bytes())),
            None => Ok(Signer::new(&self.desk.key()?)),
        }
    }

    pub fn below(&self, limit: u32) -> u32 {
        self.dice.borrow_mut().u32(0..limit.max(1))
    }

    /// The desk as `--at` wants it, else as it is.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        match self.past {
            None => self.desk.head(),
            Some(commit) => self.desk.at_commit(commit),
        }
    }

    /// The commit a revision or date names, and the moment the desk is read at.
    pub(in crate::desk) fn past(&self, at: &str) -> Result<(Oid, Timestamp)> {
        let nothing = || {
            anyhow::Error::from(
                Failure::usage(format!("--at {}: there is no such revision or date", at.escape_debug()))
                    .hint("give what git understands (HEAD~3, a tag, a commit) or a date like 2026-11-22"),
            )
        };
        let settings = self.settings(&self.desk.head()?);
        let zone = settings.map(|settings| settings.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
        if let Ok((start, end)) = query::date_span(at, self.now, &zone) {
            // A day is read as it stood when it ended.
            let moment = if end > start { end - jiff::SignedDuration::from_secs(1) } else { start };
            let commit = self.desk.commit_at(moment)?.ok_or_else(nothing)?;
            return Ok((commit, moment.min(self.now)));
        }
        let commit = self.desk.find_commit(at)?.ok_or_else(nothing)?;
        Ok((commit, self.desk.commit_info(commit)?.date))
    }

    /// The newest snapshot, for what is about to change it; `--at` makes no sense there.
    pub fn present(&self) -> Result<Snapshot<'_>> {
        match self.past {
            None => self.desk.head(),
            Some(_) => Err(Failure::usage("--at reads the past; this command changes the present").into()),
        }
    }

    pub fn is_past(&self) -> bool {
        self.past.is_some()
    }

    pub fn settings(&self, snapshot: &Snapshot<'_>) -> Result<Settings> {
        let bytes = snapshot.file(layout::SETTINGS)?.unwrap_or_default();
        Ok(format::settings::parse(&bytes).map_err(|fault| format::failure(&fault, layout::SETTINGS))?)
    }

    /// The agents, by handle. A file that cannot be read is told and left out.
    pub fn people(&self, snapshot: &Snapshot<'_>) -> Result<Vec<Agent>> {
        let mut people = Vec::new();
        for entry in snapshot.folder(layout::PEOPLE)?.iter().filter(|entry| !entry.is_folder) {
            let path = format!("{}/{}", layout::PEOPLE, entry.name);
            let Some(handle) = layout::key_in(layout::PEOPLE, &path) else { continue };
            match format::person::parse(handle, &snapshot.read(entry.oid)?) {
                Ok(agent) => people.push(agent),
                Err(fault) => self.progress.note(&format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message)),
            }
        }
        Ok(people)
    }

    /// Who acts: `--as`, `LOKET_AGENT`, or the agent with git's address.
    pub fn acting(&self, people: &[Agent]) -> Result<Agent> {
        match self.find_acting(people)? {
            Some(agent) => Ok(agent),
            None => {
                let said = "nobody knows who acts: no agent has git's user.email";
                Err(Failure::error(said)
                    .hint(self.introduction())
                    .hint("or name an agent with --as HANDLE or LOKET_AGENT")
                    .into())
            }
        }
    }

    pub(in crate::desk) fn find_acting(&self, people: &[Agent]) -> Result<Option<Agent>> {
        if let Some(handle) = &self.agent {
            let found = people.iter().find(|agent| agent.handle == *handle);
            return match found {
                Some(agent) => Ok(Some(agent.clone())),
                None => Err(unknown_agent(handle, people)),
            };
        }
        let email = self.desk.configured_person().1;
        Ok(email.and_then(|email| people.iter().find(|agent| agent.has_email(&email)).cloned()))
    }

    /// The command that makes the person at the keyboard an agent.
    fn introduction(&self) -> String {
        let (name, email) = self.desk.configured_person();
        let local = email.as_deref().and_then(|email| email.split('@').next());
        let handle = local.filter(|handle| layout::is_key(handle)).unwrap_or("HANDLE").to_owned();
        let quote =
            |text: Option<String>, default: &str| shell_words::quote(text.as_deref().unwrap_or(default)).into_owned();
        format!("loket people new {} --name {} --email {}", handle, quote(name, "NAME"), quote(email, "EMAIL"))
    }

    /// The views of the desk; one without the file has the stock views.
    pub fn views(&self, snapshot: &Snapshot<'_>) -> Result<Vec<View>> {
        let bytes = snapshot.file(layout::VIEWS)?.unwrap_or_else(|| init::VIEWS.into());
        Ok(format::views::parse(&bytes).map_err(|fault| format::failure(&fault, layout::VIEWS))?)
    }

    /// Opens the index for a snapshot.
    pub fn reader<'a>(
        &'a self,
        snapshot: &'a Snapshot<'a>,
        settings: &'a Settings,
        level: Level,
    ) -> Result<Reader<'a>> {
        let derive = &self.policies(snapshot, settings);
        Reader::open(&Opening { desk: &self.desk, snapshot, settings, level, progress: &*self.progress, derive })
    }

    /// Reads a query. In the view `open`, `me` without an agent is nobody.
    pub fn query(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        text: &str,
        of_view: Option<&str>,
    ) -> Result<Expr> {
        // What names nobody and no view needs neither people nor views read.
        let (lower, names_view) = (text.to_lowercase(), text.to_lowercase().contains("view:"));
        let people = if lower.contains("me") || names_view { self.people(snapshot)? } else { Vec::new() };
        let views = if names_view { self.views(snapshot)? } else { Vec::new() };
        let acting = if people.is_empty() { None } else { self.find_acting(&people)? };
        let me = match acting {
            Some(agent) => Me::Agent { handle: agent.handle, teams: agent.teams },
            None if of_view == Some(OPEN) => Me::Nobody,
            None => Me::Unknown { hint: self.introduction() },
        };
        let names: Vec<String> = views.iter().map(|view| view.name.clone()).collect();
        let find = |name: &str| views.iter().find(|view| view.name == name).map(|view| view.query.clone());
        let context = Context {
            settings,
            now: self.now,
            me,
            handles: &[],
            teams: &[],
            orgs: &[],
            view: &find,
            views: &names,
            timeless: false,
        };
        query::parse(text, &context).map_err(|wrong| {
            let new: fn(String) -> Failure = if wrong.missing_agent { Failure::error } else { Failure::usage };
            let failure = new(wrong.message.clone()).detail(render_pointer(text, wrong.column));
            failure.maybe_hint(wrong.hint).column(wrong.column).into()
        })
    }

    /// A date given to an option, as its first moment.
    pub fn date(&self, settings: &Settings, option: &str, text: &str) -> Result<(Timestamp, Timestamp)> {
        query::date_span(text, self.now, &settings.timezone)
            .map_err(|wrong| Failure::usage(format!("{option}: {}", wrong.message)).maybe_hint(wrong.hint).into())
    }
}

/// The view shown where none is named.
pub const OPEN: &str = "open";

/// An agent as the author of a commit.
pub fn author(agent: &Agent) -> Person {
    Person { name: agent.name.clone(), email: agent.email() }
}

fn seeded_by_system() -> fastrand::Rng {
    let mut seed = [0u8; 8];
    match getrandom::fill(&mut seed) {
        Ok(()) => fastrand::Rng::with_seed(u64::from_le_bytes(seed)),
        // Without a source of the system's: time and process id, as fastrand takes them.
        Err(_) => fastrand::Rng::new(),
    }
}

fn find(folder: &Path, fallback: Option<&Path>) -> Result<Desk> {
    let first = Desk::find(folder)?;
    if let Found::Desk(desk) = first {
        return Ok(*desk);
    }
    if let Some(fallback) = fallback
        && let Found::Desk(desk) = Desk::find(fallback)?
    {
        return Ok(*desk);
    }
    Err(match first {
        Found::Repository(place) => {
            Failure::error(format!("the repository at {} is no desk: it has no committed loket.yaml", place.display()))
        }
        _ => Failure::error(format!("there is no desk in {} or above it", folder.display())),
    }
    .hint("make one with `loket init`, or name one with -C DIR or LOKET_DESK")
    .into())
}

/// No agent has that handle.
pub fn unknown_agent(handle: &str, people: &[Agent]) -> anyhow::Error {
    let failure = Failure::not_found(format!("there is no agent '{}'", handle.escape_debug()));
    let near = nearest(handle, people.iter().map(|agent| agent.handle.as_str()));
    failure
        .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
        .hint("`loket people list` shows them all")
        .into()
}

/// The name most like what was typed, if any is much like it.
pub fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&typed, &name.to_lowercase());
    let best = names.map(|name| (distance(name), name)).min()?;
    let limit = (typed.chars().count() / 3).clamp(1, 3);
    (best.0 <= limit.max(if typed.len() < 5 { 2 } else { 1 })).then_some(best.1)
}
