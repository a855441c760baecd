//! A merge as a commit: planned on the newest branch, guarded, swapped in, followed by the working tree.

use anyhow::Context;
use git2::{Odb, Oid};
use jiff::Timestamp;

use super::ages::Ages;
use super::walk::{Leaf, Walk};
use super::{Aim, Conflict, How, Merged, Note};
use crate::failure::{Failure, Result};
use crate::store::change::Person;
use crate::store::delta::{Delta, delta, odd_delta};
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
        let lock = Lock::wait(&self.state)?;
        let mut warnings: Vec<String> = journal::finish(self, &lock)?.into_iter().collect();
        for _ in 0..TRIES {
            let head = self.head_commit()?;
            let mut joined = Joined::default();
            let Some(new) = plan(head, &mut joined)? else { return Ok(Joined { warnings, ..joined }) };
            let mut steps: Vec<Delta> = Vec::new();
            let tree = head.and_then(|head| self.tree_of(head));
            delta(&self.repo.odb()?, tree, self.tree_of(new), &mut |step| steps.push(step))?;
            steps.iter().try_for_each(|step| refuse_hostile(&step.path))?;
            let odd = odd_delta(&self.repo.odb()?, tree, self.tree_of(new))?;
            odd.iter().try_for_each(|step| refuse_hostile(&String::from_utf8_lossy(&step.path)))?;
            self.bring(steps.iter().filter_map(|step| step.new))?;
            worktree::guard(self, &steps)?;
            worktree::await_index(self)?;
            journal::begin(self, head, new)?;
            if self.swap(head, new, if joined.is_merge { "merge" } else { "forward" })? {
                if let Err(trouble) = worktree::follow_odd(self, &lock, &odd) {
                    warnings.push(format!("committed, but links are not in step: {trouble:#}"));
                }
                warnings.extend(self.follow(&lock, &steps, new));
                return Ok(Joined { commit: Some(new), files: steps.len(), warnings, ..joined });
            }
            journal::end(self, new)?;
            self.await_branch()?;
        }
        Err(Failure::error("the branch keeps moving under this command; nothing was changed").hint("try again").into())
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
        let tree = match merged.tree {
            Some(tree) => tree,
            None => self.repo.odb()?.write(git2::ObjectType::Tree, b"").context("a tree cannot be written")?,
        };
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

/// Refuses a path that would lead out of the desk or into git's own folder: git does not look at what it fetches, and no
/// tool of good will makes such a thing.
fn refuse_hostile(path: &str) -> Result<()> {
    let hostile = |part: &str| {
        let plain = part.trim_end_matches(['.', ' ']);
        let is_git = plain.eq_ignore_ascii_case(".git") || plain.eq_ignore_ascii_case("git~1");
        plain.is_empty() || is_git || part.contains(['\\', '\0'])
    };
    if !path.split('/').any(hostile) {
        return Ok(());
    }
    let failure = Failure::refused(format!("what came has a file that no desk can hold: {}", path.escape_debug()));
    Err(failure.hint("nothing was changed; ask who made it, and do not check it out").into())
}
