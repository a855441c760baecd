//! Articles and patterns, read as far as they are searched for.

use super::frontmatter::{self, Fault};
use super::layout;
use super::reading::Reader;
use crate::domain::article::{Page, PageKind};

/// What kind of page lies at a path, if any.
pub fn page_kind(path: &str) -> Option<PageKind> {
    let below =
        |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') && rest.ends_with(".md"));
    match path {
        _ if below(layout::ARTICLES) => Some(PageKind::Article),
        _ if below(layout::PATTERNS) => Some(PageKind::Pattern),
        _ => None,
    }
}

/// Reads an article or pattern.
pub fn parse(kind: PageKind, path: &str, bytes: &[u8]) -> Result<Page, Fault> {
    let front = frontmatter::parse(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let reader = Reader::new(&front);
    let name = path.rsplit('/').next().unwrap_or(path);
    let slug = name.strip_suffix(".md").unwrap_or(name).to_owned();
    Ok(Page {
        kind,
        title: reader.text("title")?.unwrap_or_else(|| slug.clone()),
        slug,
        language: reader.text("language")?,
        tags: reader.list("tags")?,
        aliases: reader.list("aliases")?,
        body: front.body(text).to_owned(),
    })
}
