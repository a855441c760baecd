use std::process::ExitCode;

use super::session::Session;
use super::support::lines;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

/// Figures of the desk
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub report: Report,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Report {
    Patterns(PeriodArgs),
}

/// How often each response pattern was used, and how often its text was changed
///
/// A pattern that is often changed no longer says what agents want to say. The date of the answer counts.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket report patterns --since now-30d")]
pub struct PeriodArgs {
    /// From this date on
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Up to this date, the day included
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let Report::Patterns(period) = self.report;
        let view = session.open()?.report_patterns(period.since.as_deref(), period.until.as_deref())?;
        session.ui.print(&match session.format() {
            Format::Json => json::pretty(&view)?,
            Format::Jsonl => json::line(&view)?,
            Format::Ids => lines(&view.rows.iter().filter_map(|row| row.key.clone()).collect::<Vec<_>>()),
            format => faces::reports::patterns(&view.rows, format, &session.ui)?,
        })?;
        Ok(ExitCode::from(exit::DONE))
    }
}
