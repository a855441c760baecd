//! `log`: the audit trail is git's history, whoever made it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Desk, ticket_path};

/// What changed, entry by entry: `command: field from→to, …`.
fn story(desk: &Desk, line: &str) -> Vec<String> {
    let entries = desk.json(format!("log {line}"));
    let tell = |entry: &Value| {
        let changes: Vec<String> = entry["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| format!("{} {}→{}", change["field"].as_str().unwrap(), change["from"], change["to"]))
            .collect();
        let comment = if entry["comment"].is_null() { "" } else { " +comment" };
        format!("{}: {}{comment}", entry["command"].as_str().unwrap_or("by hand"), changes.join(", "))
    };
    entries.as_array().unwrap().iter().map(tell).collect()
}

#[test]
fn every_command_leaves_who_what_and_when() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.at("2026-11-22T10:00:00Z").ok(format!("take {id} --as sam"));
    desk.at("2026-11-22T11:00:00Z").ok(format!("reply {id} -m 'Which one?' --wait"));
    desk.at("2026-11-22T12:00:00Z").ok(format!("set {id} priority=high tags+=login field.room=B12"));
    desk.at("2026-11-22T13:00:00Z").ok(format!("note {id} -m internal"));
    assert_eq!(
        story(&desk, &id),
        [
            "new: ",
            "take: status \"new\"→\"open\", assignee null→\"sam\"",
            "reply: status \"open\"→\"waiting\" +comment",
            "set: priority \"normal\"→\"high\", tags []→[\"login\"], field.room null→\"B12\"",
            "note:  +comment",
        ]
    );
    let entry = desk.json(format!("log {id}"))[1].clone();
    assert_eq!(entry["author"], json!({"name": "Sam Smit", "email": "sam@acme.example", "agent": "sam"}));
    assert_eq!(entry["date"], "2026-11-22T10:00:00Z");
    assert_eq!(entry["ticket"], json!(id));
    assert_eq!(entry["commit"], json!(desk.git("rev-parse HEAD~3").trim()));
    assert_snapshot!(desk.ok(format!("log {id}")), @"
        DATE                  WHO  COMMAND  WHAT
        2026-11-22T09:00:00Z  jo   new
        2026-11-22T10:00:00Z  sam  take     status: new → open; assignee: none → sam
        2026-11-22T11:00:00Z  jo   reply    status: open → waiting; comment 20261122T110000Z-07jh
        2026-11-22T12:00:00Z  jo   set      priority: normal → high; tags: none → login; field.room: none → B12
        2026-11-22T13:00:00Z  jo   note     comment 20261122T130000Z-04ss
        ");
    assert_eq!(desk.git("log -1 --format='%an %cn' HEAD~3").trim(), "Sam Smit Jo Janssen");
}

#[test]
fn an_edit_by_hand_counts_as_much() {
    let desk = Desk::acme();
    let id = desk.opened("A -m 'First words.'");
    let path = ticket_path(&id);
    desk.write(&path, desk.read(&path).replace("status: new", "status: open\npriority: urgent"));
    desk.at("2026-11-23T09:00:00Z").commit("by hand");
    desk.write(&path, desk.read(&path).replace("First", "Other"));
    desk.git("-c user.name=Ann -c user.email=ann@example.com commit -qam words");
    desk.comment(&id, "20261123T100000Z").write();
    desk.commit("an answer");
    assert_eq!(
        story(&desk, &id),
        [
            "new: ",
            "by hand: status \"new\"→\"open\", priority \"normal\"→\"urgent\"",
            "by hand: body \"First words.\\n\"→\"Other words.\\n\"",
            "by hand:  +comment",
        ]
    );
    let entries = desk.json(format!("log {id}"));
    assert_eq!(entries[1]["command"], Value::Null);
    assert_eq!(entries[2]["author"]["agent"], Value::Null);
    assert_eq!(desk.value(&id, "updated"), "2026-11-23T09:00:00Z");
}

#[test]
fn what_was_deleted_by_hand_is_told() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.ok(format!("reply {id} -m 'A secret slipped out.'"));
    let path = desk.json(format!("show {id}"))["thread"][0]["path"].as_str().unwrap().to_owned();
    desk.remove(&path);
    desk.commit("redacted");
    assert_eq!(desk.value(&id, "comments"), 0);
    let last = desk.json(format!("log {id}")).as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["command"], Value::Null);
    assert_eq!(last["changes"][0]["field"], "comment");
    desk.git(format!("rm -rqf {}", path.rsplit_once('/').unwrap().0));
    desk.commit("the whole of it");
    desk.refused(format!("show {id}"), 3);
    desk.refused(format!("log {id}"), 3);
    let all = desk.json("log");
    let gone = all.as_array().unwrap().last().unwrap();
    assert_eq!((&gone["ticket"], &gone["changes"][0]["field"]), (&json!(id), &json!("ticket")));
}

#[test]
fn a_comment_edited_by_hand_is_told_with_both_texts() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.ok(format!("reply {id} -m 'The pasword is xyzzy.'"));
    let path = desk.json(format!("show {id}"))["thread"][0]["path"].as_str().unwrap().to_owned();
    desk.write(&path, desk.read(&path).replace("xyzzy", "[redacted]"));
    desk.commit("redacted");
    assert_eq!(
        story(&desk, &id).last().unwrap(),
        "by hand: comment \"The pasword is xyzzy.\\n\"→\"The pasword is [redacted].\\n\" +comment"
    );
}

#[test]
fn it_is_narrowed_by_time_field_and_agent() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.at("2026-11-23T10:00:00Z").ok(format!("set {id} priority=high"));
    desk.at("2026-11-24T10:00:00Z").ok(format!("assign {id} sam --as sam"));
    desk.at("2026-11-25T10:00:00Z").ok(format!("set {id} field.room=B12 priority=low"));
    let count = |line: &str| desk.json(format!("log {id} {line}")).as_array().unwrap().len();
    assert_eq!(count(""), 4);
    assert_eq!(count("--since 2026-11-23"), 3);
    assert_eq!(count("--since 2026-11-23T10:00:01Z"), 2);
    assert_eq!(count("--until 2026-11-23"), 2);
    assert_eq!(count("--since 2026-11-23 --until 2026-11-24"), 2);
    assert_eq!(count("--since yesterday"), 2);
    assert_eq!(count("--since now-1d"), 2);
    assert_eq!(count("--field priority"), 2);
    assert_eq!(count("--field field.room"), 1);
    assert_eq!(count("--field status"), 1);
    assert_eq!(count("--agent sam"), 1);
    assert_eq!(count("--agent sam@acme.example"), 1);
    assert_eq!(count("--agent jo --field priority --since 2026-11-24"), 1);
    desk.refused(format!("log {id} --since soon"), 2);
    desk.refused("log zzzzz", 3);
}

#[test]
fn ids_are_those_of_commits() {
    let desk = Desk::acme();
    let (one, two) = (desk.opened("A"), desk.opened("B"));
    desk.ok(format!("set {one} {two} priority=high"));
    let commits: Vec<String> = desk.git("rev-list --reverse HEAD").lines().map(str::to_owned).collect();
    assert_eq!(desk.ok(format!("log {one} -o ids")).lines(), [&commits[2], &commits[4]]);
    let all = desk.ok("log -o ids");
    assert_eq!(all.lines().iter().filter(|line| **line == commits[4]).count(), 1);
}

/// Two clones' work, each on a branch of its own from the same commit.
fn branched(ours: impl Fn(&Desk), theirs: impl Fn(&Desk)) -> Desk {
    let desk = Desk::acme();
    desk.ticket("261122-aaaaa").write();
    desk.ticket("261122-bbbbb").write();
    desk.commit("two tickets");
    desk.git("checkout -qb theirs");
    desk.at("2026-11-23T09:00:00Z");
    theirs(&desk);
    desk.git("checkout -q main");
    desk.at("2026-11-23T10:00:00Z");
    ours(&desk);
    desk.at("2026-11-23T11:00:00Z");
    desk
}

#[test]
fn a_merge_of_different_tickets_tells_each_once() {
    let desk = branched(
        |desk| drop(desk.ok("set aaaaa priority=high")),
        |desk| drop(desk.ok("set bbbbb priority=low --as sam")),
    );
    desk.git("merge -q --no-edit theirs");
    assert_eq!(story(&desk, "aaaaa"), ["by hand: ", "set: priority \"normal\"→\"high\""]);
    assert_eq!(story(&desk, "bbbbb"), ["by hand: ", "set: priority \"normal\"→\"low\""]);
    assert_eq!(desk.json("log bbbbb")[1]["author"]["agent"], "sam");
    assert_eq!(desk.value("aaaaa", "priority"), "high");
    assert_eq!(desk.value("bbbbb", "updated"), "2026-11-23T09:00:00Z");
}

#[test]
fn a_merge_of_the_same_ticket_tells_each_side_once() {
    let desk = branched(
        |desk| drop(desk.ok("set aaaaa priority=high")),
        |desk| {
            desk.ok("reply aaaaa -m 'From the other clone.' --as sam");
            desk.ok("note bbbbb -m x --as sam");
        },
    );
    desk.git("merge -q --no-edit theirs");
    let mut told = story(&desk, "aaaaa");
    told.sort();
    assert_eq!(told, ["by hand: ", "reply:  +comment", "set: priority \"normal\"→\"high\""]);
    assert_eq!(desk.value("aaaaa", "comments"), 1);
    // The same after the index is gone.
    let before = desk.ok("log --json").stdout;
    std::fs::remove_dir_all(desk.path().join(".git/loket")).unwrap();
    assert_eq!(desk.ok("log --json").stdout, before);
}

#[test]
fn what_the_one_who_merged_decided_is_told_too() {
    let desk =
        branched(|desk| drop(desk.ok("set aaaaa priority=high")), |desk| drop(desk.ok("set aaaaa priority=low")));
    desk.git("merge -q --no-commit theirs");
    let path = ticket_path("261122-aaaaa");
    desk.ticket("261122-aaaaa").key("priority", "urgent").write();
    desk.git(format!("add {path}"));
    desk.git("commit -qm merged");
    let told = story(&desk, "aaaaa");
    assert!(told.last().unwrap().contains("→\"urgent\""), "{told:?}");
    assert_eq!(desk.value("aaaaa", "priority"), "urgent");
    desk.ok("set aaaaa priority=normal");
    assert_eq!(story(&desk, "aaaaa").last().unwrap(), "set: priority \"urgent\"→\"normal\"");
}

#[test]
fn a_branch_that_was_left_is_forgotten() {
    let desk =
        branched(|desk| drop(desk.ok("set aaaaa priority=high")), |desk| drop(desk.ok("set aaaaa priority=low")));
    assert_eq!(story(&desk, "aaaaa").len(), 2);
    desk.git("checkout -q theirs");
    assert_eq!(story(&desk, "aaaaa"), ["by hand: ", "set: priority \"normal\"→\"low\""]);
    desk.git("checkout -q main");
    desk.git("reset -q --hard HEAD~1");
    assert_eq!(story(&desk, "aaaaa"), ["by hand: "]);
    assert_eq!(desk.value("aaaaa", "priority"), "normal");
}

#[test]
fn a_shallow_clone_says_what_it_cannot_know() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.at("2026-11-23T09:00:00Z").ok(format!("set {id} priority=high"));
    desk.at("2026-11-24T09:00:00Z").ok(format!("note {id} -m x"));
    desk.git(format!("clone -q --depth 1 'file://{}' ../shallow", desk.path().display()));
    let log = desk.ok("-C ../shallow log --json").says(&["shallow", "--unshallow"]);
    let own: Vec<Value> =
        log.json().as_array().unwrap().iter().filter(|entry| entry["ticket"] == json!(id)).cloned().collect();
    assert!(own.iter().all(|entry| entry["changes"] == json!([])), "{own:?}");
    assert_eq!(desk.json(format!("-C ../shallow show {id}"))["priority"], "high");
    let other = desk.ok("-C ../shallow new 'In the shallow'").text().to_owned();
    desk.ok(format!("-C ../shallow set {id} priority=low"));
    assert_eq!(desk.json(format!("-C ../shallow show {other}"))["title"], "In the shallow");
    desk.git("-C ../shallow fetch -q --unshallow");
    desk.ok("-C ../shallow index rebuild");
    assert_eq!(desk.json(format!("-C ../shallow log {id} --field priority")).as_array().unwrap().len(), 2);
}
