//! Links between articles, as JSON has them.

use serde::Serialize;

/// A link: a row of `kb links`; `links` of an article.
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    /// `out` or `in`, as seen from the article asked for.
    pub direction: &'static str,
    /// The article it stands in.
    pub from: String,
    pub line: usize,
    pub column: usize,
    /// `link`, `slug` or `ticket`.
    pub kind: &'static str,
    /// As it is written.
    pub target: String,
    /// The file or ticket it leads to; the address itself where that is outside of the desk; `null` where it is broken.
    pub to: Option<String>,
    /// Whether it leads out of the desk.
    pub external: bool,
    /// What is wrong with it.
    pub broken: Option<String>,
    pub hint: Option<String>,
}

/// A link to an article: `backlinks` of an article.
#[derive(Debug, Clone, Serialize)]
pub struct BacklinkView {
    /// Of the article it stands in.
    pub slug: String,
    pub title: String,
    pub path: String,
    pub line: usize,
    pub column: usize,
}

/// A link that was mended.
#[derive(Debug, Clone, Serialize)]
pub struct MendedView {
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub from: String,
    pub to: String,
}

/// `kb links --fix`
#[derive(Debug, Clone, Serialize)]
pub struct MendView {
    pub mended: Vec<MendedView>,
    pub left: Vec<LinkView>,
    pub commit: Option<String>,
    pub warnings: Vec<String>,
}
