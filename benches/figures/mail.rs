//! Mail: one message piped into a large desk, and a Maildir into an empty one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use fastrand::Rng;

use crate::desk::generator::Outcome;
use crate::desk::words::{ENGLISH, Vocabulary};
use crate::lab::Lab;
use crate::measure::{Case, Row, Unit, in_turns, time};

/// So many messages lie in the Maildir.
const MESSAGES: usize = 10_000;

/// One message from a pipe, as a mail server hands it over.
pub fn one_message(lab: &Lab) -> Outcome<Vec<Row>> {
    let mut rng = Rng::new();
    let mut new = || pipe(lab, &lab.bare, &message(&mut rng, None));
    let mut first = Rng::new();
    let mut answer = || {
        let ticket = lab.next_ticket();
        pipe(lab, &lab.bare, &message(&mut first, Some(ticket)))
    };
    let cases = vec![
        Case::new("mail ingest, a new ticket, bare desk", &mut new).target(lab.targets.message),
        Case::new("mail ingest, names a ticket, bare desk", &mut answer).target(lab.targets.message),
    ];
    Ok(in_turns(cases, lab.runs, true))
}

/// A Maildir of new messages into a bare desk without tickets.
pub fn maildir(lab: &Lab) -> Outcome<Vec<Row>> {
    let place = lab.scratch().join("maildir");
    let (desk, messages) = (place.join("desk.git"), place.join("mail"));
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir_all(messages.join(folder))?;
    }
    let mut rng = Rng::with_seed(5);
    for number in 0..MESSAGES {
        fs::write(messages.join(format!("new/{number:05}.bench")), message(&mut rng, None))?;
    }
    let name = format!("mail ingest --maildir, {MESSAGES} messages, bare desk: rate");
    let mut values = Vec::new();
    for _ in 0..lab.runs.min(3) {
        if desk.exists() {
            fs::remove_dir_all(&desk)?;
        }
        fs::create_dir_all(&desk)?;
        time(&mut lab.loket(&desk, &["init", "--bare"]))?;
        let spent = time(&mut lab.loket(&desk, &["mail", "ingest", "--maildir", "../mail"]))?;
        values.push(MESSAGES as f64 * 1_000.0 / spent);
    }
    Ok(vec![Row::of(&name, Unit::PerSecond, values, Some(lab.targets.maildir_rate))])
}

fn pipe(lab: &Lab, desk: &Path, raw: &str) -> Outcome<f64> {
    let mut command = lab.loket(desk, &["mail", "ingest", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    child.stdin.take().ok_or("no pipe")?.write_all(raw.as_bytes())?;
    let status = child.wait()?;
    let spent = start.elapsed().as_secs_f64() * 1_000.0;
    if status.success() { Ok(spent) } else { Err(format!("mail ingest: {status}").into()) }
}

/// A message of some lines with a quote below it.
fn message(rng: &mut Rng, ticket: Option<&str>) -> String {
    let vocabulary = Vocabulary::new(&ENGLISH);
    let (mut text, mut quote) = (String::new(), String::new());
    vocabulary.text(4, rng, &mut text);
    vocabulary.text(2, rng, &mut quote);
    let token = ticket.map(|id| format!("Re: [#{id}] ")).unwrap_or_default();
    format!(
        "From: Caller {} <caller{}@org.example>\nTo: support@acme.example\nSubject: {token}{}\nDate: Mon, 5 Jan 2026 09:00:00 +0000\n\
         Message-ID: <{:016x}@org.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{}\n\n\
         On Sun, 4 Jan 2026 at 10:00, Support wrote:\n> {}\n",
        rng.u32(..),
        rng.u32(..5_000),
        vocabulary.title(rng),
        rng.u64(..),
        text.trim_end(),
        quote.trim_end().replace('\n', "\n> "),
    )
}
