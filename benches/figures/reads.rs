//! Reading: lists, counts, searches, tickets, the audit trail, and the memory that takes.

use std::path::Path;

use crate::desk::generator::Outcome;
use crate::desk::words::{COMMON, RARE};
use crate::lab::Lab;
use crate::measure::{Case, Row, Unit, in_turns, peak_memory, time, time_answer};

/// What `list` is asked here and everywhere else.
pub const LIST: [&str; 6] = ["list", "status:open", "--sort", "created", "--limit", "50"];

/// Reads against the cheapest thing git can be asked.
pub fn reads(lab: &Lab) -> Outcome<Vec<Row>> {
    let id = lab.ticket();
    let asked: [&[&str]; 6] = [
        &LIST,
        &["list", "--count", "priority:urgent"],
        &["show", id],
        &["show", id, "--json"],
        &["log", id],
        &["log", id, "--json"],
    ];
    catch_up(lab)?;
    let mut cases = vec![Case::new("git log -1", || time(&mut lab.git(&lab.tree, &["log", "-1"])))];
    for args in asked {
        let name = args.join(" ").replace(id, "ID");
        let case = Case::new(&name, move || time_answer(&mut lab.loket(&lab.tree, args))).against(0);
        // The issue sets no bound for `log`.
        cases.push(if args[0] == "log" { case } else { case.target(lab.targets.read) });
    }
    Ok(in_turns(cases, lab.runs, true))
}

/// Searches against git grep and ripgrep, which read every text each time.
pub fn search(lab: &Lab) -> Outcome<Vec<Row>> {
    catch_up(lab)?;
    let ripgrep = time(&mut lab.call(Path::new("rg"), &lab.tree, &["--version"])).is_ok();
    if !ripgrep {
        eprintln!("no rg in the path: ripgrep is left out");
    }
    let mut cases = Vec::new();
    for word in [COMMON, RARE[0]] {
        let base = cases.len();
        let grep = move || time(&mut lab.git(&lab.tree, &["grep", "-c", word, "HEAD"]));
        cases.push(Case::new(&format!("git grep -c {word} HEAD"), grep).most(3));
        let found = move || time_answer(&mut lab.loket(&lab.tree, &["search", word, "--limit", "50"]));
        let mut found = Case::new(&format!("search {word} --limit 50"), found).target(lab.targets.read).against(base);
        if ripgrep {
            let rg = move || time(&mut lab.call(Path::new("rg"), &lab.tree, &["-c", word, "."]));
            cases.push(Case::new(&format!("rg -c {word}"), rg).most(3));
            found = found.against(base + 1);
        }
        cases.push(found);
    }
    Ok(in_turns(cases, lab.runs, true))
}

pub fn memory(lab: &Lab) -> Outcome<Vec<Row>> {
    catch_up(lab)?;
    let id = lab.ticket();
    let asked: [&[&str]; 4] =
        [&LIST, &["list", "--count", "priority:urgent"], &["search", COMMON, "--limit", "50"], &["show", id]];
    let measure = |args: &[&str]| {
        let name = format!("peak memory: {}", args.join(" ").replace(id, "ID"));
        let once = |_| peak_memory(&mut lab.loket(&lab.tree, args), lab.scratch());
        match (0..lab.runs.min(3)).map(once).collect() {
            Ok(peaks) => Row::of(&name, Unit::Megabytes, peaks, Some(lab.targets.memory)),
            Err(trouble) => Row::failed(&name, &trouble.to_string()),
        }
    };
    Ok(asked.into_iter().map(measure).collect())
}

/// Brings index and timeline up to the desk's last commit, so that what follows finds them warm.
pub fn catch_up(lab: &Lab) -> Outcome<()> {
    for args in [&["list", "--count", "state:open"][..], &["log", lab.ticket()]] {
        time_answer(&mut lab.loket(&lab.tree, args))?;
    }
    Ok(())
}
