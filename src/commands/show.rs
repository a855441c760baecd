use std::process::ExitCode;

use super::session::Session;
use super::support::{json_list, lines};
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces, json};

/// Show tickets with their threads
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Tickets: ids, tails or unique beginnings
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// As the requester sees it: nothing internal
    #[arg(long)]
    pub public: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let format = session.format();
        let timeline = !self.public || matches!(format, Format::Json | Format::Jsonl | Format::Csv);
        let shown = here.show(&self.ids, self.public, timeline)?;
        let mut pages = Vec::new();
        for one in shown {
            if !self.public {
                one.notes.iter().for_each(|note| session.ui.warning(note));
            }
            pages.push(one.page);
        }
        match (format, pages.as_slice()) {
            (Format::Json, [page]) => session.ui.print(&json::pretty(page)?)?,
            (Format::Json | Format::Jsonl, _) => json_list(session, format, &pages)?,
            (Format::Ids, _) => {
                session.ui.print(&lines(&pages.iter().map(|page| page.ticket.id.clone()).collect::<Vec<_>>()))?
            }
            (Format::Csv, _) => {
                let rows: Vec<_> = pages.into_iter().map(|page| page.ticket).collect();
                session.ui.print(&faces::tickets::list(&rows, &[], here.now, format, &session.ui)?)?;
            }
            (Format::Md, _) => {
                let texts: Vec<String> = pages.iter().map(faces::page::markdown).collect();
                session.ui.print(&texts.join("\n---\n\n"))?;
            }
            (_, _) => {
                let texts: Vec<String> =
                    pages.iter().map(|page| faces::page::render(page, here.now, &session.ui)).collect();
                session.ui.print(&texts.join("\n"))?;
            }
        }
        Ok(ExitCode::from(exit::DONE))
    }
}
