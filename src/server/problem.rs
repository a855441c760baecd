//! What went wrong, for programs (RFC 9457) and for people.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A problem as the API tells it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What to do about it.
    pub detail: String,
}

/// An answer that is a page already: nothing is put in its place.
#[derive(Debug, Clone, Copy)]
pub struct IsPage;

/// A problem, as an answer.
pub fn problem(status: StatusCode, detail: &str) -> Response {
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
    };
    let mut answer = (status, Json(problem)).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    answer.extensions_mut().insert(IsPage);
    answer
}

/// What a status is called in the words of pages.
pub fn words_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "error_not_found",
        StatusCode::SERVICE_UNAVAILABLE => "error_busy",
        StatusCode::TOO_MANY_REQUESTS => "error_many",
        _ => "error_wrong",
    }
}

/// The same for programs.
pub fn detail_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is nothing at this address",
        StatusCode::METHOD_NOT_ALLOWED => "this address does not take that method",
        StatusCode::PAYLOAD_TOO_LARGE => "the request is too large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "send application/json",
        StatusCode::REQUEST_TIMEOUT => "the request took too long to come",
        StatusCode::TOO_MANY_REQUESTS => "too many requests; try again later",
        StatusCode::SERVICE_UNAVAILABLE => "the desk cannot take it now; send it again",
        _ => "the request cannot be read",
    }
}
