//! `sync`: brings a clone and its remote in step; see `store::merging` for what becomes of what both changed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::history::author_view;
use super::{Here, text};
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::format::merge::Side;
pub use crate::store::Handed;
use crate::store::{Conflict, Described, Given, How, Merged, Note, Oid, Person, Pushed, Remote, Why};
use crate::view::sync::{GivenView, NoteView, SyncView};

/// How often the remote may be faster before it is given up for now.
const TRIES: u32 = 40;
/// The longest pause between two tries, in milliseconds.
const LONGEST_PAUSE: u64 = 2_000;
/// So much of a conflict is shown, in lines.
const SHOWN: usize = 30;

/// What is done where both sides changed the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    Ours,
    Theirs,
    /// Somebody settles it in an editor.
    Edit,
}

/// What `sync` is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub remote: Option<String>,
    pub take: Option<Take>,
    pub editor: String,
    pub dry_run: bool,
}

/// What somebody made of conflicts, by path.
type Settled = BTreeMap<String, Vec<u8>>;

/// One `sync` under way.
struct Sync<'a> {
    here: &'a Here,
    request: &'a Request,
    remote: Remote,
    people: Vec<Agent>,
    settled: Settled,
    view: SyncView,
}

impl Here {
    /// Fetches, merges and pushes until the clone and its remote have the same, or says why that cannot be.
    pub fn sync(&self, request: &Request) -> Result<SyncView> {
        let people = self.people(&self.present()?)?;
        let remote = self.desk.remote(request.remote.as_deref())?;
        let view = SyncView {
            remote: remote.name.clone(),
            branch: remote.theirs.clone(),
            dry_run: request.dry_run,
            ..SyncView::default()
        };
        let mut sync = Sync { here: self, request, remote, people, settled: Settled::new(), view };
        for attempt in 0..TRIES {
            if sync.once()? {
                return Ok(sync.view);
            }
            pause(attempt);
        }
        let failure = Failure::refused(format!("{} keeps moving: others push all the time", sync.remote.label()));
        Err(failure.hint("what you have is committed here; sync again").into())
    }

    /// Merges the versions of a file that git hands over; false where a conflict is left in it.
    pub fn drive(&self, handed: &Handed<'_>, heads: &[String]) -> Result<bool> {
        self.desk.drive(handed, heads)
    }
}

/// Waits a little, longer each time, and not as long as anybody else.
fn pause(attempt: u32) {
    let longest = (20u64 << attempt.min(7)).min(LONGEST_PAUSE);
    std::thread::sleep(std::time::Duration::from_millis(fastrand::u64(5..=longest)));
}

impl Sync<'_> {
    /// Fetches, merges and pushes once; false where somebody else has pushed meanwhile.
    fn once(&mut self) -> Result<bool> {
        let desk = &self.here.desk;
        let tip = desk.fetch(&self.remote)?;
        if let Some(tip) = tip {
            self.bring_in(tip)?;
        }
        let head = desk.head_commit()?;
        self.view.commit = head.map(|oid| oid.to_string());
        let Some(head) = head else { return Ok(true) };
        let ahead = desk.count_missing(tip, head)?;
        let is_done = ahead == 0 || self.request.dry_run || desk.push(&self.remote)? == Pushed::Done;
        if is_done {
            self.view.pushed = ahead;
        }
        Ok(is_done)
    }

    fn bring_in(&mut self, tip: Oid) -> Result<()> {
        let desk = &self.here.desk;
        let head = desk.head_commit()?;
        let coming = desk.count_missing(head, tip)?;
        if coming == 0 {
            return Ok(());
        }
        if let Some(head) = head
            && desk.merge_base(head, tip)?.is_none()
        {
            let failure = Failure::refused(format!("{} has nothing in common with this desk", self.remote.label()));
            return Err(failure.hint("is it the right remote? `git remote -v` shows where it leads").into());
        }
        self.view.fetched += coming;
        if self.request.dry_run {
            return self.foresee(head, tip);
        }
        let joined = loop {
            let joined = self.with_how(&|how| desk.merge_in(tip, how, &|merged| self.describe(merged)))?;
            if joined.conflicts.is_empty() {
                break joined;
            }
            self.settle(&joined.conflicts)?;
        };
        self.view.files += joined.files;
        self.view.merges.extend(joined.commit.filter(|_| joined.is_merge).map(|oid| oid.to_string()));
        self.view.notes.extend(joined.notes.iter().map(|note| note_view(note, &self.people)));
        self.view.warnings.extend(joined.warnings);
        Ok(())
    }

    /// What a merge would do, without doing it.
    fn foresee(&mut self, head: Option<Oid>, tip: Oid) -> Result<()> {
        let desk = &self.here.desk;
        let parted = |head: &Oid| desk.merge_base(*head, tip).is_ok_and(|base| base != Some(*head));
        let Some(head) = head.filter(parted) else { return Ok(()) };
        let merged = self.with_how(&|how| desk.plan_merge(head, tip, how))?;
        if !merged.conflicts.is_empty() && self.request.take != Some(Take::Edit) {
            return Err(refusal(&merged.conflicts, &self.remote).into());
        }
        self.view.notes.extend(merged.notes.iter().map(|note| note_view(note, &self.people)));
        Ok(())
    }

    fn with_how<T>(&self, act: &dyn Fn(&How<'_>) -> Result<T>) -> Result<T> {
        let drawn = RefCell::new(Vec::new());
        let how = How {
            take: match self.request.take {
                Some(Take::Ours) => Some(Side::Ours),
                Some(Take::Theirs) => Some(Side::Theirs),
                Some(Take::Edit) | None => None,
            },
            settled: &|path| self.settled.get(path).cloned(),
            fresh: &|id| self.here.fresh_like(id, &mut drawn.borrow_mut()),
        };
        act(&how)
    }

    /// The merge commit: who syncs, what gave way.
    fn describe(&self, merged: &Merged) -> Result<Described> {
        let here = self.here;
        let author = match here.find_acting(&self.people)? {
            Some(agent) => super::author(&agent),
            None => match here.desk.configured_person() {
                (Some(name), Some(email)) => Person { name, email },
                _ => Person { name: "loket".into(), email: "loket@localhost".into() },
            },
        };
        let plain = |text: String| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let notes: Vec<String> = merged.notes.iter().map(|note| plain(note_view(note, &self.people).said())).collect();
        let body = if notes.is_empty() { String::new() } else { format!("{}\n\n", notes.join("\n")) };
        let message = format!("Merge {}\n\n{body}Loket-Command: sync\n", self.remote.label());
        Ok(Described { author, date: here.now, message })
    }

    /// Lets somebody settle the conflicts in the editor, where that was asked for; a refusal otherwise.
    fn settle(&mut self, conflicts: &[Conflict]) -> Result<()> {
        let are_texts = conflicts.iter().all(|conflict| matches!(conflict.why, Why::Lines(_)));
        if self.request.take != Some(Take::Edit) || !are_texts {
            return Err(refusal(conflicts, &self.remote).into());
        }
        for Conflict { path, why } in conflicts {
            let Why::Lines(marked) = why else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            let done = text::edit(marked, name, &self.request.editor)?;
            let left = done.split(|&byte| byte == b'\n').position(|line| line.starts_with(b"<<<<<<< "));
            if let Some(line) = left {
                let message = format!("{path}:{}: both versions are still there; nothing was changed", line + 1);
                let hint = "remove the lines with <<<<<<<, |||||||, ======= and >>>>>>>";
                return Err(Failure::refused(message).hint(hint).at(path, line + 1, 1).into());
            }
            self.settled.insert(path.clone(), done);
        }
        Ok(())
    }
}

impl Here {
    /// An id of the same day that nobody has.
    fn fresh_like(&self, id: &TicketId, drawn: &mut Vec<TicketId>) -> TicketId {
        let day = &id.as_str()[..6];
        let head = self.desk.head().ok();
        let taken = |id: &TicketId| {
            head.as_ref().is_some_and(|head| head.find(&layout::ticket_folder(id)).is_ok_and(|found| found.is_some()))
        };
        loop {
            let Ok(fresh) = format!("{day}-{}", self.tail(6)).parse::<TicketId>() else { continue };
            if fresh != *id && !drawn.contains(&fresh) && !taken(&fresh) {
                drawn.push(fresh.clone());
                return fresh;
            }
        }
    }
}

/// Both versions of what nobody but a person can merge.
fn refusal(conflicts: &[Conflict], remote: &Remote) -> Failure {
    let paths: Vec<&str> = conflicts.iter().map(|conflict| conflict.path.as_str()).collect();
    let many = if paths.len() == 1 { "was" } else { "were" };
    let message = format!("{} {many} changed here and in {}; nothing was changed", paths.join(", "), remote.label());
    let shown: Vec<String> = conflicts.iter().map(shown).collect();
    Failure::refused(message)
        .detail(shown.join("\n"))
        .hint("loket sync --take ours, or --take theirs, for the places that both changed")
        .hint("loket sync --take edit, to settle them in your editor")
        .in_file(paths[0])
}

fn shown(conflict: &Conflict) -> String {
    let Why::Lines(marked) = &conflict.why else {
        return format!("{}: it is no text that could be merged", conflict.path);
    };
    let text = String::from_utf8_lossy(marked);
    let mut inside = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        inside |= line.starts_with("<<<<<<< ");
        if inside {
            lines.push(format!("  {line}"));
        }
        inside &= !line.starts_with(">>>>>>> ");
    }
    if lines.len() > SHOWN {
        lines.truncate(SHOWN);
        lines.push("  …".to_owned());
    }
    format!("{}:\n{}", conflict.path, lines.join("\n"))
}

fn note_view(note: &Note, people: &[Agent]) -> NoteView {
    let given = |given: &Given| {
        let author = author_view(&given.by, people);
        GivenView { value: given.value.clone(), author, date: given.at }
    };
    let of = |what, path: &str| {
        let ticket = layout::parse_ticket_path(path).map(|(id, _)| id);
        let ticket = ticket.or_else(|| path.rsplit('/').next()?.parse().ok());
        let (ticket, path) = (ticket.map(|id: TicketId| id.to_string()), path.to_owned());
        NoteView { what, ticket, path, field: None, kept: None, dropped: None, to: None }
    };
    match note {
        Note::Field { path, field, kept, dropped } => NoteView {
            field: Some(field.clone()),
            kept: Some(given(kept)),
            dropped: Some(given(dropped)),
            ..of("field", path)
        },
        Note::Kept { path } => of("kept", path),
        Note::Renamed { path, to } => NoteView { to: Some(to.clone()), ..of("renamed", path) },
        Note::Renumbered { from, to } => {
            NoteView { to: Some(to.to_string()), ..of("renumbered", &layout::ticket_folder(from)) }
        }
    }
}
