//! Articles, as JSON has them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::links::{BacklinkView, LinkView};
use super::log::AuthorView;
use crate::domain::article::Article;

/// A row of `kb list`; `kb show` adds the body.
#[derive(Debug, Clone, Serialize)]
pub struct ArticleView {
    pub slug: String,
    pub category: String,
    pub title: String,
    pub visibility: &'static str,
    /// The desk's own where the article names none.
    pub language: String,
    pub tags: Vec<String>,
    pub aliases: Vec<String>,
    pub owner: Option<String>,
    pub reviewed: Option<Date>,
    /// In seconds.
    pub review_every: Option<i64>,
    pub translation_of: Option<String>,
    pub path: String,
    /// One for every language of the desk but the article's own, and for what else there is.
    pub translations: Vec<TranslationView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TranslationView {
    pub language: String,
    /// `null` where it is missing.
    pub path: Option<String>,
    pub state: TranslationState,
    /// When the original became another than the one translated.
    pub since: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TranslationState {
    Current,
    Outdated,
    Missing,
}

impl TranslationState {
    pub fn name(self) -> &'static str {
        match self {
            TranslationState::Current => "current",
            TranslationState::Outdated => "outdated",
            TranslationState::Missing => "missing",
        }
    }
}

impl ArticleView {
    pub fn of(article: &Article, language: &str, translations: Vec<TranslationView>) -> ArticleView {
        ArticleView {
            slug: article.slug.clone(),
            category: article.category.clone(),
            title: article.title.clone(),
            visibility: article.audience.name(),
            language: article.language.clone().unwrap_or_else(|| language.to_owned()),
            tags: article.tags.clone(),
            aliases: article.aliases.clone(),
            owner: article.owner.clone(),
            reviewed: article.reviewed,
            review_every: article.review_every.map(|every| every.as_secs()),
            translation_of: article.translation_of.clone(),
            path: article.path.clone(),
            translations,
        }
    }
}

/// `kb show`
#[derive(Debug, Clone, Serialize)]
pub struct ArticlePage {
    #[serde(flatten)]
    pub article: ArticleView,
    pub body: String,
    pub links: Vec<LinkView>,
    pub backlinks: Vec<BacklinkView>,
}

/// A version of an article: a row of `kb log`.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    pub date: Timestamp,
    pub author: AuthorView,
    pub commit: String,
    /// `null` for a commit made by hand.
    pub command: Option<String>,
    pub subject: String,
    /// Where the article lay after it.
    pub path: String,
    /// Where it came from, if this moved it.
    pub from: Option<String>,
}

/// `kb diff`
#[derive(Debug, Clone, Serialize)]
pub struct DiffView {
    pub path: String,
    /// The commits compared.
    pub from: String,
    pub to: String,
    /// As `git diff` prints it.
    pub diff: String,
}

/// What wants attention: a row of `kb stale`.
#[derive(Debug, Clone, Serialize)]
pub struct StaleView {
    pub slug: String,
    pub title: String,
    pub path: String,
    pub owner: Option<String>,
    /// `review` or `translation`.
    pub what: &'static str,
    /// A translation's language.
    pub language: Option<String>,
    /// What is wrong, in words.
    pub reason: String,
}
