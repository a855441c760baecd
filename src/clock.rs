//! The one place that asks what time it is.

use jiff::Timestamp;

use crate::failure::{Failure, Result};

/// Now, to the second; `fixed` (from `LOKET_NOW`, RFC 3339) replaces the clock.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
pub fn now(fixed: Option<&str>) -> Result<Timestamp> {
    let instant = match fixed {
        None => Timestamp::now(),
        Some(text) => text.parse().map_err(|_| {
            Failure::usage(format!("LOKET_NOW is '{}', which is no RFC 3339 time", text.escape_debug()))
                .hint("write it like 2026-11-22T09:00:00Z, or unset it")
        })?,
    };
    Ok(Timestamp::from_second(instant.as_second())?)
}
