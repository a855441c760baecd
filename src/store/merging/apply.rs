//! A merge as a commit: planned on the newest branch, guarded, swapped in, followed by the working tree.

use anyhow::Context;
use git2::{Odb, Oid};
use jiff::Timestamp;

use super::ages::Ages;
use super::walk::{Leaf, Walk};
use super::{Aim, Conflict, How, Merged, Note};
use crate::failure::Result;
use crate::store::change::Person;
use crate::store::commit::{Landing, TRIES, keeps_moving, refuse_hostile};
use crate::store::delta::{Differences, delta, differences};
use crate::store::desk::Desk;
use crate::store::sign::Draft;
use crate::store::tree::{self, DIRECTORY, Edits};
use crate::store::worktree;

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

/// Makes the commit the branch goes to from the one it is at; `None` where it stays.
type Plan<'a> = dyn FnMut(Option<Oid>, &mut Joined) -> Result<Option<Oid>> + 'a;

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
        let ages = Ages::new(self, base, ours, theirs);
        self.walk([base, Some(ours), Some(theirs)], Aim::Merge(&ages), how)
    }

    /// What a commit without one of the commits before it would be; conflicts are what was changed again since.
    pub fn plan_undo(&self, head: Oid, undone: Oid) -> Result<Merged> {
        let parent = self.commit_info(undone)?.parents.first().copied();
        let never = How { take: None, settled: &|_| None, fresh: &|id| id.clone() };
        self.walk([Some(undone), Some(head), parent], Aim::Undo, &never)
    }

    fn walk(&self, commits: [Option<Oid>; 3], aim: Aim<'_>, how: &How<'_>) -> Result<Merged> {
        let odb = self.repo.odb()?;
        let (notes, conflicts) = (Vec::new(), Vec::new());
        let mut walk = Walk { odb: &odb, aim, how, notes, conflicts, moved: Edits::default() };
        if self.is_partial() {
            self.bring_changed(&odb, commits)?;
        }
        let leaf = |commit: Oid| -> Result<Leaf> {
            let oid = self.tree_of(commit).context("a commit to be merged is not here")?;
            Ok(Leaf { mode: DIRECTORY, oid })
        };
        let [base, ours, theirs] = commits.map(|commit| commit.map(leaf).transpose());
        let made = walk.entry(b"", [base?, ours?, theirs?])?.map(|leaf| leaf.oid);
        let made = if walk.moved.is_empty() { made } else { walk.moved.write(&odb, made)? };
        Ok(Merged { tree: made, notes: walk.notes, conflicts: walk.conflicts })
    }

    /// Brings over what both sides changed, as far as a partial clone has it not.
    fn bring_changed(&self, odb: &Odb<'_>, [base, ours, theirs]: [Option<Oid>; 3]) -> Result<()> {
        let tree = |commit: Option<Oid>| commit.and_then(|commit| self.tree_of(commit));
        let mut wanted = Vec::new();
        for side in [ours, theirs] {
            delta(odb, tree(base), tree(side), &mut |step| wanted.extend([step.old, step.new].into_iter().flatten()))?;
        }
        self.bring(wanted)
    }

    /// Merges a commit into the branch, or moves the branch forward to it. Either all of it stands or nothing was
    /// changed; a file with uncommitted edits that would change is a refusal.
    pub fn merge_in(
        &self,
        theirs: Oid,
        how: &How<'_>,
        describe: &dyn Fn(&Merged) -> Result<Described>,
    ) -> Result<Joined> {
        self.advance(&mut |head, joined| {
            let Some(ours) = head else { return Ok(Some(theirs)) };
            if ours == theirs || self.repo.graph_descendant_of(ours, theirs)? {
                return Ok(None);
            }
            if self.repo.graph_descendant_of(theirs, ours)? {
                return Ok(Some(theirs));
            }
            let merged = self.plan_merge(ours, theirs, how)?;
            joined.is_merge = merged.conflicts.is_empty();
            self.write_merged(merged, &[ours, theirs], describe, joined)
        })
    }

    /// Takes a commit back by a new one.
    pub fn undo(&self, undone: Oid, describe: &dyn Fn(&Merged) -> Result<Described>) -> Result<Joined> {
        self.advance(&mut |head, joined| {
            let Some(head) = head else { return Ok(None) };
            let merged = self.plan_undo(head, undone)?;
            if merged.conflicts.is_empty() && merged.tree == self.tree_of(head) {
                return Ok(None);
            }
            self.write_merged(merged, &[head], describe, joined)
        })
    }

    /// Moves the branch to the commit that `plan` makes on it; planned again where the branch has moved meanwhile.
    fn advance(&self, plan: &mut Plan<'_>) -> Result<Joined> {
        let (lock, mut warnings) = self.begin()?;
        for _ in 0..TRIES {
            let head = self.head_commit()?;
            let mut joined = Joined::default();
            let Some(new) = plan(head, &mut joined)? else { return Ok(Joined { warnings, ..joined }) };
            let tree = head.and_then(|head| self.tree_of(head));
            let Differences { files, odd } = differences(&self.repo.odb()?, tree, self.tree_of(new))?;
            let odd_paths = odd.iter().map(|step| String::from_utf8_lossy(&step.path));
            files
                .iter()
                .map(|step| step.path.as_str().into())
                .chain(odd_paths)
                .try_for_each(|path| refuse_hostile(&path))?;
            self.bring(files.iter().filter_map(|step| step.new))?;
            worktree::guard(self, &files)?;
            worktree::await_index(self)?;
            let note = if joined.is_merge { "merge" } else { "forward" };
            let landing = Landing { old: head, new, steps: &files, odd: &odd, errands: &[], note };
            if let Some(told) = self.land(&lock, &landing)? {
                warnings.extend(told);
                return Ok(Joined { commit: Some(new), files: files.len(), warnings, ..joined });
            }
            self.await_branch()?;
        }
        Err(keeps_moving().into())
    }

    /// Writes the commit of a merge; `None` where there are conflicts.
    fn write_merged(
        &self,
        merged: Merged,
        parents: &[Oid],
        describe: &dyn Fn(&Merged) -> Result<Described>,
        joined: &mut Joined,
    ) -> Result<Option<Oid>> {
        if !merged.conflicts.is_empty() {
            joined.conflicts = merged.conflicts;
            return Ok(None);
        }
        let described = describe(&merged)?;
        let tree = tree::or_empty(&self.repo.odb()?, merged.tree)?;
        joined.notes = merged.notes;
        let draft = Draft {
            tree,
            parents,
            author: &described.author,
            committer: &self.committer(&described.author),
            date: described.date,
            message: &described.message,
        };
        self.write_commit(&draft).map(Some)
    }
}
