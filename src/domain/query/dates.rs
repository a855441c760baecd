//! Dates in a query: instants, whole days of the desk's zone, and what is relative to now.

use std::ops::Bound;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::ast::{Match, Value};
use super::ordered::Extent;
use super::wrong::{Wrong, render_piece};

const FORMS: &str =
    "dates are 2026-11-22, 2026-11-22T10:00:00Z, today, yesterday, now-7d (m h d w), and ranges A..B, A.., ..B";

/// What a date given to an option covers: its first moment, and the moment after it (the same for an instant).
/// A date is `2026-11-22`, RFC 3339, `today`, `yesterday` or `now-7d`; days are those of `zone`.
pub fn date_span(text: &str, now: Timestamp, zone: &TimeZone) -> Result<(Timestamp, Timestamp), Wrong> {
    let extent = parse_date(text, now, zone, 1)?;
    let Value::Instant(start) = extent.from else { return Err(Wrong::new(1, "a date is wanted").hint(FORMS)) };
    let end = match extent.to {
        Bound::Excluded(Value::Instant(end)) | Bound::Included(Value::Instant(end)) => end,
        _ => start,
    };
    Ok((start, end))
}

/// What a date covers: an instant, or a whole day.
pub(super) fn parse_date(text: &str, now: Timestamp, zone: &TimeZone, column: usize) -> Result<Extent, Wrong> {
    let wrong = || Wrong::new(column, format!("'{}' is not a date", render_piece(text))).hint(FORMS);
    let word = text.to_ascii_lowercase();
    let today = || zone.to_datetime(now).date();
    if let Some(distance) = word.strip_prefix("now") {
        return parse_distance(distance).and_then(|far| now.checked_add(far).ok()).map(instant).ok_or_else(wrong);
    }
    let day = match word.as_str() {
        "today" => Some(today()),
        "yesterday" => today().yesterday().ok(),
        _ => find_day(text),
    };
    match day {
        Some(day) => whole_day(day, zone).ok_or_else(wrong),
        None => text.parse().map(instant).map_err(|_| wrong()),
    }
}

fn instant(at: Timestamp) -> Extent {
    Extent::of(Value::Instant(at))
}

/// From the start of the day to the start of the next, whatever the clocks do in between.
fn whole_day(day: Date, zone: &TimeZone) -> Option<Extent> {
    let next = day.tomorrow().ok()?;
    let (start, end) = (start_of(day, zone)?, start_of(next, zone)?);
    Some(Extent { from: Value::Instant(start), to: Bound::Excluded(Value::Instant(end)) })
}

fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned_datetime(zone.clone()).ok().map(|start| start.timestamp())
}

/// `YYYY-MM-DD` and nothing else.
pub(super) fn find_day(text: &str) -> Option<Date> {
    let fits = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    let plain = text.len() == 10 && text.bytes().enumerate().all(fits);
    plain.then(|| text.parse().ok()).flatten()
}

/// What stands behind `now`: nothing, or a sign, a number and a unit.
fn parse_distance(text: &str) -> Option<SignedDuration> {
    if text.is_empty() {
        return Some(SignedDuration::ZERO);
    }
    let sign = match text.bytes().next()? {
        b'-' => -1,
        b'+' => 1,
        _ => return None,
    };
    let unit: i64 = match text.bytes().next_back()? {
        b'm' => 60,
        b'h' => 3_600,
        b'd' => 86_400,
        b'w' => 604_800,
        _ => return None,
    };
    let digits = text.get(1..text.len() - 1)?;
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    number.checked_mul(unit * sign).map(SignedDuration::from_secs)
}

/// The matches of a custom date: those of an instant, and beside them those of a value that is a bare day. Such a
/// value counts as the start of its day in the desk's zone, which only the parser knows: so the days are compared
/// as text (`2026-11-22`), and neither the index nor the evaluator needs the zone.
pub(super) fn with_days(found: Match, zone: &TimeZone) -> Vec<Match> {
    let days = match &found {
        Match::Equals(Value::Instant(at)) => starting_day(*at, zone).map(|day| Match::Equals(text(day))),
        Match::Range(lower, upper) => Some(Match::Range(lower_day(lower, zone), upper_day(upper, zone))),
        _ => None,
    };
    std::iter::once(found).chain(days).collect()
}

fn text(day: Date) -> Value {
    Value::Text(day.to_string())
}

/// The day that starts at this very instant.
fn starting_day(at: Timestamp, zone: &TimeZone) -> Option<Date> {
    let day = zone.to_datetime(at).date();
    (start_of(day, zone) == Some(at)).then_some(day)
}

fn lower_day(bound: &Bound<Value>, zone: &TimeZone) -> Bound<Value> {
    match bound {
        Bound::Included(Value::Instant(at)) => match starting_day(*at, zone) {
            Some(day) => Bound::Included(text(day)),
            None => Bound::Excluded(text(zone.to_datetime(*at).date())),
        },
        Bound::Excluded(Value::Instant(at)) => Bound::Excluded(text(zone.to_datetime(*at).date())),
        _ => Bound::Unbounded,
    }
}

fn upper_day(bound: &Bound<Value>, zone: &TimeZone) -> Bound<Value> {
    match bound {
        Bound::Excluded(Value::Instant(at)) => match starting_day(*at, zone) {
            Some(day) => Bound::Excluded(text(day)),
            None => Bound::Included(text(zone.to_datetime(*at).date())),
        },
        Bound::Included(Value::Instant(at)) => Bound::Included(text(zone.to_datetime(*at).date())),
        _ => Bound::Unbounded,
    }
}
