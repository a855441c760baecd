//! `report`: figures of the desk.

pub mod dashboards;
mod patterns;

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::Timestamp;

use super::policies::Policies;
use super::{Here, nearest};
use crate::domain::clock::Clock;
use crate::domain::life::{Life, Name};
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::report::{By, Ground, Kind, Span, may_count, rows};
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::report::{Period, ReportView};

/// A report that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub of: Of,
    /// As typed.
    pub since: Option<String>,
    pub until: Option<String>,
    pub by: Grouping,
    pub explain: bool,
}

/// The rows of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// One row.
    Whole,
    By(By),
    /// Days, weeks or months, whichever suits the length of the period.
    Time,
}

/// What a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Figures(Kind),
    /// The response patterns.
    Patterns,
}

impl Of {
    pub fn find(name: &str) -> Option<Of> {
        match name {
            "patterns" => Some(Of::Patterns),
            _ => Kind::find(name).map(Of::Figures),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Of::Figures(kind) => kind.name(),
            Of::Patterns => "patterns",
        }
    }

    /// The names of all reports.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Kind::ALL.into_iter().map(Kind::name).chain(["patterns"])
    }
}

/// Reads what `--by` takes.
pub fn parse_by(word: &str) -> Result<By> {
    By::find(word).ok_or_else(|| {
        let names = By::ALL.map(By::name);
        let near = nearest(word, names.into_iter()).map(|near| format!("did you mean '{near}'?"));
        let failure = Failure::usage(format!("there is no grouping by '{}'", word.escape_debug())).maybe_hint(near);
        failure.hint(format!("group by one of {}", names.join(", "))).into()
    })
}

/// What all reports of one invocation share, read once.
struct Loaded {
    lives: Vec<Life>,
    /// The clocks of each, worked out once for all reports that ask.
    clocks: Vec<OnceLock<Vec<Clock>>>,
    /// The organisation by address, where one is asked for.
    orgs: HashMap<Name, Name>,
    stale_articles: usize,
}

impl Here {
    /// Reports, in the order they are asked for.
    pub fn reports(&self, requests: &[Request]) -> Result<Vec<ReportView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let policies = self.policies(&snapshot, &settings);
        let loaded = self.load(&snapshot, &settings, requests)?;
        let views = requests.iter().map(|request| self.report(request, &snapshot, &settings, &policies, &loaded));
        let views = views.collect();
        // To free a hundred thousand of them takes a tenth of the whole; the system does it at once when the command ends.
        std::mem::forget((loaded.lives, loaded.clocks));
        views
    }

    fn load(&self, snapshot: &Snapshot<'_>, settings: &Settings, requests: &[Request]) -> Result<Loaded> {
        let mut loaded = Loaded { lives: Vec::new(), clocks: Vec::new(), orgs: HashMap::new(), stale_articles: 0 };
        if requests.iter().any(|request| matches!(request.of, Of::Figures(_))) {
            let reader = self.reader(snapshot, settings, Level::Timeline)?;
            let since = self.since_all(settings, requests)?;
            loaded.lives = reader.lives(&|life| may_count(life, since))?;
            loaded.clocks = loaded.lives.iter().map(|_| OnceLock::new()).collect();
            if requests.iter().any(|request| request.by == Grouping::By(By::Org)) {
                let orgs = reader.orgs()?;
                let addresses = loaded.lives.iter().filter_map(|life| life.requester.clone());
                loaded.orgs = addresses
                    .filter_map(|address| orgs.find(&address).map(|org| (address.clone(), Name::from(org))))
                    .collect();
            }
        }
        if requests.iter().any(|request| request.of == Of::Figures(Kind::Knowledge)) {
            let mut slugs: Vec<String> = self.stale_articles()?.into_iter().map(|stale| stale.slug).collect();
            slugs.sort();
            slugs.dedup();
            loaded.stale_articles = slugs.len();
        }
        Ok(loaded)
    }

    /// The earliest instant that any of them asks for; `None` where one asks for all time.
    fn since_all(&self, settings: &Settings, requests: &[Request]) -> Result<Option<Timestamp>> {
        let starts = requests.iter().map(|request| Ok(self.period(settings, request)?.since));
        let starts: Vec<Option<Timestamp>> = starts.collect::<Result<_>>()?;
        Ok(starts.into_iter().min().flatten())
    }

    fn report(
        &self,
        request: &Request,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        policies: &Policies<'_>,
        loaded: &Loaded,
    ) -> Result<ReportView> {
        let period = self.period(settings, request)?;
        let by = match request.by {
            Grouping::Whole => None,
            Grouping::By(by) => Some(by),
            Grouping::Time => Some(self.step(period, loaded)),
        };
        let promises = policies.promises();
        let found = match request.of {
            Of::Patterns => self.pattern_rows(snapshot, settings, period)?,
            Of::Figures(kind) => rows(
                kind,
                &Ground {
                    lives: &loaded.lives,
                    period: Span { since: period.since, until: period.until },
                    now: self.now,
                    zone: &settings.timezone,
                    by,
                    explain: request.explain,
                    clocks: &|place| loaded.clocks[place].get_or_init(|| promises.clocks(&loaded.lives[place])),
                    hours: &|life| promises.hours_of(life),
                    org: &|life| life.requester.as_ref().and_then(|address| loaded.orgs.get(address).cloned()),
                    only: None,
                    stale_articles: loaded.stale_articles,
                },
            ),
        };
        Ok(ReportView {
            report: request.of.name(),
            period,
            by: by.map(By::name),
            commit: snapshot.commit.map(|commit| commit.to_string()),
            timezone: settings.timezone.iana_name().unwrap_or("UTC").to_owned(),
            rows: found,
        })
    }

    /// The step of a period in which its rows are neither few nor many.
    fn step(&self, period: Period, loaded: &Loaded) -> By {
        let first = || loaded.lives.iter().map(|life| life.created).min();
        let since = period.since.or_else(first).unwrap_or(self.now);
        let until = period.until.unwrap_or(self.now);
        match until.duration_since(since).as_hours() / 24 {
            ..=31 => By::Day,
            32..=186 => By::Week,
            _ => By::Month,
        }
    }

    fn period(&self, settings: &Settings, request: &Request) -> Result<Period> {
        let date = |option: &str, text: &Option<String>| {
            text.as_deref().map(|text| self.date(settings, option, text)).transpose()
        };
        let since: Option<Timestamp> = date("--since", &request.since)?.map(|(start, _)| start);
        let until = date("--until", &request.until)?.map(|(_, end)| end);
        if let (Some(since), Some(until)) = (since, until)
            && until <= since
        {
            return Err(Failure::usage("--until is not after --since; there is no such period").into());
        }
        Ok(Period { since, until })
    }
}
