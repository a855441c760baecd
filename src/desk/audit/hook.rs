//! The hook of a shared server: what a push would bring is judged before it is taken.

use super::{Judge, Known};
use crate::desk::check::CheckOptions;
use crate::desk::{Here, Surroundings};
use crate::failure::{Failure, Result};
use crate::store::{Desk, Found, Oid};
use crate::view::audit::AuditView;

/// A ref that is to be moved; `None` where it is not there before, or after.
struct Update {
    old: Option<Oid>,
    new: Option<Oid>,
    name: String,
}

/// Judges what git hands a pre-receive hook: a line `OLD NEW REF` a ref. Only the desk's own branch is guarded: others
/// are proposals, which are judged when they are merged. A repository that is no desk yet takes everything.
pub fn guard(around: Surroundings, input: &str) -> Result<Vec<AuditView>> {
    let updates = input.lines().map(parse).collect::<Result<Vec<Update>>>()?;
    if !matches!(Desk::find(&around.folder)?, Found::Desk(_)) {
        return Ok(Vec::new());
    }
    let here = Here::open(around)?;
    let branch = here.desk.branch()?;
    let mut found = Vec::new();
    for update in updates.iter().filter(|update| update.name == branch) {
        found.extend(here.guard_branch(update)?);
    }
    Ok(found)
}

fn parse(line: &str) -> Result<Update> {
    let wrong = || Failure::usage(format!("'{}' is no line of a pre-receive hook", line.escape_debug()));
    let mut parts = line.split(' ');
    let mut commit = || -> Result<Option<Oid>> {
        let oid = parts.next().and_then(|text| Oid::from_str(text).ok()).ok_or_else(wrong)?;
        Ok(Some(oid).filter(|oid| !oid.is_zero()))
    };
    let (old, new) = (commit()?, commit()?);
    let name = parts.next().ok_or_else(wrong)?.to_owned();
    Ok(Update { old, new, name })
}

impl Here {
    fn guard_branch(&self, update: &Update) -> Result<Vec<AuditView>> {
        let Some(old) = update.old else { return Ok(Vec::new()) };
        let before = self.people(&self.desk.at_commit(old)?)?;
        let mut judge = Judge { here: self, known: Known::default(), before: Some(before), found: Vec::new() };
        let Some(new) = update.new else {
            judge.find(None, None, "branch-removed", format!("{} is the desk and cannot be deleted", update.name))?;
            return Ok(judge.found);
        };
        if self.desk.merge_base(old, new)? != Some(old) {
            let message = format!("the push leaves out {}: fetch it and merge, never rewrite", &old.to_string()[..10]);
            judge.find(None, None, "history-rewritten", message)?;
            return Ok(judge.found);
        }
        let commits = self.desk.commits_missing(old, new)?;
        for commit in &commits {
            let info = self.desk.commit_info(*commit)?;
            if info.parents.is_empty() {
                let message = "it begins a history of its own, which has no part in this desk".to_owned();
                judge.find(Some(&info), None, "history-unrelated", message)?;
            }
            judge.commit(*commit)?;
        }
        judge.signatures(&commits)?;
        let mut found = judge.found;
        found.extend(self.broken_by(old, new)?);
        Ok(found)
    }

    /// The errors in what a push changes, as `check` finds them in its last commit.
    fn broken_by(&self, old: Oid, new: Oid) -> Result<Vec<AuditView>> {
        let options = CheckOptions { paths: Vec::new(), since: Some(old.to_string()) };
        let found = self.check_at(new, &options)?;
        let errors = found.into_iter().filter(|finding| finding.level == "error");
        Ok(errors
            .map(|finding| AuditView {
                commit: Some(new.to_string()),
                author: None,
                message: format!("line {}, column {}: {}", finding.line, finding.column, finding.message),
                path: Some(finding.path),
                code: finding.code,
            })
            .collect())
    }
}
