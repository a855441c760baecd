//! Agents and customers: list, show, new, away.

use super::{Here, unknown_agent};
use crate::domain::person::{Absence, Agent, Customer};
use crate::failure::{Failure, Result};
use crate::format::frontmatter;
use crate::format::{self, customer, layout, person};
use crate::store::Snapshot;
use crate::view::mutation::FileChangeView;

impl Here {
    /// All agents, by handle.
    pub fn agents(&self) -> Result<Vec<Agent>> {
        self.people(&self.snapshot()?)
    }

    /// One agent.
    pub fn agent(&self, handle: &str) -> Result<Agent> {
        let people = self.agents()?;
        match people.iter().find(|agent| agent.handle == handle) {
            Some(agent) => Ok(agent.clone()),
            None => Err(unknown_agent(handle, &people)),
        }
    }

    /// Makes an agent.
    pub fn new_agent(&self, agent: &Agent) -> Result<FileChangeView> {
        self.present()?;
        check_key("handle", &agent.handle)?;
        if matches!(agent.handle.as_str(), "me" | "none" | "any" | "auto") {
            return Err(
                Failure::usage(format!("'{}' means something else and cannot be a handle", agent.handle)).into()
            );
        }
        let path = layout::person(&agent.handle);
        self.commit_file("people new", &format!("people: {} joins", agent.handle), &path, |snapshot| {
            if snapshot.find_file(&path)?.is_some() {
                return Err(Failure::refused(format!("there is an agent '{}' already", agent.handle))
                    .hint(format!("loket people edit {}", agent.handle))
                    .into());
            }
            let people = self.people(snapshot)?;
            for email in &agent.emails {
                if let Some(other) = people.iter().find(|other| other.has_email(email)) {
                    return Err(Failure::refused(format!("{email} is {}'s address already", other.handle)).into());
                }
            }
            Ok(Some(person::render(agent).into_bytes()))
        })
    }

    /// Notes that an agent is away, or with `None` is back.
    pub fn set_away(&self, handle: &str, absence: Option<&Absence>) -> Result<FileChangeView> {
        self.present()?;
        let agent = self.agent(handle)?;
        if let Some(substitute) = absence.and_then(|absence| absence.substitute.as_deref()) {
            self.agent(substitute)?;
        }
        let path = layout::person(&agent.handle);
        let subject = format!("people: {handle} is {}", if absence.is_some() { "away" } else { "back" });
        self.commit_file("people away", &subject, &path, |snapshot| {
            let bytes = snapshot.file(&path)?.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let mut away = person::parse(handle, &bytes).map_err(|fault| format::failure(&fault, &path))?.away;
            match absence {
                Some(absence) if !away.contains(absence) => away.push(absence.clone()),
                Some(_) => {}
                None => away.clear(),
            }
            let edited = frontmatter::edit(&text, &[("away", person::away_node(&away))], &person::ORDER);
            Ok(Some(edited.map_err(|fault| format::failure(&fault, &path))?.into_bytes()))
        })
    }

    /// All customers, by key.
    pub fn customers(&self) -> Result<Vec<Customer>> {
        self.customers_in(&self.snapshot()?)
    }

    /// The customers of a snapshot. A file that cannot be read is told and left out.
    pub(super) fn customers_in(&self, snapshot: &Snapshot<'_>) -> Result<Vec<Customer>> {
        let mut customers = Vec::new();
        for entry in snapshot.folder(layout::CUSTOMERS)?.iter().filter(|entry| !entry.is_folder) {
            let path = format!("{}/{}", layout::CUSTOMERS, entry.name);
            let Some(key) = layout::key_in(layout::CUSTOMERS, &path) else { continue };
            match customer::parse(key, &snapshot.read(entry.oid)?) {
                Ok(customer) => customers.push(customer),
                Err(fault) => self.progress.note(&format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message)),
            }
        }
        Ok(customers)
    }

    /// One customer, by key or address.
    pub fn customer(&self, typed: &str) -> Result<Customer> {
        let snapshot = self.snapshot()?;
        if layout::is_key(typed)
            && let Some(customer) = read_customer(&snapshot, typed)?
        {
            return Ok(customer);
        }
        let customers = self.customers()?;
        let found =
            customers.iter().find(|customer| customer.emails.iter().any(|email| email.eq_ignore_ascii_case(typed)));
        found.cloned().ok_or_else(|| {
            let near = super::nearest(typed, customers.iter().map(|customer| customer.key.as_str()));
            Failure::not_found(format!("there is no customer '{}'", typed.escape_debug()))
                .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
                .hint("`loket customer list` shows them all")
                .into()
        })
    }

    /// Makes a customer.
    pub fn new_customer(&self, new: &Customer) -> Result<FileChangeView> {
        self.present()?;
        check_key("key", &new.key)?;
        let path = layout::customer(&new.key);
        self.commit_file("customer new", &format!("customers: add {}", new.key), &path, |snapshot| {
            if snapshot.find_file(&path)?.is_some() {
                return Err(Failure::refused(format!("there is a customer '{}' already", new.key))
                    .hint(format!("loket customer edit {}", new.key))
                    .into());
            }
            Ok(Some(customer::render(new).into_bytes()))
        })
    }
}

fn read_customer(snapshot: &Snapshot<'_>, key: &str) -> Result<Option<Customer>> {
    let path = layout::customer(key);
    let Some(bytes) = snapshot.file(&path)? else { return Ok(None) };
    Ok(Some(customer::parse(key, &bytes).map_err(|fault| format::failure(&fault, &path))?))
}

fn check_key(what: &str, word: &str) -> Result<()> {
    if layout::is_key(word) {
        return Ok(());
    }
    let failure = Failure::usage(format!("'{}' is no {what}", word.escape_debug()));
    Err(failure.hint("it has lower-case letters, digits, `-`, `_` and `.`, at most 64 of them").into())
}
