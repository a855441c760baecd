//! `backup`, `backup verify` and `tidy`.

use serde_json::{Value, json};

use crate::support::Desk;

#[test]
fn a_backup_is_restored_compared_and_checked() {
    let desk = Desk::acme();
    let id = desk.opened("'Cannot log in' -m Help.");
    desk.ok(format!("note {id} -m 'Said.'"));
    desk.git("branch side");
    desk.git("tag v1");
    let made = desk.json("backup ../full.bundle");
    assert_eq!((&made["commit"], &made["commits"]), (&json!(desk.head()), &json!(desk.commits())));
    assert!(made["bytes"].as_u64().unwrap() > 1000);
    let told = desk.json("backup verify ../full.bundle");
    assert_eq!((&told["same"], &told["behind"], &told["errors"]), (&json!(true), &json!(0), &json!(0)));
    assert_eq!((&told["tickets"], &told["comments"], &told["commit"]), (&json!(1), &json!(1), &json!(desk.head())));
    // Plain git restores it, with all branches and tags.
    desk.git("clone -q --mirror ../full.bundle ../restored.git");
    assert_eq!(
        desk.git("-C ../restored.git for-each-ref --format=%(refname)"),
        "refs/heads/main\nrefs/heads/side\nrefs/tags/v1\n"
    );
    assert_eq!(desk.git("-C ../restored.git rev-parse HEAD").trim(), desk.head());
}

#[test]
fn a_backup_goes_on_from_another() {
    let desk = Desk::acme();
    desk.ok("backup ../full.bundle");
    let nothing = desk.ok("backup ../none.bundle --since ../full.bundle");
    assert!(nothing.stderr.contains("nothing came after that"), "{nothing}");
    assert!(!desk.has("../none.bundle"));
    desk.opened("Printer");
    desk.opened("Scanner");
    let told = desk.json("backup verify ../full.bundle");
    assert_eq!((&told["same"], &told["behind"]), (&json!(true), &json!(2)));
    assert_eq!(desk.json("backup ../more.bundle --since ../full.bundle")["commits"], 2);
    let told = desk.json("backup verify ../full.bundle ../more.bundle");
    assert_eq!((&told["same"], &told["behind"], &told["tickets"]), (&json!(true), &json!(0), &json!(2)));
    let alone = desk.refused("backup verify ../more.bundle", 1);
    assert!(alone.stderr.contains("it holds only what came after another backup: name that first"), "{alone}");
    assert_eq!(desk.json("backup ../last.bundle --since HEAD~1")["commits"], 1);
}

#[test]
fn a_backup_is_never_written_over_unless_asked() {
    let desk = Desk::acme();
    desk.write("../full.bundle", "mine");
    desk.refused("backup ../full.bundle", 4);
    assert_eq!(desk.read("../full.bundle"), "mine");
    desk.ok("backup ../full.bundle --force");
    desk.ok("backup verify ../full.bundle");
    desk.refused("backup", 2);
    desk.refused("backup ../nowhere/full.bundle", 1);
}

#[test]
fn a_damaged_backup_is_told() {
    let desk = Desk::acme();
    desk.ok("backup ../full.bundle");
    let mut bytes = std::fs::read(desk.home().join("full.bundle")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    desk.write("../bad.bundle", &bytes);
    desk.write("../short.bundle", &bytes[..middle]);
    desk.write("../none.bundle", "no bundle");
    for file in ["bad", "short", "none", "missing"] {
        let done = desk.refused(format!("backup verify ../{file}.bundle"), 1);
        assert!(done.stderr.contains("cannot be restored"), "{done}");
    }
}

#[test]
fn a_backup_of_another_desk_is_not_what_this_one_has() {
    let (desk, other) = (Desk::acme(), Desk::acme());
    other.opened("Printer");
    let place = other.home().join("other.bundle");
    other.ok(format!("backup {}", place.display()));
    let done = desk.run(format!("backup verify {} --json", place.display()));
    assert_eq!((done.code, &done.json()["same"]), (1, &json!(false)));
    // Where there is no desk it can be verified too.
    let outside = Desk::empty();
    let told = outside.json(format!("backup verify {}", place.display()));
    assert_eq!((&told["same"], &told["tickets"]), (&Value::Null, &json!(1)));
}

/// A desk with a closed ticket of January, a live one of March, and one of now.
fn three_months() -> Desk {
    let desk = Desk::acme();
    let ticket = |id: &str, status: &str, created: &str| {
        let path = format!("tickets/20{}/{}/{}/{id}/ticket.md", &id[..2], &id[2..4], &id[4..6]);
        desk.write(&path, format!("---\ntitle: Of {id}\nstatus: {status}\ncreated: {created}\n---\nText.\n"));
    };
    ticket("260115-aaaaa", "closed", "2026-01-15T09:00:00Z");
    ticket("260315-bbbbb", "open", "2026-03-15T09:00:00Z");
    desk.commit("old tickets");
    desk.opened("Now");
    desk
}

#[test]
fn months_without_live_tickets_leave_the_working_tree_and_come_back() {
    let desk = three_months();
    let all = desk.json("list --view all --sort id");
    let foreseen = desk.unchanged(|| desk.json("tidy --dry-run"));
    assert_eq!(foreseen, json!({"here": ["2026-03", "2026-11"], "away": ["2026-01"]}));
    assert!(desk.has("tickets/2026/01/15"));
    assert_eq!(desk.json("tidy"), foreseen);
    assert!(!desk.has("tickets/2026/01") && desk.has("tickets/2026/03/15/260315-bbbbb/ticket.md"));
    assert!(desk.has("people/jo.md") && desk.has("loket.yaml") && desk.has("policy/sla.yaml"));
    assert_eq!(desk.git("config core.untrackedCache").trim(), "true");
    desk.is_clean();
    // What is written from now on is seen all the same.
    desk.write("tickets/2026/11/note.txt", "mine");
    assert_eq!(desk.status().trim(), "?? tickets/2026/11/note.txt");
    desk.remove("tickets/2026/11/note.txt");
    desk.git("config core.untrackedCache false");
    assert_eq!(desk.json("list --view all --sort id"), all);
    assert!(desk.ok("check").stdout.is_empty());
    assert_eq!(desk.json("tidy --whole")["away"], json!([]));
    assert!(desk.has("tickets/2026/01/15/260115-aaaaa/ticket.md"));
    desk.ok("tidy");
    assert_eq!(desk.git("config core.untrackedCache").trim(), "false", "who has decided on it is left alone");
    desk.is_clean();
}

#[test]
fn every_command_works_on_what_is_away() {
    let desk = three_months();
    desk.ok("tidy");
    desk.ok("note aaaaa -m 'Still here.'");
    desk.ok("reopen aaaaa");
    assert_eq!(desk.value("aaaaa", "status"), "open");
    assert_eq!(desk.value("aaaaa", "thread")[0]["body"], "Still here.\n");
    desk.is_clean();
    // It is live now, so it comes back with the next tidying.
    assert_eq!(desk.json("tidy")["here"], json!(["2026-01", "2026-03", "2026-11"]));
    assert!(desk.read("tickets/2026/01/15/260115-aaaaa/ticket.md").contains("status: open"));
    // What is opened next month lies there at once.
    let id = desk.at("2026-12-01T09:00:00Z").opened("Next");
    assert!(desk.has(&desk.path_of(&id)));
    desk.is_clean();
}

#[test]
fn edited_files_stay_and_are_told() {
    let desk = three_months();
    let path = "tickets/2026/01/15/260115-aaaaa/ticket.md";
    desk.write(path, desk.read(path).replace("Text.", "Mine."));
    let done = desk.ok("tidy");
    assert!(done.stderr.contains(path), "{done}");
    assert!(desk.read(path).contains("Mine."));
}

#[test]
fn a_bare_desk_has_nothing_to_tidy() {
    let desk = Desk::acme();
    desk.publish();
    desk.refused("-C ../remote.git tidy", 4);
}

/// How many packs a clone has: each fetch brings one.
fn packs(desk: &Desk) -> usize {
    desk.git("count-objects -v").lines().find_map(|line| line.strip_prefix("packs: ")).unwrap().parse().unwrap()
}

#[test]
fn a_partial_clone_brings_what_it_misses_all_at_once() {
    let desk = Desk::acme();
    for number in 0..20 {
        let id = desk.opened(format!("'Of {number}' -m 'Text {number}.'"));
        desk.ok(format!("note {id} -m 'Said {number}.'"));
        desk.ok(format!("set {id} priority=high"));
    }
    let place = desk.publish();
    desk.git(format!("-C {} config uploadpack.allowFilter true", place.display()));
    let part = Desk::empty();
    let address = format!("file://{}", place.display());
    part.git(format!("clone -q --filter=blob:none --no-checkout {address} ."));
    let before = packs(&part);
    assert_eq!(part.json("list --view all --count")["count"], 20);
    assert!(packs(&part) <= before + 1, "one fetch for all texts");
    assert!(part.ok("search Said").stdout.lines().count() >= 20);
    let log = part.json("log");
    assert_eq!(log.as_array().unwrap().iter().filter(|row| row["command"] == "set").count(), 20);
    assert!(packs(&part) <= before + 2, "one more for the history");
    assert!(part.ok("check").stdout.is_empty());
    let advice = part.json("index status")["advice"].to_string();
    assert!(advice.contains("this clone is partial"), "{advice}");
    // Without its remote it works with what it has read.
    std::fs::rename(&place, place.with_extension("away")).unwrap();
    assert_eq!(part.json("list --view all --count")["count"], 20);
}

#[test]
fn a_partial_clone_syncs() {
    let desk = Desk::acme();
    let id = desk.opened("'Cannot log in' -m Help.");
    let place = desk.publish();
    desk.git(format!("-C {} config uploadpack.allowFilter true", place.display()));
    let part = Desk::empty();
    part.git(format!("clone -q --filter=blob:none --no-checkout file://{} .", place.display()));
    part.git("checkout -q main");
    desk.at("2026-11-22T10:00:00Z").ok(format!("set {id} priority=low tags+=a"));
    desk.ok("sync");
    part.at("2026-11-22T10:05:00Z").ok(format!("set {id} priority=urgent tags+=b"));
    part.ok("sync");
    assert_eq!(part.value(&id, "priority"), "urgent");
    assert_eq!(part.value(&id, "tags"), json!(["b", "a"]));
    part.is_clean();
}

#[test]
fn a_partial_clone_without_its_remote_says_what_is_missing() {
    let desk = Desk::acme();
    desk.opened("Printer");
    let place = desk.publish();
    desk.git(format!("-C {} config uploadpack.allowFilter true", place.display()));
    let part = Desk::empty();
    part.git(format!("clone -q --filter=blob:none --no-checkout file://{} .", place.display()));
    std::fs::rename(&place, place.with_extension("away")).unwrap();
    let done = part.run("list");
    assert_eq!(done.code, 1, "{done}");
    assert!(done.stderr.contains("objects are at origin, which does not give them"), "{done}");
}
