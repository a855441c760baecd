use super::*;
use crate::domain::clock::Clock;
use crate::domain::life::Step;
use crate::domain::policy::sla::Target;
use crate::domain::ticket::Priority;
use crate::view::report::{Count, Figure, Spread};

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}Z").parse().unwrap()
}

/// A life that begins at a time, open and of normal priority, in which things happened.
fn life(id: &str, created: &str, steps: &[(&str, What)]) -> Life {
    let created = at(created);
    let first = [
        What::State(State::Open),
        What::Priority(Priority::Normal),
        What::Line(1),
        What::Team(None),
        What::Assignee(None),
    ];
    let first = first.into_iter().map(|what| Step { at: created, what });
    let more = steps.iter().map(|(time, what)| Step { at: at(time), what: what.clone() });
    Life {
        id: format!("261101-{id}").parse().unwrap(),
        created,
        outbound: false,
        merged: false,
        steps: first.chain(more).collect(),
        kind: None,
        channel: None,
        tags: Vec::new(),
        requester: None,
        policy: None,
    }
}

fn state(state: State) -> What {
    What::State(state)
}

fn answer(agent: &str) -> What {
    What::Answered { agent: agent.into(), links_article: false }
}

/// A report of November, as of its last day.
fn november(kind: Kind, lives: &[Life], by: Option<By>) -> Vec<ReportRow> {
    let since = Some("2026-11-01T00:00:00Z".parse().unwrap());
    let until = Some("2026-12-01T00:00:00Z".parse().unwrap());
    report(kind, lives, Span { since, until }, by, &|_| &[])
}

static UTC: TimeZone = TimeZone::UTC;

fn report<'a>(
    kind: Kind,
    lives: &'a [Life],
    period: Span,
    by: Option<By>,
    clocks: &'a (dyn Fn(usize) -> &'a [Clock] + Sync),
) -> Vec<ReportRow> {
    let ground = Ground {
        lives,
        period,
        now: at("30T12:00:00"),
        zone: &UTC,
        by,
        explain: true,
        clocks,
        hours: &|_| None,
        org: &|_| None,
        only: None,
        stale_articles: 3,
    };
    rows(kind, &ground)
}

fn figure(rows: &[ReportRow], name: &str) -> Figure {
    assert_eq!(rows.len(), 1, "{rows:?}");
    of(&rows[0], name)
}

fn of(row: &ReportRow, name: &str) -> Figure {
    row.figure(name).unwrap_or_else(|| panic!("no {name} in {row:?}")).clone()
}

fn count(events: usize, tickets: usize) -> Figure {
    Figure::Count(Count { events, tickets })
}

fn keys(rows: &[ReportRow]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_deref().unwrap_or("none")).collect()
}

/// The clock times of a figure, in hours.
fn hours(rows: &[ReportRow], name: &str) -> (usize, Option<f64>, Option<f64>) {
    let Figure::Duration(duration) = figure(rows, name) else { panic!("{name} is no duration") };
    let Spread { n, median, p90 } = duration.clock;
    let hours = |seconds: Option<i64>| seconds.map(|seconds| seconds as f64 / 3600.0);
    (n, hours(median), hours(p90))
}

#[test]
fn volume_counts_events_and_tickets() {
    let back = [
        ("10T09:00:00", state(State::Solved)),
        ("11T09:00:00", state(State::Open)),
        ("12T09:00:00", state(State::Solved)),
        ("16T09:00:00", state(State::Closed)),
    ];
    let given_on = [("06T10:00:00", What::Line(2)), ("07T10:00:00", What::Line(1)), ("08T10:00:00", What::Line(2))];
    let lives = [life("aaaaa", "05T09:00:00", &back), life("bbbbb", "06T09:00:00", &given_on)];
    let rows = november(Kind::Volume, &lives, None);
    assert_eq!(figure(&rows, "created"), count(2, 2));
    assert_eq!(figure(&rows, "solved"), count(2, 1));
    assert_eq!(figure(&rows, "closed"), count(1, 1));
    assert_eq!(figure(&rows, "reopened"), count(1, 1));
    assert_eq!(figure(&rows, "escalated"), count(2, 1));
    assert_eq!(figure(&rows, "net_flow"), Figure::Number(0));
}

#[test]
fn what_lies_outside_the_period_does_not_count() {
    let lives = [life("aaaaa", "05T09:00:00", &[("10T00:00:00", state(State::Solved))])];
    let period = |since: &str, until: &str| Span { since: Some(at(since)), until: Some(at(until)) };
    let solved = |span| figure(&report(Kind::Volume, &lives, span, None, &|_| &[]), "solved");
    assert_eq!(solved(period("10T00:00:00", "11T00:00:00")), count(1, 1));
    assert_eq!(solved(period("09T00:00:00", "10T00:00:00")), count(0, 0), "its end is not in it");
    assert_eq!(
        figure(&report(Kind::Volume, &lives, period("06T00:00:00", "30T00:00:00"), None, &|_| &[]), "created"),
        count(0, 0)
    );
}

#[test]
fn a_first_response_counts_on_the_day_of_the_answer_and_the_unanswered_apart() {
    let lives = [
        life("aaaaa", "05T09:00:00", &[("05T11:00:00", answer("jo")), ("05T12:00:00", answer("sam"))]),
        life("bbbbb", "05T09:00:00", &[("05T13:00:00", answer("jo"))]),
        life("ccccc", "05T09:00:00", &[]),
        life("ddddd", "05T09:00:00", &[("06T09:00:00", state(State::Solved))]),
    ];
    let rows = november(Kind::Response, &lives, None);
    assert_eq!(hours(&rows, "first_response"), (2, Some(3.0), Some(4.0)));
    assert_eq!(figure(&rows, "first_response_open"), count(1, 1), "who was solved without a word owes none");
}

#[test]
fn a_resolution_is_told_to_the_first_and_to_the_last_solve() {
    let steps = [
        ("05T11:00:00", state(State::Waiting)),
        ("05T14:00:00", state(State::Open)),
        ("05T15:00:00", What::Line(2)),
        ("05T16:00:00", What::Line(1)),
        ("05T17:00:00", state(State::Solved)),
        ("06T09:00:00", state(State::Open)),
        ("06T11:00:00", state(State::Solved)),
    ];
    let rows = november(Kind::Resolution, &[life("aaaaa", "05T09:00:00", &steps)], None);
    assert_eq!(hours(&rows, "resolution_first"), (1, Some(8.0), Some(8.0)));
    assert_eq!(hours(&rows, "resolution_full"), (1, Some(26.0), Some(26.0)));
    // Two and three hours of ours before it was solved, and two after it came back; three of the requester's.
    assert_eq!(hours(&rows, "requester_wait").1, Some(7.0));
    assert_eq!(hours(&rows, "agent_wait").1, Some(3.0));
    assert_eq!(hours(&rows, "second_line").1, Some(1.0));
    assert_eq!(figure(&rows, "reopen_rate"), Figure::Ratio(Some(1.0)));
    assert_eq!(figure(&rows, "one_touch"), Figure::Ratio(Some(0.0)));
}

#[test]
fn what_comes_back_after_a_fortnight_was_solved() {
    let solved = ("05T09:00:00", state(State::Solved));
    let back = |time| life("aaaaa", "04T09:00:00", &[solved.clone(), (time, state(State::Open))]);
    let rate = |life: Life| figure(&november(Kind::Resolution, &[life], None), "reopen_rate");
    assert_eq!(rate(back("19T09:00:00")), Figure::Ratio(Some(1.0)));
    assert_eq!(rate(back("19T09:00:01")), Figure::Ratio(Some(0.0)));
}

#[test]
fn one_touch_is_one_answer_no_second_line_and_no_return() {
    let solved = ("08T09:00:00", state(State::Solved));
    let touched = |steps: &[(&str, What)]| {
        let steps = [steps, std::slice::from_ref(&solved)].concat();
        figure(&november(Kind::Resolution, &[life("aaaaa", "05T09:00:00", &steps)], None), "one_touch")
    };
    assert_eq!(touched(&[("06T09:00:00", answer("jo"))]), Figure::Ratio(Some(1.0)));
    assert_eq!(touched(&[("06T09:00:00", answer("jo")), ("07T09:00:00", answer("jo"))]), Figure::Ratio(Some(0.0)));
    assert_eq!(touched(&[("06T09:00:00", What::Line(2))]), Figure::Ratio(Some(0.0)));
}

#[test]
fn a_backlog_is_what_is_live_at_the_end_of_the_period() {
    let lives = [
        life("aaaaa", "05T00:00:00", &[("10T00:00:00", state(State::Solved)), ("20T00:00:00", state(State::Open))]),
        life("bbbbb", "08T00:00:00", &[("09T00:00:00", state(State::Hold))]),
        life("ccccc", "15T00:00:00", &[]),
    ];
    let backlog = |until: &str| {
        let span = Span { since: None, until: Some(at(until)) };
        figure(&report(Kind::Backlog, &lives, span, None, &|_| &[]), "backlog")
    };
    assert_eq!([backlog("08T12:00:00"), backlog("12T00:00:00"), backlog("21T00:00:00")], [2, 1, 3].map(Figure::Number));
    let span = Span { since: Some(at("08T00:00:00")), until: Some(at("12T00:00:00")) };
    let days = report(Kind::Backlog, &lives, span, Some(By::Day), &|_| &[]);
    assert_eq!(keys(&days), ["2026-11-08", "2026-11-09", "2026-11-10", "2026-11-11"]);
    let over: Vec<Figure> = days.iter().map(|row| of(row, "backlog")).collect();
    assert_eq!(over, [2, 2, 1, 1].map(Figure::Number));
}

#[test]
fn attainment_is_of_the_verdicts_of_the_period_and_what_is_overdue_stands_apart() {
    let clock = |stop: Option<&str>, met: Option<bool>, due: &str| Clock {
        target: Target::FirstResponse,
        round: 1,
        start: at("05T09:00:00"),
        stop: stop.map(at),
        due: Some(at(due)),
        warns: None,
        met,
        segments: Vec::new(),
    };
    let all = [
        vec![
            clock(Some("06T09:00:00"), Some(true), "07T09:00:00"),
            clock(Some("08T09:00:00"), Some(false), "07T09:00:00"),
        ],
        vec![clock(Some("06T09:00:00"), Some(true), "07T09:00:00")],
        vec![clock(None, None, "07T09:00:00")],
    ];
    let lives: Vec<Life> = ["aaaaa", "bbbbb", "ccccc"]
        .map(|id| Life { policy: Some("standard".into()), ..life(id, "05T09:00:00", &[]) })
        .into();
    let clocks = |place: usize| all[place].as_slice();
    let rows = report(Kind::Sla, &lives, Span { since: Some(at("01T00:00:00")), until: None }, None, &clocks);
    assert_eq!(figure(&rows, "sla_attainment"), Figure::Ratio(Some(2.0 / 3.0)));
    assert_eq!(figure(&rows, "overdue_now"), count(1, 1));
}

#[test]
fn an_agent_has_what_was_theirs_when_it_was_solved_and_no_rate_of_a_few() {
    let theirs = |id: &str, agent: &str| {
        let steps = [
            ("05T10:00:00", What::Assignee(Some(agent.into()))),
            ("05T11:00:00", answer(agent)),
            ("05T12:00:00", state(State::Solved)),
            ("05T13:00:00", What::Assignee(Some("kim".into()))),
            ("05T14:00:00", What::Rated(5)),
        ];
        life(id, "05T09:00:00", &steps)
    };
    let lives = ["aaaaa", "bbbbb", "ccccc", "ddddd", "eeeee"].map(|id| theirs(id, "jo"));
    let lives = [&lives[..], &[theirs("fffff", "sam")]].concat();
    let rows = november(Kind::Agents, &lives, None);
    assert_eq!(keys(&rows), ["jo", "kim", "sam"]);
    assert_eq!((of(&rows[0], "solved"), of(&rows[0], "replies")), (count(5, 5), count(5, 5)));
    assert_eq!(of(&rows[0], "one_touch"), Figure::Ratio(Some(1.0)));
    assert_eq!(of(&rows[2], "one_touch"), Figure::Ratio(None));
    assert_eq!(of(&rows[1], "csat"), Figure::Ratio(Some(1.0)), "who has it when it is rated");
}

#[test]
fn satisfaction_is_of_the_ratings_and_of_the_solves() {
    let rated = |id: &str, score| {
        life(id, "05T09:00:00", &[("05T12:00:00", state(State::Solved)), ("06T12:00:00", What::Rated(score))])
    };
    let unrated = life("ddddd", "05T09:00:00", &[("05T12:00:00", state(State::Solved))]);
    let rows = november(Kind::Satisfaction, &[rated("aaaaa", 5), rated("bbbbb", 4), rated("ccccc", 3), unrated], None);
    assert_eq!(figure(&rows, "ratings"), count(3, 3));
    assert_eq!(figure(&rows, "csat"), Figure::Ratio(Some(2.0 / 3.0)));
    assert_eq!(figure(&rows, "response_rate"), Figure::Ratio(Some(0.75)));
}

#[test]
fn escalations_are_of_what_was_solved() {
    let solved = ("08T09:00:00", state(State::Solved));
    let lives = [
        life("aaaaa", "05T09:00:00", &[("06T09:00:00", What::Line(2)), ("07T09:00:00", What::Line(1)), solved.clone()]),
        life("bbbbb", "05T09:00:00", std::slice::from_ref(&solved)),
        life("ccccc", "05T09:00:00", &[("06T09:00:00", What::Line(2))]),
    ];
    let rows = november(Kind::Escalations, &lives, None);
    assert_eq!(figure(&rows, "escalated"), count(2, 2));
    assert_eq!(figure(&rows, "escalation_rate"), Figure::Ratio(Some(0.5)));
}

#[test]
fn knowledge_is_what_answers_to_solved_tickets_link_to() {
    let linked = What::Answered { agent: "jo".into(), links_article: true };
    let solved = ("08T09:00:00", state(State::Solved));
    let lives = [
        life("aaaaa", "05T09:00:00", &[("06T09:00:00", linked), solved.clone()]),
        life("bbbbb", "05T09:00:00", &[("06T09:00:00", answer("jo")), solved]),
    ];
    let rows = november(Kind::Knowledge, &lives, None);
    assert_eq!((figure(&rows, "linked"), figure(&rows, "linked_rate")), (count(1, 1), Figure::Ratio(Some(0.5))));
    assert_eq!(figure(&rows, "stale_articles"), Figure::Number(3));
}

#[test]
fn reasons_are_types_channels_and_tags_at_once() {
    let one = Life {
        kind: Some("incident".into()),
        tags: vec!["vpn".into(), "login".into()],
        ..life("aaaaa", "05T09:00:00", &[])
    };
    let rows = november(Kind::Reasons, std::slice::from_ref(&one), None);
    assert_eq!(keys(&rows), ["channel:none", "tag:login", "tag:vpn", "type:incident"]);
    assert_eq!(keys(&november(Kind::Reasons, &[one], Some(By::Tag))), ["login", "vpn"]);
}

#[test]
fn weeks_are_those_of_iso_and_gaps_are_there() {
    let lives = [life("aaaaa", "01T12:00:00", &[]), life("bbbbb", "16T12:00:00", &[])];
    let span = Span { since: Some(at("01T00:00:00")), until: Some(at("17T00:00:00")) };
    let rows = report(Kind::Volume, &lives, span, Some(By::Week), &|_| &[]);
    // The first of November 2026 is a Sunday.
    assert_eq!(keys(&rows), ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]);
    let created: Vec<Figure> = rows.iter().map(|row| of(row, "created")).collect();
    assert_eq!(created, [count(1, 1), count(0, 0), count(0, 0), count(1, 1)]);
}

#[test]
fn who_has_it_counts_as_it_was_then_and_how_urgent_it_is_as_it_is_now() {
    let steps = [
        ("06T09:00:00", What::Team(Some("first".into()))),
        ("07T09:00:00", state(State::Solved)),
        ("08T09:00:00", What::Team(Some("second".into()))),
        ("08T09:00:00", What::Priority(Priority::Urgent)),
        ("09T09:00:00", state(State::Closed)),
    ];
    let lives = [life("aaaaa", "05T09:00:00", &steps)];
    let teams = november(Kind::Volume, &lives, Some(By::Team));
    assert_eq!(keys(&teams), ["first", "second", "none"]);
    assert_eq!(
        (of(&teams[0], "solved"), of(&teams[1], "closed"), of(&teams[2], "created")),
        (count(1, 1), count(1, 1), count(1, 1))
    );
    assert_eq!(keys(&november(Kind::Volume, &lives, Some(By::Priority))), ["urgent"]);
}

#[test]
fn a_summary_has_the_headline_of_each_report_and_its_tickets() {
    let steps = [("06T09:00:00", answer("jo")), ("07T09:00:00", state(State::Solved)), ("08T09:00:00", What::Rated(2))];
    let rows = november(Kind::Summary, &[life("aaaaa", "05T09:00:00", &steps)], None);
    let names: Vec<&str> = rows[0].figures.iter().map(|(name, _)| *name).collect();
    let wanted = [
        "created",
        "solved",
        "reopened",
        "net_flow",
        "backlog",
        "first_response",
        "first_response_open",
        "resolution_full",
        "reopen_rate",
        "one_touch",
        "escalation_rate",
        "sla_attainment",
        "overdue_now",
        "csat",
        "response_rate",
    ];
    assert_eq!(names, wanted);
    let behind = rows[0].tickets.as_ref().unwrap();
    assert!(behind.contains(&("solved", vec!["261101-aaaaa".to_owned()])), "{behind:?}");
}

#[test]
fn many_lives_are_counted_by_several_threads_to_the_same_figures() {
    let ids = (0..ALONE + 500).map(|number| format!("{number:05}"));
    let lives: Vec<Life> = ids
        .map(|id| life(&id, "05T09:00:00", &[("06T09:00:00", answer("jo")), ("07T09:00:00", state(State::Solved))]))
        .collect();
    let (many, few) =
        (november(Kind::Summary, &lives, Some(By::Day)), november(Kind::Summary, &lives[..1], Some(By::Day)));
    assert_eq!(keys(&many), keys(&few));
    assert_eq!(of(&many[4], "created"), count(lives.len(), lives.len()));
    assert_eq!(of(&many[6], "resolution_full"), of(&many[6], "resolution_full"));
}

#[test]
fn nothing_gives_one_row_of_nothing() {
    let rows = november(Kind::Volume, &[], None);
    assert_eq!(figure(&rows, "created"), count(0, 0));
    assert_eq!(figure(&november(Kind::Satisfaction, &[], None), "csat"), Figure::Ratio(None));
    assert_eq!(hours(&november(Kind::Response, &[], None), "first_response"), (0, None, None));
    assert!(november(Kind::Agents, &[], None).is_empty());
}

#[test]
fn spam_and_what_was_merged_is_in_no_figure() {
    assert!(counts(&life("aaaaa", "05T09:00:00", &[])));
    assert!(!counts(&life("aaaaa", "05T09:00:00", &[("06T09:00:00", state(State::Discarded))])));
    assert!(!counts(&Life { merged: true, ..life("aaaaa", "05T09:00:00", &[]) }));
    let rescued = [("06T09:00:00", state(State::Discarded)), ("07T09:00:00", state(State::Open))];
    assert!(counts(&life("aaaaa", "05T09:00:00", &rescued)));
}

#[test]
fn what_was_done_with_before_a_period_is_left_out_and_changes_no_figure_of_it() {
    let lives: Vec<Life> = [
        life("aaaaa", "02T09:00:00", &[("03T09:00:00", answer("jo")), ("04T09:00:00", state(State::Closed))]),
        life("bbbbb", "02T09:00:00", &[]),
        life("ccccc", "02T09:00:00", &[("12T09:00:00", state(State::Solved))]),
    ]
    .into();
    let since = Some(at("10T00:00:00"));
    let kept: Vec<Life> = lives.iter().filter(|life| may_count(life, since)).cloned().collect();
    assert_eq!(kept.len(), 2);
    for kind in Kind::ALL {
        for by in [None, Some(By::Day), Some(By::Team)] {
            let span = Span { since, until: Some(at("20T00:00:00")) };
            let told = |lives: &[Life]| format!("{:?}", report(kind, lives, span, by, &|_| &[]));
            assert_eq!(told(&kept), told(&lives), "{} by {by:?}", kind.name());
        }
    }
    assert!(lives.iter().all(|life| may_count(life, None)));
}

#[test]
fn a_median_of_an_even_number_is_the_mean_of_the_middle_and_p90_the_nearest_rank() {
    let spread = board::spread;
    let told = |n, median, p90| Spread { n, median: Some(median), p90: Some(p90) };
    assert_eq!(spread(vec![]), Spread::default());
    assert_eq!(spread(vec![7]), told(1, 7, 7));
    assert_eq!(spread(vec![4, 1]), told(2, 2, 4));
    assert_eq!(spread((1..=10).collect()), told(10, 5, 9));
    assert_eq!(spread((1..=11).rev().collect()), told(11, 6, 10));
}
