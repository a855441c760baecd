//! Many clones, random actions, sudden ends: all come to the same desk, and nothing that was acknowledged is missing.

use std::time::Duration;

use fastrand::Rng;

use crate::support::Desk;

const NAMES: [&str; 8] = ["jo", "sam", "kim", "ada", "ben", "cas", "dea", "eli"];

fn clones(number: usize) -> Vec<Desk> {
    let desk = Desk::acme();
    for name in NAMES {
        let team = if name == "eli" { "second-line" } else { "first-line" };
        let page = format!("---\nname: {name}\nemails: [{name}@acme.example]\nrole: agent\nteams: [{team}]\n---\n");
        desk.write(&format!("people/{name}.md"), page);
    }
    desk.write("kb/a/vpn.md", "---\ntitle: VPN\nvisibility: public\ntags: [a]\n---\nText.\n");
    desk.commit("people");
    desk.opened("Shared");
    let place = desk.publish();
    let seeds = NAMES.iter().zip(1..).take(number);
    let clones: Vec<Desk> = seeds.map(|(name, seed)| Desk::cloned(&place, name, seed)).collect();
    // The bare repository lies beside the desk it was made of.
    std::mem::forget(desk);
    clones
}

fn ids(desk: &Desk) -> Vec<String> {
    let mut ids: Vec<String> = desk.ok("list --view all -o ids").stdout.lines().map(str::to_owned).collect();
    ids.sort();
    ids
}

/// Syncs around until nobody moves, then all are the same.
fn settle(clones: &[Desk]) {
    for _ in 0..3 {
        clones.iter().for_each(|clone| drop(clone.ok("sync")));
    }
    for clone in clones {
        assert_eq!(clone.head(), clones[0].head());
        clone.is_clean();
        assert_eq!(clone.try_git("grep -lE '^(<<<<<<<|>>>>>>>) '").stdout, "", "conflict marks");
    }
    assert!(clones[0].ok("check").stdout.is_empty());
    assert!(clones[0].git("fsck --strict --no-dangling").is_empty());
}

/// A random action; the text that has to be found for ever where it was taken.
fn act(clone: &Desk, number: usize, dice: &mut Rng) -> Option<String> {
    let all = ids(clone);
    let id = &all[dice.usize(..all.len())];
    let marker = format!("MARKER-{number:05}");
    let (tag, name) = (dice.usize(..6), NAMES[dice.usize(..NAMES.len())]);
    let priority = ["low", "normal", "high", "urgent"][dice.usize(..4)];
    let line = match dice.usize(..12) {
        0 => format!("new {marker} -m {marker}"),
        1 | 2 => format!("note {id} -m {marker}"),
        3 => format!("reply {id} -m {marker}"),
        4 => format!("set {id} priority={priority}"),
        5 => format!("set {id} tags+=t{tag}"),
        6 => format!("set {id} tags-=t{tag}"),
        7 => format!("set {id} 'title=Title {number}'"),
        8 => format!("assign {id} {name}"),
        9 => format!("wait {id}"),
        10 => format!("hold {id}"),
        _ => format!("escalate {id} --to second-line -m {marker}"),
    };
    let done = clone.run(&line);
    assert!(matches!(done.code, 0 | 4), "{line}\n{done}");
    (done.code == 0 && line.contains(&marker)).then_some(marker)
}

/// How many actions; `LOKET_ACTIONS` takes it further than every build wants to wait for.
fn actions() -> usize {
    std::env::var("LOKET_ACTIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(200)
}

#[test]
fn eight_clones_act_at_random_and_come_to_the_same_desk() {
    let mut dice = Rng::with_seed(8);
    let clones = clones(8);
    let mut markers = Vec::new();
    for number in 0..actions() {
        let clone = &clones[dice.usize(..clones.len())];
        clone.at(&format!("2026-11-23T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60));
        markers.extend(act(clone, number, &mut dice));
        if dice.f64() < 0.2 {
            clone.ok("sync");
        }
    }
    settle(&clones);
    assert!(markers.len() > actions() / 4, "only {} markers", markers.len());
    let told = clones[0].git("grep -ohE MARKER-[0-9]+ HEAD");
    let lost: Vec<&String> = markers.iter().filter(|marker| !told.contains(marker.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn a_sync_that_is_killed_is_mended_by_the_next_command() {
    let mut dice = Rng::with_seed(9);
    let clones = clones(2);
    let mut acknowledged = Vec::new();
    for number in 0..30 {
        for clone in &clones {
            acknowledged.push(clone.opened(format!("'Of {number}'")));
        }
        clones[1].ok("sync");
        let mut child = clones[0].call("sync").spawn();
        std::thread::sleep(Duration::from_millis(dice.u64(..60)));
        let _ = child.kill();
        let _ = child.wait();
        // Whatever git it had started ends first, as it would before a person types again.
        clones[0].call("list").run().exits(0);
    }
    settle(&clones);
    let all = ids(&clones[0]);
    assert!(acknowledged.iter().all(|id| all.contains(id)));
    assert_eq!(all.len(), 1 + acknowledged.len());
}
