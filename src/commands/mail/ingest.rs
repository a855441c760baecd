//! `mail ingest`

use std::path::PathBuf;
use std::process::ExitCode;

use crate::commands::Session;
use crate::desk::ingest::source::{Item, Source};
use crate::desk::ingest::{Batch, is_unstorable};
use crate::desk::{Here, mail};
use crate::exit;
use crate::failure::{Failure, Kind, Result};
use crate::output::{Format, json, sanitize};
use crate::view::mail::IngestView;

/// Turn messages into tickets and comments
///
/// Give it to whatever delivers mail: an MTA's alias, a sieve filter, a Maildir that is kept in step. One message is one
/// commit, many are committed in chunks; what is stored already is recognised, so a batch that was stopped is given again.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Exit status: 0 taken (ignored messages and duplicates too), 65 nothing that could be kept, 75 not taken, offer it again.
Examples:
  loket mail ingest - < message.eml
  loket mail ingest --maildir ~/Maildir"
)]
pub struct Args {
    /// The messages as they came; `-` (or none) reads one from standard input
    #[arg(conflicts_with_all = ["maildir", "mbox"])]
    pub files: Vec<PathBuf>,
    /// All messages of a Maildir, the oldest first
    #[arg(long, value_name = "DIR", conflicts_with = "mbox")]
    pub maildir: Option<PathBuf>,
    /// All messages of an mbox, the oldest first
    #[arg(long, value_name = "FILE")]
    pub mbox: Option<PathBuf>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        if !matches!(session.format(), Format::Table | Format::Json | Format::Jsonl) {
            return Err(super::no(session.format()));
        }
        let source = match (self.maildir, self.mbox) {
            (Some(folder), _) => Source::Maildir(folder),
            (_, Some(file)) => Source::Mbox(file),
            _ => match self.files.as_slice() {
                [] => return one(session, &PathBuf::from("-")),
                [file] => return one(session, file),
                files if files.iter().any(|file| file.as_os_str() == "-") => {
                    return Err(Failure::usage("`-` is read alone, not among files").into());
                }
                files => Source::Files(files.to_vec()),
            },
        };
        let here = session.open().map_err(later)?;
        let items = source.items().map_err(later)?;
        many(session, &here, &items)
    }
}

fn one(session: &Session, file: &std::path::Path) -> Result<ExitCode> {
    let raw = mail::read(file).map_err(later)?;
    let view = session.open().and_then(|here| here.ingest(&raw)).map_err(later)?;
    tell(session, &view);
    // The message is stored: whoever does not listen any more must not offer it again.
    let _ = match session.format() {
        Format::Json => session.ui.print(&json::pretty(&view)?),
        Format::Jsonl => session.ui.print(&json::line(&view)?),
        _ => session.ui.print(&line(&view)),
    };
    Ok(ExitCode::from(exit::DONE))
}

fn many(session: &Session, here: &Here, items: &[Item]) -> Result<ExitCode> {
    let done = here.ingest_all(items, &mut |view| said(session, view));
    summary(session, &done.map_err(later)?)
}

/// Tells of one message of a batch.
pub fn said(session: &Session, view: &IngestView) -> Result<()> {
    tell(session, view);
    session.ui.print(&match session.format() {
        Format::Json | Format::Jsonl => json::line(view)?,
        _ => line(view),
    })
}

/// Tells what a batch came to; the exit code.
pub fn summary(session: &Session, batch: &Batch) -> Result<ExitCode> {
    let read = batch.read();
    batch.warnings.iter().for_each(|warning| session.ui.warning(&sanitize::line(warning)));
    for (place, reason) in batch.failed.iter().chain(&batch.unstorable) {
        session.ui.warning(&format!("{}: {}", sanitize::line(place), sanitize::line(reason)));
    }
    let mut parts: Vec<String> = batch.actions.iter().map(|(action, count)| format!("{count} {action}")).collect();
    for (what, list) in [("not taken", &batch.failed), ("empty", &batch.unstorable)] {
        if !list.is_empty() {
            parts.push(format!("{} {what}", list.len()));
        }
    }
    let told = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    session.ui.message(&format!("{read} message{}{told}", if read == 1 { "" } else { "s" }));
    Ok(ExitCode::from(if batch.failed.is_empty() { exit::DONE } else { exit::LATER }))
}

/// Warnings, and why something was kept aside.
fn tell(session: &Session, view: &IngestView) {
    for warning in &view.warnings {
        session.ui.warning(&sanitize::line(warning));
    }
}

fn line(view: &IngestView) -> String {
    let ticket = view.ticket.as_deref().unwrap_or("-");
    let from = view.from.as_deref().unwrap_or("nobody");
    let now = match &view.status {
        Some(step) if step.from.is_some() => format!(", now {}", step.to),
        _ => String::new(),
    };
    let class = view
        .class
        .filter(|class| *class != "human" && *class != view.action)
        .map(|class| format!(", {class}"))
        .unwrap_or_default();
    format!("{ticket}  {} from {}{class}{now}\n", view.action, sanitize::line(from))
}

/// A message that was not taken is offered again, whatever the trouble; only a wrong command line is one.
pub fn later(trouble: anyhow::Error) -> anyhow::Error {
    if is_unstorable(&trouble) {
        return Failure::new(Kind::Unstorable, trouble.to_string()).into();
    }
    match trouble.downcast::<Failure>() {
        Ok(failure) if failure.kind == Kind::Usage => failure.into(),
        Ok(failure) => Failure { kind: Kind::Later, ..failure }.into(),
        Err(trouble) => Failure::new(Kind::Later, format!("{trouble:#}")).into(),
    }
}
