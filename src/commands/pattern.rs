use std::process::ExitCode;

use super::session::Session;
use super::support::{Said, lines, print_hits, print_list, said_something, told_file};
use crate::desk::patterns::NewPattern;
use crate::desk::text;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};
use crate::view::pattern::PatternPage;

/// The response patterns: situations the desk knows, and how it answers them
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the patterns
    List,
    /// Show a pattern
    Show {
        /// The pattern's slug: the name of its file
        slug: String,
        /// The translation into this language
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
    },
    /// Make a pattern
    ///
    /// The file is named after the title. The text becomes the response; what else the pattern says is written by
    /// editing it.
    New {
        /// What the situation is called
        title: String,
        /// The language it is written in
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Propose patterns for a ticket, best first
    ///
    /// First those whose `when` the ticket fits, then those whose words are like what its title says and the requester.
    Suggest {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 5)]
        limit: usize,
    },
    /// Edit a pattern's file in your editor
    Edit {
        /// The pattern's slug: the name of its file
        slug: String,
        /// The translation into this language
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
    },
}

impl Args {
    pub fn is_reading(&self) -> bool {
        matches!(self.command, Command::List | Command::Show { .. } | Command::Suggest { .. })
    }

    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List => {
                print_list(session, &here.patterns()?, |row| &row.slug, faces::patterns::list)?;
                Ok(ExitCode::from(exit::DONE))
            }
            Command::Show { slug, language } => show(session, &here.pattern(&slug, language.as_deref())?),
            Command::New { title, language, said } => {
                let response = text::read(&said.source())?.map(said_something).transpose()?;
                let editor = (response.is_none() && session.ui.interactive).then(|| session.editor(&here));
                let new = NewPattern {
                    title: &title,
                    language: language.as_deref(),
                    response: response.as_deref(),
                    editor: editor.as_deref(),
                };
                told_file(session, &here.new_pattern(&new)?)
            }
            Command::Suggest { id, limit } => {
                print_hits(session, &here.suggest_patterns(&id, limit)?)?;
                Ok(ExitCode::from(exit::DONE))
            }
            Command::Edit { slug, language } => {
                told_file(session, &here.edit_pattern(&slug, language.as_deref(), &session.editor(&here))?)
            }
        }
    }
}

fn show(session: &Session, page: &PatternPage) -> Result<ExitCode> {
    let answer = match session.format() {
        Format::Json => json::pretty(page)?,
        Format::Jsonl => json::line(page)?,
        Format::Ids => lines(std::slice::from_ref(&page.slug)),
        format => faces::patterns::page(page, format, &session.ui)?,
    };
    session.ui.print(&answer)?;
    Ok(ExitCode::from(exit::DONE))
}
