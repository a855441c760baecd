use std::path::PathBuf;
use std::process::ExitCode;

use super::session::Session;
use super::support::print_one;
use crate::desk::portal::Asked;
use crate::exit;
use crate::failure::Result;
use crate::output::faces;
use crate::view::portal::LinkView;

/// The customers' side: the public articles as a site
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Verb,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Verb {
    Build(BuildArgs),
    Link(LinkArgs),
}

/// Print the link by which a requester sees their ticket
///
/// Whoever has it may read what is public of the ticket, answer, close and rate it. --revoke makes a new one, and ends
/// those before.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket portal link 7k2qm
  loket portal link 7k2qm --revoke")]
pub struct LinkArgs {
    /// The ticket
    #[arg(value_name = "ID")]
    pub id: String,
    /// Make a new link, and end those before
    #[arg(long)]
    pub revoke: bool,
}

/// Write the public articles as a site for any web server
///
/// Only what has changed is written, and what loket wrote there before and is gone is removed; other files are left
/// alone. The same commit gives the same bytes. Search works in the browser. A feed and a sitemap need the site's
/// address: --url, or portal.url in loket.yaml.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket portal build --out public
  loket portal build --out public --url https://help.example.com")]
pub struct BuildArgs {
    /// The folder to write into
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where the site will be reached
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Write over files that loket did not make
    #[arg(long)]
    pub force: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        match self.command {
            Verb::Build(args) => args.run(session),
            Verb::Link(args) => {
                let url = session.open()?.portal_link(&args.id, args.revoke)?;
                print_one(session, &LinkView { url: url.clone() }, |_| Ok(format!("{url}\n")))?;
                Ok(ExitCode::from(exit::DONE))
            }
        }
    }
}

impl BuildArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let asked = Asked { folder: self.out, url: self.url, force: self.force };
        let view = session.open()?.build_portal(&asked)?;
        view.warnings.iter().for_each(|said| session.ui.warning(said));
        print_one(session, &view, |_| Ok(faces::portal::built(&view)))?;
        Ok(ExitCode::from(exit::DONE))
    }
}
