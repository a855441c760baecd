//! Dashboards: reports that are looked at together.

use super::{Grouping, Of, Request, parse_by};
use crate::desk::{Here, nearest};
use crate::domain::policy::dashboard::{Dashboard, Part};
use crate::failure::{Failure, Result};
use crate::format::{layout, policy};
use crate::report::{By, Kind};
use crate::view::report::{DashboardView, Section};

/// The dashboard of `report summary`: every report, and what each is grouped by.
const WHOLE: [(Kind, Grouping); 10] = [
    (Kind::Summary, Grouping::Whole),
    (Kind::Volume, Grouping::Time),
    (Kind::Backlog, Grouping::Time),
    (Kind::Response, Grouping::Time),
    (Kind::Resolution, Grouping::Time),
    (Kind::Sla, Grouping::Time),
    (Kind::Escalations, Grouping::By(By::Type)),
    (Kind::Agents, Grouping::By(By::Agent)),
    (Kind::Reasons, Grouping::Whole),
    (Kind::Satisfaction, Grouping::Time),
];

/// What a person asked for by one name.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A report or a dashboard.
    pub name: String,
    pub since: Option<String>,
    pub until: Option<String>,
    pub by: Option<String>,
    pub explain: bool,
}

impl Here {
    /// The report of a name, or all of a dashboard.
    pub fn report_of(&self, wanted: &Wanted) -> Result<DashboardView> {
        let (title, parts) = match Of::find(&wanted.name) {
            Some(of) => (None, vec![(None, self.request(of, wanted)?)]),
            None => {
                let dashboard = self.dashboard(&wanted.name)?;
                let parts = dashboard.parts.iter().map(|part| self.of_part(part, &dashboard, wanted));
                let parts = parts.collect::<Result<_>>()?;
                (Some(dashboard.title.unwrap_or(dashboard.name)), parts)
            }
        };
        self.look_at(title, parts)
    }

    /// Refuses what is neither a report nor a dashboard.
    pub fn check_report(&self, name: &str, by: Option<&str>) -> Result<()> {
        by.map(parse_by).transpose()?;
        match Of::find(name) {
            Some(_) => Ok(()),
            None => self.dashboard(name).map(drop),
        }
    }

    /// The figures of a summary, and the same along time.
    pub fn summary_of(&self, wanted: &Wanted) -> Result<DashboardView> {
        let whole = self.request(Of::Figures(Kind::Summary), wanted)?;
        let time = Request { by: Grouping::Time, explain: false, ..whole.clone() };
        self.look_at(None, vec![(None, whole), (None, time)])
    }

    /// All reports on a page; where days, weeks or months are asked for, those are along time.
    pub fn whole_of(&self, wanted: &Wanted) -> Result<DashboardView> {
        let base = self.request(Of::Figures(Kind::Summary), wanted)?;
        let by = |grouping| if grouping == Grouping::Time && base.by != Grouping::Whole { base.by } else { grouping };
        let part = |(kind, grouping)| Request { of: Of::Figures(kind), by: by(grouping), ..base.clone() };
        self.look_at(None, WHOLE.map(part).map(|request| (None, request)).to_vec())
    }

    fn look_at(&self, title: Option<String>, parts: Vec<(Option<String>, Request)>) -> Result<DashboardView> {
        let (headings, requests): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let snapshot = self.snapshot()?;
        let views = self.reports(&requests)?;
        let sections = headings.into_iter().zip(views).map(|(heading, view)| Section { heading, view });
        Ok(DashboardView {
            desk: self.settings(&snapshot)?.desk,
            title: title.unwrap_or_else(|| "Report".to_owned()),
            sections: sections.collect(),
        })
    }

    fn request(&self, of: Of, wanted: &Wanted) -> Result<Request> {
        Ok(Request {
            of,
            since: wanted.since.clone(),
            until: wanted.until.clone(),
            by: wanted.by.as_deref().map(parse_by).transpose()?.map_or(Grouping::Whole, Grouping::By),
            explain: wanted.explain,
        })
    }

    fn of_part(&self, part: &Part, dashboard: &Dashboard, wanted: &Wanted) -> Result<(Option<String>, Request)> {
        let Some(of) = Of::find(&part.report) else { return Err(unknown_report(&part.report, &[])) };
        let wanted = Wanted {
            since: wanted.since.clone().or_else(|| dashboard.since.clone()),
            until: wanted.until.clone().or_else(|| dashboard.until.clone()),
            by: wanted.by.clone().or_else(|| part.by.clone()),
            ..wanted.clone()
        };
        Ok((part.title.clone(), self.request(of, &wanted)?))
    }

    /// A dashboard of `policy/dashboards.yaml`.
    fn dashboard(&self, name: &str) -> Result<Dashboard> {
        let snapshot = self.snapshot()?;
        let parsed = policy::dashboards::parse(&snapshot.file(layout::DASHBOARDS)?.unwrap_or_default());
        for fault in parsed.faults.iter().filter(|finding| !finding.warning).map(|finding| &finding.fault) {
            self.progress.note(&format!("{}:{}:{}: {}", layout::DASHBOARDS, fault.line, fault.column, fault.message));
        }
        let names: Vec<String> = parsed.values.iter().map(|dashboard| dashboard.name.clone()).collect();
        let found = parsed.values.into_iter().find(|dashboard| dashboard.name == name);
        found.ok_or_else(|| unknown_report(name, &names))
    }
}

fn unknown_report(name: &str, dashboards: &[String]) -> anyhow::Error {
    let mut known: Vec<&str> = Of::names().collect();
    known.extend(dashboards.iter().map(String::as_str));
    let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean '{near}'?"));
    let failure = Failure::usage(format!("there is no report '{}'", name.escape_debug())).maybe_hint(near);
    failure.hint(format!("the reports are {}", known.join(", "))).into()
}
