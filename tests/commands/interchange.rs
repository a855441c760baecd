//! `export jsonl` and `import jsonl`: a desk goes through a pipe and comes out the same.

use serde_json::{Value, json};

use crate::support::{Desk, Output, ticket_path};

/// A desk with everything an export can hold.
fn full() -> (Desk, String) {
    let desk = Desk::acme();
    desk.write("../raw.bin", b"\0\xff\r\n".as_slice());
    desk.write("../secret.txt", "secret\n");
    let id = desk.opened(
        "'Cannot log in' -m 'First words.' --from ann@example.com --tag a --field room=B12 --attach ../raw.bin",
    );
    let other = desk.at("2026-11-22T09:30:00Z").opened("Other");
    desk.at("2026-11-22T10:00:00Z").ok(format!("note {id} -m internal --attach ../secret.txt --as sam"));
    desk.at("2026-11-22T11:00:00Z").ok(format!("reply {id} -m 'My password is xyzzy.' --wait"));
    desk.at("2026-11-22T12:00:00Z").ok(format!("reply {id} --from ann@example.com --channel phone -m 'Thank you.'"));
    let path = ticket_path(&id);
    desk.write(
        &path,
        desk.read(&path)
            .replace("First words.", "Better words.")
            .replace("attachments: [raw.bin]\n", "attachments: [raw.bin]\nx-ours: {a: [1, two]}\n"),
    );
    desk.at("2026-11-22T13:00:00Z").commit("by hand");
    let reply = desk.json(format!("show {id}"))["thread"][1]["path"].as_str().unwrap().to_owned();
    desk.write(&reply, desk.read(&reply).replace("xyzzy", "[redacted]"));
    desk.at("2026-11-22T14:00:00Z").commit("redacted");
    desk.at("2026-11-22T15:00:00Z").ok(format!("link {id} related-to {other}"));
    desk.ok(format!("close {id} --silent --reason 'said by phone'"));
    desk.ok(format!("merge {other} {id}"));
    (desk, id)
}

fn into(desk: &Desk, export: &str) -> Output {
    desk.call("import jsonl --json").input(export).run()
}

/// An export as it is after an import: what agents have answered was sent by the desk it comes from.
pub fn as_imported(export: &str) -> String {
    let line = |line: &str| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        for entry in record["thread"].as_array_mut().unwrap() {
            let comment = entry["comment"].as_object_mut().unwrap();
            let answers = comment["visibility"] == "public" && !comment["author"].as_str().unwrap().contains('@');
            if answers && !comment.contains_key("delivered") {
                comment.insert("delivered".into(), "imported".into());
            }
        }
        format!("{record}\n")
    };
    export.lines().map(line).collect()
}

#[test]
fn everything_comes_round() {
    let (desk, id) = full();
    let export = desk.ok("export jsonl").stdout;
    assert_eq!(export.lines().count(), 2);
    let copy = Desk::acme();
    let answer = into(&copy, &export).exits(0).json();
    assert_eq!(
        (&answer["read"], &answer["tickets"], &answer["comments"]),
        (&json!(2), &json!(2), &json!(3)),
        "{answer}"
    );
    assert_eq!(answer["skipped"], json!([]));
    let imported = as_imported(&export);
    assert!(imported.contains("imported"), "{imported}");
    assert_eq!(copy.ok("export jsonl").stdout, imported);
    copy.at("2026-11-23T00:00:00Z");
    desk.at("2026-11-23T00:00:00Z");
    let without_commits = |desk: &Desk| {
        let mut shown = desk.json(format!("show {id}"));
        shown["timeline"].as_array_mut().unwrap().iter_mut().for_each(|entry| entry["commit"] = Value::Null);
        shown["thread"].as_array_mut().unwrap().iter_mut().for_each(|entry| entry["delivered"] = Value::Null);
        shown
    };
    assert_eq!(without_commits(&copy), without_commits(&desk));
    let blob = |desk: &Desk| desk.git(format!("rev-parse HEAD:{}", ticket_path(&id)));
    assert_eq!(blob(&copy), blob(&desk), "to the byte");
    copy.is_clean();
    copy.git("fsck --strict");
}

#[test]
fn the_past_is_made_again() {
    let (desk, id) = full();
    let copy = Desk::acme();
    into(&copy, &desk.ok("export jsonl").stdout).exits(0);
    for at in ["2026-11-22T09:00:00Z", "2026-11-22T11:00:00Z", "2026-11-22T13:30:00Z"] {
        let then = |desk: &Desk| {
            let shown = desk.json(format!("show {id} --at {at}"));
            let ids = shown["thread"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect::<Value>();
            [shown["status"].clone(), shown["body"].clone(), ids]
        };
        assert_eq!(then(&copy), then(&desk), "{at}");
    }
    assert_eq!(copy.json(format!("log {id}"))[1]["author"]["agent"], "sam");
}

#[test]
fn a_second_run_changes_nothing_and_a_later_one_appends() {
    let (desk, id) = full();
    let export = desk.ok("export jsonl").stdout;
    let copy = Desk::acme();
    into(&copy, &export).exits(0);
    copy.unchanged(|| {
        let answer = into(&copy, &export).exits(0).json();
        assert_eq!((&answer["unchanged"], &answer["commits"]), (&json!(2), &json!(0)));
    });
    desk.at("2026-11-24T09:00:00Z").ok(format!("reopen {id} -m 'Not yet.'"));
    let later = desk.ok("export jsonl").stdout;
    let answer = into(&copy, &later).exits(0).json();
    assert_eq!((&answer["tickets"], &answer["comments"]), (&json!(1), &json!(1)), "{answer}");
    assert_eq!(copy.ok("export jsonl").stdout, as_imported(&later));
    copy.is_clean();
}

#[test]
fn a_file_and_standard_input_are_the_same() {
    let (desk, _) = full();
    desk.write("../export.jsonl", desk.ok("export jsonl").stdout);
    let copy = Desk::acme();
    let place = desk.home().join("export.jsonl");
    copy.ok(format!("import jsonl '{}'", place.display()));
    let imported = as_imported(&desk.read("../export.jsonl"));
    assert_eq!(copy.ok("export jsonl").stdout, imported);
    let other = Desk::acme();
    other.call("import jsonl -").input(desk.read("../export.jsonl")).run().exits(0);
    assert_eq!(other.ok("export jsonl").stdout, imported);
    desk.refused("import jsonl ../nowhere.jsonl", 1).says(&["nowhere.jsonl"]);
}

#[test]
fn an_export_can_be_of_what_matches() {
    let (desk, id) = full();
    let some = desk.ok(format!("export jsonl id:{id}"));
    assert_eq!(some.lines().len(), 1);
    let record: Value = serde_json::from_str(some.text()).unwrap();
    assert_eq!(record["id"], json!(id));
    desk.refused("export jsonl statis:open", 2);
    assert!(!some.stdout.contains(&desk.head()), "commit ids are left out");
}

#[test]
fn another_ticket_of_that_id_is_not_overwritten() {
    let (desk, id) = full();
    let export = desk.ok("export jsonl").stdout;
    let copy = Desk::acme();
    copy.ticket(&id).key("title", "Somebody else's").write();
    copy.at("2026-11-22T08:00:00Z").commit("the same id");
    let answer = into(&copy, &export).exits(0).json();
    assert_eq!(answer["skipped"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(copy.value(&id, "title"), "Somebody else's");
}

/// The export of one small ticket, changed by `change`.
fn with(change: impl Fn(&mut Value)) -> String {
    let desk = Desk::acme();
    desk.write("../log.txt", "a log\n");
    let id = desk.opened("'Small' -m words --attach ../log.txt");
    desk.ok(format!("reply {id} -m hello"));
    let mut record: Value = serde_json::from_str(&desk.ok("export jsonl").stdout).unwrap();
    change(&mut record);
    format!("{record}\n")
}

#[test]
fn hostile_records_are_skipped_and_write_nothing() {
    let copy = Desk::acme();
    type Change = Box<dyn Fn(&mut Value)>;
    let mut changes: Vec<Change> = Vec::new();
    for name in ["../../../../evil", "/etc/evil", "a/b", "..", ".git", "", "a\\b", "a\nb", "con"] {
        changes.push(Box::new(move |record| record["files"][0]["name"] = json!(name)));
    }
    for stem in ["../evil", "ticket", "20261122T090000Z-0000/../../x", "20261122T090000Z-00o0", ""] {
        changes.push(Box::new(move |record| record["thread"][0]["id"] = json!(stem)));
    }
    for id in ["../../x", "261122", "", "261399-aaaaa", "261122-AAAAA/..", "261122-ooooo"] {
        changes.push(Box::new(move |record| record["id"] = json!(id)));
    }
    changes.push(Box::new(|record| record["thread"] = json!("none")));
    changes.push(Box::new(|record| record["ticket"]["title"] = json!(["a"])));
    changes.push(Box::new(|record| record["ticket"]["title"] = json!("x".repeat(501))));
    changes.push(Box::new(|record| record["ticket"]["created"] = json!("yesterday")));
    changes.push(Box::new(|record| record["ticket"] = json!({})));
    changes.push(Box::new(|record| record["timeline"][0]["date"] = json!("soon")));
    changes.push(Box::new(|record| drop(record.as_object_mut().unwrap().remove("id"))));
    for (number, change) in changes.iter().enumerate() {
        let line = with(change);
        copy.unchanged(|| {
            let done = into(&copy, &line).exits(0);
            let answer = done.json();
            assert_eq!(answer["skipped"][0]["where"], "line 1", "change {number}: {line}{done}");
            assert_eq!(answer["tickets"], 0, "change {number}");
        });
    }
    assert!(!copy.home().join("evil").exists());
}

#[test]
fn lines_that_are_no_records_are_told_by_number() {
    let copy = Desk::acme();
    let good = with(|_| ());
    let lines = format!("nonsense\n\n{good}{{}}\n[]\n\"text\"\n{good}{}\n", "[".repeat(100_000));
    let answer = into(&copy, &lines).exits(0).json();
    let places: Vec<&str> =
        answer["skipped"].as_array().unwrap().iter().map(|one| one["where"].as_str().unwrap()).collect();
    assert_eq!(places, ["line 1", "line 4", "line 5", "line 6", "line 7", "line 8"]);
    assert_eq!(answer["tickets"], 1);
    copy.refused("import jsonl ../.gitconfig --strict", 1).says(&["line 1"]);
    let bytes = [b"\xff\xfe\n".as_slice(), good.as_bytes()].concat();
    let answer = copy.call("import jsonl --json").input(bytes).run().exits(0).json();
    assert_eq!((&answer["skipped"][0]["where"], &answer["unchanged"]), (&json!("line 1"), &json!(1)));
}

#[test]
fn a_dry_run_and_a_strict_one_change_nothing() {
    let copy = Desk::acme();
    let good = with(|_| ());
    copy.unchanged(|| {
        let answer = copy.call("import jsonl --json --dry-run").input(&good).run().exits(0).json();
        assert_eq!(answer["tickets"], 1);
        copy.call("import jsonl --strict").input(format!("{good}nonsense\n")).run().exits(1).says(&["line 2"]);
    });
}

#[test]
fn text_that_looks_like_front_matter_stays_text() {
    let copy = Desk::acme();
    let line = with(|record| {
        record["body"] = json!("---\ntitle: evil\n---\n");
        record["ticket"]["title"] = json!("x\u{a0}: y # z");
    });
    into(&copy, &line).exits(0);
    let shown = copy.json("list --view all")[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(copy.value(&shown, "body"), "---\ntitle: evil\n---\n");
    assert_eq!(copy.value(&shown, "title"), "x\u{a0}: y # z");
}

#[test]
fn a_broken_ticket_is_told_and_left_out_of_an_export() {
    let (desk, _) = full();
    let path = "tickets/2026/11/22/261122-zzzzz/ticket.md";
    desk.write(path, "---\ntitle: [\n---\n");
    desk.commit("broken");
    assert_eq!(desk.ok("export jsonl").says(&[path]).lines().len(), 2);
    desk.run("export jsonl --strict").exits(1);
}

#[test]
fn odd_values_come_round_by_yaml_and_by_json() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    for value in ["a\nstatus: closed", "- x", "x: y", "#", "'", "\"", "null", "1e3", "x\u{2028}y", "\u{1f642}"] {
        desk.call(format!("set {id}")).arg(format!("language={value}")).run().exits(0);
        assert_eq!(desk.value(&id, "language"), json!(value), "{value:?}");
        assert_eq!(desk.value(&id, "status"), "new", "{value:?}");
    }
    let export = desk.ok("export jsonl").stdout;
    let copy = Desk::acme();
    into(&copy, &export).exits(0);
    assert_eq!(copy.ok("export jsonl").stdout, export);
}
