//! Days and hours as a calendar writes them.

use jiff::civil::Date;

use super::item::Item;
use super::notes::Notes;
use crate::domain::policy::calendar::{DAY, DayHours, Interval, MonthDay};
use crate::domain::query::render_piece;

/// The intervals of a day: a list, or one. What is no interval, or lies over another, is told and left out.
pub(super) fn day_hours(notes: &mut Notes, item: Item<'_>, day: &str) -> DayHours {
    let mut kept: Vec<Interval> = Vec::new();
    for (text, item) in notes.texts(item, day) {
        match interval(&text) {
            Err(hint) => notes.wrong(item, format!("'{}' is no interval", render_piece(&text)), hint),
            Ok(interval) => {
                match kept.iter().find(|other| other.start() < interval.end() && interval.start() < other.end()) {
                    Some(other) => {
                        notes.wrong(
                            item,
                            format!("'{}' lies over '{other}'", render_piece(&text)),
                            "make one of the two shorter",
                        );
                    }
                    None => kept.push(interval),
                }
            }
        }
    }
    DayHours::new(kept).unwrap_or_default()
}

/// `09:00-17:30`; else what to do about it.
fn interval(text: &str) -> Result<Interval, &'static str> {
    let form = "an interval reads 09:00-17:30";
    let (start, end) = text.split_once(['-', '–']).ok_or(form)?;
    let (start, end) = (minute(start.trim()).ok_or(form)?, minute(end.trim()).ok_or(form)?);
    Interval::new(start, end).ok_or(match end {
        0 => "the end of the day is 24:00",
        _ if end == start => "it is empty: an interval ends after it begins",
        _ => "over midnight it is two: up to 24:00, and from 00:00 on the next day",
    })
}

/// `9:00` to `24:00`, in minutes.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str, most| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=2).contains(&text.len());
        text.parse::<u16>().ok().filter(|number| digits && *number <= most)
    };
    let minute = number(hours, 24)? * 60 + number(minutes, 59).filter(|_| minutes.len() == 2)?;
    (minute <= DAY).then_some(minute)
}

/// `2026-12-25`
pub(super) fn date(text: &str) -> Option<Date> {
    let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| digits)
}

/// `12-25`
pub(super) fn month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.split_once('-')?;
    let number =
        |text: &str| text.parse().ok().filter(|_| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()));
    MonthDay::new(number(month)?, number(day)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_dates_are_strict() {
        assert_eq!(interval("9:00 - 24:00").unwrap().to_string(), "09:00-24:00");
        for wrong in [
            "9-5",
            "09:00",
            "09:0-10:00",
            "00:00-24:01",
            "+9:00-10:00",
            "09:00-09:00",
            "22:00-06:00",
            "é:00-10:00",
            "-",
        ] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
        assert!(date("2026-02-29").is_none() && date("2028-02-29").is_some() && date("-02026-1-1").is_none());
        assert!(month_day("02-29").is_some() && month_day("2-29").is_none() && month_day("02-30").is_none());
    }
}
