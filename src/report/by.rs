//! What the rows of a report are grouped by.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::Ground;
use crate::domain::life::Life;

/// A grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Day,
    Week,
    Month,
    Team,
    Agent,
    Type,
    Channel,
    Priority,
    Tag,
    Org,
}

impl By {
    pub const ALL: [By; 10] =
        [By::Day, By::Week, By::Month, By::Team, By::Agent, By::Type, By::Channel, By::Priority, By::Tag, By::Org];

    pub fn name(self) -> &'static str {
        ["day", "week", "month", "team", "agent", "type", "channel", "priority", "tag", "org"][self as usize]
    }

    pub fn find(name: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.name() == name)
    }

    pub fn is_time(self) -> bool {
        matches!(self, By::Day | By::Week | By::Month)
    }

    /// The key of a date: `2026-11-22`, `2026-W47` (ISO 8601), `2026-11`.
    pub fn key_of(self, date: Date) -> String {
        match self {
            By::Week => date.strftime("%G-W%V").to_string(),
            By::Month => date.strftime("%Y-%m").to_string(),
            _ => date.to_string(),
        }
    }

    /// The first day of the day, week or month a date lies in.
    pub fn first_day(self, date: Date) -> Date {
        match self {
            By::Week => date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()),
            By::Month => date.first_of_month(),
            _ => date,
        }
    }

    /// The first day of the next one.
    pub fn next(self, first: Date) -> Date {
        match self {
            By::Week => first.saturating_add(7.days()),
            By::Month => first.saturating_add(1.month()),
            _ => first.saturating_add(1.day()),
        }
    }
}

/// The keys of the dates that were met.
pub type Times = HashMap<Date, String>;

/// The rows an event of a ticket belongs to: one, but one for each tag. Who has it counts as it was then, what it is
/// about and how urgent it is as it is now.
pub fn keys(ground: &Ground<'_>, life: &Life, at: Timestamp, times: &mut Times) -> Vec<Option<String>> {
    let Some(by) = ground.by else { return vec![None] };
    let own = |name: Option<&crate::domain::life::Name>| vec![name.map(|name| name.to_string())];
    match by {
        By::Day | By::Week | By::Month => {
            let date = ground.zone.to_datetime(at).date();
            vec![Some(times.entry(date).or_insert_with(|| by.key_of(date)).clone())]
        }
        By::Team => own(life.team_at(at)),
        By::Agent => own(life.assignee_at(at)),
        By::Type => own(life.kind.as_ref()),
        By::Channel => own(life.channel.as_ref()),
        By::Priority => vec![life.priority_at(Timestamp::MAX).map(|priority| priority.name().to_owned())],
        By::Org => own((ground.org)(life).as_ref()),
        By::Tag if life.tags.is_empty() => vec![None],
        By::Tag => life.tags.iter().map(|tag| Some(tag.to_string())).collect(),
    }
}

#[cfg(test)]
#[path = "by_tests.rs"]
mod tests;
