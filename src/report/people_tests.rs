use super::*;
use crate::domain::life::{Life, Name};
use crate::domain::ticket::State;
use crate::report::Kind;
use crate::report::mod_tests::{Scene, answer, life};
use serde_json::json;

fn assign(agent: &str) -> What {
    What::Assignee(Some(agent.into()))
}

const SOLVED: (&str, What) = ("03T09:00", What::State(State::Solved));

#[test]
fn a_solve_is_of_who_had_it_then_and_an_answer_of_who_wrote_it() {
    let steps = [
        ("02T10:00", assign("ann")),
        ("02T11:00", answer("bob")),
        ("02T12:00", answer("ann")),
        ("02T13:00", answer("ann")),
        SOLVED,
        ("04T09:00", assign("eve")),
    ];
    assert_eq!(
        Scene::of([life("aaaa", "02T09:00", &steps)]).told(Kind::Agents, &["solved", "replies", "first_responses"]),
        json!([["ann", [1, 1], [2, 1], [0, 0]], ["bob", [0, 0], [1, 1], [1, 1]]])
    );
}

#[test]
fn what_nobody_had_is_no_agents_solve() {
    assert!(Scene::of([life("aaaa", "02T09:00", &[SOLVED])]).rows(Kind::Agents).is_empty());
}

#[test]
fn agents_did_what_they_did_in_the_period() {
    let steps = [("02T10:00", assign("ann")), ("02T11:00", answer("ann")), SOLVED, ("04T09:00", answer("ann"))];
    let scene = Scene::of([life("aaaa", "02T09:00", &steps)]).since("03T09:00").until("04T09:01");
    assert_eq!(
        scene.told(Kind::Agents, &["solved", "replies", "first_responses"]),
        json!([["ann", [1, 1], [1, 1], [0, 0]]])
    );
}

#[test]
fn no_ratio_is_told_of_fewer_than_five() {
    let theirs = |place: usize| {
        let steps = [("02T10:00", assign("ann")), ("02T11:00", answer("ann")), SOLVED, ("04T09:00", What::Rated(5))];
        // One of them comes back.
        let back = ("04T10:00", What::State(State::Open));
        let steps = if place == 0 { [&steps[..], &[back]].concat() } else { steps.to_vec() };
        life(&format!("aaa{place}"), "02T09:00", &steps)
    };
    let told = |number: usize| {
        let lives: Vec<Life> = (0..number).map(theirs).collect();
        Scene::of(lives).told(Kind::Agents, &["solved", "reopen_rate", "one_touch", "csat"])
    };
    assert_eq!(told(4), json!([["ann", [4, 4], null, null, null]]));
    assert_eq!(told(5), json!([["ann", [5, 5], 0.2, 0.8, 1.0]]));
}

#[test]
fn reasons_are_told_by_type_channel_and_tag() {
    let told = Life {
        kind: Some("incident".into()),
        channel: Some("email".into()),
        tags: ["vpn", "mail"].map(Name::from).to_vec(),
        ..life("aaaa", "02T09:00", &[])
    };
    let untold = life("bbbb", "02T09:00", &[]);
    assert_eq!(
        Scene::of([told.clone(), told.clone(), untold.clone()]).told(Kind::Reasons, &["created"]),
        json!([
            ["channel:email", [2, 2]],
            ["channel:none", [1, 1]],
            ["tag:mail", [2, 2]],
            ["tag:vpn", [2, 2]],
            ["type:incident", [2, 2]],
            ["type:none", [1, 1]],
        ])
    );
    assert_eq!(
        Scene::of([told, untold]).by(By::Channel).told(Kind::Reasons, &["created"]),
        json!([["email", [1, 1]], [null, [1, 1]]])
    );
}

#[test]
fn reasons_are_of_what_was_created_in_the_period() {
    let one = Life { kind: Some("incident".into()), ..life("aaaa", "02T09:00", &[("04T09:00", What::Asked)]) };
    let scene = |since: &str| Scene::of([one.clone()]).since(since).by(By::Type);
    assert_eq!(scene("02T09:00").told(Kind::Reasons, &["created"]), json!([["incident", [1, 1]]]));
    assert_eq!(scene("03T00:00").told(Kind::Reasons, &["created"]), json!([]));
}
