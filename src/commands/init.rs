use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use crate::desk::init::init;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, json};
use crate::view::InitView;

/// Make a desk
///
/// In an empty folder, in a repository with history (nothing of it is overwritten), or bare. It is one commit:
/// settings, policies with the stock views, you as the first agent. On a desk it changes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The folder; made where it is missing
    pub dir: Option<PathBuf>,
    /// Make a bare desk, without a working tree
    #[arg(long)]
    pub bare: bool,
    /// What the desk is called; the folder's name if you do not say
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let folder = session.folder()?;
        let target = self.dir.map(|dir| folder.join(dir));
        let made = init(&folder, target.as_deref(), self.bare, self.name.as_deref(), session.now()?)?;
        made.warnings.iter().for_each(|warning| session.ui.warning(warning));
        if let Some(format @ (Format::Json | Format::Jsonl)) = session.format {
            let view = InitView { path: made.place, commit: made.commit, agent: made.agent };
            let text = if format == Format::Json { json::pretty(&view)? } else { json::line(&view)? };
            session.ui.print(&text)?;
            return Ok(ExitCode::from(exit::DONE));
        }
        match &made.agent {
            Some(agent) => {
                session.ui.message(&format!("made a desk in {}; you are '{agent}', its first agent", made.place))
            }
            None => session.ui.message(&format!("{} is a desk already; nothing was changed", made.place)),
        }
        if made.commit.is_some() {
            session.ui.hint("open a ticket: loket new 'TITLE' -m 'WHAT HAPPENED' --from ann@example.com");
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
