use std::process::ExitCode;

use super::session::Session;
use super::support::{json_list, lines};
use crate::desk::history::Trail;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};

/// Show the audit trail: who changed which field from what to what, when
///
/// Oldest first. It is git's history, so a change made by hand counts like any other.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A ticket; all of the desk if you name none
    pub id: Option<String>,
    /// From this date on
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Up to this date, the day included
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Only changes of this field
    #[arg(long, value_name = "FIELD")]
    pub field: Option<String>,
    /// Only changes by this agent or address
    #[arg(long, value_name = "AGENT")]
    pub agent: Option<String>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let format = session.format();
        let trail = Trail { id: self.id, since: self.since, until: self.until, field: self.field, agent: self.agent };
        let (entries, shallow) = here.log(&trail)?;
        if shallow {
            session.ui.warning("this is a shallow clone: what came before is not known here (git fetch --unshallow)");
        }
        match format {
            Format::Json | Format::Jsonl => json_list(session, format, &entries)?,
            Format::Ids => {
                let mut ids: Vec<String> = entries.iter().map(|entry| entry.commit.clone()).collect();
                ids.dedup();
                session.ui.print(&lines(&ids))?;
            }
            _ => session.ui.print(&faces::log::render(&entries, trail.id.is_none(), format, &session.ui)?)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
