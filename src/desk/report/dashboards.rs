//! Dashboards: reports that are looked at together.

use super::{Of, Request, parse_by};
use crate::desk::{Here, nearest};
use crate::domain::policy::dashboard::{Dashboard, Part};
use crate::failure::{Failure, Result};
use crate::format::{layout, policy};
use crate::view::report::ReportView;

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
    pub fn report_of(&self, wanted: &Wanted) -> Result<Vec<ReportView>> {
        match Of::find(&wanted.name) {
            Some(of) => self.reports(&[self.request(of, wanted)?]),
            None => {
                let dashboard = self.dashboard(&wanted.name)?;
                let requests = dashboard.parts.iter().map(|part| self.of_part(part, &dashboard, wanted));
                self.reports(&requests.collect::<Result<Vec<_>>>()?)
            }
        }
    }

    fn request(&self, of: Of, wanted: &Wanted) -> Result<Request> {
        Ok(Request {
            of,
            since: wanted.since.clone(),
            until: wanted.until.clone(),
            by: wanted.by.as_deref().map(parse_by).transpose()?,
            explain: wanted.explain,
        })
    }

    fn of_part(&self, part: &Part, dashboard: &Dashboard, wanted: &Wanted) -> Result<Request> {
        let Some(of) = Of::find(&part.report) else { return Err(unknown_report(&part.report, &[])) };
        let wanted = Wanted {
            since: wanted.since.clone().or_else(|| dashboard.since.clone()),
            until: wanted.until.clone().or_else(|| dashboard.until.clone()),
            by: wanted.by.clone().or_else(|| part.by.clone()),
            ..wanted.clone()
        };
        self.request(of, &wanted)
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
