//! Reports, as JSON has them.

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A report: figures of a period at a commit.
#[derive(Debug, Clone, Serialize)]
pub struct ReportView {
    pub report: &'static str,
    pub period: Period,
    /// What the rows are grouped by.
    pub by: Option<&'static str>,
    pub commit: Option<String>,
    pub timezone: String,
    pub rows: Vec<ReportRow>,
}

/// Reports that are looked at together.
#[derive(Debug, Clone)]
pub struct DashboardView {
    /// The name of the desk.
    pub desk: String,
    pub title: String,
    pub sections: Vec<Section>,
}

/// A report of a dashboard, under a heading; one that is made of report and grouping where it has none.
#[derive(Debug, Clone)]
pub struct Section {
    pub heading: Option<String>,
    pub view: ReportView,
}

/// From `since` on, up to but without `until`; `null` where it is open.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Period {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// A row: its figures by name, in order.
#[derive(Debug, Clone, Default)]
pub struct ReportRow {
    /// What the row is of; `None` for tickets without a value, and where nothing groups.
    pub key: Option<String>,
    pub figures: Vec<(&'static str, Figure)>,
    /// With `--explain`: the ids of the tickets behind each figure.
    pub tickets: Option<Vec<(&'static str, Vec<String>)>>,
}

impl ReportRow {
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|(known, _)| *known == name).map(|(_, figure)| figure)
    }
}

/// `{key, …figures}`, with `tickets` where they were asked for.
impl Serialize for ReportRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &self.key)?;
        for (name, figure) in &self.figures {
            map.serialize_entry(name, figure)?;
        }
        if let Some(tickets) = &self.tickets {
            let tickets: serde_json::Map<String, serde_json::Value> =
                tickets.iter().map(|(name, ids)| ((*name).to_owned(), ids.clone().into())).collect();
            map.serialize_entry("tickets", &tickets)?;
        }
        map.end()
    }
}

/// A figure of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    Count(Count),
    Number(i64),
    /// A part of a whole, 0 to 1; `null` where the whole is nothing or too little to tell.
    Ratio(Option<f64>),
    Duration(Duration),
    Text(Option<String>),
}

/// How often something happened, and to how many tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub events: usize,
    pub tickets: usize,
}

/// How long something took, on the clock on the wall and in business time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Duration {
    pub clock: Spread,
    pub business: Spread,
}

/// How durations lie, in seconds; `null` where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    pub n: usize,
    /// Of an even number the mean of the middle two.
    pub median: Option<i64>,
    /// By nearest rank.
    pub p90: Option<i64>,
}
