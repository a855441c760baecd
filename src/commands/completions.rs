use std::process::ExitCode;

use clap::CommandFactory;

use super::session::{Cli, Session};
use crate::exit;
use crate::failure::Result;

/// Print completions for a shell
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket completions bash > ~/.local/share/bash-completion/completions/loket")]
pub struct Args {
    /// The shell
    pub shell: clap_complete::Shell,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "loket", &mut script);
        session.ui.print(&String::from_utf8_lossy(&script))?;
        Ok(ExitCode::from(exit::DONE))
    }
}
