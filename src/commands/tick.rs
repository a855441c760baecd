use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, lines, preface, print_one};
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};
use crate::view::tick::ErrandView;

/// Apply what time has brought: closings, reminders, SLA warnings and breaches, timed rules, webhooks
///
/// Meant for cron or CI. Running it twice changes nothing the second time, and it may run in several clones.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: */5 * * * * loket -C /srv/desk tick")]
pub struct Args {
    #[command(flatten)]
    pub dry: DryRun,
    /// Also try again what was given up: webhooks nobody answered, programs that failed
    #[arg(long, conflicts_with = "dry_run")]
    pub again: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let view = session.open()?.tick(self.dry.dry_run, self.again)?;
        view.errands.iter().filter_map(ErrandView::trouble).for_each(|told| session.ui.warning(&told));
        preface(session, &view.warnings, view.dry_run);
        print_one(session, &view, |format| {
            Ok(match format {
                Format::Ids => {
                    let mut ids: Vec<String> = view.events.iter().map(|event| event.ticket.clone()).collect();
                    ids.extend(view.changes.iter().map(|change| change.ticket.clone()));
                    ids.sort();
                    ids.dedup();
                    lines(&ids)
                }
                format => faces::tick::render(&view, format, &session.ui)?,
            })
        })?;
        Ok(ExitCode::from(exit::DONE))
    }
}
