//! Articles to text and back; articles and patterns, as far as they are searched for.

use super::frontmatter::{self, Fault, Node};
use super::layout;
use super::reading::Reader;
use super::settings::duration;
use crate::domain::article::{Article, Audience, Page, PageKind};

/// All keys an article may have.
pub const KEYS: [&str; 10] = [
    "title",
    "visibility",
    "language",
    "tags",
    "aliases",
    "owner",
    "reviewed",
    "review-every",
    "translation-of",
    "permalink",
];

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

/// Reads the article at a path of the knowledge base.
pub fn parse_article(path: &str, bytes: &[u8]) -> Result<Article, Fault> {
    let front = frontmatter::parse(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let reader = Reader::new(&front);
    let (category, slug) = layout::article_parts(path);
    let body = front.body(text);
    let aliases = reader.list("aliases")?;
    let mut permalinks = reader.list("permalink")?;
    permalinks.extend(aliases.iter().filter(|alias| alias.starts_with('/')).cloned());
    let audience = reader.word("visibility", "public, internal or draft", Audience::find)?;
    Ok(Article {
        path: path.to_owned(),
        slug: slug.to_owned(),
        category: category.to_owned(),
        title: reader.text("title")?.unwrap_or_else(|| slug.to_owned()),
        audience: audience.unwrap_or_default(),
        language: reader.text("language")?,
        tags: reader.list("tags")?,
        aliases,
        owner: reader.text("owner")?,
        reviewed: reader.word("reviewed", "a date like 2026-11-22", |text| text.parse().ok())?,
        review_every: reader.word("review-every", "a duration like 180d", duration)?,
        translation_of: reader.text("translation-of")?,
        permalinks,
        body_line: text[..text.len() - body.len()].matches('\n').count() + 1,
        body: body.to_owned(),
    })
}

/// A new article's file.
pub fn render(article: &Article) -> String {
    let list = |texts: &[String]| Node::List(texts.iter().cloned().map(Node::Text).collect());
    let mut keys =
        vec![("title", Node::Text(article.title.clone())), ("visibility", Node::Text(article.audience.name().into()))];
    let mut own = |key: &'static str, value: Option<Node>| keys.extend(value.map(|value| (key, value)));
    own("language", article.language.clone().map(Node::Text));
    own("tags", (!article.tags.is_empty()).then(|| list(&article.tags)));
    own("aliases", (!article.aliases.is_empty()).then(|| list(&article.aliases)));
    own("owner", article.owner.clone().map(Node::Text));
    own("translation-of", article.translation_of.clone().map(Node::Text));
    frontmatter::render(&keys, &article.body)
}
