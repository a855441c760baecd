use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory;

use super::session::{Cli, Session};
use crate::desk::manual;
use crate::exit;
use crate::failure::Result;

/// Write the man pages into a folder
///
/// One a command, and loket-format(5), loket-json(5), loket-query(7), loket-check(7), loket-mail(7), loket-workflow(7), loket-sync(7).
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket man ~/.local/share/man/man1")]
pub struct Args {
    /// The folder; made where it is missing
    pub dir: PathBuf,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let mut pages = Vec::new();
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        collect(&command, &mut pages)?;
        manual::write(&session.folder()?.join(&self.dir), &pages)?;
        session.ui.message(&format!("wrote {} pages to {}", pages.len() + manual::WRITTEN.len(), self.dir.display()));
        Ok(ExitCode::from(exit::DONE))
    }
}

/// A page for a command and each of its own, `loket-people-new.1` say.
fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let page = clap_mangen::Man::new(command.clone())
        .title(&name)
        .date("")
        .source(concat!("loket ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push((format!("{name}.1"), text));
    command.get_subcommands().filter(|part| !part.is_hide_set()).try_for_each(|part| collect(part, pages))
}
