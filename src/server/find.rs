//! Search, and suggestions while a question is being typed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::site::Published;
use super::state::Shared;
use crate::failure::Result;
use crate::portal::Entry;

const RESULTS: usize = 20;
const SUGGESTIONS: usize = 5;
/// The longest question, in characters.
const LONGEST: usize = 200;

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// A suggestion, as the script of the pages reads it.
#[derive(Debug, Serialize)]
struct Suggestion {
    link: String,
    title: String,
    summary: String,
}

pub async fn search(
    State(shared): State<Arc<Shared>>,
    Path(language): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let work = move || -> Result<Option<String>> {
        let published = shared.published();
        if !published.site.has_language(&language) {
            return Ok(None);
        }
        let question: String = asked.q.chars().take(LONGEST).collect();
        let hits = published.index.search(&question, &language, RESULTS * 4)?;
        let articles = entries(&published, &hits.places, &language, RESULTS);
        let page = published.pages().results(&language, question.trim(), articles, hits.partial);
        Ok(Some(page.map_err(|fault| crate::desk::portal::template_failure(&fault))?))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some(page))) => {
            ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Html(page)).into_response()
        }
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

pub async fn suggest(
    State(shared): State<Arc<Shared>>,
    Path(language): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let work = move || -> Result<Option<Vec<Suggestion>>> {
        let published = shared.published();
        if !published.site.has_language(&language) {
            return Ok(None);
        }
        let found = suggested(&published, &asked.q, &language)?;
        let shown = found.into_iter().filter_map(|entry| {
            Some(Suggestion { link: entry.link?, title: entry.title, summary: entry.summary.unwrap_or_default() })
        });
        Ok(Some(shown.collect()))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some(found))) => Json(found).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The articles that may answer a question.
pub fn suggested(published: &Published, question: &str, language: &str) -> Result<Vec<Entry>> {
    let question: String = question.chars().take(LONGEST).collect();
    let places = published.index.suggest(&question, language, SUGGESTIONS * 4)?;
    Ok(entries(published, &places, language, SUGGESTIONS))
}

/// Articles as a list shows them, each in one language.
fn entries(published: &Published, places: &[usize], language: &str, most: usize) -> Vec<Entry> {
    let (site, pages) = (&published.site, published.pages());
    let root = pages.root("");
    let mut seen = std::collections::HashSet::new();
    let articles = places.iter().filter_map(|place| site.articles.get(*place));
    let best = articles.filter(|article| seen.insert(article.group.clone()));
    let best = best.filter_map(|article| site.variant(&article.group, language));
    best.take(most).map(|article| pages.entry_of(article, language, &root, true)).collect()
}
