//! What files may refer to: the desk's words, people, teams, organisations, patterns, calendars.

use std::collections::BTreeSet;

use super::{each_page, of_fault};
use crate::domain::finding::Finding;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::{self, layout, person, policy};
use crate::store::Snapshot;

/// All that can be referred to.
pub struct World {
    pub settings: Settings,
    pub handles: BTreeSet<String>,
    pub teams: BTreeSet<String>,
    pub orgs: BTreeSet<String>,
    pub patterns: BTreeSet<String>,
    pub calendars: BTreeSet<String>,
    pub views: Vec<(String, String)>,
}

impl World {
    /// Reads what can be read; what cannot is found where the file itself is checked, settings excepted.
    pub fn read(snapshot: &Snapshot<'_>) -> Result<(World, Vec<Finding>)> {
        let mut found = Vec::new();
        let bytes = snapshot.file(layout::SETTINGS)?.unwrap_or_default();
        let settings = format::settings::parse(&bytes).unwrap_or_else(|fault| {
            found.push(of_fault("policy", layout::SETTINGS, &fault));
            Settings::default()
        });
        let mut agents: Vec<Agent> = Vec::new();
        each_page(snapshot, layout::PEOPLE, &mut |_, handle, bytes| {
            agents.extend(person::parse(handle, bytes));
            Ok(())
        })?;
        let mut orgs = BTreeSet::new();
        each_page(snapshot, layout::ORGS, &mut |_, key, _| {
            orgs.insert(key.to_owned());
            Ok(())
        })?;
        let names =
            snapshot.folder(layout::PATTERNS)?.into_iter().map(|entry| format!("{}/{}", layout::PATTERNS, entry.name));
        let patterns = names.filter_map(|path| Some(layout::parse_pattern(&path)?.0.to_owned())).collect();
        let calendars = snapshot.file(layout::CALENDARS)?.unwrap_or_default();
        let calendars = policy::calendars::parse(&calendars, &settings.timezone)
            .values
            .into_iter()
            .map(|calendar| calendar.name)
            .collect();
        let views = snapshot.file(layout::VIEWS)?.unwrap_or_default();
        let views = format::views::parse(&views).unwrap_or_default();
        let world = World {
            settings,
            handles: agents.iter().map(|agent| agent.handle.clone()).collect(),
            teams: agents.iter().flat_map(|agent| agent.teams.clone()).collect(),
            orgs,
            patterns,
            calendars,
            views: views.into_iter().map(|view| (view.name, view.query)).collect(),
        };
        Ok((world, found))
    }
}
