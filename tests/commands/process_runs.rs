//! `process run`: what is answered, what is set, how it ends, and what it refuses.

use serde_json::{Value, json};

use super::processes::{INTAKE, with, write};
use crate::support::Desk;

/// A desk with the process `intake`, and a ticket of Ann's that jo has.
fn desk() -> (Desk, String) {
    let desk = Desk::acme();
    write(&desk, "intake", INTAKE);
    let id = desk.opened("'Cannot log in' --from ann@example.com --assign jo -m Help.");
    (desk, id)
}

/// The answers up to the last question of `intake`.
fn run(id: &str, last: &str) -> String {
    format!("process run intake {id} --answer who=ann@example.com --answer kind=question --answer answered={last}")
}

fn thread(desk: &Desk, id: &str) -> Vec<Value> {
    desk.value(id, "thread").as_array().unwrap().clone()
}

#[test]
fn answers_become_one_internal_comment_and_fields_in_one_commit() {
    let (desk, id) = desk();
    let before = desk.commits();
    desk.ok(format!(
        "process run intake {id} --answer who=bob@example.com --answer kind=broken --answer 'reproduce=it \t is\n *slow*'"
    ));
    assert_eq!(desk.commits(), before + 1);
    let ticket = desk.json(format!("show {id}"));
    assert_eq!(
        json!([ticket["requester"], ticket["type"], ticket["priority"], ticket["status"]]),
        json!(["bob@example.com", "incident", "high", "open"])
    );
    let said = thread(&desk, &id);
    assert_eq!(said.len(), 1);
    assert_eq!((&said[0]["visibility"], &said[0]["author"]), (&json!("internal"), &json!("jo")));
    assert_eq!(
        said[0]["body"],
        "Intake\n\n- Who is asking? **bob@example.com**\n- What is it? **broken**\n- Collect the steps **it is *slow***\n"
    );
    let message = desk.git("log -1 --format=%B");
    assert!(
        message.contains("Loket-Command: process run") && message.contains(&format!("Loket-Ticket: {id}")),
        "{message}"
    );
    assert!(message.contains("process intake"), "{message}");
    assert_eq!(desk.json(format!("show {id} --public"))["thread"], json!([]));
    desk.is_clean();
}

#[test]
fn a_step_to_do_needs_no_answer_and_lists_are_added_to() {
    let (desk, id) = desk();
    desk.ok(format!("set {id} tags+=before"));
    desk.ok(run(&id, "later"));
    assert_eq!(desk.value(&id, "tags"), json!(["before", "asked"]));
    let said = thread(&desk, &id)[0]["body"].as_str().unwrap().to_owned();
    assert!(said.contains("- Search the knowledge base **done**\n"), "{said}");
}

#[test]
fn it_ends_as_the_process_says() {
    for (last, status, line) in [("later", "waiting", 1), ("parked", "on-hold", 1), ("no", "open", 2)] {
        let (desk, id) = desk();
        let done = desk.ok(run(&id, last));
        assert!(!done.stderr.contains("warning"), "{done}");
        let ticket = desk.json(format!("show {id}"));
        assert_eq!((&ticket["status"], &ticket["line"]), (&json!(status), &json!(line)), "{last}");
        assert_eq!(ticket["assignee"] == Value::Null, last == "no", "{last}");
    }
    let (desk, id) = desk();
    desk.ok(format!("hold {id}"));
    desk.ok(format!("process run intake {id} --answer who=ann@example.com --answer kind=nothing"));
    assert_eq!(desk.value(&id, "status"), "on-hold", "`none` leaves it as it is");
}

#[test]
fn solving_and_closing_keep_to_the_guards() {
    for (last, status) in [("yes", "solved"), ("done", "closed")] {
        let (desk, id) = desk();
        let told = desk.ok(run(&id, last));
        assert!(
            told.stderr.contains("warning: ") && told.stderr.contains(&format!("{id} is not {status} yet")),
            "{told}"
        );
        let ticket = desk.json(format!("show {id}"));
        assert_eq!(json!([ticket["status"], ticket["type"]]), json!(["open", "question"]), "{last}");
        assert_eq!(thread(&desk, &id).len(), 1);

        desk.ok(format!("reply {id} -m 'Here is how.'"));
        let told = desk.ok(run(&id, last));
        assert!(!told.stderr.contains("warning"), "{told}");
        assert_eq!(desk.value(&id, "status"), status);

        let lonely = desk.opened("'Nobody has it' --from ann@example.com -m Help.");
        let told = desk.ok(run(&lonely, last));
        assert!(told.stderr.contains(&format!("{lonely} is not {status} yet")), "{told}");
        desk.is_clean();
    }
}

#[test]
fn a_field_that_solving_needs_is_named() {
    let desk = Desk::acme();
    let settings = desk.read("loket.yaml").replace("room: {type: text}", "room: {type: text, required-on: [solve]}");
    desk.write("loket.yaml", settings);
    write(&desk, "intake", INTAKE);
    let id = desk.opened("T --from ann@example.com --assign jo -m Help.");
    desk.ok(format!("reply {id} -m 'Here is how.'"));
    let told = desk.ok(run(&id, "yes"));
    assert!(told.stderr.contains(&format!("{id} is not solved yet")) && told.stderr.contains("room"), "{told}");
    assert_eq!(desk.value(&id, "status"), "open");
}

#[test]
fn what_is_not_answered_is_asked_for_by_its_flag() {
    let (desk, id) = desk();
    desk.refused(format!("process run intake {id}"), 2).says(&["step 'who'", "Who is asking?", "--answer 'who=TEXT'"]);
    desk.refused(format!("process run intake {id} --answer who=ann@example.com"), 2)
        .says(&["step 'kind'", "kind=question|broken|nothing"]);
    desk.refused(format!("process run intake {id} --answer 'who=  '"), 2).says(&["step 'who'"]);
    desk.refused(format!("process run intake {id} --answer who"), 2).says(&["STEP=VALUE"]);
}

#[test]
fn answers_that_do_not_fit_are_refused() {
    let (desk, id) = desk();
    let who = format!("process run intake {id} --answer who=ann@example.com");
    desk.refused(format!("{who} --answer kind=brokn"), 2).says(&[
        "'brokn'",
        "step 'kind'",
        "question, broken, nothing",
    ]);
    desk.refused(format!("{who} --answer knd=broken"), 2).says(&["no step 'knd'", "did you mean 'kind'?"]);
    desk.refused(format!("{who} --answer kind=broken --answer answered=yes"), 2)
        .says(&["step 'answered' did not come up"]);
    desk.refused(format!("process run inteke {id}"), 3).says(&["did you mean 'intake'?"]);
    desk.refused("process run intake 261122-zzzzz", 3);
    desk.refused(format!("--at HEAD process run intake {id}"), 2);
}

#[test]
fn an_answer_counts_once_and_a_circle_ends() {
    let (desk, id) = desk();
    desk.refused(run(&id, "back"), 2).says(&["step 'kind' wants an answer"]);
    let desk = with("  a: {do: A, next: b}\n  b: {do: B, next: a}\n");
    let id = desk.opened("T -m Help.");
    desk.refused(format!("process run flow {id}"), 1).says(&["without an end", "loket check"]);
}

#[test]
fn a_step_that_is_not_there_is_told() {
    let desk = with("  a: {do: A, next: b}\n");
    let id = desk.opened("T -m Help.");
    desk.refused(format!("process run flow {id}"), 1).says(&["processes/flow.md", "no step 'b'"]);
}

#[test]
fn a_value_the_desk_does_not_take_is_told_with_its_step() {
    let desk = with("  a: {ask: A, options: {x: {set: {type: wish}, end: open}}}\n");
    let id = desk.opened("T -m Help.");
    desk.refused(format!("process run flow {id} --answer a=x"), 2).says(&["process flow, step 'a'", "wish"]);
    let desk = with("  a: {ask: 'How many?', set: field.seats, end: open}\n");
    let id = desk.opened("T -m Help.");
    desk.refused(format!("process run flow {id} --answer a=many"), 2).says(&["step 'a'"]);
    desk.ok(format!("process run flow {id} --answer a=7"));
    assert_eq!(desk.value(&id, "fields"), json!({"seats": 7}));
}

#[test]
fn what_is_answered_twice_is_refused() {
    let (desk, id) = desk();
    let twice =
        format!("process run intake {id} --answer who=ann@example.com --answer kind=nothing --answer kind=broken");
    desk.refused(twice, 2).says(&["step 'kind' is answered twice"]);
}

#[test]
fn a_question_over_several_lines_is_one_item_of_the_comment() {
    let desk = with("  a: {ask: \"What is it?\\n\\n# Not a heading\", end: open}\n");
    let id = desk.opened("T -m Help.");
    desk.ok(format!("process run flow {id} --answer 'a=this'"));
    assert_eq!(thread(&desk, &id)[0]["body"], "Flow\n\n- What is it? # Not a heading **this**\n");
}

#[test]
fn an_answer_stays_what_it_is() {
    let desk = with("  a: {ask: 'Say it', set: title, end: open}\n");
    let id = desk.opened("T -m Help.");
    desk.ok(format!("process run flow {id} --answer 'a=x=y, z: \"q\" # r'"));
    assert_eq!(desk.value(&id, "title"), "x=y, z: \"q\" # r");
    desk.is_clean();
}

#[test]
fn a_dry_run_changes_nothing() {
    let (desk, id) = desk();
    let told = desk.unchanged(|| desk.ok(format!("{} --dry-run", run(&id, "later"))));
    assert!(told.to_string().contains("dry run"), "{told}");
    desk.unchanged(|| desk.refused(format!("process run intake {id} --dry-run"), 2));
}
