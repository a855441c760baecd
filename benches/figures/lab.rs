//! The desks to measure on, and how loket and git are called there.

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tempfile::TempDir;

use crate::Options;
use crate::desk::generator::{Outcome, Plan, make};
use crate::measure::{answer, time};
use crate::target::Targets;

pub struct Lab {
    pub tree: PathBuf,
    pub bare: PathBuf,
    pub runs: usize,
    pub targets: Targets,
    /// A folder of the bench's own, gone when it ends.
    scratch: TempDir,
    loket: PathBuf,
    /// Open tickets, as their folders.
    open: Vec<String>,
    turn: Cell<usize>,
}

/// Whoever runs the bench, the same git settings.
const GITCONFIG: &str = "[user]\n name = Jo Janssen\n email = jo@acme.example\n[init]\n defaultBranch = main\n\
                         [gc]\n auto = 0\n[safe]\n directory = *\n";

impl Lab {
    pub fn open(options: &Options) -> Outcome<Lab> {
        let loket = find_loket()?;
        let scratch = tempfile::tempdir()?;
        fs::write(scratch.path().join(".gitconfig"), GITCONFIG)?;
        let place = options.keep.clone().unwrap_or_else(|| scratch.path().join("desks"));
        fs::create_dir_all(&place)?;
        let place = place.canonicalize()?;
        let name = match options.tickets {
            tickets if tickets % 1_000 == 0 => format!("{}k", tickets / 1_000),
            tickets => tickets.to_string(),
        };
        let mut lab = Lab {
            tree: place.join(&name),
            bare: place.join(format!("{name}.git")),
            runs: options.runs,
            targets: Targets::of(options.tickets),
            scratch,
            loket,
            open: Vec::new(),
            turn: Cell::new(0),
        };
        lab.make_desks(options)?;
        lab.open = lab.find_open_tickets()?;
        Ok(lab)
    }

    fn make_desks(&self, options: &Options) -> Outcome<()> {
        if !self.tree.exists() {
            eprintln!("making a desk of {} tickets and {} commits", options.tickets, options.commits);
            let plan = Plan { tickets: options.tickets, commits: options.commits, ..Plan::default() };
            make(&self.tree, &plan)?;
        }
        if !self.bare.exists() {
            let plan = Plan { tickets: options.tickets, commits: options.commits, bare: true, ..Plan::default() };
            make(&self.bare, &plan)?;
        }
        // A fresh checkout's index is full of entries git would look at twice.
        time(&mut self.git(&self.tree, &["update-index", "-q", "--refresh"]))?;
        Ok(())
    }

    fn find_open_tickets(&self) -> Outcome<Vec<String>> {
        let args = ["grep", "-l", "^status: open$", "HEAD", "--", "tickets/*/ticket.md"];
        let text = answer(&mut self.git(&self.tree, &args))?;
        let folder = |line: &str| Some(line.strip_prefix("HEAD:")?.strip_suffix("/ticket.md")?.to_owned());
        let folders: Vec<String> = text.lines().filter_map(folder).collect();
        if folders.is_empty() { Err("the desk has no open ticket".into()) } else { Ok(folders) }
    }

    /// A place for a group's own files.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// An open ticket that stays the same, as its id.
    pub fn ticket(&self) -> &str {
        id(&self.open[self.open.len() / 2])
    }

    /// The next open ticket, as its folder.
    pub fn next_folder(&self) -> &str {
        self.turn.set(self.turn.get() + 1);
        &self.open[self.turn.get() % self.open.len()]
    }

    /// The next open ticket, as its id.
    pub fn next_ticket(&self) -> &str {
        id(self.next_folder())
    }

    pub fn loket(&self, place: &Path, args: &[&str]) -> Command {
        self.call(&self.loket, place, args)
    }

    pub fn git(&self, place: &Path, args: &[&str]) -> Command {
        self.call(Path::new("git"), place, args)
    }

    /// A command in `place` that sees no settings but the bench's.
    pub fn call(&self, program: &Path, place: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).current_dir(place).env("HOME", self.scratch.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for name in ["XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_DIR", "LOKET_DESK", "LOKET_AGENT", "LOKET_NOW"] {
            command.env_remove(name);
        }
        command
    }

    /// The line above the table: what was measured, on what.
    pub fn describe(&self) -> Outcome<String> {
        let tell = |place, args: &[&str]| answer(&mut self.git(place, args));
        let files = tell(&self.tree, &["ls-files"])?;
        let tickets = files.lines().filter(|path| path.ends_with("/ticket.md")).count();
        let commits = tell(&self.tree, &["rev-list", "--count", "HEAD"])?;
        let version = answer(&mut self.loket(&self.tree, &["--version"])).unwrap_or_default();
        let git = tell(&self.tree, &["--version"])?;
        let cores = thread::available_parallelism()?;
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Ok(format!(
            "{tickets} tickets, {} files, {} commits; {}, {}; {cores} cores, load {}; medians of {} (least–most)",
            files.lines().count(),
            commits.trim(),
            version.trim(),
            git.trim(),
            load.split(' ').next().unwrap_or("unknown"),
            self.runs
        ))
    }
}

fn id(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// The release binary: the one cargo built for this bench, or the one `$LOKET` names.
fn find_loket() -> Outcome<PathBuf> {
    let built = option_env!("CARGO_BIN_EXE_loket").map(PathBuf::from);
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/release/loket");
    let place = env::var_os("LOKET").map(PathBuf::from).or(built).unwrap_or(usual);
    place
        .canonicalize()
        .map_err(|_| format!("no loket at {}: cargo build --release, or set LOKET", place.display()).into())
}
