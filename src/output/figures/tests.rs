use super::*;
use crate::view::report::Period;

fn view(by: Option<&'static str>, rows: Vec<ReportRow>) -> ReportView {
    let period = Period { since: None, until: None };
    ReportView { report: "volume", period, by, commit: None, timezone: "UTC".to_owned(), rows }
}

fn row(key: Option<&str>, figures: Vec<(&'static str, Figure)>) -> ReportRow {
    ReportRow { key: key.map(str::to_owned), figures, tickets: None }
}

fn events(events: usize, tickets: usize) -> Figure {
    Figure::Count(Count { events, tickets })
}

fn took(n: usize, median: i64, p90: i64, business: i64) -> Figure {
    let clock = Spread { n, median: Some(median), p90: Some(p90) };
    Figure::Duration(Duration { clock, business: Spread { median: Some(business), ..clock } })
}

#[test]
fn programs_get_a_column_a_number() {
    let rows = vec![
        row(Some("a"), vec![("created", events(12, 10)), ("csat", Figure::Ratio(Some(0.123_44)))]),
        row(
            None,
            vec![("csat", Figure::Ratio(None)), ("ages", took(2, 60, 120, 30)), ("net_flow", Figure::Number(-3))],
        ),
    ];
    let (columns, rows) = flat(&view(Some("team"), rows));
    assert_eq!(
        columns.join(" "),
        "key created.events created.tickets csat ages.clock.n ages.clock.median ages.clock.p90 ages.business.n \
         ages.business.median ages.business.p90 net_flow"
    );
    assert_eq!(rows[0].join(","), "a,12,10,0.1234,,,,,,,");
    assert_eq!(rows[1].join(","), ",,,,2,60,120,2,30,120,-3");
    assert_eq!(flat(&view(None, Vec::new())), (vec!["key".to_owned()], Vec::new()));
}

#[test]
fn people_get_words() {
    let rows = vec![
        row(
            Some("a"),
            vec![
                ("created", events(12, 10)),
                ("csat", Figure::Ratio(None)),
                ("ages", took(2, 12_000, 187_200, 12_000)),
            ],
        ),
        row(
            None,
            vec![("created", events(3, 3)), ("csat", Figure::Ratio(None)), ("one_touch", Figure::Ratio(Some(0.83)))],
        ),
    ];
    let (columns, rows) = human(&view(Some("team"), rows));
    assert_eq!(columns.join("|"), "team|created|ages|p90|n|one touch");
    assert_eq!(rows[0].join("|"), "a|12 (10 tickets)|3h 20m|2d 4h|2|");
    assert_eq!(rows[1].join("|"), "(none)|3||||83 %");
}

#[test]
fn business_time_is_shown_where_it_differs() {
    let (columns, rows) =
        human(&view(Some("team"), vec![row(Some("a"), vec![("ages", took(2, 7_200, 9_000, 3_600))])]));
    assert_eq!(columns.join("|"), "team|ages|p90|n|ages, business time|p90|n");
    assert_eq!(rows[0].join("|"), "a|2h|2h 30m|2|1h|2h 30m|2");
}

#[test]
fn a_single_row_stands_upright() {
    let figures = vec![
        ("created", events(2, 1)),
        ("csat", Figure::Ratio(None)),
        ("first_response", took(4, 7_200, 9_000, 3_600)),
        ("sla_attainment", Figure::Ratio(Some(0.999))),
    ];
    let (columns, rows) = human(&view(None, vec![row(None, figures)]));
    assert_eq!(columns, ["figure", "value"]);
    let lines: Vec<String> = rows.iter().map(|row| row.join(": ")).collect();
    assert_eq!(
        lines,
        [
            "created: 2 (1 ticket)",
            "first response: 2h (p90 2h 30m, n 4)",
            "first response, business time: 1h (p90 2h 30m, n 4)",
            "SLA attainment: 99 %",
        ]
    );
    assert_eq!(human(&view(None, Vec::new())).0, ["figure", "value"]);
    assert_eq!(human(&view(Some("org"), Vec::new())).0, ["org"]);
}

#[test]
fn lengths_are_in_two_units() {
    for (seconds, text) in [
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (3_570, "1h"),
        (3_600, "1h"),
        (12_000, "3h 20m"),
        (86_399, "1d"),
        (187_200, "2d 4h"),
        (2 * 86_400 - 1, "2d"),
        (-90, "-2m"),
        (i64::MAX, "106751991167300d 15h"),
        (i64::MIN, "-106751991167300d 15h"),
    ] {
        assert_eq!(length(seconds), text, "{seconds}");
    }
}

#[test]
fn percents_do_not_pretend() {
    let shown: Vec<String> = [0.0, 0.001, 0.834, 0.999, 1.0].into_iter().map(percent).collect();
    assert_eq!(shown, ["0 %", "1 %", "83 %", "99 %", "100 %"]);
}
