//! Timing whole processes: one warm-up, then rounds in which everything that is compared takes its turn.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::desk::generator::Outcome;
use crate::target::Target;

/// What the values of a row are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Unit {
    Milliseconds,
    Megabytes,
    PerSecond,
    Ratio,
}

/// One thing to time: it prepares what it needs, and answers with the milliseconds that count.
pub struct Case<'a> {
    name: String,
    target: Option<Target>,
    against: Vec<usize>,
    most: usize,
    run: Box<dyn FnMut() -> Outcome<f64> + 'a>,
}

impl<'a> Case<'a> {
    pub fn new(name: &str, run: impl FnMut() -> Outcome<f64> + 'a) -> Self {
        Case { name: name.to_owned(), target: None, against: Vec::new(), most: usize::MAX, run: Box::new(run) }
    }

    pub fn target(mut self, target: impl Into<Option<Target>>) -> Self {
        self.target = target.into();
        self
    }

    /// Compares it with the case at this place of the group.
    pub fn against(mut self, place: usize) -> Self {
        self.against.push(place);
        self
    }

    /// Runs it in the first so many rounds only.
    pub fn most(mut self, rounds: usize) -> Self {
        self.most = rounds;
        self
    }
}

/// A figure.
pub struct Row {
    pub name: String,
    pub unit: Unit,
    /// One value a round; empty when it failed.
    pub values: Vec<f64>,
    pub target: Option<Target>,
    /// What it was compared with, and its share of that.
    pub ratios: Vec<(String, f64)>,
    pub failure: Option<String>,
}

impl Row {
    pub fn of(name: &str, unit: Unit, values: Vec<f64>, target: Option<Target>) -> Row {
        Row { name: name.to_owned(), unit, values, target, ratios: Vec::new(), failure: None }
    }

    pub fn failed(name: &str, why: &str) -> Row {
        Row { failure: Some(why.to_owned()), ..Row::of(name, Unit::Milliseconds, Vec::new(), None) }
    }

    pub fn median(&self) -> Option<f64> {
        median(&self.values)
    }

    /// Whether it reached its target; `None` where there is none, or nothing was measured.
    pub fn met(&self) -> Option<bool> {
        match self.target? {
            Target::AtMost(bound) => Some(self.median()? <= bound),
            Target::AtLeast(bound) => Some(self.median()? >= bound),
            Target::RatioAtMost(bound) => Some(self.ratios.first()?.1 <= bound),
        }
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// Runs the cases in turns, every other round backwards. A case that fails is left out from then on.
pub fn in_turns(mut cases: Vec<Case<'_>>, rounds: usize, warm_up: bool) -> Vec<Row> {
    let mut rows: Vec<Row> =
        cases.iter().map(|case| Row::of(&case.name, Unit::Milliseconds, Vec::new(), case.target)).collect();
    let first = if warm_up { 0 } else { 1 };
    for round in first..=rounds {
        let mut order: Vec<usize> = (0..cases.len()).collect();
        if round % 2 == 0 {
            order.reverse();
        }
        for place in order {
            let (case, row) = (&mut cases[place], &mut rows[place]);
            if row.failure.is_some() || round > case.most {
                continue;
            }
            match (case.run)() {
                Ok(spent) if round > 0 => row.values.push(spent),
                Ok(_) => {}
                Err(trouble) => row.failure = Some(trouble.to_string()),
            }
        }
    }
    for place in 0..rows.len() {
        rows[place].ratios = cases[place].against.iter().filter_map(|&other| compare(&rows, place, other)).collect();
    }
    rows
}

/// The median of the ratios of rounds that both took part in.
fn compare(rows: &[Row], place: usize, other: usize) -> Option<(String, f64)> {
    let (ours, theirs) = (&rows[place], &rows[other]);
    if ours.failure.is_some() || theirs.failure.is_some() {
        return None;
    }
    let ratios: Vec<f64> = ours.values.iter().zip(&theirs.values).map(|(ours, theirs)| ours / theirs).collect();
    Some((theirs.name.clone(), median(&ratios)?))
}

/// Runs it to its end, its output into a pipe, and gives the milliseconds.
pub fn time(command: &mut Command) -> Outcome<f64> {
    Ok(run(command)?.0)
}

/// The same for a question: no answer is a failure, lest a command that does nothing be called fast.
pub fn time_answer(command: &mut Command) -> Outcome<f64> {
    match run(command)? {
        (_, text) if text.is_empty() => Err(complaint(command, &[], "it printed nothing")),
        (spent, _) => Ok(spent),
    }
}

/// What it printed on standard output.
pub fn answer(command: &mut Command) -> Outcome<String> {
    Ok(run(command)?.1)
}

fn run(command: &mut Command) -> Outcome<(f64, String)> {
    let start = Instant::now();
    let done = command.stdin(Stdio::null()).output()?;
    let spent = start.elapsed().as_secs_f64() * 1_000.0;
    if !done.status.success() {
        return Err(complaint(command, &done.stderr, &done.status.to_string()));
    }
    Ok((spent, String::from_utf8_lossy(&done.stdout).into_owned()))
}

fn complaint(command: &Command, stderr: &[u8], status: &str) -> Box<dyn std::error::Error + Send + Sync> {
    let text = String::from_utf8_lossy(stderr);
    let why = text.lines().find(|line| !line.trim().is_empty()).unwrap_or(status);
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
    format!("{name} {}: {why}", args.join(" ")).into()
}

/// The peak of its resident memory in MB: told by time(1) where there is one, else watched in /proc.
pub fn peak_memory(command: &mut Command, scratch: &Path) -> Outcome<f64> {
    const TIME: &str = "/usr/bin/time";
    if !Path::new(TIME).exists() {
        return watched_memory(command);
    }
    let told = scratch.join("peak");
    let mut timed = Command::new(TIME);
    timed.args(["-f", "%M", "-o"]).arg(&told).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(key, value),
            None => timed.env_remove(key),
        };
    }
    time_answer(&mut timed)?;
    let text = fs::read_to_string(&told)?;
    let kilobytes: f64 = text.trim().parse().map_err(|_| format!("{TIME} told '{}'", text.trim()))?;
    Ok(kilobytes / 1024.0)
}

/// The last `VmHWM` seen before it ended; a little less than the peak may be.
fn watched_memory(command: &mut Command) -> Outcome<f64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).or(peak);
    }
    let kilobytes = peak.ok_or("neither /usr/bin/time nor /proc tells the memory of a process here")?;
    Ok(kilobytes / 1024.0)
}
