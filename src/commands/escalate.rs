use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, Said, Which, message, told};
use crate::domain::comment::Visibility;
use crate::failure::Result;

/// Give tickets to the second line, or back
///
/// Wants a reason, which becomes an internal comment. The assignee is cleared, the status stays unless --hold.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket escalate 7k2qm --to second-line -m 'needs a database fix'")]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    /// The team that gets it
    #[arg(long, value_name = "TEAM", conflicts_with = "back")]
    pub to: Option<String>,
    /// Put it on hold as well
    #[arg(long, conflicts_with = "back")]
    pub hold: bool,
    /// Return it to the first line, open, to the team it came from
    #[arg(long)]
    pub back: bool,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let selection = self.which.selection()?;
        let reason = message(self.said.needed(session, &here, "REASON.md")?, Visibility::Internal);
        let view = match self.back {
            true => here.escalate_back(&selection, &reason, self.dry.dry_run)?,
            false => here.escalate(
                &selection,
                self.to.as_deref().map(|to| to.trim_start_matches('@')),
                self.hold,
                &reason,
                self.dry.dry_run,
            )?,
        };
        told(session, &view)
    }
}
