//! `edit`: a file in the editor, checked before it is committed. What somebody wrote is kept whatever goes wrong.

use super::mutate::{self, Extra, Plan, Planning};
use super::{Here, nearest, text};
use crate::domain::id::TicketId;
use crate::failure::{Failure, Result};
use crate::format::frontmatter::Fault;
use crate::format::ticket::TicketFile;
use crate::format::{self, customer, layout, person, ticket};
use crate::view::mutation::{FileChangeView, MutationView};
use crate::workflow::status;

impl Here {
    /// Opens a ticket's file in the editor and commits what was changed.
    pub fn edit_ticket(&self, typed: &str, editor: &str, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let path = layout::ticket(&id);
        let before = snapshot.file(&path)?.unwrap_or_default();
        self.desk.refuse_dirty(&path, &before)?;
        let name = format!("{id}.md");
        let after = text::edit(&before, &name, editor)?;
        if after == before {
            return Ok(MutationView::default());
        }
        let done = self.commit_ticket(&id, &before, &after, dry_run);
        done.map_err(|trouble| self.keep(trouble, &after, &name))
    }

    fn commit_ticket(&self, id: &TicketId, before: &[u8], after: &[u8], dry_run: bool) -> Result<MutationView> {
        let path = layout::ticket(id);
        let new = ticket::parse(id, after).map_err(|fault| wrong(&fault, &path))?;
        let plan = Plan { command: "edit", what: "edit".into(), dry_run, reason: None, unguarded: false };
        let mut view = self.mutate_with(&[], &plan, &mut |_, _| Ok(()), &mut |_, planning| {
            if planning.snapshot.file(&path)?.as_deref() != Some(before) {
                return Err(changed_meanwhile(&path));
            }
            let old = planning.snapshot.ticket(id)?;
            check_values(&new, old.as_ref().and_then(|old| old.file.as_ref().ok()), planning)
                .map_err(|fault| wrong(&fault, &path))?;
            if let Some(old) = &old
                && let Ok(file) = &old.file
            {
                let guarded = status::check(&file.ticket, &new.ticket, &old.thread, planning.settings, false);
                guarded.map_err(|guard| mutate::refuse(&guard, &file.ticket, &new.ticket))?;
                let draft = mutate::Draft {
                    new: new.ticket.clone(),
                    body: new.body.clone(),
                    edited: Some((after.to_vec(), new.ticket.clone())),
                    ..mutate::open(planning.snapshot, id)?
                };
                return Ok(Extra { drafts: vec![draft], ..Extra::default() });
            }
            Ok(Extra { files: [(path.clone(), after.to_vec())].into(), tickets: vec![id.clone()], ..Extra::default() })
        })?;
        // That of a broken file is not told field by field.
        if view.changes.is_empty()
            && let Ok(old) = ticket::parse(id, before)
        {
            view.changes = mutate::change_views(id, &old, &new);
        }
        Ok(view)
    }

    /// Opens an agent's file in the editor and commits what was changed.
    pub fn edit_agent(&self, handle: &str, editor: &str) -> Result<FileChangeView> {
        // A broken file is what most wants editing: only its being there is asked for.
        if !layout::is_key(handle) || self.present()?.find_file(&layout::person(handle))?.is_none() {
            self.agent(handle)?;
        }
        let subject = format!("people: edit {handle}");
        let check = |bytes: &[u8]| person::parse(handle, bytes).map(drop);
        self.edit_file(&layout::person(handle), "people edit", &subject, editor, &check)
    }

    /// Opens a customer's file in the editor and commits what was changed.
    pub fn edit_customer(&self, typed: &str, editor: &str) -> Result<FileChangeView> {
        let there = layout::is_key(typed) && self.present()?.find_file(&layout::customer(typed))?.is_some();
        let key = if there { typed.to_owned() } else { self.customer(typed)?.key };
        let subject = format!("customers: edit {key}");
        let check = |bytes: &[u8]| customer::parse(&key, bytes).map(drop);
        self.edit_file(&layout::customer(&key), "customer edit", &subject, editor, &check)
    }

    pub(super) fn edit_file(
        &self,
        path: &str,
        command: &'static str,
        subject: &str,
        editor: &str,
        check: &dyn Fn(&[u8]) -> Result<(), Fault>,
    ) -> Result<FileChangeView> {
        let before = self.present()?.file(path)?.unwrap_or_default();
        self.desk.refuse_dirty(path, &before)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let after = text::edit(&before, name, editor)?;
        let commit = || {
            check(&after).map_err(|fault| wrong(&fault, path))?;
            self.commit_file(command, subject, path, |snapshot| {
                if snapshot.file(path)?.unwrap_or_default() != before {
                    return Err(changed_meanwhile(path));
                }
                Ok(Some(after.clone()))
            })
        };
        commit().map_err(|trouble| self.keep(trouble, &after, name))
    }

    /// Keeps a text that was not taken, and says where beside why.
    pub(super) fn keep(&self, trouble: anyhow::Error, text: &[u8], name: &str) -> anyhow::Error {
        let place = format!("rejected-{}-{}-{name}", mutate::basic(self.now), self.tail(4));
        let hint = match self.desk.keep(&place, text) {
            Ok(place) => format!("your text is in {place}"),
            Err(trouble) => format!("your text could not be kept: {trouble:#}"),
        };
        match trouble.downcast::<Failure>() {
            Ok(failure) => failure.hint(hint).into(),
            Err(trouble) => Failure::error(format!("{trouble:#}")).hint(hint).into(),
        }
    }
}

/// What is wrong with an edited text. The file itself is as it was, so there is nothing in it to correct.
fn wrong(fault: &Fault, path: &str) -> Failure {
    Failure { hints: fault.hint.clone().into_iter().collect(), ..format::failure(fault, path) }
}

fn changed_meanwhile(path: &str) -> anyhow::Error {
    let said = format!("{path} was changed by somebody else meanwhile; nothing was changed");
    Failure::refused(said).hint("edit it again, with what they changed").in_file(path).into()
}

/// What `set` would refuse, in a ticket that was edited: only what the edit changed is looked at.
fn check_values(new: &TicketFile, old: Option<&TicketFile>, planning: &Planning<'_>) -> Result<(), Fault> {
    let fault = |key: &str, message: String, near: Option<&str>| {
        let (line, column) = new.front.position(key);
        Fault { line, column, message, hint: near.map(|near| format!("did you mean '{near}'?")) }
    };
    let changed = |key: &str| old.is_none_or(|old| ticket::node(&old.ticket, key) != ticket::node(&new.ticket, key));
    if old.is_some() && changed("created") {
        return Err(fault("created", "'created' never changes: the id follows from it".into(), None));
    }
    let settings = planning.settings;
    let statuses: Vec<&str> = settings.statuses.iter().map(|(name, _)| name.as_str()).collect();
    let handles: Vec<&str> = planning.people.iter().map(|agent| agent.handle.as_str()).collect();
    fn words(words: &[String]) -> Vec<&str> {
        words.iter().map(String::as_str).collect()
    }
    let ticket = &new.ticket;
    let checks: [(&str, Option<&str>, Vec<&str>); 4] = [
        ("status", Some(&ticket.status), statuses),
        ("type", ticket.kind.as_deref(), words(&settings.types)),
        ("channel", ticket.channel.as_deref(), words(&settings.channels)),
        ("assignee", ticket.assignee.as_deref(), handles),
    ];
    for (key, value, known) in checks {
        if let Some(value) = value.filter(|value| changed(key) && !known.contains(value)) {
            let what = if key == "assignee" { "agent" } else { key };
            let message = format!("'{}' is no {what} of this desk", value.escape_debug());
            return Err(fault(key, message, nearest(value, known.into_iter())));
        }
    }
    Ok(())
}
