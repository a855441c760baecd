use std::process::ExitCode;

use super::session::Session;
use super::support::{Attached, DryRun, Said, answer_of};
use crate::desk::assign::parse_who;
use crate::desk::new::Fresh;
use crate::desk::set::parse_priority;
use crate::failure::{Failure, Result};
use crate::output::{Format, json};

/// Open a ticket
///
/// Prints its id, alone where standard output is no terminal. Without -m or -F an editor asks for the first message on a
/// terminal; elsewhere it stays empty.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example: loket new 'Cannot log in' -m 'Since the update.' --from ann@example.com --priority high"
)]
pub struct Args {
    /// One line that says what it is about
    pub title: Option<String>,
    #[command(flatten)]
    pub said: Said,
    /// The requester's address
    #[arg(long, value_name = "EMAIL")]
    pub from: Option<String>,
    /// Somebody who is to be kept informed; may be repeated
    #[arg(long, value_name = "EMAIL")]
    pub cc: Vec<String>,
    /// low, normal, high or urgent
    #[arg(long, value_name = "PRIORITY")]
    pub priority: Option<String>,
    /// question, request, service, incident, complaint, or one of loket.yaml's
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Assign it: me, a handle, @team or none
    #[arg(long, value_name = "WHO")]
    pub assign: Option<String>,
    /// The team that is to look after it
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    /// A tag; may be repeated
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// email, web, phone, chat, social, cli or api
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// The language of the requester: en, nl, …
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// A custom field; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub field: Vec<String>,
    /// You write first: the text is your message to the requester, and is sent
    #[arg(long, requires = "from")]
    pub outbound: bool,
    #[command(flatten)]
    pub attached: Attached,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let Some(title) = self.title.clone() else {
            return Err(Failure::usage("a title is needed").hint("loket new 'TITLE' -m 'WHAT HAPPENED'").into());
        };
        let fresh = self.fresh(title, self.said.text(session, &here, "NEW_TICKET.md")?.unwrap_or_default())?;
        let made = here.new_ticket(&fresh, self.dry.dry_run)?;
        made.mutation.warnings.iter().for_each(|warning| session.ui.warning(warning));
        if self.dry.dry_run {
            session.ui.message("this is a dry run; nothing was made");
        }
        let answer = match session.format() {
            Format::Json => json::pretty(&made)?,
            Format::Jsonl => json::line(&made)?,
            _ if self.dry.dry_run => String::new(),
            _ if session.ui.stdout_terminal && session.format.is_none() => {
                format!("{} opened, {}\n", session.ui.paint(crate::output::Style::Id, &made.id), made.path)
            }
            _ => format!("{}\n", made.id),
        };
        answer_of(session, &answer, made.mutation.commit.as_deref(), &made.id)
    }

    fn fresh(&self, title: String, body: String) -> Result<Fresh> {
        let field = |word: &String| -> Result<(String, String)> {
            match word.split_once('=') {
                Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
                None => Err(Failure::usage(format!("--field {}: NAME=VALUE is wanted", word.escape_debug())).into()),
            }
        };
        let words = |words: &[String]| {
            words
                .iter()
                .flat_map(|word| word.split(','))
                .map(|word| word.trim().to_owned())
                .filter(|word| !word.is_empty())
                .collect()
        };
        Ok(Fresh {
            title,
            body,
            from: self.from.clone().filter(|from| !from.is_empty()),
            priority: parse_priority(self.priority.as_deref().unwrap_or_default())?,
            kind: self.kind.clone(),
            assign: self.assign.as_deref().map(parse_who).transpose()?,
            team: self.team.clone(),
            tags: words(&self.tag),
            cc: words(&self.cc),
            channel: self.channel.clone(),
            language: self.language.clone(),
            fields: self.field.iter().map(field).collect::<Result<_>>()?,
            files: self.attached.read()?,
            links: Vec::new(),
            outbound: self.outbound,
        })
    }
}
