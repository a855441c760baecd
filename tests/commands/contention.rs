//! Others at work at the same time, and ends that come too soon.

use std::time::Duration;

use crate::support::{Desk, ticket_path};

#[test]
fn eight_writers_all_succeed() {
    let desk = Desk::acme();
    let id = desk.opened("Busy");
    let calls: Vec<_> = (0..4)
        .flat_map(|number| {
            [
                desk.call(format!("new 'Number {number}'")).spawn(),
                desk.call(format!("note {id} -m 'Number {number}'")).spawn(),
            ]
        })
        .collect();
    for child in calls {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(desk.commits(), 3 + 8);
    assert_eq!(desk.json("list --view all --count")["count"], 5);
    assert_eq!(desk.value(&id, "comments"), 4);
    desk.git("fsck --strict");
    desk.is_clean();
}

#[test]
fn a_lock_of_gits_that_somebody_holds_is_waited_for_then_an_error() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.write(".git/index.lock", "");
    let before = desk.head();
    let done = desk.run(format!("set {id} priority=high")).exits(1).says(&["index.lock", "nothing was changed"]);
    assert!(done.stderr.contains("hint: "), "{done}");
    assert_eq!(desk.head(), before);
    desk.ok(format!("show {id}"));
    desk.remove(".git/index.lock");
    desk.is_clean();
    desk.ok(format!("set {id} priority=high"));
    desk.is_clean();
}

#[test]
fn a_lock_on_the_branch_is_an_error_and_no_hang() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.write(".git/refs/heads/main.lock", "");
    desk.refused(format!("set {id} priority=high"), 1).says(&["nothing was changed"]);
    assert!(!desk.has(".git/loket/pending"), "no note of an unmade commit is left");
    desk.remove(".git/refs/heads/main.lock");
    desk.ok(format!("set {id} priority=high"));
    desk.is_clean();
}

/// Puts files and git's index back to where they were before the last commit, as a kill right after the branch moved
/// leaves them.
fn as_killed(desk: &Desk) {
    let (old, new) = (desk.git("rev-parse HEAD~1"), desk.head());
    desk.git("read-tree -u --reset HEAD~1");
    assert_ne!(desk.status(), "");
    desk.write(".git/loket/pending", format!("{} {new}\n", old.trim()));
}

#[test]
fn what_a_killed_command_had_begun_the_next_one_finishes() {
    let desk = Desk::acme();
    desk.write("../log.txt", "a log\n");
    let id = desk.opened("A --attach ../log.txt");
    as_killed(&desk);
    assert!(!desk.has(&ticket_path(&id)));
    desk.ok("list").says(&["interrupted command"]);
    assert!(desk.has(&ticket_path(&id)));
    desk.is_clean();
    desk.ok(format!("set {id} priority=high"));
    as_killed(&desk);
    desk.ok(format!("note {id} -m x"));
    desk.is_clean();
    assert_eq!(desk.value(&id, "priority"), "high");
    assert!(!desk.has(".git/loket/pending"));
}

#[test]
fn edits_made_between_the_kill_and_the_next_command_are_kept() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.ok(format!("set {id} priority=high"));
    as_killed(&desk);
    let path = ticket_path(&id);
    let mine = desk.read(&path).replace("title: A", "title: Mine");
    desk.write(&path, &mine);
    desk.ok("list");
    assert_eq!(desk.read(&path), mine);
    desk.refused(format!("set {id} priority=low"), 4).says(&[&path]);
}

#[test]
fn a_note_of_a_commit_that_was_never_made_is_dropped() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    let (head, gone) = (desk.head(), "1".repeat(40));
    for note in
        [format!("{head} {gone}\n"), "nonsense".into(), String::new(), format!("- {head}"), format!("{gone} {head}\n")]
    {
        desk.write(".git/loket/pending", &note);
        desk.ok("list");
        desk.is_clean();
        desk.ok(format!("note {id} -m x"));
        assert!(!desk.has(".git/loket/pending"), "{note:?}");
    }
    desk.git("fsck --strict");
}

#[test]
fn a_read_only_repository_is_read_and_not_written() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.ok("list");
    let allowed = |desk: &Desk| desk.try_git("config loket.probe 1").code == 0;
    let chmod = |mode: &str| {
        let done = std::process::Command::new("chmod").args(["-R", mode]).arg(desk.path().join(".git")).status();
        assert!(done.unwrap().success());
    };
    chmod("a-w");
    if allowed(&desk) {
        chmod("u+w");
        println!("skipped: this user (root, say) writes wherever they like");
        return;
    }
    desk.ok("list --view all");
    desk.ok(format!("show {id}"));
    let before = desk.head();
    let done = desk.run(format!("set {id} priority=high"));
    let after = desk.head();
    chmod("u+w");
    assert_eq!(done.code, 1, "{done}");
    assert_eq!(after, before);
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_told() {
    let desk = Desk::acme();
    let mut told = Vec::new();
    let mut random = 20_261_122_u64;
    for number in 0..40 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = desk.call(format!("new 'Number {number}' -m words")).spawn();
        // No wait for something to happen: the moment of the kill is what is tried.
        std::thread::sleep(Duration::from_micros(300 + (random >> 33) % 20_000));
        child.kill().unwrap();
        let done = child.wait_with_output().unwrap();
        let printed = String::from_utf8(done.stdout).unwrap();
        told.extend(printed.strip_suffix('\n').map(str::to_owned));
    }
    desk.ok("new 'The last'");
    for id in &told {
        desk.ok(format!("show {id}"));
    }
    desk.git("fsck --strict");
    desk.is_clean();
    assert_eq!(desk.json("list --view all --count")["count"], desk.commits() - 2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::acme();
    (0..20).for_each(|number| drop(desk.ticket(&format!("261122-{number:0>5}")).write()));
    desk.commit("twenty");
    let mut child = desk.call("list --view all --json").spawn();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!said.contains("panic"), "{said}");
}
