//! The commits of a desk, oldest first, each with what its text says.

use std::collections::HashSet;

use anyhow::Context;
use git2::Oid;
use jiff::Timestamp;

use super::{change::Person, desk::Desk};
use crate::failure::Result;

/// What the timeline wants to know of a commit.
#[derive(Debug, Clone)]
pub struct CommitInfo {
    pub id: Oid,
    pub tree: Oid,
    pub parents: Vec<Oid>,
    pub author: Person,
    pub date: Timestamp,
    pub subject: String,
    /// `Loket-…` trailers of its text, in order.
    pub trailers: Vec<(String, String)>,
}

impl CommitInfo {
    /// The value of the first trailer of that name.
    pub fn trailer(&self, key: &str) -> Option<&str> {
        self.trailers.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The values of the trailers of that name, in order.
    pub fn trailers<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.trailers.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// A step on the way through the history.
enum Step {
    /// What led to this commit comes first.
    Reach(Oid),
    Place(Oid),
}

impl Desk {
    /// The ids of the commits `to` has and `from` has not, parents first, in one line that grows at its end.
    pub fn commits_missing(&self, from: Oid, to: Oid) -> Result<Vec<Oid>> {
        self.line(Some(from), to)
    }

    /// All commits that led to `to`, parents first, in one line that grows at its end.
    pub fn commits_until(&self, to: Oid) -> Result<Vec<Oid>> {
        self.line(None, to)
    }

    /// The history as one line, parents before children: the branch's own commits (first parents), and before each
    /// merge what it brought. So a history that grows keeps the order of what was there.
    fn line(&self, hidden: Option<Oid>, to: Oid) -> Result<Vec<Oid>> {
        let mut walk = self.repo.revwalk()?;
        walk.push(to)?;
        if let Some(hidden) = hidden {
            walk.hide(hidden)?;
        }
        let mut left = walk.collect::<Result<HashSet<_>, _>>().context("the history cannot be walked")?;
        let mut line = Vec::with_capacity(left.len());
        let mut stack = vec![Step::Reach(to)];
        while let Some(step) = stack.pop() {
            match step {
                Step::Place(commit) => line.push(commit),
                Step::Reach(commit) => self.reach(commit, &mut left, &mut stack)?,
            }
        }
        Ok(line)
    }

    /// Plans the way to a commit: its own line from the oldest, each merge after what it brought.
    fn reach(&self, commit: Oid, left: &mut HashSet<Oid>, stack: &mut Vec<Step>) -> Result<()> {
        let mut at = Some(commit);
        while let Some(commit) = at.filter(|commit| left.remove(commit)) {
            let parents: Vec<Oid> = self.repo.find_commit(commit)?.parent_ids().collect();
            stack.push(Step::Place(commit));
            stack.extend(parents.iter().skip(1).rev().map(|parent| Step::Reach(*parent)));
            at = parents.first().copied();
        }
        Ok(())
    }

    /// The commits whose parents a shallow clone cut off, a line each; empty in a whole clone.
    pub fn shallow_edge(&self) -> String {
        if !self.is_shallow() {
            return String::new();
        }
        std::fs::read_to_string(self.repo.commondir().join("shallow")).unwrap_or_default()
    }

    /// What the text and header of a commit say.
    pub fn commit_info(&self, id: Oid) -> Result<CommitInfo> {
        let commit = self.repo.find_commit(id).with_context(|| format!("commit {id}"))?;
        let author = commit.author();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let message = text(commit.message_bytes());
        Ok(CommitInfo {
            id,
            tree: commit.tree_id(),
            parents: commit.parent_ids().collect(),
            author: Person { name: text(author.name_bytes()), email: text(author.email_bytes()) },
            date: Timestamp::from_second(author.when().seconds()).unwrap_or_default(),
            subject: message.lines().next().unwrap_or_default().to_owned(),
            trailers: trailers(&message),
        })
    }

    /// Walks a branch back from a commit, by first parents: the date of each, and the object of a file then. Goes on as
    /// long as `seen` says so.
    pub fn walk_back(
        &self,
        from: Oid,
        path: &str,
        seen: &mut dyn FnMut(Timestamp, Option<Oid>) -> Result<bool>,
    ) -> Result<()> {
        let mut at = Some(from);
        while let Some(id) = at {
            let Ok(commit) = self.repo.find_commit(id) else { return Ok(()) };
            let object = self.at_commit(id)?.find_file(path)?;
            if !seen(Timestamp::from_second(commit.author().when().seconds()).unwrap_or_default(), object)? {
                return Ok(());
            }
            at = commit.parent_id(0).ok();
        }
        Ok(())
    }

    /// The tree of a commit; `None` where a shallow clone cut it off.
    pub fn tree_of(&self, commit: Oid) -> Option<Oid> {
        self.repo.find_commit(commit).ok().map(|commit| commit.tree_id())
    }
}

/// The `Loket-…` lines of the last paragraph.
fn trailers(message: &str) -> Vec<(String, String)> {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let pairs = last.lines().filter_map(|line| line.split_once(": "));
    pairs
        .filter(|(key, _)| key.starts_with("Loket-"))
        .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
        .collect()
}
