use super::*;
use crate::domain::event::FieldChange;
use crate::domain::life_samples::at;
use crate::domain::ticket::{Satisfaction, Ticket};
use serde_json::json;

/// A ticket as its file says it now, created on the 23rd at 9:00.
fn facts(status: &str) -> Facts {
    let ticket: Ticket = serde_json::from_value(json!({
        "id": "261123-aaaa", "title": "Printer", "status": status, "priority": "high", "type": "incident",
        "requester": "Eve@example.org", "cc": [], "assignee": "bob", "team": "net", "tags": ["printer", "floor"],
        "channel": "email", "created": at("23T09:00"), "links": [], "fields": {}, "attachments": [], "line": 2,
    }))
    .unwrap();
    let state = Settings::default().state(status).unwrap_or(State::Open);
    let (thread, body) = Default::default();
    Facts { ticket, state, org: None, updated: None, closed: None, promise: None, body, thread }
}

fn comment(author: &str, when: &str, body: &str) -> Comment {
    serde_json::from_value(json!({
        "id": "c", "author": author, "date": at(when), "visibility": "public", "attachments": [], "deviates": false,
        "automatic": false, "body": body,
    }))
    .unwrap()
}

/// A commit that changes one field.
fn change(when: &str, field: &str, from: Value, to: Value) -> Event {
    let changes = vec![FieldChange { field: field.to_owned(), from, to }];
    let event = json!({
        "order": 0, "date": at(when), "name": "Ann", "email": "ann@example.org", "commit": "", "changes": [],
        "created": false,
    });
    Event { changes, ..serde_json::from_value(event).unwrap() }
}

fn of(facts: &Facts, events: &[Event]) -> Life {
    life(facts, events, &Settings::default())
}

/// What happened after the creation.
fn later(life: &Life) -> Vec<(Timestamp, What)> {
    life.steps[5..].iter().map(|step| (step.at, step.what.clone())).collect()
}

fn answer(agent: &str, links_article: bool) -> What {
    What::Answered { agent: agent.into(), links_article }
}

#[test]
fn what_never_changed_was_always_so() {
    let life = of(&facts("on-hold"), &[]);
    let first: Vec<What> = life.steps.iter().map(|step| step.what.clone()).collect();
    assert_eq!(
        first,
        [
            What::State(State::Hold),
            What::Priority(Priority::High),
            What::Line(2),
            What::Team(Some("net".into())),
            What::Assignee(Some("bob".into())),
        ]
    );
    assert!(life.steps.iter().all(|step| step.at == at("23T09:00")));
}

#[test]
fn the_first_change_of_a_field_tells_what_it_was_before() {
    let events = [
        change("24T10:00", "status", json!("new"), json!("waiting")),
        change("24T11:00", "priority", json!("low"), json!("urgent")),
        change("24T12:00", "line", json!(1), json!(2)),
        change("24T13:00", "team", Value::Null, json!("net")),
        change("24T14:00", "assignee", json!("ann"), Value::Null),
        change("25T14:00", "assignee", Value::Null, json!("bob")),
    ];
    let life = of(&facts("waiting"), &events);
    let before = |when| (life.state_at(at(when)), life.priority_at(at(when)));
    assert_eq!(before("24T09:00"), (Some(State::Open), Some(Priority::Low)));
    assert_eq!(before("24T10:00"), (Some(State::Waiting), Some(Priority::Low)));
    assert_eq!(before("24T11:00"), (Some(State::Waiting), Some(Priority::Urgent)));
    assert_eq!(life.steps[2].what, What::Line(1));
    assert_eq!((life.team_at(at("24T12:59")), life.team_at(at("24T13:00"))), (None, Some(&"net".into())));
    let assignees = ["24T13:00", "24T14:00", "25T14:00"].map(|when| life.assignee_at(at(when)).map(|name| &**name));
    assert_eq!(assignees, [Some("ann"), None, Some("bob")]);
}

#[test]
fn the_timeline_of_the_status_is_folded_to_changes_of_state() {
    let events = [
        change("23T10:00", "status", json!("new"), json!("open")),
        change("23T11:00", "status", json!("open"), json!("solved")),
        change("23T12:00", "status", json!("solved"), json!("open")),
        change("23T13:00", "status", json!("open"), json!("closed")),
    ];
    let life = of(&facts("closed"), &events);
    let states: Vec<_> = life.states().collect();
    assert_eq!(
        states,
        [
            (at("23T09:00"), None, State::Open),
            (at("23T11:00"), Some(State::Open), State::Solved),
            (at("23T12:00"), Some(State::Solved), State::Open),
            (at("23T13:00"), Some(State::Open), State::Closed),
        ]
    );
    assert_eq!(life.solves(), [at("23T11:00")]);
    assert_eq!(life.reopenings().collect::<Vec<_>>(), [at("23T12:00")]);
}

#[test]
fn a_status_means_its_state_and_an_unknown_one_open() {
    let mut settings = Settings::default();
    settings.statuses.push(("at-supplier".to_owned(), State::Hold));
    let events = [
        change("23T10:00", "status", json!("open"), json!("at-supplier")),
        change("23T11:00", "status", json!("at-supplier"), json!("gone")),
    ];
    let life = life(&facts("gone"), &events, &settings);
    assert_eq!(later(&life), [(at("23T10:00"), What::State(State::Hold)), (at("23T11:00"), What::State(State::Open))]);
}

#[test]
fn dates_count_whatever_the_order_of_the_history() {
    let events = [
        change("23T12:00", "status", json!("waiting"), json!("solved")),
        change("23T11:00", "status", json!("open"), json!("waiting")),
    ];
    let life = of(&facts("solved"), &events);
    assert_eq!(life.steps[0].what, What::State(State::Open));
    assert_eq!(
        later(&life),
        [(at("23T11:00"), What::State(State::Waiting)), (at("23T12:00"), What::State(State::Solved))]
    );
}

#[test]
fn nothing_happened_before_the_creation() {
    let mut facts = facts("waiting");
    facts.thread.push(comment("ann", "22T09:00", "Hello"));
    let life = of(&facts, &[change("21T09:00", "status", json!("open"), json!("waiting"))]);
    assert_eq!(later(&life), [(at("23T09:00"), answer("ann", false)), (at("23T09:00"), What::State(State::Waiting))]);
}

#[test]
fn only_a_public_comment_that_an_agent_wrote_is_an_answer() {
    let mut facts = facts("open");
    let internal = Comment { visibility: Visibility::Internal, ..comment("ann", "23T10:00", "A note") };
    let automatic = Comment { automatic: true, ..comment("ann", "23T11:00", "We have got your message") };
    let requester = comment("eve@example.org", "23T12:00", "Any news?");
    let away = Comment { automatic: true, ..comment("eve@example.org", "23T13:00", "I am away") };
    let aside = Comment { visibility: Visibility::Internal, ..comment("eve@example.org", "23T14:00", "To you") };
    facts.thread = vec![internal, automatic, requester, away, aside, comment("bob", "23T15:00", "Here it is")];
    assert_eq!(later(&of(&facts, &[])), [(at("23T12:00"), What::Asked), (at("23T15:00"), answer("bob", false))]);
}

#[test]
fn an_answer_comes_before_what_its_commit_did_to_the_ticket() {
    let mut facts = facts("solved");
    facts.thread.push(comment("ann", "23T10:00", "Done"));
    let life = of(&facts, &[change("23T10:00", "status", json!("open"), json!("solved"))]);
    assert_eq!(later(&life), [(at("23T10:00"), answer("ann", false)), (at("23T10:00"), What::State(State::Solved))]);
}

#[test]
fn an_answer_links_an_article_by_its_slug_or_its_file() {
    for (body, links) in [
        ("See [[reset-password]].", true),
        ("See [how](../../../kb/en/reset.md) it goes", true),
        ("See [how](kb/reset.md#steps)", true),
        ("See [[reset", false),
        ("See [how](https://example.org/reset)", false),
        ("Look into kb/en/reset.md", false),
    ] {
        let mut facts = facts("open");
        facts.thread.push(comment("ann", "23T10:00", body));
        assert_eq!(later(&of(&facts, &[])), [(at("23T10:00"), answer("ann", links))], "{body}");
    }
}

#[test]
fn each_rating_of_the_history_counts_and_the_files_only_without_one() {
    let mut facts = facts("solved");
    facts.ticket.satisfaction = Some(Satisfaction { score: 5, comment: None, date: Some(at("25T10:00")) });
    assert_eq!(later(&of(&facts, &[])), [(at("25T10:00"), What::Rated(5))]);
    let events = [
        change("24T10:00", "satisfaction", Value::Null, json!({"score": 2})),
        change("25T10:00", "satisfaction", json!({"score": 2}), json!({"score": 5})),
        change("26T10:00", "satisfaction", json!({"score": 5}), json!({"score": 6})),
        change("27T10:00", "satisfaction", json!({"score": 6}), Value::Null),
    ];
    assert_eq!(later(&of(&facts, &events)), [(at("24T10:00"), What::Rated(2)), (at("25T10:00"), What::Rated(5))]);
}

#[test]
fn what_was_imported_later_was_open_until_then() {
    let created = |when| Event { created: true, ..change(when, "title", Value::Null, json!("Printer")) };
    let life = of(&facts("solved"), &[created("25T09:00")]);
    assert_eq!(life.steps[0].what, What::State(State::Open));
    assert_eq!(later(&life), [(at("25T09:00"), What::State(State::Solved))]);
    // One that begins at its creation, or open, has nothing to add.
    assert_eq!(of(&facts("solved"), &[created("23T09:00")]).state_at(at("23T09:00")), Some(State::Solved));
    assert_eq!(later(&of(&facts("open"), &[created("25T09:00")])), []);
}

#[test]
fn a_life_knows_what_the_ticket_is_now() {
    let mut facts = facts("closed");
    facts.ticket.outbound = true;
    facts.ticket.merged_into = Some("261123-bbbb".parse().unwrap());
    let life = of(&facts, &[]);
    assert!(life.outbound && life.merged);
    assert_eq!((life.kind, life.channel), (Some("incident".into()), Some("email".into())));
    assert_eq!(life.requester, Some("eve@example.org".into()));
    assert_eq!(life.tags, [Name::from("printer"), Name::from("floor")]);
}
