//! What happened below one folder of the desk, commit by commit; a file is followed through its renames.

use std::collections::{HashMap, HashSet};

use git2::Oid;

use super::delta::{Delta, delta};
use super::desk::Desk;
use super::git;
use super::history::CommitInfo;
use super::snapshot::Snapshot;
use crate::failure::Result;

/// A commit that changed something below the folder.
#[derive(Debug, Clone)]
pub struct FolderStep {
    pub commit: CommitInfo,
    /// Path and content of the files it took away.
    removed: Vec<(String, Oid)>,
}

/// A file's change in one commit.
#[derive(Debug, Clone, Copy)]
pub struct FileChange {
    /// The place of the commit in [`FolderHistory::steps`].
    pub step: usize,
    /// What it was before; `None` where it was made.
    pub old: Option<Oid>,
    /// What it was after; `None` where it was taken away.
    pub new: Option<Oid>,
}

/// A version of a file.
#[derive(Debug, Clone)]
pub struct Version {
    pub step: usize,
    /// Where the file lay after this commit.
    pub path: String,
    /// Where it came from, if the commit moved it.
    pub from: Option<String>,
    pub content: Option<Oid>,
}

/// All that happened below a folder, oldest first.
#[derive(Debug, Default)]
pub struct FolderHistory {
    pub steps: Vec<FolderStep>,
    files: HashMap<String, Vec<FileChange>>,
}

/// Two files are one that was moved if at least this part of the lines is the same, in percent, as git takes it.
const ALIKE: usize = 50;

impl Desk {
    /// What happened below a folder at the desk's root, up to a snapshot. A commit counts as a change where its folder
    /// differs from that of every parent, so a merge that only joins does not.
    pub fn folder_history(&self, snapshot: &Snapshot<'_>, folder: &str) -> Result<FolderHistory> {
        self.folder_history_since(snapshot, folder, None)
    }

    /// The same without what the commit `since` leads back to.
    pub fn folder_history_since(
        &self,
        snapshot: &Snapshot<'_>,
        folder: &str,
        since: Option<Oid>,
    ) -> Result<FolderHistory> {
        let mut history = FolderHistory::default();
        let Some(to) = snapshot.commit else { return Ok(history) };
        for id in self.commits_touching(folder, to, since)? {
            let commit = self.repo.find_commit(id)?;
            let own = snapshot.folder_in(Some(commit.tree_id()), folder)?;
            // A parent a shallow clone cut off has no folder we could know.
            let before = commit.parent_ids().map(|parent| snapshot.folder_in(self.tree_of(parent), folder));
            let parents = before.collect::<Result<Vec<_>>>()?;
            if parents.contains(&own) || (parents.is_empty() && own.is_none()) {
                continue;
            }
            let mut deltas = Vec::new();
            delta(snapshot.odb(), parents.first().copied().flatten(), own, &mut |found| deltas.push(found))?;
            for parent in parents.iter().skip(1) {
                let mut differing = HashSet::new();
                delta(snapshot.odb(), *parent, own, &mut |found| {
                    differing.insert(found.path);
                })?;
                deltas.retain(|found| differing.contains(&found.path));
            }
            history.add(self.commit_info(id)?, folder, deltas);
        }
        Ok(history)
    }

    /// The commits that led to `to` in which a folder may have changed, parents first. git walks five times as fast
    /// here as whoever parses every commit, and keeps a graph of them where it is asked to.
    fn commits_touching(&self, folder: &str, to: Oid, since: Option<Oid>) -> Result<Vec<Oid>> {
        let to = to.to_string();
        let since = since.map(|since| format!("^{since}"));
        let mut arguments = vec!["rev-list", "--full-history", "--topo-order", "--reverse", &to];
        arguments.extend(since.as_deref());
        arguments.extend(["--", folder]);
        let answer = git::answer(self.folder(), &arguments, b"")?;
        let lines = String::from_utf8_lossy(&answer);
        Ok(lines.lines().map(Oid::from_str).collect::<Result<_, _>>()?)
    }
}

impl FolderHistory {
    fn add(&mut self, commit: CommitInfo, folder: &str, deltas: Vec<Delta>) {
        let step = self.steps.len();
        let mut removed = Vec::new();
        for Delta { path, old, new, .. } in deltas {
            let path = format!("{folder}/{path}");
            if let (Some(content), None) = (old, new) {
                removed.push((path.clone(), content));
            }
            self.files.entry(path).or_default().push(FileChange { step, old, new });
        }
        self.steps.push(FolderStep { commit, removed });
    }

    /// The versions of the file now at a path, newest first, also from before it was moved there.
    pub fn versions(&self, snapshot: &Snapshot<'_>, path: &str) -> Result<Vec<Version>> {
        let mut versions = Vec::new();
        let (mut path, mut before) = (path.to_owned(), usize::MAX);
        loop {
            let Some(change) = self.change_before(&path, before) else { return Ok(versions) };
            let made = change.old.is_none();
            let from = match change.new.filter(|_| made) {
                Some(content) => self.origin(snapshot, change.step, content)?,
                None => None,
            };
            let gone = made && from.is_none();
            versions.push(Version { step: change.step, path: path.clone(), from: from.clone(), content: change.new });
            if gone {
                return Ok(versions);
            }
            before = change.step;
            if let Some(from) = from {
                path = from;
            }
        }
    }

    /// The files that changed, each with its changes from the oldest.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[FileChange])> {
        self.files.iter().map(|(path, changes)| (path.as_str(), changes.as_slice()))
    }

    /// What a file that a change made was before, if it was moved: its path and content then.
    pub fn moved_from(&self, snapshot: &Snapshot<'_>, change: &FileChange) -> Result<Option<(String, Oid)>> {
        let (None, Some(content)) = (change.old, change.new) else { return Ok(None) };
        let Some(path) = self.origin(snapshot, change.step, content)? else { return Ok(None) };
        let removed = &self.steps[change.step].removed;
        Ok(removed.iter().find(|(gone, _)| *gone == path).cloned())
    }

    /// The place in [`FolderHistory::steps`] of the last change of a path.
    pub fn last_change(&self, path: &str) -> Option<usize> {
        self.files.get(path)?.last().map(|change| change.step)
    }

    fn change_before(&self, path: &str, before: usize) -> Option<FileChange> {
        self.files.get(path)?.iter().rev().find(|change| change.step < before).copied()
    }

    /// The file that was taken away in a commit and came back as another with this content.
    fn origin(&self, snapshot: &Snapshot<'_>, step: usize, content: Oid) -> Result<Option<String>> {
        let removed = &self.steps[step].removed;
        if let Some((path, _)) = removed.iter().find(|(_, old)| *old == content) {
            return Ok(Some(path.clone()));
        }
        if removed.is_empty() {
            return Ok(None);
        }
        let new = snapshot.read(content)?;
        let mut best: Option<(usize, &String)> = None;
        for (path, old) in removed {
            let alike = likeness(&snapshot.read(*old)?, &new);
            if alike >= ALIKE && best.is_none_or(|(most, _)| alike > most) {
                best = Some((alike, path));
            }
        }
        Ok(best.map(|(_, path)| path.clone()))
    }
}

/// How much of two texts is the same, in percent of the longer one, counted in lines.
fn likeness(a: &[u8], b: &[u8]) -> usize {
    let mut lines: HashMap<&[u8], usize> = HashMap::new();
    a.split_inclusive(|byte| *byte == b'\n').for_each(|line| *lines.entry(line).or_default() += 1);
    let mut same = 0;
    for line in b.split_inclusive(|byte| *byte == b'\n') {
        if let Some(left) = lines.get_mut(line).filter(|left| **left > 0) {
            *left -= 1;
            same += line.len();
        }
    }
    same * 100 / a.len().max(b.len()).max(1)
}
