//! The commits of a desk, oldest first, each with what its text says.

use anyhow::Context;
use git2::{Oid, Sort};
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
    pub fn trailer(&self, key: &str) -> Option<&str> {
        self.trailers.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

impl Desk {
    /// The ids of the commits `to` has and `from` has not, parents first.
    pub fn commits_missing(&self, from: Oid, to: Oid) -> Result<Vec<Oid>> {
        self.walk(Some(from), to)
    }

    /// All commits that led to `to`, parents first.
    pub fn commits_until(&self, to: Oid) -> Result<Vec<Oid>> {
        self.walk(None, to)
    }

    fn walk(&self, hidden: Option<Oid>, to: Oid) -> Result<Vec<Oid>> {
        let mut walk = self.repo.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.push(to)?;
        if let Some(hidden) = hidden {
            walk.hide(hidden)?;
        }
        let mut commits = walk.collect::<Result<Vec<_>, _>>().context("the history cannot be walked")?;
        commits.reverse();
        Ok(commits)
    }

    /// Whether a commit's parents were cut off by a shallow clone.
    pub fn is_boundary(&self, commit: Oid) -> bool {
        if !self.is_shallow() {
            return false;
        }
        let listed = std::fs::read_to_string(self.repo.commondir().join("shallow")).unwrap_or_default();
        listed.lines().any(|line| line == commit.to_string())
    }

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
