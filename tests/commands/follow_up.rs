//! What a requester's message does: `reply --from` in every status, and the follow-up policies.

use serde_json::json;

use crate::support::Desk;

/// A ticket of ann's in a status, entered on the 22nd.
fn in_status(desk: &Desk, status: &str) -> String {
    desk.at("2026-11-22T09:00:00Z");
    let id = desk.opened("'Cannot log in' --from ann@example.com --priority high");
    if status != "new" {
        desk.ok(format!("reply {id} -m 'An answer.'"));
        desk.ok(format!("set {id} assignee=jo status={status}"));
    }
    id
}

/// Says something for ann on a day; the tickets that changed.
fn hears(desk: &Desk, id: &str, day: &str) -> Vec<String> {
    let done = desk.at(&format!("{day}T09:00:00Z")).json(format!("reply {id} --from ann@example.com -m More."));
    done["tickets"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_moves_the_status_by_the_table() {
    let desk = Desk::acme();
    for (status, after) in [
        ("new", "new"),
        ("open", "open"),
        ("waiting", "open"),
        ("on-hold", "open"),
        ("parked", "open"),
        ("solved", "open"),
        ("spam", "spam"),
    ] {
        let id = in_status(&desk, status);
        assert_eq!(hears(&desk, &id, "2026-11-23"), [id.as_str()], "{status}");
        let shown = desk.json(format!("show {id}"));
        assert_eq!(shown["status"], after, "{status}");
        let last = shown["thread"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["role"], &last["author"], &last["visibility"]),
            (&json!("requester"), &json!("ann@example.com"), &json!("public"))
        );
    }
}

#[test]
fn what_an_agent_writes_down_is_the_agents_commit() {
    let desk = Desk::acme();
    let id = in_status(&desk, "waiting");
    desk.ok(format!("reply {id} --from ann@example.com --channel phone -m 'She called.'"));
    assert_eq!(desk.json(format!("show {id}"))["thread"][1]["channel"], "phone");
    assert_eq!(desk.git("log -1 --format=%ae").trim(), "jo@acme.example");
    desk.refused(format!("reply {id} --from ann@example.com --channel fone -m x"), 2);
    desk.refused(format!("reply {id} --from ann -m x"), 2);
    desk.refused(format!("reply {id} --from ann@example.com --solve -m x"), 2);
}

#[test]
fn somebody_else_than_the_requester_is_other() {
    let desk = Desk::acme();
    let id = in_status(&desk, "open");
    desk.ok(format!("reply {id} --from cas@example.com -m 'I have it too.'"));
    assert_eq!(desk.json(format!("show {id}"))["thread"][1]["role"], "other");
}

#[test]
fn the_dates_of_waiting_go_when_it_opens() {
    let desk = Desk::acme();
    let id = in_status(&desk, "open");
    desk.ok(format!("wait {id} --remind 2026-11-30 --close 2026-12-07"));
    hears(&desk, &id, "2026-11-23");
    let file = desk.read(&crate::support::ticket_path(&id));
    assert!(!file.contains("remind-at") && !file.contains("close-at"), "{file}");
}

#[test]
fn solved_reopens_within_its_days_and_not_after() {
    let desk = Desk::acme();
    let id = in_status(&desk, "solved");
    assert_eq!(hears(&desk, &id, "2026-12-06"), [id.as_str()]);
    assert_eq!(desk.value(&id, "status"), "open");
    let late = in_status(&desk, "solved");
    let made = hears(&desk, &late, "2026-12-07");
    assert_ne!(made, [late.as_str()], "a ticket of its own");
    assert_eq!(desk.value(&late, "status"), "solved");
}

#[test]
fn the_days_can_be_set() {
    let desk = Desk::with_settings("reopen-days: 2");
    let id = in_status(&desk, "solved");
    hears(&desk, &id, "2026-11-25");
    assert_eq!(desk.value(&id, "status"), "solved");
}

#[test]
fn closed_makes_a_new_ticket_that_points_back() {
    let desk = Desk::acme();
    let id = in_status(&desk, "closed");
    let made = hears(&desk, &id, "2026-11-23");
    assert_eq!(made.len(), 1);
    let shown = desk.json(format!("show {}", made[0]));
    assert_eq!(shown["status"], "new");
    assert_eq!(shown["requester"], "ann@example.com");
    assert_eq!(shown["body"], "More.\n");
    assert_eq!(shown["links"], json!([{"relation": "related-to", "id": id}]));
    assert_eq!(desk.value(&id, "comments"), 1);
    desk.is_clean();
}

#[test]
fn closed_reopens_where_the_desk_says_so() {
    let desk = Desk::with_settings("follow-up: reopen");
    for status in ["closed", "solved"] {
        let id = in_status(&desk, status);
        assert_eq!(hears(&desk, &id, "2027-11-23"), [id.as_str()]);
        assert_eq!(desk.value(&id, "status"), "open");
    }
}

#[test]
fn closed_rejects_where_the_desk_says_so() {
    let desk = Desk::with_settings("follow-up: reject");
    let id = in_status(&desk, "closed");
    desk.refused(format!("reply {id} --from ann@example.com -m More."), 4).says(&["takes no answers"]);
    let solved = in_status(&desk, "solved");
    desk.ok(format!("reply {solved} --from ann@example.com -m More."));
    desk.at("2027-01-01T00:00:00Z").refused(format!("reply {id} --from ann@example.com -m More."), 4);
}

#[test]
fn a_note_or_an_agents_answer_reopens_nothing() {
    let desk = Desk::acme();
    for status in ["waiting", "on-hold", "solved", "closed", "spam"] {
        let id = in_status(&desk, status);
        desk.ok(format!("note {id} -m internal"));
        assert_eq!(desk.value(&id, "status"), status);
        desk.ok(format!("reply {id} -m 'For the record.'"));
        assert_eq!(desk.value(&id, "status"), status);
    }
}
