//! The merge driver: what plain `git merge`, `git pull` and `git rebase` call for a file that both sides changed.

use std::path::Path;

use anyhow::Context;
use git2::{ConfigLevel, Oid};

use super::desk::Desk;
use super::merging::{Ages, is_binary, merge_file, merge_lines};
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::format::merge::{Judge, Outcome, Versions};

/// What names the driver in `.gitattributes`.
const NAMED: &str = "merge=loket";
/// Where git's configuration has it.
const SECTION: &str = "[merge \"loket\"]";
/// What git runs: base, ours (which takes the result), theirs, and the path in the repository.
const DRIVER: &str = "loket merge-driver %O %A %B %P";

/// The files git hands to a merge driver.
pub struct Handed<'a> {
    pub base: &'a Path,
    /// Takes the result.
    pub ours: &'a Path,
    pub theirs: &'a Path,
    /// In the repository.
    pub path: &'a str,
}

impl Desk {
    /// Tells git of the merge driver, where `.gitattributes` names it and git does not know it yet. A configuration
    /// that cannot be written is left as it is: `sync` needs no driver.
    pub fn register_driver(&self) -> Result<bool> {
        let known = std::fs::read(self.repo.commondir().join("config")).unwrap_or_default();
        if self.root.is_none() || memchr::memmem::find(&known, SECTION.as_bytes()).is_some() {
            return Ok(false);
        }
        let attributes = self.head()?.file(layout::ATTRIBUTES)?.unwrap_or_default();
        if memchr::memmem::find(&attributes, NAMED.as_bytes()).is_none() {
            return Ok(false);
        }
        let mut config = self.repo.config()?.open_level(ConfigLevel::Local)?;
        config.set_str("merge.loket.name", "loket: tickets and articles by their fields")?;
        config.set_str("merge.loket.driver", DRIVER)?;
        Ok(true)
    }

    /// Merges the versions git hands over into the file of ours; false where a conflict is left, with both versions
    /// between marks. `heads` are the commits git says it merges.
    pub fn drive(&self, handed: &Handed<'_>, heads: &[String]) -> Result<bool> {
        let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let (base, ours, theirs) = (read(handed.base)?, read(handed.ours)?, read(handed.theirs)?);
        if is_binary(&ours) || is_binary(&theirs) {
            return Ok(false);
        }
        // Git hands over an empty file where there is no base.
        let base = Some(base.as_slice()).filter(|base| !base.is_empty());
        let versions = Versions { base, ours: &ours, theirs: &theirs };
        let commits = self.merged_commits(heads)?;
        let ages = match commits {
            Some((own, their)) => Some(Ages::new(self, self.merge_base(own, their)?, own, their)),
            None => None,
        };
        let later = |field: &str| match &ages {
            Some(ages) => ages.later(handed.path, field),
            None => Err(Failure::refused("nobody knows which side is the later").into()),
        };
        let lines = |versions: Versions<'_>| merge_lines(versions, None);
        let judge = Judge { lines: &lines, later: &later };
        let outcome = match merge_file(handed.path, versions, &judge) {
            Ok(outcome) => outcome,
            // Without the histories a field that both changed is for people to settle.
            Err(_) if ages.is_none() => {
                let lines = merge_lines(versions, None)?;
                Outcome::Conflict { bytes: lines.bytes, told: Vec::new() }
            }
            Err(trouble) => return Err(trouble),
        };
        let (bytes, is_clean) = match outcome {
            Outcome::Merged { bytes, .. } => (bytes, true),
            Outcome::Conflict { bytes, .. } => (bytes, false),
        };
        std::fs::write(handed.ours, bytes).with_context(|| format!("cannot write {}", handed.ours.display()))?;
        Ok(is_clean)
    }

    /// Our commit and theirs in what git is about: a merge, a rebase, a cherry-pick.
    fn merged_commits(&self, heads: &[String]) -> Result<Option<(Oid, Oid)>> {
        let Some(own) = self.head_commit()? else { return Ok(None) };
        let named: Vec<Oid> =
            heads.iter().filter_map(|head| Oid::from_str(head).ok()).filter(|oid| *oid != own).collect();
        let noted = |name: &str| {
            let text = std::fs::read_to_string(self.repo.path().join(name)).ok()?;
            // The last line of what a rebase did is what it is at: `pick COMMIT subject`.
            let word = text.lines().last()?.split_whitespace().find(|word| word.len() >= 7 && is_hex(word))?;
            self.find_commit(word).ok()?
        };
        let their = match named.as_slice() {
            [their] => Some(*their),
            _ => ["rebase-merge/done", "MERGE_HEAD", "CHERRY_PICK_HEAD"].into_iter().find_map(noted),
        };
        Ok(their.map(|their| (own, their)))
    }
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}
