use std::process::ExitCode;

use super::session::Session;
use super::stream::Stream;
use super::support::{Strict, complain, json_list, lines};
use crate::desk::Here;
use crate::desk::list::Wanted;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces, json};
use crate::view::BrokenView;

/// List tickets that match a query, or a view
///
/// Without either it shows the view `open`: what waits for you, your teams or anybody. The query language is in
/// loket-query(7).
#[derive(Debug, Clone, clap::Args)]
#[command(
    visible_alias = "ls",
    after_help = "Example: loket list 'status:open assignee:me priority:>=high' --sort=-created"
)]
pub struct Args {
    /// What they have to match
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// A view of policy/views.yaml
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    /// The order: priority, created, updated, …; a leading `-` turns it round, commas join several
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Only how many there are
    #[arg(long, conflicts_with = "group_by")]
    pub count: bool,
    /// How many there are by each value of a field
    #[arg(long, value_name = "KEY")]
    pub group_by: Option<String>,
    #[command(flatten)]
    pub strict: Strict,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let format = session.format();
        let query = (!self.query.is_empty()).then(|| self.query.join(" "));
        let whole = matches!(format, Format::Json | Format::Jsonl | Format::Csv);
        let wanted = Wanted { query, view: self.view.clone(), sort: self.sort.clone(), limit: self.limit, whole };
        let broken = match &self.group_by {
            _ if self.count => count(session, &here, &wanted)?,
            Some(key) => group(session, &here, &wanted, key)?,
            None if format == Format::Ids => {
                let (ids, broken) = here.list_ids(&wanted)?;
                session.ui.print(&lines(&ids))?;
                broken
            }
            None if whole && !session.ui.stdout_terminal => stream(session, &here, &wanted)?,
            None => list(session, &here, &wanted)?,
        };
        Ok(complain(session, &broken, self.strict.strict))
    }
}

fn count(session: &Session, here: &Here, wanted: &Wanted) -> Result<Vec<BrokenView>> {
    let (count, broken) = here.count(wanted)?;
    let answer = match session.format() {
        Format::Json => json::pretty(&count)?,
        Format::Jsonl => json::line(&count)?,
        Format::Csv => format!("count\n{}\n", count.count),
        _ => format!("{}\n", count.count),
    };
    session.ui.print(&answer)?;
    Ok(broken)
}

fn group(session: &Session, here: &Here, wanted: &Wanted, key: &str) -> Result<Vec<BrokenView>> {
    let (groups, broken) = here.group(wanted, key)?;
    match session.format() {
        format @ (Format::Json | Format::Jsonl) => json_list(session, format, &groups)?,
        Format::Ids => return Err(Failure::usage("groups have no ids").into()),
        format => session.ui.print(&faces::tickets::groups(&groups, key, format, &session.ui)?)?,
    }
    Ok(broken)
}

/// A long answer for a program, piece by piece.
fn stream(session: &Session, here: &Here, wanted: &Wanted) -> Result<Vec<BrokenView>> {
    let format = session.format();
    let mut stream = Stream::new(&session.ui, format);
    if format == Format::Csv {
        stream.push(&faces::tickets::csv_head()?)?;
    }
    let broken = here.list_each(wanted, &mut |ticket| match format {
        Format::Csv => stream.push(&faces::tickets::csv_row(&ticket, here.now)?),
        _ => stream.push_json(&ticket),
    })?;
    stream.finish()?;
    Ok(broken)
}

fn list(session: &Session, here: &Here, wanted: &Wanted) -> Result<Vec<BrokenView>> {
    let listing = here.list(wanted)?;
    match session.format() {
        format @ (Format::Json | Format::Jsonl) => json_list(session, format, &listing.rows)?,
        format => {
            session.ui.print(&faces::tickets::list(&listing.rows, &listing.columns, here.now, format, &session.ui)?)?;
        }
    }
    if listing.rows.is_empty() && session.format() == Format::Table {
        session.ui.message("no tickets match");
    }
    Ok(listing.broken)
}
