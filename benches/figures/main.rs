//! What loket costs, against what it must cost and against plain git and ripgrep:
//!
//! ```text
//! cargo bench --bench figures -- [--tickets 10000] [--commits M] [--runs 7] [--keep DIR] [--only NAME] [--json]
//! ```
//!
//! Every figure is of a whole process of the release build (`$LOKET` names another), after one warm-up; what is
//! compared runs in turns on the same desk. `--keep DIR` leaves the desks there (`10k`, `10k.git`) and takes them from
//! there the next time. `--only` takes a part of a group's name: reads, search, memory, first read, workflow, writes,
//! bare, clones, message, maildir, index, import, portal. A figure that misses its target is marked, and is not an error.

#![allow(
    clippy::disallowed_methods,
    reason = "a bench is a program of its own: it has its own arguments, clock and files"
)]

mod clones;
mod import;
mod index;
mod lab;
mod mail;
mod measure;
mod portal;
mod reads;
mod table;
mod target;
mod workflow;
mod writes;

#[path = "../desk/mod.rs"]
mod desk;

use std::path::PathBuf;
use std::process::ExitCode;

use desk::generator::Outcome;
use lab::Lab;
use measure::Row;

/// What was asked for on the command line.
pub struct Options {
    pub tickets: usize,
    pub commits: usize,
    pub runs: usize,
    pub keep: Option<PathBuf>,
    pub only: Option<String>,
    pub json: bool,
}

type Group = fn(&Lab) -> Outcome<Vec<Row>>;

/// Reads come first, while the desk and its index are as they were made.
const GROUPS: [(&str, Group); 13] = [
    ("reads", reads::reads),
    ("search", reads::search),
    ("memory", reads::memory),
    ("first read", writes::first_read),
    ("workflow", workflow::workflow),
    ("writes", writes::against_git),
    ("bare", writes::on_a_bare_desk),
    ("clones", clones::clones),
    ("message", mail::one_message),
    ("maildir", mail::maildir),
    ("index", index::from_nothing),
    ("import", import::with_history),
    ("portal", portal::portal),
];

fn main() -> ExitCode {
    if std::env::args().len() == 1 {
        // `cargo test --benches` runs this too, and wants to know no more than that it builds.
        eprintln!("figures: to be run by cargo bench");
        return ExitCode::SUCCESS;
    }
    match parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome<()> {
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    if !GROUPS.iter().any(|(name, _)| wanted(name)) {
        let names = GROUPS.map(|(name, _)| name).join(", ");
        return Err(format!("--only names no group; there are {names}").into());
    }
    let lab = Lab::open(options)?;
    let mut rows = Vec::new();
    for (name, group) in GROUPS.iter().filter(|(name, _)| wanted(name)) {
        eprintln!("measuring: {name}");
        match group(&lab) {
            Ok(more) => rows.extend(more),
            Err(trouble) => rows.push(Row::failed(name, &trouble.to_string())),
        }
    }
    if options.json {
        print!("{}", table::render_json(&rows));
    } else {
        println!("{}\n\n{}", lab.describe()?, table::render_markdown(&rows));
    }
    Ok(())
}

fn parse(mut args: impl Iterator<Item = String>) -> Outcome<Options> {
    let mut options = Options { tickets: 10_000, commits: 0, runs: 7, keep: None, only: None, json: false };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("{arg}: '{text}' is not a number"));
        match arg.as_str() {
            "--bench" => {}
            "--json" => options.json = true,
            "--tickets" => options.tickets = number(value()?)?,
            "--commits" => options.commits = number(value()?)?,
            "--runs" => options.runs = number(value()?)?.max(1),
            "--keep" => options.keep = Some(PathBuf::from(value()?)),
            "--only" => options.only = Some(value()?),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    if options.commits == 0 {
        options.commits = options.tickets;
    }
    Ok(options)
}
