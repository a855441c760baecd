use std::process::ExitCode;

use dialoguer::{Input, Select};

use super::session::Session;
use super::support::{DryRun, lines, print_list, print_one, told};
use crate::desk::Here;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces, sanitize};
use crate::view::process::StepView;

/// Processes: the decision flows agents walk through
///
/// A process is a file in processes/: steps that ask something or say what to do, and where each answer leads.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// List the processes
    List,
    /// Show a process: its steps and where they lead
    Show {
        /// Its slug
        slug: String,
        /// Draw it, in the language of mermaid
        #[arg(long)]
        mermaid: bool,
    },
    Run(RunArgs),
}

/// Walk through a process for a ticket
///
/// On a terminal it asks one question after the other; what is given with --answer is not asked. The answers become one
/// internal comment, and what they set is set, in one commit. How the process ends is done too, but solving and closing
/// only where the ticket has an assignee and its requester an answer.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket process run intake 7k2qm --answer who=ann@example.com --answer kind=question")]
pub struct RunArgs {
    /// The process
    pub slug: String,
    /// The ticket
    #[arg(value_name = "ID")]
    pub id: String,
    /// An answer; may be repeated
    #[arg(long = "answer", value_name = "STEP=VALUE", value_parser = answer)]
    pub answers: Vec<(String, String)>,
    #[command(flatten)]
    pub dry_run: DryRun,
}

fn answer(text: &str) -> Result<(String, String), String> {
    let (step, value) = text.split_once('=').ok_or_else(|| "it reads STEP=VALUE".to_owned())?;
    Ok((step.trim().to_owned(), value.trim().to_owned()))
}

impl Args {
    pub fn is_reading(&self) -> bool {
        !matches!(self.command, Command::Run(_))
    }

    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List => print_list(session, &here.processes()?, |row| &row.slug, faces::processes::list)?,
            Command::Show { slug, mermaid } => show(session, &here, &slug, mermaid)?,
            Command::Run(args) => {
                let mut ask = |step: &StepView| if session.ui.interactive { asked(step) } else { Ok(None) };
                let view = here.run_process(&args.slug, &args.id, &args.answers, &mut ask, args.dry_run.dry_run)?;
                return told(session, &view);
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

fn show(session: &Session, here: &Here, slug: &str, mermaid: bool) -> Result<()> {
    let page = here.process(slug)?;
    print_one(session, &page, |format| {
        Ok(match format {
            Format::Ids => lines(std::slice::from_ref(&page.slug)),
            _ if mermaid => faces::processes::mermaid(&page),
            Format::Table => faces::processes::page(&page, &session.ui),
            format => {
                return Err(Failure::usage(format!("a process is no {format}"))
                    .hint("use -o json or --mermaid")
                    .into());
            }
        })
    })
}

/// Asks one question at the terminal.
fn asked(step: &StepView) -> Result<Option<String>> {
    let text = sanitize::line(&step.text);
    let text = match &step.pattern {
        Some(pattern) => format!("{text} (pattern {})", sanitize::line(pattern)),
        None => text.into_owned(),
    };
    let stopped = |_| Failure::error("it was not answered; nothing was changed");
    match step.kind {
        "choose" => {
            let names: Vec<String> =
                step.options.iter().map(|option| sanitize::line(&option.name).into_owned()).collect();
            let chosen = Select::new().with_prompt(text).items(&names).default(0).interact_opt().map_err(stopped)?;
            let chosen = chosen.and_then(|at| step.options.get(at)).ok_or_else(|| stopped(dialoguer_none()))?;
            Ok(Some(chosen.name.clone()))
        }
        "tell" => Ok(Some(Input::<String>::new().with_prompt(text).interact_text().map_err(stopped)?)),
        _ => {
            let prompt = format!("{text} — press enter when it is done, or say what came of it");
            let said = Input::<String>::new().with_prompt(prompt).allow_empty(true).interact_text();
            Ok(Some(said.map_err(stopped)?).filter(|said| !said.trim().is_empty()))
        }
    }
}

/// That nothing was chosen, as the crate would say it.
fn dialoguer_none() -> dialoguer::Error {
    std::io::Error::from(std::io::ErrorKind::Interrupted).into()
}
