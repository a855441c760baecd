//! Feeds the parser of mail with mail nobody would write:
//!
//! ```text
//! cargo bench --bench fuzz_mail -- --seconds 60 [--seed N] [--corpus DIR]... [--input FILE]...
//! ```
//!
//! Mails below the folders, or some of its own where none is given, are changed again and again; those that make the
//! parser say something new are kept and changed further. Every one has to keep the laws of `fuzz/laws.rs`. One that
//! does not is made smaller, written to the folder for temporary files and told, the first for each law, and the run ends
//! with 1. The same seed and folders give the same mails. `--input FILE` holds single files against the laws and changes nothing.

#![allow(
    clippy::disallowed_methods,
    reason = "a bench is a program of its own: it has its own arguments, clock and files"
)]

mod fuzz;

use std::collections::HashSet;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz::{corpus, judge, mutation::Mutator, pool::Pool, watch::Watch};

/// What was asked for on the command line.
#[derive(Default)]
struct Options {
    seconds: u64,
    seed: Option<u64>,
    folders: Vec<PathBuf>,
    inputs: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("{arg}: '{text}' is not a number"));
        match arg.as_str() {
            "--bench" => {}
            "--seconds" => options.seconds = number(value()?)?,
            "--seed" => options.seed = Some(number(value()?)?),
            "--corpus" => options.folders.push(PathBuf::from(value()?)),
            "--input" => options.inputs.push(PathBuf::from(value()?)),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    Ok(options)
}

/// Gives whether all laws were kept.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    judge::hush();
    let mut sound = true;
    for path in &options.inputs {
        let found = judge::found(&std::fs::read(path)?);
        println!("{}: {}", path.display(), found.as_deref().unwrap_or("keeps all laws"));
        sound &= found.is_none();
    }
    if options.seconds == 0 {
        if options.inputs.is_empty() {
            // `cargo bench` without arguments runs every bench, and wants no more than that this one builds.
            eprintln!("fuzz_mail: no --seconds given, nothing to do");
        }
        return Ok(sound);
    }
    Ok(fuzz(options)? && sound)
}

fn fuzz(options: &Options) -> Result<bool, Box<dyn Error>> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    let mails = corpus::mails(&options.folders)?;
    println!("seed {seed}, {} mails to start from", mails.len());
    let (mut pool, mut mutator) = (Pool::new(seed), Mutator::new(seed));
    let watch = Watch::start();
    let (start, mut done, mut broken) = (Instant::now(), 0_u64, HashSet::new());
    let mut mails = mails.into_iter();
    while start.elapsed() < Duration::from_secs(options.seconds) {
        let first = mails.next();
        let given = first.is_some();
        let input = first.unwrap_or_else(|| mutator.change(&pool));
        watch.begins(&input);
        let verdict = judge::judge(&input);
        watch.ends();
        done += 1;
        match verdict {
            Ok(features) => pool.offer(input, features, given),
            Err(found) if broken.insert(found.law) => {
                println!("\nafter {done} mails of seed {seed}: {}\n", judge::told(&input, &found)?);
            }
            Err(_) => {}
        }
    }
    let spent = start.elapsed().as_secs_f64();
    println!(
        "{done} mails in {spent:.0} s, {:.0} a second; {} kept, {} KiB; seed {seed}; {} laws broken",
        done as f64 / spent,
        pool.len(),
        pool.bytes() / 1024,
        broken.len()
    );
    Ok(broken.is_empty())
}
