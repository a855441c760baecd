mod fetch;
mod ingest;
mod send;

use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use super::support::print_one;
use crate::desk::mail;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Format, sanitize};

/// Mail in and out, and what a message is
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    Ingest(ingest::Args),
    Send(send::Args),
    Fetch(fetch::Args),
    Classify(FileArgs),
    Trim(TrimArgs),
}

/// Say what kind of message it is: human, auto-reply, out-of-office, auto-generated, list, bounce or own
///
/// Every sign that was found is told. No desk is needed; in one, its own addresses are known. What kind of message it is
/// stands in its headers and in how it is made, so a machine that pretends to be a person is taken for one.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket mail classify - --json < message.eml")]
pub struct FileArgs {
    /// The message as it came; `-` reads standard input
    pub file: PathBuf,
}

/// Print what of a message is new: without quotes, signature and footers
///
/// Nothing is lost: with --json what was cut is told too. Where nothing would be left, nothing is cut.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket mail trim - < message.eml")]
pub struct TrimArgs {
    /// The message as it came; `-` reads standard input
    pub file: PathBuf,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        match self.command {
            Command::Ingest(args) => return args.run(session),
            Command::Send(args) => return args.run(session),
            Command::Fetch(args) => return args.run(session),
            Command::Classify(args) => classify(session, &args)?,
            Command::Trim(args) => trim(session, &args)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

fn classify(session: &Session, args: &FileArgs) -> Result<()> {
    let view = mail::class_of(&mail::read(&args.file)?, session.surroundings()?)?;
    print_one(session, &view, |format| {
        Ok(match format {
            Format::Table => {
                let kind = view.bounce.map(|bounce| format!(" {bounce}")).unwrap_or_default();
                let reasons = view.reasons.iter().map(|reason| format!("    {}\n", sanitize::line(reason)));
                format!("{}{kind}\n{}", view.class, reasons.collect::<String>())
            }
            format => return Err(no(format)),
        })
    })
}

fn trim(session: &Session, args: &TrimArgs) -> Result<()> {
    let view = mail::trimmed(&mail::read(&args.file)?)?;
    print_one(session, &view, |format| {
        Ok(match format {
            Format::Table | Format::Md => format!("{}\n", sanitize::block(&view.new)),
            format => return Err(no(format)),
        })
    })
}

fn no(format: Format) -> anyhow::Error {
    Failure::usage(format!("this is no {format}")).hint("leave -o out, or use -o json").into()
}
