//! `sync` with real servers on loopback, several clones at once.

use std::path::Path;

use crate::support::{Desk, PASSWORD, Server};

/// Clones of one desk at an address each, all acting and syncing at once; then all have the same.
fn all_at_once(root: &Path, addresses: &[String]) {
    const TURNS: usize = 5;
    let names = ["jo", "sam", "kim", "ada"];
    let clones: Vec<Desk> = addresses
        .iter()
        .zip(names)
        .enumerate()
        .map(|(number, (address, name))| Desk::cloned(Path::new(address), name, number as u64 + 1))
        .collect();
    let shared = clones[0].opened("Shared");
    clones[0].ok("sync");
    clones.iter().for_each(|clone| drop(clone.ok("sync")));
    let work = |(number, clone): (usize, Desk)| {
        let shared = shared.clone();
        std::thread::spawn(move || {
            for turn in 0..TURNS {
                clone.at(&format!("2026-11-22T10:{turn:02}:{number:02}Z"));
                clone.ok(format!("--as jo note {shared} -m 'MARKER-{number}-{turn}'"));
                clone.ok(format!("--as jo set {shared} tags+=t{number}{turn} 'title=Title {number} {turn}'"));
                clone.ok(format!("--as jo new 'Of {number} {turn}'"));
                clone.ok("sync");
            }
            clone
        })
    };
    let workers: Vec<_> = clones.into_iter().enumerate().map(work).collect();
    let clones: Vec<Desk> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    for _ in 0..2 {
        clones.iter().for_each(|clone| drop(clone.ok("sync")));
    }
    for clone in &clones {
        assert_eq!(clone.head(), clones[0].head());
        clone.is_clean();
    }
    let shown = clones[0].json(format!("show {shared}"));
    assert_eq!(shown["thread"].as_array().unwrap().len(), clones.len() * TURNS);
    assert_eq!(shown["tags"].as_array().unwrap().len(), clones.len() * TURNS);
    assert!(shown["title"].as_str().unwrap().starts_with("Title "), "{shown}");
    assert_eq!(clones[0].json("list --view all --count")["count"], 1 + clones.len() * TURNS);
    assert!(clones[0].git("fsck --strict --no-dangling").is_empty());
    let there = clones[0].git(format!("-C {} rev-parse main", root.join("remote.git").display()));
    assert_eq!(there.trim(), clones[0].head());
}

#[test]
fn a_path() {
    let desk = Desk::acme();
    let place = desk.publish();
    all_at_once(&desk.home(), &vec![place.display().to_string(); 4]);
}

#[test]
fn git_daemon() {
    let desk = Desk::acme();
    desk.publish();
    let server = Server::daemon(&desk.home());
    all_at_once(&desk.home(), &vec![server.url("git", "", "remote.git"); 4]);
}

#[test]
fn smart_http_with_a_password() {
    let desk = Desk::acme();
    desk.publish();
    let Some(server) = Server::http(&desk.home(), &["jo", "sam"]) else { return };
    let address = |user: &str| server.url("http", &format!("{user}:{PASSWORD}"), "git/remote.git");
    all_at_once(&desk.home(), &[address("jo"), address("sam"), address("jo"), address("sam")]);
}

#[test]
fn a_wrong_password_is_told_and_nothing_hangs() {
    let desk = Desk::acme();
    desk.publish();
    let Some(server) = Server::http(&desk.home(), &["jo"]) else { return };
    desk.git(format!("remote set-url origin {}", server.url("http", "jo:wrong", "git/remote.git")));
    let done = desk.refused("sync", 75);
    assert!(done.stderr.contains("origin cannot be reached now") && done.stderr.contains("uthentication"), "{done}");
    assert!(!done.stderr.contains("wrong"), "the password is told\n{done}");
}
