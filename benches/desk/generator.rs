//! Writes the desk's history as one `git fast-import` stream.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use fastrand::Rng;

use super::settings::{self, AGENTS};
use super::ticket::{Ticket, instant};
use super::words::{DUTCH, ENGLISH, Vocabulary, tail};

pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What desk to make.
#[derive(Clone, Debug)]
pub struct Plan {
    pub tickets: usize,
    /// At most so many commits, by putting events that follow each other into one; 0 is a commit for each event.
    pub commits: usize,
    /// At most so many events for a ticket, by joining the later ones; 0 is all there are, about six.
    pub events_per_ticket: usize,
    pub seed: u64,
    pub bare: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { tickets: 10_000, commits: 0, events_per_ticket: 0, seed: 1, bare: false }
    }
}

/// The desk's present: 2026-11-20, and it is three years old.
const END: i64 = 1_795_132_800;
const START: i64 = END - 3 * 365 * 86_400;

/// Steps `from..=upto` of a ticket, committed at `at`.
struct Event {
    at: i64,
    ticket: u32,
    from: u8,
    upto: u8,
}

/// Makes the desk in `place`, an empty or absent folder; gives the number of its commits.
pub fn make(place: &Path, plan: &Plan) -> Outcome<usize> {
    std::fs::create_dir_all(place)?;
    let init = ["init", "--quiet", "--initial-branch=main", "--bare"];
    git(place, &init[..if plan.bare { 4 } else { 3 }])?;
    for (key, value) in [("user.name", AGENTS[0].name), ("user.email", &AGENTS[0].email()), ("gc.auto", "0")] {
        git(place, &["config", key, value])?;
    }
    let commits = import(place, plan)?;
    git(place, &["commit-graph", "write", "--reachable", "--no-progress"])?;
    if !plan.bare {
        git(place, &["-c", "checkout.workers=0", "reset", "--quiet", "--hard", "HEAD"])?;
    }
    Ok(commits)
}

/// Runs git in `place`, away from the settings of whoever runs the bench.
pub fn git(place: &Path, args: &[&str]) -> Outcome<String> {
    let done = command(place, args).output()?;
    if !done.status.success() {
        return Err(format!("git {}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr)).into());
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned())
}

/// A git command in `place` that reads nobody's settings but the repository's.
pub fn command(place: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(place).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn import(place: &Path, plan: &Plan) -> Outcome<usize> {
    let settings = ["-c", "fastimport.unpackLimit=1", "-c", "core.compression=1"];
    let mut child = command(place, &settings)
        .args(["fast-import", "--quiet", "--done", "--date-format=raw"])
        .stdin(Stdio::piped())
        .spawn()?;
    let input = child.stdin.take().ok_or("fast-import has no standard input")?;
    let plan = plan.clone();
    let writer = thread::spawn(move || write_stream(BufWriter::with_capacity(1 << 20, input), &plan));
    let status = child.wait()?;
    let written = writer.join().map_err(|_| "the writer of the stream panicked")?;
    if !status.success() {
        return Err(format!("git fast-import: {status}").into());
    }
    written
}

fn write_stream(mut out: impl Write, plan: &Plan) -> Outcome<usize> {
    let mut rng = Rng::with_seed(plan.seed);
    let vocabularies = [Vocabulary::new(&ENGLISH), Vocabulary::new(&DUTCH)];
    let first = settings::files(plan.tickets, &mut rng);
    let message =
        format!("Set up the desk, with {} customers\n\nLoket-Command: init\n", settings::customers(plan.tickets));
    write_commit(&mut out, START - 1, 0, &message)?;
    for (path, text) in first {
        write_file(&mut out, &path, text.as_bytes())?;
    }
    let tickets = draw_tickets(plan, &mut rng);
    let events = order_events(&tickets, plan.events_per_ticket);
    let batches = if plan.commits == 0 { events.len() } else { (plan.commits - 1).clamp(1, events.len().max(1)) };
    for batch in 0..batches {
        let bounds = events.len() * batch / batches..events.len() * (batch + 1) / batches;
        write_batch(&mut out, &events[bounds], &tickets, &vocabularies)?;
    }
    out.write_all(b"done\n")?;
    out.flush()?;
    Ok(batches + 1)
}

/// The tickets in order of creation, most of them in working hours.
fn draw_tickets(plan: &Plan, rng: &mut Rng) -> Vec<Ticket> {
    let working = |second: i64| (second / 86_400 + 3) % 7 < 5 && (7..17).contains(&(second / 3_600 % 24));
    let mut times: Vec<i64> = Vec::with_capacity(plan.tickets);
    while times.len() < plan.tickets {
        let time = rng.i64(START..END - 3_600);
        if working(time) || rng.u8(..16) == 0 {
            times.push(time);
        }
    }
    times.sort_unstable();
    let mut taken = HashSet::new();
    let mut tickets = Vec::with_capacity(plan.tickets);
    for (number, created) in times.into_iter().enumerate() {
        let day = instant(created)[2..10].replace('-', "");
        let mut id = format!("{day}-{}", tail(5, rng));
        while !taken.insert(id.clone()) {
            id = format!("{day}-{}", tail(5, rng));
        }
        tickets.push(Ticket::draw(number, plan.tickets, id, created, END, rng));
    }
    tickets
}

/// All events of all tickets in order of time.
fn order_events(tickets: &[Ticket], most: usize) -> Vec<Event> {
    let mut events = Vec::new();
    for (number, ticket) in tickets.iter().enumerate() {
        let steps = ticket.steps.len();
        let groups = if most == 0 { steps } else { most.min(steps) };
        for group in 0..groups {
            let (from, upto) = (steps * group / groups, steps * (group + 1) / groups - 1);
            events.push(Event { at: ticket.steps[upto].at, ticket: number as u32, from: from as u8, upto: upto as u8 });
        }
    }
    events.sort_by_key(|event| (event.at, event.ticket));
    events
}

/// One commit for these events; of each ticket's files only the last state counts.
fn write_batch(out: &mut impl Write, events: &[Event], tickets: &[Ticket], words: &[Vocabulary; 2]) -> Outcome<()> {
    let Some(last) = events.last() else { return Ok(()) };
    let step = &tickets[last.ticket as usize].steps[last.upto as usize];
    write_commit(out, last.at, step.actor, &message(events, tickets))?;
    let mut files = BTreeMap::new();
    for event in events {
        files.extend(tickets[event.ticket as usize].files(event.from as usize, event.upto as usize, words));
    }
    files.iter().try_for_each(|(path, content)| write_file(out, path, content))
}

fn message(events: &[Event], tickets: &[Ticket]) -> String {
    let mut ids: Vec<&str> = events.iter().map(|event| tickets[event.ticket as usize].id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let step = |event: &Event| &tickets[event.ticket as usize].steps[event.upto as usize];
    let first = &events[0];
    let verb = step(first).verb;
    let verb = if events.iter().all(|event| step(event).verb == verb) { verb } else { "import" };
    let mut message = match (ids.as_slice(), step(first).status) {
        ([id], Some(status)) if verb == "reply" => format!("{id}: {verb}, now {status}\n\n"),
        ([id], _) => format!("{id}: {verb}\n\n"),
        (ids, _) => format!("{} tickets: {verb}\n\n", ids.len()),
    };
    for id in ids {
        message.push_str(&format!("Loket-Ticket: {id}\n"));
    }
    message.push_str(&format!("Loket-Command: {verb}\n"));
    message
}

fn write_commit(out: &mut impl Write, at: i64, actor: u8, message: &str) -> Outcome<()> {
    let agent = &AGENTS[actor as usize];
    let who = format!("{} <{}> {at} +0000", agent.name, agent.email());
    write!(out, "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n", message.len())?;
    Ok(())
}

fn write_file(out: &mut impl Write, path: &str, content: &[u8]) -> Outcome<()> {
    write!(out, "M 100644 inline {path}\ndata {}\n", content.len())?;
    out.write_all(content)?;
    out.write_all(b"\n")?;
    Ok(())
}
