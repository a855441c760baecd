//! What `audit verify` and the hook of a server find.

use serde::Serialize;

use super::log::AuthorView;

/// Something in the history that should not be there.
#[derive(Debug, Clone, Serialize)]
pub struct AuditView {
    /// `null` for what is wrong with the whole.
    pub commit: Option<String>,
    pub author: Option<AuthorView>,
    pub path: Option<String>,
    pub code: &'static str,
    pub message: String,
}

impl AuditView {
    /// In words, on a line.
    pub fn said(&self) -> String {
        let commit = self.commit.as_deref().map(|commit| format!("{} ", commit.get(..10).unwrap_or(commit)));
        let path = self.path.as_deref().map(|path| format!("{path}: "));
        let (commit, path) = (commit.unwrap_or_default(), path.unwrap_or_default());
        format!("{commit}{path}{} ({})", self.message, self.code)
    }
}
