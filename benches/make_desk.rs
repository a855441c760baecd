//! Makes a desk to measure or play with:
//!
//! ```text
//! cargo bench --bench make_desk -- DIR [--tickets 10000] [--commits M] [--events-per-ticket K] [--seed S] [--bare]
//! ```
//!
//! The same arguments give the same commit. `--commits M` puts events that follow each other into one commit until
//! there are at most M; without it every event, about six for a ticket, is a commit.

#![allow(
    clippy::disallowed_methods,
    reason = "a bench is a program of its own: it has its own arguments, clock and files"
)]

mod desk;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use desk::generator::{Outcome, Plan, git, make};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let Some((place, plan)) = parse(std::env::args().skip(1))? else {
        // `cargo bench` without arguments runs every bench; there is nothing to measure here.
        eprintln!("make_desk: no folder given, nothing to do");
        return Ok(());
    };
    if place.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("{} is not empty", place.display()).into());
    }
    let start = Instant::now();
    let commits = make(&place, &plan)?;
    let head = git(&place, &["rev-parse", "HEAD"])?;
    let spent = start.elapsed().as_secs_f64();
    println!("{}: {} tickets, {commits} commits, HEAD {head}, {spent:.1} s", place.display(), plan.tickets);
    Ok(())
}

fn parse(mut args: impl Iterator<Item = String>) -> Outcome<Option<(PathBuf, Plan)>> {
    let (mut place, mut plan) = (None, Plan::default());
    while let Some(arg) = args.next() {
        let mut number = || -> Outcome<u64> {
            let value = args.next().ok_or_else(|| format!("{arg} needs a number"))?;
            Ok(value.parse().map_err(|_| format!("{arg}: '{value}' is not a number"))?)
        };
        match arg.as_str() {
            "--bench" => {}
            "--bare" => plan.bare = true,
            "--tickets" => plan.tickets = number()? as usize,
            "--commits" => plan.commits = number()? as usize,
            "--events-per-ticket" => plan.events_per_ticket = number()? as usize,
            "--seed" => plan.seed = number()?,
            option if option.starts_with("--") => return Err(format!("unknown option {option}").into()),
            folder => place = Some(PathBuf::from(folder)),
        }
    }
    Ok(place.map(|place| (place, plan)))
}
