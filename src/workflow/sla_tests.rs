use super::*;
use crate::domain::life::Step;
use crate::domain::life_samples::{self, at};
use crate::domain::policy::calendar::{Calendar, DayHours, Interval};
use crate::domain::ticket::Priority;
use jiff::tz::TimeZone;

const HOUR: i64 = 3600;

fn to(state: State) -> What {
    What::State(state)
}

fn answered() -> What {
    life_samples::answer("ann")
}

fn life(created: &str, steps: &[(&str, What)]) -> Life {
    life_samples::life("aaaa", created, steps)
}

/// A policy that gives normal tickets so much time for one target.
fn policy(target: Target, value: TargetValue) -> SlaPolicy {
    let mut policy = SlaPolicy::named("test");
    policy.targets.entry(target).or_default().insert(Priority::Normal, value);
    policy
}

fn hours_of(target: Target, hours: i64) -> SlaPolicy {
    policy(target, TargetValue::Clock(hours * HOUR))
}

fn terms(policy: &SlaPolicy) -> Terms<'_> {
    Terms { policy, hours: None, deadline_at: DeadlineAt::Close }
}

/// The one clock of a ticket that is promised so many hours for a target.
fn only(life: &Life, target: Target, hours: i64) -> Clock {
    let mut found = clocks(life, terms(&hours_of(target, hours)));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Monday to Friday, 9:00 to 17:00.
fn office() -> Hours {
    let mut calendar = Calendar::closed("office", TimeZone::UTC);
    calendar.week[..5].fill(DayHours::new(vec![Interval::new(540, 1020).unwrap()]).unwrap());
    Hours::of(&calendar)
}

#[test]
fn the_first_public_answer_stops_the_first_response() {
    let life = life("23T09:00", &[("23T10:00", What::Asked), ("23T12:00", answered()), ("23T15:00", answered())]);
    let clock = only(&life, Target::FirstResponse, 4);
    assert_eq!((clock.start, clock.stop), (at("23T09:00"), Some(at("23T12:00"))));
    assert_eq!((clock.round, clock.due, clock.met), (1, Some(at("23T13:00")), Some(true)));
}

#[test]
fn a_stop_at_the_due_is_met_and_a_second_later_missed() {
    for (when, met) in [("23T12:59:59", true), ("23T13:00:00", true), ("23T13:00:01", false)] {
        let answer = life("23T09:00", &[(when, answered())]);
        assert_eq!(only(&answer, Target::FirstResponse, 4).met, Some(met), "{when}");
        let solve = life("23T09:00", &[(when, to(State::Solved))]);
        assert_eq!(only(&solve, Target::Resolution, 4).met, Some(met), "{when}");
    }
}

#[test]
fn a_closing_message_is_an_answer() {
    let life = life("23T09:00", &[("23T11:00", answered()), ("23T11:00", to(State::Solved))]);
    let clock = only(&life, Target::FirstResponse, 4);
    assert_eq!((clock.stop, clock.met), (Some(at("23T11:00")), Some(true)));
}

#[test]
fn what_an_agent_opened_is_asked_by_the_requesters_first_message() {
    let mut life = life("23T09:00", &[("23T09:30", answered())]);
    life.outbound = true;
    assert_eq!(clocks(&life, terms(&hours_of(Target::FirstResponse, 4))), []);
    life.steps.push(Step { at: at("24T10:00"), what: What::Asked });
    let clock = only(&life, Target::FirstResponse, 4);
    assert_eq!((clock.start, clock.stop, clock.due), (at("24T10:00"), None, Some(at("24T14:00"))));
    life.steps.push(Step { at: at("24T11:00"), what: answered() });
    assert_eq!(only(&life, Target::FirstResponse, 4).stop, Some(at("24T11:00")));
}

#[test]
fn responses_never_pause() {
    let held = [("23T12:00", to(State::Waiting)), ("23T13:00", to(State::Hold))];
    let first = only(&life("23T11:00", &held), Target::FirstResponse, 4);
    assert_eq!((first.due, first.segments.len()), (Some(at("23T15:00")), 1));
    assert_eq!(first.state(at("23T14:00")), ClockState::Ok);
    let asked = [("23T10:00", answered()), ("23T11:00", What::Asked)];
    let next = only(&life("23T09:00", &[&asked[..], &held[..]].concat()), Target::NextResponse, 4);
    assert_eq!((next.due, next.segments.len()), (Some(at("23T15:00")), 1));
}

#[test]
fn a_policy_may_let_a_response_pause() {
    let mut policy = hours_of(Target::FirstResponse, 4);
    policy.pauses.insert(Target::FirstResponse, vec![State::Hold]);
    let life = life("23T09:00", &[("23T10:00", to(State::Hold)), ("23T12:00", to(State::Open))]);
    assert_eq!(clocks(&life, terms(&policy))[0].due, Some(at("23T15:00")));
}

#[test]
fn each_round_of_the_next_response_has_its_own_verdict() {
    let life = life(
        "23T09:00",
        &[
            ("23T10:00", answered()),
            ("23T11:00", What::Asked),
            ("23T12:00", What::Asked),
            ("23T14:00", answered()),
            ("23T14:30", answered()),
            ("23T15:00", What::Asked),
            ("23T16:00", answered()),
            ("23T17:00", What::Asked),
        ],
    );
    let found = clocks(&life, terms(&hours_of(Target::NextResponse, 2)));
    let rounds: Vec<_> = found.iter().map(|clock| (clock.round, clock.start, clock.due, clock.met)).collect();
    assert_eq!(
        rounds,
        [
            (1, at("23T11:00"), Some(at("23T13:00")), Some(false)),
            (2, at("23T15:00"), Some(at("23T17:00")), Some(true)),
            (3, at("23T17:00"), Some(at("23T19:00")), None),
        ]
    );
}

#[test]
fn before_the_first_answer_there_is_no_next_response() {
    let policy = hours_of(Target::NextResponse, 2);
    let mut life = life("23T09:00", &[("23T10:00", What::Asked), ("23T11:00", What::Asked)]);
    assert_eq!(clocks(&life, terms(&policy)), []);
    life.steps.push(Step { at: at("23T12:00"), what: answered() });
    assert_eq!(clocks(&life, terms(&policy)), []);
}

#[test]
fn updates_run_from_answer_to_answer_on_hold_too() {
    let life = life(
        "23T09:00",
        &[("23T10:00", answered()), ("23T11:00", to(State::Hold)), ("23T14:30", answered()), ("23T16:00", answered())],
    );
    let found = clocks(&life, terms(&hours_of(Target::Update, 4)));
    let rounds: Vec<_> = found.iter().map(|clock| (clock.start, clock.stop, clock.due, clock.met)).collect();
    assert_eq!(
        rounds,
        [
            (at("23T10:00"), Some(at("23T14:30")), Some(at("23T14:00")), Some(false)),
            (at("23T14:30"), Some(at("23T16:00")), Some(at("23T18:30")), Some(true)),
            (at("23T16:00"), None, Some(at("23T20:00")), None),
        ]
    );
}

#[test]
fn no_update_is_owed_while_the_requester_is_waited_for() {
    let mut life = life("23T09:00", &[("23T10:00", answered()), ("23T11:00", to(State::Waiting))]);
    let clock = only(&life, Target::Update, 4);
    assert_eq!((clock.due, clock.state(at("30T00:00"))), (None, ClockState::Paused));
    life.steps.push(Step { at: at("23T15:00"), what: to(State::Open) });
    assert_eq!(only(&life, Target::Update, 4).due, Some(at("23T18:00")));
}

#[test]
fn what_is_solved_owes_no_update() {
    let solved = ("23T13:00", to(State::Solved));
    let policy = hours_of(Target::Update, 4);
    let without = life("23T09:00", &[("23T10:00", answered()), solved.clone()]);
    assert_eq!(clocks(&without, terms(&policy)), []);
    let with = life("23T09:00", &[("23T10:00", answered()), ("23T13:00", answered()), solved]);
    assert_eq!(only(&with, Target::Update, 4).met, Some(true));
}

#[test]
fn a_pause_moves_the_due_time() {
    let life = life(
        "23T09:00",
        &[
            ("23T10:00", to(State::Waiting)),
            ("23T12:00", to(State::Open)),
            ("23T13:00", to(State::Hold)),
            ("23T14:00", to(State::Open)),
        ],
    );
    let clock = only(&life, Target::Resolution, 8);
    assert_eq!(clock.due, Some(at("23T20:00")));
    let segments: Vec<_> = clock.segments.iter().map(|part| (part.from, part.to, part.paused)).collect();
    assert_eq!(
        segments,
        [
            (at("23T09:00"), Some(at("23T10:00")), false),
            (at("23T10:00"), Some(at("23T12:00")), true),
            (at("23T12:00"), Some(at("23T13:00")), false),
            (at("23T13:00"), Some(at("23T14:00")), true),
            (at("23T14:00"), None, false),
        ]
    );
}

#[test]
fn a_paused_clock_has_no_due_and_never_breaches() {
    let life = life("23T09:00", &[("23T10:00", to(State::Hold)), ("23T11:00", to(State::Waiting))]);
    let clock = only(&life, Target::Resolution, 8);
    assert_eq!((clock.due, clock.warns, clock.segments.len()), (None, None, 2));
    assert_eq!(clock.state(at("30T00:00")), ClockState::Paused);
}

#[test]
fn the_pauses_of_a_policy_replace_the_stock_ones() {
    let life = life(
        "23T09:00",
        &[("23T10:00", to(State::Waiting)), ("23T12:00", to(State::Hold)), ("23T13:00", to(State::Open))],
    );
    for (pauses, due) in [(vec![State::Hold], "23T18:00"), (vec![State::Waiting], "23T19:00"), (vec![], "23T17:00")] {
        let mut policy = hours_of(Target::Resolution, 8);
        policy.pauses.insert(Target::Resolution, pauses);
        assert_eq!(clocks(&life, terms(&policy))[0].due, Some(at(due)));
    }
}

#[test]
fn only_the_time_it_ran_is_judged() {
    let waits = [("23T10:00", to(State::Waiting)), ("25T10:00", to(State::Solved))];
    assert_eq!(only(&life("23T09:00", &waits), Target::Resolution, 2).met, Some(true));
    // Used up before it waited: no pause makes that good.
    let late = [("23T12:00", to(State::Waiting)), ("23T13:00", to(State::Solved))];
    assert_eq!(only(&life("23T09:00", &late), Target::Resolution, 2).met, Some(false));
}

#[test]
fn a_reopening_resumes_the_resolution_without_the_solved_time() {
    let mut life = life("23T09:00", &[("23T12:00", to(State::Solved))]);
    let clock = only(&life, Target::Resolution, 8);
    assert_eq!((clock.stop, clock.met), (Some(at("23T12:00")), Some(true)));
    life.steps.push(Step { at: at("24T09:00"), what: to(State::Open) });
    let clock = only(&life, Target::Resolution, 8);
    assert_eq!((clock.start, clock.stop, clock.due), (at("23T09:00"), None, Some(at("24T14:00"))));
    for (when, met) in [("24T14:00:00", true), ("24T14:00:01", false)] {
        let mut life = life.clone();
        life.steps.push(Step { at: at(when), what: to(State::Solved) });
        let clock = only(&life, Target::Resolution, 8);
        assert_eq!((clock.stop, clock.met), (Some(at(when)), Some(met)));
    }
}

#[test]
fn closing_what_is_solved_moves_no_stop() {
    let both = life("23T09:00", &[("23T12:00", to(State::Solved)), ("27T12:00", to(State::Closed))]);
    assert_eq!(only(&both, Target::Resolution, 8).stop, Some(at("23T12:00")));
    let closed = life("23T09:00", &[("23T16:00", to(State::Closed))]);
    assert_eq!(only(&closed, Target::Resolution, 8).stop, Some(at("23T16:00")));
}

#[test]
fn a_changed_priority_targets_anew_from_the_clocks_own_start() {
    let mut policy = hours_of(Target::Resolution, 8);
    let targets = policy.targets.get_mut(&Target::Resolution).unwrap();
    targets.insert(Priority::Urgent, TargetValue::Clock(2 * HOUR));
    let mut life = life("23T09:00", &[("23T12:00", What::Priority(Priority::Urgent))]);
    let urgent = &clocks(&life, terms(&policy))[0];
    assert_eq!((urgent.start, urgent.due), (at("23T09:00"), Some(at("23T11:00"))));
    assert_eq!(urgent.state(at("23T12:00")), ClockState::Breached);
    life.steps.push(Step { at: at("23T13:00"), what: What::Priority(Priority::Normal) });
    assert_eq!(clocks(&life, terms(&policy))[0].due, Some(at("23T17:00")));
    // What is stopped is judged by the priority it had then.
    life.steps.push(Step { at: at("23T14:00"), what: to(State::Solved) });
    life.steps.push(Step { at: at("23T15:00"), what: What::Priority(Priority::Urgent) });
    assert_eq!(clocks(&life, terms(&policy))[0].met, Some(true));
}

#[test]
fn a_priority_without_a_value_has_no_clock() {
    let life = life("23T09:00", &[("23T10:00", What::Priority(Priority::Low))]);
    assert_eq!(clocks(&life, terms(&hours_of(Target::Resolution, 8))), []);
}

#[test]
fn business_time_passes_in_open_hours_only() {
    let hours = office();
    let with = |policy: &SlaPolicy, life: &Life, deadline_at| {
        clocks(life, Terms { policy, hours: Some(&hours), deadline_at })[0].clone()
    };
    let friday = life("27T16:00", &[]);
    let business = policy(Target::Resolution, TargetValue::Business(4 * HOUR));
    assert_eq!(with(&business, &friday, DeadlineAt::Close).due, Some(at("30T12:00")));
    // Half an hour is used when it pauses.
    let states = [("27T16:30", to(State::Waiting)), ("30T10:00", to(State::Open))];
    assert_eq!(with(&business, &life("27T16:00", &states), DeadlineAt::Close).due, Some(at("30T13:30")));
    let clock = policy(Target::Resolution, TargetValue::Clock(24 * HOUR));
    assert_eq!(with(&clock, &friday, DeadlineAt::Close).due, Some(at("28T16:00")));
    // Without a calendar business time is clock time.
    assert_eq!(clocks(&friday, terms(&business))[0].due, Some(at("27T20:00")));
}

#[test]
fn a_target_used_up_at_closing_time_is_due_there_or_at_the_next_opening() {
    let (hours, business) = (office(), policy(Target::FirstResponse, TargetValue::Business(4 * HOUR)));
    let life = life("27T13:00", &[("28T10:00", answered())]);
    let with = |deadline_at| clocks(&life, Terms { policy: &business, hours: Some(&hours), deadline_at })[0].clone();
    let (close, open) = (with(DeadlineAt::Close), with(DeadlineAt::NextOpen));
    assert_eq!((close.due, close.met), (Some(at("27T17:00")), Some(false)));
    assert_eq!((open.due, open.met), (Some(at("30T09:00")), Some(true)));
}

#[test]
fn it_warns_from_four_fifths_on_and_breaches_after_its_due() {
    let clock = only(&life("23T09:00", &[]), Target::Resolution, 5);
    for (when, state) in [
        ("23T12:59:59", ClockState::Ok),
        ("23T13:00:00", ClockState::Warning),
        ("23T14:00:00", ClockState::Warning),
        ("23T14:00:01", ClockState::Breached),
    ] {
        assert_eq!(clock.state(at(when)), state, "{when}");
    }
}

#[test]
fn the_warning_is_where_the_policy_sets_it() {
    let life = life("23T09:00", &[]);
    let mut policy = hours_of(Target::Resolution, 5);
    policy.warn = 50;
    assert_eq!(clocks(&life, terms(&policy))[0].warns, Some(at("23T11:30")));
    // Four fifths of seven seconds are 5.6: the sixth second is the first in which they are used.
    let short = self::policy(Target::Resolution, TargetValue::Clock(7));
    assert_eq!(clocks(&life, terms(&short))[0].warns, Some(at("23T09:00:06")));
}

#[test]
fn a_pause_moves_the_warning() {
    let pause = |from, until| [(from, to(State::Waiting)), (until, to(State::Open))];
    let clock = only(&life("23T09:00", &pause("23T10:00", "23T12:00")), Target::Resolution, 5);
    assert_eq!((clock.warns, clock.due), (Some(at("23T15:00")), Some(at("23T16:00"))));
    // It warned already: it does so again as soon as it runs.
    let clock = only(&life("23T09:00", &pause("23T13:30", "23T15:00")), Target::Resolution, 5);
    assert_eq!((clock.warns, clock.due), (Some(at("23T15:00")), Some(at("23T15:30"))));
}

#[test]
fn what_is_used_is_what_ran_until_then() {
    let life = life("23T09:00", &[("23T10:00", to(State::Hold)), ("23T12:00", to(State::Open))]);
    let policy = hours_of(Target::Resolution, 8);
    let clock = &clocks(&life, terms(&policy))[0];
    let hours = ["23T08:00", "23T10:00", "23T11:00", "23T14:00"].map(|now| used(clock, &life, terms(&policy), at(now)));
    assert_eq!(hours, [0, HOUR, HOUR, 3 * HOUR]);
}

#[test]
fn spam_and_merged_tickets_are_promised_nothing() {
    let policy = hours_of(Target::Resolution, 8);
    let spam = life("23T09:00", &[("23T10:00", to(State::Discarded))]);
    let merged = Life { merged: true, ..life("23T09:00", &[]) };
    assert_eq!((clocks(&spam, terms(&policy)), clocks(&merged, terms(&policy))), (vec![], vec![]));
}

#[test]
fn a_ticket_stands_as_its_most_pressing_clock() {
    let mut policy = hours_of(Target::FirstResponse, 2);
    policy.targets.extend(hours_of(Target::Resolution, 8).targets);
    let stands = |life: &Life, now: &str| {
        let found = clocks(life, terms(&policy));
        standing(&found, at(now)).map(|(clock, state)| (clock.target, state))
    };
    let open = life("23T09:00", &[]);
    assert_eq!(stands(&open, "23T10:00"), Some((Target::FirstResponse, ClockState::Ok)));
    assert_eq!(stands(&open, "23T12:00"), Some((Target::FirstResponse, ClockState::Breached)));
    let late = [("23T12:00", answered()), ("23T13:00", to(State::Hold))];
    assert_eq!(stands(&life("23T09:00", &late[..1]), "23T12:30"), Some((Target::Resolution, ClockState::Ok)));
    assert_eq!(stands(&life("23T09:00", &late), "23T14:00"), Some((Target::Resolution, ClockState::Paused)));
    let solved = [("23T12:00", answered()), ("23T12:00", to(State::Solved))];
    assert_eq!(stands(&life("23T09:00", &solved), "23T14:00"), Some((Target::FirstResponse, ClockState::Missed)));
    assert_eq!(standing(&[], at("23T10:00")), None);
}
