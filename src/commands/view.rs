use std::process::ExitCode;

use super::session::Session;
use super::support::print_list;
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
        let (views, single) = match self.command {
            Command::List => (here.views(&snapshot)?, false),
            Command::Show { name } => (vec![here.view(&snapshot, &name)?], true),
        };
        match (session.format(), views.as_slice()) {
            (Format::Json, [view]) if single => session.ui.print(&json::pretty(view)?)?,
            _ => print_list(session, &views, |view| &view.name, faces::things::views)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
