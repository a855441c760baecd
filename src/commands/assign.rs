use std::process::ExitCode;

use super::session::Session;
use super::support::{ByQuery, DryRun, Said, selection, told};
use crate::desk::assign::parse_who;
use crate::domain::comment::Visibility;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces};

/// Give tickets to an agent or a team
///
/// WHO is `me`, a handle, `@team` (which keeps the assignee), `none`, or `auto`: whom the first assigning rule of
/// policy/rules.yaml that fits would choose, else the least loaded of the ticket's team. An assignment opens a new
/// ticket.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket assign 7k2qm sam")]
pub struct Args {
    /// Tickets, then who gets them
    #[arg(value_name = "ID|WHO", required = true)]
    pub words: Vec<String>,
    #[command(flatten)]
    pub query: ByQuery,
    /// With `auto`: say who might have taken it, and why not
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let Some((who, ids)) = self.words.split_last() else { return Err(Failure::usage("who is to get it?").into()) };
        if ids.is_empty() && self.query.query.is_none() {
            return Err(Failure::usage("tickets, then who gets them, are wanted")
                .hint("loket assign 7k2qm sam")
                .into());
        }
        let who = parse_who(who)?;
        let message = self.said.message(Visibility::Internal)?;
        let mut view = here.assign(&selection(ids, &self.query)?, &who, "assign", message, self.dry.dry_run)?;
        match session.format() {
            _ if !self.explain => {}
            Format::Json | Format::Jsonl => return told(session, &view),
            format => session.ui.print(&faces::mutation::assignments(&view.assignments, format, &session.ui)?)?,
        }
        view.assignments.clear();
        told(session, &view)
    }
}
