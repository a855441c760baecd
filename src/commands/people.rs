use std::process::ExitCode;

use super::session::Session;
use super::support::{print_list, told_file};
use crate::domain::person::{Absence, Agent, AgentRole};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces, json};

/// The agents of the desk
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the agents
    List,
    /// Show an agent
    Show {
        /// The agent
        handle: String,
    },
    /// Make an agent
    New {
        /// What they are called in commands and files
        handle: String,
        /// Their name
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// An address of theirs, the one their commits carry first; may be repeated
        #[arg(long, value_name = "EMAIL")]
        email: Vec<String>,
        /// agent, lead or admin
        #[arg(long, value_name = "ROLE", default_value = "agent")]
        role: String,
        /// A team; may be repeated
        #[arg(long, value_name = "TEAM")]
        team: Vec<String>,
    },
    /// Edit an agent's file in your editor
    Edit {
        /// The agent
        handle: String,
    },
    /// Note that an agent is away, or back
    Away {
        /// The agent
        handle: String,
        /// The first day
        #[arg(long, value_name = "DATE", required_unless_present = "back", requires = "to")]
        from: Option<String>,
        /// The last day
        #[arg(long, value_name = "DATE", requires = "from")]
        to: Option<String>,
        /// Who stands in
        #[arg(long, value_name = "HANDLE")]
        substitute: Option<String>,
        /// They are back: no absence is left
        #[arg(long, conflicts_with_all = ["from", "to", "substitute"])]
        back: bool,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List => print(session, &here.agents()?, false),
            Command::Show { handle } => print(session, &[here.agent(&handle)?], true),
            Command::New { handle, name, email, role, team } => {
                let role = AgentRole::find(&role).ok_or_else(|| {
                    Failure::usage(format!("'{}' is no role; it is agent, lead or admin", role.escape_debug()))
                })?;
                let agent = Agent {
                    name: name.unwrap_or_else(|| handle.clone()),
                    handle,
                    emails: email,
                    role,
                    teams: team,
                    ..Agent::default()
                };
                told_file(session, &here.new_agent(&agent)?)
            }
            Command::Edit { handle } => told_file(session, &here.edit_agent(&handle, &session.editor(&here))?),
            Command::Away { handle, from, to, substitute, .. } => {
                let absence = match (from, to) {
                    (Some(from), Some(to)) => Some(absence(&from, &to, substitute)?),
                    _ => None,
                };
                told_file(session, &here.set_away(&handle, absence.as_ref())?)
            }
        }
    }
}

fn absence(from: &str, to: &str, substitute: Option<String>) -> Result<Absence> {
    let date = |text: &str| -> Result<jiff::civil::Date> {
        let wrong = |_| Failure::usage(format!("'{}' is no date like 2026-12-01", text.escape_debug()));
        Ok(text.parse().map_err(wrong)?)
    };
    let (from, to) = (date(from)?, date(to)?);
    if to < from {
        return Err(Failure::usage(format!("the absence would end on {to}, before it begins on {from}")).into());
    }
    Ok(Absence { from, to, substitute })
}

fn print(session: &Session, agents: &[Agent], single: bool) -> Result<ExitCode> {
    match (session.format(), agents) {
        (Format::Json, [agent]) if single => session.ui.print(&json::pretty(agent)?)?,
        _ => print_list(session, agents, |agent| &agent.handle, faces::things::agents)?,
    }
    Ok(ExitCode::from(exit::DONE))
}
