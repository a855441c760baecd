//! `undo`: a command taken back by a new commit.

use serde_json::{Value, json};

use crate::support::Desk;

fn desk() -> (Desk, String) {
    let desk = Desk::acme();
    let id = desk.opened("'Cannot log in' --tag old -m Help.");
    desk.at("2026-11-22T10:00:00Z");
    (desk, id)
}

#[test]
fn the_last_command_is_taken_back_and_then_the_one_before() {
    let (desk, id) = desk();
    let before = desk.read(&desk.path_of(&id));
    desk.ok(format!("set {id} priority=high tags+=app tags-=old"));
    desk.ok(format!("reply {id} -m 'Which browser?' --wait"));
    let done = desk.json("undo");
    assert_eq!(done["tickets"], json!([id]));
    let fields: Vec<&str> =
        done["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"comment") && fields.contains(&"status"), "{fields:?}");
    assert_eq!(desk.value(&id, "thread"), json!([]));
    assert_eq!(desk.value(&id, "priority"), "high");
    desk.ok("undo");
    assert_eq!(desk.read(&desk.path_of(&id)), before);
    desk.is_clean();
    assert!(desk.ok("check").stdout.is_empty());
    let message = desk.git("log -1 --format=%B");
    assert!(message.starts_with(&format!("undo: {id}: set ")), "{message}");
    assert!(message.contains(&format!("Loket-Ticket: {id}\nLoket-Command: undo\nLoket-Undoes: ")), "{message}");
}

#[test]
fn a_taking_back_is_taken_back_by_its_name() {
    let (desk, id) = desk();
    desk.ok(format!("set {id} priority=high"));
    desk.ok("undo");
    desk.ok("undo HEAD");
    assert_eq!(desk.value(&id, "priority"), "high");
}

#[test]
fn a_ticket_that_was_opened_goes_again() {
    let (desk, id) = desk();
    let other = desk.opened("Printer");
    let folder = desk.path_of(&other).replace("/ticket.md", "");
    let done = desk.json("undo");
    assert_eq!(done["changes"], json!([{"ticket": other, "field": "ticket", "from": other, "to": null}]));
    assert!(!desk.has(&folder));
    desk.ok(format!("show {id}"));
    desk.refused(format!("show {other}"), 3);
}

#[test]
fn what_came_later_elsewhere_stays() {
    let (desk, id) = desk();
    desk.ok(format!("set {id} priority=high"));
    let commit = desk.head();
    desk.ok(format!("set {id} type=incident tags+=app"));
    desk.ok(format!("note {id} -m 'Later.'"));
    desk.ok(format!("undo {commit}"));
    assert_eq!(desk.value(&id, "priority"), "normal");
    assert_eq!((desk.value(&id, "type"), desk.value(&id, "tags")), (json!("incident"), json!(["old", "app"])));
    assert_eq!(desk.value(&id, "thread").as_array().unwrap().len(), 1);
}

#[test]
fn what_later_changes_stand_on_is_refused_and_says_whose_they_are() {
    let (desk, id) = desk();
    desk.ok(format!("set {id} priority=high"));
    let commit = desk.head();
    desk.at("2026-11-22T11:00:00Z").ok(format!("--as sam set {id} priority=urgent"));
    let done = desk.refused(format!("undo {commit}"), 4);
    let told = format!("{id}: priority was changed again by sam on 2026-11-22T11:00:00Z ({})", &desk.head()[..10]);
    assert!(done.stderr.contains(&told), "{done}");
    desk.refused(format!("undo {commit} --dry-run"), 4);
    let other = desk.opened("Printer");
    let opened = desk.head();
    desk.ok(format!("--as sam note {other} -m 'Mine.'"));
    let done = desk.refused(format!("undo {opened}"), 4);
    assert!(done.stderr.contains("it was changed again by sam"), "{done}");
}

#[test]
fn a_bulk_command_is_taken_back_whole_or_not_at_all() {
    let (desk, id) = desk();
    let other = desk.opened("Printer");
    desk.ok(format!("set {id} {other} priority=high"));
    let commit = desk.head();
    desk.ok(format!("set {other} priority=low"));
    desk.refused(format!("undo {commit}"), 4);
    assert_eq!(desk.value(&id, "priority"), "high");
    desk.ok("undo");
    desk.ok(format!("undo {commit}"));
    assert_eq!((desk.value(&id, "priority"), desk.value(&other, "priority")), (json!("normal"), json!("normal")));
}

#[test]
fn commits_made_by_hand_are_taken_back_by_name() {
    let (desk, _) = desk();
    let page = "---\ntitle: VPN\nvisibility: public\n---\nFirst.\n\nSecond.\n";
    desk.write("kb/vpn.md", page);
    desk.commit("an article");
    desk.write("kb/vpn.md", page.replace("First.", "By Jo."));
    desk.commit("an edit");
    desk.write("kb/vpn.md", page.replace("First.", "By Jo.").replace("Second.", "Last."));
    desk.commit("another");
    desk.ok("undo HEAD~1");
    assert_eq!(desk.read("kb/vpn.md"), page.replace("Second.", "Last."));
    desk.write("kb/vpn.md", page.replace("Second.", "The end."));
    desk.commit("once more");
    assert!(desk.refused("undo HEAD~2", 4).stderr.contains("kb/vpn.md: the same lines were changed again by jo"));
}

#[test]
fn what_is_no_command_of_mine_has_to_be_named() {
    let desk = Desk::acme();
    desk.ok("--as sam new Printer");
    let done = desk.refused("undo", 4);
    assert!(done.stderr.contains("no command of jo is left to take back"), "{done}");
    desk.refused("undo nowhere", 3);
    let first = desk.git("rev-list --max-parents=0 HEAD").trim().to_owned();
    desk.refused(format!("undo {first}"), 4);
    desk.git("branch side");
    desk.opened("Scanner");
    desk.git("switch -q side");
    desk.opened("Other");
    desk.git("merge -q --no-edit main");
    assert!(desk.refused("undo HEAD", 4).stderr.contains("is a merge"));
    desk.git("switch -q main");
    desk.refused("undo side", 4);
}

#[test]
fn a_dry_run_of_it_changes_nothing() {
    let (desk, id) = desk();
    desk.ok(format!("set {id} priority=high"));
    let done = desk.unchanged(|| desk.json("undo --dry-run"));
    let change = json!({"ticket": id, "field": "priority", "from": "high", "to": "normal"});
    assert_eq!((&done["commit"], &done["changes"]), (&Value::Null, &json!([change])));
}
