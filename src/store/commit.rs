//! A write: plan on the newest snapshot, make the commit, move the branch by compare-and-swap, let the working tree
//! follow. Either all of it stands in the branch or nothing was changed.

use std::time::{Duration, Instant};

use anyhow::Context;
use git2::{ErrorCode, ObjectType, Oid};

use super::change::{Change, Errand, Person};
use super::delta::{Delta, OddDelta};
use super::sign::Draft;
use super::tree::{self, Edits};
use super::{desk::Desk, journal, lock::Lock, snapshot::Snapshot, stale, worktree};
use crate::failure::{Failure, Result};

/// How often a write is planned anew because the branch moved meanwhile.
pub(super) const TRIES: usize = 50;
/// How long somebody else's lock on the branch is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A commit that is written, and the way to it.
pub(super) struct Landing<'a> {
    /// Where the branch is; `None` before the first commit.
    pub old: Option<Oid>,
    pub new: Oid,
    pub steps: &'a [Delta],
    pub odd: &'a [OddDelta],
    /// What is to be done outside the desk when the commit stands.
    pub errands: &'a [Errand],
    /// What the reflog says.
    pub note: &'a str,
}

/// What became of a write.
#[derive(Debug, Default)]
pub struct Committed {
    /// `None` where there was nothing to do.
    pub commit: Option<Oid>,
    /// What the user should know although the commit stands.
    pub warnings: Vec<String>,
}

impl Desk {
    /// Plans a change on the newest snapshot and commits it; planned again when the branch has moved meanwhile.
    /// `plan` answers `None` where there is nothing to do. The branch moved or nothing was changed.
    pub fn commit(&self, mut plan: impl FnMut(&Snapshot<'_>) -> Result<Option<Change>>) -> Result<Committed> {
        let (lock, mut warnings) = self.begin()?;
        for _ in 0..TRIES {
            let head = self.head()?;
            let Some(change) = plan(&head)? else { return Ok(Committed { commit: None, warnings }) };
            let steps = self.steps(&head, &change)?;
            worktree::guard(self, &steps)?;
            worktree::await_index(self)?;
            let new = self.write_change(&head, &change, &steps)?;
            let landing = Landing {
                old: head.commit,
                new,
                steps: &steps,
                odd: &[],
                errands: &change.errands,
                note: &change.subject,
            };
            if let Some(told) = self.land(&lock, &landing)? {
                warnings.extend(told);
                return Ok(Committed { commit: Some(new), warnings });
            }
            self.await_branch()?;
        }
        Err(keeps_moving().into())
    }

    /// Takes the lock on writing, and finishes what a killed command had begun. What cannot be finished is told and
    /// holds nobody up.
    pub(super) fn begin(&self) -> Result<(Lock, Vec<String>)> {
        let lock = Lock::wait(&self.state)?;
        let mut warnings: Vec<String> = match journal::finish(self, &lock) {
            Ok(mended) => mended.into_iter().collect(),
            Err(trouble) => vec![format!("an interrupted command's work is still not finished: {trouble:#}")],
        };
        if let Err(trouble) = self.settle_held() {
            warnings.push(format!("what an interrupted command's rules set off is still held: {trouble:#}"));
        }
        Ok((lock, warnings))
    }

    /// Moves the branch to a commit that is written, and lets errands, working tree and git's index follow. What people
    /// should know although the commit stands; `None` where the branch has moved meanwhile, and nothing was changed.
    pub(super) fn land(&self, lock: &Lock, landing: &Landing<'_>) -> Result<Option<Vec<String>>> {
        let Landing { old, new, steps, odd, errands, note } = *landing;
        journal::begin(self, old, new)?;
        self.hold(errands)?;
        if !self.swap(old, new, note)? {
            journal::end(self, new)?;
            self.let_go(errands)?;
            return Ok(None);
        }
        let mut told = self.release(errands);
        if let Err(trouble) = worktree::follow_odd(self, lock, odd) {
            told.push(format!("committed, but links are not in step: {trouble:#}"));
        }
        told.extend(self.follow(lock, steps, new));
        Ok(Some(told))
    }

    /// Pauses before the next try; says who is in the way where somebody holds the branch's lock for long.
    pub(super) fn await_branch(&self) -> Result<()> {
        let lock = stale::ref_lock(self, &self.branch()?);
        let start = Instant::now();
        while lock.exists() {
            if start.elapsed() > PATIENCE {
                let failure =
                    Failure::error(format!("another git process holds {}; nothing was changed", lock.display()));
                return Err(failure.hint("wait for it to end; if none is running, remove that file").into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_micros(fastrand::u64(500..20_000)));
        Ok(())
    }

    /// Lets working tree and index follow a branch that has moved; trouble there is told, as the commit stands.
    fn follow(&self, lock: &Lock, steps: &[Delta], new: Oid) -> Option<String> {
        let trouble = worktree::follow(self, lock, steps).and_then(|_| journal::end(self, new)).err()?;
        Some(format!("committed, but the working tree is not in step: {trouble:#}"))
    }

    /// The paths a change touches, with what is there and what will be.
    fn steps(&self, head: &Snapshot<'_>, change: &Change) -> Result<Vec<Delta>> {
        let odb = head.odb();
        let mut new = change.stored.clone();
        for (path, content) in &change.files {
            new.insert(path.clone(), odb.write(ObjectType::Blob, content).context("a file cannot be stored")?);
        }
        let step = |(path, new): (String, Oid)| {
            check_path(&path)?;
            head.refuse_blocked(&path)?;
            let found = head.find(&path)?;
            let is_program = found.as_ref().is_some_and(|found| found.is_program);
            Ok(Delta { old: found.map(|found| found.oid), path, new: Some(new), is_program })
        };
        new.into_iter().map(step).collect()
    }

    fn write_change(&self, head: &Snapshot<'_>, change: &Change, steps: &[Delta]) -> Result<Oid> {
        let odb = head.odb();
        let mut edits = Edits::default();
        for step in steps {
            edits.put(&step.path, step.new);
        }
        let tree = tree::or_empty(odb, edits.write(odb, head.tree)?)?;
        let parents: Vec<Oid> = head.commit.into_iter().collect();
        let committer = self.committer(&change.author);
        let message = change.message();
        let draft = Draft {
            tree,
            parents: &parents,
            author: &change.author,
            committer: &committer,
            date: change.date,
            message: &message,
        };
        self.write_commit(&draft)
    }

    /// Who runs this: git's own user, else the author.
    pub(super) fn committer(&self, author: &Person) -> Person {
        match self.configured_person() {
            (Some(name), Some(email)) => Person { name, email },
            _ => author.clone(),
        }
    }

    /// Moves the branch from `old` to `new`; false if it is no longer at `old`.
    pub(super) fn swap(&self, old: Option<Oid>, new: Oid, subject: &str) -> Result<bool> {
        let name = self.branch()?;
        let note = format!("loket: {}", subject.lines().next().unwrap_or_default());
        let moved = match old {
            Some(old) => self.repo.reference_matching(&name, new, true, old, &note),
            None => self.repo.reference(&name, new, false, &note),
        };
        match moved {
            Ok(_) => Ok(true),
            Err(trouble) if is_race(&trouble) => Ok(false),
            Err(trouble) => Err(trouble).with_context(|| format!("{name} cannot be moved; nothing was changed")),
        }
    }

    /// The ref HEAD stands for, or `HEAD` itself where it is detached.
    pub fn branch(&self) -> Result<String> {
        let head = self.repo.find_reference("HEAD").context("HEAD cannot be read")?;
        match head.symbolic_target() {
            Ok(Some(target)) => Ok(target.to_owned()),
            _ => Ok("HEAD".to_owned()),
        }
    }
}

/// The branch was never where it was a moment ago.
pub(super) fn keeps_moving() -> Failure {
    Failure::error("the branch keeps moving under this command; nothing was changed").hint("try again")
}

fn is_race(trouble: &git2::Error) -> bool {
    matches!(trouble.code(), ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists)
}

/// A path of the desk: no empty, dotted or hidden part, nothing git or a file system would read as something else.
pub(super) fn check_path(path: &str) -> Result<()> {
    let bad = |part: &str| {
        let odd = part.chars().any(|letter| letter.is_control() || letter == '\\' || letter == ':');
        part.is_empty() || part == "." || part == ".." || part.eq_ignore_ascii_case(".git") || odd || part.len() > 255
    };
    if path.len() > 4000 || path.split('/').any(bad) {
        return Err(Failure::error(format!("'{}' is no path a desk can hold", path.escape_debug())).into());
    }
    Ok(())
}

/// Whether a path would lead out of the desk or into git's own folder: git does not look at what it fetches, and no tool
/// of good will makes such a thing.
pub fn is_hostile(path: &str) -> bool {
    path.split('/').any(|part| {
        let plain = part.trim_end_matches(['.', ' ']);
        let is_git = plain.eq_ignore_ascii_case(".git") || plain.eq_ignore_ascii_case("git~1");
        plain.is_empty() || is_git || part.contains(['\\', '\0'])
    })
}

/// Refuses such a path in what comes from elsewhere.
pub(super) fn refuse_hostile(path: &str) -> Result<()> {
    if !is_hostile(path) {
        return Ok(());
    }
    let failure = Failure::refused(format!("what came has a file that no desk can hold: {}", path.escape_debug()));
    Err(failure.hint("nothing was changed; ask who made it, and do not check it out").into())
}
