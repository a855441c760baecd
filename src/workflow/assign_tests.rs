use super::*;
use crate::domain::policy::calendar::{Calendar, DayHours, Interval};
use jiff::civil::date;
use jiff::tz::TimeZone;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An agent of the team `desk`.
fn agent(handle: &str) -> Agent {
    Agent { handle: handle.to_owned(), teams: vec!["desk".to_owned()], ..Agent::default() }
}

fn skilled(handle: &str, skills: &[(&str, u32)]) -> Agent {
    let skills = skills.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
    Agent { skills, ..agent(handle) }
}

/// One who is away on 22 and 23 November.
fn away(handle: &str, substitute: Option<&str>) -> Agent {
    let (from, to) = (date(2026, 11, 22), date(2026, 11, 23));
    Agent { away: vec![Absence { from, to, substitute: substitute.map(str::to_owned) }], ..agent(handle) }
}

fn among(skills: &[&str]) -> Among {
    Among { team: Some("desk".to_owned()), skills: skills.iter().map(|skill| (*skill).to_owned()).collect() }
}

/// A desk on Monday 23 November 2026 at 10:00: who is there, what they have, whom the rule chose last.
#[derive(Default)]
struct Desk {
    people: Vec<Agent>,
    loads: HashMap<String, Load>,
    last: Option<&'static str>,
    team: Option<&'static str>,
    hours: Option<Hours>,
}

impl Desk {
    fn of(people: impl Into<Vec<Agent>>) -> Desk {
        Desk { people: people.into(), ..Desk::default() }
    }

    fn load(mut self, handle: &str, open: usize, newest: Option<&str>) -> Desk {
        self.loads.insert(handle.to_owned(), Load { open, newest: newest.map(at) });
        self
    }

    fn choose(&self, assign: &Assign) -> Choice {
        let floor = Floor {
            people: &self.people,
            loads: &self.loads,
            now: at("2026-11-23T10:00:00Z"),
            today: date(2026, 11, 23),
            hours: &|name| self.hours.as_ref().filter(|_| name == "early"),
            last: self.last,
            team: self.team,
        };
        choose(assign, &floor)
    }

    fn chosen(&self, assign: &Assign) -> Option<String> {
        self.choose(assign).chosen
    }

    /// Why the first one looked at cannot.
    fn unfit(&self, assign: &Assign) -> Vec<String> {
        let choice = self.choose(assign);
        assert_eq!(choice.chosen, None);
        choice.candidates[0].unfit.iter().map(ToString::to_string).collect()
    }
}

fn robin() -> Assign {
    Assign::RoundRobin(among(&[]))
}

fn least() -> Assign {
    Assign::LeastLoaded(among(&[]))
}

fn fixed(handle: &str) -> Assign {
    Assign::Fixed(handle.to_owned())
}

#[test]
fn round_robin_goes_on_after_the_last_and_round_about() {
    let mut desk = Desk::of([agent("ann"), agent("bob"), agent("eve")]).load("bob", 9, None);
    for (last, next) in [
        (None, "ann"),
        (Some("ann"), "bob"),
        (Some("bob"), "eve"),
        (Some("eve"), "ann"),
        // Somebody who has left since.
        (Some("carl"), "eve"),
        (Some("zoe"), "ann"),
    ] {
        desk.last = last;
        assert_eq!(desk.chosen(&robin()).as_deref(), Some(next), "{last:?}");
    }
}

#[test]
fn round_robin_passes_over_who_cannot() {
    let mut desk = Desk::of([agent("ann"), away("bob", Some("ann")), agent("eve")]);
    desk.last = Some("ann");
    assert_eq!(desk.chosen(&robin()).as_deref(), Some("eve"));
    // Nobody else is there: the same again.
    let mut desk = Desk::of([agent("ann"), away("bob", None)]);
    desk.last = Some("ann");
    assert_eq!(desk.chosen(&robin()).as_deref(), Some("ann"));
}

#[test]
fn least_loaded_has_the_fewest_open_tickets() {
    let people = [agent("ann"), agent("bob"), agent("eve")];
    let desk = Desk::of(people).load("ann", 3, None).load("bob", 1, Some("2026-11-23T09:00:00Z")).load("eve", 2, None);
    assert_eq!(desk.chosen(&least()).as_deref(), Some("bob"));
}

#[test]
fn a_tie_goes_to_the_longest_without_a_new_one_then_to_the_order() {
    let people = [agent("ann"), agent("bob"), agent("eve")];
    let (old, new) = (Some("2026-11-20T09:00:00Z"), Some("2026-11-22T09:00:00Z"));
    let desk = Desk::of(people.clone()).load("ann", 1, new).load("bob", 1, old).load("eve", 1, new);
    assert_eq!(desk.chosen(&least()).as_deref(), Some("bob"));
    // Who never had one has been without the longest.
    let desk = Desk::of(people.clone()).load("ann", 0, new).load("bob", 0, old);
    assert_eq!(desk.chosen(&least()).as_deref(), Some("eve"));
    let desk = Desk::of(people).load("ann", 2, new).load("bob", 1, old).load("eve", 1, old);
    assert_eq!(desk.chosen(&least()).as_deref(), Some("bob"));
}

#[test]
fn skills_has_the_best_sum_of_the_levels_that_are_asked_for() {
    let desk = Desk::of([
        skilled("ann", &[("linux", 3), ("network", 1), ("printer", 9)]),
        skilled("bob", &[("linux", 2), ("network", 3)]),
        skilled("eve", &[("linux", 9)]),
    ]);
    let choice = desk.choose(&Assign::Skills(among(&["linux", "network"])));
    assert_eq!(choice.chosen.as_deref(), Some("bob"));
    let table: Vec<_> = choice.candidates.iter().map(|one| (one.handle.as_str(), one.skill)).collect();
    assert_eq!(table, [("ann", 4), ("bob", 5), ("eve", 9)]);
    assert_eq!(choice.candidates[2].unfit, [Unfit::LacksSkill(vec!["network".to_owned()])]);
}

#[test]
fn who_is_as_skilled_and_less_loaded_is_chosen() {
    let people = [skilled("ann", &[("linux", 2)]), skilled("bob", &[("linux", 2)])];
    let desk = Desk::of(people).load("ann", 2, None).load("bob", 1, None);
    assert_eq!(desk.chosen(&Assign::Skills(among(&["linux"]))).as_deref(), Some("bob"));
}

#[test]
fn every_strategy_wants_every_required_skill() {
    let desk = Desk::of([skilled("ann", &[("linux", 3)]), skilled("bob", &[("linux", 1), ("network", 1)])]);
    let both = among(&["linux", "network"]);
    let all = [Assign::RoundRobin(both.clone()), Assign::LeastLoaded(both.clone()), Assign::Skills(both)];
    for assign in all {
        assert_eq!(desk.chosen(&assign).as_deref(), Some("bob"), "{}", assign.strategy());
    }
}

#[test]
fn candidates_are_in_the_team_that_is_named_else_in_the_tickets() {
    let other = Agent { teams: vec!["net".to_owned()], ..agent("bob") };
    let mut desk = Desk::of([agent("ann"), other]).load("ann", 5, None);
    assert_eq!(desk.chosen(&least()).as_deref(), Some("ann"));
    let any = Assign::LeastLoaded(Among::default());
    desk.team = Some("desk");
    assert_eq!(desk.chosen(&any).as_deref(), Some("ann"));
    desk.team = None;
    assert_eq!(desk.chosen(&any).as_deref(), Some("bob"));
    desk.team = Some("nobodys");
    assert_eq!(desk.choose(&any), Choice { chosen: None, instead_of: None, candidates: Vec::new() });
}

#[test]
fn an_absence_is_of_whole_days_the_first_and_the_last_in_it() {
    for (from, to, there) in [(20, 22, true), (20, 23, false), (23, 25, false), (24, 25, true)] {
        let (from, to) = (date(2026, 11, from), date(2026, 11, to));
        let ann = Agent { away: vec![Absence { from, to, substitute: None }], ..agent("ann") };
        assert_eq!(Desk::of([ann]).chosen(&least()).is_some(), there, "{from} {to}");
    }
    assert_eq!(Desk::of([away("ann", None)]).unfit(&least()), ["away until 2026-11-23"]);
}

#[test]
fn below_capacity_one_more_fits() {
    let full = |open| {
        let ann = Agent { capacity: Some(2), ..agent("ann") };
        Desk::of([ann]).load("ann", open, None)
    };
    assert_eq!(full(1).chosen(&least()).as_deref(), Some("ann"));
    assert_eq!(full(2).unfit(&least()), ["at capacity (2 open of 2)"]);
    assert_eq!(full(3).unfit(&robin()), ["at capacity (3 open of 2)"]);
}

#[test]
fn only_who_is_on_shift_gets_a_ticket() {
    let ann = Agent { calendar: Some("early".to_owned()), ..agent("ann") };
    for (start, end, on_shift) in [(540, 600, false), (540, 601, true), (600, 660, true), (601, 660, false)] {
        let mut calendar = Calendar::closed("early", TimeZone::UTC);
        calendar.week[0] = DayHours::new(vec![Interval::new(start, end).unwrap()]).unwrap();
        let desk = Desk { hours: Some(Hours::of(&calendar)), ..Desk::of([ann.clone()]) };
        assert_eq!(desk.chosen(&least()).is_some(), on_shift, "{start} {end}");
        if !on_shift {
            assert_eq!(desk.unfit(&least()), ["off shift (calendar early)"]);
        }
    }
    // A calendar that is not there keeps nobody from working.
    assert_eq!(Desk::of([ann]).chosen(&least()).as_deref(), Some("ann"));
}

#[test]
fn whoever_cannot_is_told_every_reason() {
    let ann = Agent { capacity: Some(1), ..away("ann", Some("bob")) };
    let desk = Desk::of([ann]).load("ann", 1, None);
    let reasons = desk.unfit(&Assign::Skills(among(&["linux", "network"])));
    assert_eq!(reasons, ["lacks the skill linux, network", "away until 2026-11-23", "at capacity (1 open of 1)"]);
}

#[test]
fn a_fixed_agent_gets_it_however_much_there_is_to_do() {
    let desk = Desk::of([Agent { capacity: Some(1), ..agent("ann") }, agent("bob")]).load("ann", 7, None);
    let choice = desk.choose(&fixed("ann"));
    assert_eq!((choice.chosen.as_deref(), choice.instead_of), (Some("ann"), None));
    assert_eq!(desk.unfit(&fixed("carl")), ["no such agent"]);
}

#[test]
fn a_substitute_stands_in_for_a_fixed_agent_who_is_away() {
    let desk = Desk::of([away("ann", Some("bob")), agent("bob")]);
    let choice = desk.choose(&fixed("ann"));
    assert_eq!((choice.chosen.as_deref(), choice.instead_of.as_deref()), (Some("bob"), Some("ann")));
    assert_eq!(choice.candidates[0].unfit, [Unfit::Away(date(2026, 11, 23))]);
    let choice = Desk::of([away("ann", None), agent("bob")]).choose(&fixed("ann"));
    assert_eq!((choice.chosen, choice.instead_of), (None, None));
}

#[test]
fn substitutes_are_followed_to_one_who_is_there() {
    let people = [away("ann", Some("bob")), away("bob", Some("eve")), agent("eve")];
    let on = |handle: &str, day| stand_in(&people, handle, date(2026, 11, day));
    assert_eq!(on("ann", 23).as_deref(), Some("eve"));
    // Whoever is there needs nobody.
    assert_eq!((on("ann", 24), on("eve", 23), on("nobody", 23)), (None, None, None));
    let circle = [away("ann", Some("bob")), away("bob", Some("ann"))];
    assert_eq!(stand_in(&circle, "ann", date(2026, 11, 23)), None);
    assert_eq!(stand_in(&[away("ann", Some("gone"))], "ann", date(2026, 11, 23)), None);
}

#[test]
fn the_order_the_loads_are_known_in_changes_nothing() {
    let people: Vec<Agent> = (0..40).map(|number| agent(&format!("agent{number:02}"))).collect();
    let numbers = |back: bool| (0..40usize).map(move |number| if back { 39 - number } else { number });
    let desk = |back| {
        let add = |desk: Desk, number: usize| desk.load(&format!("agent{number:02}"), number % 7, None);
        numbers(back).fold(Desk::of(people.clone()), add)
    };
    let (one, other) = (desk(false).choose(&least()), desk(true).choose(&least()));
    assert_eq!(one, other);
    assert_eq!(one.chosen.as_deref(), Some("agent00"));
}
