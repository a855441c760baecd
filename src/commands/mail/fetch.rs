//! `mail fetch`

use std::process::ExitCode;

use super::ingest::{said, summary};
use crate::commands::Session;
use crate::desk::fetch::{After, Fetch};
use crate::failure::Result;
use crate::output::Format;

/// Fetch messages from an IMAP mailbox and turn them into tickets and comments
///
/// Takes what nobody has seen in the folder that mail.imap of loket.yaml names. A message is marked on the server only when
/// it is committed here. The password comes from LOKET_MAIL_PASSWORD or the command that mail.password-command names.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Exit status: 0 all taken, 1 something has to be changed (a password, a folder), 75 try again later.
Examples:
  loket mail fetch
  loket mail fetch --idle --move Done"
)]
pub struct Args {
    /// Stay, and take new messages as they arrive
    #[arg(long)]
    pub idle: bool,
    /// Delete messages on the server once they are taken
    #[arg(long, conflicts_with = "move_to")]
    pub delete: bool,
    /// Move messages on the server to this folder once they are taken
    #[arg(long = "move", value_name = "FOLDER")]
    pub move_to: Option<String>,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        if !matches!(session.format(), Format::Table | Format::Json | Format::Jsonl) {
            return Err(super::no(session.format()));
        }
        let after = match (self.delete, self.move_to) {
            (true, _) => After::Delete,
            (_, Some(folder)) => After::Move(folder),
            _ => After::MarkSeen,
        };
        let fetch = Fetch { after, password: session.variables.password.clone() };
        let mut mailbox = session.open()?.open_mailbox(&fetch)?;
        loop {
            // Opened anew each time: the clock goes on, and the desk with it.
            let here = session.open()?;
            let batch = here.fetch_mail(&mut mailbox, &mut |view| said(session, view))?;
            let code = summary(session, &batch)?;
            if !self.idle {
                mailbox.close();
                return Ok(code);
            }
            while !mailbox.wait(None)? {}
        }
    }
}
