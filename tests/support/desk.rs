//! A desk in a folder of its own: its clock stands, its ids are drawn from a counted seed, its git is nobody else's.

#![expect(clippy::disallowed_methods, reason = "tests write what a user would, and run in a real environment")]

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Output;

/// The moment every desk begins at, a Sunday.
pub const NOW: &str = "2026-11-22T09:00:00Z";

const GITCONFIG: &str = "[user]\n name = Jo Janssen\n email = jo@acme.example\n[init]\n defaultBranch = main\n\
    [gc]\n auto = 0\n[safe]\n directory = *\n";

const SETTINGS: &str = "desk: Acme Support
language: en
languages: [en, nl]
timezone: UTC
statuses: {parked: hold}
fields:
  product: {type: enum, values: [portal, app]}
  seats: {type: number}
  room: {type: text}
  started: {type: date}
  paid: {type: bool}
";

pub struct Desk {
    root: TempDir,
    path: PathBuf,
    now: RefCell<String>,
    seed: Cell<u64>,
}

impl Desk {
    /// A folder that is no desk yet.
    pub fn empty() -> Desk {
        let root = TempDir::new().unwrap();
        let desk = Desk {
            path: root.path().canonicalize().unwrap().join("desk"),
            root,
            now: RefCell::new(NOW.into()),
            seed: Cell::new(0),
        };
        std::fs::create_dir(&desk.path).unwrap();
        desk.write("../.gitconfig", GITCONFIG);
        desk
    }

    /// A desk as `init` makes it.
    pub fn new() -> Desk {
        let desk = Desk::empty();
        desk.ok("init");
        desk
    }

    /// A desk with the agents jo (first-line, git's own user) and sam (second-line), and custom fields.
    pub fn acme() -> Desk {
        let desk = Desk::new();
        desk.write("loket.yaml", SETTINGS);
        for (handle, name, team) in [("jo", "Jo Janssen", "first-line"), ("sam", "Sam Smit", "second-line")] {
            desk.write(
                &format!("people/{handle}.md"),
                format!("---\nname: {name}\nemails: [{handle}@acme.example]\nrole: agent\nteams: [{team}]\n---\n"),
            );
        }
        desk.commit("people and settings");
        desk
    }

    /// `acme` with more lines in its settings.
    pub fn with_settings(more: &str) -> Desk {
        let desk = Desk::acme();
        desk.write("loket.yaml", format!("{SETTINGS}{more}\n"));
        desk.commit("more settings");
        desk
    }

    /// A bare repository that holds what the desk holds, beside it; the desk's remote `origin` from now on.
    pub fn publish(&self) -> PathBuf {
        let place = self.home().join("remote.git");
        self.git(format!("clone -q --bare . {}", place.display()));
        self.git(format!("remote add origin {}", place.display()));
        self.git("fetch -q");
        self.git("branch -q --set-upstream-to origin/main");
        place
    }

    /// Another clone of a repository, with a clock of its own; git's user there is the agent of that handle.
    pub fn cloned(from: &Path, handle: &str, seed: u64) -> Desk {
        let desk = Desk::empty();
        let user = format!("[user]\n name = {handle}\n email = {handle}@acme.example\n");
        desk.write("../.gitconfig", format!("{GITCONFIG}{user}"));
        desk.seed.set(seed * 1_000);
        desk.git(format!("clone -q {} .", from.display()));
        desk
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder above the desk, which is also the home.
    pub fn home(&self) -> PathBuf {
        self.path.parent().unwrap().to_owned()
    }

    /// Moves the clock.
    pub fn at(&self, now: &str) -> &Desk {
        self.now.replace(now.to_owned());
        self
    }

    /// A call of loket, its words split as a shell would.
    pub fn call(&self, line: impl AsRef<str>) -> Call<'_> {
        self.seed.set(self.seed.get() + 1);
        let mut command = self.command(env!("CARGO_BIN_EXE_loket"), line.as_ref());
        command.env("LOKET_SEED", self.seed.get().to_string());
        Call { desk: self, command, input: Vec::new() }
    }

    pub fn run(&self, line: impl AsRef<str>) -> Output {
        self.call(line).run()
    }

    /// Runs what has to succeed.
    #[track_caller]
    pub fn ok(&self, line: impl AsRef<str>) -> Output {
        let line = line.as_ref();
        let done = self.run(line);
        assert_eq!(done.code, 0, "loket {line}\n{done}");
        done
    }

    /// The JSON a command answers.
    #[track_caller]
    pub fn json(&self, line: impl AsRef<str>) -> Value {
        self.ok(format!("--json {}", line.as_ref())).json()
    }

    /// Opens a ticket; its id.
    #[track_caller]
    pub fn opened(&self, words: impl AsRef<str>) -> String {
        self.ok(format!("new {}", words.as_ref())).text().to_owned()
    }

    /// A key of a ticket as `show --json` gives it.
    #[track_caller]
    pub fn value(&self, id: &str, key: &str) -> Value {
        self.json(format!("show {id}"))[key].clone()
    }

    /// Where a ticket's file lies.
    #[track_caller]
    pub fn path_of(&self, id: &str) -> String {
        self.value(id, "path").as_str().unwrap().to_owned()
    }

    /// Runs what has to fail with `code`: it says why, and commit, files and git's index stay as they are.
    #[track_caller]
    pub fn refused(&self, line: impl AsRef<str>, code: i32) -> Output {
        let line = line.as_ref();
        self.unchanged(|| {
            let done = self.run(line);
            assert_eq!(done.code, code, "loket {line}\n{done}");
            assert!(done.stderr.starts_with("error: "), "loket {line}: no error is told\n{done}");
            done
        })
    }

    /// Asserts that what happens inside changes neither commit nor files nor git's index.
    #[track_caller]
    pub fn unchanged<T>(&self, act: impl FnOnce() -> T) -> T {
        let state = || (self.head(), self.status(), self.try_git("ls-files -s").stdout);
        let before = state();
        let answer = act();
        assert_eq!(state(), before, "something was changed");
        answer
    }

    /// Runs git, which has to succeed; its standard output.
    #[track_caller]
    pub fn git(&self, line: impl AsRef<str>) -> String {
        let line = line.as_ref();
        let done = self.try_git(line);
        assert_eq!(done.code, 0, "git {line}\n{done}");
        done.stdout
    }

    pub fn try_git(&self, line: &str) -> Output {
        Call { desk: self, command: self.command("git", line), input: Vec::new() }.run()
    }

    /// Writes a file by its path below the desk.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let place = self.path.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, content).unwrap();
        place
    }

    /// A file's text, as it lies in the working tree.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path.join(path)).unwrap_or_else(|trouble| panic!("{path}: {trouble}"))
    }

    pub fn has(&self, path: &str) -> bool {
        self.path.join(path).symlink_metadata().is_ok()
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.path.join(path)).unwrap();
    }

    /// Commits everything by hand.
    pub fn commit(&self, message: &str) {
        self.git("add -A");
        self.git(format!("commit -qm '{message}'"));
    }

    pub fn head(&self) -> String {
        self.try_git("rev-parse HEAD").text().to_owned()
    }

    /// How many commits the branch has.
    pub fn commits(&self) -> usize {
        self.git("rev-list --count HEAD").trim().parse().unwrap()
    }

    pub fn status(&self) -> String {
        self.try_git("status --porcelain").stdout
    }

    /// Working tree and git's index agree with HEAD, and the repository is sound.
    #[track_caller]
    pub fn is_clean(&self) {
        assert_eq!(self.status(), "", "the working tree is not clean");
    }

    /// A program in the desk's folder and environment.
    fn command(&self, program: &str, line: &str) -> Command {
        let mut command = Command::new(program);
        command.args(shell_words::split(line).unwrap()).current_dir(&self.path).env_clear();
        let now = self.now.borrow();
        for (name, value) in [
            ("PATH", search_path().as_str()),
            ("HOME", self.home().to_str().unwrap()),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_DATE", &now),
            ("GIT_COMMITTER_DATE", &now),
            ("LOKET_NOW", &now),
            ("NO_COLOR", "1"),
            ("LANG", "C.UTF-8"),
            ("TZ", "UTC"),
        ] {
            command.env(name, value);
        }
        command
    }
}

/// Where programs are looked for: ours first, for git's merge driver.
pub fn search_path() -> String {
    let ours = Path::new(env!("CARGO_BIN_EXE_loket")).parent().unwrap();
    format!("{}:{}", ours.display(), std::env::var("PATH").unwrap())
}

/// One run to be made.
pub struct Call<'a> {
    desk: &'a Desk,
    command: Command,
    input: Vec<u8>,
}

impl Call<'_> {
    /// What standard input holds; nothing if it is not said.
    pub fn input(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.input = bytes.as_ref().to_owned();
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn cwd(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// One more argument, of any bytes.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn spawn(mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A command that reads nothing may have gone already.
        let _ = child.stdin.take().unwrap().write_all(&self.input);
        child
    }

    pub fn run(self) -> Output {
        let root = self.desk.root.path().canonicalize().unwrap();
        let done = self.spawn().wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(root.to_str().unwrap(), "$ROOT");
        Output { code: done.status.code().unwrap_or(-1), stdout: text(done.stdout), stderr: text(done.stderr) }
    }
}
