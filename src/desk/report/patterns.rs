//! How the response patterns are used.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::Here;
use crate::domain::id::TicketId;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::report::{Count, Figure, Period, ReportRow};

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
    pub(super) fn pattern_rows(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        period: Period,
    ) -> Result<Vec<ReportRow>> {
        let Period { since, until } = period;
        let reader = self.reader(snapshot, settings, Level::Present)?;
        let ids = reader.ids(&self.query(snapshot, settings, "has:pattern", None)?, &[], None)?;
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
        Ok(tallies.into_iter().map(row).collect())
    }
}
