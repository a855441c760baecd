use super::*;
use crate::domain::policy::calendar::{DayHours, Interval, MonthDay};
use jiff::civil::DateTime;
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn hours(list: &[(u16, u16)]) -> DayHours {
    DayHours::new(list.iter().map(|&(start, end)| Interval::new(start, end).unwrap()).collect()).unwrap()
}

/// Monday to Friday, 9:00 to 12:30 and 13:00 to 17:30.
fn office(timezone: TimeZone) -> Calendar {
    let mut calendar = Calendar::closed("office", timezone);
    calendar.week[..5].fill(hours(&[(540, 750), (780, 1050)]));
    calendar
}

fn always(timezone: TimeZone) -> Calendar {
    Calendar { week: std::array::from_fn(|_| hours(&[(0, DAY)])), ..Calendar::closed("always", timezone) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(text: &str, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(text.parse::<DateTime>().unwrap()).unwrap()
}

#[test]
fn a_target_runs_through_breaks_nights_and_weekends() {
    let zone = zone("Europe/Amsterdam");
    let hours = Hours::of(&office(zone.clone()));
    for (from, seconds, due) in [
        ("2026-11-23T09:00", 3600, "2026-11-23T10:00"),
        ("2026-11-23T12:00", 3600, "2026-11-23T13:30"),
        ("2026-11-23T16:30", 3600, "2026-11-23T17:30"),
        ("2026-11-23T16:30", 3601, "2026-11-24T09:00:01"),
        ("2026-11-27T17:00", 3600, "2026-11-30T09:30"),
        ("2026-11-28T12:00", 8 * 3600, "2026-11-30T17:30"),
        ("2026-11-28T12:00", 0, "2026-11-28T12:00"),
        ("2026-11-23T11:30", 3600, "2026-11-23T12:30"),
    ] {
        assert_eq!(hours.add(local(from, &zone), seconds), Some(local(due, &zone)), "{from} {seconds}");
        assert_eq!(hours.between(local(from, &zone), local(due, &zone)), seconds, "{from} {seconds}");
    }
    assert_eq!(hours.between(at("2026-11-24T00:00:00Z"), at("2026-11-23T00:00:00Z")), 0);
    let (from, close) = (local("2026-11-27T16:30", &zone), local("2026-11-27T17:30", &zone));
    assert_eq!(hours.deadline(from, 3600, DeadlineAt::Close), Some(close));
    assert_eq!(hours.deadline(from, 3600, DeadlineAt::NextOpen), Some(local("2026-11-30T09:00", &zone)));
    assert_eq!(hours.deadline(close, 0, DeadlineAt::NextOpen), Some(close));
    assert_eq!(hours.next_open(from), Some(from));
    assert!(hours.is_open(from) && !hours.is_open(close));
}

#[test]
fn what_never_opens_is_never_due() {
    let mut calendar = Calendar::closed("shut", TimeZone::UTC);
    let from = at("2026-11-23T09:00:00Z");
    let hours = Hours::of(&calendar);
    assert_eq!((hours.add(from, 1), hours.next_open(from), hours.add(from, 0)), (None, None, Some(from)));
    assert_eq!(hours.between(from, at("2060-01-01T00:00:00Z")), 0);
    calendar.shifts.insert(date(2035, 1, 1), self::hours(&[(0, 1)]));
    let hours = Hours::of(&calendar);
    assert_eq!(hours.add(from, 60), Some(at("2035-01-01T00:01:00Z")));
    assert_eq!(hours.add(from, 61), None);
    let hours = Hours::of(&always(TimeZone::UTC));
    assert_eq!(hours.add(from, i64::MAX), None);
    assert_eq!(hours.add(Timestamp::MIN, 1), None);
    assert!(hours.between(Timestamp::MIN, Timestamp::MAX) > 0);
}

#[test]
fn the_clocks_change_follows_the_rules() {
    let amsterdam = zone("Europe/Amsterdam");
    let mut calendar = Calendar::closed("night", amsterdam.clone());
    // Spring: 2:00 to 3:00 is not there. Autumn: 2:00 to 3:00 is there twice.
    calendar.week[6] = hours(&[(90, 150)]);
    let night = Hours::of(&calendar);
    let day = |text: &str| (local(&format!("{text}T00:00"), &amsterdam), local(&format!("{text}T12:00"), &amsterdam));
    let open = |(from, to)| night.between(from, to);
    // 1:30 to 2:30, which is 3:30: an hour on the clock on the wall.
    assert_eq!(open(day("2026-03-29")), 3600);
    assert_eq!(night.add(day("2026-03-29").0, 3600), Some(at("2026-03-29T01:30:00Z")));
    assert_eq!(open(day("2026-10-25")), 3600);
    assert_eq!(night.add(day("2026-10-25").0, 3600), Some(at("2026-10-25T00:30:00Z")));
    let always = Hours::of(&always(amsterdam.clone()));
    assert_eq!(always.between(day("2026-03-29").0, day("2026-03-30").0), 23 * 3600);
    assert_eq!(always.between(day("2026-10-25").0, day("2026-10-26").0), 25 * 3600);
}

#[test]
fn a_day_a_zone_skips_is_worked_on_the_next() {
    // Samoa went from 29 to 31 December 2011.
    let apia = zone("Pacific/Apia");
    let mut calendar = Calendar::closed("apia", apia.clone());
    calendar.shifts.insert(date(2011, 12, 30), hours(&[(780, 1020)]));
    calendar.shifts.insert(date(2011, 12, 31), hours(&[(540, 840)]));
    let hours = Hours::of(&calendar);
    assert_eq!(hours.between(at("2011-12-01T00:00:00Z"), at("2012-02-01T00:00:00Z")), 8 * 3600);
    assert_eq!(hours.next_open(at("2011-12-01T00:00:00Z")), Some(local("2011-12-31T09:00", &apia)));
}

#[test]
fn many_clocks_are_quick() {
    let hours = Hours::of(&office(zone("Europe/Amsterdam")));
    let from = at("2020-01-01T00:00:00Z").as_second();
    let start = std::time::Instant::now();
    let mut sum = 0;
    for step in 0..400_000 {
        let from = Timestamp::from_second(from + step * 500).unwrap();
        sum += hours.between(from, hours.add(from, 8 * 3600).unwrap());
    }
    assert_eq!(sum, 400_000 * 8 * 3600);
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}

/// The slow and plain way: what each minute of the clock on the wall says, and from that where intervals lie.
struct Oracle {
    start: i64,
    /// The local time at the begin of each minute of UTC.
    walls: Vec<DateTime>,
    open: Vec<bool>,
}

impl Oracle {
    fn of(calendar: &Calendar, start: Timestamp, days: usize) -> Oracle {
        let begin = start.as_second();
        let zone = &calendar.timezone;
        let wall = |minute: i64| zone.to_datetime(Timestamp::from_second(begin + minute * 60).unwrap());
        let walls: Vec<DateTime> = (0..days as i64 * 1440).map(wall).collect();
        let mut oracle = Oracle { start: begin, open: vec![false; walls.len()], walls };
        let mut dates: Vec<Date> = oracle.walls.iter().map(|wall| wall.date()).collect();
        dates.dedup();
        // The first and the last day are not wholly known.
        for day in &dates[1..dates.len() - 2] {
            oracle.work(calendar, *day);
        }
        oracle
    }

    fn work(&mut self, calendar: &Calendar, day: Date) {
        if calendar.holidays.dates.contains(&day) || calendar.holidays.yearly.contains(&MonthDay::of(day)) {
            return;
        }
        let weekday = &calendar.week[day.weekday().to_monday_zero_offset() as usize];
        let shift = calendar.shifts.get(&day).unwrap_or(weekday);
        let pauses = calendar.breaks.get(&day).map_or(&[][..], DayHours::intervals);
        let free = |minute: u16| pauses.iter().any(|pause| pause.start() <= minute && minute < pause.end());
        let worked = |minute: u16| {
            shift.intervals().iter().any(|one| one.start() <= minute && minute < one.end()) && !free(minute)
        };
        // Runs of worked minutes that no interval or break of the day cuts.
        let edges: Vec<u16> = shift.intervals().iter().chain(pauses).flat_map(|one| [one.start(), one.end()]).collect();
        let mut start = None;
        for minute in 0..=DAY {
            let works = minute < DAY && worked(minute);
            if let Some(begun) = start
                && (!works || edges.contains(&minute))
            {
                let (from, to) = (self.find(day, begun), self.find(day, minute));
                (from..to).for_each(|place| self.open[place] = true);
                start = None;
            }
            if works && start.is_none() {
                start = Some(minute);
            }
        }
    }

    /// The first minute the wall shows that time; in a gap, that time and the gap.
    fn find(&self, day: Date, minute: u16) -> usize {
        let midnight = day.at(0, 0, 0, 0);
        let wanted = midnight.checked_add(Span::new().minutes(i64::from(minute))).unwrap();
        let shows = |wanted: DateTime| self.walls.iter().position(|wall| *wall == wanted);
        shows(wanted).unwrap_or_else(|| {
            let after =
                (1..self.walls.len()).find(|&place| self.walls[place - 1] < wanted && wanted < self.walls[place]);
            let after = after.unwrap();
            let gap = self.walls[after - 1].duration_until(self.walls[after]).as_secs() / 60 - 1;
            shows(wanted.checked_add(Span::new().minutes(gap)).unwrap()).unwrap()
        })
    }

    fn minute(&self, place: usize) -> Timestamp {
        Timestamp::from_second(self.start + place as i64 * 60).unwrap()
    }

    fn between(&self, from: usize, to: usize) -> i64 {
        self.open.get(from..to).map_or(0, |minutes| minutes.iter().filter(|open| **open).count() as i64 * 60)
    }

    fn add(&self, from: usize, minutes: usize) -> Option<usize> {
        if minutes == 0 {
            return Some(from);
        }
        let worked = (from..self.open.len()).filter(|&place| self.open[place]);
        worked.take(minutes).nth(minutes - 1).map(|last| last + 1)
    }
}

/// Intervals whose ends like the hours in which clocks change.
fn any_hours() -> impl Strategy<Value = DayHours> {
    let edge = prop_oneof![3 => (0u16..13).prop_map(|part| part * 15 + 60), 2 => (0u16..=24).prop_map(|hour| hour * 60), 1 => 0u16..=DAY];
    prop::collection::btree_set(edge, 0..6).prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().collect();
        let pairs = edges.chunks(2).filter(|pair| pair.len() == 2);
        DayHours::new(pairs.filter_map(|pair| Interval::new(pair[0], pair[1])).collect()).unwrap()
    })
}

/// Zones, and days around which their clocks change.
const CHANGES: [(&str, &str); 9] = [
    ("Europe/Amsterdam", "2026-03-29"),
    ("Europe/Amsterdam", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Pacific/Auckland", "2025-12-31"),
    ("UTC", "2024-02-29"),
];

fn any_calendar() -> impl Strategy<Value = (Calendar, Date)> {
    let special = || prop::collection::btree_map(-2i64..3, any_hours(), 0..3);
    let week = prop::array::uniform7(any_hours());
    let places = 0..CHANGES.len();
    (places, week, special(), special(), prop::collection::vec(-3i64..4, 0..2), any::<bool>()).prop_map(
        |(place, week, shifts, breaks, holidays, yearly)| {
            let (name, change) = CHANGES[place];
            let change: Date = change.parse().unwrap();
            let day = |offset: i64| change.checked_add(Span::new().days(offset)).unwrap();
            let mut calendar = Calendar { week, ..Calendar::closed("any", zone(name)) };
            calendar.shifts = shifts.into_iter().map(|(offset, hours)| (day(offset), hours)).collect();
            calendar.breaks = breaks.into_iter().map(|(offset, hours)| (day(offset), hours)).collect();
            for holiday in holidays.into_iter().map(day) {
                match yearly {
                    true => drop(calendar.holidays.yearly.insert(MonthDay::of(holiday))),
                    false => drop(calendar.holidays.dates.insert(holiday)),
                }
            }
            (calendar, change)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn it_agrees_with_counting_minutes(
        (calendar, change) in any_calendar(),
        steps in prop::collection::vec((0usize..8 * 1440, 0usize..3 * 1440), 1..6),
    ) {
        let first = change.checked_sub(Span::new().days(6)).unwrap();
        let start = Timestamp::from_second(instant(first, 0, &TimeZone::UTC).unwrap()).unwrap();
        let oracle = Oracle::of(&calendar, start, 14);
        let hours = Hours::of(&calendar);
        for (from, length) in steps {
            let from = from + 3 * 1440;
            let to = (from + length).min(11 * 1440);
            let (begin, end) = (oracle.minute(from), oracle.minute(to));
            prop_assert_eq!(hours.between(begin, end), oracle.between(from, to));
            prop_assert_eq!(hours.is_open(begin), oracle.open[from]);
            if let Some(due) = oracle.add(from, length / 4).filter(|due| *due < 11 * 1440) {
                prop_assert_eq!(hours.add(begin, length as i64 / 4 * 60), Some(oracle.minute(due)));
            }
        }
    }

    #[test]
    fn adding_and_counting_are_inverse(
        (calendar, change) in any_calendar(),
        offset in -400 * 86_400i64..400 * 86_400,
        seconds in 0i64..400 * 3600,
        more in 0i64..86_400 * 30,
    ) {
        let hours = Hours::of(&calendar);
        let middle = instant(change, 0, &TimeZone::UTC).unwrap();
        let from = Timestamp::from_second(middle + offset).unwrap();
        if let Some(due) = hours.add(from, seconds) {
            prop_assert!(due >= from);
            prop_assert_eq!(hours.between(from, due), seconds);
            if seconds > 0 {
                // Not due a second earlier, and time adds up.
                let earlier = Timestamp::from_second(due.as_second() - 1).unwrap();
                prop_assert_eq!(hours.between(from, earlier), seconds - 1);
                prop_assert_eq!(hours.add(hours.add(from, seconds - 1).unwrap(), 1), Some(due));
            }
        }
        let later = Timestamp::from_second(from.as_second() + more).unwrap();
        let open = hours.between(from, later);
        prop_assert!(open <= more);
        if open > 0 {
            prop_assert!(hours.add(from, open).unwrap() <= later);
        }
        if let Some(opening) = hours.next_open(from) {
            prop_assert_eq!(hours.between(from, opening), 0);
            prop_assert!(hours.is_open(opening));
        }
    }
}
