//! `policy/calendars.yaml` to calendars.

use jiff::tz::TimeZone;

use super::days::{date, day_hours, month_day};
use super::item::Item;
use super::notes::{Notes, suggest};
use super::{MentionKind, Parsed};
use crate::domain::policy::calendar::{Calendar, DayHours, WEEKDAYS};
use crate::domain::query::render_piece;

const KEYS: [&str; 5] = ["timezone", "hours", "holidays", "shifts", "breaks"];

/// Reads the calendars; one that names no time zone is in that of the desk. One whose time zone cannot be read means
/// nothing and is left out; of the others only what is wrong is.
pub fn parse(bytes: &[u8], home: &TimeZone) -> Parsed<Calendar> {
    super::read(bytes, |notes, root| {
        let entries = notes.entries(root, "the calendars are a mapping of name to {timezone: …, hours: …}");
        entries.into_iter().filter_map(|(name, item)| calendar(notes, name, item, home)).collect()
    })
}

fn calendar(notes: &mut Notes, name: &str, item: Item<'_>, home: &TimeZone) -> Option<Calendar> {
    if item.entries().is_none() {
        notes.wrong(
            item,
            format!("calendar '{}' wants {{timezone: …, hours: …}}, not {}", render_piece(name), item.kind()),
            "",
        );
        return None;
    }
    notes.unknown_keys(item, "a calendar", &KEYS);
    let zone = timezone(notes, item, home);
    let mut calendar = Calendar::closed(name, zone.clone().unwrap_or(TimeZone::UTC));
    if let Some(hours) = item.get("hours") {
        week(notes, &mut calendar, hours);
    }
    if let Some(list) = item.get("holidays") {
        holidays(notes, &mut calendar, list);
    }
    calendar.shifts = dated(notes, item, "shifts").collect();
    calendar.breaks = dated(notes, item, "breaks").collect();
    let is_closed = calendar.week.iter().chain(calendar.shifts.values()).all(DayHours::is_empty);
    if is_closed && item.get("hours").is_none() {
        let message = format!("calendar '{}' never opens", render_piece(name));
        notes.warn_key(item, message, "add `hours: {mon: [\"09:00-17:30\"]}`");
    }
    zone.map(|_| calendar)
}

fn timezone(notes: &mut Notes, item: Item<'_>, home: &TimeZone) -> Option<TimeZone> {
    let Some(value) = item.get("timezone") else { return Some(home.clone()) };
    let zone = notes.text(value, "timezone")?;
    let found = TimeZone::get(&zone).ok();
    if found.is_none() {
        notes.wrong(value, format!("'{}' is no time zone", render_piece(&zone)), "one is called like Europe/Amsterdam");
    }
    found
}

fn week(notes: &mut Notes, calendar: &mut Calendar, item: Item<'_>) {
    for (day, hours) in notes.entries(item, "'hours' wants a mapping of weekday to intervals") {
        match WEEKDAYS.iter().position(|known| *known == day) {
            Some(place) => calendar.week[place] = day_hours(notes, hours, day),
            None => notes.wrong_key(hours, format!("'{}' is no weekday", render_piece(day)), suggest(day, &WEEKDAYS)),
        }
    }
}

fn holidays(notes: &mut Notes, calendar: &mut Calendar, item: Item<'_>) {
    for (text, item) in notes.texts(item, "holidays") {
        if let Some(date) = date(&text) {
            calendar.holidays.dates.insert(date);
        } else if let Some(day) = month_day(&text) {
            calendar.holidays.yearly.insert(day);
        } else if text.to_lowercase().ends_with(".ics") {
            notes.mention(MentionKind::IcsFile, item, text.clone());
            calendar.holiday_files.push(text);
        } else {
            let hint = "a holiday reads 2026-12-25, 12-25 in every year, or names an .ics file";
            notes.wrong(item, format!("'{}' is no holiday", render_piece(&text)), hint);
        }
    }
}

/// The dates of `shifts` or `breaks` with their intervals.
fn dated<'a>(
    notes: &mut Notes,
    item: Item<'_>,
    key: &'a str,
) -> impl Iterator<Item = (jiff::civil::Date, DayHours)> + use<'a> {
    let mut found = Vec::new();
    if let Some(item) = item.get(key) {
        for (day, hours) in notes.entries(item, &format!("'{key}' wants a mapping of date to intervals")) {
            match date(day) {
                Some(date) => found.push((date, day_hours(notes, hours, day))),
                None => {
                    notes.wrong_key(hours, format!("'{}' is no date", render_piece(day)), "a date reads 2026-12-24")
                }
            }
        }
    }
    found.into_iter()
}
