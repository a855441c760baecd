use super::*;
use crate::domain::life::What;
use crate::domain::policy::calendar::{Calendar, DayHours, Interval};
use crate::domain::ticket::State;
use crate::report::Kind;
use crate::report::mod_tests::{Scene, answer, at, life};
use crate::workflow::calendar::Hours;
use jiff::tz::TimeZone;
use serde_json::json;

fn told(seconds: impl IntoIterator<Item = i64>) -> (usize, Option<i64>, Option<i64>) {
    let Spread { n, median, p90 } = spread(seconds.into_iter().collect());
    (n, median, p90)
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
    assert_eq!(told([]), (0, None, None));
    assert_eq!(told([7]).1, Some(7));
    assert_eq!(told([30, 10]).1, Some(20));
    assert_eq!(told([90, 10, 20]).1, Some(20));
    assert_eq!(told([90, 10, 20, 40]).1, Some(30));
}

#[test]
fn the_90th_percentile_is_the_nearest_rank() {
    // Of n the rank is nine tenths of it, rounded up.
    for (n, rank) in [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (19, 18), (20, 18), (100, 90)] {
        assert_eq!(told((1..=n).rev()).2, Some(rank), "{n}");
    }
}

#[test]
fn a_time_is_told_by_the_clock_and_in_business_time() {
    let mut calendar = Calendar::closed("office", TimeZone::UTC);
    calendar.week[..5].fill(DayHours::new(vec![Interval::new(540, 1020).unwrap()]).unwrap());
    // Friday 16:00 to Monday 10:00.
    let mut scene = Scene::of([life("aaaa", "06T16:00", &[("09T10:00", answer("ann"))])]);
    let spread = |hours: i64| Spread { n: 1, median: Some(hours * 3600), p90: Some(hours * 3600) };
    let figure = |scene: &Scene| scene.rows(Kind::Response)[0].figure("first_response").unwrap().clone();
    // Without a calendar business time is clock time.
    assert_eq!(figure(&scene), Figure::Duration(Duration { clock: spread(66), business: spread(66) }));
    scene.hours = Some(Hours::of(&calendar));
    assert_eq!(figure(&scene), Figure::Duration(Duration { clock: spread(66), business: spread(2) }));
}

#[test]
fn the_tickets_behind_a_figure_are_told_once_and_in_order() {
    let twice = [
        ("03T09:00", What::State(State::Solved)),
        ("04T09:00", What::State(State::Open)),
        ("05T09:00", What::State(State::Solved)),
    ];
    let mut scene = Scene::of([life("aaaa", "02T09:00", &twice), life("bbbb", "02T09:00", &twice[..1])]);
    assert_eq!(scene.rows(Kind::Volume)[0].tickets, None);
    scene.explain = true;
    let tickets = serde_json::to_value(&scene.rows(Kind::Volume)[0]).unwrap()["tickets"].clone();
    assert_eq!(tickets["solved"], json!(["261101-aaaa", "261101-bbbb"]));
    assert_eq!((&tickets["reopened"], &tickets["closed"]), (&json!(["261101-aaaa"]), &json!([])));
}

#[test]
fn behind_a_ratio_are_the_tickets_of_the_part() {
    let solved = ("03T09:00", What::State(State::Solved));
    let touched = [("02T10:00", answer("ann")), ("02T11:00", answer("ann")), solved.clone()];
    let mut scene = Scene::of([life("aaaa", "02T09:00", &touched), life("bbbb", "02T09:00", &[solved])]);
    scene.explain = true;
    let row = serde_json::to_value(&scene.rows(Kind::Resolution)[0]).unwrap();
    assert_eq!((&row["one_touch"], &row["tickets"]["one_touch"]), (&json!(0.5), &json!(["261101-bbbb"])));
}

#[test]
fn a_time_without_events_is_there_with_zeros() {
    let lives = [life("aaaa", "02T09:00", &[]), life("bbbb", "05T09:00", &[])];
    let scene = Scene::of(lives).since("02T00:00").until("07T00:00").by(By::Day);
    assert_eq!(
        scene.told(Kind::Volume, &["created", "net_flow"]),
        json!([
            ["2026-11-02", [1, 1], 1],
            ["2026-11-03", [0, 0], 0],
            ["2026-11-04", [0, 0], 0],
            ["2026-11-05", [1, 1], 1],
            ["2026-11-06", [0, 0], 0],
        ])
    );
}

#[test]
fn there_are_no_rows_before_the_first_ticket_and_after_now() {
    let mut scene = Scene::of([life("aaaa", "03T09:00", &[])]).until("20T00:00").by(By::Day);
    scene.now = at("04T12:00");
    assert_eq!(scene.keys(Kind::Volume), ["2026-11-03", "2026-11-04"].map(|key| Some(key.to_owned())));
}

#[test]
fn what_has_no_value_comes_last() {
    let row = |key: Option<&str>| ReportRow { key: key.map(str::to_owned), ..ReportRow::default() };
    let mut rows = [None, Some("urgent"), Some("high"), Some("low"), Some("normal")].map(row);
    let keys = |rows: &[ReportRow]| rows.iter().map(|row| row.key.clone().unwrap_or_default()).collect::<Vec<_>>();
    Board::in_order(&mut rows, Some(By::Priority));
    assert_eq!(keys(&rows), ["low", "normal", "high", "urgent", ""]);
    Board::in_order(&mut rows, Some(By::Team));
    assert_eq!(keys(&rows), ["high", "low", "normal", "urgent", ""]);
}
