use std::process::ExitCode;

use super::session::Session;
use super::support::{json_list, lines};
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

/// Show the views: named queries of policy/views.yaml
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the views
    List,
    /// Show what a view asks for
    Show {
        /// The view
        name: String,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let snapshot = here.snapshot()?;
        let format = session.format();
        let (views, single) = match self.command {
            Command::List => (here.views(&snapshot)?, false),
            Command::Show { name } => (vec![here.view(&snapshot, &name)?], true),
        };
        match format {
            Format::Json if single => session.ui.print(&json::pretty(&views[0])?)?,
            Format::Json | Format::Jsonl => json_list(session, format, &views)?,
            Format::Ids => session.ui.print(&lines(&views.iter().map(|view| view.name.clone()).collect::<Vec<_>>()))?,
            _ => session.ui.print(&faces::things::views(&views, format, &session.ui)?)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
