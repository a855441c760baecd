//! The public site, page by page.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};

use super::site::{Made, Published};
use super::state::Shared;
use crate::failure::Result;
use crate::portal::{address, atom, hex, robots, sitemap};

const HTML: &str = "text/html; charset=utf-8";

/// Whether the server can read its desk.
pub async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let work = move || shared.with_desk(|here| here.site_key().map(drop));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(())) => "ok\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the desk cannot be read\n").into_response(),
    }
}

/// The language of a request: that of its address, what was chosen last, what the browser asks for, the desk's own.
pub fn language_of(shared: &Shared, path: &str, query: Option<&str>, headers: &HeaderMap) -> String {
    let published = shared.published();
    let known = |tag: &str| published.site.has_language(tag).then(|| tag.to_owned());
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let asked = query.into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("lang="));
    let of_address = known(first).or_else(|| known(asked?));
    of_address.or_else(|| by_browser(headers, &known)).unwrap_or_else(|| published.site.language().to_owned())
}

/// The best of the languages a browser asks for (RFC 9110, 12.5.4).
fn by_browser(headers: &HeaderMap, known: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let said = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted: Vec<(f32, usize, String)> = Vec::new();
    for (place, part) in said.split(',').take(20).enumerate() {
        let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
        let tag = tag.trim().to_lowercase();
        let found = known(&tag).or_else(|| known(tag.split('-').next()?));
        if let (Some(found), Ok(weight)) = (found, weight.trim().parse::<f32>()) {
            wanted.push((weight, place, found));
        }
    }
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    wanted.into_iter().next().map(|(_, _, found)| found)
}

/// Any page of the site.
pub async fn page(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    if request.uri().path().starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = (header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return (StatusCode::METHOD_NOT_ALLOWED, [allow]).into_response();
    }
    let path = percent_encoding::percent_decode_str(request.uri().path().trim_start_matches('/')).decode_utf8_lossy();
    let published = shared.published();
    if path.is_empty() {
        let language = language_of(&shared, "", request.uri().query(), request.headers());
        let home = format!("{}{language}/", published.pages().root(""));
        let vary = (header::VARY, HeaderValue::from_static("accept-language"));
        return ([vary], Redirect::to(&home)).into_response();
    }
    let file = if path.ends_with('/') { format!("{path}index.html") } else { path.into_owned() };
    if let Some(made) = published.kept(&file) {
        return answer(&made, request.headers());
    }
    if let Some(redirect) = published
        .site
        .redirects()
        .iter()
        .find(|redirect| redirect.from == file || redirect.from == format!("{file}/index.html"))
    {
        return Redirect::permanent(&address::link(&published.pages().root(""), &redirect.to)).into_response();
    }
    let headers = request.headers().clone();
    let is_folder = listing_of(&published, &format!("{file}/index.html")).is_some();
    let folder = address::link(&published.pages().root(""), &file);
    let work = move || make(&shared, &published, &file).map(|made| made.inspect(|made| published.keep(&file, made)));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some(made))) => answer(&made, &headers),
        // A category without the slash at its end.
        Ok(Ok(None)) if is_folder => Redirect::permanent(&format!("{folder}/")).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// A page as an answer; its tag alone where the browser has it.
fn answer(made: &Made, headers: &HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let cache = if made.forever { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
    let mut answer =
        match known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == made.tag)) {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => made.content.clone().into_response(),
        };
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(made.kind));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&made.tag) {
        out.insert(header::ETAG, tag);
    }
    if made.kind != HTML && !made.kind.starts_with("text/css") && !made.kind.starts_with("text/javascript") {
        // What comes from the knowledge base as it is runs nothing, whatever it holds.
        out.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        );
    }
    answer
}

/// Makes a page of the site; `None` where there is none.
fn make(shared: &Shared, published: &Published, file: &str) -> Result<Option<Made>> {
    let pages = published.pages();
    let fault = |fault| crate::desk::portal::template_failure(&fault);
    let page = |text: String| Some(made(text.into_bytes(), HTML, false));
    if let Some(article) = published.site.articles.iter().find(|article| article.file == file) {
        return Ok(page(shared.with_desk(|here| here.served_article(&pages, article))?));
    }
    if let Some(content) = published.look.assets.get(file) {
        let look = &published.look;
        let own = [&look.style, &look.script, &look.icon].iter().any(|own| *own == file);
        return Ok(Some(made(content.clone(), kind_of(file), own)));
    }
    if let Some(object) = published.files.get(file) {
        let content = shared.with_desk(|here| here.served_file(file, object))?;
        return Ok(content.map(|content| made(content, kind_of(file), false)));
    }
    if let Some((language, folder, number)) = listing_of(published, file) {
        return Ok(page(pages.listing(&language, &folder, number).map_err(fault)?));
    }
    let Some(url) = &pages.url else { return Ok(None) };
    let xml = |text: String| Some(made(text.into_bytes(), "application/xml; charset=utf-8", false));
    Ok(match file.split_once('/') {
        Some((language, "feed.xml")) if published.site.has_language(language) => {
            Some(made(atom(&published.site, language, url).into_bytes(), "application/atom+xml; charset=utf-8", false))
        }
        None if file == "sitemap.xml" => xml(sitemap(&published.site, url)),
        None if file == "robots.txt" => Some(made(robots(url).into_bytes(), "text/plain; charset=utf-8", false)),
        _ => None,
    })
}

/// The category and page that a file is the listing of.
fn listing_of(published: &Published, file: &str) -> Option<(String, String, usize)> {
    let (folder, name) = file.rsplit_once('/')?;
    let number = match name.strip_suffix(".html")? {
        "index" => 1,
        name => name.strip_prefix("index-")?.parse().ok().filter(|number| *number > 1)?,
    };
    let (language, category) = folder.split_once('/').unwrap_or((folder, ""));
    let known = published.site.has_language(language) && published.site.categories.contains_key(category);
    (known && number <= published.pages().listing_pages(category))
        .then(|| (language.to_owned(), category.to_owned(), number))
}

fn made(content: Vec<u8>, kind: &'static str, forever: bool) -> Made {
    let tag = format!("\"{}\"", &hex(&Sha256::digest(&content))[..16]);
    Made { content: Bytes::from(content), kind, tag, forever }
}

/// The kind of a file by its ending; what is not known is not guessed.
fn kind_of(file: &str) -> &'static str {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("pdf") => "application/pdf",
        Some("txt") => "text/plain; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("mp4") => "video/mp4",
        Some("webm") => "video/webm",
        _ => "application/octet-stream",
    }
}
