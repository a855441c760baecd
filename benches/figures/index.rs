//! Building what is derived, from nothing.

use std::fs;

use crate::desk::generator::Outcome;
use crate::lab::Lab;
use crate::measure::{Case, Row, in_turns, time};

/// Each run deletes `.git/loket` first; that takes long on a large desk, so there are three at most.
pub fn from_nothing(lab: &Lab) -> Outcome<Vec<Row>> {
    let derived = lab.tree.join(".git/loket");
    let afresh = |args: &[&str]| {
        if derived.exists() {
            fs::remove_dir_all(&derived)?;
        }
        let spent = time(&mut lab.loket(&lab.tree, args))?;
        if derived.exists() { Ok(spent) } else { Err(format!("loket {} built nothing", args.join(" ")).into()) }
    };
    let targets = &lab.targets;
    let cases = vec![
        Case::new("list --count, index from nothing", || afresh(&["list", "--count"])).target(targets.index),
        Case::new("log ID, timeline from nothing", || afresh(&["log", lab.ticket()])).target(targets.timeline),
        Case::new("index rebuild, from nothing", || afresh(&["index", "rebuild"])).target(targets.timeline),
    ];
    Ok(in_turns(cases, lab.runs.min(3), false))
}
