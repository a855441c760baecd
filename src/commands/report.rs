use std::process::ExitCode;

use super::session::Session;
use crate::desk::report::dashboards::Wanted;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

/// Figures of the desk: volume, response, resolution, backlog, sla, agents, escalations, reasons, satisfaction, knowledge, summary, patterns
///
/// Each figure is worked out from the history at a commit, and its definition is in loket-workflow(7). NAME may also be a
/// dashboard of policy/dashboards.yaml.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket report summary --since now-90d
  loket report volume --since 2026-01-01 --by month
  loket report sla --by priority --explain")]
pub struct Args {
    /// The report, or a dashboard
    #[arg(value_name = "NAME")]
    pub name: String,
    /// From this date on
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Up to this date, the day included
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// A row for each day, week, month, team, agent, type, channel, priority, tag or org
    #[arg(long, value_name = "KEY")]
    pub by: Option<String>,
    /// Name the tickets behind each figure
    #[arg(long)]
    pub explain: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let wanted =
            Wanted { name: self.name, since: self.since, until: self.until, by: self.by, explain: self.explain };
        let here = session.open()?;
        let format = session.format();
        let views = here.report_of(&wanted)?;
        session.ui.print(&match (format, views.as_slice()) {
            (Format::Json, [view]) => json::pretty(view)?,
            (Format::Json, views) => json::pretty(&views)?,
            (Format::Jsonl, views) => views.iter().map(json::line).collect::<Result<String>>()?,
            (format, views) => faces::reports::render(views, format, &session.ui)?,
        })?;
        Ok(ExitCode::from(exit::DONE))
    }
}
