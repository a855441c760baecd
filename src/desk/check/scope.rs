//! Which findings are wanted: of some paths, or of what changed.

use std::collections::BTreeSet;

use super::CheckOptions;
use crate::desk::Here;
use crate::domain::finding::Finding;
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::store::{Snapshot, delta};

/// What is asked for.
#[derive(Debug, Default)]
pub struct Scope {
    /// Files and folders; none for all.
    paths: Vec<String>,
    /// What changed, where only that is wanted.
    changed: Option<BTreeSet<String>>,
}

impl Scope {
    pub fn read(here: &Here, snapshot: &Snapshot<'_>, options: &CheckOptions) -> Result<Scope> {
        let mut paths = Vec::new();
        for typed in &options.paths {
            let path = typed.trim_start_matches("./").trim_end_matches('/');
            if path.is_empty() || path == "." {
                paths.clear();
                break;
            }
            if snapshot.find(path)?.is_none() {
                return Err(Failure::not_found(format!("there is no file {} in this desk", path.escape_debug()))
                    .hint("paths are the desk's own, and what is not committed is not checked")
                    .into());
            }
            paths.push(path.to_owned());
        }
        let changed = match &options.since {
            None => None,
            Some(revision) => Some(changed(here, snapshot, revision)?),
        };
        Ok(Scope { paths, changed })
    }

    /// Whether anything in a folder may have.
    pub fn reaches(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        let named = self.is_named(folder) || self.paths.iter().any(|path| path.starts_with(&inside));
        let first = |changed: &BTreeSet<String>| {
            changed.range(inside.clone()..).next().is_some_and(|path| path.starts_with(&inside))
        };
        named && self.changed.as_ref().is_none_or(first)
    }

    /// An article that changed, by its slug as `[[…]]` has it.
    pub fn changed_article(&self, target: &str) -> Option<String> {
        let name = target.split('#').next().unwrap_or_default().trim();
        let mut changed = self.changed.iter().flatten();
        changed.find(|path| path.starts_with(layout::ARTICLES) && layout::is_article_named(path, name)).cloned()
    }

    /// Whether only some of the desk is wanted.
    pub fn is_narrow(&self) -> bool {
        self.changed.is_some() || !self.paths.is_empty()
    }

    /// Whether a finding is wanted: it is in a file that changed, or hangs on one that did.
    pub fn wants(&self, finding: &Finding) -> bool {
        let changed = |path: &str| self.changed.as_ref().is_none_or(|changed| changed.contains(path));
        self.is_named(&finding.path) && (changed(&finding.path) || finding.about.as_deref().is_some_and(changed))
    }

    fn is_named(&self, path: &str) -> bool {
        let within = |named: &String| {
            path.strip_prefix(named.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.paths.is_empty() || self.paths.iter().any(within)
    }
}

fn changed(here: &Here, snapshot: &Snapshot<'_>, revision: &str) -> Result<BTreeSet<String>> {
    let base = here.desk.find_commit(revision)?.ok_or_else(|| {
        Failure::usage(format!("--since {}: there is no such revision", revision.escape_debug()))
            .hint("give what git understands: origin/main, HEAD~3, a tag, a commit")
    })?;
    let mut changed = BTreeSet::new();
    delta(snapshot.odb(), here.desk.tree_of(base), snapshot.tree, &mut |found| {
        changed.insert(found.path);
    })?;
    Ok(changed)
}
