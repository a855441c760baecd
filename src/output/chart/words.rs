//! What a report is of, in words.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::figures::label;
use super::plan::capitalized;
use super::text::clean;
use crate::view::report::ReportView;

/// `Volume by day`.
pub(crate) fn title(view: &ReportView) -> String {
    let report = capitalized(&label(view.report));
    view.by.map_or_else(|| report.clone(), |by| format!("{report} by {}", label(by)))
}

/// `2026-08-25 to 2026-11-22`, the last day included; with the time where an end is not at midnight.
pub(crate) fn period(view: &ReportView) -> String {
    let zone = TimeZone::get(&view.timezone).unwrap_or(TimeZone::UTC);
    let since = view.period.since.map(|since| start(zone.to_datetime(since)));
    let until = view.period.until.map(|until| end(until, &zone));
    match (since, until) {
        (Some(since), Some(until)) if since == until => since,
        (Some(since), Some(until)) => format!("{since} to {until}"),
        (Some(since), None) => format!("since {since}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "all time".to_owned(),
    }
}

fn start(at: DateTime) -> String {
    let format = if at.time() == Time::midnight() { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
    at.strftime(format).to_string()
}

fn end(until: Timestamp, zone: &TimeZone) -> String {
    let at = zone.to_datetime(until);
    match until.checked_sub(SignedDuration::from_secs(1)) {
        Ok(last) if at.time() == Time::midnight() => zone.to_datetime(last).strftime("%Y-%m-%d").to_string(),
        _ => start(at),
    }
}

/// `commit 0123456789ab`, or that there is none.
pub(crate) fn commit(view: &ReportView) -> String {
    match view.commit.as_deref() {
        Some(id) => format!("commit {}", clean(id).chars().take(12).collect::<String>()),
        None => "no commit".to_owned(),
    }
}

/// Period, zone and commit on a line.
pub(crate) fn origin(view: &ReportView) -> String {
    format!("{} · {} · {}", period(view), clean(&view.timezone), commit(view))
}
