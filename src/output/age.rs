//! How long ago something was, in as few characters as tell it.

use jiff::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const YEAR: u64 = 365 * DAY;
const MONTH: u64 = YEAR / 12;

/// `now`, `5m`, `3h`, `2d`, `5w`, `3mo`, `2y`; of what is to come `in 3h`.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - then.as_second();
    let length = length(seconds.unsigned_abs());
    match length {
        None => "now".to_owned(),
        Some(length) if seconds < 0 => format!("in {length}"),
        Some(length) => length,
    }
}

/// As `age`, for a sentence: `3h ago`, `just now`, `in 3h`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let age = age(then, now);
    match age.as_str() {
        "now" => "just now".to_owned(),
        future if future.starts_with("in ") => age,
        _ => format!("{age} ago"),
    }
}

/// In the largest unit of which there are at least two; one will do for minutes, hours and days.
fn length(seconds: u64) -> Option<String> {
    let (unit, name) = match () {
        _ if seconds < MINUTE => return None,
        _ if seconds < HOUR => (MINUTE, "m"),
        _ if seconds < DAY => (HOUR, "h"),
        _ if seconds < 2 * WEEK => (DAY, "d"),
        _ if seconds < 2 * MONTH => (WEEK, "w"),
        _ if seconds < 2 * YEAR => (MONTH, "mo"),
        _ => (YEAR, "y"),
    };
    Some(format!("{}{name}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn ages_are_short() {
        let day = 86_400;
        for (seconds, text) in [
            (0, "now"),
            (59, "now"),
            (60, "1m"),
            (3_599, "59m"),
            (3 * 3_600, "3h"),
            (2 * day, "2d"),
            (13 * day, "13d"),
            (14 * day, "2w"),
            (35 * day, "5w"),
            (92 * day, "3mo"),
            (729 * day, "23mo"),
            (730 * day, "2y"),
            (-3 * 3_600, "in 3h"),
            (-5, "now"),
        ] {
            assert_eq!(age(at(10_000_000 - seconds), at(10_000_000)), text);
        }
    }

    #[test]
    fn ages_read_in_a_sentence() {
        assert_eq!(ago(at(0), at(7_200)), "2h ago");
        assert_eq!(ago(at(7_200), at(0)), "in 2h");
        assert_eq!(ago(at(0), at(0)), "just now");
        assert_eq!(age(Timestamp::MIN, Timestamp::MAX).chars().last(), Some('y'));
    }
}
