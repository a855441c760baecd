//! Charts of reports as they are and as strangers would like them.

use super::*;
use crate::view::report::{Count, Duration, Figure, Period, ReportRow, Spread};

pub(crate) const UGLY: &str =
    "</text><script>alert(1)</script> & \"q\" 'q' src=//x url(//x) @import http://x \u{1b}[31m\0\u{202e}\u{ffff}";

pub(crate) fn view(report: &'static str, by: Option<&'static str>, rows: Vec<ReportRow>) -> ReportView {
    let period = Period { since: None, until: None };
    ReportView { report, period, by, commit: Some("0123456789abcdef".to_owned()), timezone: "UTC".to_owned(), rows }
}

pub(crate) fn row(key: Option<&str>, at: usize) -> ReportRow {
    let spread = Spread { n: at, median: Some(at as i64 * 60), p90: Some(at as i64 * 600) };
    let figures = vec![
        ("created", Figure::Count(Count { events: at + 1, tickets: at })),
        ("solved", Figure::Count(Count { events: at, tickets: at })),
        ("reopened", Figure::Count(Count { events: 1, tickets: 1 })),
        ("net_flow", Figure::Number(3 - at as i64)),
        ("backlog", Figure::Number(at as i64)),
        ("first_response", Figure::Duration(Duration { clock: spread, business: Spread::default() })),
        ("csat", Figure::Ratio((at != 2).then_some(0.8))),
        ("title", Figure::Text(key.map(str::to_owned))),
    ];
    ReportRow { key: key.map(str::to_owned), figures, tickets: None }
}

/// Reports of all kinds, and their nastiest rows.
fn views() -> Vec<ReportView> {
    let rows = |keys: &[&str]| keys.iter().enumerate().map(|(at, key)| row(Some(key), at)).collect::<Vec<_>>();
    let nan = ReportRow { figures: vec![("csat", Figure::Ratio(Some(f64::NAN)))], ..ReportRow::default() };
    let large = Figure::Count(Count { events: usize::MAX, tickets: 0 });
    let most = Figure::Number(i64::MIN);
    let extreme = ReportRow { figures: vec![("created", large), ("backlog", most)], ..ReportRow::default() };
    let named = |row: &ReportRow| ReportRow { key: Some("a".to_owned()), ..row.clone() };
    vec![
        view("volume", Some("day"), rows(&["2026-11-21", "2026-11-22", "2026-11-24", "2027-01-02"])),
        view("volume", Some("week"), rows(&["2026-W52", "2026-W53", "2027-W01"])),
        view("volume", Some("month"), rows(&["2026-11", "0001-01", "9999-12"])),
        view("volume", Some("day"), rows(&["0001-01-01", "9999-12-31"])),
        view("volume", Some("day"), rows(&["2026-11-21", "never"])),
        view("volume", Some("month"), rows(&["9223372036854775807-12"])),
        view("volume", Some("team"), rows(&["a", UGLY, "", &"long ".repeat(2_000)])),
        view("volume", Some("team"), (0..1_000).map(|at| row(Some(&format!("team {at}")), at)).collect()),
        view("volume", Some("team"), Vec::new()),
        view("summary", None, vec![row(None, 3)]),
        view("summary", None, Vec::new()),
        view("satisfaction", Some("day"), vec![nan.clone(), named(&nan)]),
        view("volume", Some("team"), vec![extreme.clone(), named(&extreme)]),
        view("volume", None, vec![extreme, nan]),
        view("patterns", None, vec![ReportRow::default()]),
    ]
}

fn days(count: i64) -> ReportView {
    let first = jiff::civil::date(2024, 1, 1);
    let key = |at| first.checked_add(jiff::Span::new().days(at)).unwrap().to_string();
    view("volume", Some("day"), (0..count).map(|at| row(Some(&key(at)), at as usize % 40)).collect())
}

#[test]
fn charts_are_documents_of_their_own() {
    for view in views().iter().chain(&[days(90), days(1_000)]) {
        let svg = svg(view);
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        let document = roxmltree::Document::parse(&svg).unwrap();
        let children: Vec<_> = document.root_element().children().filter(|node| node.is_element()).collect();
        assert_eq!([children[0].tag_name().name(), children[1].tag_name().name()], ["title", "desc"]);
        for banned in ["url(", "@import", "<script", "href", "NaN\"", "inf\""] {
            assert!(!svg.contains(banned), "{banned} in {svg}");
        }
        assert_eq!(svg.matches("http").count() - svg.matches("http&#58;").count(), 1);
        assert_eq!(svg, super::svg(view));
    }
}

#[test]
fn colours_are_variables() {
    let svg = svg(&days(30));
    assert!(svg.contains("prefers-color-scheme: dark") && svg.contains("fill:var(--blue)"));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let painted = |node: &roxmltree::Node<'_, '_>| {
        ["fill", "stroke"].iter().any(|name| node.attribute(*name).is_some_and(|color| color.starts_with('#')))
    };
    for node in document.descendants().filter(painted) {
        assert!(node.attribute("class").is_some(), "{node:?}");
    }
}

#[test]
fn reports_have_the_panels_of_their_figures() {
    let titles = |view: &ReportView| panels(view).into_iter().map(|panel| panel.title).collect::<Vec<_>>();
    let along = ["Created and solved", "Reopened", "Net flow", "Backlog", "First response", "CSAT"];
    assert_eq!(titles(&days(3)), along);
    assert_eq!(titles(&view("volume", Some("team"), vec![row(Some("a"), 1)])), along);
    assert_eq!(titles(&view("volume", None, vec![row(None, 1)])), ["At a glance", "Events"]);
    assert!(titles(&view("volume", Some("team"), Vec::new())).is_empty());
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let empty =
        ReportRow { key: Some("2026-11".to_owned()), figures: vec![("csat", Figure::Ratio(None))], tickets: None };
    for view in [view("volume", Some("team"), Vec::new()), view("satisfaction", Some("month"), vec![empty])] {
        assert!(svg(&view).contains("no data"));
    }
}

#[test]
fn of_many_rows_the_largest_are_drawn() {
    let many = view("volume", Some("team"), (0..1_000).map(|at| row(Some(&format!("team {at}")), at)).collect());
    let svg = svg(&many);
    assert!(svg.contains("team 999") && svg.contains("team 980") && !svg.contains("team 979"));
    assert!(svg.contains("the 20 largest of 1,000") && svg.len() < 100_000, "{}", svg.len());
}

#[test]
fn labels_are_cut_and_cleaned() {
    let svg = svg(&view("volume", Some("team"), vec![row(Some(UGLY), 1), row(Some(&"x".repeat(500)), 2)]));
    assert!(svg.contains("xxx…") && svg.contains("&lt;/text&gt;&lt;script&gt;alert&#40;1)"));
    assert!(!svg.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'));
}
