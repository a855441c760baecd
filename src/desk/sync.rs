//! `sync`: brings a clone and its remote in step; see `store::merging` for what becomes of what both changed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Here;
use super::text;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::format::merge::Side;
pub use crate::store::Handed;
use crate::store::{Conflict, Described, Given, How, Joined, Merged, Note, Oid, Person, Pushed, Remote, Why};
use crate::view::log::AuthorView;
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

impl Here {
    /// Fetches, merges and pushes until the clone and its remote have the same, or says why that cannot be.
    pub fn sync(&self, request: &Request) -> Result<SyncView> {
        self.present()?;
        let remote = self.desk.remote(request.remote.as_deref())?;
        let people = self.people(&self.desk.head()?)?;
        let mut view = SyncView {
            remote: remote.name.clone(),
            branch: remote.theirs.clone(),
            dry_run: request.dry_run,
            ..SyncView::default()
        };
        let mut settled = Settled::new();
        for attempt in 0..TRIES {
            let tip = self.desk.fetch(&remote)?;
            if let Some(tip) = tip {
                self.bring_in(tip, &remote, request, &people, &mut settled, &mut view)?;
            }
            let head = self.desk.head_commit()?;
            view.commit = head.map(|oid| oid.to_string());
            let Some(head) = head else { return Ok(view) };
            let ahead = self.desk.count_missing(tip, head)?;
            if ahead == 0 || request.dry_run {
                view.pushed = ahead;
                return Ok(view);
            }
            if self.desk.push(&remote)? == Pushed::Done {
                view.pushed = ahead;
                return Ok(view);
            }
            self.pause(attempt);
        }
        let failure = Failure::refused(format!("{} keeps moving: others push all the time", remote.label()));
        Err(failure.hint("what you have is committed here; sync again").into())
    }

    /// Merges the versions of a file that git hands over; false where a conflict is left in it.
    pub fn drive(&self, handed: &Handed<'_>, heads: &[String]) -> Result<bool> {
        self.desk.drive(handed, heads)
    }

    /// Waits a little, longer each time, and not as long as anybody else.
    fn pause(&self, attempt: u32) {
        let longest = (20u64 << attempt.min(7)).min(LONGEST_PAUSE);
        std::thread::sleep(std::time::Duration::from_millis(fastrand::u64(5..=longest)));
    }

    fn bring_in(
        &self,
        tip: Oid,
        remote: &Remote,
        request: &Request,
        people: &[Agent],
        settled: &mut Settled,
        view: &mut SyncView,
    ) -> Result<()> {
        let head = self.desk.head_commit()?;
        let coming = match head {
            Some(head) => self.desk.count_missing(Some(head), tip)?,
            None => self.desk.count_missing(None, tip)?,
        };
        if coming == 0 {
            return Ok(());
        }
        if let Some(head) = head
            && self.desk.merge_base(head, tip)?.is_none()
        {
            let failure = Failure::refused(format!("{} has nothing in common with this desk", remote.label()));
            return Err(failure.hint("is it the right remote? `git remote -v` shows where it leads").into());
        }
        if request.dry_run {
            return self.foresee(head, tip, remote, request, people, coming, view);
        }
        let joined = loop {
            let joined = self.merge_once(tip, remote, request, people, settled)?;
            if joined.conflicts.is_empty() {
                break joined;
            }
            settle(&joined.conflicts, remote, request, settled)?;
        };
        view.fetched += coming;
        view.files += joined.files;
        view.merges.extend(joined.commit.filter(|_| joined.is_merge).map(|oid| oid.to_string()));
        view.notes.extend(joined.notes.iter().map(|note| note_view(note, people)));
        view.warnings.extend(joined.warnings);
        Ok(())
    }

    fn merge_once(
        &self,
        tip: Oid,
        remote: &Remote,
        request: &Request,
        people: &[Agent],
        settled: &Settled,
    ) -> Result<Joined> {
        let describe = |merged: &Merged| self.describe(merged, remote, people);
        self.with_how(request, settled, &|how| self.desk.merge_in(tip, how, &describe))
    }

    /// What a merge would do, without doing it.
    #[expect(clippy::too_many_arguments, reason = "what a dry run is of, and where it is told")]
    fn foresee(
        &self,
        head: Option<Oid>,
        tip: Oid,
        remote: &Remote,
        request: &Request,
        people: &[Agent],
        coming: usize,
        view: &mut SyncView,
    ) -> Result<()> {
        view.fetched = coming;
        let Some(head) = head.filter(|head| self.desk.merge_base(*head, tip).is_ok_and(|base| base != Some(*head)))
        else {
            return Ok(());
        };
        let merged = self.with_how(request, &Settled::new(), &|how| self.desk.plan_merge(head, tip, how))?;
        if !merged.conflicts.is_empty() && request.take != Some(Take::Edit) {
            return Err(refusal(&merged.conflicts, remote).into());
        }
        view.notes.extend(merged.notes.iter().map(|note| note_view(note, people)));
        Ok(())
    }

    fn with_how<T>(&self, request: &Request, settled: &Settled, act: &dyn Fn(&How<'_>) -> Result<T>) -> Result<T> {
        let drawn = RefCell::new(Vec::new());
        let how = How {
            take: match request.take {
                Some(Take::Ours) => Some(Side::Ours),
                Some(Take::Theirs) => Some(Side::Theirs),
                Some(Take::Edit) | None => None,
            },
            settled: &|path| settled.get(path).cloned(),
            fresh: &|id| self.fresh_like(id, &mut drawn.borrow_mut()),
        };
        act(&how)
    }

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

    /// The merge commit: who syncs, what gave way.
    fn describe(&self, merged: &Merged, remote: &Remote, people: &[Agent]) -> Result<Described> {
        let author = match self.find_acting(people)? {
            Some(agent) => super::author(&agent),
            None => match self.desk.configured_person() {
                (Some(name), Some(email)) => Person { name, email },
                _ => Person { name: "loket".into(), email: "loket@localhost".into() },
            },
        };
        let plain = |text: String| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let notes: Vec<String> = merged.notes.iter().map(|note| plain(note_view(note, people).said())).collect();
        let body = if notes.is_empty() { String::new() } else { format!("{}\n\n", notes.join("\n")) };
        let message = format!("Merge {}\n\n{body}Loket-Command: sync\n", remote.label());
        Ok(Described { author, date: self.now, message })
    }
}

/// Lets somebody settle the conflicts in the editor, where that was asked for; a refusal otherwise.
fn settle(conflicts: &[Conflict], remote: &Remote, request: &Request, settled: &mut Settled) -> Result<()> {
    if request.take != Some(Take::Edit) || conflicts.iter().any(|conflict| !matches!(conflict.why, Why::Lines(_))) {
        return Err(refusal(conflicts, remote).into());
    }
    for Conflict { path, why } in conflicts {
        let Why::Lines(marked) = why else { continue };
        let name = path.rsplit('/').next().unwrap_or(path);
        let done = text::edit(marked, name, &request.editor)?;
        let left = done.split(|&byte| byte == b'\n').position(|line| line.starts_with(b"<<<<<<< "));
        if let Some(line) = left {
            let failure =
                Failure::refused(format!("{path}:{}: both versions are still there; nothing was changed", line + 1));
            return Err(failure
                .hint("remove the lines with <<<<<<<, |||||||, ======= and >>>>>>>")
                .at(path, line + 1, 1)
                .into());
        }
        settled.insert(path.clone(), done);
    }
    Ok(())
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
        let Person { name, email } = given.by.clone();
        let agent = people.iter().find(|agent| agent.has_email(&email)).map(|agent| agent.handle.clone());
        GivenView { value: given.value.clone(), author: AuthorView { name, email, agent }, date: given.at }
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
