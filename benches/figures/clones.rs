//! Many clones and large desks: a merge against git's with the driver, a tidied desk, many processes at once.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::desk::generator::Outcome;
use crate::lab::Lab;
use crate::measure::{Case, Row, Unit, answer, in_turns, time};
use crate::target::Target;

/// So many tickets are changed on both sides.
const CHANGED: usize = 1_000;
/// So many processes write at once, and so many notes each.
const WRITERS: usize = 64;
const NOTES: usize = 4;

/// A clone with a working tree, one without, and a repository between them, all beside the desk they share objects with.
struct Clones {
    tree: PathBuf,
    remote: PathBuf,
    /// Where each side is before they meet.
    ours: String,
    theirs: String,
}

impl Clones {
    fn make(lab: &Lab) -> Outcome<Clones> {
        let place = lab.bare.with_extension("clones");
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::create_dir_all(&place)?;
        let (tree, other, remote) = (place.join("tree"), place.join("other.git"), place.join("remote.git"));
        let source = lab.bare.display().to_string();
        let clone = |options: &[&str], from: &str, to: &Path| -> Outcome<f64> {
            let to = to.display().to_string();
            time(&mut lab.git(&place, &[&["clone", "-q", "--shared"], options, &[from, &to]].concat()))
        };
        clone(&["--bare"], &source, &remote)?;
        let middle = remote.display().to_string();
        clone(&["--bare"], &middle, &other)?;
        time(&mut lab.git(&other, &["remote", "remove", "origin"]))?;
        time(&mut lab.git(&other, &["remote", "add", "origin", &middle]))?;
        clone(&[], &middle, &tree)?;
        let ids = answer(&mut lab.loket(&lab.bare, &["list", "", "--limit", &CHANGED.to_string(), "-o", "ids"]))?;
        let ids: Vec<&str> = ids.lines().collect();
        let change = |desk: &Path, fields: &[&str]| -> Outcome<String> {
            let args = [&["set"], ids.as_slice(), fields, &["--quiet"]].concat();
            time(&mut lab.loket(desk, &args))?;
            Ok(answer(&mut lab.git(desk, &["rev-parse", "HEAD"]))?.trim().to_owned())
        };
        let theirs = change(&other, &["tags+=theirs", "type=incident", "language=nl"])?;
        time(&mut lab.git(&other, &["push", "-q", "origin", "HEAD:main"]))?;
        let ours = change(&tree, &["tags+=ours", "channel=phone"])?;
        Ok(Clones { tree, remote, ours, theirs })
    }

    /// Brings both sides back to before they met.
    fn part(&self, lab: &Lab) -> Outcome<()> {
        time(&mut lab.git(&self.remote, &["update-ref", "refs/heads/main", &self.theirs]))?;
        time(&mut lab.git(&self.tree, &["update-ref", "refs/remotes/origin/main", &self.theirs]))?;
        time(&mut lab.git(&self.tree, &["reset", "-q", "--hard", &self.ours]))?;
        Ok(())
    }
}

pub fn clones(lab: &Lab) -> Outcome<Vec<Row>> {
    let clones = Clones::make(lab)?;
    let program = lab.loket(&lab.bare, &[]).get_program().to_owned();
    let driver = format!("'{}' merge-driver %O %A %B %P", program.to_string_lossy());
    time(&mut lab.git(&clones.tree, &["config", "merge.loket.driver", &driver]))?;
    fs::write(clones.tree.join(".git/info/attributes"), "*.md merge=loket\n")?;
    let by_git = || {
        clones.part(lab)?;
        time(&mut lab.git(&clones.tree, &["merge", "-q", "--no-edit", "origin/main"]))
    };
    let by_sync = || {
        clones.part(lab)?;
        time(&mut lab.loket(&clones.tree, &["sync", "--quiet"]))
    };
    // What is left of it is the merge: the server looks through all it has when it takes a push.
    let by_server = || {
        time(&mut lab.git(&clones.remote, &["update-ref", "refs/heads/main", &clones.theirs]))?;
        time(&mut lab.git(&clones.tree, &["update-ref", "refs/remotes/origin/main", &clones.theirs]))?;
        let fetched = time(&mut lab.git(&clones.tree, &["fetch", "-q", "origin"]))?;
        Ok(fetched + time(&mut lab.git(&clones.tree, &["push", "-q", "origin", "HEAD:main"]))?)
    };
    let cases = vec![
        Case::new("git merge with the driver, 1,000 tickets changed by both", by_git).most(3),
        Case::new("sync of the same", by_sync).most(3).target(Target::AtMost(2_000.0)).against(0),
        Case::new("git fetch and push of what came of it", by_server).most(3),
    ];
    let mut rows = in_turns(cases, lab.runs, false);
    rows.extend(tidied(lab, &clones.tree)?);
    rows.push(at_once(lab, &clones.tree)?);
    Ok(rows)
}

fn tidied(lab: &Lab, tree: &Path) -> Outcome<Vec<Row>> {
    // A desk that is looked after has no live tickets of years ago.
    let old =
        ["close", "--query", "created:<now-80d -state:closed,discarded", "--silent", "--reason", "old", "--quiet"];
    time(&mut lab.loket(tree, &old))?;
    let months = answer(&mut lab.loket(tree, &["tidy", "--json"]))?;
    eprintln!("tidied: {}", months.split("away").next().unwrap_or_default().split_whitespace().collect::<String>());
    let live = live(lab, tree)?;
    let next = AtomicUsize::new(0);
    let one = || live[next.fetch_add(1, Ordering::Relaxed) % live.len()].as_str();
    let cases = vec![
        Case::new("git status, tidied", || time(&mut lab.git(tree, &["status", "--porcelain"])))
            .target(Target::AtMost(100.0)),
        Case::new("reply ID -m, tidied", || {
            time(&mut lab.loket(tree, &["reply", one(), "-m", "We have found the cause.", "--quiet"]))
        })
        .target(Target::AtMost(60.0)),
    ];
    Ok(in_turns(cases, lab.runs, true))
}

/// Open tickets: what is tidied away is closed, and who answers, answers what is there.
fn live(lab: &Lab, tree: &Path) -> Outcome<Vec<String>> {
    let ids = answer(&mut lab.loket(tree, &["list", "is:open", "--limit", "500", "-o", "ids"]))?;
    Ok(ids.lines().map(str::to_owned).collect())
}

/// Notes a second, written by many processes into one clone; none may fail or be missing.
fn at_once(lab: &Lab, tree: &Path) -> Outcome<Row> {
    let count =
        || -> Outcome<usize> { Ok(answer(&mut lab.git(tree, &["rev-list", "--count", "HEAD"]))?.trim().parse()?) };
    let (before, live) = (count()?, live(lab, tree)?);
    let start = Instant::now();
    let results: Vec<Outcome<()>> = std::thread::scope(|scope| {
        let write = |id: String| {
            let mut command = lab.loket(tree, &["note", &id, "-F", "-", "--quiet"]);
            move || -> Outcome<()> {
                for number in 0..NOTES {
                    let mut child =
                        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
                    child.stdin.take().ok_or("no standard input")?.write_all(format!("Note {number}").as_bytes())?;
                    let done = child.wait_with_output()?;
                    if !done.status.success() {
                        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
                    }
                }
                Ok(())
            }
        };
        let ids = live.iter().cycle().take(WRITERS);
        let writers: Vec<_> = ids.map(|id| scope.spawn(write(id.clone()))).collect();
        let gone = || Err("a thread gave up".into());
        writers.into_iter().map(|writer| writer.join().unwrap_or_else(|_| gone())).collect()
    });
    let spent = start.elapsed().as_secs_f64();
    results.into_iter().collect::<Outcome<Vec<()>>>()?;
    let written = count()? - before;
    if written != WRITERS * NOTES {
        return Err(format!("{written} of {} notes are there", WRITERS * NOTES).into());
    }
    let name = format!("{WRITERS} processes, {NOTES} notes each, into one clone");
    Ok(Row::of(&name, Unit::PerSecond, vec![written as f64 / spent], None))
}
