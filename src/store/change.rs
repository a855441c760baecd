//! A change: plain data that says what the next commit holds.

use std::collections::BTreeMap;

use git2::Oid;
use jiff::Timestamp;

/// Who a commit names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// The trailer that names an errand of a commit, by which what a killed command left is told apart.
pub(super) const ERRAND: &str = "Loket-Errand";

/// Something to be done outside the desk: its key, and what is to be done.
pub type Errand = (String, Vec<u8>);

/// All a commit changes, and what it says.
#[derive(Debug, Clone)]
pub struct Change {
    /// New content by path within the desk.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Content by path that is stored already; see [`Snapshot::store`](super::Snapshot::store).
    pub stored: BTreeMap<String, Oid>,
    pub subject: String,
    /// `Loket-Ticket: id` and the like, in this order.
    pub trailers: Vec<(&'static str, String)>,
    /// What is to be done outside the desk when the commit stands, each with its key, which is a trailer too.
    pub errands: Vec<Errand>,
    pub author: Person,
    pub date: Timestamp,
}

impl Change {
    /// Puts a file.
    pub fn write(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), content.into());
    }

    /// The text of the commit.
    pub fn message(&self) -> String {
        let errands = self.errands.iter().map(|(key, _)| (ERRAND, key.clone()));
        render_message(&self.subject, &self.trailers.iter().cloned().chain(errands).collect::<Vec<_>>())
    }
}

/// A commit's text: the subject on one line, then the trailers.
pub fn render_message(subject: &str, trailers: &[(&'static str, String)]) -> String {
    let plain = |text: &str| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut text: String = plain(subject);
    text.push('\n');
    if !trailers.is_empty() {
        text.push('\n');
    }
    for (key, value) in trailers {
        let value: String = plain(value);
        text.push_str(&format!("{key}: {value}\n"));
    }
    text
}
