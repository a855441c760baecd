use super::*;
use crate::domain::clock::Segment;
use crate::domain::event::FieldChange;
use crate::domain::life_samples::at;
use crate::domain::settings::Reminders;
use crate::domain::ticket::Ticket;
use crate::workflow::life::life;
use serde_json::json;

/// A ticket, created open on the 20th at 9:00, with its history and what its clocks are.
struct Case {
    ticket: Ticket,
    events: Vec<Event>,
    clocks: Vec<Clock>,
    settings: Settings,
}

impl Case {
    /// One that came into these statuses, one after the other.
    fn of(statuses: &[(&str, &str)]) -> Case {
        let mut from = "open";
        let mut events = Vec::new();
        for (when, status) in statuses {
            let field = "status".to_owned();
            let changes = vec![FieldChange { field, from: json!(from), to: json!(status) }];
            events.push(Event { changes, ..event(when) });
            from = status;
        }
        let ticket = json!({
            "id": "261120-aaaa", "title": "Printer", "status": from, "priority": "normal", "cc": [], "tags": [],
            "created": at("20T09:00"), "links": [], "fields": {}, "attachments": [], "line": 1,
        });
        let ticket = serde_json::from_value(ticket).unwrap();
        Case { ticket, events, clocks: Vec::new(), settings: Settings::default() }
    }

    fn with<T>(&self, ask: impl Fn(&Subject<'_>) -> T) -> T {
        let state = self.settings.state(&self.ticket.status).unwrap();
        let (ticket, thread, body) = (self.ticket.clone(), Vec::new(), String::new());
        let facts = Facts { ticket, state, org: None, updated: None, closed: None, promise: None, body, thread };
        let life = life(&facts, &self.events, &self.settings);
        let (clocks, events, settings) = (&self.clocks, &self.events, &self.settings);
        ask(&Subject { facts: &facts, life: &life, clocks, events, settings })
    }

    fn pending(&self) -> Vec<(Timestamp, Brought)> {
        self.with(|subject| subject.pending())
    }

    fn brought(&self, now: &str) -> Vec<Brought> {
        self.with(|subject| subject.brought(at(now)))
    }

    /// A commit that only says what time brought.
    fn note(&mut self, when: &str, what: Brought) {
        self.events.push(Event { noted: vec![what.to_string()], ..event(when) });
    }
}

fn event(when: &str) -> Event {
    let event = json!({
        "order": 0, "date": at(when), "name": "Ann", "email": "ann@example.org", "commit": "", "changes": [],
        "created": false,
    });
    serde_json::from_value(event).unwrap()
}

/// A clock that runs from the 20th at 9:00, warns at 12:00 and is due at 13:00.
fn clock() -> Clock {
    Clock {
        target: Target::FirstResponse,
        round: 1,
        start: at("20T09:00"),
        stop: None,
        due: Some(at("20T13:00")),
        warns: Some(at("20T12:00")),
        met: None,
        segments: vec![Segment { from: at("20T09:00"), to: None, paused: false }],
    }
}

const WARNING: Brought = Brought::Warning(Target::FirstResponse, 1);
const BREACH: Brought = Brought::Breach(Target::FirstResponse, 1);

#[test]
fn what_was_solved_for_four_days_is_closed() {
    let case = Case::of(&[("20T10:00", "solved")]);
    assert_eq!(case.pending(), [(at("24T10:00"), Brought::Close)]);
    assert_eq!(case.brought("24T09:59:59"), []);
    assert_eq!(case.brought("24T10:00"), [Brought::Close]);
}

#[test]
fn the_time_to_the_closing_starts_at_the_last_solve_and_is_the_desks() {
    let mut case = Case::of(&[("20T10:00", "solved"), ("21T10:00", "open"), ("22T10:00", "solved")]);
    assert_eq!(case.pending(), [(at("26T10:00"), Brought::Close)]);
    case.settings.close_after = SignedDuration::from_hours(1);
    assert_eq!(case.pending(), [(at("22T11:00"), Brought::Close)]);
}

#[test]
fn each_date_counts_in_its_own_state_only() {
    for (status, want) in [
        ("open", vec![]),
        ("waiting", vec![(at("25T09:00"), Brought::Solve)]),
        ("on-hold", vec![(at("26T09:00"), Brought::Open)]),
        ("closed", vec![]),
        ("spam", vec![]),
    ] {
        let mut case = Case::of(&[("20T10:00", status)]);
        case.ticket.close_at = Some(at("25T09:00"));
        case.ticket.until = Some(at("26T09:00"));
        assert_eq!(case.pending(), want, "{status}");
    }
}

#[test]
fn a_date_that_has_come_has_come_at_that_instant() {
    let mut case = Case::of(&[("20T10:00", "waiting")]);
    case.ticket.close_at = Some(at("25T09:00"));
    assert_eq!((case.brought("25T08:59:59"), case.brought("25T09:00")), (vec![], vec![Brought::Solve]));
}

#[test]
fn a_date_reminds_once_and_a_new_one_again() {
    let mut case = Case::of(&[("20T10:00", "waiting")]);
    let (first, second) = (at("21T09:00"), at("22T09:00"));
    case.ticket.remind_at = Some(first);
    assert_eq!(case.brought("21T09:00"), [Brought::Remind(first)]);
    case.note("21T09:05", Brought::Remind(first));
    assert_eq!(case.pending(), []);
    case.ticket.remind_at = Some(second);
    assert_eq!(case.pending(), [(second, Brought::Remind(second))]);
}

#[test]
fn nobody_is_reminded_of_what_is_done_with() {
    let mut case = Case::of(&[("20T10:00", "closed")]);
    case.ticket.remind_at = Some(at("21T09:00"));
    assert_eq!(case.pending(), []);
}

#[test]
fn time_brings_a_merged_ticket_nothing() {
    let mut case = Case::of(&[("20T10:00", "solved")]);
    case.clocks.push(clock());
    case.ticket.merged_into = Some("261120-bbbb".parse().unwrap());
    assert_eq!(case.pending(), []);
}

#[test]
fn a_requester_is_reminded_so_often_and_given_up_then() {
    let mut case = Case::of(&[("20T10:00", "waiting")]);
    assert_eq!(case.pending(), []);
    let after = SignedDuration::from_hours(48);
    case.settings.reminders = Some(Reminders { after, times: 2, pattern: "reminder".to_owned() });
    for (due, what) in
        [("22T10:00", Brought::Reminder(1)), ("24T10:00", Brought::Reminder(2)), ("26T10:00", Brought::GiveUp)]
    {
        assert_eq!(case.pending(), [(at(due), what)]);
        case.note(due, what);
    }
}

#[test]
fn a_new_wait_reminds_from_the_first_on() {
    let mut case = Case::of(&[("20T10:00", "waiting")]);
    let after = SignedDuration::from_hours(48);
    case.settings.reminders = Some(Reminders { after, times: 2, pattern: "reminder".to_owned() });
    case.note("22T10:00", Brought::Reminder(1));
    let again = Case::of(&[("20T10:00", "waiting"), ("23T10:00", "open"), ("24T10:00", "waiting")]);
    case.events.splice(1..1, again.events.into_iter().skip(1));
    assert_eq!(case.pending(), [(at("26T10:00"), Brought::Reminder(1))]);
    // Dates of the ticket's own go before those of the desk.
    case.ticket.close_at = Some(at("30T09:00"));
    assert_eq!(case.pending(), [(at("30T09:00"), Brought::Solve)]);
}

#[test]
fn a_clock_warns_at_its_warning_and_breaches_the_second_after_its_due() {
    let mut case = Case::of(&[]);
    case.clocks.push(clock());
    assert_eq!(case.brought("20T11:59:59"), []);
    assert_eq!(case.brought("20T12:00"), [WARNING]);
    assert_eq!(case.brought("20T13:00"), [WARNING]);
    // A breach stands for the warning before it.
    assert_eq!(case.brought("20T13:00:01"), [BREACH]);
}

#[test]
fn what_time_brought_comes_once() {
    let mut case = Case::of(&[]);
    case.clocks.push(clock());
    case.note("20T12:00", WARNING);
    assert_eq!(case.brought("20T12:30"), []);
    assert_eq!(case.brought("20T14:00"), [BREACH]);
    case.note("20T14:00", BREACH);
    assert_eq!(case.pending(), []);
    // Another round is another clock.
    case.clocks[0].round = 2;
    assert_eq!(case.brought("20T14:00"), [Brought::Breach(Target::FirstResponse, 2)]);
}

#[test]
fn a_clock_that_is_stopped_or_paused_brings_nothing() {
    let mut case = Case::of(&[]);
    case.clocks.push(Clock { stop: Some(at("20T14:00")), met: Some(false), ..clock() });
    case.clocks.push(Clock { due: None, warns: None, target: Target::Resolution, ..clock() });
    assert_eq!(case.pending(), []);
}

#[test]
fn it_is_written_as_its_trailer_says_it() {
    for (what, text) in [
        (Brought::Close, "close-after"),
        (Brought::Solve, "close-at"),
        (Brought::GiveUp, "no-answer"),
        (Brought::Open, "until"),
        (Brought::Remind(at("24T09:00:00.5")), "remind 2026-11-24T09:00:00Z"),
        (Brought::Reminder(2), "reminder 2"),
        (Brought::Warning(Target::NextResponse, 3), "sla-warning next-response 3"),
        (BREACH, "sla-breach first-response 1"),
    ] {
        assert_eq!(what.to_string(), text);
    }
}
