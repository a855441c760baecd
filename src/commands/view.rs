use std::process::ExitCode;

use super::session::Session;
use super::support::{print_list, print_one};
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};

/// Show the views: named queries of policy/views.yaml
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the views, each with how many tickets it holds
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
        match self.command {
            Command::List => {
                print_list(session, &here.counted_views()?, |one| &one.view.name, faces::things::counted_views)?;
            }
            Command::Show { name } => {
                let view = here.view(&here.snapshot()?, &name)?;
                print_one(session, &view, |format| {
                    Ok(match format {
                        Format::Ids => format!("{}\n", view.name),
                        format => faces::things::view(&view, format, &session.ui)?,
                    })
                })?;
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
