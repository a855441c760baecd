//! `new`, `show` and how tickets are named.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Desk, ticket_path};

#[test]
fn a_title_is_enough() {
    let desk = Desk::new();
    let id = desk.opened("'Cannot log in'");
    assert_snapshot!(desk.read(&ticket_path(&id)), @"
        ---
        title: Cannot log in
        status: new
        created: 2026-11-22T09:00:00Z
        ---
        ");
    assert_snapshot!(desk.git("log -1 --format=%B"), @"
        261122-6xqcq: new, Cannot log in

        Loket-Command: new
        Loket-Ticket: 261122-6xqcq
        ");
    desk.is_clean();
}

#[test]
fn every_option_has_its_key() {
    let desk = Desk::acme();
    let id = desk.opened(
        "'Cannot log in' -m 'Since the update.' --from ann@example.com --cc bob@example.com,cas@example.com \
         --priority high --type incident --assign sam --team first-line --tag login --tag app,web --channel phone \
         --language en --field product=portal --field seats=3 --field room=012 --field started=2026-11-20 \
         --field paid=yes",
    );
    assert_snapshot!(desk.read(&ticket_path(&id)), @"
        ---
        title: Cannot log in
        status: open
        priority: high
        type: incident
        requester: ann@example.com
        cc: [bob@example.com, cas@example.com]
        assignee: sam
        team: first-line
        tags: [login, app, web]
        channel: phone
        language: en
        created: 2026-11-22T09:00:00Z
        fields:
          paid: true
          product: portal
          room: '012'
          seats: 3
          started: '2026-11-20'
        ---
        Since the update.
        ");
    desk.is_clean();
}

#[test]
fn new_answers_as_json_what_it_made() {
    let desk = Desk::new();
    let made = desk.json("new 'As JSON' -m x");
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        made,
        json!({"id": id, "path": ticket_path(id), "tickets": [id], "commit": desk.head(), "changes": [], "comments": []})
    );
}

#[test]
fn a_dry_run_of_new_makes_nothing() {
    let desk = Desk::new();
    desk.unchanged(|| {
        let done = desk.ok("new 'Only a try' --dry-run --json").says(&["dry run"]);
        assert_eq!(done.json()["commit"], json!(null));
    });
}

#[test]
fn wrong_values_are_wrong_usage_and_name_the_right_ones() {
    let desk = Desk::acme();
    assert_snapshot!(desk.refused("new T --priority hihg", 2), @"
        ! error: 'hihg' is no priority
        ! hint: did you mean 'high'?
        ! hint: known are low, normal, high, urgent
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --type incidnet", 2), @"
        ! error: 'incidnet' is no type
        ! hint: did you mean 'incident'?
        ! hint: known are question, request, service, incident, complaint
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --channel fone", 2), @"
        ! error: 'fone' is no channel
        ! hint: did you mean 'phone'?
        ! hint: known are email, web, phone, chat, social, cli, api
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --field prodct=portal", 2), @"
        ! error: there is no custom field 'prodct'
        ! hint: did you mean 'field.product'?
        ! hint: fields are declared under `fields:` in loket.yaml
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --field product=portla", 2), @"
        ! error: 'portla' is no value of field 'product'
        ! hint: did you mean 'portal'?
        ! hint: known are portal, app
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --field product", 2), @"
        ! error: --field product: NAME=VALUE is wanted
        exit 2
        ");
    assert_snapshot!(desk.refused("new T --assign smm", 3), @"
        ! error: there is no agent 'smm'
        ! hint: did you mean 'sam'?
        ! hint: `loket people list` shows them all
        exit 3
        ");
    assert_snapshot!(desk.refused("new", 2), @"
        ! error: a title is needed
        ! hint: loket new 'TITLE' -m 'WHAT HAPPENED'
        exit 2
        ");
}

#[test]
fn a_title_is_one_line_of_at_most_500_characters() {
    let desk = Desk::new();
    let longest = "é".repeat(500);
    let id = desk.opened(format!("'{longest}'"));
    assert_eq!(desk.value(&id, "title"), json!(longest));
    desk.refused(format!("new '{longest}x'"), 2).says(&["500"]);
    desk.refused("new 'one\ntwo'", 2).says(&["line"]);
    desk.refused("new ''", 2);
    desk.refused("new '   '", 2);
    desk.refused(format!("set {id} 'title={longest}x'"), 2).says(&["500"]);
    desk.refused(format!("set {id} title="), 2);
}

#[test]
fn titles_that_yaml_takes_for_something_else_come_back_as_they_were() {
    let desk = Desk::new();
    for title in ["no", "null", "12:30", "2026-01-01", "0x1F", "1e3", "- a", "# b", "a: b", "a #b", "'q", "\"q", "!x"] {
        let id = desk.call("new --json --").arg(title).run().exits(0).json()["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.value(&id, "title"), json!(title));
    }
    for title in ["*x", "&x", "%x", "@x", "`x", "~", "{x", "[x", "x: ", "\\t", "émoji 🙂", "a\tb", "1_000", "=", "<<"]
    {
        let done = desk.call("new --json --").arg(title).run();
        if done.code == 0 {
            let id = done.json()["id"].as_str().unwrap().to_owned();
            assert_eq!(desk.value(&id, "title").as_str().unwrap().trim(), title.trim());
        } else {
            assert_eq!(done.code, 2, "{title:?}: {done}");
        }
    }
}

#[test]
fn a_title_of_invalid_utf8_is_wrong_usage() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    let title = std::ffi::OsStr::from_bytes(b"caf\xe9");
    desk.unchanged(|| desk.call("new").arg(title).run().exits(2));
}

/// A desk with tickets of chosen ids.
fn with_ids(ids: &[&str]) -> Desk {
    let desk = Desk::acme();
    ids.iter().for_each(|id| drop(desk.ticket(id).write()));
    desk.commit("tickets");
    desk
}

#[test]
fn ids_are_forgiving() {
    let desk = with_ids(&["261122-7k2qm", "261009-0c1mz", "261009-0c1nn"]);
    for typed in ["261122-7k2qm", "#261122-7K2QM", "7k2qm", "7K2QM", "7", "2611", "7k", "#7k"] {
        assert_eq!(desk.ok(format!("show '{typed}' -o ids")).text(), "261122-7k2qm", "{typed}");
    }
    for typed in ["OCLMZ", "oclmz", "0cimz", "261oo9-oclm", "0c1mz"] {
        assert_eq!(desk.ok(format!("show {typed} -o ids")).text(), "261009-0c1mz", "{typed}");
    }
}

#[test]
fn an_ambiguous_id_lists_the_candidates() {
    let desk = with_ids(&["261122-7k2qm", "261009-0c1mz", "261009-0c1nn"]);
    assert_snapshot!(desk.refused("show 0c", 1), @"
        ! error: '0c' may be any of 2 tickets: 261009-0c1mz, 261009-0c1nn
        ! hint: type more of it
        exit 1
        ");
    assert_snapshot!(desk.refused("note 26 -m x", 1), @"
        ! error: '26' may be any of 3 tickets: 261009-0c1mz, 261009-0c1nn, 261122-7k2qm
        ! hint: type more of it
        exit 1
        ");
    assert_snapshot!(desk.refused("show 261009", 1), @"
        ! error: '261009' may be any of 2 tickets: 261009-0c1mz, 261009-0c1nn
        ! hint: type more of it
        exit 1
        ");
}

#[test]
fn a_whole_tail_comes_before_the_beginnings_of_longer_ones() {
    let desk = with_ids(&["261122-7k2q", "261122-7k2qm", "261122-7k2qmxyz"]);
    assert_eq!(desk.ok("show 7k2q -o ids").text(), "261122-7k2q");
    assert_eq!(desk.ok("show 261122-7k2qm -o ids").text(), "261122-7k2qm");
    assert_eq!(desk.ok("show 7k2qmx -o ids").text(), "261122-7k2qmxyz");
    desk.refused("show 7k2", 1);
}

#[test]
fn an_unknown_id_is_exit_3_and_what_is_no_id_exit_2() {
    let desk = with_ids(&["261122-7k2qm"]);
    assert_snapshot!(desk.refused("show zzzzz", 3), @"
        ! error: there is no ticket 'zzzzz'
        ! hint: `loket list --view all` shows them all
        exit 3
        ");
    assert_snapshot!(desk.refused("show 'not/an id'", 2), @"
        ! error: 'not/an id' is no ticket id
        ! hint: an id looks like 261122-7k2qm; its tail or a unique beginning will do
        exit 2
        ");
    desk.refused("show 261122-7k2qn", 3);
    desk.refused("show ''", 2);
    desk.refused("reply zzzzz -m x", 3);
    desk.refused("link 7k2qm parent zzzzz", 3);
    desk.refused("merge zzzzz 7k2qm", 3);
    desk.refused("show ../../etc/passwd", 2);
    desk.refused("show 7k2qm zzzzz", 3);
}

/// A ticket that has about everything.
fn full() -> (Desk, &'static str) {
    let desk = Desk::acme();
    let id = "261122-7k2qm";
    desk.ticket(id)
        .key("title", "Cannot log in")
        .key("status", "waiting")
        .key("priority", "high")
        .key("type", "incident")
        .key("requester", "ann@example.com")
        .key("cc", "[bob@example.com]")
        .key("assignee", "jo")
        .key("team", "first-line")
        .key("tags", "[login, app]")
        .key("channel", "email")
        .key("links", "[related-to 261009-0c1mz]")
        .key("fields", "{product: portal}")
        .key("attachments", "[log.txt]")
        .body("Since the **update**, nothing works.\n\n- one\n- two")
        .write();
    desk.write("tickets/2026/11/22/261122-7k2qm/files/log.txt", "a log\n");
    desk.comment(id, "20261122T081500Z").body("Which browser?").write();
    desk.comment(id, "20261122T082000Z").key("visibility", "internal").body("A known fault.").write();
    desk.comment(id, "20261122T083000Z").key("author", "ann@example.com").key("channel", "phone").body("Lynx.").write();
    desk.commit("a ticket");
    (desk, id)
}

#[test]
fn show_reads_as_a_conversation() {
    let (desk, id) = full();
    assert_snapshot!(desk.ok(format!("show {id}")), @"
        261122-7k2qm  Cannot log in
        waiting · high · incident
        requester  ann@example.com
        cc         bob@example.com
        assignee   jo
        team       first-line
        tags       login, app
        channel    email
        created    2026-11-22 08:00 (1h ago)
        sla        first-response met, policy standard
        links      related-to 261009-0c1mz
        product    portal

          Since the update, nothing works.

          - one
          - two
          attached log.txt (6 B) tickets/2026/11/22/261122-7k2qm/files/log.txt

        ── jo · 2026-11-22 08:15 (45m ago)
          Which browser?

        ── jo · 2026-11-22 08:20 (40m ago) · internal
          A known fault.

        ── ann@example.com · 2026-11-22 08:30 (30m ago) · phone
          Lynx.
        ");
}

#[test]
fn show_writes_markdown() {
    let (desk, id) = full();
    assert_snapshot!(desk.ok(format!("show {id} -o md")), @"
        # Cannot log in

        | field | value |
        | --- | --- |
        | id | 261122-7k2qm |
        | status | waiting |
        | priority | high |
        | type | incident |
        | requester | ann@example.com |
        | assignee | jo |
        | team | first-line |
        | tags | login, app |
        | cc | bob@example.com |
        | channel | email |
        | created | 2026-11-22T08:00:00Z |
        | links | related-to 261009-0c1mz |
        | product | portal |

        Since the **update**, nothing works.

        - one
        - two

        Attached: `tickets/2026/11/22/261122-7k2qm/files/log.txt`

        ## jo, 2026-11-22 08:15

        Which browser?

        ## jo, 2026-11-22 08:20, internal

        A known fault.

        ## ann@example.com, 2026-11-22 08:30

        Lynx.
        ");
}

#[test]
fn show_answers_json_with_every_key() {
    let (desk, id) = full();
    let shown = desk.json(format!("show {id}"));
    let keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "title",
            "status",
            "state",
            "priority",
            "type",
            "requester",
            "assignee",
            "team",
            "cc",
            "tags",
            "channel",
            "language",
            "created",
            "updated",
            "closed",
            "line",
            "remind_at",
            "close_at",
            "until",
            "merged_into",
            "external_id",
            "path",
            "comments",
            "links",
            "fields",
            "satisfaction",
            "first_response",
            "due",
            "sla",
            "body",
            "attachments",
            "flags",
            "thread",
            "merged",
            "timeline"
        ]
    );
    assert_eq!(shown["state"], "waiting");
    assert_eq!(shown["comments"], 3);
    assert_eq!(shown["first_response"], "2026-11-22T08:15:00Z");
    assert_eq!(shown["links"], json!([{"relation": "related-to", "id": "261009-0c1mz"}]));
    assert_eq!(shown["fields"], json!({"product": "portal"}));
    let roles: Vec<&str> =
        shown["thread"].as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["agent", "agent", "requester"]);
    assert_eq!(shown["timeline"][0]["command"], json!(null));
}

#[test]
fn show_answers_a_list_for_several_and_an_object_for_one() {
    let (desk, id) = full();
    let other = desk.opened("Other");
    let both = desk.json(format!("show {id} {other}"));
    assert_eq!(both.as_array().unwrap().len(), 2);
    assert_eq!(both[1]["title"], "Other");
    assert!(desk.json(format!("show {id}")).is_object());
    let lines = desk.ok(format!("show {id} {other} -o jsonl"));
    assert_eq!(lines.lines().len(), 2);
    assert_eq!(desk.ok(format!("show {id} {other} -o ids")).lines(), [id, &other]);
}

#[test]
fn show_says_when_the_file_at_hand_is_another() {
    let (desk, id) = full();
    let path = ticket_path(id);
    desk.write(&path, desk.read(&path).replace("high", "low"));
    let shown = desk.ok(format!("show {id} --json")).says(&[&path, "differs"]);
    assert_eq!(shown.json()["priority"], "high");
}
