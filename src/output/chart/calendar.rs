//! Days, weeks and months as places on an axis of time.

use jiff::civil::{Date, Weekday};
use jiff::{Span, civil::ISOWeekDate};

/// What a step on the axis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Day,
    Week,
    Month,
}

impl Step {
    /// The step a report is grouped by, if it is one of time.
    pub(super) fn by(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Step::Day),
            "week" => Some(Step::Week),
            "month" => Some(Step::Month),
            _ => None,
        }
    }

    /// The place of `2026-11-22`, `2026-W47` or `2026-11`: how many steps it is from the first ever.
    pub(super) fn place(self, key: &str) -> Option<i64> {
        match self {
            Step::Day => key.parse::<Date>().ok().filter(|_| key.len() == 10).map(day_number),
            Step::Week => {
                let (year, week) = key.split_once("-W")?;
                let monday = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
                Some(week_number(day_number(monday.date())))
            }
            Step::Month => {
                let (year, month) = key.split_once('-')?;
                let (year, month) = (year.parse::<i64>().ok()?, month.parse::<i64>().ok()?);
                (0..=9_999).contains(&year).then_some(())?;
                (1..=12).contains(&month).then_some(year * 12 + month - 1)
            }
        }
    }

    /// The day a place starts on.
    fn date(self, place: i64) -> Option<Date> {
        match self {
            Step::Day => epoch().checked_add(Span::new().try_days(place).ok()?).ok(),
            Step::Week => epoch().checked_add(Span::new().try_days(place * 7 + 4).ok()?).ok(),
            Step::Month => {
                let year = i16::try_from(place.div_euclid(12)).ok()?;
                Date::new(year, i8::try_from(place.rem_euclid(12)).ok()? + 1, 1).ok()
            }
        }
    }

    /// At most `most` places from `first` to `last` that deserve a label: each, or Mondays, or the first of months.
    pub(super) fn ticks(self, first: i64, last: i64, most: usize) -> Vec<i64> {
        let most = i64::try_from(most).unwrap_or(i64::MAX).max(1);
        let steps = last - first + 1;
        let every = |step: i64, offset: i64| {
            let start = first + (offset - first).rem_euclid(step);
            (start..=last).step_by(usize::try_from(step).unwrap_or(1)).collect::<Vec<_>>()
        };
        let fits = |step: &i64| (steps + step - 1) / step <= most;
        match self {
            // Day 4 is a Monday.
            Step::Day => match [1, 2, 7, 14].into_iter().find(fits) {
                Some(step) => every(step, if step < 7 { first } else { 4 }),
                None => self.months(first, last, most),
            },
            Step::Week => match [1, 2, 4].into_iter().find(fits) {
                Some(step) => every(step, first),
                None => self.months(first, last, most),
            },
            Step::Month => match [1, 2, 3, 6, 12, 24, 60, 120, 600, 1_200].into_iter().find(fits) {
                Some(step) => every(step, 0),
                None => vec![first],
            },
        }
    }

    /// The places in which every so many months start.
    fn months(self, first: i64, last: i64, most: i64) -> Vec<i64> {
        let month = |place| self.date(place).map(|date| i64::from(date.year()) * 12 + i64::from(date.month()) - 1);
        let (Some(from), Some(to)) = (month(first), month(last)) else { return vec![first] };
        let starts = Step::Month.ticks(from, to, usize::try_from(most).unwrap_or(1));
        let place = |start| {
            let day = day_number(Step::Month.date(start)?);
            Some(if self == Step::Week { week_number(day) } else { day })
        };
        starts.into_iter().filter_map(place).filter(|place| (first..=last).contains(place)).collect()
    }

    /// What stands under each tick; the year where it is another than that of the tick before.
    pub(super) fn labels(self, ticks: &[i64]) -> Vec<String> {
        let years: Vec<i16> = ticks.iter().map(|&tick| self.year(tick)).collect();
        let several = years.windows(2).any(|pair| pair[0] != pair[1]);
        let label = |(at, &tick): (usize, &i64)| {
            let with_year = several && (at == 0 || years[at] != years[at - 1]);
            self.label(tick, with_year)
        };
        ticks.iter().enumerate().map(label).collect()
    }

    fn year(self, place: i64) -> i16 {
        match (self.date(place), self) {
            (Some(date), Step::Week) => date.iso_week_date().year(),
            (Some(date), _) => date.year(),
            (None, _) => 0,
        }
    }

    fn label(self, place: i64, with_year: bool) -> String {
        let Some(date) = self.date(place) else { return String::new() };
        let short = match self {
            Step::Day => date.strftime("%-d %b").to_string(),
            Step::Week => format!("W{:02}", date.iso_week_date().week()),
            Step::Month => date.strftime("%b").to_string(),
        };
        match (with_year, self) {
            (false, _) => short,
            (true, Step::Week) => format!("{}-{short}", self.year(place)),
            (true, _) => format!("{short} {}", self.year(place)),
        }
    }
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

/// Days since 1 January 1970.
fn day_number(date: Date) -> i64 {
    epoch().until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// Weeks since the one of the first Monday after 1 January 1970, which is day 4.
fn week_number(day: i64) -> i64 {
    (day - 4).div_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(step: Step, first: &str, last: &str, most: usize) -> String {
        let ticks = step.ticks(step.place(first).unwrap(), step.place(last).unwrap(), most);
        step.labels(&ticks).join(" | ")
    }

    #[test]
    fn keys_have_places() {
        let gap = |step: Step, a: &str, b: &str| Some(step.place(b)? - step.place(a)?);
        assert_eq!(gap(Step::Day, "2026-02-28", "2026-03-01"), Some(1));
        assert_eq!(gap(Step::Week, "2026-W53", "2027-W01"), Some(1));
        assert_eq!(gap(Step::Month, "2026-12", "2027-01"), Some(1));
        for (step, key) in
            [(Step::Day, "2026-13-01"), (Step::Week, "2027-W53"), (Step::Month, "2026-13"), (Step::Month, "x")]
        {
            assert_eq!(step.place(key), None, "{key}");
        }
    }

    #[test]
    fn ticks_are_few_and_named() {
        assert_eq!(labels(Step::Day, "2026-11-20", "2026-11-22", 7), "20 Nov | 21 Nov | 22 Nov");
        assert_eq!(labels(Step::Day, "2026-11-03", "2026-11-30", 7), "9 Nov | 16 Nov | 23 Nov | 30 Nov");
        assert_eq!(labels(Step::Day, "2025-11-03", "2026-02-28", 4), "1 Dec 2025 | 1 Jan 2026 | 1 Feb");
        assert_eq!(labels(Step::Week, "2026-W52", "2027-W01", 7), "2026-W52 | W53 | 2027-W01");
        assert_eq!(labels(Step::Month, "2026-01", "2027-12", 4), "Jan 2026 | Jul | Jan 2027 | Jul");
        let all = Step::Day.ticks(Step::Day.place("0001-01-01").unwrap(), Step::Day.place("9999-12-31").unwrap(), 7);
        assert!((1..=10).contains(&all.len()), "{}", all.len());
    }
}
