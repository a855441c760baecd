use std::process::ExitCode;

use super::session::Session;
use super::support::{DryRun, answer_of};
use crate::failure::Result;
use crate::output::{Format, json};

/// Make a ticket of comments of another
///
/// The comments stay where they are; the new ticket quotes them and is linked `split-from`. What was internal stays
/// internal.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The ticket
    pub id: String,
    /// Comments: the names of their files, or unique beginnings
    #[arg(value_name = "COMMENT", required = true)]
    pub comments: Vec<String>,
    /// The new ticket's title; else the first line
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let made = session.open()?.split(&self.id, &self.comments, self.title.as_deref(), self.dry.dry_run)?;
        made.mutation.warnings.iter().for_each(|warning| session.ui.warning(warning));
        if self.dry.dry_run {
            session.ui.message("this is a dry run; nothing was made");
        }
        let answer = match session.format() {
            Format::Json => json::pretty(&made)?,
            Format::Jsonl => json::line(&made)?,
            _ if self.dry.dry_run => String::new(),
            _ => format!("{}\n", made.id),
        };
        answer_of(session, &answer, made.mutation.commit.as_deref(), &made.id)
    }
}
