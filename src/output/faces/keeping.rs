//! Backups and the working tree, for people.

use crate::output::Ui;
use crate::output::sanitize;
use crate::view::keeping::{BackupView, TidyView, VerifiedView};

use super::fact;

pub(super) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// What a backup holds.
pub fn backup(view: &BackupView) -> String {
    let size = super::page::bytes(view.bytes);
    format!("{}: {}, {size}\n", sanitize::line(&view.file), count(view.commits, "commit"))
}

/// What came out of a backup.
pub fn verified(view: &VerifiedView, ui: &Ui) -> String {
    let same = view.same.map(|same| if same { "what the desk has there" } else { "not what the desk has" }.to_owned());
    let behind = view.behind.map(|behind| match behind {
        0 => "up to date".to_owned(),
        behind => format!("{} older than the desk", count(behind, "commit")),
    });
    let commit = format!("{} of {}", &view.commit[..10.min(view.commit.len())], view.date);
    [
        ("commit", Some(commit)),
        ("tree", same),
        ("age", behind),
        ("holds", Some(format!("{}, {}", count(view.tickets, "ticket"), count(view.comments, "comment")))),
        ("check", Some(count(view.errors, "error"))),
    ]
    .into_iter()
    .map(|(name, value)| fact(name, 8, value, ui))
    .collect()
}

/// Which months lie in the working tree.
pub fn tidied(view: &TidyView) -> String {
    let line = |what: &str, months: &[String]| match months {
        [] => String::new(),
        months => format!("{what}: {}\n", sanitize::line(&months.join(" "))),
    };
    line("here", &view.here) + &line("away", &view.away)
}
