//! The walk-throughs in `examples/` and the README do what they say.
//!
//! A block fenced as `console` holds commands after `$ ` (further lines of one after `> `), each with its exact answer:
//! standard output, then standard error, then an exit code other than 0 as `[3]`. A file runs from top to bottom in a
//! fresh folder, at a fixed time that `<!-- now: 2026-11-22T09:00:00Z -->` on a line of its own moves. Blocks fenced as
//! `sh` are not run, and hold cargo lines only. `LOKET_BLESS=1` writes the answers into the files.

#![allow(clippy::disallowed_methods, reason = "a test has its own environment and writes its own files")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const START: &str = "2026-11-22T09:00:00Z";

const GIT: &str = "[user]\n\tname = Jo Janssen\n\temail = jo@acme.example\n[init]\n\tdefaultBranch = main\n[advice]\n\
    \tdetachedHead = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own with the state that commands leave to the next: the clock, the current folder, the environment.
struct Place {
    base: TempDir,
    folder: PathBuf,
    variables: Vec<(String, String)>,
    now: String,
}

impl Place {
    fn new() -> Place {
        let base = TempDir::with_prefix("loket-examples-").unwrap();
        std::fs::write(base.path().join(".gitconfig"), GIT).unwrap();
        let folder = base.path().join("work");
        std::fs::create_dir(&folder).unwrap();
        Place { folder, base, variables: Vec::new(), now: START.to_owned() }
    }

    /// The repository's `examples/`, for commands a reader runs in a clone.
    fn bring_examples(&self) {
        let target = self.folder.join("examples");
        std::fs::create_dir(&target).unwrap();
        for path in files("examples") {
            std::fs::copy(&path, target.join(path.file_name().unwrap())).unwrap();
        }
    }

    fn run(&mut self, typed: &str) -> String {
        if let Some(folder) = typed.strip_prefix("cd ").filter(|folder| !folder.contains([' ', ';', '&'])) {
            self.folder = self.folder.join(folder).canonicalize().unwrap_or_else(|_| panic!("no folder: {typed}"));
            return String::new();
        }
        if let Some((name, value)) = typed.strip_prefix("export ").and_then(|rest| rest.split_once('=')) {
            self.variables.push((name.to_owned(), value.trim_matches(['\'', '"']).to_owned()));
            return String::new();
        }
        let done = self.shell(typed).output().unwrap();
        let mut answer = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
        if !answer.is_empty() && !answer.ends_with('\n') {
            answer.push('\n');
        }
        match done.status.code() {
            Some(0) => {}
            code => answer += &format!("[{}]\n", code.map_or("killed".to_owned(), |code| code.to_string())),
        }
        let base = self.base.path().canonicalize().unwrap();
        answer.replace(base.to_str().unwrap(), "/home/jo")
    }

    fn shell(&self, typed: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_loket")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(binary).chain(std::env::split_paths(&path))).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", typed]).current_dir(&self.folder).stdin(Stdio::null()).env_clear();
        command.env("PATH", path).env("HOME", self.base.path()).env("TMPDIR", self.base.path());
        command.envs([("NO_COLOR", "1"), ("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")]);
        command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("LOKET_SEED", "1"), ("LOKET_NOW", &self.now)]);
        // A commit made by hand has the time of the walk-through too.
        command.envs([("GIT_AUTHOR_DATE", &self.now), ("GIT_COMMITTER_DATE", &self.now)]);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The text as it would stand if every answer in it were what the command answers now.
fn rerun(name: &str, text: &str) -> String {
    let mut place = Place::new();
    if name == "README.md" {
        place.bring_examples();
    }
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if let Some(now) = line.strip_prefix("<!-- now: ").and_then(|rest| rest.strip_suffix(" -->")) {
            place.now = now.to_owned();
        }
        if line != "```console" {
            continue;
        }
        let mut block = Vec::new();
        for line in lines.by_ref().take_while(|line| *line != "```") {
            block.push(line);
        }
        out += &rerun_block(&mut place, &block);
        out += "```\n";
    }
    out
}

fn rerun_block(place: &mut Place, block: &[&str]) -> String {
    let mut out = String::new();
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut typed = first.to_owned();
        out += &format!("{line}\n");
        while let Some(more) = lines.next_if(|line| line.starts_with('>')) {
            out += &format!("{more}\n");
            typed += &format!("\n{}", more[1..].strip_prefix(' ').unwrap_or_default());
        }
        out += &place.run(&typed);
    }
    out
}

/// The files of a folder of the repository, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    found.sort();
    found
}

/// The text without the sizes in it: git packs the same objects a little tighter on one run
/// than on another.
fn measured_alike(text: &str) -> String {
    let number = |letter: char| letter.is_ascii_digit() || letter == '.';
    text.split(" KiB").map(|part| part.trim_end_matches(number)).collect::<Vec<_>>().join(" KiB")
}

fn check(path: &Path) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let now = rerun(name, &text);
    if measured_alike(&text) == measured_alike(&now) {
        return;
    }
    if std::env::var_os("LOKET_BLESS").is_some() {
        return std::fs::write(path, now).unwrap();
    }
    let place = text.lines().zip(now.lines()).position(|(said, is)| said != is);
    let place = place.unwrap_or_else(|| text.lines().count().min(now.lines().count()));
    let part = |text: &str| text.lines().skip(place).take(12).collect::<Vec<_>>().join("\n");
    let (said, is) = (part(&text), part(&now));
    panic!("{name}:{}: it says\n{said}\n\nbut it is\n{is}\n\nLOKET_BLESS=1 writes it down", place + 1);
}

#[test]
fn first_day() {
    check(&root().join("examples/first-day.md"));
}

#[test]
fn team() {
    check(&root().join("examples/team.md"));
}

#[test]
fn import() {
    check(&root().join("examples/import.md"));
}

#[test]
fn by_hand() {
    check(&root().join("examples/by-hand.md"));
}

#[test]
fn knowledge() {
    check(&root().join("examples/knowledge.md"));
}

#[test]
fn processes() {
    check(&root().join("examples/processes.md"));
}

#[test]
fn checking() {
    check(&root().join("examples/check.md"));
}

#[test]
fn mail() {
    check(&root().join("examples/mail.md"));
}

#[test]
fn portal() {
    check(&root().join("examples/portal.md"));
}

#[test]
fn sync() {
    check(&root().join("examples/sync.md"));
}

#[test]
fn workflow() {
    check(&root().join("examples/workflow.md"));
}

#[test]
fn readme() {
    check(&root().join("README.md"));
}

#[test]
fn every_walk_through_is_run() {
    let source = include_str!("examples.rs");
    for path in files("examples").iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(source.contains(&format!("\"examples/{name}\"")), "no test runs {name}");
    }
}

#[test]
fn what_is_not_run_is_cargos() {
    for path in files("examples").into_iter().chain([root().join("README.md")]) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mut fenced = None;
        for line in text.lines() {
            match (line.strip_prefix("```"), fenced) {
                (Some(word), None) => {
                    assert!(["console", "sh", "yaml", "text"].contains(&word), "{}: {line}", path.display());
                    fenced = Some(word);
                }
                (Some(_), Some(_)) => fenced = None,
                (None, Some("sh")) => assert!(line.starts_with("cargo "), "{}: {line}", path.display()),
                _ => {}
            }
        }
    }
}

#[test]
fn a_wrong_answer_is_noticed() {
    let text = "<!-- now: 2026-11-22T09:30:00Z -->\n```console\n$ echo one &&\n> echo \"$LOKET_NOW\"; exit 3\nwrong\n```\nend\n";
    let want = text.replace("wrong\n", "one\n2026-11-22T09:30:00Z\n[3]\n");
    assert_eq!(rerun("x.md", text), want);
}
