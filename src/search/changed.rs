//! What has changed between the indexed commit and the wanted one, in terms of documents.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::Searcher;

use super::collect::{Shadow, ids_in};
use super::compile::{all, word};
use super::document::path_key;
use super::orgs::add_customer;
use super::schema::{Fields, kinds};
use super::timeline::told;
use crate::domain::id::TicketId;
use crate::domain::person::Orgs;
use crate::failure::Result;
use crate::format::article::page_kind;
use crate::format::layout;
use crate::store::{Desk, Oid, Snapshot, delta};

/// The documents to make anew.
#[derive(Debug, Default)]
pub struct Changed {
    pub tickets: BTreeSet<TicketId>,
    /// Articles, patterns, customers and tickets in the wrong place by path; `None` where it is gone.
    pub files: BTreeMap<String, Option<Oid>>,
    /// Customers' files as they were and as they are, by path.
    customers: Vec<(String, Option<Oid>, Option<Oid>)>,
    /// Commits the wanted history has and the indexed has not, parents first.
    pub added: Vec<Oid>,
    /// Commits the indexed history has and the wanted has not.
    pub dropped: Vec<Oid>,
}

impl Changed {
    pub fn len(&self) -> usize {
        self.tickets.len() + self.files.len()
    }

    /// The keys of all documents that are out of date.
    pub fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.tickets.iter().map(TicketId::number).chain(self.files.keys().map(|path| path_key(path)))
    }

    /// What differs between the trees.
    pub fn between(old: Option<Oid>, snapshot: &Snapshot<'_>) -> Result<Changed> {
        let mut changed = Changed::default();
        delta(snapshot.odb(), old, snapshot.tree, &mut |step| {
            if let Some((id, _)) = layout::parse_ticket_path(&step.path) {
                changed.tickets.insert(id);
            } else if is_indexed(&step.path) {
                if layout::key_in(layout::CUSTOMERS, &step.path).is_some() {
                    changed.customers.push((step.path.clone(), step.old, step.new));
                }
                changed.files.insert(step.path, step.new);
            }
        })?;
        Ok(changed)
    }

    /// Finds what the histories differ in.
    pub fn find_commits(&mut self, desk: &Desk, from: Oid, to: Oid) -> Result<()> {
        self.added = desk.commits_missing(from, to)?;
        self.dropped = desk.commits_missing(to, from)?;
        Ok(())
    }

    /// Adds the tickets of requesters that belong to another organisation now, which may promise them something else.
    pub fn add_moved(&mut self, searcher: &Searcher, fields: &Fields, snapshot: &Snapshot<'_>) -> Result<()> {
        let mut moved = BTreeSet::new();
        for (path, old, new) in &self.customers {
            let [old, new] = [old, new].map(|oid| oid.map(|oid| memberships(snapshot, path, oid)).transpose());
            let (old, new) = (old?.unwrap_or_default(), new?.unwrap_or_default());
            moved.extend(old.symmetric_difference(&new).map(|(address, _)| address.clone()));
        }
        for address in moved {
            let theirs = all(vec![word(fields.kind, kinds::TICKET), word(fields.requester, &address)]);
            self.tickets.extend(ids_in(searcher, &theirs, &Shadow::default())?);
        }
        Ok(())
    }

    /// How many commits the histories differ in.
    pub fn commits(&self) -> usize {
        self.added.len() + self.dropped.len()
    }

    /// Adds the tickets those commits touched: their timelines differ, whatever they are now.
    pub fn add_touched(&mut self, desk: &Desk, snapshot: &Snapshot<'_>) -> Result<()> {
        for commit in self.added.iter().chain(&self.dropped) {
            let info = desk.commit_info(*commit)?;
            self.tickets.extend(told(&info));
            let parent = info.parents.first().and_then(|parent| desk.tree_of(*parent));
            let old = snapshot.folder_in(parent, layout::TICKETS)?;
            let new = snapshot.folder_in(Some(info.tree), layout::TICKETS)?;
            delta(snapshot.odb(), old, new, &mut |step| {
                let path = format!("{}/{}", layout::TICKETS, step.path);
                self.tickets.extend(layout::parse_ticket_path(&path).map(|(id, _)| id));
            })?;
        }
        Ok(())
    }
}

/// Each address of a customer's file with the organisation the file puts it in.
fn memberships(snapshot: &Snapshot<'_>, path: &str, oid: Oid) -> Result<BTreeSet<(String, String)>> {
    let mut orgs = Orgs::default();
    add_customer(&mut orgs, path, &snapshot.read(oid)?);
    Ok(orgs.by_email.into_iter().collect())
}

/// Whether a file that is no ticket's has a document.
pub fn is_indexed(path: &str) -> bool {
    layout::is_stray(path) || page_kind(path).is_some() || layout::key_in(layout::CUSTOMERS, path).is_some()
}
