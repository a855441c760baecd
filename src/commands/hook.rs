use std::process::ExitCode;

use super::session::Session;
use crate::desk::audit;
use crate::desk::text::{self, TextSource};
use crate::exit;
use crate::failure::{Failure, Result};

/// What git runs on a shared server
///
/// A push is refused that breaks the desk, leaves out or rewrites history, changes or deletes somebody else's comment, or
/// changes policies and agents without the role; with `git config loket.signed true` also one whose commits are not
/// signed by who made them. See loket-sync(7).
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub hook: Hook,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Hook {
    /// Judge what is pushed; reads what git gives such a hook on standard input
    #[command(after_help = "Example: printf '#!/bin/sh\\nexec loket hook pre-receive\\n' > hooks/pre-receive")]
    PreReceive,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let Hook::PreReceive = self.hook;
        let input = text::read(&TextSource::Input)?.unwrap_or_default();
        let found = audit::guard(session.surroundings()?, &input)?;
        if found.is_empty() {
            return Ok(ExitCode::from(exit::DONE));
        }
        let told: Vec<String> = found.iter().map(|one| one.said()).collect();
        let failure = Failure::refused("the push is refused; nothing of it was taken");
        Err(failure.detail(told.join("\n")).into())
    }
}
