use std::process::ExitCode;

use super::session::Session;
use super::support::{Attached, DryRun, Said, Which, message, told};
use crate::domain::comment::Visibility;
use crate::failure::Result;

/// Add an internal comment, which never leaves the desk
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket note 7k2qm -m 'Looks like the certificate'
  loket note 7k2qm --channel phone --from ann@example.com -m 'She called: it works again'")]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub attached: Attached,
    /// How it came: a call is `phone`
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// Whose words it notes, where they are not your own
    #[arg(long, value_name = "EMAIL")]
    pub from: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let selection = self.which.selection()?;
        let mut said = message(self.said.needed(session, &here, "NOTE.md")?, Visibility::Internal);
        said.files = self.attached.read()?;
        (said.channel, said.from) = (self.channel, self.from);
        told(session, &here.note(&selection, &said, self.dry.dry_run)?)
    }
}
