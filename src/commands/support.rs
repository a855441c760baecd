//! What several commands share: naming tickets, giving text, handing out answers.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::session::Session;
use crate::desk::resolve::Selection;
use crate::desk::talk::Message;
use crate::desk::text::{self, TextSource};
use crate::desk::{Here, attach};
use crate::domain::comment::Visibility;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{self, Format, Ui, faces, json};
use crate::progress::Progress;
use crate::view::mutation::{FileChangeView, MutationView};
use crate::view::{BrokenView, HitView};

/// Which tickets a command is for.
#[derive(Debug, Clone, Args)]
pub struct Which {
    /// Tickets: ids, tails or unique beginnings; `-` reads them from standard input
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub query: ByQuery,
}

#[derive(Debug, Clone, Args)]
pub struct ByQuery {
    /// Take all tickets that match a query
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct DryRun {
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// A text for a ticket.
#[derive(Debug, Clone, Args)]
pub struct Said {
    /// The text
    #[arg(short, long, value_name = "TEXT", conflicts_with = "file")]
    pub message: Option<String>,
    /// Read the text from FILE; `-` is standard input
    #[arg(short = 'F', long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct Attached {
    /// Attach a file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
}

/// Overrides the guard that wants contact before solving.
#[derive(Debug, Clone, Args)]
pub struct Silence {
    /// Solve or close without contact; wants --reason
    #[arg(long, requires = "reason")]
    pub silent: bool,
    /// Why there was no contact; the log keeps it
    #[arg(long, value_name = "TEXT", requires = "silent")]
    pub reason: Option<String>,
}

impl Silence {
    pub fn reason(&self) -> Result<Option<&str>> {
        match self.reason.as_deref().map(str::trim) {
            Some("") => Err(Failure::usage("--reason is empty").into()),
            other => Ok(other),
        }
    }
}

impl Which {
    pub fn selection(&self) -> Result<Selection> {
        selection(&self.ids, &self.query)
    }
}

/// Ids as typed, those of standard input where `-` stands.
pub fn selection(ids: &[String], by: &ByQuery) -> Result<Selection> {
    let mut found = Vec::new();
    for id in ids {
        match id.as_str() {
            "-" => {
                let text = text::read(&TextSource::Input)?.unwrap_or_default();
                found.extend(text.split_whitespace().map(str::to_owned));
            }
            _ => found.push(id.clone()),
        }
    }
    // Nothing on standard input is no tickets, not all of them and no mistake.
    let is_empty = found.is_empty() && ids.iter().any(|id| id == "-");
    Ok(Selection { ids: found, query: by.query.clone(), is_empty })
}

impl Said {
    pub fn source(&self) -> TextSource {
        match (&self.message, &self.file) {
            (Some(text), _) => TextSource::Given(text.clone()),
            (None, Some(file)) if file.as_os_str() == "-" => TextSource::Input,
            (None, Some(file)) => TextSource::File(file.clone()),
            (None, None) => TextSource::Nothing,
        }
    }

    /// The text, from the editor where a person sits at a terminal; `None` where nobody said anything.
    pub fn text(&self, session: &Session, here: &Here, name: &str) -> Result<Option<String>> {
        match text::read(&self.source())? {
            None if session.ui.interactive => written(session, here, b"", name).map(Some),
            other => Ok(other),
        }
    }

    /// The text, which has to be there and to say something.
    pub fn needed(&self, session: &Session, here: &Here, name: &str) -> Result<String> {
        match self.text(session, here, name)? {
            Some(text) => said_something(text),
            None => Err(Failure::usage("what is to be said?")
                .hint("give it with -m TEXT or -F FILE (`-F -` reads standard input)")
                .into()),
        }
    }

    /// A comment where something was said.
    pub fn message(&self, visibility: Visibility) -> Result<Option<Message>> {
        let text = text::read(&self.source())?.map(said_something).transpose()?;
        Ok(text.map(|text| message(text, visibility)))
    }
}

/// What the user leaves of a text in the editor.
pub fn written(session: &Session, here: &Here, begin: &[u8], name: &str) -> Result<String> {
    let written = text::edit(begin, name, &session.editor(here))?;
    // As git keeps COMMIT_EDITMSG: whatever becomes of the command, the words are not lost.
    here.desk.keep("last-text.md", &written)?;
    text::clean(&written, "the text")
}

/// Refuses a text of blanks.
pub fn said_something(text: String) -> Result<String> {
    match text.trim() {
        "" => Err(Failure::usage("the text is empty; nothing was changed").into()),
        _ => Ok(text),
    }
}

pub fn message(text: String, visibility: Visibility) -> Message {
    Message { text, visibility, files: Vec::new(), from: None, channel: None }
}

impl Attached {
    pub fn read(&self) -> Result<Vec<attach::Attachment>> {
        attach::read(&self.attach)
    }
}

/// Prints an answer that is one thing: as JSON, else as its face.
pub fn print_one<T: Serialize>(session: &Session, view: &T, face: impl FnOnce(Format) -> Result<String>) -> Result<()> {
    session.ui.print(&match session.format() {
        Format::Json => json::pretty(view)?,
        Format::Jsonl => json::line(view)?,
        format => face(format)?,
    })
}

/// What comes before an answer: warnings, and that nothing was changed where nobody wanted it to be.
pub fn preface(session: &Session, warnings: &[String], dry_run: bool) {
    warnings.iter().for_each(|warning| session.ui.warning(warning));
    if dry_run {
        session.ui.message("this is a dry run; nothing was changed");
    }
}

/// Hands out what a change did.
pub fn told(session: &Session, view: &MutationView) -> Result<ExitCode> {
    preface(session, &view.warnings, view.dry_run);
    if view.commit.is_none() && !view.dry_run {
        session.ui.message("nothing to do");
    }
    let answer = match session.format() {
        Format::Json => json::pretty(view)?,
        Format::Jsonl => json::line(view)?,
        Format::Ids => lines(&view.tickets),
        format => faces::mutation::render(view, format, &session.ui)?,
    };
    answer_of(session, &answer, view.commit.as_deref(), &view.tickets.join(", "))
}

/// Prints the answer of a change. Where it cannot be printed, what was done is not undone: the error says so, lest a
/// script does it twice.
pub fn answer_of(session: &Session, answer: &str, commit: Option<&str>, what: &str) -> Result<ExitCode> {
    match (session.ui.print(answer), commit) {
        (Err(trouble), Some(commit)) => {
            let said = format!("{trouble:#}; but it is done: {what} in commit {commit}");
            Err(Failure::error(said).hint("do not repeat the command").into())
        }
        (done, _) => done.map(|()| ExitCode::from(exit::DONE)),
    }
}

/// Hands out what became of one file.
pub fn told_file(session: &Session, view: &FileChangeView) -> Result<ExitCode> {
    view.warnings.iter().for_each(|warning| session.ui.warning(warning));
    if view.commit.is_none() {
        session.ui.message("nothing to do");
    }
    print_one(session, view, |_| Ok(format!("{}\n", output::sanitize::line(&view.path))))?;
    Ok(ExitCode::from(exit::DONE))
}

/// Hands out a list: as JSON, as bare ids, else as its face.
pub fn print_list<T: Serialize>(
    session: &Session,
    items: &[T],
    id: impl Fn(&T) -> &String,
    face: impl FnOnce(&[T], Format, &Ui) -> Result<String>,
) -> Result<()> {
    match session.format() {
        format @ (Format::Json | Format::Jsonl) => json_list(session, format, items),
        Format::Ids => session.ui.print(&lines(&items.iter().map(|item| id(item).clone()).collect::<Vec<_>>())),
        format => session.ui.print(&face(items, format, &session.ui)?),
    }
}

/// Hands out what was found.
pub fn print_hits(session: &Session, hits: &[HitView]) -> Result<()> {
    print_list(session, hits, |hit| &hit.id, faces::hits::render)?;
    if hits.is_empty() && session.format() == Format::Table {
        session.ui.message("nothing was found");
    }
    Ok(())
}

pub fn lines(words: &[String]) -> String {
    words.iter().map(|word| format!("{word}\n")).collect()
}

/// A list as JSON, a document or a line each.
pub fn json_list<T: Serialize>(session: &Session, format: Format, items: &[T]) -> Result<()> {
    match format {
        Format::Jsonl => {
            let lines = items.iter().map(json::line).collect::<Result<Vec<_>>>()?;
            session.ui.print(&lines.concat())
        }
        _ => session.ui.print(&json::pretty(&items)?),
    }
}

/// Tells of files that cannot be read; the exit code of a reading command.
pub fn complain(session: &Session, broken: &[BrokenView], strict: bool) -> ExitCode {
    for file in broken {
        session.ui.warning(&format!("{}:{}:{}: {}", file.path, file.line, file.column, file.message));
    }
    ExitCode::from(if strict && !broken.is_empty() { exit::ERROR } else { exit::DONE })
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Strict {
    /// Exit with 1 where a file cannot be read
    #[arg(long)]
    pub strict: bool,
}

/// Long work, as the terminal shows it.
pub struct Bar {
    ui: Ui,
    bar: RefCell<Option<output::Progress>>,
}

impl Bar {
    pub fn new(ui: &Ui) -> Bar {
        Bar { ui: ui.clone(), bar: RefCell::new(None) }
    }
}

impl Progress for Bar {
    fn start(&self, label: &str, total: u64) {
        self.bar.replace(Some(output::Progress::new(self.ui.stderr_terminal, self.ui.quiet, label, total)));
    }

    fn step(&self, count: u64) {
        if let Some(bar) = &*self.bar.borrow() {
            bar.inc(count);
        }
    }

    fn done(&self) {
        if let Some(bar) = self.bar.take() {
            bar.finish();
        }
    }

    fn note(&self, text: &str) {
        self.ui.warning(text);
    }
}
