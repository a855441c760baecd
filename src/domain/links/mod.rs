//! Where a link leads: the pages and files of a knowledge base, and the links between them.

mod nearest;
mod paths;
mod site;
#[cfg(test)]
mod tests;

pub use paths::relative;
pub use site::{Site, destination};

/// How a link is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum LinkKind {
    /// The destination of a markdown link or image.
    Page,
    /// `[[slug]]`, `[[slug#anchor]]`, `[[slug|shown text]]`
    Slug,
    /// `#261122-7k2qm`
    Ticket,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of the site, by its path.
    Page {
        path: String,
    },
    /// A file that is no page, or a folder, by its path; the root is the empty path.
    File {
        path: String,
    },
    /// A ticket, by its id in canonical letters. Whether there is one is for the desk to say.
    Ticket(String),
    /// Has a scheme, or begins with `//`.
    External,
    /// Begins with `/` and is no page's permalink: the published site's, not checked.
    Site,
    Broken {
        what: Broken,
    },
}

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// There is no such file or folder.
    NoFile,
    /// The page is there, the anchor is not.
    NoAnchor { anchor: String, nearest: Option<String> },
    /// No page has that slug.
    NoSlug { nearest: Option<String> },
    /// Several articles have that slug; what to write instead, sorted.
    AmbiguousSlug { candidates: Vec<String> },
    /// Climbs out of the desk.
    Outside,
    /// Looks like a ticket's id and is none.
    Ticket,
}
