use std::process::ExitCode;

use super::session::Session;
use super::support::json_list;
use crate::desk::check::CheckOptions;
use crate::exit;
use crate::failure::Result;
use crate::output::{Format, faces};
use crate::view::check::FindingView;

/// Find everything that is wrong with the desk
///
/// Checks what is committed: front matter, references to people, teams, tickets and policies, links and their headings,
/// patterns that do not render, processes that lead nowhere, overdue reviews, secrets. Each finding has its place and a
/// stable code; the codes are in loket-check(7). The exit status is 1 where there is an error; with --strict where there
/// is anything. Besides the usual formats there are `-o github`, annotations of GitHub Actions, and `-o sarif`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket check --since origin/main -o github")]
pub struct Args {
    /// Files and folders of the desk, from its root; all of it where none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Only files that changed since this revision, and what broke by it elsewhere
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Exit with 1 for warnings too
    #[arg(long)]
    pub strict: bool,
    /// Mend what is mechanical first, in one commit: links that a rename broke
    #[arg(long)]
    pub fix: bool,
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        if self.fix {
            let mended = here.mend_links(false)?;
            mended.warnings.iter().for_each(|warning| session.ui.warning(warning));
            if !mended.mended.is_empty() {
                session.ui.message(&format!("mended {}", counted(mended.mended.len(), "link")));
            }
        }
        let findings = here.check(&CheckOptions { paths: self.paths, since: self.since })?;
        match session.format() {
            format @ (Format::Json | Format::Jsonl) => json_list(session, format, &findings)?,
            Format::Ids => {
                let mut paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
                paths.dedup();
                session.ui.print(&paths.iter().map(|path| format!("{path}\n")).collect::<String>())?;
            }
            format => session.ui.print(&faces::check::render(&findings, format, &session.ui)?)?,
        }
        let errors = findings.iter().filter(|finding| finding.level == "error").count();
        tell(session, &findings, errors);
        let fails = errors > 0 || (self.strict && !findings.is_empty());
        Ok(ExitCode::from(if fails { exit::ERROR } else { exit::DONE }))
    }
}

/// The sum of it, for who reads the findings themselves.
fn tell(session: &Session, findings: &[FindingView], errors: usize) {
    if session.format() == Format::Table {
        let warnings = findings.len() - errors;
        session.ui.message(&match (errors, warnings) {
            (0, 0) => "nothing is wrong".to_owned(),
            (errors, 0) => counted(errors, "error"),
            (0, warnings) => counted(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        });
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
