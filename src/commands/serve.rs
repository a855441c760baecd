use std::net::SocketAddr;
use std::process::ExitCode;

use super::session::Session;
use crate::clock;
use crate::desk::{Here, Surroundings};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::server::{Config, serve};

/// Serve the portal: the public articles, and the forms by which customers write
///
/// Customers search the articles, open tickets and follow them by a link that nobody can guess; programs write by the
/// API. What is accepted is a commit before it is answered. It listens on this machine alone unless told otherwise: put
/// it behind a web server that speaks HTTPS. SIGTERM lets it finish what is under way. Mail goes out by `loket mail
/// send`. See loket-portal(7).
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  loket serve
  loket serve --listen 0.0.0.0:8080 --metrics 127.0.0.1:9180")]
pub struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where to tell Prometheus what is counted
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<SocketAddr>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        if session.global.at.is_some() {
            return Err(Failure::usage("--at reads the past; a server shows what is there now").into());
        }
        let around = session.surroundings()?;
        let (folder, fallback, key) = (around.folder, around.fallback, around.key);
        let (webhook_secret, seed, fixed) = (around.webhook_secret, around.seed, session.variables.now.clone());
        let now = fixed.clone();
        let is_quiet = session.ui.quiet;
        let open = move || {
            Here::open(Surroundings {
                folder: folder.clone(),
                fallback: fallback.clone(),
                now: clock::now(now.as_deref())?,
                agent: None,
                at: None,
                key: key.clone(),
                webhook_secret: webhook_secret.clone(),
                quarantine: None,
                seed,
                progress: Box::new(Log { is_quiet }),
            })
        };
        serve(Config {
            listen: self.listen,
            metrics: self.metrics,
            open: Box::new(open),
            now: Box::new(move || clock::now(fixed.as_deref())),
            log: Box::new(move |line| log(line, is_quiet)),
            password: session.variables.password.clone(),
        })?;
        Ok(ExitCode::from(exit::DONE))
    }
}

/// A line of the log, on standard error.
fn log(line: &str, is_quiet: bool) {
    if !is_quiet {
        eprintln!("{}", crate::output::sanitize::line(line));
    }
}

/// What work tells a server of itself: what is to be known, and no bars.
struct Log {
    is_quiet: bool,
}

impl Progress for Log {
    fn start(&self, _label: &str, _total: u64) {}
    fn step(&self, _count: u64) {}
    fn done(&self) {}
    fn note(&self, text: &str) {
        log(text, self.is_quiet);
    }
}
