//! A merge as a commit: planned on the newest branch, guarded, swapped in, followed by the working tree.

use anyhow::Context;
use git2::Oid;
use jiff::Timestamp;

use super::ages::Ages;
use super::walk::{Leaf, Walk};
use super::{Conflict, How, Merged, Note};
use crate::failure::{Failure, Result};
use crate::store::change::Person;
use crate::store::delta::{Delta, delta};
use crate::store::desk::Desk;
use crate::store::lock::Lock;
use crate::store::sign::Draft;
use crate::store::tree::{DIRECTORY, Edits};
use crate::store::{journal, worktree};

/// How often a merge is planned anew because the branch moved meanwhile.
const TRIES: usize = 50;

/// What a merge commit says.
pub struct Described {
    pub author: Person,
    pub date: Timestamp,
    pub message: String,
}

/// What became of a merge.
#[derive(Debug, Default)]
pub struct Joined {
    /// Where the branch is now; `None` where it did not move.
    pub commit: Option<Oid>,
    /// Whether two histories were merged, and the branch not only moved forward.
    pub is_merge: bool,
    /// Files that are other than before.
    pub files: usize,
    pub notes: Vec<Note>,
    /// Where these are, nothing was changed.
    pub conflicts: Vec<Conflict>,
    pub warnings: Vec<String>,
}

impl Desk {
    /// Where two histories were last one; of several the newest.
    pub fn merge_base(&self, ours: Oid, theirs: Oid) -> Result<Option<Oid>> {
        match self.repo.merge_bases(ours, theirs) {
            Ok(bases) => {
                let time = |oid: &Oid| self.repo.find_commit(*oid).map_or(0, |commit| commit.time().seconds());
                Ok(bases.iter().copied().max_by_key(|oid| (time(oid), *oid)))
            }
            Err(trouble) if trouble.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(trouble) => Err(trouble).context("where the histories were one cannot be found"),
        }
    }

    /// What a merge of two commits would make. Objects are written, no branch moves.
    pub fn plan_merge(&self, ours: Oid, theirs: Oid, how: &How<'_>) -> Result<Merged> {
        let base = self.merge_base(ours, theirs)?;
        let tree = |commit: Oid| self.tree_of(commit).context("a commit to be merged is not here");
        let leaf = |oid: Oid| Leaf { mode: DIRECTORY, oid };
        let odb = self.repo.odb()?;
        let ages = Ages::new(self, base, ours, theirs);
        let mut walk =
            Walk { odb: &odb, ages: &ages, how, notes: Vec::new(), conflicts: Vec::new(), moved: Edits::default() };
        let base = base.and_then(|base| self.tree_of(base));
        let three = [base.map(leaf), Some(leaf(tree(ours)?)), Some(leaf(tree(theirs)?))];
        let made = walk.entry(b"", three)?.map(|leaf| leaf.oid);
        let made = if walk.moved.is_empty() { made } else { walk.moved.write(&odb, made)? };
        Ok(Merged { tree: made, notes: walk.notes, conflicts: walk.conflicts })
    }

    /// Merges a commit into the branch, or moves the branch forward to it. Either all of it stands or nothing was
    /// changed; a file with uncommitted edits that would change is a refusal.
    pub fn merge_in(
        &self,
        theirs: Oid,
        how: &How<'_>,
        describe: &dyn Fn(&Merged) -> Result<Described>,
    ) -> Result<Joined> {
        let lock = Lock::wait(&self.state)?;
        let mut warnings: Vec<String> = journal::finish(self, &lock)?.into_iter().collect();
        for _ in 0..TRIES {
            let head = self.head_commit()?;
            let mut joined = Joined::default();
            let Some(new) = self.joined(head, theirs, how, describe, &mut joined)? else { return Ok(joined) };
            let mut steps: Vec<Delta> = Vec::new();
            let tree = head.and_then(|head| self.tree_of(head));
            delta(&self.repo.odb()?, tree, self.tree_of(new), &mut |step| steps.push(step))?;
            worktree::guard(self, &steps)?;
            worktree::await_index(self)?;
            journal::begin(self, head, new)?;
            if self.swap(head, new, if joined.is_merge { "merge" } else { "fast-forward" })? {
                warnings.extend(self.follow(&lock, &steps, new));
                return Ok(Joined { commit: Some(new), files: steps.len(), warnings, ..joined });
            }
            journal::end(self, new)?;
            self.await_branch()?;
        }
        Err(Failure::error("the branch keeps moving under this command; nothing was changed").hint("try again").into())
    }

    /// The commit the branch goes to; `None` where it stays.
    fn joined(
        &self,
        head: Option<Oid>,
        theirs: Oid,
        how: &How<'_>,
        describe: &dyn Fn(&Merged) -> Result<Described>,
        joined: &mut Joined,
    ) -> Result<Option<Oid>> {
        let Some(ours) = head else { return Ok(Some(theirs)) };
        if ours == theirs || self.repo.graph_descendant_of(ours, theirs)? {
            return Ok(None);
        }
        if self.repo.graph_descendant_of(theirs, ours)? {
            return Ok(Some(theirs));
        }
        let merged = self.plan_merge(ours, theirs, how)?;
        if !merged.conflicts.is_empty() {
            joined.conflicts = merged.conflicts;
            return Ok(None);
        }
        let described = describe(&merged)?;
        let tree = match merged.tree {
            Some(tree) => tree,
            None => self.repo.odb()?.write(git2::ObjectType::Tree, b"").context("a tree cannot be written")?,
        };
        joined.is_merge = true;
        joined.notes = merged.notes;
        let draft = Draft {
            tree,
            parents: &[ours, theirs],
            author: &described.author,
            committer: &self.committer(&described.author),
            date: described.date,
            message: &described.message,
        };
        self.write_commit(&draft).map(Some)
    }
}
