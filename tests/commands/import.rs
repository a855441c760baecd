//! `import csv`: maps, and what they make of rows.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Desk, ticket_path};

/// Imports a table by a map, with more options.
pub fn import(desk: &Desk, table: &str, map: &str, options: &str) -> crate::support::Output {
    desk.write("../table.csv", table);
    desk.write("../map.yaml", map);
    desk.run(format!("import csv ../table.csv --map ../map.yaml {options}"))
}

/// What the import answered, as JSON; it has to succeed.
#[track_caller]
pub fn imported(desk: &Desk, table: &str, map: &str) -> Value {
    import(desk, table, map, "--json").exits(0).json()
}

/// The ticket of an external id.
#[track_caller]
pub fn by_key(desk: &Desk, key: &str) -> Value {
    let all = desk.json("list --view all");
    let row = all.as_array().unwrap().iter().find(|row| row["external_id"] == key);
    let id = row.unwrap_or_else(|| panic!("no ticket of {key}"))["id"].as_str().unwrap().to_owned();
    desk.json(format!("show {id}"))
}

pub const MAP: &str = "key: nr\nticket:\n  title: title\n  created: opened\n  status: {value: open}\n";

#[test]
fn a_row_becomes_a_ticket_of_its_own_time() {
    let desk = Desk::acme();
    let table = "nr,title,opened\n1,Cannot log in,2026-03-01T10:00:00Z\n2,\"Two, quoted\",2026-02-01T10:00:00Z\n";
    let said = import(&desk, table, MAP, "");
    assert_snapshot!(said, @"
        WHAT       COUNT
        read           2
        tickets        2
        comments       0
        commits        2
        unchanged      0
        skipped        0
        warnings       0
        ");
    let one = by_key(&desk, "1");
    assert_eq!(one["title"], "Cannot log in");
    assert!(one["id"].as_str().unwrap().starts_with("260301-"));
    assert_eq!(one["created"], "2026-03-01T10:00:00Z");
    assert_eq!(one["updated"], "2026-03-01T10:00:00Z");
    assert_snapshot!(desk.git("log -2 --format='%aI %an %cn %s'").replace(one["id"].as_str().unwrap(), "ID"), @"
        2026-03-01T10:00:00Z Jo Janssen Jo Janssen ID: imported
        2026-02-01T10:00:00Z Jo Janssen Jo Janssen 260201-c8z0h: imported
        ");
    assert_eq!(by_key(&desk, "2")["title"], "Two, quoted");
    desk.is_clean();
    desk.git("fsck --strict");
}

#[test]
fn every_way_to_name_a_value_works() {
    let desk = Desk::acme();
    desk.write("loket.yaml", desk.read("loket.yaml").replace("timezone: UTC", "timezone: Europe/Amsterdam"));
    desk.commit("a zone of the desk, another than that of the table");
    let map = "csv: {delimiter: ;, missing: [\"?\", \"-\"], dates: [\"%d/%m/%Y %H:%M\", \"%Y.%m.%d\"], timezone: America/New_York}
key: nr
author: who
ticket:
  title: \"{kind} {nr}: {what}\"
  created: opened
  type: {value: incident}
  status: {column: state, map: {New: new, Done: solved}, default: open}
  priority: {column: prio, map: {\"1\": urgent, \"2\": high}, default: normal}
  assignee: who
  requester: from
  tags: tags
  cc: cc
  channel: channel
  line: line
  field.room: room
  fields.seats: seats
body: \"{what}\\n\\n{details}\"
comments:
  - {column: answer, author: who, date: answered, visibility: public}
  - {column: remark, author: remarker}
  - {column: \"{answer} / {remark}\", author: who, visibility: internal}
";
    let table = "nr;kind;what;opened;state;prio;who;from;tags;cc;channel;line;room;seats;details;answer;answered;remark;remarker\n\
        7;INC;No sound;5/3/2026 9:30;Done;1;sam;ann@example.com;a, b;x@x.example,y@x.example;phone;2;B12;3;None at all;Plug it in;2026.03.06;?;-\n\
        8;INC;?;06/03/2026 09:30;Weird;9;?;?;;;;;;;;;;Told;jo\n";
    let answer = imported(&desk, table, map);
    assert_eq!((&answer["read"], &answer["tickets"], &answer["comments"]), (&json!(2), &json!(2), &json!(4)));
    let seven = by_key(&desk, "7");
    assert_eq!(seven["title"], "INC 7: No sound");
    assert_eq!(seven["created"], "2026-03-05T14:30:00Z");
    assert_eq!(seven["status"], "solved");
    assert_eq!((&seven["priority"], &seven["type"]), (&json!("urgent"), &json!("incident")));
    assert_eq!((&seven["assignee"], &seven["line"]), (&json!("sam"), &json!(2)));
    assert_eq!((&seven["tags"], &seven["cc"]), (&json!(["a", "b"]), &json!(["x@x.example", "y@x.example"])));
    assert_eq!(seven["fields"], json!({"room": "B12", "seats": 3}));
    assert_eq!(seven["body"], "No sound\n\nNone at all\n");
    let answer = seven["thread"].as_array().unwrap().iter().find(|one| one["body"] == "Plug it in\n").unwrap();
    assert_eq!((&answer["visibility"], &answer["author"]), (&json!("public"), &json!("sam")));
    assert_eq!(answer["date"], "2026-03-06T05:00:00Z");
    let eight = by_key(&desk, "8");
    assert_eq!((&eight["title"], &eight["status"]), (&json!("INC 8:"), &json!("open")));
    assert_eq!((&eight["assignee"], &eight["tags"]), (&Value::Null, &json!([])));
    let told = eight["thread"].as_array().unwrap().iter().find(|one| one["body"] == "Told\n").unwrap();
    assert_eq!((&told["visibility"], &told["author"]), (&json!("internal"), &json!("jo")));
    desk.is_clean();
}

#[test]
fn tables_may_be_of_windows_and_of_tabs() {
    let desk = Desk::acme();
    let map = format!("csv: {{delimiter: \"\\t\"}}\n{MAP}");
    let table = "\u{feff}nr\ttitle\topened\r\n1\tA \"b\"\t2026-03-01T10:00:00Z\r\n2\t\"two\r\nlines\"\t2026-03-01T10:00:00Z\r\n";
    let answer = imported(&desk, table, &map);
    assert_eq!(answer["tickets"], 2, "{answer}");
    assert_eq!(by_key(&desk, "2")["title"], "two lines");
}

#[test]
fn local_times_that_do_not_exist_move_and_ambiguous_ones_are_the_first() {
    let desk = Desk::acme();
    let map = format!("csv: {{dates: \"%Y-%m-%d %H:%M\", timezone: Europe/Amsterdam}}\n{MAP}");
    let table = "nr,title,opened\ngap,A,2026-03-29 02:30\nfold,B,2026-10-25 02:30\nplain,C,2026-07-01 12:00\n";
    imported(&desk, table, &map);
    assert_eq!(by_key(&desk, "gap")["created"], "2026-03-29T01:30:00Z");
    assert_eq!(by_key(&desk, "fold")["created"], "2026-10-25T00:30:00Z");
    assert_eq!(by_key(&desk, "plain")["created"], "2026-07-01T10:00:00Z");
}

#[test]
fn bad_rows_are_told_with_their_line_and_skipped() {
    let desk = Desk::acme();
    let map = "key: nr\nticket: {title: title, created: opened, status: state, priority: prio, field.seats: seats}\n";
    let table = "nr,title,opened,state,prio,seats\n\
        1,Good,2026-03-01T10:00:00Z,open,high,3\n\
        2,Bad date,yesterday,open,high,3\n\
        3,\"Bad\nstatus\",2026-03-01T10:00:00Z,opne,high,3\n\
        4,Bad priority,2026-03-01T10:00:00Z,open,higher,3\n\
        5,Bad field,2026-03-01T10:00:00Z,open,high,three\n\
        6,Too few,2026-03-01T10:00:00Z\n\
        ,No key,2026-03-01T10:00:00Z,open,high,3\n\
        8,,2026-03-01T10:00:00Z,open,high,3\n\
        9,No date,,open,high,3\n\
        10,Also good,2026-03-01T10:00:00Z,open,low,4\n";
    let done = import(&desk, table, map, "").exits(0);
    assert_snapshot!(done, @"
        WHAT       COUNT
        read          10
        tickets        2
        comments       0
        commits        2
        unchanged      0
        skipped        8
        warnings       0
        ! warning: line 3: skipped: 'yesterday' is no date for created
        ! warning: line 4: skipped: 'opne' is no status of this desk
        ! warning: line 6: skipped: 'higher' is no priority
        ! warning: line 7: skipped: field 'seats' wants a number, not 'three'
        ! warning: line 8: skipped: it has 3 values for 6 columns
        ! warning: line 9: skipped: it has no key
        ! warning: line 10: skipped: it has no title
        ! warning: line 11: skipped: it has no date of creation
        ");
    assert_eq!(desk.json("list --view all --count")["count"], 2);
    let again = imported(&desk, table, map);
    assert_eq!(again["skipped"].as_array().unwrap().len(), 8);
    assert_eq!(again["skipped"][1]["where"], "line 4", "a row stands with the line it starts on");
    desk.refused("import csv ../table.csv --map ../map.yaml --strict", 1).says(&["line 3", "nothing was imported"]);
}

#[test]
fn rows_that_are_no_text_are_skipped() {
    let desk = Desk::acme();
    desk.write("../map.yaml", MAP);
    desk.write(
        "../table.csv",
        b"nr,title,opened\n1,caf\xe9,2026-03-01T10:00:00Z\n2,a\0b,2026-03-01T10:00:00Z\n3,fine,2026-03-01T10:00:00Z\n",
    );
    let answer = desk.ok("import csv ../table.csv --map ../map.yaml --json").json();
    assert_eq!((&answer["tickets"], answer["skipped"].as_array().unwrap().len()), (&json!(1), 2));
}

#[test]
fn a_repeated_column_is_named_by_its_number() {
    let desk = Desk::acme();
    let table = "nr,title,opened,title\n1,first,2026-03-01T10:00:00Z,second\n";
    let answer = imported(&desk, table, &MAP.replace("title: title", "title: \"{title} {title#2}\""));
    assert_eq!(answer["warnings"][0]["where"], "line 1");
    assert_eq!(by_key(&desk, "1")["title"], "first second");
}

#[test]
fn a_wrong_map_is_an_error_with_its_line_and_changes_nothing() {
    let desk = Desk::acme();
    desk.write("../table.csv", "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n");
    for (map, words) in [
        ("key: nr\nticket: {title: title}\n", "map.yaml:2:"),
        ("key: nr\ntikcet: {title: title, created: opened, status: {value: open}}\n", "map.yaml:2:"),
        ("ticket: {title: title, created: opened, status: {value: open}}\n", "key"),
        ("key: nr\nticket:\n  title: title\n  created: opened\n  status: {value: open}\n  titel: nr\n", "titel"),
        (
            "csv: {delimiter: ab}\nkey: nr\nticket: {title: title, created: opened, status: {value: open}}\n",
            "map.yaml:1:",
        ),
        (
            "csv: {timezone: Europe/Atlantis}\nkey: nr\nticket: {title: title, created: opened, status: {value: open}}\n",
            "Atlantis",
        ),
        ("key: nr\nticket: {title: title, created: opened, status: {column: title, map: [a]}}\n", "map"),
        ("key: nr\nticket: {title: titel, created: opened, status: {value: open}}\n", "'titel'"),
        ("key: nr\nkey: nr\nticket: {title: title, created: opened, status: {value: open}}\n", "map.yaml:2:"),
        ("key: nr\nticket: [\n", "map.yaml:"),
        ("", "map.yaml"),
        (
            "key: nr\nticket: {title: title, created: opened, status: {value: open}}\ncomments: [{column: title, visibility: secret}]\n",
            "map.yaml:3:",
        ),
    ] {
        desk.write("../map.yaml", map);
        let said = desk.refused("import csv ../table.csv --map ../map.yaml", 1);
        assert!(said.stderr.contains(words), "{map}\ndoes not say {words:?}\n{said}");
    }
    desk.refused("import csv ../table.csv --map ../nowhere.yaml", 1);
    desk.write("../map.yaml", MAP);
    desk.refused("import csv ../nowhere.csv --map ../map.yaml", 1).says(&["nowhere.csv"]);
    desk.write("../table.csv", "");
    desk.refused("import csv ../table.csv --map ../map.yaml", 1).says(&["empty"]);
    desk.refused("import csv ../table.csv", 2);
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let desk = Desk::acme();
    let table = "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n2,B,soon\n";
    desk.unchanged(|| {
        let answer = import(&desk, table, MAP, "--dry-run --json").exits(0).json();
        assert_eq!((&answer["tickets"], &answer["commits"]), (&json!(1), &json!(1)));
        assert_eq!(answer["skipped"][0]["where"], "line 3");
    });
    assert_eq!(desk.git("for-each-ref refs/loket"), "");
}

#[test]
fn people_without_a_file_and_words_unknown_are_taken() {
    let desk = Desk::acme();
    let map = "key: nr\nauthor: who\nticket: {title: title, created: opened, status: {value: open}, assignee: who, type: kind, field.colour: colour}\n";
    let table = "nr,title,opened,who,kind,colour\n1,A,2026-03-01T10:00:00Z,Resolver 7,outage,red\n2,B,2026-03-01T10:00:00Z,kim@x.example,outage,red\n";
    let answer = imported(&desk, table, map);
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 2, "each unknown word once: {answer}");
    let one = by_key(&desk, "1");
    assert_eq!(
        (&one["assignee"], &one["type"], &one["fields"]),
        (&json!("Resolver 7"), &json!("outage"), &json!({"colour": "red"}))
    );
    let authors = desk.git("log -2 --format='%an <%ae>'");
    assert!(authors.contains("Resolver 7 <") && authors.contains("kim@x.example <kim@x.example>"), "{authors}");
}

#[test]
fn an_import_needs_an_agent_and_the_files_untouched() {
    let desk = Desk::acme();
    desk.write("../table.csv", "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n");
    desk.write("../map.yaml", MAP);
    desk.git("config user.email nobody@x.example");
    desk.refused("import csv ../table.csv --map ../map.yaml", 1);
    desk.ok("import csv ../table.csv --map ../map.yaml --as sam");
    let path = ticket_path(by_key(&desk, "1")["id"].as_str().unwrap());
    assert!(desk.has(&path));
}

#[test]
fn a_bare_desk_takes_an_import() {
    let desk = Desk::empty();
    desk.ok("init --bare ../help.git");
    desk.write("../table.csv", "nr,title,opened\n1,A,2026-03-01T10:00:00Z\n");
    desk.write("../map.yaml", MAP);
    desk.ok("-C ../help.git import csv ../table.csv --map ../map.yaml");
    assert_eq!(desk.json("-C ../help.git list --view all")[0]["title"], "A");
    desk.git("-C ../help.git fsck --strict");
}
