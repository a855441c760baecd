//! The files below `policy/` to values: what can be read of each, everything that is wrong with the rest, and what a
//! file mentions that lies outside it, so that a check can say whether it is there (files.md, Settings and policies).

pub mod calendars;
pub mod dashboards;
mod days;
pub mod ics;
pub(super) mod item;
pub(super) mod notes;
pub mod rules;
pub(super) mod set;
pub mod sla;
#[cfg(test)]
mod tests;

use serde_yaml::Value;

use super::frontmatter::{self, Fault};
use super::places::Places;
use item::Item;
use notes::Notes;

/// A file, as far as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// In the order of the file. What would do more than the file says, were its fault left out, is not among them.
    pub values: Vec<T>,
    /// In the order they were met.
    pub faults: Vec<Finding>,
    pub mentions: Vec<Mention>,
}

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where and why; line and column of the offending text.
    pub fault: Fault,
    /// The file still means what it says; it merely looks like a mistake.
    pub warning: bool,
}

/// What a file mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// A name in `policy/calendars.yaml`.
    Calendar,
    /// A pattern's slug.
    Pattern,
    Team,
    /// An agent's handle.
    Agent,
    /// A skill some agent should have.
    Skill,
    /// The text of a query; a column in it counts from the mention's.
    Query,
    /// The name of a status.
    Status,
    Type,
    Channel,
    /// The name of a custom field.
    Field,
    /// A path relative to `policy/`.
    IcsFile,
    /// What a view is sorted by.
    Sort,
    /// A column of a view.
    Column,
    /// A report of a dashboard.
    Report,
    /// What a report of a dashboard is grouped by.
    Grouping,
    /// A dashboard's own name.
    Dashboard,
    /// Business time that names no calendar: the desk's own counts.
    OwnCalendar,
}

/// A reference to something outside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub kind: MentionKind,
    /// As it is written, quotes and escapes resolved.
    pub text: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Reads a file of YAML by its root; an empty file has nothing in it.
pub(super) fn read<T>(bytes: &[u8], values: impl FnOnce(&mut Notes, Item<'_>) -> Vec<T>) -> Parsed<T> {
    let mut notes = Notes::default();
    let values = match frontmatter::parse_yaml(bytes) {
        Ok(Value::Null) => Vec::new(),
        Ok(value) => {
            let places = Places::parse(std::str::from_utf8(bytes).unwrap_or_default());
            values(&mut notes, Item::of(&value, places.root()))
        }
        Err(fault) => {
            notes.faults.push(Finding { fault, warning: false });
            Vec::new()
        }
    };
    Parsed { values, faults: notes.faults, mentions: notes.mentions }
}

/// The `set` of a pattern's front matter: what is wrong in it, and what it mentions.
pub fn set_of(front: &frontmatter::FrontMatter, text: &str) -> Parsed<crate::domain::policy::rule::Setting> {
    let mut notes = Notes::default();
    let places = Places::of_front_matter(text);
    let item = front.get("set").filter(|value| !value.is_null());
    let item = item.map(|value| Item::of(value, places.root().under("set")));
    let values = item.map(|item| set::settings(&mut notes, item)).unwrap_or_default();
    Parsed { values, faults: notes.faults, mentions: notes.mentions }
}
