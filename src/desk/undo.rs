//! `undo`: a command taken back by a new commit, by meaning; refused where later changes stand on it.

use std::collections::HashSet;

use super::Here;
use super::history::author_view;
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::failure::{Failure, Result};
use crate::format::layout::{self, TicketFile};
use crate::format::merge::Side;
use crate::format::{changes, ticket};
use crate::store::{Ages, CommitInfo, Conflict, Delta, Described, Merged, Oid, Snapshot, Why};
use crate::view::mutation::{ChangeView, MutationView};

/// The trailer that names what was taken back.
const UNDOES: &str = "Loket-Undoes";
/// So many commits are looked through for the last of one's own.
const LOOKED_THROUGH: usize = 1_000;
/// So many reasons are told.
const TOLD: usize = 10;

impl Here {
    /// Takes back a commit: the one that is named, else the last one of the acting agent that is not taken back yet.
    pub fn undo(&self, revision: Option<&str>, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let people = self.people(&snapshot)?;
        let agent = self.acting(&people)?;
        let undone = match revision {
            Some(revision) => self.named_commit(revision)?,
            None => self.last_own(&agent)?,
        };
        if undone.parents.len() > 1 {
            let failure = Failure::refused(format!("{} is a merge; nothing was changed", short(undone.id)));
            return Err(failure.hint("take back what it brought, commit by commit").into());
        }
        if undone.parents.is_empty() {
            return Err(Failure::refused("the first commit is the desk itself; nothing was changed").into());
        }
        let mut view = MutationView { dry_run, ..MutationView::default() };
        if dry_run {
            let head = snapshot.commit.unwrap_or(undone.id);
            let merged = self.desk.plan_undo(head, undone.id)?;
            self.refuse_stand(&merged.conflicts, &undone, &people)?;
            self.tell(snapshot.tree, merged.tree, &mut view)?;
            return Ok(view);
        }
        let describe = |merged: &Merged| self.describe_undo(merged, &undone, &agent);
        let done = self.desk.undo(undone.id, &describe)?;
        self.refuse_stand(&done.conflicts, &undone, &people)?;
        view.warnings = done.warnings;
        view.commit = done.commit.map(|oid| oid.to_string());
        if let Some(commit) = done.commit {
            let info = self.desk.commit_info(commit)?;
            let before = info.parents.first().and_then(|parent| self.desk.tree_of(*parent));
            self.tell(before, Some(info.tree), &mut view)?;
        }
        Ok(view)
    }

    fn named_commit(&self, revision: &str) -> Result<CommitInfo> {
        let missing = || {
            let failure = Failure::not_found(format!("there is no commit '{}'", revision.escape_debug()));
            failure.hint("`loket log` and `git log` show them")
        };
        let commit = self.desk.find_commit(revision)?.ok_or_else(missing)?;
        let is_here = match self.desk.head_commit()? {
            Some(head) => self.desk.merge_base(head, commit)? == Some(commit),
            None => false,
        };
        if !is_here {
            return Err(
                Failure::refused(format!("{} is not in this branch; nothing was changed", short(commit))).into()
            );
        }
        self.desk.commit_info(commit)
    }

    /// The last command of an agent, those that were taken back and takings-back left out.
    fn last_own(&self, agent: &Agent) -> Result<CommitInfo> {
        let mut undone: HashSet<String> = HashSet::new();
        let mut at = self.desk.head_commit()?;
        for _ in 0..LOOKED_THROUGH {
            let Some(commit) = at else { break };
            let info = self.desk.commit_info(commit)?;
            undone.extend(info.trailer(UNDOES).map(str::to_owned));
            let is_own = agent.has_email(&info.author.email) && info.trailer("Loket-Command").is_some();
            let is_change = info.parents.len() == 1 && info.trailer(UNDOES).is_none();
            if is_own && is_change && !undone.contains(&commit.to_string()) {
                return Ok(info);
            }
            at = info.parents.first().copied();
        }
        let failure = Failure::refused(format!("no command of {} is left to take back", agent.handle));
        Err(failure.hint("name a commit: `git log --oneline` shows them").into())
    }

    fn describe_undo(&self, merged: &Merged, undone: &CommitInfo, agent: &Agent) -> Result<Described> {
        let mut view = MutationView::default();
        self.tell(self.desk.head()?.tree, merged.tree, &mut view)?;
        let mut message = format!("undo: {}\n\n", undone.subject);
        for ticket in &view.tickets {
            message.push_str(&format!("Loket-Ticket: {ticket}\n"));
        }
        message.push_str(&format!("Loket-Command: undo\n{UNDOES}: {}\n", undone.id));
        Ok(Described { author: super::author(agent), date: self.now, message })
    }

    /// What differs between two trees, as a mutation tells it.
    fn tell(&self, old: Option<Oid>, new: Option<Oid>, view: &mut MutationView) -> Result<()> {
        let snapshot = self.desk.head()?;
        for step in self.desk.differing(old, new)? {
            let Some((id, file)) = layout::parse_ticket_path(&step.path) else { continue };
            if view.tickets.last().is_none_or(|last| *last != id.as_str()) {
                view.tickets.push(id.to_string());
            }
            tell_step(&snapshot, &id, &file, &step, view)?;
        }
        Ok(())
    }

    /// Refuses where later changes stand on what is to be taken back, and says whose.
    fn refuse_stand(&self, conflicts: &[Conflict], undone: &CommitInfo, people: &[Agent]) -> Result<()> {
        let Some(first) = conflicts.first() else { return Ok(()) };
        let head = self.desk.head_commit()?.unwrap_or(undone.id);
        let ages = Ages::new(&self.desk, Some(undone.id), head, head);
        let told = conflicts.iter().take(TOLD).map(|conflict| self.in_the_way(conflict, &ages, people));
        let told = told.collect::<Result<Vec<String>>>()?;
        let message = format!("later changes stand on {}; nothing was changed", short(undone.id));
        let failure = Failure::refused(message).detail(told.join("\n")).in_file(first.path.clone());
        Err(failure.hint("take those back first, or change what you want changed with `loket set`").into())
    }

    fn in_the_way(&self, conflict: &Conflict, ages: &Ages<'_>, people: &[Agent]) -> Result<String> {
        let Conflict { path, why } = conflict;
        let ticket = layout::parse_ticket_path(path).map(|(id, _)| id.to_string());
        let place = ticket.as_deref().unwrap_or(path);
        let last = match why {
            Why::Field(field) => ages.last(Side::Ours, path, field)?,
            _ => ages.last_touch(Side::Ours, path)?,
        };
        let by = format!("by {} on {} ({})", author_view(&last.by, people).shown(), last.at, short(last.commit));
        Ok(match why {
            Why::Field(field) => format!("{place}: {field} was changed again {by}"),
            Why::Lines(_) => format!("{path}: the same lines were changed again {by}"),
            Why::NoText | Why::Edited => format!("{path}: it was changed again {by}"),
        })
    }
}

fn tell_step(
    snapshot: &Snapshot<'_>,
    id: &TicketId,
    file: &TicketFile,
    step: &Delta,
    view: &mut MutationView,
) -> Result<()> {
    let of = |field: &str, from: serde_json::Value, to: serde_json::Value| ChangeView {
        ticket: id.to_string(),
        field: field.to_owned(),
        from,
        to,
    };
    let null = || serde_json::Value::Null;
    match (file, step.old, step.new) {
        (TicketFile::Ticket, Some(old), Some(new)) => {
            let (old, new) = (ticket::parse(id, &snapshot.read(old)?), ticket::parse(id, &snapshot.read(new)?));
            let (Ok(old), Ok(new)) = (old, new) else { return Ok(()) };
            let told = changes::changes(&old, &new);
            view.changes.extend(told.into_iter().map(|change| of(&change.field, change.from, change.to)));
        }
        (TicketFile::Ticket, Some(_), None) => view.changes.push(of("ticket", id.as_str().into(), null())),
        (TicketFile::Ticket, None, _) => view.changes.push(of("ticket", null(), id.as_str().into())),
        (TicketFile::Comment(stem), Some(_), None) => {
            view.changes.push(of("comment", stem.as_str().into(), null()));
        }
        (TicketFile::Comment(stem), None, Some(_)) => {
            view.changes.push(of("comment", null(), stem.as_str().into()));
        }
        _ => {}
    }
    Ok(())
}

/// A commit's id as people name it.
fn short(commit: Oid) -> String {
    commit.to_string().chars().take(10).collect()
}
