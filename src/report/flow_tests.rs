use super::*;
use crate::report::mod_tests::{Scene, answer, life};
use crate::report::{By, Kind};
use serde_json::{Value, json};

fn to(state: State) -> What {
    What::State(state)
}

fn rates(scene: &Scene) -> Value {
    scene.told(Kind::Resolution, &["reopen_rate", "one_touch"])
}

#[test]
fn a_closing_counts_as_the_solve_where_none_came_before() {
    let closed = life("aaaa", "02T09:00", &[("03T09:00", to(State::Closed))]);
    let both = life("bbbb", "02T09:00", &[("03T09:00", to(State::Solved)), ("07T09:00", to(State::Closed))]);
    let scene = Scene::of([closed, both]);
    assert_eq!(
        scene.told(Kind::Volume, &["created", "solved", "closed", "net_flow"]),
        json!([[null, [2, 2], [2, 2], [2, 2], 0]])
    );
    let day = json!([2, 86_400, 86_400]);
    let names = ["resolution_first", "resolution_full", "one_touch"];
    assert_eq!(scene.told(Kind::Resolution, &names), json!([[null, day, day, 1.0]]));
}

#[test]
fn events_of_one_ticket_count_each_and_the_ticket_once() {
    let steps = [
        ("02T10:00", What::Line(2)),
        ("02T11:00", What::Line(1)),
        ("02T12:00", What::Line(2)),
        ("03T09:00", to(State::Solved)),
        ("04T09:00", to(State::Waiting)),
        ("05T09:00", to(State::Solved)),
    ];
    let scene = Scene::of([life("aaaa", "02T09:00", &steps)]);
    assert_eq!(
        scene.told(Kind::Volume, &["created", "solved", "reopened", "escalated", "net_flow"]),
        json!([[null, [1, 1], [2, 1], [1, 1], [2, 1], -1]])
    );
}

#[test]
fn an_event_at_the_start_is_in_the_period_and_at_the_end_is_not() {
    let steps = [("03T09:00", to(State::Solved)), ("04T09:00", to(State::Open))];
    let scene = Scene::of([life("aaaa", "02T09:00", &steps)]).since("03T09:00").until("04T09:00");
    assert_eq!(scene.told(Kind::Volume, &["created", "solved", "reopened"]), json!([[null, [0, 0], [1, 1], [0, 0]]]));
}

#[test]
fn each_event_falls_on_its_own_day() {
    let steps = [("02T10:00", to(State::Solved)), ("04T09:00", to(State::Open))];
    let scene = Scene::of([life("aaaa", "02T09:00", &steps)]).since("02T00:00").until("05T00:00").by(By::Day);
    assert_eq!(
        scene.told(Kind::Volume, &["created", "solved", "reopened", "net_flow"]),
        json!([
            ["2026-11-02", [1, 1], [1, 1], [0, 0], 0],
            ["2026-11-03", [0, 0], [0, 0], [0, 0], 0],
            ["2026-11-04", [0, 0], [0, 0], [1, 1], 0],
        ])
    );
}

#[test]
fn a_first_response_falls_on_the_day_of_the_answer() {
    let lives = [
        life("aaaa", "02T09:00", &[("02T10:00", answer("ann")), ("03T10:00", answer("ann"))]),
        life("bbbb", "02T09:00", &[("03T09:00", answer("ann"))]),
        life("cccc", "03T09:00", &[]),
    ];
    let scene = Scene::of(lives).since("02T00:00").until("04T00:00");
    let names = ["first_response", "first_response_open"];
    assert_eq!(scene.told(Kind::Response, &names), json!([[null, [2, 45_000, 86_400], [1, 1]]]));
    assert_eq!(
        scene.by(By::Day).told(Kind::Response, &names),
        json!([["2026-11-02", [1, 3600, 3600], [0, 0]], ["2026-11-03", [1, 86_400, 86_400], [1, 1]]])
    );
}

#[test]
fn what_is_answered_after_the_period_was_unanswered_in_it() {
    let scene = Scene::of([life("aaaa", "02T09:00", &[("05T09:00", answer("ann"))])]);
    let names = ["first_response", "first_response_open"];
    assert_eq!(scene.until("04T00:00").told(Kind::Response, &names), json!([[null, [0, null, null], [1, 1]]]));
}

#[test]
fn an_answer_before_the_period_is_in_neither_figure() {
    let scene = Scene::of([life("aaaa", "02T09:00", &[("02T10:00", answer("ann"))])]).since("03T00:00");
    let names = ["first_response", "first_response_open"];
    assert_eq!(scene.told(Kind::Response, &names), json!([[null, [0, null, null], [0, 0]]]));
}

#[test]
fn of_ten_answers_the_median_lies_between_and_the_ninth_is_the_90th_percentile() {
    let lives: Vec<Life> = (0..10)
        .map(|place| life(&format!("aaa{place}"), "02T09:00", &[(&format!("02T{}:00", 10 + place), answer("ann"))]))
        .collect();
    assert_eq!(Scene::of(lives).told(Kind::Response, &["first_response"]), json!([[null, [10, 19_800, 32_400]]]));
}

#[test]
fn waits_run_up_to_the_last_solve() {
    let steps = [
        ("02T10:00", What::Line(2)),
        ("02T10:00", to(State::Hold)),
        ("02T12:00", to(State::Solved)),
        ("03T12:00", to(State::Waiting)),
        ("03T15:00", to(State::Open)),
        ("03T16:00", to(State::Solved)),
        ("07T16:00", to(State::Closed)),
    ];
    let scene = Scene::of([life("aaaa", "02T09:00", &steps)]);
    let names = ["resolution_first", "resolution_full", "requester_wait", "agent_wait", "second_line"];
    let hours = [3, 31, 4, 3, 30].map(|hours| json!([1, hours * 3600, hours * 3600]));
    let [first, full, ours, theirs, second] = hours;
    assert_eq!(scene.told(Kind::Resolution, &names), json!([[null, first, full, ours, theirs, second]]));
}

#[test]
fn a_state_it_was_never_in_is_left_out_and_not_zero() {
    let solved = ("02T12:00", to(State::Solved));
    let waited = [("02T10:00", to(State::Waiting)), solved.clone()];
    let scene = Scene::of([life("aaaa", "02T09:00", &waited), life("bbbb", "02T09:00", &[solved])]);
    assert_eq!(
        scene.told(Kind::Resolution, &["requester_wait", "agent_wait", "second_line"]),
        json!([[null, [2, 7200, 10_800], [1, 7200, 7200], [0, null, null]]])
    );
}

#[test]
fn what_is_not_solved_has_no_resolution_and_is_in_no_rate() {
    let scene = Scene::of([life("aaaa", "02T09:00", &[("02T10:00", to(State::Waiting))])]);
    let none = json!([0, null, null]);
    assert_eq!(
        scene.told(Kind::Resolution, &["resolution_full", "agent_wait", "reopen_rate", "one_touch"]),
        json!([[null, none, none, null, null]])
    );
}

#[test]
fn a_ticket_solved_twice_is_one_of_the_tickets_of_a_rate() {
    let twice = [("03T09:00", to(State::Solved)), ("04T09:00", to(State::Open)), ("05T09:00", to(State::Solved))];
    let once = life("bbbb", "02T09:00", &twice[..1]);
    assert_eq!(rates(&Scene::of([life("aaaa", "02T09:00", &twice), once])), json!([[null, 0.5, 0.5]]));
}

#[test]
fn a_return_counts_within_a_fortnight_of_a_solve_of_the_period() {
    let steps = [("02T12:00", to(State::Solved)), ("12T12:00", to(State::Open)), ("15T12:00", to(State::Solved))];
    let scene = || Scene::of([life("aaaa", "02T09:00", &steps)]);
    // It came back after the period, of a solve in it.
    assert_eq!(rates(&scene().until("03T00:00")), json!([[null, 1.0, 0.0]]));
    // What it came back from was not solved in the period.
    assert_eq!(rates(&scene().since("15T00:00")), json!([[null, 0.0, 0.0]]));
}

#[test]
fn a_return_is_within_a_fortnight_to_the_second() {
    for (back, rate) in [("16T12:00:00", 1.0), ("16T12:00:01", 0.0)] {
        let steps = [("02T12:00", to(State::Solved)), (back, to(State::Open))];
        let scene = Scene::of([life("aaaa", "02T09:00", &steps)]);
        assert_eq!(scene.told(Kind::Resolution, &["reopen_rate"]), json!([[null, rate]]), "{back}");
    }
}

#[test]
fn one_touch_bears_one_answer_and_nothing_else() {
    let solved = ("04T09:00", to(State::Solved));
    for (steps, rate) in [
        (vec![], 1.0),
        (vec![("03T09:00", answer("ann"))], 1.0),
        (vec![("03T09:00", answer("ann")), ("03T10:00", answer("bob"))], 0.0),
        (vec![("03T09:00", What::Asked), ("03T10:00", answer("bob"))], 1.0),
        (vec![("03T09:00", What::Line(2)), ("03T10:00", What::Line(1))], 0.0),
    ] {
        let steps = [&steps[..], std::slice::from_ref(&solved)].concat();
        let scene = Scene::of([life("aaaa", "02T09:00", &steps)]);
        assert_eq!(scene.told(Kind::Resolution, &["one_touch"]), json!([[null, rate]]), "{steps:?}");
    }
}
