//! Keeps the working tree and git's index in step with the commits loket makes, and the user's own edits out of them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use git2::{ObjectType, Oid};

use super::delta::{Delta, OddDelta};
use super::{desk::Desk, git, lock::Lock, stale};
use crate::failure::{Failure, Result};

/// How long somebody else's lock on git's index is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Refuses (exit 4) where a file about to change has uncommitted edits, staged or not, or would be written through a
/// symbolic link.
pub fn guard(desk: &Desk, steps: &[Delta]) -> Result<()> {
    let Some(root) = desk.root() else { return Ok(()) };
    let sparse = is_sparse(desk);
    for step in steps {
        no_links(root, &step.path)?;
        let unchanged = match at_hand(&root.join(&step.path)) {
            AtHand::File(found) => step.old.is_some_and(|old| same(desk, step, &found, old)) || is_result(step, &found),
            AtHand::Nothing => step.old.is_none() || sparse,
            AtHand::Other => false,
        };
        if !unchanged {
            return Err(uncommitted(&step.path));
        }
    }
    not_staged(desk, steps)
}

/// What lies at a place of the working tree.
pub enum AtHand {
    File(Vec<u8>),
    Nothing,
    /// A folder, a link, a device, or a file beyond all measure.
    Other,
}

/// The largest working file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// Reads a regular file; never follows a link, never waits for a pipe.
pub fn at_hand(path: &Path) -> AtHand {
    match path.symlink_metadata() {
        Err(_) => AtHand::Nothing,
        Ok(found) if found.is_file() && found.len() <= LARGEST => fs::read(path).map_or(AtHand::Other, AtHand::File),
        Ok(_) => AtHand::Other,
    }
}

fn is_result(step: &Delta, found: &[u8]) -> bool {
    step.old.is_none() && Oid::hash_object(ObjectType::Blob, found).ok() == step.new
}

/// The refusal to touch a file with edits of the user's own.
pub fn uncommitted(path: &str) -> anyhow::Error {
    Failure::refused(format!("{path} has uncommitted edits; nothing was changed"))
        .hint(format!(
            "commit them (git add {path} && git commit) or drop them (git checkout HEAD -- {path}), then repeat"
        ))
        .in_file(path)
        .into()
}

/// Whether the working file is what is committed, line endings as git would convert them included.
fn same(desk: &Desk, step: &Delta, found: &[u8], old: Oid) -> bool {
    if Oid::hash_object(ObjectType::Blob, found).ok() == Some(old) {
        return true;
    }
    let path = format!("--path={}", step.path);
    let hashed = git::answer(desk.folder(), &["hash-object", "--stdin", &path], found);
    hashed.is_ok_and(|text| String::from_utf8_lossy(&text).trim() == old.to_string())
}

/// No folder on the way to `path` may be a symbolic link: it could lead out of the desk.
fn no_links(root: &Path, path: &str) -> Result<()> {
    let mut at = root.to_owned();
    let Some((folders, _)) = path.rsplit_once('/') else { return Ok(()) };
    for folder in folders.split('/') {
        at.push(folder);
        if at.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            let failure = Failure::refused(format!("{} is in the way: it is no folder", at.display()));
            return Err(failure.hint("move it away; nothing was changed").in_file(path).into());
        }
    }
    Ok(())
}

/// Refuses where git's index holds something of its own for one of these paths.
fn not_staged(desk: &Desk, steps: &[Delta]) -> Result<()> {
    if desk.head_commit()?.is_none() || steps.is_empty() {
        return Ok(());
    }
    let arguments = ["diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD", "--"];
    let mut command = git::command(desk.folder(), &arguments);
    if steps.len() <= 100 {
        command.env("GIT_LITERAL_PATHSPECS", "1").args(steps.iter().map(|step| &step.path));
    }
    command.stdout(std::process::Stdio::piped());
    let done = git::run(command, b"")?;
    if !done.status.success() {
        return Err(git::failed(&arguments, &done.stderr).into());
    }
    let staged: std::collections::HashSet<&[u8]> = done.stdout.split(|&byte| byte == 0).collect();
    match steps.iter().find(|step| staged.contains(step.path.as_bytes())) {
        Some(step) => Err(uncommitted(&step.path)),
        None => Ok(()),
    }
}

/// Waits until nobody holds git's index, or says who is in the way.
pub fn await_index(desk: &Desk) -> Result<()> {
    if desk.root.is_none() {
        return Ok(());
    }
    let path = stale::index_lock(desk);
    let start = Instant::now();
    while path.exists() {
        if start.elapsed() > PATIENCE {
            let failure = Failure::error(format!("another git process holds {}; nothing was changed", path.display()));
            return Err(failure.hint("wait for it to end; if none is running, remove that file").into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Writes the changed files to the working tree and tells git's index of just those paths. Files that hold something
/// else than what was committed are left alone. Gives the number of files written or removed.
pub fn follow(desk: &Desk, lock: &Lock, steps: &[Delta]) -> Result<usize> {
    let Some(root) = desk.root() else { return Ok(0) };
    if steps.is_empty() {
        return Ok(0);
    }
    let outside = outside_of_cone(desk, steps)?;
    let (outside, inside): (Vec<&Delta>, Vec<&Delta>) = steps.iter().partition(|step| outside.contains(&step.path));
    let (mut written, mut ours, mut theirs) = (0, Vec::new(), Vec::new());
    for step in inside {
        match bring(desk, root, step)? {
            Brought::Written => written += 1,
            Brought::There => {}
            Brought::Theirs => {
                theirs.push(step);
                continue;
            }
        }
        ours.push(step);
    }
    tell_index(desk, lock, &["update-index", "--add", "--remove", "-z", "--stdin"], &listed(&ours))?;
    // What the user has edited meanwhile stays theirs: the index gets what is committed, not what lies there.
    tell_index(desk, lock, &["update-index", "-z", "--index-info"], &entries(&theirs))?;
    if !outside.is_empty() {
        tell_index(desk, lock, &["update-index", "-z", "--index-info"], &entries(&outside))?;
        let kept: Vec<&Delta> = outside.into_iter().filter(|step| step.new.is_some()).collect();
        tell_index(desk, lock, &["update-index", "--skip-worktree", "-z", "--stdin"], &listed(&kept))?;
    }
    Ok(written)
}

/// Lets git's index and the working tree follow what is no regular file; git itself writes links, as a checkout does.
pub fn follow_odd(desk: &Desk, lock: &Lock, steps: &[OddDelta]) -> Result<()> {
    if desk.root.is_none() || steps.is_empty() {
        return Ok(());
    }
    let mut told = Vec::new();
    let mut there = Vec::new();
    for step in steps {
        let (mode, oid) = step.new.unwrap_or((0, Oid::ZERO_SHA1));
        told.extend_from_slice(format!("{mode:o} {oid}\t").as_bytes());
        told.extend_from_slice(&step.path);
        told.push(0);
        if step.new.is_some() {
            there.extend_from_slice(&step.path);
            there.push(0);
        }
    }
    tell_index(desk, lock, &["update-index", "-z", "--index-info"], &told)?;
    tell_index(desk, lock, &["checkout-index", "--force", "--quiet", "-z", "--stdin"], &there)?;
    for step in steps.iter().filter(|step| step.new.is_none()) {
        let (Ok(path), Some(root)) = (std::str::from_utf8(&step.path), desk.root()) else { continue };
        let place = root.join(path);
        if place.symlink_metadata().is_ok_and(|found| found.is_symlink()) && no_links(root, path).is_ok() {
            remove(root, &place)?;
        }
    }
    Ok(())
}

fn listed(steps: &[&Delta]) -> Vec<u8> {
    steps.iter().flat_map(|step| step.path.bytes().chain([0])).collect()
}

fn entries(steps: &[&Delta]) -> Vec<u8> {
    let line = |step: &&Delta| match step.new {
        Some(oid) if step.is_program => format!("100755 {oid}\t{}\0", step.path),
        Some(oid) => format!("100644 {oid}\t{}\0", step.path),
        None => format!("0 {}\t{}\0", Oid::ZERO_SHA1, step.path),
    };
    steps.iter().flat_map(|step| line(step).into_bytes()).collect()
}

/// What became of a working file.
enum Brought {
    Written,
    /// It was as it should be already.
    There,
    /// It holds something of the user's and is left alone.
    Theirs,
}

/// Brings one file to its new content, if it still has the old.
fn bring(desk: &Desk, root: &Path, step: &Delta) -> Result<Brought> {
    let path = root.join(&step.path);
    let found = match at_hand(&path) {
        AtHand::File(bytes) => Some(bytes),
        AtHand::Nothing => None,
        AtHand::Other => return Ok(Brought::Theirs),
    };
    let now = found.as_deref().and_then(|bytes| Oid::hash_object(ObjectType::Blob, bytes).ok());
    if now == step.new {
        set_program(&path, step)?;
        return Ok(Brought::There);
    }
    let untouched =
        now == step.old || found.is_some_and(|bytes| step.old.is_some_and(|old| same(desk, step, &bytes, old)));
    if !untouched {
        return Ok(Brought::Theirs);
    }
    no_links(root, &step.path)?;
    match step.new {
        Some(oid) => write(&path, desk.repo.odb()?.read(oid)?.data(), step.is_program)?,
        None => remove(root, &path)?,
    }
    Ok(Brought::Written)
}

/// How the name of a half-written file begins; six letters and digits follow.
const PARTIAL: &str = ".loket-";

/// Removes what a killed command left half written beside these files. Only for the holder of the lock: nobody else
/// is writing then.
pub fn sweep(desk: &Desk, _: &Lock, steps: &[Delta]) {
    let Some(root) = desk.root() else { return };
    let folders: std::collections::BTreeSet<&str> =
        steps.iter().filter_map(|step| Some(step.path.rsplit_once('/')?.0)).collect();
    for entry in folders.iter().filter_map(|folder| fs::read_dir(root.join(folder)).ok()).flatten().flatten() {
        let name = entry.file_name();
        let tail = name.to_str().and_then(|name| name.strip_prefix(PARTIAL));
        let ours = tail.is_some_and(|tail| tail.len() == 6 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write(path: &Path, content: &[u8], is_program: bool) -> Result<()> {
    let folder = path.parent().context("a file of the desk has a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(PARTIAL);
    #[cfg(not(unix))]
    let _ = is_program;
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(if is_program { 0o777 } else { 0o666 }));
    let mut partial = builder.tempfile_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    partial.write_all(content).with_context(|| format!("cannot write {}", path.display()))?;
    partial.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Lets a file be run, or no longer, where only that has changed.
#[cfg(unix)]
fn set_program(path: &Path, step: &Delta) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = path.metadata().map(|found| found.permissions()) else { return Ok(()) };
    if step.old != step.new || (found.mode() & 0o100 != 0) == step.is_program {
        return Ok(());
    }
    let mode = if step.is_program { found.mode() | (found.mode() & 0o444) >> 2 } else { found.mode() & !0o111 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot change whether {} may be run", path.display()))
}

#[cfg(not(unix))]
fn set_program(_: &Path, _: &Delta) -> Result<()> {
    Ok(())
}

fn remove(root: &Path, path: &Path) -> Result<()> {
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    let mut folder = path.parent();
    while let Some(at) = folder.filter(|at| *at != root) {
        if fs::remove_dir(at).is_err() {
            break;
        }
        folder = at.parent();
    }
    Ok(())
}

/// Runs one `git update-index`, which understands every index format; waits while somebody else holds the index.
fn tell_index(desk: &Desk, lock: &Lock, arguments: &[&str], input: &[u8]) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    let start = Instant::now();
    loop {
        let mut command = git::command(desk.folder(), arguments);
        command.stdout(lock.share()?);
        let done = git::run(command, input)?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        if !said.contains("index.lock") || start.elapsed() > PATIENCE {
            bail!("git's index could not follow ({}); the next loket command tries again", said.trim());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether git's sparse checkout keeps files out of the working tree.
fn is_sparse(desk: &Desk) -> bool {
    desk.config_flag("core.sparseCheckout")
}

/// Those of the paths that sparse checkout keeps out of the working tree.
fn outside_of_cone(desk: &Desk, steps: &[Delta]) -> Result<std::collections::HashSet<String>> {
    if !is_sparse(desk) {
        return Ok(Default::default());
    }
    let all: Vec<&Delta> = steps.iter().collect();
    let inside = git::answer(desk.folder(), &["sparse-checkout", "check-rules", "-z"], &listed(&all))?;
    let inside: std::collections::HashSet<&[u8]> = inside.split(|&byte| byte == 0).collect();
    Ok(steps.iter().map(|step| &step.path).filter(|path| !inside.contains(path.as_bytes())).cloned().collect())
}
