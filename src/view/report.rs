//! Reports, as JSON has them.

use jiff::Timestamp;
use serde::Serialize;

/// A report: figures of a period at a commit.
#[derive(Debug, Clone, Serialize)]
pub struct ReportView<R> {
    pub report: &'static str,
    pub period: Period,
    /// What the rows are grouped by.
    pub by: Option<&'static str>,
    pub commit: Option<String>,
    pub timezone: String,
    pub rows: Vec<R>,
}

/// From `since` on, up to but without `until`; `null` where it is open.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Period {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// How often something happened, and to how many tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub events: usize,
    pub tickets: usize,
}

/// A row of `report patterns`.
#[derive(Debug, Clone, Serialize)]
pub struct PatternFigures {
    /// The pattern's slug.
    pub key: String,
    /// `null` where there is no such pattern any more.
    pub title: Option<String>,
    pub uses: Count,
    /// Answers whose text was changed.
    pub deviations: Count,
    /// Deviations among the uses, 0 to 1; `null` without a use.
    pub deviation_rate: Option<f64>,
}
