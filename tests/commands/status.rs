//! The status table, its verbs and its guards.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

/// A ticket of jo's that was answered.
pub fn answered(desk: &Desk) -> String {
    let id = desk.opened("'Cannot log in' --from ann@example.com --assign jo");
    desk.ok(format!("reply {id} -m 'An answer.'"));
    id
}

#[track_caller]
pub fn is(desk: &Desk, id: &str, status: &str, state: &str) {
    let row = desk.json(format!("list id:{id}"))[0].clone();
    assert_eq!((&row["status"], &row["state"]), (&json!(status), &json!(state)));
}

#[test]
fn a_ticket_begins_as_new_and_stays_so_under_a_note_or_a_team() {
    let desk = Desk::acme();
    let id = desk.opened("A --team first-line");
    is(&desk, &id, "new", "open");
    desk.ok(format!("note {id} -m internal"));
    desk.ok(format!("assign {id} @second-line"));
    desk.ok(format!("set {id} priority=high"));
    is(&desk, &id, "new", "open");
}

#[test]
fn the_first_answer_or_assignment_opens_it() {
    let desk = Desk::acme();
    let first = desk.opened("A");
    desk.ok(format!("reply {first} -m hello"));
    is(&desk, &first, "open", "open");
    for line in ["assign ID sam", "assign ID me", "take ID", "set ID assignee=sam"] {
        let id = desk.opened("A");
        desk.ok(line.replace("ID", &id));
        is(&desk, &id, "open", "open");
    }
    is(&desk, &desk.opened("A --assign me"), "open", "open");
}

#[test]
fn each_verb_has_its_status_and_its_commit() {
    let desk = Desk::acme();
    let id = answered(&desk);
    let subjects = [
        ("wait ID", "waiting", "waiting"),
        ("hold ID", "on-hold", "hold"),
        ("reopen ID", "open", "open"),
        ("solve ID", "solved", "solved"),
        ("close ID", "closed", "closed"),
        ("reopen ID", "open", "open"),
        ("set ID status=spam", "spam", "discarded"),
        ("set ID status=open", "open", "open"),
        ("set ID status=parked", "parked", "hold"),
        ("set ID status=waiting", "waiting", "waiting"),
        ("reply ID -m x --solve", "solved", "solved"),
        ("reply ID -m x --close", "closed", "closed"),
        ("reply ID -m x --wait", "waiting", "waiting"),
    ];
    for (line, status, state) in subjects {
        let before = desk.commits();
        desk.ok(line.replace("ID", &id));
        is(&desk, &id, status, state);
        assert_eq!(desk.commits(), before + 1, "{line}");
    }
    let log = desk.git("log --format=%s -13").replace(&id, "ID");
    assert_snapshot!(log, @"
        ID: reply, now waiting
        ID: reply, now closed
        ID: reply, now solved
        ID: set status, now waiting
        ID: set status, now parked
        ID: set status, now open
        ID: set status, now spam
        ID: reopen
        ID: close, now closed
        ID: solve, now solved
        ID: reopen
        ID: hold, now on-hold
        ID: wait, now waiting
        ");
    desk.is_clean();
}

#[test]
fn verbs_say_what_they_changed() {
    let desk = Desk::acme();
    let id = answered(&desk);
    assert_snapshot!(desk.ok(format!("solve {id} -m Done.")), @"
        TICKET        FIELD    FROM  TO
        261122-6xqcq  status   open  solved
        261122-6xqcq  comment        20261122T090000Z-0pdf
        ");
    let answer = desk.json(format!("reopen {id}"));
    assert_eq!(answer["changes"], json!([{"ticket": id, "field": "status", "from": "solved", "to": "open"}]));
    assert_eq!(answer["commit"], json!(desk.head()));
    assert_eq!(answer["comments"], json!([]));
}

#[test]
fn what_is_so_already_makes_no_commit() {
    let desk = Desk::acme();
    let id = answered(&desk);
    for line in ["reopen ID", "take ID", "assign ID jo", "set ID priority=normal", "set ID team=", "set ID line=1"] {
        desk.unchanged(|| {
            let done = desk.ok(format!("{} --json", line.replace("ID", &id))).says(&["nothing to do"]);
            assert_eq!(done.json()["commit"], Value::Null, "{line}");
        });
    }
}

#[test]
fn verbs_take_words() {
    let desk = Desk::acme();
    for (line, visibility) in [
        ("solve ID -m words", "public"),
        ("close ID -m words", "public"),
        ("wait ID -m words", "public"),
        ("hold ID -m words", "internal"),
        ("reopen ID -m words", "internal"),
        ("take ID -m words", "internal"),
        ("assign ID sam -m words", "internal"),
        ("escalate ID -m words", "internal"),
    ] {
        let id = answered(&desk);
        let before = desk.commits();
        desk.ok(line.replace("ID", &id));
        let shown = desk.json(format!("show {id}"));
        assert_eq!(shown["thread"][1]["body"], "words\n", "{line}");
        assert_eq!(shown["thread"][1]["visibility"], visibility, "{line}");
        assert_eq!(desk.commits(), before + 1, "{line}");
    }
}

#[test]
fn nobody_closes_without_an_assignee() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.ok(format!("reply {id} -m hello"));
    let said = desk.refused(format!("solve {id}"), 4).to_string().replace(&id, "ID");
    assert_snapshot!(said, @"
        ! error: ID cannot become solved: nobody is assigned
        ! hint: loket take ID
        ! hint: or override: loket solve ID --silent --reason TEXT
        exit 4
        ");
    for line in ["close ID", "set ID status=solved", "set ID status=closed", "reply ID -m bye --solve"] {
        desk.refused(line.replace("ID", &id), 4).says(&["assigned"]);
    }
}

#[test]
fn nobody_closes_without_contact() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com --assign me");
    let said = desk.refused(format!("solve {id}"), 4).to_string().replace(&id, "ID");
    assert_snapshot!(said, @"
        ! error: ID cannot become solved: the requester has had no answer since their last message
        ! hint: say how it ended with -m TEXT, or loket reply first
        ! hint: or override: loket solve ID --silent --reason TEXT
        exit 4
        ");
    desk.ok(format!("note {id} -m 'internal words are no contact'"));
    for line in ["close ID", "set ID status=solved", "set ID status=closed"] {
        desk.refused(line.replace("ID", &id), 4).says(&["no answer"]);
    }
    // An answer from before the requester's last message is none.
    desk.ok(format!("reply {id} -m hello"));
    desk.ok(format!("reply {id} --from ann@example.com -m 'Still broken.'"));
    desk.refused(format!("solve {id}"), 4);
    desk.ok(format!("solve {id} -m 'Now it works.'"));
    is(&desk, &id, "solved", "solved");
}

#[test]
fn silence_needs_a_reason_that_the_log_keeps() {
    let desk = Desk::acme();
    let id = desk.opened("A --from ann@example.com");
    desk.refused(format!("close {id} --silent"), 2);
    desk.refused(format!("close {id} --reason why"), 2);
    desk.refused(format!("close {id} --silent --reason ' '"), 2);
    desk.ok(format!("close {id} --silent --reason 'a test call'"));
    is(&desk, &id, "closed", "closed");
    let entry = desk.json(format!("log {id}"))[1].clone();
    assert_eq!(entry["reason"], "a test call");
    assert!(desk.git("log -1 --format=%B").contains("\nLoket-Reason: a test call\n"));
    assert!(desk.ok(format!("log {id}")).stdout.contains("a test call"));
    let other = desk.opened("B");
    desk.ok(format!("set {other} status=solved --silent --reason x"));
    desk.ok(format!("reopen {other}"));
    desk.ok(format!("reply {other} -m bye --close --silent --reason 'nobody is assigned'"));
    is(&desk, &other, "closed", "closed");
}

#[test]
fn from_solved_to_closed_no_further_contact_is_asked() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.ok(format!("solve {id} --silent --reason x"));
    desk.ok(format!("close {id}"));
    is(&desk, &id, "closed", "closed");
}

#[test]
fn nothing_goes_back_to_new() {
    let desk = Desk::acme();
    let id = answered(&desk);
    let said = desk.refused(format!("set {id} status=new"), 4).to_string().replace(&id, "ID");
    assert_snapshot!(said, @"
        ! error: ID is open; nothing goes back to new
        ! hint: loket reopen ID makes it open
        exit 4
        ");
    let fresh = desk.opened("A");
    desk.unchanged(|| desk.ok(format!("set {fresh} status=new")));
}

#[test]
fn a_field_can_be_required_to_solve() {
    let desk = Desk::acme();
    let settings =
        desk.read("loket.yaml").replace("values: [portal, app]}", "values: [portal, app], required-on: [solve]}");
    desk.write("loket.yaml", settings.replace("room: {type: text}", "room: {type: text, required-on: [close]}"));
    desk.commit("required");
    let id = answered(&desk);
    let said = desk.refused(format!("solve {id}"), 4).to_string().replace(&id, "ID");
    assert_snapshot!(said, @"
        ! error: ID cannot become solved without: product
        ! hint: loket set ID field.product=…
        exit 4
        ");
    desk.refused(format!("solve {id} --silent --reason x"), 4).says(&["product"]);
    desk.refused(format!("close {id}"), 4).says(&["product", "room"]);
    desk.ok(format!("set {id} field.product=app status=solved"));
    is(&desk, &id, "solved", "solved");
    let merged = desk.opened("B");
    desk.ok(format!("merge {merged} {id}"));
    is(&desk, &merged, "closed", "closed");
}

#[test]
fn waiting_and_holding_take_dates() {
    let desk = Desk::acme();
    let id = answered(&desk);
    desk.ok(format!("wait {id} --remind 2026-11-25 --close 2026-12-01T12:00:00+01:00"));
    let file = desk.read(&crate::support::ticket_path(&id));
    assert!(file.contains("remind-at: 2026-11-25T00:00:00Z\nclose-at: 2026-12-01T11:00:00Z\n"), "{file}");
    desk.ok(format!("hold {id} --until 2026-12-24"));
    let file = desk.read(&crate::support::ticket_path(&id));
    assert!(file.contains("until: 2026-12-24T00:00:00Z\n"), "{file}");
    assert!(!file.contains("remind-at") && !file.contains("close-at"), "what only waiting had is gone: {file}");
    desk.ok(format!("set {id} until=2026-12-25"));
    desk.ok(format!("reopen {id}"));
    assert!(!desk.read(&crate::support::ticket_path(&id)).contains("until"));
    desk.refused(format!("hold {id} --until soon"), 2);
    desk.refused(format!("wait {id} --remind 2026-02-30"), 2);
}

#[test]
fn escalating_clears_the_assignee_and_keeps_the_status() {
    let desk = Desk::acme();
    let id = answered(&desk);
    desk.ok(format!("set {id} team=first-line"));
    assert_snapshot!(desk.ok(format!("escalate {id} --to second-line -m 'Needs a fix.'")), @"
        TICKET        FIELD     FROM        TO
        261122-6xqcq  assignee  jo          none
        261122-6xqcq  team      first-line  second-line
        261122-6xqcq  line      1           2
        261122-6xqcq  comment               20261122T090000Z-0rze
        ");
    let shown = desk.json(format!("show {id}"));
    assert_eq!(shown["line"], 2);
    assert_eq!(shown["team"], "second-line");
    assert_eq!(shown["assignee"], Value::Null);
    assert_eq!(shown["status"], "open");
    assert_eq!(shown["thread"][1]["visibility"], "internal");
    desk.ok(format!("take {id} --as sam"));
    desk.ok(format!("escalate {id} --back -m 'Fixed.'"));
    let shown = desk.json(format!("show {id}"));
    assert_eq!((&shown["line"], &shown["team"], &shown["status"]), (&json!(1), &json!("first-line"), &json!("open")));
}

#[test]
fn escalating_twice_only_adds_the_words() {
    let desk = Desk::acme();
    let id = answered(&desk);
    desk.ok(format!("escalate {id} --to second-line --hold -m one"));
    is(&desk, &id, "on-hold", "hold");
    desk.ok(format!("take {id} --as sam"));
    let done = desk.json(format!("escalate {id} --to first-line -m two"));
    assert_eq!(done["changes"], json!([]));
    assert_eq!(desk.value(&id, "assignee"), "sam");
    assert_eq!(desk.value(&id, "team"), "second-line");
    assert_eq!(desk.value(&id, "comments"), 3);
}

#[test]
fn going_back_finds_the_team_of_before_also_when_there_was_none() {
    let desk = Desk::acme();
    let id = answered(&desk);
    desk.ok(format!("escalate {id} --to second-line -m up"));
    desk.ok(format!("escalate {id} --back -m down"));
    assert_eq!(desk.value(&id, "team"), Value::Null);
    // By hand, the team after the line: history tells all the same.
    let other = answered(&desk);
    desk.ok(format!("set {other} team=first-line"));
    desk.ok(format!("escalate {other} -m up"));
    assert_eq!(desk.value(&other, "team"), "first-line");
    desk.ok(format!("escalate {other} --back -m down"));
    assert_eq!(desk.value(&other, "team"), "first-line");
}

#[test]
fn assigning_moves_what_it_names_and_no_more() {
    let desk = Desk::acme();
    let id = desk.opened("A --team first-line --assign jo");
    desk.ok(format!("assign {id} @second-line"));
    assert_eq!((desk.value(&id, "assignee"), desk.value(&id, "team")), (json!("jo"), json!("second-line")));
    desk.ok(format!("assign {id} none"));
    assert_eq!((desk.value(&id, "assignee"), desk.value(&id, "team")), (Value::Null, json!("second-line")));
    desk.ok(format!("assign {id} sam"));
    assert_eq!(desk.value(&id, "assignee"), "sam");
    desk.ok(format!("take {id}"));
    assert_eq!(desk.value(&id, "assignee"), "jo");
    assert_snapshot!(desk.refused(format!("assign {id} smm"), 3), @"
        ! error: there is no agent 'smm'
        ! hint: did you mean 'sam'?
        ! hint: `loket people list` shows them all
        exit 3
        ");
    desk.refused(format!("assign {id}"), 2);
    desk.refused("assign sam", 2);
}
