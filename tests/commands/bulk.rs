//! Many tickets at once: one commit, all or nothing.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::Desk;

/// Five tickets.
fn five() -> (Desk, Vec<String>) {
    let desk = Desk::acme();
    let ids = (1..=5).map(|number| format!("261122-{}", number.to_string().repeat(5))).collect::<Vec<_>>();
    ids.iter().for_each(|id| drop(desk.ticket(id).write()));
    desk.commit("five tickets");
    (desk, ids)
}

#[test]
fn several_ids_are_one_commit() {
    let (desk, ids) = five();
    let before = desk.commits();
    let done = desk.json(format!("set {} {} priority=high", ids[0], ids[1]));
    assert_eq!(done["tickets"], json!([ids[0], ids[1]]));
    assert_eq!(done["changes"].as_array().unwrap().len(), 2);
    assert_eq!(desk.commits(), before + 1);
    assert_snapshot!(desk.git("log -1 --format=%B"), @"
        2 tickets: set priority

        Loket-Command: set
        Loket-Ticket: 261122-11111
        Loket-Ticket: 261122-22222
        ");
    assert_eq!(desk.json("list priority:high").as_array().unwrap().len(), 2);
    desk.is_clean();
}

#[test]
fn a_dash_reads_ids_from_standard_input() {
    let (desk, ids) = five();
    let before = desk.commits();
    desk.call("set - priority=high").input(format!("{}\n{} {}\n", ids[0], ids[1], ids[0])).run().exits(0);
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.json("list priority:high --count")["count"], 2);
    desk.call("assign - sam").input("#11111\n22222\n").run().exits(0);
    assert_eq!(desk.json("list assignee:sam --count")["count"], 2);
    desk.call(format!("note - {} -m x", ids[4])).input("33333").run().exits(0);
    assert_eq!(desk.json("list has:comment --count")["count"], 2);
}

#[test]
fn nothing_on_standard_input_changes_nothing() {
    let (desk, _) = five();
    for line in ["set - priority=high", "close - --silent --reason x", "note - -m x", "assign - sam", "take -"] {
        desk.unchanged(|| {
            let done = desk.call(format!("{line} --json")).input("\n").run().exits(0);
            assert_eq!(done.json()["tickets"], json!([]), "{line}");
        });
    }
}

#[test]
fn a_query_takes_what_matches() {
    let (desk, ids) = five();
    desk.ok(format!("set {} tags=old", ids[0]));
    let done = desk.json("close --query tag:old --silent --reason 'tidying up'");
    assert_eq!(done["tickets"], json!([ids[0]]));
    desk.ok(format!("set {} --query 'status:closed' priority=low", ids[1]));
    assert_eq!(desk.json("list priority:low --count")["count"], 2);
    desk.unchanged(|| desk.ok("take --query 'tag:none-such'"));
    desk.refused("take --query 'statis:open'", 2);
    desk.refused("take", 2);
}

#[test]
fn what_the_shell_pipes_comes_round() {
    let (desk, _) = five();
    let ids = desk.ok("list status:open -o ids").stdout;
    desk.call("reply - -m 'We are at it.'").input(&ids).run().exits(0);
    assert_eq!(desk.json("list is:unanswered --count")["count"], 0);
    assert_eq!(desk.git("log -1 --format=%s"), "5 tickets: reply\n");
}

#[test]
fn it_is_all_or_nothing() {
    let (desk, ids) = five();
    desk.ok(format!("assign {} jo", ids[0]));
    desk.ok(format!("reply {} -m hello", ids[0]));
    desk.refused(format!("solve {} {}", ids[0], ids[1]), 4).says(&[&ids[1]]);
    desk.refused(format!("set {} zzzzz priority=high", ids[0]), 3);
    desk.refused(format!("set {} 2611 priority=high", ids[0]), 1);
    let piped = format!("{}\nzzzzz\n", ids[0]);
    desk.unchanged(|| desk.call("set - priority=high").input(piped).run().exits(3));
    desk.write("tickets/2026/11/22/261122-bbbbb/ticket.md", "---\ntitle: broken\n---\n");
    desk.commit("broken");
    desk.refused(format!("set {} bbbbb priority=high", ids[0]), 1);
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let (desk, ids) = five();
    desk.unchanged(|| {
        let done =
            desk.ok(format!("set {} {} priority=high --dry-run --json", ids[0], ids[1])).says(&["dry run"]).json();
        assert_eq!(done["commit"], Value::Null);
        assert_eq!(done["changes"].as_array().unwrap().len(), 2);
        for line in [
            "reply ID -m x --dry-run",
            "note ID -m x --dry-run",
            "take ID --dry-run",
            "escalate ID -m x --dry-run",
            "wait ID --dry-run",
            "merge ID 22222 --dry-run",
            "link ID parent 22222 --dry-run",
        ] {
            desk.ok(line.replace("ID", &ids[0])).says(&["dry run"]);
        }
        assert_snapshot!(desk.ok(format!("take {} --dry-run", ids[0])), @"
            TICKET        FIELD     FROM  TO
            261122-11111  assignee  none  jo
            ! this is a dry run; nothing was changed
            ");
    });
    desk.refused(format!("solve {} --dry-run", ids[0]), 4);
}

#[test]
fn a_mixture_commits_only_what_changes() {
    let (desk, ids) = five();
    desk.ok(format!("set {} priority=high", ids[0]));
    let done = desk.json(format!("set {} {} priority=high", ids[0], ids[1]));
    assert_eq!(done["tickets"], json!([ids[1]]));
    assert_eq!(desk.git("log -1 --format=%s"), format!("{}: set priority\n", ids[1]));
}

#[test]
fn answers_to_many_have_files_and_follow_ups() {
    let (desk, ids) = five();
    desk.write("../log.txt", "x");
    desk.ok(format!("reply {} {} -m see --attach ../log.txt", ids[0], ids[1]));
    for id in &ids[..2] {
        assert_eq!(desk.json(format!("show {id}"))["thread"][0]["attachments"][0]["name"], "log.txt");
    }
    desk.ok(format!("close {} {} --silent --reason x", ids[0], ids[1]));
    let before = desk.commits();
    let made = desk.json(format!("reply {} {} --from ann@example.com -m More.", ids[0], ids[1]));
    assert_eq!(made["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.json("list link:related-to --count")["count"], 2);
}
