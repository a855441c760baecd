//! The rows of a report while they are counted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Ground;
use super::by::{By, Times, keys};
use crate::domain::id::TicketId;
use crate::domain::life::Life;
use crate::domain::ticket::Priority;
use crate::view::report::{Count, Duration, Figure, ReportRow, Spread};

/// Rows that nothing happened in are there up to this many: a chart wants its gaps, nobody wants a thousand of them.
const MOST_GAPS: usize = 1_000;

/// How a figure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Count,
    /// So many events less those of the figure at another place.
    Less(usize, usize),
    /// The number of events.
    Number,
    Ratio,
    /// A ratio that is not told of fewer than five.
    Guarded,
    Duration,
}

/// Of so few nothing is told of a person: a ratio of three says more of the three than of them.
const FEW: usize = 5;

/// A figure's name and shape.
pub type Columns = &'static [(&'static str, Shape)];

/// What is counted of one figure in one row.
#[derive(Debug, Default, Clone)]
struct Cell {
    events: usize,
    tickets: usize,
    whole: usize,
    clock: Vec<i64>,
    business: Vec<i64>,
    /// Where the ticket counted last lies: they come one after the other.
    last: usize,
    ids: Vec<TicketId>,
}

/// Rows by key; the figures of each by place.
pub struct Board {
    columns: Columns,
    rows: BTreeMap<Option<String>, Vec<Cell>>,
    /// Whether each row is of something, and there is none where there is nothing.
    keyed: bool,
    /// The keys of days, weeks and months that were met: to write one takes longer than all else about an event.
    times: Times,
}

impl Board {
    pub fn new(columns: Columns) -> Board {
        Board { columns, rows: BTreeMap::new(), keyed: false, times: Times::new() }
    }

    /// One whose rows have keys of their own.
    pub fn keyed(columns: Columns) -> Board {
        Board { keyed: true, ..Board::new(columns) }
    }

    fn cell(&mut self, key: Option<String>, place: usize) -> &mut Cell {
        let width = self.columns.len();
        &mut self.rows.entry(key).or_insert_with(|| vec![Cell::default(); width])[place]
    }

    /// The rows an event belongs to; none where nobody wants the figure.
    fn keys(&mut self, ground: &Ground<'_>, life: &Life, at: Timestamp, place: usize) -> Vec<Option<String>> {
        if ground.wants(self.columns[place].0) { keys(ground, life, at, &mut self.times) } else { Vec::new() }
    }

    /// Counts an event of a ticket.
    pub fn count(&mut self, ground: &Ground<'_>, life: &Life, at: Timestamp, place: usize) {
        for key in self.keys(ground, life, at, place) {
            self.count_in(ground, life, key, place);
        }
    }

    /// The same, in a row.
    pub fn count_in(&mut self, ground: &Ground<'_>, life: &Life, key: Option<String>, place: usize) {
        let cell = self.cell(key, place);
        cell.events += 1;
        cell.note(ground, life);
    }

    /// Counts one of a whole, and whether it is of the part.
    pub fn share(&mut self, ground: &Ground<'_>, life: &Life, at: Timestamp, place: usize, part: bool) {
        for key in self.keys(ground, life, at, place) {
            self.share_in(ground, life, key, place, part);
        }
    }

    pub fn share_in(&mut self, ground: &Ground<'_>, life: &Life, key: Option<String>, place: usize, part: bool) {
        let cell = self.cell(key, place);
        cell.whole += 1;
        if part {
            cell.events += 1;
            cell.note(ground, life);
        }
    }

    /// Adds a time that is made up of parts, each from an instant to another; it belongs to `at`.
    pub fn time(
        &mut self,
        ground: &Ground<'_>,
        life: &Life,
        at: Timestamp,
        place: usize,
        parts: &[(Timestamp, Timestamp)],
    ) {
        for key in self.keys(ground, life, at, place) {
            self.time_in(ground, life, key, place, parts);
        }
    }

    pub fn time_in(
        &mut self,
        ground: &Ground<'_>,
        life: &Life,
        key: Option<String>,
        place: usize,
        parts: &[(Timestamp, Timestamp)],
    ) {
        if !ground.wants(self.columns[place].0) {
            return;
        }
        let clock = parts.iter().map(|(from, to)| to.duration_since(*from).as_secs().max(0)).sum();
        let business = match (ground.hours)(life) {
            Some(hours) => parts.iter().map(|(from, to)| hours.between(*from, *to)).sum(),
            None => clock,
        };
        let cell = self.cell(key, place);
        cell.clock.push(clock);
        cell.business.push(business);
        cell.note(ground, life);
    }

    /// Sets a figure that is no ticket's, in the one row there is.
    pub fn set_number(&mut self, place: usize, number: usize) {
        self.cell(None, place).events = number;
    }

    /// A row that is there whatever is counted in it.
    pub fn touch(&mut self, key: Option<String>) {
        self.cell(key, 0);
    }

    /// The rows, in order, with those of a time in which nothing happened, from the start of the period to its end or now.
    pub fn rows(mut self, ground: &Ground<'_>) -> Vec<ReportRow> {
        match ground.by {
            None if self.rows.is_empty() && !self.keyed => self.touch(None),
            Some(by) if by.is_time() => self.fill_gaps(ground, by),
            _ => {}
        }
        let columns = self.columns;
        let mut rows: Vec<ReportRow> =
            self.rows.into_iter().map(|(key, cells)| row(columns, key, cells, ground.explain)).collect();
        Self::in_order(&mut rows, ground.by);
        rows
    }

    /// By key; priorities by their order, and what has no value last.
    pub fn in_order(rows: &mut [ReportRow], by: Option<By>) {
        let rank = |row: &ReportRow| match (&row.key, by) {
            (None, _) => (1, 0, None),
            (Some(key), Some(By::Priority)) => (0, Priority::find(key).map_or(9, |found| found as usize), None),
            (key, _) => (0, 0, key.clone()),
        };
        rows.sort_by_key(rank);
    }

    fn fill_gaps(&mut self, ground: &Ground<'_>, by: By) {
        let day = |at: Timestamp| by.first_day(ground.zone.to_datetime(at).date());
        let known: Vec<Date> = self.rows.keys().flatten().filter_map(|key| first_day(by, key)).collect();
        let since = ground.period.since.or_else(|| ground.lives.iter().map(|life| life.created).min());
        let Some(first) = known.iter().min().copied().into_iter().chain(since.map(day)).min() else { return };
        // The end is not in the period, and nothing has happened yet after now.
        let end = ground.end().min(ground.now).checked_sub(SignedDuration::from_nanos(1)).map_or(first, day);
        let last = known.iter().max().copied().map_or(end, |last| last.max(end));
        let mut at = first;
        let mut keys = Vec::new();
        while at <= last && keys.len() <= MOST_GAPS {
            keys.push(by.key_of(at));
            at = by.next(at);
        }
        if keys.len() <= MOST_GAPS {
            keys.into_iter().for_each(|key| self.touch(Some(key)));
        }
    }
}

/// The first day of what a key of a time names.
fn first_day(by: By, key: &str) -> Option<Date> {
    match by {
        By::Week => {
            let (year, week) = key.split_once("-W")?;
            let week =
                jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, jiff::civil::Weekday::Monday);
            week.ok().map(|week| week.date())
        }
        By::Month => format!("{key}-01").parse().ok(),
        _ => key.parse().ok(),
    }
}

impl Cell {
    fn note(&mut self, ground: &Ground<'_>, life: &Life) {
        let place = std::ptr::from_ref(life).addr();
        if self.last != place {
            self.tickets += 1;
            self.last = place;
            if ground.explain {
                self.ids.push(life.id.clone());
            }
        }
    }
}

fn row(columns: Columns, key: Option<String>, cells: Vec<Cell>, explain: bool) -> ReportRow {
    let ids = |cell: &Cell| {
        let mut ids: Vec<String> = cell.ids.iter().map(ToString::to_string).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let tickets = columns.iter().zip(&cells).map(|((name, _), cell)| (*name, ids(cell)));
    let tickets = explain.then(|| tickets.collect());
    let ratio = |cell: &Cell, least: usize| {
        let told = cell.whole >= least.max(1);
        Figure::Ratio(told.then(|| cell.events as f64 / cell.whole as f64))
    };
    let events = |place: usize| i64::try_from(cells[place].events).unwrap_or(i64::MAX);
    let figure = |(place, (name, shape)): (usize, &(&'static str, Shape))| {
        let cell = &cells[place];
        let figure = match shape {
            Shape::Count => Figure::Count(Count { events: cell.events, tickets: cell.tickets }),
            Shape::Less(from, less) => Figure::Number(events(*from) - events(*less)),
            Shape::Number => Figure::Number(events(place)),
            Shape::Ratio => ratio(cell, 1),
            Shape::Guarded => ratio(cell, FEW),
            Shape::Duration => Figure::Duration(Duration {
                clock: spread(cell.clock.clone()),
                business: spread(cell.business.clone()),
            }),
        };
        (*name, figure)
    };
    ReportRow { key, figures: columns.iter().enumerate().map(figure).collect(), tickets }
}

/// Where durations lie: the median of an even number is the mean of the middle two, the 90th percentile is the nearest
/// rank.
pub fn spread(mut seconds: Vec<i64>) -> Spread {
    seconds.sort_unstable();
    let n = seconds.len();
    if n == 0 {
        return Spread::default();
    }
    let median = if n % 2 == 1 { seconds[n / 2] } else { (seconds[n / 2 - 1] + seconds[n / 2]) / 2 };
    Spread { n, median: Some(median), p90: Some(seconds[(9 * n).div_ceil(10) - 1]) }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
