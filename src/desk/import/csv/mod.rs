//! `import csv`: rows of a table, each a ticket or one of its states.

mod carry;
mod fill;
mod state;
mod steps;
mod table;

use std::path::Path;

use jiff::Timestamp;

use super::{How, Report};
use crate::desk::Here;
use crate::domain::comment::Comment;
use crate::domain::person::Agent;
use crate::domain::settings::Settings;
use crate::domain::ticket::Ticket;
use crate::failure::{Failure, Result};
use crate::format::{self, map};
use crate::search::Level;
use crate::store::Snapshot;
use crate::view::import::ImportView;
use table::Table;

/// One state of a ticket, as a row gives it.
pub struct StateRow {
    at: Timestamp,
    author: Option<String>,
    ticket: Ticket,
    body: String,
    comments: Vec<Comment>,
}

/// The states of one ticket in the order of the file, and its key in the source.
type Story = (String, Vec<StateRow>);

/// Everything a row is turned into a state with, and states into steps.
struct Import<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    settings: &'a Settings,
    people: &'a [Agent],
    actor: &'a Agent,
    table: Table<'a>,
}

impl Here {
    /// Imports a table by a map.
    pub fn import_csv(&self, file: &Path, map: &Path, how: How) -> Result<(ImportView, Vec<String>)> {
        let map = read_map(map)?;
        let mut report = Report::new(how);
        let (table, lines) = table::read(file, &map, &mut report)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let ground = self.ground(how)?;
        let snapshot = &ground.snapshot;
        let settings = self.settings(snapshot)?;
        let people = self.people(snapshot)?;
        let actor = self.acting(&people)?;
        let import = Import { here: self, snapshot, settings: &settings, people: &people, actor: &actor, table };
        let stories = import.stories(lines, &mut report)?;
        let reader = self.reader(snapshot, &settings, Level::Timeline)?;
        let steps = import.steps(stories, &reader, &mut report)?;
        drop(reader);
        let warnings = self.write_steps(ground, steps, &name, &actor, &mut report)?;
        Ok((report.view, warnings))
    }
}

fn read_map(file: &Path) -> Result<map::Map> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|trouble| Failure::error(format!("{name} cannot be read: {trouble}")))?;
    Ok(map::parse(&bytes).map_err(|fault| format::failure(&fault, &name))?)
}
