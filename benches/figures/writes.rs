//! Writing: answers and new tickets against plain git making the same change, and the read that follows.

use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;

use crate::desk::generator::Outcome;
use crate::desk::words::tail;
use crate::lab::Lab;
use crate::measure::{Case, Row, answer, in_turns, time, time_answer};
use crate::reads::{LIST, catch_up};

const MESSAGE: &str = "Thank you, we have found the cause and will call you back this afternoon.";

/// The first `list` after a note, which has to take the note in.
pub fn first_read(lab: &Lab) -> Outcome<Vec<Row>> {
    catch_up(lab)?;
    let after = |args: &'static [&'static str]| {
        move || {
            committed(lab, &lab.tree, &["note", lab.next_ticket(), "-m", MESSAGE])?;
            time_answer(&mut lab.loket(&lab.tree, args))
        }
    };
    let list = Case::new("first list after a note", after(&LIST)).target(lab.targets.first_read);
    let search = Case::new("first search after a note", after(&["search", "afternoon", "--limit", "50"]));
    Ok(in_turns(vec![list, search.target(lab.targets.first_read)], lab.runs, true))
}

/// `reply` and `new` against `git add` and `git commit` of a file like theirs, in turns in one repository.
pub fn against_git(lab: &Lab) -> Outcome<Vec<Row>> {
    catch_up(lab)?;
    let cases = vec![
        Case::new("git add + git commit of a comment", || commit_by_hand(lab, &comment_by_hand(lab)?)),
        Case::new("reply ID -m", || reply(lab, &lab.tree)).target(lab.targets.write_ratio).against(0),
        Case::new("git add + git commit of a ticket", || commit_by_hand(lab, &ticket_by_hand(lab)?)),
        Case::new("new T -m", || new(lab, &lab.tree)).target(lab.targets.write_ratio).against(2),
    ];
    let rows = in_turns(cases, lab.runs, true);
    let left = answer(&mut lab.git(&lab.tree, &["status", "--porcelain"]))?;
    if !left.is_empty() {
        eprintln!("warning: working tree, git's index and HEAD disagree after these writes:\n{left}");
    }
    Ok(rows)
}

pub fn on_a_bare_desk(lab: &Lab) -> Outcome<Vec<Row>> {
    let cases = vec![
        Case::new("reply ID -m, bare desk", || reply(lab, &lab.bare)).target(lab.targets.bare_write),
        Case::new("new T -m, bare desk", || new(lab, &lab.bare)).target(lab.targets.bare_write),
    ];
    Ok(in_turns(cases, lab.runs, true))
}

fn reply(lab: &Lab, desk: &Path) -> Outcome<f64> {
    committed(lab, desk, &["reply", lab.next_ticket(), "-m", MESSAGE])
}

fn new(lab: &Lab, desk: &Path) -> Outcome<f64> {
    committed(lab, desk, &["new", "The scanner jams", "-m", MESSAGE])
}

/// Times a command of loket's that must make a commit.
fn committed(lab: &Lab, desk: &Path, args: &[&str]) -> Outcome<f64> {
    let head = || answer(&mut lab.git(desk, &["rev-parse", "HEAD"]));
    let before = head()?;
    let spent = time(&mut lab.loket(desk, args))?;
    if head()? == before { Err(format!("loket {} made no commit", args[0]).into()) } else { Ok(spent) }
}

/// A comment as `reply` writes it; gives its path in the desk.
fn comment_by_hand(lab: &Lab) -> Outcome<String> {
    let now = now();
    let stem = format!("{}-{}", now.replace(['-', ':'], ""), tail(4, &mut fastrand::Rng::new()));
    let text = format!("---\nauthor: jo\ndate: {now}\nvisibility: public\n---\n{MESSAGE}\n");
    let path = format!("{}/{stem}.md", lab.next_folder());
    fs::write(lab.tree.join(&path), text)?;
    Ok(path)
}

/// A ticket as `new` writes it; gives its path in the desk.
fn ticket_by_hand(lab: &Lab) -> Outcome<String> {
    let now = now();
    let id = format!("{}-{}", now[2..10].replace('-', ""), tail(5, &mut fastrand::Rng::new()));
    let folder = format!("tickets/{}/{id}", now[..10].replace('-', "/"));
    let text = format!("---\ntitle: The scanner jams\nstatus: new\nchannel: cli\ncreated: {now}\n---\n{MESSAGE}\n");
    fs::create_dir_all(lab.tree.join(&folder))?;
    let path = format!("{folder}/ticket.md");
    fs::write(lab.tree.join(&path), text)?;
    Ok(path)
}

/// The time of the two git commands together.
fn commit_by_hand(lab: &Lab, path: &str) -> Outcome<f64> {
    let start = Instant::now();
    time(&mut lab.git(&lab.tree, &["add", path]))?;
    time(&mut lab.git(&lab.tree, &["commit", "--quiet", "-m", "by hand"]))?;
    Ok(start.elapsed().as_secs_f64() * 1_000.0)
}

/// Now, in UTC to the second.
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
