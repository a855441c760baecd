//! Reports: figures over the lives of tickets (workflow.md, Reports). Pure: the clock, the calendars and the policies are
//! given.

mod backlog;
mod board;
mod by;
mod flow;
#[cfg(test)]
mod mod_tests;
mod people;
mod quality;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::clock::Clock;
use crate::domain::life::{Life, Name, What};
use crate::domain::ticket::State;
use crate::view::report::ReportRow;
use crate::workflow::calendar::Hours;
use board::Board;
pub use by::By;

/// What a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Volume,
    Response,
    Resolution,
    Backlog,
    Sla,
    Agents,
    Escalations,
    Reasons,
    Satisfaction,
    Knowledge,
    Summary,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::Volume,
        Kind::Response,
        Kind::Resolution,
        Kind::Backlog,
        Kind::Sla,
        Kind::Agents,
        Kind::Escalations,
        Kind::Reasons,
        Kind::Satisfaction,
        Kind::Knowledge,
        Kind::Summary,
    ];

    pub fn name(self) -> &'static str {
        [
            "volume",
            "response",
            "resolution",
            "backlog",
            "sla",
            "agents",
            "escalations",
            "reasons",
            "satisfaction",
            "knowledge",
            "summary",
        ][self as usize]
    }

    pub fn find(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A period: from `since` on, up to but without `until`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Span {
    pub fn contains(self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

/// Everything a report is worked out from.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The tickets that [`count`](counts), in the order of their ids.
    pub lives: &'a [Life],
    pub period: Span,
    /// The instant of the report: what still runs, runs until then.
    pub now: Timestamp,
    /// The zone of the days, weeks and months.
    pub zone: &'a TimeZone,
    pub by: Option<By>,
    /// Whether the ids behind the figures are wanted.
    pub explain: bool,
    /// The SLA clocks of a ticket, by its place among them.
    pub clocks: &'a (dyn Fn(usize) -> &'a [Clock] + Sync),
    /// What the business time of a ticket is counted by; `None` is clock time.
    pub hours: &'a (dyn Fn(&Life) -> Option<&'a Hours> + Sync),
    /// The organisation of a ticket's requester.
    pub org: &'a (dyn Fn(&Life) -> Option<Name> + Sync),
    /// The figures that are wanted; all where nothing is said.
    pub only: Option<&'static [&'static str]>,
    /// Articles of the knowledge base that are to be reviewed.
    pub stale_articles: usize,
}

impl Ground<'_> {
    fn wants(&self, figure: &str) -> bool {
        self.only.is_none_or(|only| only.contains(&figure))
    }

    /// Those of them to which something happened in the period.
    fn stirred(&self) -> impl Iterator<Item = &Life> {
        self.lives.iter().filter(|life| {
            self.period.since.is_none_or(|since| life.last_sign() >= since)
                && self.period.until.is_none_or(|until| life.created < until)
        })
    }

    /// The end of the period, which is not in it any more; without one the instant of the report is the last in it.
    fn end(&self) -> Timestamp {
        let after = self.now.checked_add(SignedDuration::from_nanos(1)).unwrap_or(self.now);
        self.period.until.unwrap_or(after)
    }

    /// The solves of a ticket that lie in the period.
    fn solves_within(&self, life: &Life) -> Vec<Timestamp> {
        life.solves().into_iter().filter(|at| self.period.contains(*at)).collect()
    }
}

/// Whether a ticket is in the figures: spam and what was merged are not.
pub fn counts(life: &Life) -> bool {
    let last = life.steps.iter().rev().find_map(|step| match step.what {
        What::State(state) => Some(state),
        _ => None,
    });
    !life.merged && last != Some(State::Discarded)
}

/// Whether a ticket may be in the figures of a period: it is in none where it was done with before.
pub fn may_count(life: &Life, since: Option<Timestamp>) -> bool {
    (since.is_none_or(|since| life.last_sign() >= since) || life.is_live()) && counts(life)
}

/// The rows of a report.
pub fn rows(kind: Kind, ground: &Ground<'_>) -> Vec<ReportRow> {
    let board = match kind {
        Kind::Volume => flow::volume(ground),
        Kind::Response => flow::response(ground),
        Kind::Resolution => flow::resolution(ground),
        Kind::Backlog => backlog::backlog(ground),
        Kind::Sla => quality::sla(ground),
        Kind::Escalations => quality::escalations(ground),
        Kind::Satisfaction => quality::satisfaction(ground),
        Kind::Knowledge => quality::knowledge(ground),
        Kind::Agents => people::agents(ground),
        Kind::Reasons => people::reasons(ground),
        Kind::Summary => return summary(ground),
    };
    board.rows(ground)
}

/// The headline of each report.
type Headlines = (Kind, &'static [&'static str]);

const HEADLINES: [Headlines; 7] = [
    (Kind::Volume, &["created", "solved", "reopened", "net_flow"]),
    (Kind::Backlog, &["backlog"]),
    (Kind::Response, &["first_response", "first_response_open"]),
    (Kind::Resolution, &["resolution_full", "reopen_rate", "one_touch"]),
    (Kind::Escalations, &["escalation_rate"]),
    (Kind::Sla, &["sla_attainment", "overdue_now"]),
    (Kind::Satisfaction, &["csat", "response_rate"]),
];

/// So few tickets are counted before a thread would have started.
const ALONE: usize = 4_000;

/// The rows of each headline's report, worked out by all cores.
fn headlines(ground: &Ground<'_>) -> Vec<Vec<ReportRow>> {
    let work = |(kind, names): Headlines| rows(kind, &Ground { only: Some(names), ..*ground });
    if ground.lives.len() < ALONE {
        return HEADLINES.into_iter().map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), HEADLINES.map(|_| OnceLock::new()));
    let take = || {
        while let Some(place) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|place| *place < HEADLINES.len()) {
            // Each place is taken once.
            let _ = done[place].set(work(HEADLINES[place]));
        }
    };
    std::thread::scope(|scope| {
        let others = std::thread::available_parallelism().map_or(1, usize::from).min(HEADLINES.len()) - 1;
        (0..others).for_each(|_| drop(scope.spawn(take)));
        take();
    });
    done.into_iter().map(|rows| rows.into_inner().unwrap_or_default()).collect()
}

fn summary(ground: &Ground<'_>) -> Vec<ReportRow> {
    let mut rows: Vec<ReportRow> = Vec::new();
    for ((_, names), found) in HEADLINES.into_iter().zip(headlines(ground)) {
        for mut found in found {
            found.figures.retain(|(name, _)| names.contains(name));
            if let Some(tickets) = &mut found.tickets {
                tickets.retain(|(name, _)| names.contains(name));
            }
            match rows.iter_mut().find(|row| row.key == found.key) {
                Some(row) => {
                    row.figures.extend(found.figures);
                    if let (Some(all), Some(more)) = (&mut row.tickets, found.tickets) {
                        all.extend(more);
                    }
                }
                None => rows.push(found),
            }
        }
    }
    Board::in_order(&mut rows, ground.by);
    rows
}
