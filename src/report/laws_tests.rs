use super::*;
use crate::domain::clock::Clock;
use crate::domain::life::Step;
use crate::domain::ticket::Priority;
use crate::view::report::{Count, Figure};

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

fn of(row: &ReportRow, name: &str) -> Figure {
    row.figure(name).unwrap_or_else(|| panic!("no {name} in {row:?}")).clone()
}

fn count(events: usize, tickets: usize) -> Figure {
    Figure::Count(Count { events, tickets })
}

fn keys(rows: &[ReportRow]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_deref().unwrap_or("none")).collect()
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
