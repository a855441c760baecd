use std::process::ExitCode;

use clap::ValueEnum;

use super::session::Session;
use super::support::{DryRun, lines, preface, print_one};
use crate::desk::sync::{Request, Take};
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};

/// Fetch, merge by meaning, and push
///
/// Different fields of a ticket both stand, of one field the later change; tags and other lists are sets; comments never
/// conflict; an edit wins over a deletion. Texts and policies that both changed in the same place are refused (4), with
/// both versions, and nothing is changed. A remote that is away is 75.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket sync
  loket sync --dry-run
  loket sync --take edit")]
pub struct Args {
    /// The remote; without it the branch's own, else origin, else the only one
    #[arg(value_name = "REMOTE")]
    pub remote: Option<String>,
    /// What to do where both changed the same text
    #[arg(long, value_name = "WHOSE")]
    pub take: Option<TakeArg>,
    #[command(flatten)]
    pub dry: DryRun,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TakeArg {
    Ours,
    Theirs,
    Edit,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let take = self.take.map(|take| match take {
            TakeArg::Ours => Take::Ours,
            TakeArg::Theirs => Take::Theirs,
            TakeArg::Edit => Take::Edit,
        });
        let editor = session.editor(&here);
        let view = here.sync(&Request { remote: self.remote, take, editor, dry_run: self.dry.dry_run })?;
        preface(session, &view.warnings, view.dry_run);
        if view.fetched + view.pushed == 0 {
            session.ui.message(&format!("up to date with {}/{}", view.remote, view.branch));
        }
        print_one(session, &view, |format| {
            Ok(match format {
                Format::Ids => {
                    let mut ids: Vec<String> = view.notes.iter().filter_map(|note| note.ticket.clone()).collect();
                    ids.sort();
                    ids.dedup();
                    lines(&ids)
                }
                format => faces::sync::render(&view, format, &session.ui)?,
            })
        })?;
        Ok(ExitCode::from(exit::DONE))
    }
}
