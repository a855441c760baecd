use jiff::tz::TimeZone;

use super::*;
use crate::domain::policy::calendar::Calendar;
use crate::domain::policy::rule::{Action, Among, Assign, Event, Operation, Setting};
use crate::domain::policy::sla::{Target, TargetValue};
use crate::domain::ticket::{Priority, State};
use proptest::prelude::*;

/// The design's examples, as files.md has them.
const CALENDARS: &str = "office:\n  timezone: Europe/Amsterdam\n  hours: {mon: [\"09:00-12:30\", \"13:00-17:30\"], tue: [\"09:00-17:30\"]}\n  holidays: [2026-12-25, 12-26, holidays.ics]\n  shifts: {2026-12-24: [\"09:00-13:00\"]}\n  breaks: {2026-11-23: [\"10:00-10:30\"]}\n";
const SLA: &str = "- name: standard\n  when: \"org:acme\"\n  calendar: office\n  warn: 80%\n  targets:\n    first-response: {low: 8h, normal: 4h, high: 1h, urgent: 30m}\n    resolution: {normal: 24h clock}\n";
const RULES: &str = "- name: invoices to finance\n  on: [created]\n  when: \"type:question (invoice OR factuur)\"\n  then:\n    - set: {team: finance, tags+: billing}\n    - assign: {strategy: least-loaded, team: finance, skills: [invoices]}\n    - reply: {pattern: acknowledgement}\n  stop: true\n";

/// Where each finding is and what it names: `line:column 'word'`, a warning with `?`.
fn said<T>(parsed: &Parsed<T>) -> Vec<String> {
    let word = |message: &str| message.split('\'').nth(1).unwrap_or_default().to_owned();
    let one = |Finding { fault, warning }: &Finding| {
        format!("{}:{} {}{}", fault.line, fault.column, word(&fault.message), if *warning { "?" } else { "" })
    };
    parsed.faults.iter().map(one).collect()
}

fn mentioned<T>(parsed: &Parsed<T>) -> Vec<String> {
    let one = |it: &Mention| format!("{}:{} {:?} {}", it.line, it.column, it.kind, it.text);
    parsed.mentions.iter().map(one).collect()
}

#[test]
fn the_designs_examples_are_read() {
    let parsed = calendars::parse(CALENDARS.as_bytes(), &TimeZone::UTC);
    assert_eq!(said(&parsed), [""; 0]);
    let office: &Calendar = &parsed.values[0];
    assert_eq!(
        office.week[0].intervals().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["09:00-12:30", "13:00-17:30"]
    );
    assert_eq!(
        (office.holidays.dates.len(), office.holidays.yearly.len(), office.shifts.len(), office.breaks.len()),
        (1, 1, 1, 1)
    );
    assert_eq!(mentioned(&parsed), ["4:33 IcsFile holidays.ics"]);

    let parsed = sla::parse(SLA.as_bytes());
    assert_eq!(said(&parsed), [""; 0]);
    let policy = &parsed.values[0];
    assert_eq!(policy.value(Target::FirstResponse, Priority::Urgent), Some(TargetValue::Business(1800)));
    assert_eq!(policy.value(Target::Resolution, Priority::Normal), Some(TargetValue::Clock(86_400)));
    assert_eq!(policy.value(Target::Resolution, Priority::High), None);
    assert_eq!(policy.pauses_of(Target::Resolution), [State::Waiting, State::Hold]);
    assert_eq!(mentioned(&parsed), ["2:10 Query org:acme", "3:13 Calendar office"]);

    let parsed = rules::parse(RULES.as_bytes());
    assert_eq!(said(&parsed), [""; 0]);
    let rule = &parsed.values[0];
    assert_eq!((rule.on.as_slice(), rule.stop), (&[Event::Created][..], true));
    let set = |key: &str, operation, value: &str| Setting { key: key.into(), operation, value: value.into() };
    let among = Among { team: Some("finance".into()), skills: vec!["invoices".into()] };
    let want = [
        Action::Set(vec![set("team", Operation::Replace, "finance"), set("tags", Operation::Add, "billing")]),
        Action::Assign(Assign::LeastLoaded(among)),
        Action::Reply("acknowledgement".into()),
    ];
    assert_eq!(rule.then, want);
    let query = "3:10 Query type:question (invoice OR factuur)";
    let rest = ["5:19 Team finance", "6:46 Team finance", "6:64 Skill invoices", "7:24 Pattern acknowledgement"];
    assert_eq!(mentioned(&parsed), [&[query][..], &rest].concat());
}

#[test]
fn what_is_wrong_with_a_calendar_is_told_at_its_place() {
    for (text, want) in [
        ("a: {timezone: Europe/Atlantis, hours: {}}", &["1:15 Europe/Atlantis"][..]),
        ("a:\n  timezone: UTC\n  hours: {mon: [\"nine to five\"]}", &["3:18 nine to five"]),
        ("a:\n  timezone: UTC\n  hours: {monday: [\"9:00-10:00\"]}", &["3:11 monday"]),
        ("a: {timezone: UTC, hours: {mon: [\"9:00-11:00\", \"10:00-12:00\"]}}", &["1:49 10:00-12:00"]),
        (
            "a: {timezone: UTC, hours: {mon: 9:00-11:00}, holidays: [02-30, x], shifts: {soon: []}}",
            &["1:57 02-30", "1:64 x", "1:77 soon"],
        ),
        ("a: {hours: {mon: 22:00-06:00}}", &["1:18 22:00-06:00"]),
        ("a: {timezone: UTC, houres: {}}", &["1:20 a calendar?", "1:1 a?"]),
        ("a: 1\nb:\n- c", &["1:4 a", "3:1 b"]),
        ("- a", &["1:1 "]),
        ("a: [", &["1:5 "]),
    ] {
        let got: Vec<String> = said(&calendars::parse(text.as_bytes(), &TimeZone::UTC));
        let got: Vec<String> = got.into_iter().map(|line| line.replace(" houres?", " a calendar?")).collect();
        assert_eq!(got, want, "{text}");
    }
    let kept = calendars::parse(
        b"a: {timezone: UTC, hours: {mon: [x, \"9:00-10:00\"]}}\nb: {timezone: Nowhere}\n",
        &TimeZone::UTC,
    )
    .values;
    assert_eq!((kept.len(), kept[0].week[0].intervals().len()), (1, 1));
}

#[test]
fn what_is_wrong_with_a_policy_is_told_at_its_place() {
    for (text, want) in [
        ("- name: s\n  targets:\n    resolution: {normal: soon}", &["3:26 soon"][..]),
        (
            "- name: s\n  targets: {resolution: {normall: 4h clock}, resolve: {normal: 0h}}",
            &["2:26 normall", "2:46 resolve", "2:64 0h"],
        ),
        (
            "- name: s\n  warn: 180%\n  targets: {resolution: 4h}\n  pauses: {update: [on-hold]}",
            &["2:9 warn", "3:25 resolution", "4:21 on-hold"],
        ),
        ("- calendar: c\n- name: s\n  when: [x]\n  targets: {}", &["1:3 name", "1:3 targets?", "3:9 when"]),
        ("- name: s\n  targets: {}\n- name: s\n  targets: {update: {low: 1h}}", &["3:9 s", "3:3 s?"]),
        ("name: s", &["1:1 "]),
        ("- s", &["1:3 s"]),
    ] {
        assert_eq!(said(&sla::parse(text.as_bytes())), want, "{text}");
    }
    let parsed = sla::parse(b"- name: s\n  calendar: nowhere\n  targets: {update: {low: 1h, high: x}}\n");
    assert_eq!(mentioned(&parsed), ["2:13 Calendar nowhere"]);
    let own = sla::parse(b"- name: s\n  targets: {update: {low: 1h}}\n");
    assert_eq!(mentioned(&own), ["2:3 OwnCalendar "]);
    assert_eq!(parsed.values[0].targets[&Target::Update].len(), 1);
    assert_eq!(
        parsed.faults[0].fault.hint.as_deref(),
        Some("it reads 30m, 4h or 2d in business time, 24h clock in clock time")
    );
}

#[test]
fn what_is_wrong_with_a_rule_is_told_at_its_place() {
    for (text, want) in [
        ("- name: r\n  on: [midnight]\n  then: [{note: x}]", &["2:8 midnight"][..]),
        ("- name: r\n  on: tick\n  then: [{ntoe: x}, note, {reply: {}}]", &["3:11 ntoe", "3:21 note", "3:28 reply"]),
        (
            "- name: r\n  on: tick\n  then:\n  - set: {team+: x, nothing: y, priority: hot, line: 3, merged-into: x}",
            &["4:11 team+", "4:21 nothing", "4:43 hot", "4:54 3", "4:57 merged-into"],
        ),
        (
            "- name: r\n  on: tick\n  then:\n  - assign: {strategy: best}\n  - assign: {strategy: fixed}\n  - assign: {team: x}",
            &["4:24 best", "5:24 fixed", "6:5 assign"],
        ),
        (
            "- name: r\n  on: tick\n  then: [{webhook: \"ftp://x\"}, {run: \"a 'b\"}]\n  stop: maybe",
            &["3:21 ftp://x", "3:39 a ", "4:9 stop"],
        ),
        ("- name: r\n  onn: tick", &["2:3 a rule?", "1:3 on", "1:3 then?"]),
        ("- name: \"a\\nb\"\n  on: tick\n  then: {note: x}", &["1:10 a\\nb"]),
    ] {
        let got = said(&rules::parse(text.as_bytes())).into_iter().map(|line| line.replace(" onn?", " a rule?"));
        assert_eq!(got.collect::<Vec<_>>(), want, "{text}");
    }
    let parsed = rules::parse(b"- name: r\n  on: [created]\n  then: [{reply: {pattern: not-there}}]\n");
    assert_eq!(mentioned(&parsed), ["3:28 Pattern not-there"]);
    let parsed = rules::parse(b"- name: r\n  on: [tick, nope]\n  when: [a]\n  then: [{note: x}]\n");
    assert_eq!((parsed.values.len(), parsed.faults.len()), (0, 2));
}

#[test]
fn a_large_file_of_mistakes_is_read_soon() {
    let words = "é, ".repeat(60_000);
    let text = format!("- name: r\n  on: [{words}]\n  then: [{{assign: {{strategy: skills, skills: [a]}}}}]\n");
    let start = std::time::Instant::now();
    assert_eq!(rules::parse(text.as_bytes()).faults.len(), 60_000);
    assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn every_action_is_read() {
    let text = "- name: r\n  on: [created, created, sla-breach]\n  then:\n  - escalate:\n  - escalate: {to: second}\n  - escalate: third\n  - reply: ack\n  - run: [notify, --all]\n  - run: notify 'the desk'\n  - webhook: {url: https://x.example/y}\n  - assign: {strategy: fixed, agent: jo}\n  - assign: skills\n  - set: {fields: {product: app}, field.size: 3, tags-: [a, b], assignee: none, team: }\n    note: Hello\n";
    let parsed = rules::parse(text.as_bytes());
    assert_eq!(said(&parsed), [""; 0]);
    let rule = &parsed.values[0];
    assert_eq!(rule.on, [Event::Created, Event::SlaBreach]);
    let names: Vec<&str> = rule.then.iter().map(Action::name).collect();
    assert_eq!(
        names,
        ["escalate", "escalate", "escalate", "reply", "run", "run", "webhook", "assign", "assign", "set", "note"]
    );
    assert_eq!(rule.then[5], Action::Run { program: "notify".into(), arguments: vec!["the desk".into()] });
    let Action::Set(settings) = &rule.then[9] else { panic!("a set") };
    let lines: Vec<String> =
        settings.iter().map(|one| format!("{} {:?} {}", one.key, one.operation, one.value)).collect();
    let want = [
        "field.product Replace app",
        "field.size Replace 3",
        "tags Remove a,b",
        "assignee Replace none",
        "team Replace ",
    ];
    assert_eq!(lines, want);
    let want = [
        "5:20 Team second",
        "6:15 Team third",
        "7:12 Pattern ack",
        "11:38 Agent jo",
        "13:20 Field product",
        "13:35 Field size",
    ];
    assert_eq!(mentioned(&parsed), want);
}

fn ics(events: &str) -> Parsed<jiff::civil::Date> {
    let text = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", events.replace('\n', "\r\n"));
    ics::parse(text.as_bytes())
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
}

#[test]
fn holidays_are_read_from_ics() {
    for (lines, want) in [
        ("DTSTART;VALUE=DATE:20261225", &["2026-12-25"][..]),
        ("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227", &["2026-12-25", "2026-12-26"]),
        ("DTSTART;X=\"a:b\":20261231T000000\nDURATION:P2D", &["2026-12-31", "2027-01-01"]),
        ("DTSTART;VALUE=DA\n TE:20240229\nRRULE:FREQ=YEARLY;COUNT=3", &["2024-02-29", "2028-02-29", "2032-02-29"]),
        ("RRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20300101\nDTSTART:20261225\nEXDATE:20281225", &["2026-12-25"]),
        ("DTSTART:20261225\nSTATUS:CANCELLED", &[]),
        ("DTSTART:20261225\nBEGIN:VALARM\nDURATION:PT5M\nRRULE:X\nEND:VALARM\nSUMMARY:x", &["2026-12-25"]),
    ] {
        let parsed = ics(&event(lines));
        assert_eq!(said(&parsed), [""; 0], "{lines}");
        assert_eq!(parsed.values.iter().map(ToString::to_string).collect::<Vec<_>>(), want, "{lines}");
    }
    let every = ics(&event("DTSTART:20001225\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;WKST=MO"));
    assert_eq!((every.values.len(), every.values[100].to_string().as_str()), (101, "2100-12-25"));
}

#[test]
fn what_is_wrong_with_an_ics_file_is_told_and_the_rest_kept() {
    for (lines, want) in [
        ("DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "4:7 FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        ("DTSTART:20261126\nRRULE:FREQ=WEEKLY", "4:7 FREQ=WEEKLY"),
        ("DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTHDAY=25", "2:7 2026-11-26"),
        ("DTSTART:20261126T100000Z", "3:9 20261126T100000Z"),
        ("DTSTART:2026-11-26", "3:9 2026-11-26"),
        ("SUMMARY:x", "2:7 VEVENT"),
        ("DTSTART:20260101\nDTEND:20290101", "2:7 2026-01-01"),
    ] {
        let parsed = ics(&(event(lines) + &event("DTSTART:20261225")));
        assert_eq!((said(&parsed), parsed.values.len()), (vec![want.to_owned()], 1), "{lines}");
    }
    assert_eq!(said(&ics::parse(b"hello")), ["1:1 "]);
    let many = ics(&event("DTSTART:20000101\nDTEND:20001231\nRRULE:FREQ=YEARLY").repeat(5));
    assert_eq!(many.faults.len(), 1);
}

proptest! {
    #[test]
    fn nothing_panics(
        at in 0usize..400,
        text in "[ab \\n:,'\"#\\[\\]{}&*!|>0-9é-]{0,20}",
        which in 0usize..3,
    ) {
        let mut file = [CALENDARS, SLA, RULES][which].to_owned();
        let at = at.min(file.len());
        file.insert_str(at, &text);
        let lines = file.lines().count() + 1;
        let places = |faults: Vec<Finding>| faults.into_iter().map(|finding| finding.fault.line).collect::<Vec<_>>();
        let found = [
            places(calendars::parse(file.as_bytes(), &TimeZone::UTC).faults),
            places(sla::parse(file.as_bytes()).faults),
            places(rules::parse(file.as_bytes()).faults),
            places(ics::parse(file.as_bytes()).faults),
        ];
        prop_assert!(found.iter().flatten().all(|line| (1..=lines).contains(line)));
    }

    #[test]
    fn no_ics_panics(lines in "((DTSTART|DTEND|RRULE|EXDATE|DURATION|BEGIN|END)[;:=]?(FREQ=YEARLY;COUNT=|VEVENT|[0-9PDWT=;,]{0,18})\\n){0,8}") {
        ics(&event(&lines));
    }
}
