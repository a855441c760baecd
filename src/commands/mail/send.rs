//! `mail send`

use std::path::PathBuf;
use std::process::ExitCode;

use crate::commands::Session;
use crate::commands::support::print_one;
use crate::desk::send::Way;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, sanitize};

/// Send what agents have answered, acknowledgements, and notices to agents
///
/// What was sent is noted in the tickets; a second run sends nothing again. What could not be sent stays and goes out with
/// the next run. The way out is mail.smtp or mail.sendmail of loket.yaml; the password, where one is needed, comes from
/// LOKET_MAIL_PASSWORD or the command that mail.password-command names.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Exit status: 0 all sent, 1 something could not be sent.
Examples:
  loket mail send
  loket mail send --dry-run outbox")]
pub struct Args {
    /// Write the messages to this folder in place of sending them, and note nothing
    #[arg(long, value_name = "DIR")]
    pub dry_run: Option<PathBuf>,
    /// Send nothing: note all that is due as sent another way, as for a desk that mailed its answers without loket
    #[arg(long, conflicts_with = "dry_run")]
    pub mark_sent: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let format = session.format();
        if !matches!(format, Format::Table | Format::Json | Format::Jsonl) {
            return Err(super::no(format));
        }
        let is_dry = self.dry_run.is_some();
        let way = match self.dry_run {
            Some(folder) => Way::Folder(folder),
            None if self.mark_sent => Way::Elsewhere,
            None => Way::Settings { password: session.variables.password.clone() },
        };
        let view = session.open()?.send_mail(&way)?;
        for warning in &view.warnings {
            session.ui.warning(&sanitize::line(warning));
        }
        for one in &view.failed {
            session.ui.warning(&sanitize::line(&format!("{} was not sent: {}", one.ticket, one.error)));
        }
        print_one(session, &view, |_| {
            let plural = if view.sent == 1 { "" } else { "s" };
            Ok(format!(
                "{} message{plural} {}\n",
                view.sent,
                if is_dry {
                    "written"
                } else if self.mark_sent {
                    "noted"
                } else {
                    "sent"
                }
            ))
        })?;
        Ok(ExitCode::from(if view.failed.is_empty() { exit::DONE } else { exit::ERROR }))
    }
}
