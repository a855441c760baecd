//! `merge`, `split` and `link`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::status::{answered, is};
use crate::support::Desk;

#[test]
fn merging_points_and_closes_and_is_undone_by_hand() {
    let desk = Desk::acme();
    let (first, second) = (answered(&desk), desk.opened("B"));
    desk.at("2026-11-22T09:05:00Z").ok(format!("reply {second} -m 'In the root.'"));
    desk.ok(format!("merge {first} {second}"));
    is(&desk, &first, "closed", "closed");
    assert_eq!(desk.value(&first, "merged_into"), Value::Null, "show follows the merge to its root");
    let root = desk.json(format!("show {second}"));
    let lies_in: Vec<&Value> = root["thread"].as_array().unwrap().iter().map(|one| &one["ticket"]).collect();
    assert_eq!(lies_in, [&json!(first), &Value::Null]);
    assert_eq!(root["comments"], 1);
    desk.refused(format!("merge {second} {first}"), 2);
    desk.refused(format!("merge {second} {second}"), 2);
    desk.ok(format!("set {first} merged-into="));
    is(&desk, &first, "closed", "closed");
    assert_eq!(desk.value(&second, "comments"), 1);
    assert_eq!(desk.json(format!("show {second}"))["thread"].as_array().unwrap().len(), 1);
}

#[test]
fn a_chain_of_merges_ends_at_its_root() {
    let desk = Desk::acme();
    let ids: Vec<String> = (0..4).map(|number| desk.opened(format!("'Number {number}'"))).collect();
    for id in &ids {
        desk.ok(format!("note {id} -m 'of {id}'"));
    }
    desk.ok(format!("merge {} {}", ids[0], ids[1]));
    desk.ok(format!("merge {} {}", ids[1], ids[2]));
    desk.ok(format!("merge {} {}", ids[2], ids[3]));
    for id in &ids {
        let shown = desk.json(format!("show {id}"));
        assert_eq!(shown["title"], "Number 3");
        assert_eq!(shown["thread"].as_array().unwrap().len(), 4);
    }
    desk.refused(format!("merge {} {}", ids[3], ids[0]), 2);
}

#[test]
fn a_circle_made_by_hand_is_shown_and_not_followed_forever() {
    let desk = Desk::acme();
    desk.ticket("261122-aaaaa").key("merged-into", "261122-bbbbb").write();
    desk.ticket("261122-bbbbb").key("merged-into", "261122-aaaaa").write();
    desk.ticket("261122-ccccc").key("merged-into", "261122-aaaaa").write();
    desk.ticket("261122-ddddd").key("merged-into", "261122-ddddd").write();
    desk.commit("a circle");
    for id in ["aaaaa", "bbbbb", "ccccc", "ddddd"] {
        desk.ok(format!("show {id}"));
        desk.ok(format!("show {id} --public"));
        desk.ok(format!("note {id} -m x"));
    }
}

#[test]
fn splitting_quotes_and_links() {
    let desk = Desk::acme();
    let id = answered(&desk);
    desk.ok(format!("reply {id} --from ann@example.com -m '# Also the printer\n\nIt smokes.'"));
    let thread = desk.json(format!("show {id}"))["thread"].clone();
    let stem = thread[1]["id"].as_str().unwrap();
    let made = desk.ok(format!("split {id} {stem}")).text().to_owned();
    let shown = desk.json(format!("show {made}"));
    assert_eq!(shown["title"], "Also the printer");
    assert!(shown["body"].as_str().unwrap().contains("It smokes."));
    assert_eq!(shown["requester"], "ann@example.com");
    assert_eq!(shown["links"], json!([{"relation": "split-from", "id": id}]));
    assert_eq!(desk.value(&id, "comments"), 2, "the comments stay");
    assert_eq!(desk.value(desk.ok(format!("split {id} {stem} --title Smoke")).text(), "title"), "Smoke");
    desk.refused(format!("split {id} 20991231T000000Z-0000"), 3);
    desk.refused(format!("split {id} 20261122"), 1);
    desk.refused(format!("split {id}"), 2);
}

#[test]
fn links_are_made_once_and_taken_away() {
    let desk = Desk::acme();
    let (one, two) = (desk.opened("A"), desk.opened("B"));
    for relation in ["duplicate-of", "parent", "related-to", "blocked-by", "split-from"] {
        desk.ok(format!("link {one} {relation} {two}"));
    }
    assert_eq!(desk.value(&one, "links").as_array().unwrap().len(), 5);
    desk.unchanged(|| desk.ok(format!("link {one} parent {two}")));
    desk.ok(format!("link {one} parent {two} --remove"));
    assert_eq!(desk.value(&one, "links").as_array().unwrap().len(), 4);
    assert_snapshot!(desk.refused(format!("link {one} blockd-by {two}"), 2), @"
        ! error: 'blockd-by' is no relation
        ! hint: did you mean 'blocked-by'?
        ! hint: the relations are duplicate-of, parent, related-to, blocked-by, split-from
        exit 2
        ");
    desk.refused(format!("link {one} parent {one}"), 2);
}
