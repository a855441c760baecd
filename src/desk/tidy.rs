//! `tidy`: months without live tickets need not lie in the working tree; every command reads from the commit.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;

use super::Here;
use crate::domain::query::Expr;
use crate::failure::Result;
use crate::format::layout;
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::keeping::TidyView;

/// Months to come that are kept ready: what is opened next month lies there at once.
const AHEAD: i32 = 2;

impl Here {
    /// Keeps the last `months` months and those with live tickets in the working tree; with `whole` all of them.
    pub fn tidy(&self, months: u32, whole: bool, dry_run: bool) -> Result<TidyView> {
        self.desk.refuse_bare()?;
        let snapshot = self.present()?;
        let all = months_of(&snapshot)?;
        let kept = if whole { all.clone() } else { self.kept(&snapshot, months)? };
        let (here, away) = all.into_iter().partition(|month| kept.contains(month));
        let mut view = TidyView { here, away, warnings: Vec::new(), dry_run };
        if dry_run {
            return Ok(view);
        }
        if whole {
            if self.desk.is_sparse() {
                view.warnings = self.desk.check_out(None)?;
            }
            return Ok(view);
        }
        let mut folders: Vec<String> = Vec::new();
        for entry in snapshot.folder("")?.iter().filter(|entry| entry.is_folder && entry.name != layout::TICKETS) {
            folders.push(entry.name.clone());
        }
        folders.extend(kept.iter().map(|month| format!("{}/{}", layout::TICKETS, month.replace('-', "/"))));
        view.warnings = self.desk.check_out(Some(&folders))?;
        Ok(view)
    }

    /// The months to keep, those to come included.
    fn kept(&self, snapshot: &Snapshot<'_>, months: u32) -> Result<BTreeSet<String>> {
        let settings = self.settings(snapshot)?;
        let today = jiff::tz::TimeZone::UTC.to_datetime(self.now).date().first_of_month();
        let back = i32::try_from(months.max(1)).unwrap_or(i32::MAX) - 1;
        let mut kept: BTreeSet<String> =
            (-back..=AHEAD).map(|step| name(today.saturating_add(step.months()))).collect();
        let open: Expr = self.query(snapshot, &settings, "-state:closed,discarded", None)?;
        for id in self.reader(snapshot, &settings, Level::Present)?.ids(&open, &[], None)? {
            let (year, month, _) = id.day();
            kept.insert(format!("{year}-{month}"));
        }
        Ok(kept)
    }
}

fn name(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// The months that have tickets.
fn months_of(snapshot: &Snapshot<'_>) -> Result<BTreeSet<String>> {
    let mut months = BTreeSet::new();
    for year in snapshot.folder(layout::TICKETS)?.iter().filter(|entry| entry.is_folder) {
        let found = snapshot.folder_of(year.oid)?;
        months
            .extend(found.iter().filter(|entry| entry.is_folder).map(|month| format!("{}-{}", year.name, month.name)));
    }
    Ok(months)
}
