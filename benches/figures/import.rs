//! Importing a history of events, against `git fast-import` of the stream that makes the same commits.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use fastrand::Rng;
use jiff::Timestamp;

use crate::desk::generator::Outcome;
use crate::desk::settings::AGENTS;
use crate::desk::words::{ENGLISH, Vocabulary};
use crate::lab::Lab;
use crate::measure::{Case, Row, Unit, answer, in_turns, time};

/// Five events each.
const TICKETS: usize = 2_000;

const MAP: &str = r#"csv: {delimiter: ",", missing: [""], dates: "%d/%m/%Y %H:%M", timezone: UTC}
key: number
at: updated_at
author: updated_by
ticket:
  title: "{title}"
  created: opened_at
  type: {value: incident}
  status: {column: state, map: {New: new, Active: open, Awaiting: waiting, Resolved: solved, Closed: closed}, default: open}
  requester: caller
  assignee: assigned_to
body: "{description}"
comments:
  - {column: resolution, author: assigned_to, date: resolved_at, visibility: public}
"#;

/// An import into a bare desk is the same work as fast-import; one into a working tree writes its files as well.
pub fn with_history(lab: &Lab) -> Outcome<Vec<Row>> {
    let place = lab.scratch().join("import");
    fs::create_dir_all(&place)?;
    fs::write(place.join("map.yaml"), MAP)?;
    fs::write(place.join("events.csv"), events())?;
    let (_, desk, commits) = import(lab, &place, true)?;
    let stream = place.join("stream");
    let exported = File::create(&stream)?;
    let status = lab.git(&desk, &["fast-export", "--all"]).stdout(exported).status()?;
    if !status.success() {
        return Err(format!("git fast-export: {status}").into());
    }
    let what = format!("import csv, {commits} commits");
    let cases = vec![
        Case::new("git fast-import of the same commits", || fast_import(lab, &place, &stream)),
        Case::new(&format!("{what}, bare desk"), || Ok(import(lab, &place, true)?.0))
            .target(lab.targets.import_ratio)
            .against(0),
        Case::new(&format!("{what}, working tree"), || Ok(import(lab, &place, false)?.0)).against(0),
    ];
    let mut rows = in_turns(cases, lab.runs.min(5), false);
    let rates: Vec<Row> = rows.iter().filter(|row| row.failure.is_none()).map(|row| rate(row, commits, lab)).collect();
    rows.extend(rates);
    Ok(rows)
}

/// The same row as commits a second; git itself has no bound to keep.
fn rate(row: &Row, commits: usize, lab: &Lab) -> Row {
    let values = row.values.iter().map(|spent| commits as f64 * 1_000.0 / spent).collect();
    let target = (!row.name.starts_with("git")).then_some(lab.targets.import_rate);
    Row::of(&format!("{}: rate", row.name), Unit::PerSecond, values, target)
}

/// Imports into a fresh desk; gives the milliseconds, the desk and the number of commits made.
fn import(lab: &Lab, place: &Path, bare: bool) -> Outcome<(f64, PathBuf, usize)> {
    let desk = place.join(if bare { "desk.git" } else { "desk" });
    fresh(&desk)?;
    time(&mut lab.loket(&desk, if bare { &["init", "--bare"] } else { &["init"] }))?;
    let before = count_commits(lab, &desk)?;
    let spent = time(&mut lab.loket(&desk, &["import", "csv", "../events.csv", "--map", "../map.yaml"]))?;
    let commits = count_commits(lab, &desk)? - before;
    if commits == 0 { Err("the import made no commit".into()) } else { Ok((spent, desk, commits)) }
}

fn fast_import(lab: &Lab, place: &Path, stream: &Path) -> Outcome<f64> {
    let target = place.join("plain.git");
    fresh(&target)?;
    time(&mut lab.git(&target, &["init", "--quiet", "--bare"]))?;
    let mut command = lab.git(&target, &["fast-import", "--quiet"]);
    command.stdin(File::open(stream)?).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let spent = start.elapsed().as_secs_f64() * 1_000.0;
    if status.success() { Ok(spent) } else { Err(format!("git fast-import: {status}").into()) }
}

fn fresh(place: &Path) -> Outcome<()> {
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    Ok(fs::create_dir_all(place)?)
}

fn count_commits(lab: &Lab, desk: &Path) -> Outcome<usize> {
    Ok(answer(&mut lab.git(desk, &["rev-list", "--count", "HEAD"]))?.trim().parse()?)
}

/// The export of another desk: a row is a ticket's state after an event.
fn events() -> String {
    const START: i64 = 1_767_603_600; // 2026-01-05T09:00:00Z
    let mut rng = Rng::with_seed(7);
    let vocabulary = Vocabulary::new(&ENGLISH);
    let mut csv = String::from(
        "number,state,title,caller,opened_at,updated_at,updated_by,assigned_to,resolved_at,resolution,description\n",
    );
    for number in 0..TICKETS {
        let opened = START + number as i64 * 3_600;
        let (mut title, mut description, mut resolution) = (vocabulary.title(&mut rng), String::new(), String::new());
        title.retain(|letter| letter != ',');
        vocabulary.text(3, &mut rng, &mut description);
        vocabulary.text(2, &mut rng, &mut resolution);
        let (description, resolution) = (description.trim_end(), resolution.trim_end());
        let agent = AGENTS[rng.usize(..AGENTS.len())].handle;
        let mut at = opened;
        for (place, state) in ["New", "Active", "Awaiting", "Resolved", "Closed"].into_iter().enumerate() {
            let assigned = if place == 0 { "" } else { agent };
            let (resolved_at, said) = if state == "Resolved" { (date(at), resolution) } else { Default::default() };
            csv.push_str(&format!(
                "INC{number:05},{state},{title},caller{}@org.example,{},{},{agent},{assigned},{resolved_at},\"{said}\",\"{description}\"\n",
                number % 97,
                date(opened),
                date(at),
            ));
            at += rng.i64(600..50_000);
        }
    }
    csv
}

fn date(second: i64) -> String {
    let time = Timestamp::from_second(second).expect("the events lie in this century");
    time.strftime("%d/%m/%Y %H:%M").to_string()
}
