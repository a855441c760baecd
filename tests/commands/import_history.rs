//! `import csv` of events: every row a state of its ticket, every state a commit.

use serde_json::{Value, json};

use super::import::{by_key, import, imported};
use crate::support::Desk;

pub const MAP: &str = "csv: {dates: \"%Y-%m-%d %H:%M\"}
key: nr
at: at
author: who
ticket:
  title: \"Incident {nr}\"
  created: opened
  status: {column: state, map: {New: new, Active: open, Resolved: solved}}
  priority: prio
comments:
  - {column: remark, author: who, visibility: public}
";

pub const TABLE: &str = "nr,opened,at,who,state,prio,remark
1,2026-03-01 10:00,2026-03-01 10:00,jo,New,normal,
2,2026-03-01 11:00,2026-03-01 11:00,sam,New,low,
1,2026-03-01 10:00,2026-03-01 12:00,sam,Active,normal,We look
1,2026-03-01 10:00,2026-03-01 12:30,sam,Active,normal,
1,2026-03-01 10:00,2026-03-02 09:00,jo,Resolved,high,
";

fn story(desk: &Desk, key: &str) -> Vec<String> {
    let id = by_key(desk, key)["id"].as_str().unwrap().to_owned();
    let entries = desk.json(format!("log {id}"));
    let tell = |entry: &Value| {
        let fields: Vec<String> = entry["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| format!("{}={}", change["field"].as_str().unwrap(), change["to"].as_str().unwrap()))
            .collect();
        let comment = if entry["comment"].is_null() { "" } else { "comment" };
        format!(
            "{} {} {}{comment}",
            &entry["date"].as_str().unwrap()[5..16],
            entry["author"]["agent"].as_str().unwrap_or("?"),
            fields.join(" ")
        )
    };
    entries.as_array().unwrap().iter().map(tell).collect()
}

#[test]
fn states_become_commits_of_their_own_time_and_author() {
    let desk = Desk::acme();
    let before = desk.commits();
    let answer = imported(&desk, TABLE, MAP);
    assert_eq!(
        answer,
        json!({"read": 5, "tickets": 2, "comments": 1, "commits": 5, "unchanged": 0, "skipped": [], "warnings": []})
    );
    assert_eq!(desk.commits(), before + 5);
    assert_eq!(
        story(&desk, "1"),
        [
            "03-01T10:00 jo ",
            "03-01T12:00 sam status=open",
            "03-01T12:00 sam comment",
            "03-02T09:00 jo status=solved priority=high"
        ]
    );
    assert_eq!(story(&desk, "2"), ["03-01T11:00 sam "]);
    let shown = by_key(&desk, "1");
    assert_eq!((&shown["closed"], &shown["updated"]), (&Value::Null, &json!("2026-03-02T09:00:00Z")));
    let id = shown["id"].as_str().unwrap();
    assert_eq!(desk.json(format!("show {id} --at 2026-03-01"))["status"], "open");
    let dates: Vec<String> = desk.git("log -5 --format=%aI").lines().map(str::to_owned).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "in the order of time over all tickets: {dates:?}");
    desk.is_clean();
}

#[test]
fn a_second_run_changes_nothing() {
    let desk = Desk::acme();
    imported(&desk, TABLE, MAP);
    desk.unchanged(|| {
        let answer = imported(&desk, TABLE, MAP);
        assert_eq!((&answer["commits"], &answer["unchanged"], &answer["tickets"]), (&json!(0), &json!(2), &json!(0)));
    });
}

#[test]
fn a_later_file_appends_what_it_has_more() {
    let desk = Desk::acme();
    imported(&desk, TABLE, MAP);
    let longer = format!(
        "{TABLE}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,high,Again\n3,2026-03-03 10:00,2026-03-03 10:00,jo,New,low,\n"
    );
    let answer = imported(&desk, &longer, MAP);
    assert_eq!((&answer["tickets"], &answer["unchanged"], &answer["comments"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(by_key(&desk, "1")["status"], "open");
    assert_eq!(story(&desk, "1").len(), 6);
    assert_eq!(by_key(&desk, "3")["priority"], "low");
    desk.unchanged(|| imported(&desk, &longer, MAP));
}

#[test]
fn what_was_changed_here_meanwhile_survives() {
    let desk = Desk::acme();
    imported(&desk, TABLE, MAP);
    let id = by_key(&desk, "1")["id"].as_str().unwrap().to_owned();
    desk.ok(format!("set {id} tags+=ours priority=urgent title='Our title'"));
    desk.ok(format!("note {id} -m 'Ours too.'"));
    desk.unchanged(|| imported(&desk, TABLE, MAP));
    let longer = format!("{TABLE}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,high,\n");
    imported(&desk, &longer, MAP);
    let shown = by_key(&desk, "1");
    assert_eq!((&shown["status"], &shown["tags"]), (&json!("open"), &json!(["ours"])));
    assert_eq!(
        (&shown["priority"], &shown["title"]),
        (&json!("urgent"), &json!("Our title")),
        "the source did not change them"
    );
    assert_eq!(shown["comments"], 2);
    desk.unchanged(|| imported(&desk, &longer, MAP));
    desk.is_clean();
}

#[test]
fn a_row_out_of_order_stays_in_its_place() {
    let desk = Desk::acme();
    let table = "nr,opened,at,who,state,prio,remark
1,2026-03-01 10:00,2026-03-01 10:00,jo,New,normal,
1,2026-03-01 10:00,2026-03-03 10:00,jo,Active,normal,
1,2026-03-01 10:00,2026-03-02 10:00,jo,Resolved,normal,
";
    imported(&desk, table, MAP);
    assert_eq!(by_key(&desk, "1")["status"], "solved", "source order within one ticket");
    assert_eq!(story(&desk, "1"), ["03-01T10:00 jo ", "03-03T10:00 jo status=open", "03-02T10:00 jo status=solved"]);
    desk.unchanged(|| imported(&desk, table, MAP));
}

#[test]
fn an_answer_before_its_question_is_taken_with_a_warning() {
    let desk = Desk::acme();
    let map = MAP.replace("author: who, visibility", "author: who, date: at, visibility");
    let table = "nr,opened,at,who,state,prio,remark\n1,2026-03-01 10:00,2026-02-01 10:00,jo,New,normal,Early\n";
    let answer = imported(&desk, table, &map);
    assert_eq!(answer["warnings"][0]["where"], "line 2");
    assert_eq!(by_key(&desk, "1")["comments"], 1);
}

#[test]
fn a_bad_row_within_a_history_leaves_the_rest() {
    let desk = Desk::acme();
    let table = TABLE.replace("12:00,sam,Active,normal,We look", "noon,sam,Active,normal,We look");
    let answer = imported(&desk, &table, MAP);
    assert_eq!(answer["skipped"][0]["where"], "line 4");
    assert_eq!(by_key(&desk, "1")["status"], "solved");
}

#[test]
fn uncommitted_work_in_the_folder_is_left_alone() {
    let desk = Desk::acme();
    imported(&desk, TABLE, MAP);
    let path = by_key(&desk, "1")["path"].as_str().unwrap().to_owned();
    let mine = desk.read(&path).replace("Incident 1", "Mine");
    desk.write(&path, &mine);
    let longer = format!("{TABLE}1,2026-03-01 10:00,2026-03-03 09:00,sam,Active,high,\n");
    let head = desk.head();
    import(&desk, &longer, MAP, "").exits(4).says(&[&path]);
    assert_eq!(desk.head(), head);
    assert_eq!(desk.read(&path), mine);
}

#[test]
fn tickets_of_the_last_century_have_their_place() {
    let desk = Desk::acme();
    let table = "nr,opened,at,who,state,prio,remark\n1,1985-03-01 10:00,1985-03-01 10:00,jo,New,normal,\n";
    imported(&desk, table, MAP);
    let shown = by_key(&desk, "1");
    assert!(shown["id"].as_str().unwrap().starts_with("850301-"));
    assert_eq!(shown["path"].as_str().unwrap().split('/').nth(1), Some("1985"));
}
