//! `edit`: a file in the editor, checked before it is committed.

use super::Here;
use super::mutate::{self, Plan};
use super::text;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::format::frontmatter::Fault;
use crate::format::{self, customer, layout, person, ticket};
use crate::view::mutation::{FileChangeView, MutationView};

impl Here {
    /// Opens a ticket's file in the editor and commits what was changed.
    pub fn edit_ticket(&self, typed: &str, editor: &str, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let path = layout::ticket(&id);
        let before = snapshot.file(&path)?.unwrap_or_default();
        self.not_dirty(&path, &before)?;
        let text = String::from_utf8(before.clone())
            .map_err(|_| Failure::error(format!("{path} is not UTF-8")).in_file(&path))?;
        let edited = text::edit(&text, &format!("{id}.md"), editor)?;
        if edited == text {
            return Ok(MutationView::default());
        }
        let checked = check_ticket(&id, &edited, &settings).map_err(|fault| self.keep(&edited, &path, &fault))?;
        let plan = Plan { command: "edit", what: "edit".into(), dry_run, reason: None, unguarded: false };
        let mut view = self.mutate_text(&plan, &id, &before, &edited, &checked)?;
        if let (Ok(old), Ok(new)) = (ticket::parse(&id, &before), ticket::parse(&id, edited.as_bytes())) {
            view.changes = mutate::change_views(&id, &old, &new);
        }
        Ok(view)
    }

    fn mutate_text(
        &self,
        plan: &Plan<'_>,
        id: &crate::domain::id::TicketId,
        before: &[u8],
        edited: &str,
        checked: &Ticket,
    ) -> Result<MutationView> {
        self.mutate_with(&[], plan, &mut |_, _| Ok(()), &mut |_, planning| {
            let path = layout::ticket(id);
            if planning.snapshot.file(&path)?.as_deref() != Some(before) {
                let kept = self.save(edited, id.as_str())?;
                let failure =
                    Failure::refused(format!("{path} was changed by somebody else meanwhile; nothing was changed"));
                return Err(failure.hint(format!("your text is in {kept}; edit again")).in_file(&path).into());
            }
            if let Ok(draft) = mutate::open(planning.snapshot, id) {
                let guarded =
                    crate::workflow::status::check(&draft.old, checked, &draft.folder.thread, planning.settings, false);
                guarded.map_err(|guard| mutate::refuse(&guard, &draft.old, checked))?;
            }
            let mut extra = mutate::Extra::default();
            extra.files.insert(path, edited.as_bytes().to_vec());
            extra.tickets.push(id.clone());
            Ok(extra)
        })
    }

    /// Opens an agent's file in the editor and commits what was changed.
    pub fn edit_agent(&self, handle: &str, editor: &str) -> Result<FileChangeView> {
        self.agent(handle)?;
        self.edit_file(&layout::person(handle), "people edit", &format!("people: edit {handle}"), editor, &|bytes| {
            person::parse(handle, bytes).map(drop)
        })
    }

    /// Opens a customer's file in the editor and commits what was changed.
    pub fn edit_customer(&self, typed: &str, editor: &str) -> Result<FileChangeView> {
        let key = self.customer(typed)?.key;
        self.edit_file(&layout::customer(&key), "customer edit", &format!("customers: edit {key}"), editor, &|bytes| {
            customer::parse(&key, bytes).map(drop)
        })
    }

    fn edit_file(
        &self,
        path: &str,
        command: &'static str,
        subject: &str,
        editor: &str,
        check: &dyn Fn(&[u8]) -> Result<(), Fault>,
    ) -> Result<FileChangeView> {
        let snapshot = self.present()?;
        let before = snapshot.file(path)?.unwrap_or_default();
        self.not_dirty(path, &before)?;
        let text = String::from_utf8(before.clone())
            .map_err(|_| Failure::error(format!("{path} is not UTF-8")).in_file(path))?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let edited = text::edit(&text, name, editor)?;
        check(edited.as_bytes()).map_err(|fault| self.keep(&edited, path, &fault))?;
        self.commit_file(command, subject, path, |snapshot| {
            if snapshot.file(path)?.unwrap_or_default() != before {
                let kept = self.save(&edited, name)?;
                let failure =
                    Failure::refused(format!("{path} was changed by somebody else meanwhile; nothing was changed"));
                return Err(failure.hint(format!("your text is in {kept}; edit again")).in_file(path).into());
            }
            Ok(Some(edited.clone().into_bytes()))
        })
    }

    /// Nobody is sent into an editor to lose what they write: uncommitted edits are told first.
    fn not_dirty(&self, path: &str, committed: &[u8]) -> Result<()> {
        let dirty = self.desk.working_file(path).is_some_and(|found| {
            String::from_utf8_lossy(&found).replace("\r\n", "\n")
                != String::from_utf8_lossy(committed).replace("\r\n", "\n")
        });
        if !dirty {
            return Ok(());
        }
        let failure = Failure::refused(format!("{path} has uncommitted edits; nothing was changed"));
        Err(failure
            .hint(format!("commit them (git add {path} && git commit) or drop them (git checkout HEAD -- {path})"))
            .in_file(path)
            .into())
    }

    /// Keeps a text that cannot be taken, and says why and where.
    fn keep(&self, text: &str, path: &str, fault: &Fault) -> anyhow::Error {
        let name = path.rsplit('/').next().unwrap_or(path);
        let hint = match self.save(text, name) {
            Ok(place) => format!("your text is in {place}"),
            Err(trouble) => format!("your text could not be kept: {trouble:#}"),
        };
        Failure { hints: vec![hint], ..format::failure(fault, path) }.maybe_hint(fault.hint.clone()).into()
    }

    fn save(&self, text: &str, name: &str) -> Result<String> {
        self.desk.keep(&format!("rejected-{}-{name}", mutate::basic(self.now)), text.as_bytes())
    }
}

/// What is wrong with an edited ticket: its syntax, its values, its status.
fn check_ticket(
    id: &crate::domain::id::TicketId,
    text: &str,
    settings: &crate::domain::settings::Settings,
) -> Result<Ticket, Fault> {
    let file = ticket::parse(id, text.as_bytes())?;
    let fault = |key: &str, message: String, hint: Option<String>| {
        let (line, column) = file.front.position(key);
        Fault { line, column, message, hint }
    };
    let status = &file.ticket.status;
    if settings.state(status).is_none() {
        let names = settings.statuses.iter().map(|(name, _)| name.as_str());
        let near = super::nearest(status, names).map(|near| format!("did you mean '{near}'?"));
        return Err(fault("status", format!("'{}' is no status", status.escape_debug()), near));
    }
    Ok(file.ticket)
}
