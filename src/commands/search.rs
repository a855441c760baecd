use std::process::ExitCode;

use super::session::Session;
use super::support::{Strict, complain, print_hits};
use crate::desk::search::HitKind;
use crate::failure::{Failure, Result};

/// Search tickets, comments, articles and patterns, best first
///
/// All words have to be there; where nothing has them all, what has some is shown and said to be. Conditions such as
/// `status:open` filter. The query language is in loket-query(7).
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket search 'cannot log in' status:open")]
pub struct Args {
    /// Words, phrases and conditions
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// Only these: ticket, comment, article or pattern; may be repeated
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// Any of the words is enough
    #[arg(long)]
    pub any: bool,
    /// At most so many; on a terminal 20 if you do not say
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub strict: Strict,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let kinds = self.kind.iter().map(|word| parse_kind(word)).collect::<Result<Vec<_>>>()?;
        let limit = self.limit.or(session.ui.stdout_terminal.then_some(20));
        let found = here.search(&self.words.join(" "), &kinds, self.any, limit)?;
        if found.some_words_only {
            session.ui.message("nothing has all of these words; this has some of them");
        }
        print_hits(session, &found.hits)?;
        Ok(complain(session, &found.broken, self.strict.strict))
    }
}

fn parse_kind(word: &str) -> Result<HitKind> {
    let names = HitKind::ALL.map(HitKind::name);
    let found = HitKind::ALL.into_iter().find(|kind| kind.name() == word);
    found.ok_or_else(|| {
        Failure::usage(format!("there is no kind '{}'", word.escape_debug()))
            .hint(format!("the kinds are {}", names.join(", ")))
            .into()
    })
}
