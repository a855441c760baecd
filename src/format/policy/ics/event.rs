//! One event of an `.ics` file and its days.

use jiff::Span;
use jiff::civil::Date;

use super::lines::Line;
use super::{Wrong, wrong};

/// A yearly event is taken up to this year.
pub(super) const LAST_YEAR: i16 = 2100;
/// The longest event that is believed, in days.
const MAX_LENGTH: i32 = 366;

/// What is read of an event.
#[derive(Debug, Default)]
pub(super) struct Event {
    start: Option<Date>,
    /// The day after the last.
    end: Option<Date>,
    /// In days, where it is given in place of an end.
    length: Option<i32>,
    every: Option<Yearly>,
    /// Days on which a recurrence does not begin.
    except: Vec<Date>,
    pub is_cancelled: bool,
}

/// A recurrence on the same day of the year.
#[derive(Debug, Clone, Copy)]
struct Yearly {
    /// In years.
    interval: i16,
    /// How often.
    count: usize,
    until: Date,
    /// The month and the day the rule repeats; they have to be the start's.
    month: Option<i8>,
    day: Option<i8>,
}

impl Event {
    pub fn read(&mut self, line: &Line<'_>) -> Result<(), Wrong> {
        let value = line.value.trim();
        match line.name.as_str() {
            "DTSTART" => self.start = Some(whole_day(value)?),
            "DTEND" => self.end = Some(whole_day(value)?),
            "DURATION" => self.length = Some(length(value)?),
            "EXDATE" => self.except.extend(value.split(',').filter_map(any_day)),
            "STATUS" => self.is_cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "RRULE" => self.every = Some(Yearly::of(value)?),
            "RDATE" | "EXRULE" | "RECURRENCE-ID" => {
                return Err(wrong(&line.name, "is not read", "write each holiday as an event of its own"));
            }
            _ => {}
        }
        Ok(())
    }

    /// The days of every occurrence.
    pub fn days(self) -> Result<impl Iterator<Item = Date>, Wrong> {
        let none = || wrong("VEVENT", "has no DTSTART", "add DTSTART;VALUE=DATE:20261225");
        let start = self.start.ok_or_else(none)?;
        let until_end = self.end.and_then(|end| start.until(end).ok()).map(|span| span.get_days());
        let length = until_end.or(self.length).unwrap_or(1).max(1);
        if length > MAX_LENGTH {
            return Err(wrong(&start.to_string(), "begins a holiday of more than a year", "correct its DTEND"));
        }
        let every = self.every.unwrap_or(Yearly { count: 1, ..Yearly::FOR_EVER });
        if every.month.is_some_and(|month| month != start.month()) || every.day.is_some_and(|day| day != start.day()) {
            return Err(wrong(&start.to_string(), "is not the day its RRULE names", HINT));
        }
        let begins = every.begins(start).filter(move |day| !self.except.contains(day));
        Ok(begins.flat_map(move |day| day.series(Span::new().days(1)).take(usize::try_from(length).unwrap_or(1))))
    }
}

/// What to do about any other recurrence.
const HINT: &str = "only FREQ=YEARLY on the same date is read; write each such holiday as an event of its own";

impl Yearly {
    const FOR_EVER: Yearly = Yearly { interval: 1, count: usize::MAX, until: Date::MAX, month: None, day: None };

    /// `FREQ=YEARLY`, with `INTERVAL`, `COUNT`, `UNTIL`. A part that picks other days is refused.
    fn of(rule: &str) -> Result<Yearly, Wrong> {
        let refuse = || wrong(rule, "is no yearly recurrence on the same date", HINT);
        let mut yearly = Yearly::FOR_EVER;
        let mut is_yearly = false;
        for part in rule.to_ascii_uppercase().split(';').filter(|part| !part.trim().is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(refuse)?;
            match key.trim() {
                "FREQ" => is_yearly = value == "YEARLY",
                "INTERVAL" => yearly.interval = value.parse().ok().filter(|years| *years > 0).ok_or_else(refuse)?,
                "COUNT" => yearly.count = value.parse().ok().filter(|count| *count > 0).ok_or_else(refuse)?,
                "UNTIL" => yearly.until = any_day(value).ok_or_else(refuse)?,
                "BYMONTH" => yearly.month = Some(value.parse().map_err(|_| refuse())?),
                "BYMONTHDAY" => yearly.day = Some(value.parse().map_err(|_| refuse())?),
                "WKST" => {}
                _ => return Err(refuse()),
            }
        }
        if is_yearly { Ok(yearly) } else { Err(refuse()) }
    }

    /// The days its occurrences begin on; a year without that day has none.
    fn begins(self, start: Date) -> impl Iterator<Item = Date> {
        let years = (start.year()..=LAST_YEAR.max(start.year())).step_by(usize::try_from(self.interval).unwrap_or(1));
        let days = years.filter_map(move |year| Date::new(year, start.month(), start.day()).ok());
        days.take(self.count).take_while(move |day| *day <= self.until)
    }
}

/// The date of `20261225`, `20261225T000000`.
fn any_day(value: &str) -> Option<Date> {
    let digits = value.trim().get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()
}

/// A date, or a local midnight.
fn whole_day(value: &str) -> Result<Date, Wrong> {
    let hint = "a holiday is whole days, like DTSTART;VALUE=DATE:20261225";
    let day = any_day(value).ok_or_else(|| wrong(value, "is no date", hint))?;
    match value.get(8..) {
        Some("" | "T000000") => Ok(day),
        _ => Err(wrong(value, "has a time of day", hint)),
    }
}

/// `P2D` or `P1W`, in days.
fn length(value: &str) -> Result<i32, Wrong> {
    let number = |unit, days| {
        value.strip_prefix('P')?.strip_suffix(unit)?.parse::<u16>().ok().map(|count| i32::from(count) * days)
    };
    number('D', 1).or_else(|| number('W', 7)).ok_or_else(|| wrong(value, "is no number of days", "write it like P1D"))
}
