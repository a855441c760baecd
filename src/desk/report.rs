//! `report`: figures of the desk.

use std::collections::{BTreeMap, BTreeSet};

use super::Here;
use crate::domain::id::TicketId;
use crate::failure::Result;
use crate::search::Level;
use crate::view::report::{Count, Figure, Period, ReportRow, ReportView};

/// What is counted of one thing: how often, and in which tickets.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    tickets: BTreeSet<TicketId>,
}

impl Tally {
    fn add(&mut self, id: &TicketId) {
        self.events += 1;
        self.tickets.insert(id.clone());
    }

    fn count(&self) -> Count {
        Count { events: self.events, tickets: self.tickets.len() }
    }
}

impl Here {
    /// How often each pattern was answered from, and how often its text was changed. The date of an answer decides.
    pub fn report_patterns(&self, since: Option<&str>, until: Option<&str>) -> Result<ReportView> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let since = since.map(|text| self.date(&settings, "--since", text)).transpose()?.map(|(start, _)| start);
        let until = until.map(|text| self.date(&settings, "--until", text)).transpose()?.map(|(_, end)| end);
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let ids = reader.ids(&self.query(&snapshot, &settings, "has:pattern", None)?, &[], None)?;
        let mut tallies: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
        let titles: BTreeMap<String, String> = self.patterns()?.into_iter().map(|row| (row.slug, row.title)).collect();
        tallies.extend(titles.keys().map(|slug| (slug.clone(), Default::default())));
        for id in ids {
            let Some(folder) = snapshot.ticket(&id)? else { continue };
            for comment in &folder.thread {
                let is_within =
                    since.is_none_or(|since| comment.date >= since) && until.is_none_or(|until| comment.date < until);
                let Some(slug) = comment.pattern.as_ref().filter(|_| is_within) else { continue };
                let (uses, deviations) = tallies.entry(slug.clone()).or_default();
                uses.add(&id);
                if comment.deviates {
                    deviations.add(&id);
                }
            }
        }
        let row = |(key, (uses, deviations)): (String, (Tally, Tally))| {
            let rate = (uses.events > 0).then(|| deviations.events as f64 / uses.events as f64);
            let figures = vec![
                ("title", Figure::Text(titles.get(&key).cloned())),
                ("uses", Figure::Count(uses.count())),
                ("deviations", Figure::Count(deviations.count())),
                ("deviation_rate", Figure::Ratio(rate)),
            ];
            ReportRow { key: Some(key), figures, tickets: None }
        };
        Ok(ReportView {
            report: "patterns",
            period: Period { since, until },
            by: None,
            commit: snapshot.commit.map(|commit| commit.to_string()),
            timezone: settings.timezone.iana_name().unwrap_or("UTC").to_owned(),
            rows: tallies.into_iter().map(row).collect(),
        })
    }
}
