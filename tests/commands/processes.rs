//! Processes as they are listed, shown and drawn; and what is said of a file that is none.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::Desk;

pub const INTAKE: &str = r#"---
title: Intake
start: who
steps:
  who:       {ask: "Who is asking?", set: requester, next: kind}
  kind:
    ask: What is it?
    options:
      question: {set: {type: question, tags+: asked}, next: search}
      broken:   {set: {type: incident, priority: high}, next: reproduce}
      nothing:  {end: none}
  search:    {do: "Search the knowledge base", next: answered}
  answered:
    ask: Did that answer it?
    options:
      yes: {end: solve}
      no: {end: escalate}
      later: {end: wait}
      parked: {end: hold}
      done: {end: close}
      back: {next: kind}
  reproduce: {do: "Collect the steps", pattern: technical-problem, end: open}
---
When a request comes in.
"#;

/// A desk with a process, of these lines below `steps:`.
pub fn with(steps: &str) -> Desk {
    let desk = Desk::acme();
    write(&desk, "flow", &format!("---\ntitle: Flow\nsteps:\n{steps}---\n"));
    desk
}

pub fn write(desk: &Desk, slug: &str, text: &str) {
    desk.write(&format!("processes/{slug}.md"), text);
    desk.commit("a process");
}

#[test]
fn processes_are_listed_and_shown() {
    let desk = Desk::acme();
    write(&desk, "zz", INTAKE);
    assert_snapshot!(desk.ok("process list"), @"
        SLUG    TITLE   STEPS
        intake  Intake     22
        zz      Intake      5
        ");
    let rows = desk.json("process list");
    let row = rows.as_array().unwrap().iter().find(|row| row["slug"] == "zz").unwrap();
    assert_eq!(*row, json!({"slug": "zz", "title": "Intake", "steps": 5, "path": "processes/zz.md"}));
    assert_snapshot!(desk.ok("process show zz"), @"
        zz  Intake

        who  Who is asking?
            sets requester
            → kind

        kind  What is it?
            question (type=question, tags+=asked) → search
            broken (type=incident, priority=high) → reproduce
            nothing → end: none

        search  Search the knowledge base
            → answered

        answered  Did that answer it?
            yes → end: solve
            no → end: escalate
            later → end: wait
            parked → end: hold
            done → end: close
            back → kind

        reproduce  Collect the steps
            answer from pattern technical-problem
            → end: open

        When a request comes in.
        ");
    let page = desk.json("process show zz");
    assert_eq!((&page["start"], &page["body"]), (&json!("who"), &json!("When a request comes in.\n")));
    assert_eq!(
        page["steps"][0],
        json!({"name": "who", "kind": "tell", "text": "Who is asking?", "set": "requester", "pattern": null, "options": [],
            "next": "kind", "end": null})
    );
    assert_eq!(
        page["steps"][1]["options"][0],
        json!({"name": "question", "set": ["type=question", "tags+=asked"], "next": "search", "end": null})
    );
    assert_eq!((&page["steps"][4]["kind"], &page["steps"][4]["pattern"]), (&json!("do"), &json!("technical-problem")));
    desk.refused("process show zy", 3).says(&["did you mean 'zz'?"]);
    desk.refused("process show ../people/jo", 3);
    desk.refused("process show zz -o csv", 2);
}

#[test]
fn a_process_is_drawn() {
    let desk = Desk::acme();
    write(&desk, "zz", INTAKE);
    assert_snapshot!(desk.ok("process show zz --mermaid"), @r#"
        flowchart TD
            s0{{"who: Who is asking?"}}
            s1{{"kind: What is it?"}}
            s2["search: Search the knowledge base"]
            s3{{"answered: Did that answer it?"}}
            s4["reproduce: Collect the steps"]
            s0 --> s1
            s1 -->|"question"| s2
            s1 -->|"broken"| s4
            s1 -->|"nothing"| end_none(["none"])
            s2 --> s3
            s3 -->|"yes"| end_solve(["solve"])
            s3 -->|"no"| end_escalate(["escalate"])
            s3 -->|"later"| end_wait(["wait"])
            s3 -->|"parked"| end_hold(["hold"])
            s3 -->|"done"| end_close(["close"])
            s3 -->|"back"| s1
            s4 --> end_open(["open"])
        "#);
}

#[test]
fn hostile_text_stays_within_its_label() {
    let text = r#"\"] --> x[\"a\n    s0 --> end\n<img src=x onerror=y> #quot; }} |z| \e[31m é \u2028 ` %% end"#;
    let desk = with(&format!(
        "  \"a\\\"]; x\":\n    ask: \"{text}\"\n    options:\n      \"o\\\"| s9\\n\": {{next: \"b\\\"] --> c\"}}\n      ok: {{end: open}}\n"
    ));
    let drawn = desk.ok("process show flow --mermaid").stdout;
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines.len(), 4, "{drawn}");
    assert!(lines[1].starts_with("    s0{{\"") && lines[1].ends_with("\"}}"), "{drawn}");
    assert!(lines[2].starts_with("    s0 -->|\"") && lines[2].ends_with("\"| missing"), "{drawn}");
    assert_eq!(lines[3], "    s0 -->|\"ok\"| end_open([\"open\"])");
    for line in &lines[1..3] {
        assert_eq!(line.matches('"').count(), 2, "a label ends early: {line}");
    }
    assert!(!drawn.contains(['<', '\u{1b}', '\u{2028}', '`']), "{drawn:?}");
    assert!(drawn.contains("y#gt; #35;quot; }}"), "a written entity stays as it is written: {drawn}");
    let shown = desk.ok("process show flow").stdout;
    assert!(!shown.contains(['\u{1b}', '\u{2028}']), "{shown:?}");
    assert!(!shown.lines().any(|line| line.starts_with("    s0 -->")), "{shown}");
}

#[test]
fn a_broken_process_is_told_at_its_place() {
    for (from, to, place) in [
        ("{end: wait}", "{end: weit}", "18:20"),
        ("start: who", "start: whom", "3:8"),
        ("steps:", "stips:", "1:1"),
        ("{ask: \"Who is asking?\", set: requester, next: kind}", "soon", "5:14"),
        ("{end: none}", "{}", "11:7"),
        ("title: Intake", "title: [", "4:6"),
    ] {
        let desk = Desk::acme();
        assert!(INTAKE.contains(from), "{from}");
        write(&desk, "intake", &INTAKE.replace(from, to));
        let id = desk.opened("T -m Help.");
        let place = format!("processes/intake.md:{place}");
        for line in ["process show intake", "process show intake --mermaid", &format!("process run intake {id}")] {
            desk.refused(line, 1).says(&[&place]);
        }
        let list = desk.ok("process list");
        assert!(list.stderr.contains(&place) && !list.stdout.contains("intake "), "{to}: {list}");
        let found = desk.run("check processes").exits(1);
        assert!(found.stdout.starts_with(&place), "{to}: {found}");
    }
}
