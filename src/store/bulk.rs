//! Many commits at once, through `git fast-import`: they become a pack, and the branch moves once, at the end.

use std::io::{BufWriter, Write};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, bail};
use git2::Oid;
use jiff::Timestamp;

use super::change::{Person, render_message};
use super::commit::Committed;
use super::{delta::delta, desk::Desk, git, journal, lock::Lock, worktree};
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

/// A running import. Dropped unfinished, it leaves nothing but unreachable objects, which git clears away.
pub struct Bulk<'desk> {
    desk: &'desk Desk,
    lock: Lock,
    base: Option<Oid>,
    committer: Person,
    child: Child,
    pipe: Option<BufWriter<ChildStdin>>,
    commits: usize,
}

const SCRATCH: &str = "refs/loket/import";
const ARGUMENTS: [&str; 5] = ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"];

impl Desk {
    /// Begins to write many commits on top of the branch; nobody else writes to this clone until it ends.
    pub fn bulk(&self, actor: &Person) -> Result<Bulk<'_>> {
        let lock = Lock::wait(&self.state)?;
        journal::finish(self, &lock)?;
        let base = self.head_commit()?;
        let mut command = git::command(self.folder(), &ARGUMENTS);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("git fast-import cannot be started")?;
        let pipe = child.stdin.take().map(|pipe| BufWriter::with_capacity(1 << 20, pipe));
        let mut bulk = Bulk { desk: self, lock, base, committer: self.committer(actor), child, pipe, commits: 0 };
        bulk.say(format!("reset {SCRATCH}\n").as_bytes())?;
        if let Some(base) = base {
            bulk.say(format!("from {base}\n\n").as_bytes())?;
        }
        Ok(bulk)
    }
}

impl Bulk<'_> {
    /// The commit this import stands on.
    pub fn base(&self) -> Option<Oid> {
        self.base
    }

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
        let moved = self.take_over(subject);
        if let Ok(mut scratch) = self.desk.repo.find_reference(SCRATCH) {
            scratch.delete().context("the import's own ref cannot be removed")?;
        }
        moved
    }

    fn take_over(&self, subject: &str) -> Result<Committed> {
        let desk = self.desk;
        desk.repo.odb()?.refresh()?;
        let new = desk.repo.refname_to_id(SCRATCH).context("the import left no commit")?;
        let mut steps = Vec::new();
        let old = self.base.and_then(|oid| desk.tree_of(oid));
        delta(&desk.repo.odb()?, old, desk.tree_of(new), &mut |delta| steps.push(delta))?;
        worktree::guard(desk, &steps)?;
        worktree::await_index(desk)?;
        journal::begin(desk, self.base, new)?;
        if !desk.swap(self.base, new, subject)? {
            journal::end(desk, new)?;
            return Err(Failure::error("the branch moved during the import; nothing was imported")
                .hint("run it again")
                .into());
        }
        let warnings = desk.follow(&self.lock, &steps, new).into_iter().collect();
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
