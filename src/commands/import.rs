use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use super::support::DryRun;
use crate::desk::import::How;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};
use crate::view::import::ImportView;

/// Import tickets with their history
///
/// The times and authors of the source become those of the commits. A second run of the same source changes nothing. The
/// branch moves once, at the end: nothing is half imported.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub source: Source,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Source {
    /// A table, by a map of its columns (loket-format(5))
    #[command(after_help = "Example: loket import csv tickets.csv --map map.yaml --dry-run")]
    Csv {
        /// The table
        file: PathBuf,
        /// How its columns become tickets
        #[arg(long, value_name = "MAP.yaml")]
        map: PathBuf,
        #[command(flatten)]
        how: HowArgs,
    },
    /// What `loket export jsonl` wrote; standard input if no file is named
    Jsonl {
        file: Option<PathBuf>,
        #[command(flatten)]
        how: HowArgs,
    },
}

#[derive(Debug, Clone, Copy, clap::Args)]
pub struct HowArgs {
    /// Stop at the first bad row instead of skipping it
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let how = |how: HowArgs| How { strict: how.strict, dry_run: how.dry.dry_run };
        let (view, warnings) = match self.source {
            Source::Csv { file, map, how: args } => here.import_csv(&file, &map, how(args))?,
            Source::Jsonl { file, how: args } => {
                let file = file.filter(|file| file.as_os_str() != "-");
                here.import_jsonl(file.as_deref(), how(args))?
            }
        };
        warnings.iter().for_each(|warning| session.ui.warning(warning));
        tell(session, &view)
    }
}

fn tell(session: &Session, view: &ImportView) -> Result<ExitCode> {
    match session.format() {
        Format::Json => session.ui.print(&json::pretty(view)?)?,
        Format::Jsonl => session.ui.print(&json::line(view)?)?,
        format => {
            view.skipped
                .iter()
                .for_each(|notice| session.ui.warning(&format!("{}: skipped: {}", notice.place, notice.reason)));
            view.warnings.iter().for_each(|notice| session.ui.warning(&format!("{}: {}", notice.place, notice.reason)));
            session.ui.print(&faces::things::import(view, format, &session.ui)?)?;
        }
    }
    Ok(ExitCode::from(exit::DONE))
}
