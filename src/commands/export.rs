use std::process::ExitCode;

use super::session::Session;
use super::support::{Strict, complain};
use crate::failure::Result;
use crate::output::json;

/// Export tickets with their threads, files and history
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub target: Target,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Target {
    /// loket's own interchange, a ticket a line; `loket import jsonl` reads it
    ///
    /// It holds everything, internal comments too: it is for moving a desk, not for publishing one.
    Jsonl {
        /// Only tickets that match a query
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
        #[command(flatten)]
        strict: Strict,
    },
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let Target::Jsonl { query, strict } = self.target;
        let query = (!query.is_empty()).then(|| query.join(" "));
        let broken = here.export(query.as_deref(), &mut |record| session.ui.print(&json::line(record)?))?;
        Ok(complain(session, &broken, strict.strict))
    }
}
