//! Around every request: its time, the headers of its answer, a page or problem where there is none, a line in the log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::headers;
use super::metrics::Answered;
use super::pages::language_of;
use super::problem::{IsPage, detail_of, problem, words_of};
use super::state::Shared;

/// How long a request may take, its body and its place in the line together.
const MOST: Duration = Duration::from_secs(90);

pub async fn around(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    if shared.is_due() {
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(trouble) = shared.refresh() {
                (shared.config.log)(&format!("the site cannot be read anew: {trouble:#}"));
            }
        });
    }
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("page".to_owned(), |route| route.as_str().to_owned());
    let language = language_of(&shared, request.uri().path(), request.uri().query(), request.headers());
    let answer = tokio::time::timeout(MOST, next.run(request)).await;
    let mut answer = answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response());
    if answer.status().as_u16() >= 400 && answer.extensions().get::<IsPage>().is_none() {
        answer = instead(&shared, &path, &language, answer);
    }
    let settings = shared.settings();
    let is_secure = settings.portal.url.as_ref().is_some_and(|url| url.starts_with("https://"));
    let is_embedded = route == "/{language}/embed";
    headers::add(answer.headers_mut(), is_embedded.then_some(settings.portal.embed.as_slice()), is_secure);
    let status = answer.status().as_u16();
    let label = Answered { route: route.clone(), status: format!("{}xx", status / 100) };
    shared.metrics.answered.get_or_create(&label).inc();
    shared.metrics.took.observe(start.elapsed().as_secs_f64());
    // Addresses, tokens and questions are nobody's business: the route says enough.
    (shared.config.log)(&format!("{method} {route} {status} {} ms", start.elapsed().as_millis()));
    answer
}

/// What is answered where a thread has given up: a defect of ours, told to nobody but the log of panics.
pub fn fallen(_: Box<dyn std::any::Any + Send>) -> Response {
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// A page or a problem for an answer that only has a status.
fn instead(shared: &Shared, path: &str, language: &str, answer: Response) -> Response {
    let status = answer.status();
    let is_api = path.starts_with("/api/");
    let mut made = match is_api {
        true => problem(status, detail_of(status)),
        false => {
            let published = shared.published();
            let page = published.pages().error(language, words_of(status));
            (status, Html(page.unwrap_or_else(|fault| format!("{}: {}", fault.template, fault.message))))
                .into_response()
        }
    };
    if let Some(allow) = answer.headers().get(header::ALLOW) {
        made.headers_mut().insert(header::ALLOW, allow.clone());
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        made.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    made.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    made
}
