use super::*;
use crate::domain::life::{Name, What};
use crate::domain::ticket::{Priority, State};
use crate::report::Kind;
use crate::report::mod_tests::{Scene, life};
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

/// One of each key, and how many were created in it.
fn created(scene: &Scene) -> serde_json::Value {
    scene.told(Kind::Volume, &["created"])
}

#[test]
fn keys_of_time_are_days_iso_weeks_and_months() {
    for (day, week, month) in [
        (date(2026, 11, 22), "2026-W47", "2026-11"),
        (date(2026, 11, 23), "2026-W48", "2026-11"),
        // The week of a Thursday is that of the year the Thursday lies in.
        (date(2027, 1, 1), "2026-W53", "2027-01"),
        (date(2024, 12, 30), "2025-W01", "2024-12"),
        (date(2026, 1, 5), "2026-W02", "2026-01"),
    ] {
        assert_eq!(By::Day.key_of(day), day.to_string());
        assert_eq!((By::Week.key_of(day).as_str(), By::Month.key_of(day).as_str()), (week, month));
    }
}

#[test]
fn times_begin_on_their_first_day_and_follow_each_other() {
    for (by, first, next) in [
        (By::Day, date(2026, 11, 22), date(2026, 11, 23)),
        (By::Week, date(2026, 11, 16), date(2026, 11, 23)),
        (By::Month, date(2026, 11, 1), date(2026, 12, 1)),
    ] {
        assert_eq!(by.first_day(date(2026, 11, 22)), first, "{}", by.name());
        assert_eq!(by.next(first), next, "{}", by.name());
        assert!(by.is_time());
    }
    assert_eq!(By::Month.next(date(2026, 12, 1)), date(2027, 1, 1));
    assert!(!By::Team.is_time() && !By::Tag.is_time());
}

#[test]
fn a_day_is_one_of_the_zone() {
    let mut scene = Scene::of([life("aaaa", "22T22:59", &[]), life("bbbb", "22T23:00", &[])])
        .since("22T12:00")
        .until("23T12:00")
        .by(By::Day);
    assert_eq!(created(&scene), json!([["2026-11-22", [2, 2]], ["2026-11-23", [0, 0]]]));
    scene.zone = TimeZone::get("Europe/Amsterdam").unwrap();
    assert_eq!(created(&scene), json!([["2026-11-22", [1, 1]], ["2026-11-23", [1, 1]]]));
}

#[test]
fn team_and_agent_are_those_of_the_moment() {
    let steps = [
        ("02T10:00", What::Team(Some("first".into()))),
        ("02T10:00", What::Assignee(Some("ann".into()))),
        ("02T11:00", What::State(State::Solved)),
        ("02T12:00", What::Team(Some("second".into()))),
        ("02T12:00", What::Assignee(Some("bob".into()))),
        ("02T13:00", What::State(State::Open)),
    ];
    let told = |by| {
        let scene = Scene::of([life("aaaa", "02T09:00", &steps)]).by(by);
        scene.told(Kind::Volume, &["created", "solved", "reopened"])
    };
    let (none, one) = (json!([0, 0]), json!([1, 1]));
    let rows = |was: &str, is: &str| json!([[was, none, one, none], [is, none, none, one], [null, one, none, none]]);
    assert_eq!(told(By::Team), rows("first", "second"));
    assert_eq!(told(By::Agent), rows("ann", "bob"));
}

#[test]
fn priorities_are_in_their_order_and_as_they_are_now() {
    let with = |tail, priority| life(tail, "02T09:00", &[("20T09:00", What::Priority(priority))]);
    let lives = [
        with("aaaa", Priority::Urgent),
        with("bbbb", Priority::Low),
        with("cccc", Priority::High),
        life("dddd", "02T09:00", &[]),
        with("eeee", Priority::Low),
    ];
    assert_eq!(
        created(&Scene::of(lives).by(By::Priority)),
        json!([["low", [2, 2]], ["normal", [1, 1]], ["high", [1, 1]], ["urgent", [1, 1]]])
    );
}

#[test]
fn each_tag_has_its_row_and_what_has_none_the_last() {
    let tagged = |tail, tags: &[&str]| Life {
        tags: tags.iter().map(|tag| Name::from(*tag)).collect(),
        ..life(tail, "02T09:00", &[])
    };
    let scene = Scene::of([tagged("aaaa", &["vpn", "login"]), tagged("bbbb", &["vpn"]), tagged("cccc", &[])]);
    assert_eq!(created(&scene.by(By::Tag)), json!([["login", [1, 1]], ["vpn", [2, 2]], [null, [1, 1]]]));
}

#[test]
fn type_channel_and_organisation_are_the_tickets() {
    let one = Life {
        kind: Some("incident".into()),
        channel: Some("phone".into()),
        requester: Some("eve@example.org".into()),
        ..life("aaaa", "02T09:00", &[])
    };
    for (by, key) in [(By::Type, "incident"), (By::Channel, "phone"), (By::Org, "example.org")] {
        let scene = Scene::of([one.clone(), life("bbbb", "02T09:00", &[])]).by(by);
        assert_eq!(created(&scene), json!([[key, [1, 1]], [null, [1, 1]]]), "{}", by.name());
    }
}

#[test]
fn without_tickets_only_a_time_has_rows() {
    let scene = |by| Scene::of([]).since("02T00:00").until("04T00:00").by(by);
    assert_eq!(created(&scene(By::Day)), json!([["2026-11-02", [0, 0]], ["2026-11-03", [0, 0]]]));
    assert_eq!(created(&scene(By::Month)), json!([["2026-11", [0, 0]]]));
    assert_eq!(created(&scene(By::Team)), json!([]));
}
