//! How an answer reaches people and programs: the terminal (`ui`, `style`), tables, records, markdown, JSON.
//!
//! Everything here takes plain values and gives text; only `ui` and `progress` write. Text from strangers passes
//! `sanitize` before it is laid out, whatever the renderer, and once more on its way to a terminal.

use std::fmt;
use std::str::FromStr;

use crate::failure::Failure;

pub mod age;
pub mod chart;
pub mod dashboard;
pub mod faces;
pub mod figures;
pub mod json;
pub mod markdown;
mod markdown_depth;
mod markdown_page;
mod markdown_table;
mod pager;
pub mod progress;
pub mod records;
pub mod sanitize;
pub mod schedule;
pub mod sparkline;
pub mod style;
mod styled;
pub mod table;
pub mod ui;
pub mod width;

pub use progress::Progress;
pub use style::{ColorChoice, Style};
pub use table::{Align, Cell, Column, Table};
pub use ui::{Environment, Ui};

/// What `-o` takes: the shape of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One document.
    Json,
    /// A document a line.
    Jsonl,
    /// RFC 4180, with a header.
    Csv,
    /// A GitHub-flavoured markdown table.
    Md,
    /// Bare ids, one a line.
    Ids,
    /// A page: `kb show`, `report`.
    Html,
    /// A chart: `report`.
    Svg,
    /// Workflow commands of GitHub Actions: `check`.
    Github,
    /// SARIF 2.1.0: `check`.
    Sarif,
}

impl Format {
    /// What every command gives, in the order help lists them.
    pub const COMMON: [Format; 6] = [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Md, Format::Ids];
    /// What some command gives alone.
    pub const SPECIAL: [Format; 4] = [Format::Html, Format::Svg, Format::Github, Format::Sarif];

    pub fn is_special(self) -> bool {
        Format::SPECIAL.contains(&self)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Md => "md",
            Format::Ids => "ids",
            Format::Html => "html",
            Format::Svg => "svg",
            Format::Github => "github",
            Format::Sarif => "sarif",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let mut all = Format::COMMON.into_iter().chain(Format::SPECIAL);
        // A table is what is called text elsewhere.
        let name = if text == "text" { Format::Table.name() } else { text };
        all.find(|format| format.name() == name).ok_or_else(|| {
            Failure::usage(format!("unknown output format `{text}`; it is one of table, json, jsonl, csv, md, ids"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_by_the_names_they_print() {
        for format in Format::COMMON.into_iter().chain(Format::SPECIAL) {
            assert_eq!(format.to_string().parse::<Format>().ok(), Some(format));
        }
        let wrong = "yaml".parse::<Format>().unwrap_err();
        assert_eq!(wrong.kind, crate::failure::Kind::Usage);
        assert_eq!("text".parse::<Format>().ok(), Some(Format::Table));
        assert!(Format::COMMON.iter().all(|format| wrong.message.contains(format.name())));
    }
}
