use std::process::ExitCode;

use super::session::Session;
use super::support::{Attached, DryRun, Said, Silence, Which, message, said_something, told, written};
use crate::desk::answer::FromPattern;
use crate::desk::resolve::Selection;
use crate::desk::{Here, text};
use crate::domain::comment::Visibility;
use crate::domain::ticket::State;
use crate::failure::{Failure, Result};

/// Answer in public
///
/// The first public answer opens a new ticket. With --pattern it is made from a response pattern, in the ticket's
/// language; a text given beside it is said in place of the pattern's. With --from it writes down what the requester
/// said by phone or chat, and the status follows as if they had written.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket reply 7k2qm -m 'Which browser is it?' --wait")]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub said: Said,
    #[command(flatten)]
    pub attached: Attached,
    /// Then wait for the requester
    #[arg(long, group = "then")]
    pub wait: bool,
    /// Then the ticket is solved
    #[arg(long, group = "then")]
    pub solve: bool,
    /// Then the ticket is closed
    #[arg(long, group = "then")]
    pub close: bool,
    /// Make the answer from a response pattern, set what it sets, and leave the ticket as it says
    #[arg(long, value_name = "SLUG", conflicts_with = "from")]
    pub pattern: Option<String>,
    /// Send what the pattern makes without opening the editor
    #[arg(long, requires = "pattern")]
    pub no_edit: bool,
    /// Write down what somebody outside said
    #[arg(long, value_name = "EMAIL", conflicts_with = "then")]
    pub from: Option<String>,
    /// How it was said: phone, chat, …
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    #[command(flatten)]
    pub silence: Silence,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        if self.from.as_deref().is_some_and(|from| !from.contains('@')) {
            return Err(Failure::usage("--from wants the e-mail address of somebody outside").into());
        }
        let selection = self.which.selection()?;
        if let Some(slug) = &self.pattern {
            return self.answer_from(session, &here, &selection, slug);
        }
        let mut said = message(self.said.needed(session, &here, "REPLY.md")?, Visibility::Public);
        (said.files, said.from, said.channel) = (self.attached.read()?, self.from.clone(), self.channel.clone());
        told(session, &here.reply(&selection, &said, self.then(), self.silence.reason()?, self.dry.dry_run)?)
    }

    fn then(&self) -> Option<State> {
        match (self.wait, self.solve, self.close) {
            (true, ..) => Some(State::Waiting),
            (_, true, _) => Some(State::Solved),
            (.., true) => Some(State::Closed),
            _ => None,
        }
    }

    fn answer_from(&self, session: &Session, here: &Here, selection: &Selection, slug: &str) -> Result<ExitCode> {
        let given = match text::read(&self.said.source())? {
            None if session.ui.interactive && !self.no_edit => edited(session, here, selection, slug)?,
            given => given,
        };
        let how = FromPattern {
            slug,
            text: given.map(said_something).transpose()?,
            files: self.attached.read()?,
            channel: self.channel.clone(),
            then: self.then(),
            silent: self.silence.reason()?,
            dry_run: self.dry.dry_run,
        };
        told(session, &here.reply_from(selection, &how)?)
    }
}

/// What the editor leaves of the answer to a single ticket; several are sent as the pattern makes them.
fn edited(session: &Session, here: &Here, selection: &Selection, slug: &str) -> Result<Option<String>> {
    let made = here.answer_of(selection, slug)?;
    made.map(|made| written(session, here, made.as_bytes(), "REPLY.md")).transpose()
}
