//! Many commits at once, through `git fast-import`: they become a pack, and the branch moves once, at the end.

use std::io::{BufWriter, Write};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, bail};
use git2::{ErrorCode, Oid};
use jiff::Timestamp;

use super::change::{Person, render_message};
use super::commit::{Committed, Landing};
use super::{desk::Desk, git, journal, lock::Lock, stale, worktree};
use crate::failure::{Failure, Result};

/// One commit of many.
pub struct BulkCommit<'a> {
    pub author: &'a Person,
    pub date: Timestamp,
    pub subject: &'a str,
    pub trailers: &'a [(&'static str, String)],
    /// Path and new content.
    pub files: &'a [(String, Vec<u8>)],
}

/// A running import. Dropped unfinished, or killed, it moves no branch. What it may leave is a `tmp_pack_*` among git's
/// packs, which `git gc` clears away, and its own ref, which the next import removes.
pub struct Bulk<'desk> {
    desk: &'desk Desk,
    lock: Lock,
    /// The commit that was planned on.
    base: Option<Oid>,
    committer: Person,
    child: Child,
    pipe: Option<BufWriter<ChildStdin>>,
    commits: usize,
}

const SCRATCH: &str = "refs/loket/import";
/// Light compression: what is imported is packed again by the next `git gc`.
const ARGUMENTS: [&str; 7] =
    ["-c", "pack.compression=1", "fast-import", "--quiet", "--done", "--force", "--date-format=raw"];

impl Desk {
    /// Waits for the right to write to this clone. What is planned on a snapshot read under it still holds when it is
    /// written. Gives warnings of work that an interrupted command left and that could not be finished.
    pub fn begin_writing(&self) -> Result<(Lock, Vec<String>)> {
        let lock = Lock::wait(&self.state)?;
        let warnings = match journal::finish(self, &lock) {
            Ok(mended) => mended.into_iter().collect(),
            Err(trouble) => vec![format!("an interrupted command's work is still not finished: {trouble:#}")],
        };
        Ok((lock, warnings))
    }

    /// Whether git is told to sign commits. Those written in bulk are not: fast-import cannot.
    pub fn wants_signatures(&self) -> bool {
        self.config_flag("commit.gpgsign")
    }

    /// Begins to write many commits on top of the one they were planned on.
    pub fn bulk(&self, lock: Lock, planned_on: Option<Oid>, actor: &Person) -> Result<Bulk<'_>> {
        if self.head_commit()? != planned_on {
            return Err(moved());
        }
        self.clear_scratch()?;
        let mut command = git::command(self.folder(), &ARGUMENTS);
        // Nothing is said on standard output; while the child has it, the lock is held, even if we are killed.
        command.stdin(Stdio::piped()).stdout(lock.share()?).stderr(Stdio::piped());
        let mut child = command.spawn().context("git fast-import cannot be started")?;
        let pipe = child.stdin.take().map(|pipe| BufWriter::with_capacity(1 << 20, pipe));
        let committer = self.committer(actor);
        let mut bulk = Bulk { desk: self, lock, base: planned_on, committer, child, pipe, commits: 0 };
        bulk.say(format!("reset {SCRATCH}\n").as_bytes())?;
        if let Some(base) = planned_on {
            bulk.say(format!("from {base}\n\n").as_bytes())?;
        }
        Ok(bulk)
    }

    /// Removes the ref of an import that was killed, and git's lock on it. Both can be nobody's: we hold loket's own lock.
    fn clear_scratch(&self) -> Result<()> {
        let lock = stale::ref_lock(self, SCRATCH);
        if lock.exists() {
            std::fs::remove_file(&lock).with_context(|| format!("{} cannot be removed", lock.display()))?;
        }
        match self.repo.find_reference(SCRATCH) {
            Ok(mut scratch) => scratch.delete().context("the import's own ref cannot be removed"),
            Err(trouble) if trouble.code() == ErrorCode::NotFound => Ok(()),
            Err(trouble) => Err(trouble).context("the import's own ref cannot be read"),
        }
    }
}

fn moved() -> anyhow::Error {
    Failure::error("the branch moved during the import; nothing was imported").hint("run it again").into()
}

impl Bulk<'_> {
    /// Adds a commit after those before.
    pub fn add(&mut self, commit: &BulkCommit<'_>) -> Result<()> {
        self.commits += 1;
        let message = render_message(commit.subject, commit.trailers);
        let author = commit.author.stamp(commit.date);
        let committer = self.committer.stamp(commit.date);
        let head =
            format!("commit {SCRATCH}\nauthor {author}\ncommitter {committer}\ndata {}\n{message}\n", message.len());
        self.say(head.as_bytes())?;
        for (path, content) in commit.files {
            super::commit::check_path(path)?;
            self.say(format!("M 100644 inline {}\ndata {}\n", quote(path), content.len()).as_bytes())?;
            self.say(content)?;
            self.say(b"\n")?;
        }
        Ok(())
    }

    fn say(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(pipe) = &mut self.pipe else { bail!("the import has ended") };
        if pipe.write_all(bytes).is_ok() {
            return Ok(());
        }
        let said = self.end_child()?;
        bail!("git fast-import stopped: {said}; nothing was imported")
    }

    fn end_child(&mut self) -> Result<String> {
        drop(self.pipe.take());
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            std::io::Read::read_to_string(&mut stderr, &mut said).context("git fast-import cannot be heard")?;
        }
        let status = self.child.wait().context("git fast-import cannot be waited for")?;
        Ok(if status.success() { String::new() } else { format!("{} ({status})", said.trim()) })
    }

    /// Moves the branch to the last commit, all at once, and lets the working tree follow.
    pub fn finish(mut self, subject: &str) -> Result<Committed> {
        self.say(b"done\n")?;
        if let Some(pipe) = &mut self.pipe {
            pipe.flush().context("git fast-import cannot be told the end")?;
        }
        let said = self.end_child()?;
        if !said.is_empty() {
            bail!("git fast-import failed: {said}; nothing was imported");
        }
        if self.commits == 0 {
            return Ok(Committed::default());
        }
        let mut taken = self.take_over(subject);
        let cleared = self.desk.clear_scratch();
        if let (Ok(done), Err(trouble)) = (&mut taken, cleared) {
            done.warnings.push(format!("imported, but {trouble:#}; the next import tries again"));
        }
        taken
    }

    fn take_over(&self, subject: &str) -> Result<Committed> {
        let desk = self.desk;
        desk.repo.odb()?.refresh()?;
        let new = desk.repo.refname_to_id(SCRATCH).context("the import left no commit")?;
        let old = self.base.and_then(|oid| desk.tree_of(oid));
        let steps = desk.differing(old, desk.tree_of(new))?;
        worktree::guard(desk, &steps)?;
        worktree::await_index(desk)?;
        let landing = Landing { old: self.base, new, steps: &steps, odd: &[], errands: &[], note: subject };
        let warnings = desk.land(&self.lock, &landing)?.ok_or_else(moved)?;
        Ok(Committed { commit: Some(new), warnings })
    }
}

impl Drop for Bulk<'_> {
    fn drop(&mut self) {
        if self.pipe.take().is_some() {
            // Unfinished: without the end of its stream, fast-import keeps nothing; errors here change nothing.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A path as fast-import reads it.
fn quote(path: &str) -> String {
    if path.bytes().any(|byte| matches!(byte, b'"' | b'\\' | b'\n')) || path.starts_with('"') {
        return format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
    }
    path.to_owned()
}
