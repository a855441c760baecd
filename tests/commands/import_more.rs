//! Imports beside others at work, of odd files, and again and again.

use std::time::Duration;

use serde_json::{Value, json};

use super::import::{MAP, by_key, import, imported};
use super::import_history::{MAP as STATES, TABLE};
use crate::support::{Desk, Output, ticket_path};

const HEADER: &str = "nr,opened,at,who,state,prio,remark\n";

fn jsonl(desk: &Desk, export: &str) -> Output {
    desk.call("import jsonl --json").input(export).run()
}

fn skipped(answer: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    answer["skipped"].as_array().unwrap().iter().map(|one| (text(one, "where"), text(one, "reason"))).collect()
}

/// Holds loket's own lock while `act` runs, and a little longer.
fn while_locked<T>(desk: &Desk, act: impl FnOnce() -> T) -> T {
    let lock = std::fs::File::options().append(true).create(true).open(desk.path().join(".git/loket/lock")).unwrap();
    lock.lock().unwrap();
    let answer = act();
    std::thread::sleep(Duration::from_millis(1500));
    answer
}

#[test]
fn two_imports_at_once_make_each_ticket_once() {
    let desk = Desk::acme();
    desk.ok("list");
    desk.write("../table.csv", TABLE);
    desk.write("../map.yaml", STATES);
    let call = || desk.call("import csv ../table.csv --map ../map.yaml --json").spawn();
    let children = while_locked(&desk, || [call(), call()]);
    for child in children {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(desk.json("list --view all --count")["count"], 2);
    desk.is_clean();
}

#[test]
fn what_is_committed_while_an_import_waits_stands() {
    let desk = Desk::acme();
    imported(&desk, TABLE, STATES);
    let id = by_key(&desk, "1")["id"].as_str().unwrap().to_owned();
    desk.write("../table.csv", format!("{TABLE}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,high,\n"));
    let child = while_locked(&desk, || {
        let child = desk.call("import csv ../table.csv --map ../map.yaml").spawn();
        std::thread::sleep(Duration::from_millis(1500));
        let path = ticket_path(&id);
        desk.write(&path, desk.read(&path).replace("priority: high", "priority: urgent"));
        desk.commit("by hand");
        child
    });
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!((desk.value(&id, "status"), desk.value(&id, "priority")), (json!("open"), json!("urgent")));
    desk.is_clean();
}

#[test]
fn a_branch_that_moves_stops_the_import() {
    let desk = Desk::acme();
    desk.write("../table.csv", TABLE);
    desk.write("../map.yaml", STATES);
    let git = "#!/bin/sh\ncase \"$*\" in *fast-import*) PATH=\"$REAL\" git commit -q --allow-empty -m meanwhile;; esac\n\
        PATH=\"$REAL\" exec git \"$@\"\n";
    let place = desk.write("../bin/git", git);
    std::fs::set_permissions(&place, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let call = desk.call("import csv ../table.csv --map ../map.yaml").env("REAL", &path);
    let done = call.env("PATH", &format!("{}:{path}", place.parent().unwrap().display())).run().exits(1);
    done.says(&["the branch moved during the import; nothing was imported", "hint: run it again"]);
    assert_eq!(desk.json("list --view all --count")["count"], 0);
    assert_eq!(desk.git("for-each-ref refs/loket"), "");
    desk.is_clean();
}

#[test]
fn a_later_file_with_the_new_rows_alone_is_taken() {
    let desk = Desk::acme();
    imported(&desk, TABLE, STATES);
    let later = format!(
        "{HEADER}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,low,Again\n1,2026-03-01 10:00,2026-03-04 09:00,sam,Resolved,low,\n"
    );
    let answer = imported(&desk, &later, STATES);
    assert_eq!((&answer["tickets"], &answer["commits"], &answer["comments"]), (&json!(1), &json!(3), &json!(1)));
    let shown = by_key(&desk, "1");
    assert_eq!((&shown["status"], &shown["priority"]), (&json!("solved"), &json!("low")));
    let id = shown["id"].as_str().unwrap();
    assert_eq!(desk.json(format!("show {id} --at 2026-03-03"))["status"], "open");
    desk.unchanged(|| imported(&desk, &later, STATES));
    desk.unchanged(|| imported(&desk, TABLE, STATES));
}

#[test]
fn what_was_changed_here_survives_a_file_with_the_new_rows_alone() {
    let desk = Desk::acme();
    let map = STATES.replace("comments:", "body: \"{remark}\"\ncomments:");
    imported(&desk, TABLE, &map);
    let id = by_key(&desk, "1")["id"].as_str().unwrap().to_owned();
    desk.ok(format!("set {id} priority=urgent title='Our title' tags+=ours"));
    let later = format!("{HEADER}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,low,New words\n");
    imported(&desk, &later, &map);
    let shown = by_key(&desk, "1");
    assert_eq!((&shown["status"], &shown["body"]), (&json!("open"), &json!("New words\n")));
    assert_eq!((&shown["priority"], &shown["title"]), (&json!("urgent"), &json!("Our title")));
    assert_eq!(shown["tags"], json!(["ours"]));
    desk.unchanged(|| imported(&desk, &later, &map));
}

#[test]
fn rows_of_times_no_desk_can_hold_are_skipped() {
    let desk = Desk::acme();
    let map =
        STATES.replace("author: who, visibility", "author: who, date: remark, visibility").replace("%H:%M", "%H:%M:%S");
    let map = map.replace("dates: \"%Y-%m-%d %H:%M:%S\"", "dates: \"%Y-%m-%d %H:%M\"");
    let table = format!(
        "{HEADER}1,1969-12-31 23:59,2026-03-01 10:00,jo,New,normal,\n2,2026-03-01 10:00,2070-01-01 00:00,jo,New,normal,\n\
        3,2026-03-01 10:00,2026-03-01 10:00,jo,New,normal,1812-03-01 10:00\n4,1970-01-01 00:00,1970-01-01 00:00,jo,New,normal,2069-12-31 23:59\n"
    );
    let answer = imported(&desk, &table, &map);
    let skipped = skipped(&answer);
    assert_eq!(skipped.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["line 2", "line 3", "line 4"]);
    assert!(skipped.iter().all(|one| one.1.contains("1970-01-01") && one.1.contains("2069-12-31")), "{skipped:?}");
    assert_eq!(answer["tickets"], 1);
    assert_eq!(by_key(&desk, "4")["comments"], 1);
}

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let desk = Desk::acme();
    let table = "nr,title,opened\n1,Fine,2026-03-01T10:00:00Z\n\n2,24\" screen,2026-03-01T10:00:00Z\n\
        3,\"Open,2026-03-01T10:00:00Z\n4,Swallowed,2026-03-01T10:00:00Z\n";
    let answer = imported(&desk, table, MAP);
    assert_eq!(skipped(&answer), [("line 5".to_owned(), "a quote is opened and never closed".to_owned())]);
    assert_eq!(answer["tickets"], 2);
    import(&desk, table, MAP, "--strict").exits(1).says(&["line 5", "never closed"]);
    let closed = "nr,title,opened\n1,24\" screen,2026-03-01T10:00:00Z\n5,\"Two\nlines\",2026-03-01T10:00:00Z\n";
    assert_eq!(skipped(&imported(&desk, closed, MAP)), []);
    let fine = "nr,opened,title\n6,2026-03-01T10:00:00Z,\"Two \"\"quoted\"\"\nlines\"";
    assert_eq!(skipped(&imported(&desk, fine, MAP)), []);
}

#[test]
fn a_table_in_another_encoding_is_an_error() {
    let desk = Desk::acme();
    desk.write("../map.yaml", MAP);
    let text = "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n";
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let big = text.encode_utf16().flat_map(u16::to_be_bytes);
    for bytes in
        [[0xff, 0xfe].into_iter().chain(little).collect(), [0xfe, 0xff].into_iter().chain(big).collect::<Vec<u8>>()]
    {
        desk.write("../table.csv", bytes);
        let said = desk.refused("import csv ../table.csv --map ../map.yaml", 1);
        said.says(&["table.csv is UTF-16; convert it to UTF-8 first", "hint: iconv -f UTF-16 -t UTF-8"]);
    }
}

#[test]
fn rows_have_a_place_whatever_ends_their_lines() {
    let desk = Desk::acme();
    let table = "\u{feff}nr,title,opened\n1,A,soon\n\n\n2,\"B\nb\",2026-03-01T10:00:00Z\n3,C,soon\n";
    for (ends, places) in [("\n", ["line 2", "line 7"]), ("\r\n", ["line 2", "line 7"]), ("\r", ["row 2", "row 4"])] {
        let answer = import(&desk, &table.replace('\n', ends), MAP, "--json --dry-run").exits(0).json();
        let told = skipped(&answer);
        assert_eq!(told.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), places, "{ends:?}");
        assert_eq!(answer["tickets"], 1);
    }
}

#[test]
fn a_comment_never_takes_the_place_of_another() {
    let desk = Desk::acme();
    let map = STATES.replace("author: who, visibility", "author: who, date: at, visibility");
    let row = |remark: &str| format!("1,2026-03-01 10:00,2026-03-01 10:00,jo,New,normal,{remark}\n");
    imported(&desk, &format!("{HEADER}{}{}{}", row("One"), row("Two"), row("Three")), &map);
    let thread = by_key(&desk, "1")["thread"].clone();
    desk.remove(thread[0]["path"].as_str().unwrap());
    desk.commit("one gone");
    imported(&desk, &format!("{HEADER}{}", row("Four")), &map);
    let thread = by_key(&desk, "1")["thread"].clone();
    let bodies: Vec<&str> = thread.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["Two\n", "Three\n", "Four\n"]);
    desk.is_clean();
}

#[test]
fn unsigned_commits_are_told_of() {
    let desk = Desk::acme();
    desk.git("config commit.gpgsign true");
    for options in ["--json --dry-run", "--json"] {
        let answer = import(&desk, TABLE, STATES, options).exits(0).json();
        assert_eq!(answer["warnings"][0]["where"], "git", "{answer}");
        assert!(answer["warnings"][0]["reason"].as_str().unwrap().contains("not signed"));
    }
    assert_eq!(imported(&desk, TABLE, STATES)["warnings"], json!([]), "nothing was committed");
}

#[test]
fn what_a_killed_import_left_is_cleared() {
    let desk = Desk::acme();
    desk.git("update-ref refs/loket/import HEAD");
    desk.write(".git/refs/loket/import.lock", "");
    imported(&desk, TABLE, STATES);
    assert_eq!(desk.git("for-each-ref refs/loket"), "");
    assert!(!desk.has(".git/refs/loket/import.lock"));
    desk.is_clean();
}

/// The export of one small ticket with two comments and a file.
fn small() -> Value {
    let desk = Desk::acme();
    desk.write("../log.txt", "a log\n");
    let id = desk.opened("'Small' -m words --attach ../log.txt");
    desk.ok(format!("reply {id} -m hello"));
    desk.ok(format!("set {id} priority=high"));
    serde_json::from_str(&desk.ok("export jsonl").stdout).unwrap()
}

#[test]
fn records_that_would_damage_a_desk_are_skipped() {
    let copy = Desk::acme();
    let record = small();
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 11] = [
        ("twice", |record| {
            let again = record["thread"][0].clone();
            record["thread"].as_array_mut().unwrap().push(again);
        }),
        ("twice", |record| {
            let again = record["files"][0].clone();
            record["files"].as_array_mut().unwrap().push(again);
        }),
        ("1970-01-01", |record| record["timeline"][0]["date"] = json!("1812-01-01T00:00:00Z")),
        ("1970-01-01", |record| record["ticket"]["created"] = json!("2070-01-01T00:00:00Z")),
        ("1970-01-01", |record| record["thread"][0]["comment"]["date"] = json!("0001-01-01T00:00:00Z")),
        ("1970-01-01", |record| {
            let stem = json!("20991122T090000Z-0000");
            record["timeline"][1]["comment"] = stem.clone();
            record["thread"][0]["id"] = stem;
        }),
        ("title", |record| {
            let change = json!({"field": "title", "from": "Small", "to": "x".repeat(501)});
            record["timeline"][2]["changes"] = json!([change]);
        }),
        ("priority", |record| record["timeline"][2]["changes"][0]["to"] = json!("higher")),
        ("priority", |record| record["timeline"][2]["changes"][0]["from"] = json!("higher")),
        ("author", |record| drop(record["thread"][0]["comment"].as_object_mut().unwrap().remove("author"))),
        ("base 64", |record| record["files"][0]["content"] = json!("%%")),
    ];
    for (number, (word, change)) in changes.iter().enumerate() {
        let mut bad = record.clone();
        change(&mut bad);
        copy.unchanged(|| {
            let answer = jsonl(&copy, &format!("{bad}\n")).exits(0).json();
            let skipped = skipped(&answer);
            assert_eq!(skipped.len(), 1, "change {number}: {answer}");
            assert!(skipped[0].1.contains(word), "change {number}: {answer}");
        });
    }
    assert_eq!(jsonl(&copy, &format!("{record}\n")).exits(0).json()["tickets"], 1);
}

#[test]
fn an_external_id_is_one_tickets_own() {
    let source = Desk::acme();
    imported(&source, "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n2,B,2026-03-02T10:00:00Z\n", MAP);
    let export = source.ok("export jsonl").stdout;
    let mut second: Value = serde_json::from_str(export.lines().nth(1).unwrap()).unwrap();
    second["ticket"]["external-id"] = json!("1");
    let both = format!("{}\n{second}\n", export.lines().next().unwrap());
    let copy = Desk::acme();
    let answer = jsonl(&copy, &both).exits(0).json();
    assert_eq!((&answer["tickets"], skipped(&answer)[0].0.as_str()), (&json!(1), "line 2"), "an earlier line has it");
    let answer = jsonl(&copy, &both).exits(0).json();
    assert_eq!((&answer["unchanged"], skipped(&answer)[0].0.as_str()), (&json!(1), "line 2"));
    let other = Desk::acme();
    other.ok("new Other");
    imported(&other, "nr,title,opened\n1,A,2025-03-01T10:00:00Z\n", MAP);
    let skipped = skipped(&jsonl(&other, &export).exits(0).json());
    assert_eq!((skipped.len(), skipped[0].0.as_str()), (1, "line 1"), "a ticket of the desk has it");
    assert!(skipped[0].1.contains("external-id"), "{skipped:?}");
}

/// A desk whose history has what an export does not hold.
fn scarred() -> (Desk, String) {
    let desk = Desk::acme();
    let id = desk.opened("'Cannot log in' -m 'First words.'");
    for (hour, words) in ["One", "Two", "Three"].iter().enumerate() {
        desk.at(&format!("2026-11-22T1{hour}:00:00Z")).ok(format!("reply {id} -m '{words}' --wait"));
    }
    let path = ticket_path(&id);
    let thread = desk.value(&id, "thread");
    let comment = |number: usize| thread[number]["path"].as_str().unwrap().to_owned();
    desk.at("2026-11-22T13:00:00Z").remove(&comment(0));
    desk.commit("one gone");
    desk.write(&comment(1), desk.read(&comment(1)).replace("Two", "[redacted]"));
    desk.at("2026-11-22T14:00:00Z").commit("one redacted");
    desk.write(&comment(2), desk.read(&comment(2)).replace("visibility: public", "visibility: internal"));
    desk.at("2026-11-22T14:30:00Z").commit("one hidden");
    desk.write(&path, desk.read(&path).replace("---\ntitle", "---\n# ours\ntitle"));
    desk.at("2026-11-22T15:00:00Z").commit("a YAML comment");
    let good = desk.read(&path);
    desk.write(&path, good.replace("title:", "title: ["));
    desk.at("2026-11-22T15:10:00Z").commit("broken");
    desk.write(&path, good.replace("title: ", "priority: high\ntitle: "));
    desk.at("2026-11-22T15:20:00Z").commit("mended");
    desk.at("2026-11-22T16:00:00Z").ok(format!("set {id} priority=urgent tags+=late"));
    (desk, id)
}

#[test]
fn a_history_with_scars_comes_in_once() {
    let (desk, id) = scarred();
    let export = desk.ok("export jsonl").stdout;
    let copy = Desk::acme();
    let answer = jsonl(&copy, &export).exits(0).json();
    assert_eq!((&answer["tickets"], &answer["comments"], &answer["skipped"]), (&json!(1), &json!(2), &json!([])));
    copy.unchanged(|| {
        let answer = jsonl(&copy, &export).exits(0).json();
        assert_eq!((&answer["unchanged"], &answer["commits"], &answer["skipped"]), (&json!(1), &json!(0), &json!([])));
    });
    desk.unchanged(|| assert_eq!(jsonl(&desk, &export).exits(0).json()["unchanged"], 1, "into the desk it is of"));
    for key in ["title", "status", "priority", "tags", "body"] {
        assert_eq!(copy.value(&id, key), desk.value(&id, key), "{key}");
    }
    desk.at("2026-11-23T10:00:00Z").ok(format!("reply {id} -m Four"));
    let later = desk.ok("export jsonl").stdout;
    let answer = jsonl(&copy, &later).exits(0).json();
    assert_eq!((&answer["tickets"], &answer["comments"], &answer["skipped"]), (&json!(1), &json!(1), &json!([])));
    copy.unchanged(|| jsonl(&copy, &later).exits(0));
    copy.is_clean();
}

#[test]
fn a_comment_removed_on_either_side_leaves_the_rest_the_same() {
    let (desk, id) = scarred();
    let copy = Desk::acme();
    jsonl(&copy, &desk.ok("export jsonl").stdout).exits(0);
    let path = desk.value(&id, "thread")[0]["path"].as_str().unwrap().to_owned();
    desk.remove(&path);
    desk.at("2026-11-23T10:00:00Z").commit("gone here");
    let later = desk.ok("export jsonl").stdout;
    copy.unchanged(|| assert_eq!(jsonl(&copy, &later).exits(0).json()["unchanged"], 1));
    let other = copy.value(&id, "thread")[1]["path"].as_str().unwrap().to_owned();
    copy.remove(&other);
    copy.at("2026-11-23T11:00:00Z").commit("gone there");
    copy.unchanged(|| assert_eq!(jsonl(&copy, &later).exits(0).json()["unchanged"], 1));
}

#[test]
fn a_history_that_was_merged_ends_as_it_ended() {
    let desk = Desk::acme();
    let id = desk.opened("Merged");
    let path = ticket_path(&id);
    desk.git("checkout -qb side");
    desk.at("2026-11-22T10:00:00Z").ok(format!("set {id} priority=high"));
    desk.git("checkout -q main");
    desk.at("2026-11-22T11:00:00Z").ok(format!("set {id} priority=low"));
    desk.at("2026-11-22T12:00:00Z").git("merge -q -X theirs --no-edit side");
    let export = desk.ok("export jsonl").stdout;
    let copy = Desk::acme();
    jsonl(&copy, &export).exits(0);
    assert_eq!(copy.read(&path), desk.read(&path));
    copy.unchanged(|| assert_eq!(jsonl(&copy, &export).exits(0).json()["unchanged"], 1));
    desk.unchanged(|| assert_eq!(jsonl(&desk, &export).exits(0).json()["unchanged"], 1));
}
