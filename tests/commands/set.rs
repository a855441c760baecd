//! `set`: every key, every custom type, and only the lines that change.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Desk, ticket_path};

#[test]
fn every_key_is_set_and_cleared() {
    let desk = Desk::acme();
    let other = desk.opened("Other");
    let id = desk.opened("A");
    let file = || desk.read(&ticket_path(&id));
    let empty = file();
    for (key, value, line) in [
        ("priority", "urgent", "priority: urgent"),
        ("type", "incident", "type: incident"),
        ("requester", "ann@example.com", "requester: ann@example.com"),
        ("cc", "a@x.example,b@x.example", "cc: [a@x.example, b@x.example]"),
        ("team", "first-line", "team: first-line"),
        ("tags", "one,two", "tags: [one, two]"),
        ("channel", "phone", "channel: phone"),
        ("language", "nl", "language: nl"),
        ("message-id", "<1@x.example>", "message-id: <1@x.example>"),
        ("line", "2", "line: 2"),
        ("remind-at", "2026-12-01", "remind-at: 2026-12-01T00:00:00Z"),
        ("close-at", "now-1d", "close-at: 2026-11-21T09:00:00Z"),
        ("until", "2026-12-01T12:00:00Z", "until: 2026-12-01T12:00:00Z"),
        ("external-id", "INC-1", "external-id: INC-1"),
        ("field.product", "portal", "  product: portal"),
        ("field.seats", "3", "  seats: 3"),
        ("field.seats", "2.5", "  seats: 2.5"),
        ("field.room", "no", "  room: 'no'"),
        ("field.started", "2026-11-20", "  started: '2026-11-20'"),
        ("field.paid", "yes", "  paid: true"),
    ] {
        desk.ok(format!("set {id} '{key}={value}'"));
        assert!(file().lines().any(|found| found == line), "{key}: {}", file());
        desk.unchanged(|| desk.ok(format!("set {id} '{key}={value}'")));
        desk.ok(format!("set {id} {key}="));
        assert_eq!(file(), empty, "{key}");
    }
    desk.ok(format!("set {id} 'links=parent {other}'"));
    assert_eq!(desk.value(&id, "links"), json!([{"relation": "parent", "id": other}]));
    desk.ok(format!("set {id} links="));
    desk.ok(format!("set {id} title='Another title' assignee=sam status=waiting"));
    assert_eq!(desk.value(&id, "title"), "Another title");
    assert_eq!(desk.value(&id, "status"), "waiting");
    desk.is_clean();
}

#[test]
fn several_keys_are_one_commit_and_one_answer() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    let before = desk.commits();
    assert_snapshot!(desk.ok(format!("set {id} priority=high type=incident tags+=login")), @"
        TICKET        FIELD     FROM    TO
        261122-6xqcq  priority  normal  high
        261122-6xqcq  type      none    incident
        261122-6xqcq  tags      none    login
        ");
    assert_eq!(desk.commits(), before + 1);
}

#[test]
fn lists_grow_and_shrink() {
    let desk = Desk::acme();
    let (other, id) = (desk.opened("Other"), desk.opened("A --tag one"));
    let tags = || desk.value(&id, "tags");
    desk.ok(format!("set {id} tags+=two,three tags+=one"));
    assert_eq!(tags(), json!(["one", "two", "three"]));
    desk.ok(format!("set {id} tags-=one tags-=missing tag+=four"));
    assert_eq!(tags(), json!(["two", "three", "four"]));
    desk.ok(format!("set {id} cc+=a@x.example cc+=b@x.example cc-=a@x.example"));
    assert_eq!(desk.value(&id, "cc"), json!(["b@x.example"]));
    desk.ok(format!("set {id} 'links+=parent {other}'"));
    desk.ok(format!("set {id} 'links-=parent {other}'"));
    assert_eq!(desk.value(&id, "links"), json!([]));
    desk.refused(format!("set {id} priority+=high"), 2).says(&["no list"]);
    desk.refused(format!("set {id} field.room+=x"), 2);
}

#[test]
fn unknown_keys_and_values_name_the_nearest_right_one() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    assert_snapshot!(desk.refused(format!("set {id} prioriti=high"), 2), @"
        ! error: there is no key 'prioriti'
        ! hint: did you mean 'priority'?
        ! hint: the keys are title, status, priority, type, requester, cc, assignee, team, tags, channel, language, message-id, links, line, remind-at, close-at, until, merged-into, external-id, field.NAME
        exit 2
        ");
    for (word, near) in [
        ("status=opne", "'open'"),
        ("priority=hihg", "'high'"),
        ("type=incidnet", "'incident'"),
        ("channel=emial", "'email'"),
        ("assignee=smm", "'sam'"),
        ("field.prodct=app", "'field.product'"),
        ("field.product=ap", "'app'"),
        ("assigne=jo", "'assignee'"),
    ] {
        desk.refused(format!("set {id} {word}"), 2).says(&["did you mean", near]);
    }
}

#[test]
fn values_of_the_wrong_kind_are_wrong_usage() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    for word in [
        "field.seats=three",
        "field.seats=NaN",
        "field.seats=inf",
        "field.started=soon",
        "field.started=2026-02-30",
        "field.paid=maybe",
        "field.nothing=1",
        "line=3",
        "until=never",
        "created=2026-01-01",
        "merged-into=261122-7k2qm",
        "id=x",
        "body=x",
        "=x",
        "links=parent",
        "title=",
    ] {
        desk.refused(format!("set {id} {word}"), 2);
    }
    desk.refused(format!("set {id}"), 2);
    desk.refused("set priority=high", 2);
    desk.refused(format!("set {id} 'links=parent 261122-zzzzz'"), 3);
    desk.refused(format!("set {id} 'type=a\nb'"), 2);
}

#[test]
fn an_edit_touches_only_its_lines() {
    let desk = Desk::acme();
    let path = "tickets/2026/11/22/261122-7k2qm/ticket.md";
    let text = "---\n# by hand\ntitle:   'Cannot log in'  # as she said\nx-ours: {a: [1, 2]}\nstatus: open\r\n\
        tags: [one,   two]\ncreated: 2026-11-22T04:20:00Z\npriority: \"low\"\n---\nBody, no line end";
    desk.write(path, text.replace('\r', ""));
    desk.commit("by hand");
    desk.ok("set 7k2qm priority=high");
    assert_eq!(desk.read(path), text.replace('\r', "").replace("priority: \"low\"", "priority: high"));
    desk.ok("set 7k2qm tags+=three assignee=sam");
    assert_snapshot!(desk.read(path), @"
        ---
        # by hand
        title:   'Cannot log in'  # as she said
        x-ours: {a: [1, 2]}
        status: open
        tags: [one, two, three]
        created: 2026-11-22T04:20:00Z
        priority: high
        assignee: sam
        ---
        Body, no line end
        ");
    desk.ok("set 7k2qm priority= tags= assignee=");
    assert_snapshot!(desk.read(path), @"
        ---
        # by hand
        title:   'Cannot log in'  # as she said
        x-ours: {a: [1, 2]}
        status: open
        created: 2026-11-22T04:20:00Z
        ---
        Body, no line end
        ");
    desk.is_clean();
}

#[test]
fn windows_line_ends_stay() {
    let desk = Desk::acme();
    let path = "tickets/2026/11/22/261122-7k2qm/ticket.md";
    let text = "---\r\ntitle: T\r\nstatus: open\r\ncreated: 2026-11-22T04:20:00Z\r\n---\r\nBody.\r\n";
    desk.write(path, text);
    desk.commit("by hand");
    desk.ok("set 7k2qm priority=high");
    let edited = desk.read(path);
    assert_eq!(edited.replace("priority: high\r\n", ""), text);
    desk.is_clean();
}

#[test]
fn a_custom_field_joins_the_others() {
    let desk = Desk::acme();
    let path = "tickets/2026/11/22/261122-7k2qm/ticket.md";
    for fields in ["fields: {product: portal}", "fields:\n  product: portal # ours", "fields: {}", "fields:"] {
        desk.write(path, format!("---\ntitle: T\nstatus: open\ncreated: 2026-11-22T04:20:00Z\n{fields}\n---\n"));
        desk.commit("by hand");
        desk.ok("set 7k2qm field.seats=3");
        assert_eq!(desk.value("7k2qm", "fields")["seats"], 3, "{fields}");
        assert_eq!(desk.value("7k2qm", "fields").get("product").is_some(), fields.contains("portal"));
        desk.ok("set 7k2qm field.seats= field.product=");
        assert_eq!(desk.value("7k2qm", "fields"), json!({}));
        assert_eq!(desk.value("7k2qm", "assignee"), Value::Null);
    }
}

#[test]
fn a_broken_ticket_is_an_error_with_its_place() {
    let desk = Desk::acme();
    let path = "tickets/2026/11/22/261122-7k2qm/ticket.md";
    desk.write(path, "---\ntitle: T\nstatus: open\nstatus: closed\ncreated: 2026-11-22T04:20:00Z\n---\n");
    desk.commit("broken");
    assert_snapshot!(desk.refused("set 7k2qm priority=high", 1), @"
        ! error: tickets/2026/11/22/261122-7k2qm/ticket.md:4:1: the key `status` is here twice
        ! hint: keep one of the two
        exit 1
        ");
    let told = desk.run("set 7k2qm priority=high --json");
    let error: Value = serde_json::from_str(&told.stderr).unwrap();
    assert_eq!((&error["path"], &error["line"], &error["kind"]), (&json!(path), &json!(4), &json!("error")));
    desk.refused("reply 7k2qm -m x", 1);
    desk.refused("show 7k2qm", 1);
}
