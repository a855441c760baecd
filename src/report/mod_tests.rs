use super::*;
pub(super) use crate::domain::life_samples::{answer, at, life};
use crate::view::report::Figure;
use serde_json::{Value, json};

/// Reports of some tickets; what is not said is open, in UTC and on the 30th.
pub(super) struct Scene {
    pub lives: Vec<Life>,
    pub period: Span,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub by: Option<By>,
    pub explain: bool,
    /// The clocks of each ticket.
    pub clocks: Vec<Vec<Clock>>,
    pub hours: Option<Hours>,
    pub stale_articles: usize,
}

impl Scene {
    pub fn of(lives: impl Into<Vec<Life>>) -> Scene {
        let (period, clocks) = Default::default();
        let (now, zone) = (at("30T12:00"), TimeZone::UTC);
        Scene {
            lives: lives.into(),
            period,
            now,
            zone,
            by: None,
            explain: false,
            clocks,
            hours: None,
            stale_articles: 0,
        }
    }

    pub fn since(mut self, since: &str) -> Scene {
        self.period.since = Some(at(since));
        self
    }

    pub fn until(mut self, until: &str) -> Scene {
        self.period.until = Some(at(until));
        self
    }

    pub fn by(mut self, by: By) -> Scene {
        self.by = Some(by);
        self
    }

    pub fn rows(&self, kind: Kind) -> Vec<ReportRow> {
        let ground = Ground {
            lives: &self.lives,
            period: self.period,
            now: self.now,
            zone: &self.zone,
            by: self.by,
            explain: self.explain,
            clocks: &|place| &self.clocks[place],
            hours: &|_| self.hours.as_ref(),
            org: &|life| life.requester.as_deref()?.split_once('@').map(|(_, domain)| domain.into()),
            only: None,
            stale_articles: self.stale_articles,
        };
        rows(kind, &ground)
    }

    /// The rows, each its key and then some of its figures: a count is `[events, tickets]`, a duration
    /// `[n, median, p90]` of clock time.
    pub fn told(&self, kind: Kind, names: &[&str]) -> Value {
        let row = |row: ReportRow| -> Value {
            let figures = names.iter().map(|name| short(row.figure(name).unwrap()));
            std::iter::once(json!(row.key)).chain(figures).collect()
        };
        self.rows(kind).into_iter().map(row).collect()
    }

    pub fn keys(&self, kind: Kind) -> Vec<Option<String>> {
        self.rows(kind).into_iter().map(|row| row.key).collect()
    }
}

fn short(figure: &Figure) -> Value {
    match figure {
        Figure::Count(count) => json!([count.events, count.tickets]),
        Figure::Duration(time) => json!([time.clock.n, time.clock.median, time.clock.p90]),
        other => json!(other),
    }
}

#[test]
fn names_are_found_again() {
    assert!(Kind::ALL.into_iter().all(|kind| Kind::find(kind.name()) == Some(kind)));
    assert!(By::ALL.into_iter().all(|by| By::find(by.name()) == Some(by)));
    assert_eq!((Kind::find("volumes"), By::find("Day")), (None, None));
}

#[test]
fn a_period_has_its_start_and_not_its_end() {
    let span = Span { since: Some(at("02T09:00")), until: Some(at("03T09:00")) };
    let within = ["02T08:59:59", "02T09:00:00", "03T08:59:59", "03T09:00:00"].map(|when| span.contains(at(when)));
    assert_eq!(within, [false, true, true, false]);
    assert!(Span::default().contains(Timestamp::MIN) && Span::default().contains(Timestamp::MAX));
}

#[test]
fn what_happens_right_now_is_in_a_period_without_an_end() {
    let waits = life("aaaa", "02T09:00", &[]);
    let mut scene = Scene::of([waits]);
    scene.now = at("02T09:00");
    assert_eq!(scene.told(Kind::Backlog, &["backlog", "ages"]), json!([[null, 1, [1, 0, 0]]]));
    assert_eq!(scene.told(Kind::Response, &["first_response_open"]), json!([[null, [1, 1]]]));
}

#[test]
fn a_ticket_counts_from_its_last_sign_of_life_on_or_while_it_is_open() {
    let solved = life("aaaa", "02T09:00", &[("03T09:00", What::State(State::Solved))]);
    let may = |life: &Life, since| may_count(life, Some(at(since)));
    assert_eq!((may(&solved, "03T09:00"), may(&solved, "03T09:01")), (true, false));
    assert!(may(&life("bbbb", "02T09:00", &[]), "20T09:00"));
    let spam = life("cccc", "02T09:00", &[("03T09:00", What::State(State::Discarded))]);
    assert!(!may(&spam, "02T09:00") && !may_count(&spam, None));
}

#[test]
fn each_kind_has_its_figures() {
    for (kind, names) in [
        (Kind::Volume, "created solved closed reopened escalated net_flow"),
        (Kind::Response, "first_response first_response_open"),
        (
            Kind::Resolution,
            "resolution_first resolution_full requester_wait agent_wait second_line reopen_rate one_touch",
        ),
        (Kind::Backlog, "backlog ages"),
        (Kind::Sla, "sla_attainment overdue_now"),
    ] {
        let rows = Scene::of([]).rows(kind);
        let found: Vec<&str> = rows[0].figures.iter().map(|(name, _)| *name).collect();
        assert_eq!(found.join(" "), names);
    }
}

#[test]
fn of_no_tickets_counts_are_zero_and_ratios_and_times_nothing() {
    let none = json!([0, null, null]);
    let scene = Scene::of([]);
    assert_eq!(scene.told(Kind::Volume, &["created", "net_flow"]), json!([[null, [0, 0], 0]]));
    assert_eq!(scene.told(Kind::Response, &["first_response"]), json!([[null, none]]));
    let names = ["resolution_full", "reopen_rate", "one_touch"];
    assert_eq!(scene.told(Kind::Resolution, &names), json!([[null, none, null, null]]));
    assert_eq!(scene.told(Kind::Satisfaction, &["csat", "response_rate"]), json!([[null, null, null]]));
    assert_eq!(scene.told(Kind::Sla, &["sla_attainment", "overdue_now"]), json!([[null, null, [0, 0]]]));
    // Nobody did anything, and nobody wrote.
    assert!(scene.rows(Kind::Agents).is_empty() && scene.rows(Kind::Reasons).is_empty());
}

#[test]
fn a_summary_says_what_each_report_says() {
    let steps = [("02T11:00", answer("ann")), ("02T12:00", What::State(State::Solved))];
    let team = ("02T10:00", What::Team(Some("net".into())));
    let lives = [life("aaaa", "02T09:00", &[&[team], &steps[..]].concat()), life("bbbb", "03T09:00", &[])];
    let mut scene = Scene::of(lives).by(By::Team);
    scene.clocks = vec![Vec::new(); 2];
    let names = ["created", "solved", "net_flow"];
    assert_eq!(scene.told(Kind::Summary, &names), scene.told(Kind::Volume, &names));
    let rows = scene.rows(Kind::Summary);
    assert_eq!(rows.iter().map(|row| row.key.as_deref()).collect::<Vec<_>>(), [Some("net"), None]);
    assert_eq!(short(rows[0].figure("resolution_full").unwrap()), json!([1, 10800, 10800]));
    assert_eq!(rows[0].figure("one_touch"), Some(&Figure::Ratio(Some(1.0))));
    assert_eq!(rows[1].figure("backlog"), Some(&Figure::Number(1)));
}

#[test]
fn the_same_is_told_of_the_same_each_time() {
    let lives: Vec<Life> = (10..40)
        .map(|number| Life {
            tags: ["c", "a", "b"].map(Name::from).to_vec(),
            ..life(&format!("aa{number}"), &format!("{:02}T09:00", number / 2), &[])
        })
        .collect();
    for by in By::ALL {
        let told = || {
            let mut scene = Scene::of(lives.clone()).by(by);
            scene.explain = true;
            Kind::ALL
                .into_iter()
                .filter(|kind| !matches!(kind, Kind::Sla | Kind::Summary))
                .fold(String::new(), |text, kind| text + &serde_json::to_string(&scene.rows(kind)).unwrap())
        };
        assert_eq!(told(), told(), "{}", by.name());
    }
}

#[test]
fn many_lives_are_counted_by_several_threads_to_the_same_figures() {
    let steps = [("06T09:00", answer("jo")), ("07T09:00", What::State(State::Solved))];
    let ids = (0..ALONE + 500).map(|number| format!("{number:05}"));
    let lives: Vec<Life> = ids.map(|id| life(&id, "05T09:00", &steps)).collect();
    let all = lives.len();
    let november = |lives: &[Life]| {
        let mut scene = Scene::of(lives).since("01T00:00").until("30T00:00").by(By::Day);
        scene.clocks = vec![Vec::new(); lives.len()];
        scene
    };
    let (many, few) = (november(&lives), november(&lives[..1]));
    assert_eq!(many.keys(Kind::Summary), few.keys(Kind::Summary));
    let told = many.told(Kind::Summary, &["created", "resolution_full"]);
    assert_eq!(told[4], json!(["2026-11-05", [all, all], [0, null, null]]));
    assert_eq!(told[6], json!(["2026-11-07", [0, 0], [all, 172800, 172800]]));
}

#[test]
fn what_was_done_with_before_a_period_is_left_out_and_changes_no_figure_of_it() {
    let lives = [
        life("aaaaa", "02T09:00", &[("03T09:00", answer("jo")), ("04T09:00", What::State(State::Closed))]),
        life("bbbbb", "02T09:00", &[]),
        life("ccccc", "02T09:00", &[("12T09:00", What::State(State::Solved))]),
    ];
    let kept: Vec<Life> = lives.iter().filter(|life| may_count(life, Some(at("10T00:00")))).cloned().collect();
    assert_eq!(kept.len(), 2);
    for kind in Kind::ALL {
        for by in [None, Some(By::Day), Some(By::Team)] {
            let told = |lives: &[Life]| {
                let mut scene = Scene::of(lives).since("10T00:00").until("20T00:00");
                (scene.by, scene.clocks) = (by, vec![Vec::new(); lives.len()]);
                format!("{:?}", scene.rows(kind))
            };
            assert_eq!(told(&kept), told(&lives), "{} by {by:?}", kind.name());
        }
    }
    assert!(lives.iter().all(|life| may_count(life, None)));
}
