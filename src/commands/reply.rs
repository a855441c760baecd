use std::process::ExitCode;

use super::session::Session;
use super::support::{Attached, DryRun, Said, Silence, Which, message, told};
use crate::domain::comment::Visibility;
use crate::domain::ticket::State;
use crate::failure::{Failure, Result};

/// Answer in public
///
/// The first public answer opens a new ticket. With --from it writes down what the requester said by phone or chat, and
/// the status follows as if they had written.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket reply 7k2qm -m 'Which browser is it?' --wait")]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub attached: Attached,
    /// Then wait for the requester
    #[arg(long, group = "then")]
    pub wait: bool,
    /// Then the ticket is solved
    #[arg(long, group = "then")]
    pub solve: bool,
    /// Then the ticket is closed
    #[arg(long, group = "then")]
    pub close: bool,
    /// Write down what somebody outside said
    #[arg(long, value_name = "EMAIL", conflicts_with = "then")]
    pub from: Option<String>,
    /// How it was said: phone, chat, …
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    #[command(flatten)]
    pub silence: Silence,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        if self.from.as_deref().is_some_and(|from| !from.contains('@')) {
            return Err(Failure::usage("--from wants the e-mail address of somebody outside").into());
        }
        let selection = self.which.selection()?;
        let mut said = message(self.said.needed(session, &here, "REPLY.md")?, Visibility::Public);
        (said.files, said.from, said.channel) = (self.attached.read()?, self.from.clone(), self.channel.clone());
        let then = match (self.wait, self.solve, self.close) {
            (true, ..) => Some(State::Waiting),
            (_, true, _) => Some(State::Solved),
            (.., true) => Some(State::Closed),
            _ => None,
        };
        told(session, &here.reply(&selection, &said, then, self.silence.reason()?, self.dry.dry_run)?)
    }
}
