use super::*;
use crate::domain::life::What;
use crate::report::Kind;
use crate::report::mod_tests::{Scene, at, life};
use serde_json::{Value, json};

fn told(scene: &Scene) -> Value {
    scene.told(Kind::Backlog, &["backlog", "ages"])
}

fn to(state: State) -> What {
    What::State(state)
}

const HOUR: i64 = 3600;

#[test]
fn waiting_and_on_hold_are_left_to_do_and_what_is_done_is_not() {
    for (state, number) in
        [(State::Open, 1), (State::Waiting, 1), (State::Hold, 1), (State::Solved, 0), (State::Closed, 0)]
    {
        let scene = Scene::of([life("aaaa", "02T09:00", &[("03T09:00", to(state))])]).until("04T00:00");
        assert_eq!(scene.told(Kind::Backlog, &["backlog"]), json!([[null, number]]), "{state:?}");
    }
}

#[test]
fn it_is_as_it_stood_at_the_end_of_the_period() {
    let steps = [("03T12:00", to(State::Solved)), ("05T12:00", to(State::Open))];
    let scene = |until: &str| Scene::of([life("aaaa", "02T09:00", &steps)]).until(until);
    assert_eq!(told(&scene("02T08:00")), json!([[null, 0, [0, null, null]]]));
    assert_eq!(told(&scene("03T09:00")), json!([[null, 1, [1, 24 * HOUR, 24 * HOUR]]]));
    assert_eq!(told(&scene("04T00:00")), json!([[null, 0, [0, null, null]]]));
    // It is as old as it is, whatever happened between.
    assert_eq!(told(&scene("06T09:00")), json!([[null, 1, [1, 96 * HOUR, 96 * HOUR]]]));
}

#[test]
fn without_an_end_it_is_that_of_now() {
    let lives = [life("aaaa", "02T09:00", &[]), life("bbbb", "03T09:00", &[]), life("cccc", "05T09:00", &[])];
    let mut scene = Scene::of(lives);
    scene.now = at("04T09:00");
    assert_eq!(told(&scene), json!([[null, 2, [2, 36 * HOUR, 48 * HOUR]]]));
}

#[test]
fn by_day_it_is_told_at_the_end_of_each() {
    let lives = [life("aaaa", "02T09:00", &[("03T12:00", to(State::Solved))]), life("bbbb", "03T09:00", &[])];
    let scene = Scene::of(lives).since("02T00:00").until("05T00:00").by(By::Day);
    assert_eq!(
        told(&scene),
        json!([
            ["2026-11-02", 1, [1, 15 * HOUR, 15 * HOUR]],
            ["2026-11-03", 1, [1, 15 * HOUR, 15 * HOUR]],
            ["2026-11-04", 1, [1, 39 * HOUR, 39 * HOUR]],
        ])
    );
}

#[test]
fn what_came_and_went_within_a_day_is_in_none() {
    let lives = [life("aaaa", "02T09:00", &[("02T12:00", to(State::Solved))])];
    let scene = Scene::of(lives).since("02T00:00").until("03T00:00").by(By::Day);
    assert_eq!(told(&scene), json!([["2026-11-02", 0, [0, null, null]]]));
}

#[test]
fn the_last_point_is_no_later_than_the_end() {
    let lives = [life("aaaa", "02T09:00", &[("05T12:00", to(State::Solved))])];
    let scene = |by| Scene::of(lives.clone()).since("02T00:00").until("05T09:00").by(by);
    assert_eq!(told(&scene(By::Week)), json!([["2026-W45", 1, [1, 72 * HOUR, 72 * HOUR]]]));
    assert_eq!(told(&scene(By::Month)), json!([["2026-11", 1, [1, 72 * HOUR, 72 * HOUR]]]));
}

#[test]
fn it_is_with_whom_it_is_at_the_end() {
    let steps = [("03T09:00", What::Team(Some("first".into()))), ("06T09:00", What::Team(Some("second".into())))];
    let lives = [life("aaaa", "02T09:00", &steps), life("bbbb", "02T09:00", &[])];
    let scene = |until: &str| Scene::of(lives.clone()).until(until).by(By::Team);
    let keys = |until: &str| scene(until).told(Kind::Backlog, &["backlog"]);
    assert_eq!(keys("05T00:00"), json!([["first", 1], [null, 1]]));
    assert_eq!(keys("07T00:00"), json!([["second", 1], [null, 1]]));
}

#[test]
fn the_start_of_the_period_leaves_nothing_out() {
    let scene = Scene::of([life("aaaa", "02T09:00", &[])]).since("10T00:00").until("11T00:00");
    assert_eq!(scene.told(Kind::Backlog, &["backlog"]), json!([[null, 1]]));
    assert_eq!(scene.by(By::Day).told(Kind::Backlog, &["backlog"]), json!([["2026-11-10", 1]]));
}
