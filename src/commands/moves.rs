//! The status verbs: close, solve, reopen, hold, wait.

use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, Said, Silence, Which, told};
use crate::desk::verbs::{Verb, With};
use crate::domain::comment::Visibility;
use crate::domain::ticket::State;
use crate::failure::Result;

/// Close tickets
///
/// Wants an assignee and an answer since the requester's last message; -m gives one. --silent --reason TEXT closes
/// without, and the log keeps why.
#[derive(Debug, Clone, clap::Args)]
pub struct CloseArgs {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub silence: Silence,
    #[command(flatten)]
    pub dry: DryRun,
}

impl CloseArgs {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        end(session, Verb { name: "close", state: State::Closed }, &self.which, &self.said, &self.silence, self.dry)
    }
}

/// Mark tickets as solved
///
/// Wants an assignee and an answer since the requester's last message; -m gives one. --silent --reason TEXT solves
/// without, and the log keeps why.
#[derive(Debug, Clone, clap::Args)]
pub struct SolveArgs {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub silence: Silence,
    #[command(flatten)]
    pub dry: DryRun,
}

impl SolveArgs {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        end(session, Verb { name: "solve", state: State::Solved }, &self.which, &self.said, &self.silence, self.dry)
    }
}

fn end(session: &Session, verb: Verb, which: &Which, said: &Said, silence: &Silence, dry: DryRun) -> Result<ExitCode> {
    let here = session.open()?;
    let message = said.message(Visibility::Public)?;
    let with = With { message, silent: silence.reason()?, dry_run: dry.dry_run, ..With::default() };
    told(session, &here.move_to(&which.selection()?, verb, &with)?)
}

/// Open tickets again; -m adds an internal comment
#[derive(Debug, Clone, clap::Args)]
pub struct ReopenArgs {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub dry: DryRun,
}

impl ReopenArgs {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let with =
            With { message: self.said.message(Visibility::Internal)?, dry_run: self.dry.dry_run, ..With::default() };
        told(session, &here.move_to(&self.which.selection()?, Verb { name: "reopen", state: State::Open }, &with)?)
    }
}

/// Put tickets on hold, for a third party or an internal fix; -m adds an internal comment
#[derive(Debug, Clone, clap::Args)]
pub struct HoldArgs {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    /// Until when
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl HoldArgs {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let message = self.said.message(Visibility::Internal)?;
        let with = With { message, until: self.until, dry_run: self.dry.dry_run, ..With::default() };
        told(session, &here.move_to(&self.which.selection()?, Verb { name: "hold", state: State::Hold }, &with)?)
    }
}

/// Wait for the requester; -m asks them
#[derive(Debug, Clone, clap::Args)]
pub struct WaitArgs {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    /// When to be reminded
    #[arg(long, value_name = "DATE")]
    pub remind: Option<String>,
    /// When to solve it without an answer
    #[arg(long, value_name = "DATE")]
    pub close: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl WaitArgs {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let message = self.said.message(Visibility::Public)?;
        let with = With {
            message,
            remind_at: self.remind,
            close_at: self.close,
            dry_run: self.dry.dry_run,
            ..With::default()
        };
        told(session, &here.move_to(&self.which.selection()?, Verb { name: "wait", state: State::Waiting }, &with)?)
    }
}
