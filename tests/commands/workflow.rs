//! SLA clocks, rules, assignment, time, ratings, reports.

use serde_json::Value;

use crate::support::Desk;

const OFFICE: &str = "office:\n  timezone: UTC\n  hours: {mon: [\"09:00-17:00\"], tue: [\"09:00-17:00\"]}\n";

/// A desk with policies; it is Sunday, 22 November 2026.
fn desk(sla: &str, rules: &str) -> Desk {
    let desk = Desk::acme();
    desk.write("policy/calendars.yaml", OFFICE);
    desk.write("policy/sla.yaml", sla);
    desk.write("policy/rules.yaml", rules);
    desk.commit("policies");
    desk
}

fn asked(desk: &Desk) -> String {
    desk.opened("Help --from ann@example.com -m 'It fails.'")
}

const ANSWER: &str = "- {name: standard, calendar: office, targets: {first-response: {normal: 2h}}}\n";

#[test]
fn a_clock_runs_in_business_time_and_is_judged_at_the_answer() {
    let desk = desk(ANSWER, "[]\n");
    let id = asked(&desk);
    let shown = desk.json(format!("show {id}"));
    assert_eq!(shown["due"], "2026-11-23T11:00:00Z");
    assert_eq!(shown["sla"]["state"], "ok");
    assert!(desk.json(format!("show {id} --public"))["sla"].is_null());
    let desk = desk.at("2026-11-23T12:00:00Z");
    assert_eq!(desk.json("list is:overdue --count")["count"], 1);
    desk.ok(format!("reply {id} -m 'We look.'"));
    let clocks = desk.json(format!("sla show {id}"))["clocks"].clone();
    assert_eq!(clocks[0]["state"], "missed");
    assert_eq!(clocks[0]["used"], 3 * 3600);
    assert_eq!(desk.json("list sla:missed --count")["count"], 1);
}

#[test]
fn a_policy_that_cannot_be_read_is_told_and_the_others_work() {
    let desk = desk(
        &format!("- {{name: odd, when: 'created:>now-7d', targets: {{update: {{normal: 1h}}}}}}\n{ANSWER}"),
        "[]\n",
    );
    let id = asked(&desk);
    let done = desk.call(format!("show {id} --json")).run().exits(0);
    assert_eq!(done.json()["sla"]["policy"], "standard");
    let found = desk.call("check --json").run().json();
    let finding = found.as_array().unwrap().iter().find(|one| one["path"] == "policy/sla.yaml").unwrap().clone();
    assert_eq!((&finding["line"], &finding["code"]), (&Value::from(1), &Value::from("query")));
}

#[test]
fn what_a_rule_does_is_in_the_commit_that_sets_it_off() {
    let rules = "- name: high\n  on: [created]\n  when: \"type:question\"\n  then:\n    - set: {priority: high}\n    \
                 - note: MARKER look\n    - assign: {strategy: fixed, agent: sam}\n";
    let desk = desk(ANSWER, rules);
    let before = desk.commits();
    let id = desk.opened("Help --type question --from ann@example.com -m Text.");
    let shown = desk.json(format!("show {id}"));
    assert_eq!((&shown["priority"], &shown["assignee"]), (&Value::from("high"), &Value::from("sam")));
    assert_eq!(desk.commits(), before + 1);
    assert!(desk.git("log -1 --format=%B").contains("Loket-Rule: high"));
    assert!(!desk.ok(format!("show {id} --public")).text().contains("MARKER"));
    let given = desk.opened("Help --type question --assign jo -m Text.");
    assert_eq!(desk.json(format!("show {given}"))["assignee"], "jo");
    let tried = desk.json(format!("rules test {id} --event created"));
    assert_eq!(tried[0]["fires"], true);
}

#[test]
fn tick_does_what_is_due_once() {
    let desk = desk(ANSWER, "- {name: late, on: [sla-breach], then: [{set: {priority: urgent}}]}\n");
    let id = asked(&desk);
    let desk = desk.at("2026-11-23T11:00:01Z");
    let done = desk.json("tick");
    assert_eq!(done["events"][0]["event"], "sla-breach first-response 1");
    assert_eq!(desk.json(format!("show {id}"))["priority"], "urgent");
    let before = desk.head();
    assert_eq!(desk.json("tick")["events"], Value::Array(Vec::new()));
    assert_eq!(desk.head(), before);
    desk.ok(format!("take {id}"));
    desk.ok(format!("reply {id} -m Done. --solve"));
    desk.ok(format!("rate {id} 5"));
    desk.refused(format!("rate {id} 4"), 4);
    let desk = desk.at("2026-11-27T11:00:01Z");
    desk.ok("tick");
    assert_eq!(desk.json(format!("show {id}"))["status"], "closed");
    let report = desk.json("report satisfaction");
    assert_eq!(report["rows"][0]["csat"], 1.0);
    assert_eq!(desk.json("report volume")["rows"][0]["solved"]["events"], 1);
}

#[test]
fn a_requester_who_owes_an_answer_is_reminded_and_then_given_up() {
    let desk = desk("[]\n", "[]\n");
    let settings = desk.read("loket.yaml");
    desk.write("loket.yaml", format!("{settings}reminders: {{after: 1d, times: 1, pattern: information-request}}\n"));
    desk.commit("reminders");
    let id = asked(&desk);
    desk.ok(format!("take {id}"));
    desk.ok(format!("reply {id} -m 'Which one?' --wait"));
    let desk = desk.at("2026-11-23T10:00:00Z");
    assert_eq!(desk.json("tick")["events"][0]["event"], "reminder 1");
    let thread = desk.json(format!("show {id}"))["thread"].clone();
    assert_eq!(thread[1]["automatic"], true);
    let desk = desk.at("2026-11-24T10:00:00Z");
    assert_eq!(desk.json("tick")["events"][0]["event"], "no-answer");
    assert_eq!(desk.json(format!("show {id}"))["status"], "solved");
}

#[test]
fn auto_says_whom_it_looked_at() {
    let desk = desk("[]\n", "[]\n");
    let id = asked(&desk);
    let told = desk.json(format!("assign {id} auto --explain"));
    assert_eq!(told["assignments"][0]["strategy"], "least-loaded");
    assert_eq!(told["assignments"][0]["candidates"].as_array().unwrap().len(), 2);
    assert!(!desk.json(format!("show {id}"))["assignee"].is_null());
}

#[test]
fn what_is_opened_outwards_owes_no_answer_yet() {
    let desk = desk(ANSWER, "[]\n");
    let id = desk.opened("'Your order' --outbound --from ann@example.com -m 'It is late.'");
    let shown = desk.json(format!("show {id}"));
    assert_eq!((&shown["due"], &shown["thread"][0]["role"]), (&Value::Null, &Value::from("agent")));
    desk.ok(format!("reply {id} --from ann@example.com -m 'How late?'"));
    assert_eq!(desk.json(format!("show {id}"))["sla"]["target"], "first-response");
}

#[test]
fn a_requester_who_joins_an_organisation_is_promised_what_it_is() {
    let policies =
        format!("- {{name: gold, when: 'org:acme', targets: {{first-response: {{normal: 30m clock}}}}}}\n{ANSWER}");
    let desk = desk(&policies, "[]\n");
    desk.write("orgs/acme.md", "---\nname: Acme\n---\n");
    desk.commit("an organisation");
    let id = asked(&desk);
    let promised = || desk.json("list --view all")[0]["sla"]["policy"].clone();
    assert_eq!(promised(), "standard");
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com]\norganisation: acme\n---\n");
    desk.commit("Ann is of Acme");
    assert_eq!(promised(), "gold");
    assert_eq!(desk.json(format!("show {id}"))["sla"]["policy"], "gold");
    desk.write("customers/ann.md", "---\nname: Ann\nemails: [ann@example.com]\n---\n");
    desk.commit("and is no more");
    assert_eq!(promised(), "standard");
}
