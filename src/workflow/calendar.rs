//! Business time: adding to an instant, and counting between two (workflow.md, Calendars and business time).
//!
//! The open times of a calendar are worked out once a year of UTC that is asked about, as instants with their running
//! sum; adding and counting are binary searches in it.

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::domain::policy::calendar::{Calendar, DAY, DeadlineAt};

/// The years a calendar can be open in; outside them it is closed.
const YEARS: std::ops::Range<i16> = 1900..2200;
/// After so many years without an open moment nothing more is expected.
const PATIENCE: usize = 10;
/// A local day may lie a day off UTC, and a zone may skip a day.
const MARGIN: i64 = 3;

/// The open times of a calendar. Whole seconds count: a part of a second in an instant is left out.
#[derive(Debug)]
pub struct Hours {
    calendar: Calendar,
    years: Vec<OnceLock<Year>>,
}

impl Hours {
    /// Of a calendar whose holiday files have been read.
    pub fn of(calendar: &Calendar) -> Hours {
        Hours { calendar: calendar.clone(), years: YEARS.map(|_| OnceLock::new()).collect() }
    }

    /// The first instant at which so many open seconds have passed since `from`: at closing time where they are used
    /// up exactly then. `from` itself for none or fewer. `None` if the calendar stays closed for ten years before
    /// that, or beyond the year 2199.
    pub fn add(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        if seconds <= 0 {
            return Some(from);
        }
        let mut index = index_of(from.as_second())?;
        let mut wanted = self.year(index)?.open_before(from.as_second()).checked_add(seconds)?;
        let mut closed = 0;
        while closed <= PATIENCE {
            let year = self.year(index)?;
            if wanted <= year.total() {
                return Timestamp::from_second(year.reach(wanted)?).ok();
            }
            closed = if year.total() == 0 { closed + 1 } else { 0 };
            wanted -= year.total();
            index += 1;
        }
        None
    }

    /// The deadline of a clock that has so many open seconds from `from`: as [`Hours::add`], or the next opening
    /// where it would be a closing time and the desk wants it so.
    pub fn deadline(&self, from: Timestamp, seconds: i64, at: DeadlineAt) -> Option<Timestamp> {
        let due = self.add(from, seconds)?;
        match at {
            DeadlineAt::NextOpen if seconds > 0 => self.next_open(due),
            DeadlineAt::NextOpen | DeadlineAt::Close => Some(due),
        }
    }

    /// The open seconds from `start` to `end`; 0 where `end` is not after `start`.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> i64 {
        let (start, end) =
            (start.as_second().max(year_start(YEARS.start)), end.as_second().min(year_start(YEARS.end) - 1));
        let (Some(first), Some(last)) = (index_of(start), index_of(end)) else { return 0 };
        if end <= start {
            return 0;
        }
        let whole: i64 = (first..last).filter_map(|index| self.year(index)).map(Year::total).sum();
        let before = |index, at| self.year(index).map_or(0, |year| year.open_before(at));
        whole + before(last, end) - before(first, start)
    }

    /// Whether somebody works at an instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let year = index_of(at.as_second()).and_then(|index| self.year(index));
        year.is_some_and(|year| year.is_open(at.as_second()))
    }

    /// `from` where it is open, else the next opening; `None` if there is none in ten years.
    pub fn next_open(&self, from: Timestamp) -> Option<Timestamp> {
        if self.is_open(from) {
            return Some(from);
        }
        let first = index_of(from.as_second())?;
        let mut years = (first..=first + PATIENCE).map_while(|index| self.year(index));
        let opening = years.find_map(|year| year.opening_after(from.as_second()))?;
        Timestamp::from_second(opening).ok()
    }

    fn year(&self, index: usize) -> Option<&Year> {
        let year = YEARS.start.checked_add(i16::try_from(index).ok()?)?;
        Some(self.years.get(index)?.get_or_init(|| Year::of(&self.calendar, year)))
    }
}

/// Where the year of UTC that an instant lies in has its place.
fn index_of(second: i64) -> Option<usize> {
    let year = TimeZone::UTC.to_datetime(Timestamp::from_second(second).ok()?).year();
    YEARS.contains(&year).then(|| usize::try_from(year - YEARS.start).ok()).flatten()
}

/// The first second of a year of UTC.
fn year_start(year: i16) -> i64 {
    instant(date(year, 1, 1), 0, &TimeZone::UTC).unwrap_or_default()
}

/// A minute of a local day as an instant: one that does not exist is moved later by the size of the gap, of one that
/// is there twice it is the first.
fn instant(day: Date, minute: u16, zone: &TimeZone) -> Option<i64> {
    let (day, minute) = if minute == DAY { (day.tomorrow().ok()?, 0) } else { (day, minute) };
    let local = day.at(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
    Some(zone.to_ambiguous_timestamp(local).compatible().ok()?.as_second())
}

/// The open times within a year of UTC, in seconds since the epoch.
#[derive(Debug)]
struct Year {
    /// Start and end of each, half-open, in order, apart.
    open: Vec<(i64, i64)>,
    /// The open seconds of the year before each.
    before: Vec<i64>,
    total: i64,
}

impl Year {
    fn of(calendar: &Calendar, year: i16) -> Year {
        let (start, end) = (year_start(year), year_start(year + 1));
        let first = date(year, 1, 1).saturating_sub(Span::new().days(MARGIN));
        let last = date(year, 12, 31).saturating_add(Span::new().days(MARGIN));
        let mut open = Vec::new();
        for day in first.series(Span::new().days(1)).take_while(|day| *day <= last) {
            open.extend(open_on(calendar, day).into_iter().map(|(from, to)| (from.max(start), to.min(end))));
        }
        let open = united(open);
        let mut total = 0;
        let mut before = Vec::with_capacity(open.len());
        for (from, to) in &open {
            before.push(total);
            total += to - from;
        }
        Year { open, before, total }
    }

    fn total(&self) -> i64 {
        self.total
    }

    /// The number of open times that begin at or before an instant.
    fn begun(&self, at: i64) -> usize {
        self.open.partition_point(|(start, _)| *start <= at)
    }

    /// The open seconds of the year before an instant.
    fn open_before(&self, at: i64) -> i64 {
        let Some(place) = self.begun(at).checked_sub(1) else { return 0 };
        let (start, end) = self.open[place];
        self.before[place] + (at.min(end) - start)
    }

    fn is_open(&self, at: i64) -> bool {
        self.begun(at).checked_sub(1).is_some_and(|place| at < self.open[place].1)
    }

    /// The first opening at or after an instant.
    fn opening_after(&self, at: i64) -> Option<i64> {
        self.open.get(self.open.partition_point(|(start, _)| *start < at)).map(|(start, _)| *start)
    }

    /// The first instant before which so many seconds of the year were open; at least one, at most all.
    fn reach(&self, seconds: i64) -> Option<i64> {
        let place = self.before.partition_point(|before| *before < seconds).checked_sub(1)?;
        Some(self.open.get(place)?.0 + (seconds - self.before[place]))
    }
}

/// The open times of a local day as instants. The clock may have been put so that they are empty or in no order.
fn open_on(calendar: &Calendar, day: Date) -> Vec<(i64, i64)> {
    let at = |minute| instant(day, minute, &calendar.timezone);
    let hours = calendar.hours_on(day);
    hours.intervals().iter().filter_map(|one| Some((at(one.start())?, at(one.end())?))).collect()
}

/// What is in any of them, in order, with none empty and none touching another.
fn united(mut open: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    open.retain(|(start, end)| start < end);
    open.sort_unstable();
    let mut apart: Vec<(i64, i64)> = Vec::with_capacity(open.len());
    for (start, end) in open {
        match apart.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
