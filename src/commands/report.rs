use std::process::ExitCode;

use clap::ValueEnum;

use super::session::Session;
use crate::desk::Here;
use crate::desk::report::dashboards::Wanted;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::schedule::{Every, Runner, Schedule};
use crate::output::{Format, chart, dashboard, faces, json};

/// Figures of the desk: volume, response, resolution, backlog, sla, agents, escalations, reasons, satisfaction, knowledge, summary, patterns
///
/// Each figure is worked out from the history at a commit, and its definition is in loket-workflow(7). NAME may also be a
/// dashboard of policy/dashboards.yaml.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket report summary --since now-90d
  loket report volume --since 2026-01-01 --by month
  loket report sla --by priority --explain
  loket report summary --since now-90d -o html > report.html
  loket report volume --by week -o svg > volume.svg
  loket report summary --schedule weekly > .github/workflows/report.yml")]
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
    /// Print a file that runs the report again and again, for the last whole day, week or month
    #[arg(long, value_name = "EVERY", conflicts_with_all = ["since", "until", "explain"])]
    pub schedule: Option<EveryArg>,
    /// What --schedule is for
    #[arg(long, value_name = "RUNNER", default_value = "github", requires = "schedule")]
    pub ci: RunnerArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum EveryArg {
    Daily,
    Weekly,
    Monthly,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RunnerArg {
    Github,
    Gitlab,
    Cron,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let text = match self.schedule {
            Some(every) => self.scheduled(every, &here)?,
            None => self.answer(session, &here)?,
        };
        session.ui.print(&text)?;
        Ok(ExitCode::from(exit::DONE))
    }

    fn answer(self, session: &Session, here: &Here) -> Result<String> {
        let format = session.format();
        if self.explain && matches!(format, Format::Svg | Format::Html) {
            let failure = Failure::usage(format!("-o {format} has no place for the tickets behind the figures"));
            return Err(failure.hint("leave --explain out, or use -o json").into());
        }
        let is_summary = self.name == "summary" && !self.explain;
        let Args { name, since, until, by, explain, .. } = self;
        let in_time = by.as_deref().is_none_or(|by| matches!(by, "day" | "week" | "month"));
        let wanted = Wanted { name, since, until, by, explain };
        if is_summary && in_time && format == Format::Html {
            return Ok(dashboard::page(&here.whole_of(&wanted)?));
        }
        if is_summary && wanted.by.is_none() && format == Format::Table {
            let view = here.summary_of(&wanted)?;
            if let [whole, along] = view.sections.as_slice() {
                return faces::reports::render_summary(&whole.view, &along.view, &session.ui);
            }
        }
        let view = here.report_of(&wanted)?;
        match (format, view.sections.as_slice()) {
            (Format::Json, [one]) => json::pretty(&one.view),
            (Format::Json, many) => json::pretty(&many.iter().map(|one| &one.view).collect::<Vec<_>>()),
            (Format::Jsonl, all) => all.iter().map(|one| json::line(&one.view)).collect(),
            (Format::Svg, [one]) => Ok(chart::svg(&one.view)),
            (Format::Svg, _) => {
                let failure = Failure::usage("a dashboard is several charts, and a picture is one");
                Err(failure.hint("use -o html, or name one of its reports").into())
            }
            (Format::Html, _) => Ok(dashboard::page(&view)),
            (format, _) => faces::reports::render(&view, format, &session.ui),
        }
    }

    fn scheduled(&self, every: EveryArg, here: &Here) -> Result<String> {
        here.check_report(&self.name, self.by.as_deref())?;
        let every = match every {
            EveryArg::Daily => Every::Day,
            EveryArg::Weekly => Every::Week,
            EveryArg::Monthly => Every::Month,
        };
        let runner = match self.ci {
            RunnerArg::Github => Runner::Github,
            RunnerArg::Gitlab => Runner::Gitlab,
            RunnerArg::Cron => Runner::Cron,
        };
        Ok(Schedule { report: &self.name, by: self.by.as_deref(), every }.text(runner))
    }
}
