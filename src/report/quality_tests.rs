use super::*;
use crate::domain::clock::Clock;
use crate::domain::life::{Life, Name};
use crate::domain::policy::sla::Target;
use crate::domain::ticket::State;
use crate::report::mod_tests::{Scene, answer, at, life};
use crate::report::{By, Kind};
use serde_json::{Value, json};

const SOLVED: (&str, What) = ("03T09:00", What::State(State::Solved));

/// A clock that began on the 2nd at 9:00, with where it was stopped and whether that met it.
fn clock(due: Option<&str>, stopped: Option<(&str, bool)>) -> Clock {
    Clock {
        target: Target::Resolution,
        round: 1,
        start: at("02T09:00"),
        stop: stopped.map(|(when, _)| at(when)),
        due: due.map(at),
        warns: None,
        met: stopped.map(|(_, met)| met),
        segments: Vec::new(),
    }
}

/// Open tickets of the 2nd, each with the clocks of its policy.
fn promised(clocks: &[&[Clock]]) -> Scene {
    let of = |place: usize| Life { policy: Some("test".into()), ..life(&format!("aaa{place}"), "02T09:00", &[]) };
    let lives: Vec<Life> = (0..clocks.len()).map(of).collect();
    Scene { clocks: clocks.iter().map(|clocks| clocks.to_vec()).collect(), ..Scene::of(lives) }
}

fn promises(scene: &Scene) -> Value {
    scene.told(Kind::Sla, &["sla_attainment", "overdue_now"])
}

#[test]
fn attainment_is_the_met_of_the_met_and_missed() {
    let met = clock(Some("04T09:00"), Some(("03T09:00", true)));
    let missed = clock(Some("04T09:00"), Some(("05T09:00", false)));
    let runs = clock(Some("30T12:01"), None);
    let scene = promised(&[&[met.clone(), missed], &[met.clone(), runs], &[met]]);
    assert_eq!(promises(&scene), json!([[null, 0.75, [0, 0]]]));
}

#[test]
fn a_verdict_counts_in_the_period_it_fell_in() {
    let met = clock(Some("04T09:00"), Some(("03T09:00", true)));
    let missed = clock(Some("04T09:00"), Some(("05T09:00", false)));
    let scene = || promised(&[&[met.clone(), missed.clone()]]);
    assert_eq!(promises(&scene().since("03T09:00").until("05T09:00"))[0][1], json!(1.0));
    assert_eq!(promises(&scene().since("03T10:00").until("06T00:00"))[0][1], json!(0.0));
    assert_eq!(
        scene().since("03T00:00").until("06T00:00").by(By::Day).told(Kind::Sla, &["sla_attainment"]),
        json!([["2026-11-03", 1.0], ["2026-11-04", null], ["2026-11-05", 0.0]])
    );
}

#[test]
fn what_runs_past_its_due_is_overdue_and_has_no_verdict() {
    let late = clock(Some("04T09:00"), None);
    let early = clock(Some("30T12:01"), None);
    let paused = clock(None, None);
    assert_eq!(promises(&promised(&[&[late.clone(), late], &[early, paused]])), json!([[null, null, [2, 1]]]));
}

#[test]
fn what_is_late_at_the_end_of_the_period_is_so_whatever_comes_after() {
    let missed = clock(Some("04T09:00"), Some(("07T09:00", false)));
    let scene = |until: &str| promised(&[std::slice::from_ref(&missed)]).until(until);
    assert_eq!(promises(&scene("04T08:00")), json!([[null, null, [0, 0]]]));
    assert_eq!(promises(&scene("06T00:00")), json!([[null, null, [1, 1]]]));
    assert_eq!(promises(&scene("08T00:00")), json!([[null, 0.0, [0, 0]]]));
}

#[test]
fn the_escalation_rate_is_of_what_was_solved_with_the_second_line_at_any_time() {
    let back = [("02T10:00", What::Line(2)), ("02T11:00", What::Line(1)), SOLVED];
    let mut from_the_start = life("bbbb", "02T09:00", &[SOLVED]);
    from_the_start.steps[2].what = What::Line(2);
    let lives = [
        life("aaaa", "02T09:00", &back),
        from_the_start,
        life("cccc", "02T09:00", &[SOLVED]),
        life("dddd", "02T09:00", &[SOLVED]),
        // One that is not solved is not asked.
        life("eeee", "02T09:00", &back[..1]),
    ];
    assert_eq!(Scene::of(lives).told(Kind::Escalations, &["escalation_rate"]), json!([[null, 0.5]]));
}

#[test]
fn the_escalation_rate_tells_each_tag_and_type_apart() {
    let of = |tail, kind: &str, tags: &[&str], steps: &[(&str, What)]| Life {
        kind: Some(kind.into()),
        tags: tags.iter().map(|tag| Name::from(*tag)).collect(),
        ..life(tail, "02T09:00", steps)
    };
    let given = [("02T10:00", What::Line(2)), SOLVED];
    let lives = [of("aaaa", "incident", &["vpn", "mail"], &given), of("bbbb", "question", &["vpn"], &given[1..])];
    let told = |by| Scene::of(lives.clone()).by(by).told(Kind::Escalations, &["escalation_rate"]);
    assert_eq!(told(By::Tag), json!([["mail", 1.0], ["vpn", 0.5]]));
    assert_eq!(told(By::Type), json!([["incident", 1.0], ["question", 0.0]]));
}

#[test]
fn from_four_on_somebody_is_satisfied() {
    let rated = |score| life("aaaa", "02T09:00", &[SOLVED, ("04T09:00", What::Rated(score))]);
    for (score, csat) in [(1, 0.0), (3, 0.0), (4, 1.0), (5, 1.0)] {
        let scene = Scene::of([rated(score)]);
        assert_eq!(scene.told(Kind::Satisfaction, &["csat"]), json!([[null, csat]]), "{score}");
    }
}

#[test]
fn the_response_rate_is_the_ratings_of_the_solved() {
    let rated = [SOLVED, ("04T09:00", What::Rated(2))];
    let lives = ["aaaa", "bbbb", "cccc", "dddd"];
    let lives = lives.map(|tail| life(tail, "02T09:00", if tail == "bbbb" { &rated } else { &rated[..1] }));
    let scene = Scene::of(lives);
    assert_eq!(
        scene.told(Kind::Satisfaction, &["ratings", "csat", "response_rate"]),
        json!([[null, [1, 1], 0.0, 0.25]])
    );
}

#[test]
fn a_rating_counts_on_its_own_day() {
    let scene = Scene::of([life("aaaa", "02T09:00", &[SOLVED, ("05T09:00", What::Rated(5))])]);
    assert_eq!(
        scene.since("04T00:00").until("06T00:00").by(By::Day).told(Kind::Satisfaction, &["ratings", "csat"]),
        json!([["2026-11-04", [0, 0], null], ["2026-11-05", [1, 1], 1.0]])
    );
}

#[test]
fn knowledge_is_of_solved_tickets_any_of_whose_answers_links_an_article() {
    let link = ("02T10:00", What::Answered { agent: "ann".into(), links_article: true });
    let plain = ("02T11:00", answer("ann"));
    let lives = [
        life("aaaa", "02T09:00", &[link.clone(), plain.clone(), SOLVED]),
        life("bbbb", "02T09:00", &[plain, SOLVED]),
        life("cccc", "02T09:00", &[SOLVED]),
        life("dddd", "02T09:00", &[SOLVED]),
        life("eeee", "02T09:00", &[link]),
    ];
    let mut scene = Scene::of(lives);
    scene.stale_articles = 7;
    let names = ["linked", "linked_rate", "stale_articles"];
    assert_eq!(scene.told(Kind::Knowledge, &names), json!([[null, [1, 1], 0.25, 7]]));
}
