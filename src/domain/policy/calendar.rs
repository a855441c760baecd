//! A calendar: when a desk works (workflow.md, Calendars and business time).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// The minutes of a day: `24:00`.
pub const DAY: u16 = 1440;

/// Open from one minute of a day up to, not including, another; never empty, never over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    start: u16,
    end: u16,
}

impl Interval {
    /// In minutes since local midnight, with `start < end <= 1440`; else `None`.
    pub fn new(start: u16, end: u16) -> Option<Interval> {
        (start < end && end <= DAY).then_some(Interval { start, end })
    }

    /// The first open minute, 0 to 1439.
    pub fn start(self) -> u16 {
        self.start
    }

    /// The first minute that is closed again, 1 to 1440.
    pub fn end(self) -> u16 {
        self.end
    }

    /// What is left of it before and after another.
    fn without(self, other: Interval) -> impl Iterator<Item = Interval> {
        let before = Interval::new(self.start, self.end.min(other.start));
        let after = Interval::new(self.start.max(other.end), self.end);
        before.into_iter().chain(after)
    }
}

/// As a calendar writes it: `09:00-17:30`.
impl std::fmt::Display for Interval {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Interval { start, end } = self;
        write!(out, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

/// The open intervals of one day: in order, none over another; two may touch. Empty is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayHours(Vec<Interval>);

impl DayHours {
    /// Puts intervals in order. Two that share a minute are the error, the earlier one first.
    pub fn new(mut intervals: Vec<Interval>) -> Result<DayHours, (Interval, Interval)> {
        intervals.sort();
        match intervals.windows(2).find(|pair| pair[1].start < pair[0].end) {
            Some(pair) => Err((pair[0], pair[1])),
            None => Ok(DayHours(intervals)),
        }
    }

    /// The intervals in order.
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These hours less those.
    pub fn without(&self, breaks: &DayHours) -> DayHours {
        let cut =
            |left: Vec<Interval>, &pause: &Interval| left.into_iter().flat_map(|one| one.without(pause)).collect();
        DayHours(breaks.0.iter().fold(self.0.clone(), cut))
    }
}

/// A day of the year, in every year that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl MonthDay {
    /// Month 1 to 12 and a day that month has; 29 February is one. Else `None`.
    pub fn new(month: i8, day: i8) -> Option<MonthDay> {
        Date::new(2000, month, day).ok().map(MonthDay::of)
    }

    /// The day of the year of a date.
    pub fn of(date: Date) -> MonthDay {
        MonthDay { month: date.month(), day: date.day() }
    }
}

/// Days nobody works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    pub dates: BTreeSet<Date>,
    pub yearly: BTreeSet<MonthDay>,
}

impl Holidays {
    pub fn contains(&self, date: Date) -> bool {
        self.dates.contains(&date) || self.yearly.contains(&MonthDay::of(date))
    }
}

/// What a clock's deadline is when its target is used up exactly at closing time (`deadline-at` in `loket.yaml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeadlineAt {
    /// That closing time.
    #[default]
    Close,
    /// The next opening.
    NextOpen,
}

impl DeadlineAt {
    const ALL: [DeadlineAt; 2] = [DeadlineAt::Close, DeadlineAt::NextOpen];

    pub fn name(self) -> &'static str {
        ["close", "next-open"][self as usize]
    }

    pub fn find(name: &str) -> Option<DeadlineAt> {
        Self::ALL.into_iter().find(|at| at.name() == name)
    }
}

/// The names of the weekdays in a calendar, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// An entry of `policy/calendars.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    pub name: String,
    pub timezone: TimeZone,
    /// Monday first.
    pub week: [DayHours; 7],
    pub holidays: Holidays,
    /// `.ics` files the holidays name, relative to `policy/`; who reads them adds their dates to `holidays`.
    pub holiday_files: Vec<String>,
    /// Hours in place of the weekday's.
    pub shifts: BTreeMap<Date, DayHours>,
    /// Hours taken away from what the date has otherwise.
    pub breaks: BTreeMap<Date, DayHours>,
}

impl Calendar {
    /// A calendar that never opens.
    pub fn closed(name: impl Into<String>, timezone: TimeZone) -> Calendar {
        Calendar {
            name: name.into(),
            timezone,
            week: Default::default(),
            holidays: Holidays::default(),
            holiday_files: Vec::new(),
            shifts: BTreeMap::new(),
            breaks: BTreeMap::new(),
        }
    }

    /// The hours of a weekday without anything special.
    pub fn weekday(&self, day: Weekday) -> &DayHours {
        &self.week[day.to_monday_zero_offset() as usize]
    }

    /// The local hours of a date: none on a holiday, else its shift or weekday, less its breaks.
    pub fn hours_on(&self, date: Date) -> DayHours {
        if self.holidays.contains(date) {
            return DayHours::default();
        }
        let hours = self.shifts.get(&date).unwrap_or_else(|| self.weekday(date.weekday()));
        match self.breaks.get(&date) {
            Some(breaks) => hours.without(breaks),
            None => hours.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn hours(list: &[(u16, u16)]) -> DayHours {
        DayHours::new(list.iter().filter_map(|&(start, end)| Interval::new(start, end)).collect()).unwrap()
    }

    #[test]
    fn intervals_are_half_open_and_apart() {
        assert_eq!(Interval::new(540, 540), None);
        assert_eq!(Interval::new(0, 1441), None);
        assert_eq!(Interval::new(0, DAY).unwrap().to_string(), "00:00-24:00");
        let overlap = DayHours::new(vec![Interval::new(60, 120).unwrap(), Interval::new(0, 61).unwrap()]);
        assert_eq!(overlap.unwrap_err().1.start(), 60);
        assert_eq!(hours(&[(60, 120), (0, 60)]).intervals().len(), 2);
    }

    #[test]
    fn breaks_cut_hours() {
        let day = hours(&[(540, 720), (780, 1050)]);
        assert_eq!(day.without(&hours(&[(600, 630)])), hours(&[(540, 600), (630, 720), (780, 1050)]));
        assert_eq!(day.without(&hours(&[(700, 800)])), hours(&[(540, 700), (800, 1050)]));
        assert!(day.without(&hours(&[(0, 1440)])).is_empty());
    }

    #[test]
    fn a_holiday_beats_a_shift() {
        let mut calendar = Calendar::closed("office", TimeZone::UTC);
        calendar.week[0] = hours(&[(540, 1020)]);
        calendar.shifts.insert(date(2026, 11, 24), hours(&[(600, 660)]));
        assert_eq!(calendar.hours_on(date(2026, 11, 23)), hours(&[(540, 1020)]));
        assert_eq!(calendar.hours_on(date(2026, 11, 24)), hours(&[(600, 660)]));
        calendar.breaks.insert(date(2026, 11, 24), hours(&[(610, 620)]));
        assert_eq!(calendar.hours_on(date(2026, 11, 24)), hours(&[(600, 610), (620, 660)]));
        calendar.holidays.yearly.insert(MonthDay::new(11, 24).unwrap());
        assert!(calendar.hours_on(date(2026, 11, 24)).is_empty());
        assert_eq!(MonthDay::new(2, 30), None);
    }
}
