//! What an import did.

use serde::Serialize;

#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportView {
    /// Rows or lines read.
    pub read: usize,
    /// Tickets made or changed.
    pub tickets: usize,
    /// Comments made.
    pub comments: usize,
    pub commits: usize,
    /// Tickets that were there already, with all of it.
    pub unchanged: usize,
    pub skipped: Vec<NoticeView>,
    pub warnings: Vec<NoticeView>,
}

/// What the import has to say of one place of the source.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeView {
    #[serde(rename = "where")]
    pub place: String,
    pub reason: String,
}
