//! `check`: everything that is wrong with a desk, each at its place.
//!
//! It reads one commit, as every command does. What lies in few files (people, policies, articles, patterns,
//! processes) is always read whole, because it depends on each other; tickets only where they are asked for.

mod answers;
mod files;
mod keys;
mod knowledge;
mod people;
mod policies;
mod scope;
mod secrets;
mod tickets;
mod world;

use crate::desk::Here;
use crate::domain::finding::{Finding, Level};
use crate::failure::Result;
use crate::format::{Fault, layout};
use crate::store::{Oid, Snapshot};
use crate::view::check::FindingView;
use scope::Scope;
use world::World;

/// What is to be checked.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// Files and folders of the desk; all of it where none is named.
    pub paths: Vec<String>,
    /// Only what changed since this revision, and what broke by it.
    pub since: Option<String>,
}

/// What there is to check with.
struct Checking<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    world: &'a World,
    scope: &'a Scope,
}

impl Here {
    /// Checks the desk; the findings in the order of their places.
    pub fn check(&self, options: &CheckOptions) -> Result<Vec<FindingView>> {
        self.check_snapshot(&self.snapshot()?, options)
    }

    /// The same of the desk at a commit.
    pub fn check_at(&self, commit: Oid, options: &CheckOptions) -> Result<Vec<FindingView>> {
        self.check_snapshot(&self.desk.at_commit(commit)?, options)
    }

    fn check_snapshot(&self, snapshot: &Snapshot<'_>, options: &CheckOptions) -> Result<Vec<FindingView>> {
        let scope = Scope::read(self, snapshot, options)?;
        let (world, mut found) = World::read(snapshot)?;
        let checking = Checking { here: self, snapshot, world: &world, scope: &scope };
        found.extend(people::check(&checking)?);
        found.extend(policies::check(&checking)?);
        found.extend(answers::check(&checking)?);
        found.extend(knowledge::check(&checking)?);
        found.extend(files::check(&checking)?);
        found.extend(tickets::check(&checking)?);
        found.retain(|finding| scope.wants(finding));
        found.iter_mut().for_each(secrets::hush);
        let key = |one: &Finding| (one.path.clone(), one.line, one.column, one.code.name);
        found.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message)));
        found.dedup();
        Ok(found.iter().map(FindingView::of).collect())
    }
}

/// A file that cannot be read, as a finding.
fn unreadable(path: &str, fault: &Fault) -> Finding {
    of_fault("file-unreadable", path, fault)
}

fn of_fault(code: &str, path: &str, fault: &Fault) -> Finding {
    Finding::new(code, path, (fault.line, fault.column), &fault.message).maybe_hint(fault.hint.clone())
}

fn as_warning(finding: Finding) -> Finding {
    Finding { level: Level::Warning, ..finding }
}

/// `did you mean 'near'?`
fn meant<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    crate::desk::nearest(typed, names).map(|near| format!("did you mean '{near}'?"))
}

/// What is done with a page: its path, its key, its bytes.
type Page<'a> = dyn FnMut(&str, &str, &[u8]) -> Result<()> + 'a;

/// Calls `found` for every markdown file right below a folder.
fn each_page(snapshot: &Snapshot<'_>, folder: &str, found: &mut Page<'_>) -> Result<()> {
    for entry in snapshot.folder(folder)?.into_iter().filter(|entry| !entry.is_folder) {
        let path = format!("{folder}/{}", entry.name);
        if let Some(key) = layout::key_in(folder, &path) {
            found(&path, key, &snapshot.read(entry.oid)?)?;
        }
    }
    Ok(())
}
