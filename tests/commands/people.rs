//! Agents, customers, and who is acting.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Desk, ticket_path};

#[test]
fn an_agent_is_made_shown_and_listed() {
    let desk = Desk::acme();
    desk.ok(
        "people new kim --name 'Kim Kok' --email kim@acme.example --email k@x.example --role lead --team second-line",
    );
    assert_snapshot!(desk.read("people/kim.md"), @"
        ---
        name: Kim Kok
        emails: [kim@acme.example, k@x.example]
        role: lead
        teams: [second-line]
        ---
        ");
    assert_snapshot!(desk.ok("people list"), @"
        HANDLE  NAME        EMAILS                         ROLE   TEAMS        AWAY
        jo      Jo Janssen  jo@acme.example                agent  first-line
        kim     Kim Kok     kim@acme.example, k@x.example  lead   second-line
        sam     Sam Smit    sam@acme.example               agent  second-line
        ");
    let shown = desk.json("people show kim");
    assert_eq!(shown["handle"], "kim");
    assert_eq!(shown["emails"], json!(["kim@acme.example", "k@x.example"]));
    assert_eq!(desk.json("people list").as_array().unwrap().len(), 3);
    assert_eq!(desk.git("log -1 --format=%s").trim(), "people: kim joins");
    desk.is_clean();
}

#[test]
fn handles_are_unique_and_plain() {
    let desk = Desk::acme();
    desk.refused("people new jo --email other@acme.example", 4).says(&["already"]);
    desk.refused("people new kim --email sam@acme.example", 4).says(&["sam"]);
    for handle in ["me", "none", "any", "auto", "Kim", "../kim", "a/b", "", ".", "-kim", "k m"] {
        desk.refused(format!("people new -- '{handle}'"), 2);
    }
    desk.refused("people new kim --role boss", 2).says(&["admin"]);
    assert_snapshot!(desk.refused("people show smm", 3), @"
        ! error: there is no agent 'smm'
        ! hint: did you mean 'sam'?
        ! hint: `loket people list` shows them all
        exit 3
        ");
}

#[test]
fn somebody_is_away_and_back() {
    let desk = Desk::acme();
    let before = desk.read("people/jo.md");
    desk.ok("people away jo --from 2026-12-01 --to 2026-12-10 --substitute sam");
    assert_snapshot!(desk.read("people/jo.md"), @"
        ---
        name: Jo Janssen
        emails: [jo@acme.example]
        role: agent
        teams: [first-line]
        away: [{from: '2026-12-01', to: '2026-12-10', substitute: sam}]
        ---
        ");
    assert_eq!(
        desk.json("people show jo")["away"],
        json!([{"from": "2026-12-01", "to": "2026-12-10", "substitute": "sam"}])
    );
    desk.unchanged(|| desk.ok("people away jo --from 2026-12-01 --to 2026-12-10 --substitute sam"));
    desk.ok("people away jo --from 2027-01-01 --to 2027-01-02");
    assert_eq!(desk.json("people show jo")["away"].as_array().unwrap().len(), 2);
    desk.ok("people away jo --back");
    assert_eq!(desk.read("people/jo.md"), before);
    desk.refused("people away jo --from 2026-12-10 --to 2026-12-01", 2);
    desk.refused("people away jo --from soon --to later", 2);
    desk.refused("people away jo --from 2026-12-01", 2);
    desk.refused("people away jo", 2);
    desk.refused("people away smm --from 2026-12-01 --to 2026-12-02", 3);
    desk.refused("people away jo --from 2026-12-01 --to 2026-12-02 --substitute smm", 3);
}

#[test]
fn a_customer_is_made_found_and_listed() {
    let desk = Desk::acme();
    desk.ok(
        "customer new ann --name 'Ann Aas' --email ann@example.com --phone '+31 20 123' --org acme --language nl --vip",
    );
    assert_snapshot!(desk.read("customers/ann.md"), @"
        ---
        name: Ann Aas
        emails: [ann@example.com]
        phone: +31 20 123
        organisation: acme
        language: nl
        vip: true
        ---
        ");
    assert_snapshot!(desk.ok("customer list"), @"
        KEY  NAME     EMAILS           ORGANISATION  PHONE       LANGUAGE  VIP
        ann  Ann Aas  ann@example.com  acme          +31 20 123  nl        vip
        ");
    assert_eq!(desk.json("customer show ANN@example.com")["key"], "ann");
    assert_eq!(desk.json("customer show ann")["vip"], true);
    desk.refused("customer new ann", 4);
    desk.refused("customer new 'An Na'", 2);
    desk.refused("customer show bob", 3);
    desk.refused("customer show ../people/jo", 3);
    desk.is_clean();
}

#[test]
fn a_broken_file_of_a_person_is_told_and_left_out() {
    let desk = Desk::acme();
    desk.write("people/kim.md", "---\nname: [\n---\n");
    desk.write("customers/ann.md", "no front matter\n");
    desk.commit("broken");
    desk.ok("people list").says(&["people/kim.md:"]);
    desk.ok("customer list").says(&["customers/ann.md:"]);
    desk.opened("'Others go on'");
    desk.refused("customer show ann", 1).says(&["customers/ann.md:"]);
}

#[test]
fn who_acts_is_the_option_the_environment_or_gits_user() {
    let desk = Desk::acme();
    let author = |desk: &Desk| desk.git("log -1 --format=%ae").trim().to_owned();
    let id = desk.opened("A");
    assert_eq!(author(&desk), "jo@acme.example");
    desk.call(format!("note {id} -m x")).env("LOKET_AGENT", "sam").run().exits(0);
    assert_eq!(author(&desk), "sam@acme.example");
    desk.call(format!("note {id} -m x --as jo")).env("LOKET_AGENT", "sam").run().exits(0);
    assert_eq!(author(&desk), "jo@acme.example");
    desk.git("config user.email SAM@acme.example");
    desk.ok(format!("take {id}"));
    assert_eq!(desk.value(&id, "assignee"), "sam");
    assert_snapshot!(desk.refused(format!("note {id} -m x --as smm"), 3), @"
        ! error: there is no agent 'smm'
        ! hint: did you mean 'sam'?
        ! hint: `loket people list` shows them all
        exit 3
        ");
    desk.unchanged(|| desk.call(format!("note {id} -m x")).env("LOKET_AGENT", "smm").run().exits(3));
}

#[test]
fn nobody_found_is_told_how_to_join() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    desk.git("config user.email kim@acme.example");
    desk.git("config user.name 'Kim Kok'");
    let said = desk.refused(format!("note {id} -m x"), 1);
    assert_snapshot!(said, @"
        ! error: nobody knows who acts: no agent has git's user.email
        ! hint: loket people new kim --name 'Kim Kok' --email kim@acme.example
        ! hint: or name an agent with --as HANDLE or LOKET_AGENT
        exit 1
        ");
    desk.ok("list --view all");
    desk.ok(format!("show {id}"));
    desk.ok("log");
    // The line it names is the one to run.
    let hint = said.stderr.lines().find_map(|line| line.strip_prefix("hint: loket people new ")).unwrap().to_owned();
    desk.ok(format!("people new {hint}"));
    desk.ok(format!("note {id} -m x"));
    assert_eq!(desk.git("log -1 --format='%an <%ae>'").trim(), "Kim Kok <kim@acme.example>");
}

/// Makes an editor of a shell line; `$1` is the file.
fn editor(desk: &Desk, line: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = desk.write("../editor.sh", format!("#!/bin/sh\n{line}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_is_edited_is_committed() {
    let desk = Desk::acme();
    let id = desk.opened("A -m words");
    let edit =
        editor(&desk, "sed -i 's/^status: new/status: open\\npriority: high # mine/; s/words/other words/' \"$1\"");
    let done = desk.call(format!("edit {id} --json")).env("EDITOR", &edit).run().exits(0).json();
    let fields: Vec<&Value> = done["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
    assert_eq!(fields, ["status", "priority", "body"]);
    assert!(desk.read(&ticket_path(&id)).contains("priority: high # mine\n"));
    assert_eq!(desk.value(&id, "body"), "other words\n");
    assert_eq!(desk.git("log -1 --format=%s").trim(), format!("{id}: edit, now open"));
    desk.is_clean();
}

#[test]
fn an_edit_that_changes_nothing_or_fails_makes_no_commit() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    for (line, code) in [("true", 0), ("exit 1", 1), ("rm \"$1\"", 1), ("printf 'caf\\351' > \"$1\"", 1)] {
        let edit = editor(&desk, line);
        desk.unchanged(|| desk.call(format!("edit {id}")).env("EDITOR", &edit).run().exits(code));
    }
    desk.unchanged(|| {
        desk.call(format!("edit {id}")).env("EDITOR", "/nowhere/editor").run().exits(1).says(&["EDITOR"])
    });
    desk.unchanged(|| desk.call("edit zzzzz").env("EDITOR", "true").run().exits(3));
}

#[test]
fn a_wrong_edit_is_told_with_its_place_and_kept() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    for (line, words) in [
        ("sed -i 's/^status:.*/status: [/' \"$1\"", "ticket.md:"),
        ("sed -i 's/^status:.*/status: opne/' \"$1\"", "did you mean 'open'?"),
        ("sed -i 's/^title:.*//' \"$1\"", "'title' is missing"),
        ("sed -i 's/^title:.*/title: a\\ntitle: b/' \"$1\"", "twice"),
        (": > \"$1\"", "front matter"),
    ] {
        let edit = editor(&desk, line);
        let done =
            desk.unchanged(|| desk.call(format!("edit {id}")).env("EDITOR", &edit).run().exits(1).says(&[words]));
        let kept = done.stderr.split("your text is in ").nth(1).unwrap_or_else(|| panic!("{done}"));
        let kept = kept.lines().next().unwrap().replace("$ROOT", desk.home().to_str().unwrap());
        assert!(std::path::Path::new(&kept).is_file(), "{kept}");
    }
}

#[test]
fn guards_hold_for_edits_too() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    let edit = editor(&desk, "sed -i 's/^status:.*/status: solved/' \"$1\"");
    desk.unchanged(|| desk.call(format!("edit {id}")).env("EDITOR", &edit).run().exits(4));
    desk.ok(format!("reply {id} -m x"));
    let back = editor(&desk, "sed -i 's/^status:.*/status: new/' \"$1\"");
    desk.unchanged(|| desk.call(format!("edit {id}")).env("EDITOR", &back).run().exits(4));
}

#[test]
fn what_changed_under_the_editor_is_not_lost() {
    let desk = Desk::acme();
    let id = desk.opened("A");
    let loket = env!("CARGO_BIN_EXE_loket");
    let place = desk.path().display();
    let edit = editor(
        &desk,
        &format!("sed -i 's/^title:.*/title: Mine/' \"$1\"; {loket} -C {place} set {id} priority=high >&2"),
    );
    desk.call(format!("edit {id}")).env("EDITOR", &edit).run().exits(4).says(&["meanwhile", "your text is in"]);
    assert_eq!(desk.value(&id, "priority"), "high");
    assert_eq!(desk.value(&id, "title"), "A");
    desk.is_clean();
}

#[test]
fn people_and_customers_are_edited_too() {
    let desk = Desk::acme();
    desk.ok("customer new ann --email ann@example.com");
    let edit = editor(&desk, "sed -i 's/^name:.*/name: Another/' \"$1\"");
    desk.call("people edit sam").env("VISUAL", &edit).env("EDITOR", "false").run().exits(0);
    assert_eq!(desk.json("people show sam")["name"], "Another");
    desk.call("customer edit ann@example.com").env("EDITOR", &edit).run().exits(0);
    assert_eq!(desk.json("customer show ann")["name"], "Another");
    let wrong = editor(&desk, "echo 'name: [' > \"$1\"");
    desk.unchanged(|| desk.call("people edit sam").env("EDITOR", &wrong).run().exits(1).says(&["people/sam.md"]));
    desk.unchanged(|| desk.call("people edit smm").env("EDITOR", &edit).run().exits(3));
    desk.is_clean();
}
