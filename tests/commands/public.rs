//! `show --public`: what the requester sees, and nothing else.

use serde_json::json;

use crate::support::Desk;

const FORMATS: [&str; 6] = ["table", "json", "jsonl", "csv", "md", "ids"];

/// Looks for words in every format of `show --public`.
#[track_caller]
fn never_says(desk: &Desk, id: &str, secrets: &[&str]) {
    for format in FORMATS {
        let shown = desk.ok(format!("show {id} --public -o {format}"));
        for secret in secrets {
            assert!(!shown.stdout.contains(secret), "-o {format} says {secret}\n{shown}");
            assert!(!shown.stderr.contains(secret), "-o {format} says {secret} on standard error\n{shown}");
        }
    }
}

/// A ticket with a secret wherever an agent may write one.
fn full_of_secrets() -> (Desk, String) {
    let desk = Desk::acme();
    desk.write("../SECRET-file.txt", "SECRET-content\n");
    desk.write("../open.txt", "for everybody\n");
    let lee = "---\nname: Lee\nemails: [lee@acme.example]\nteams: [SECRET-team, SECRET-line]\n---\n";
    desk.write("people/lee.md", lee);
    desk.commit("an agent");
    let id = desk.opened("'Cannot log in' -m 'Help.' --from ann@example.com --tag SECRET-tag --field room=SECRET-room");
    desk.ok(format!("note {id} -m 'SECRET-note' --attach ../SECRET-file.txt"));
    desk.ok(format!("reply {id} -m 'An answer.' --attach ../open.txt"));
    desk.ok(format!("set {id} team=SECRET-team external-id=SECRET-external"));
    desk.ok(format!("escalate {id} --to SECRET-line -m 'SECRET-escalation'"));
    desk.ok(format!("close {id} --silent --reason 'SECRET-reason'"));
    (desk, id)
}

#[test]
fn nothing_internal_is_in_any_format_nor_on_standard_error() {
    let (desk, id) = full_of_secrets();
    for format in ["json", "table"] {
        assert!(desk.ok(format!("show {id} -o {format}")).stdout.contains("SECRET-note"));
    }
    never_says(&desk, &id, &["SECRET"]);
}

#[test]
fn what_is_public_is_there() {
    let (desk, id) = full_of_secrets();
    for format in ["table", "json", "jsonl", "md"] {
        let shown = desk.ok(format!("show {id} --public -o {format}"));
        for word in ["Cannot log in", "Help.", "An answer.", "open.txt"] {
            assert!(shown.stdout.contains(word), "-o {format} lacks {word}\n{shown}");
        }
    }
    let page = desk.json(format!("show {id} --public"));
    assert_eq!(page["comments"], 1);
    assert_eq!(page["timeline"], json!([]));
    assert_eq!(page["line"], 1);
    assert_eq!(page["status"], "closed");
}

#[test]
fn the_requester_sees_open_where_the_desk_is_on_hold_or_new() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    let status = || desk.json(format!("show {id} --public"))["status"].clone();
    assert_eq!(status(), "open");
    desk.ok(format!("set {id} assignee=jo status=parked"));
    assert_eq!(status(), "open");
    assert_eq!(desk.json(format!("show {id} --public"))["state"], "open");
    desk.ok(format!("wait {id} -m 'Which one?'"));
    assert!(status().as_str().unwrap().starts_with("waiting"));
    never_says(&desk, &id, &["parked", "on-hold"]);
}

#[test]
fn an_internal_change_tells_no_time() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.ok(format!("reply {id} -m hello"));
    desk.at("2026-11-25T10:00:00Z").ok(format!("note {id} -m SECRET"));
    never_says(&desk, &id, &["2026-11-25"]);
}

#[test]
fn what_was_merged_in_keeps_its_secrets() {
    let (desk, id) = full_of_secrets();
    let root = desk.opened("Root --from ann@example.com");
    desk.ok(format!("merge {id} {root}"));
    never_says(&desk, &root, &["SECRET"]);
    never_says(&desk, &id, &["SECRET"]);
    assert!(desk.ok(format!("show {root} --public")).stdout.contains("An answer."));
}

#[test]
fn an_internal_comment_that_is_split_off_stays_internal() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.ok(format!("note {id} -m 'SECRET-note, two lines\nand SECRET more'"));
    desk.ok(format!("reply {id} -m 'In public.'"));
    let shown = desk.json(format!("show {id}"));
    let stem = |place: usize| shown["thread"][place]["id"].as_str().unwrap().to_owned();
    let both = desk.ok(format!("split {id} {} {} --title 'Both'", stem(0), stem(1))).text().to_owned();
    assert_eq!(desk.value(&both, "body"), "In public.\n");
    never_says(&desk, &both, &["SECRET"]);
}

#[test]
fn a_broken_comment_is_no_way_round() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.ok(format!("reply {id} -m hello"));
    let path = desk.comment(&id, "20261122T100000Z").key("visibility", "SECRET-kind").body("SECRET-text").write();
    desk.commit("a slip");
    assert!(desk.ok(format!("show {id}")).stderr.contains(&path));
    never_says(&desk, &id, &["SECRET", "100000Z"]);
}

#[test]
fn a_comment_without_visibility_is_internal() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    let path = desk.comment(&id, "20261122T100000Z").body("SECRET-text").write();
    desk.write(&path, desk.read(&path).replace("visibility: public\n", ""));
    desk.commit("a slip");
    never_says(&desk, &id, &["SECRET"]);
}
