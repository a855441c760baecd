//! `--at`: the desk as it stood.

use insta::assert_snapshot;

use crate::support::Desk;

/// A ticket that changed on three days; the desk's clock stands on the fourth.
fn three_days() -> (Desk, String) {
    let desk = Desk::acme();
    let id = desk.opened("'First title'");
    desk.git("tag v1");
    desk.at("2026-11-23T09:00:00Z").ok(format!("set {id} title='Second title'"));
    desk.at("2026-11-24T09:00:00Z").ok(format!("set {id} title='Third title' status=open"));
    desk.opened("Later");
    desk.at("2026-11-25T09:00:00Z");
    (desk, id)
}

#[test]
fn a_revision_is_what_git_understands_or_a_date() {
    let (desk, id) = three_days();
    let commit = desk.git("rev-parse --short HEAD~2");
    for (at, title) in [
        ("v1", "First title"),
        ("HEAD", "Third title"),
        ("HEAD~2", "Second title"),
        (commit.trim(), "Second title"),
        ("main@{0}", "Third title"),
        ("2026-11-22", "First title"),
        ("2026-11-23", "Second title"),
        ("2026-11-23T08:59:59Z", "First title"),
        ("2026-11-23T09:00:00Z", "Second title"),
        ("2026-11-24", "Third title"),
        ("yesterday", "Third title"),
        ("now-2d", "Second title"),
        ("now-49h", "First title"),
        ("2030-01-01", "Third title"),
    ] {
        assert_eq!(desk.json(format!("show {id} --at '{at}'"))["title"], title, "{at}");
    }
}

#[test]
fn the_day_ends_in_the_desks_zone() {
    let (desk, id) = three_days();
    desk.write("loket.yaml", desk.read("loket.yaml").replace("timezone: UTC", "timezone: Pacific/Auckland"));
    desk.commit("far east");
    // Nine o'clock on the 23rd in London is ten in the evening of the 23rd there.
    assert_eq!(desk.json(format!("show {id} --at 2026-11-23"))["title"], "Second title");
    desk.write("loket.yaml", desk.read("loket.yaml").replace("Pacific/Auckland", "Pacific/Kiritimati"));
    desk.commit("farther");
    assert_eq!(desk.json(format!("show {id} --at 2026-11-22"))["title"], "First title");
}

#[test]
fn every_reading_command_takes_it() {
    let (desk, id) = three_days();
    desk.ok("people new kim --email kim@acme.example");
    desk.ok("customer new ann --email ann@example.com");
    assert_eq!(desk.json("list --view all --at v1").as_array().unwrap().len(), 1);
    assert_eq!(desk.json("list --view all").as_array().unwrap().len(), 2);
    assert_eq!(desk.json("list status:new --at v1 --count")["count"], 1);
    assert_eq!(desk.json("list --view all --group-by status --at v1")[0]["key"], "new");
    assert_eq!(desk.json(format!("log {id} --at 2026-11-23")).as_array().unwrap().len(), 2);
    assert_eq!(desk.json("search first --kind ticket,comment,article --at v1").as_array().unwrap().len(), 1);
    assert_eq!(desk.json("search first --kind ticket,comment,article").as_array().unwrap().len(), 0);
    assert_eq!(desk.ok("people list --at v1 -o ids").lines(), ["jo", "sam"]);
    assert_eq!(desk.ok("customer list --at v1 -o ids").stdout, "");
    desk.refused("people show kim --at v1", 3);
    desk.ok("view list --at v1");
    assert_eq!(desk.ok("--at v1 export jsonl").lines().len(), 1);
    desk.refused(format!("show {} --at v1", desk.json("list Later")[0]["id"].as_str().unwrap()), 3);
}

#[test]
fn the_past_leaves_the_present_index_as_it_is() {
    let (desk, id) = three_days();
    let now = desk.ok("list --view all --json").stdout;
    let then = desk.ok("list --view all --json --at v1").stdout;
    desk.ok(format!("search title --at HEAD~1 {}", ""));
    assert_eq!(desk.ok("list --view all --json").stdout, now);
    assert_eq!(desk.ok("list --view all --json --at v1").stdout, then);
    assert_eq!(desk.value(&id, "title"), "Third title");
    desk.is_clean();
}

#[test]
fn what_names_nothing_is_wrong_usage() {
    let (desk, _) = three_days();
    assert_snapshot!(desk.refused("list --at nowhere", 2), @"
        ! error: --at nowhere: there is no such revision or date
        ! hint: give what git understands (HEAD~3, a tag, a commit) or a date like 2026-11-22
        exit 2
        ");
    desk.refused("list --at 2020-01-01", 2);
    desk.refused("list --at ''", 2);
    desk.refused("list --at HEAD:loket.yaml", 2);
    desk.refused("list --at -x", 2);
    // Before the settings there was no desk: a tree without tickets is an empty one.
    desk.ok("list --at HEAD~4");
}

#[test]
fn nothing_is_changed_in_the_past() {
    let (desk, id) = three_days();
    for line in [
        "new A",
        "reply ID -m x",
        "note ID -m x",
        "set ID priority=high",
        "take ID",
        "assign ID sam",
        "solve ID",
        "escalate ID -m x",
        "merge ID ID",
        "split ID x",
        "link ID parent ID",
        "edit ID",
        "people new kim",
        "people away jo --from 2026-12-01 --to 2026-12-02",
        "customer new ann",
        "import jsonl nowhere.jsonl",
    ] {
        desk.refused(format!("{} --at v1", line.replace("ID", &id)), 2).says(&["--at"]);
    }
}
