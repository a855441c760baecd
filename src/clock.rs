//! The one place that asks what time it is.

use jiff::Timestamp;

use crate::failure::{Failure, Result};

/// Now, to the second; `fixed` (from `LOKET_NOW`, RFC 3339) replaces the clock.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
pub fn now(fixed: Option<&str>) -> Result<Timestamp> {
    let instant = match fixed {
        None => Timestamp::now(),
        Some(text) => text.parse().map_err(|_| {
            Failure::usage(format!("LOKET_NOW is '{}', which is no RFC 3339 time a desk knows", text.escape_debug()))
                .hint("write it like 2026-11-22T09:00:00Z, or unset it")
        })?,
    };
    let year = jiff::tz::TimeZone::UTC.to_datetime(instant).year();
    if !(1970..=2069).contains(&year) {
        let failure = Failure::usage(format!("it is said to be the year {year}; a desk knows the years 1970 to 2069"));
        return Err(failure.hint("set the clock, or LOKET_NOW").into());
    }
    Ok(Timestamp::from_second(instant.as_second())?)
}
