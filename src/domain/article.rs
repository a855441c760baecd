//! Articles and patterns, as far as they are searched for.

/// What kind of page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    Article,
    Pattern,
}

/// An article of the knowledge base or a response pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub kind: PageKind,
    /// The file's name without its ending.
    pub slug: String,
    pub title: String,
    pub language: Option<String>,
    pub tags: Vec<String>,
    /// Extra words people search for.
    pub aliases: Vec<String>,
    pub body: String,
}
