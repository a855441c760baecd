//! One answer, six faces.

use insta::assert_snapshot;
use serde_json::Value;

use super::lists::six;
use crate::support::Desk;

#[test]
fn lists_in_every_format() {
    let desk = six();
    let list = "list status:open,new --sort=id";
    assert_snapshot!(desk.ok(list), @"
        ID            PRIORITY  STATUS  TITLE  REQUESTER  ASSIGNEE  AGE
        261120-aaaaa  high      open    Alpha             jo         2d
        261121-ccccc  normal    new     Gamma                        1d
        261121-ddddd  urgent    new     Delta                        1d
        ");
    assert_snapshot!(desk.ok(format!("{list} -o md")), @"
        | id | priority | status | title | requester | assignee | age |
        | --- | --- | --- | --- | --- | --- | --- |
        | 261120-aaaaa | high | open | Alpha |  | jo | 2d |
        | 261121-ccccc | normal | new | Gamma |  |  | 1d |
        | 261121-ddddd | urgent | new | Delta |  |  | 1d |
        ");
    assert_snapshot!(desk.ok(format!("{list} -o ids")), @"
        261120-aaaaa
        261121-ccccc
        261121-ddddd
        ");
    assert_snapshot!(desk.ok(format!("{list} -o csv")), @"
        id,title,status,state,priority,type,requester,assignee,team,cc,tags,channel,language,created,updated,closed,line,merged_into,external_id,path,comments,links,fields,satisfaction,first_response,due,sla
        261120-aaaaa,Alpha,open,open,high,,,jo,,,,,,2026-11-20T08:00:00Z,2026-11-22T09:00:00Z,,1,,,tickets/2026/11/20/261120-aaaaa/ticket.md,0,,,,,2026-11-21T08:00:00Z,breached
        261121-ccccc,Gamma,new,open,normal,,,,second-line,,,,,2026-11-21T08:00:00Z,2026-11-22T09:00:00Z,,1,,,tickets/2026/11/21/261121-ccccc/ticket.md,0,,,,,2026-11-22T08:00:00Z,breached
        261121-ddddd,Delta,new,open,urgent,,,,,,,,,2026-11-21T08:00:00Z,2026-11-22T09:00:00Z,,1,,,tickets/2026/11/21/261121-ddddd/ticket.md,0,,,,,2026-11-22T08:00:00Z,breached
        ");
    let whole = desk.json(list);
    let lines = desk.ok(format!("{list} -o jsonl"));
    let lines: Vec<Value> = lines.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), whole);
}

#[test]
fn other_answers_in_every_format() {
    let desk = six();
    for line in ["search Alpha", "log aaaaa", "view list", "people list", "customer list", "index status"] {
        desk.json(line);
        for format in ["table", "jsonl", "csv", "md", "ids"] {
            let done = desk.run(format!("{line} -o {format}"));
            assert!(matches!(done.code, 0 | 2), "{line} -o {format}: {done}");
        }
    }
    assert_snapshot!(desk.ok("log aaaaa"), @"
        DATE                  WHO  COMMAND  WHAT
        2026-11-22T09:00:00Z  jo   by hand
        ");
    assert!(desk.ok("search Alpha -o csv").stdout.starts_with(
        "kind,id,ticket,title,score,snippet,path
ticket,"
    ));
    assert_snapshot!(desk.ok("list --view all --group-by state -o csv"), @"
        state,count
        open,3
        discarded,1
        solved,1
        waiting,1
        ");
}

#[test]
fn an_unknown_format_is_wrong_usage() {
    let desk = Desk::new();
    desk.refused("list -o xml", 2).says(&["xml"]);
    desk.refused("lsit", 2);
    desk.refused("list --nothing", 2);
}

#[test]
fn help_and_version_are_answers() {
    let desk = Desk::empty();
    assert!(desk.ok("--version").stdout.starts_with("loket "));
    assert!(desk.ok("--help").stdout.contains("Exit status"));
    for command in ["new", "list", "set", "import csv", "people away"] {
        assert!(desk.ok(format!("{command} --help")).stdout.contains("Usage: loket"), "{command}");
    }
}

#[test]
fn errors_have_one_shape_for_programs() {
    let desk = Desk::acme();
    let keys = ["error", "kind", "hints", "path", "line", "column"];
    for (line, code, kind) in [
        ("list statis:open --json", 2, "usage"),
        ("show zzzzz --json", 3, "not-found"),
        ("show zzzzz -o jsonl", 3, "not-found"),
        ("show zzzzz --output=json", 3, "not-found"),
        ("list --nothing --json", 2, "usage"),
        ("-C ../nowhere list --json", 1, "error"),
    ] {
        let done = desk.run(line).exits(code);
        assert_eq!(done.stdout, "", "{line}");
        let error: Value = serde_json::from_str(&done.stderr).unwrap_or_else(|_| panic!("{line}: {done}"));
        assert_eq!(error.as_object().unwrap().keys().collect::<Vec<_>>(), keys, "{line}");
        assert_eq!(error["kind"], kind, "{line}");
    }
    let id = desk.opened("A");
    let error: Value = serde_json::from_str(&desk.run(format!("solve {id} --json")).exits(4).stderr).unwrap();
    assert_eq!(error["kind"], "refused");
}

#[test]
fn quiet_says_only_the_answer() {
    let desk = six();
    let done = desk.ok("set aaaaa priority=high --quiet");
    assert_eq!(done.stderr, "");
    assert!(!desk.run("show zzzzz --quiet").exits(3).stderr.is_empty(), "an error is told all the same");
}

#[test]
fn options_that_hold_for_all_stand_anywhere() {
    let desk = six();
    let place = desk.path().to_str().unwrap().to_owned();
    for line in [
        format!("-C {place} --as sam list -o ids"),
        format!("list -C {place} -o ids --as sam"),
        format!("-o ids list --as=sam -C{place}"),
    ] {
        assert_eq!(desk.call(&line).cwd(desk.home()).run().exits(0).lines().len(), 2, "{line}");
    }
}

#[test]
fn completions_and_man_pages_are_made() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(desk.ok(format!("completions {shell}")).stdout.contains("loket"), "{shell}");
    }
    desk.refused("completions tcsh", 2);
    desk.ok("man ../man");
    assert!(desk.read("../man/loket.1").contains("loket"));
    assert!(desk.has("../man/loket-list.1"));
}

#[test]
fn the_index_may_be_deleted_at_any_time() {
    let desk = six();
    let lines = ["list --view all --json", "search Alpha --json", "log --json", "show bbbbb --json"];
    let before: Vec<String> = lines.iter().map(|line| desk.ok(line).stdout).collect();
    std::fs::remove_dir_all(desk.path().join(".git/loket")).unwrap();
    for (line, answer) in lines.iter().zip(&before) {
        assert_eq!(desk.ok(line).stdout, *answer, "{line}");
    }
    assert_eq!(desk.json("index status")["exists"], true);
    desk.ok("index rebuild");
    for (line, answer) in lines.iter().zip(&before) {
        assert_eq!(desk.ok(line).stdout, *answer, "{line}");
    }
}

#[test]
fn a_damaged_index_is_built_anew() {
    let desk = six();
    let before = desk.ok("list --view all --json").stdout;
    for name in ["meta.json", ".managed.json"] {
        desk.write(&format!(".git/loket/index/{name}"), "{ this is no index");
        assert_eq!(desk.ok("list --view all --json").stdout, before, "{name}");
    }
    for entry in std::fs::read_dir(desk.path().join(".git/loket/index")).unwrap().flatten() {
        desk.write(&format!(".git/loket/index/{}", entry.file_name().to_str().unwrap()), "");
    }
    assert_eq!(desk.ok("list --view all --json").stdout, before);
}

#[test]
fn suggestions_survive_a_damaged_index() {
    let desk = six();
    let id = desk.ok("list --view all --limit 1 -o ids").text().to_owned();
    for line in [format!("kb suggest {id} --json"), format!("pattern suggest {id} --json")] {
        let before = desk.ok(&line).stdout;
        for entry in std::fs::read_dir(desk.path().join(".git/loket/index")).unwrap().flatten() {
            desk.write(&format!(".git/loket/index/{}", entry.file_name().to_str().unwrap()), "");
        }
        assert_eq!(desk.ok(&line).stdout, before, "{line}");
    }
}
