//! "Send me my links": the answer is the same whether anybody is known by the address or not.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::address::client;
use super::form::{self, Binding};
use super::new::{is_secure, with_cookie};
use super::state::Shared;
use crate::desk::portal::is_address;
use crate::desk::send::Way;
use crate::portal::Filled;

pub async fn ask(State(shared): State<Arc<Shared>>, Path(language): Path<String>, request: Request) -> Response {
    let published = shared.published();
    if !published.site.has_language(&language) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (binding, is_new) = Binding::of(request.headers());
    answer(&shared, &language, StatusCode::OK, Filled::default(), false, &binding, is_new)
}

fn answer(
    shared: &Shared,
    language: &str,
    status: StatusCode,
    mut filled: Filled,
    done: bool,
    binding: &Binding,
    is_new: bool,
) -> Response {
    let Ok(now) = shared.now() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    filled.token = form::token(shared, now, binding);
    let published = shared.published();
    match published.pages().mine(language, &filled, done) {
        Ok(page) => {
            let cookie = binding.cookie(is_secure(&published.settings));
            with_cookie((status, Html(page)).into_response(), is_new.then_some(cookie.as_str()))
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

pub async fn take(State(shared): State<Arc<Shared>>, Path(language): Path<String>, request: Request) -> Response {
    let settings = shared.settings();
    if !shared.published().site.has_language(&language) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !form::is_from_here(request.headers(), settings.portal.url.as_deref()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (binding, is_new) = Binding::of(request.headers());
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0);
    let from = peer.map(|peer| client(request.headers(), peer, &settings.portal.trusted_proxies));
    let sent = match form::read(&shared, request, 0, 0).await {
        Ok(sent) => sent,
        Err(status) => return status.into_response(),
    };
    let Ok(now) = shared.now() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let mut filled = Filled { fields: sent.fields.clone(), ..Filled::default() };
    let again = |status, filled: Filled| answer(&shared, &language, status, filled, false, &binding, is_new);
    if let Err(key) = form::check(&shared, sent.get("token"), &binding, now, jiff::SignedDuration::ZERO) {
        filled.trouble = Some(key);
        return again(StatusCode::UNPROCESSABLE_ENTITY, filled);
    }
    let email = sent.get("email").to_lowercase();
    if !is_address(&email) {
        filled.wrong = vec![("email".to_owned(), "wrong_email")];
        return again(StatusCode::UNPROCESSABLE_ENTITY, filled);
    }
    if from.is_some_and(|from| !shared.limits().allows_address(from)) {
        filled.trouble = Some("error_many");
        return again(StatusCode::TOO_MANY_REQUESTS, filled);
    }
    // Whoever asks too often in somebody's name hears nothing of it either.
    if sent.get("website").is_empty() && shared.limits().allows_email(&email) {
        send(shared.clone(), email, language.clone());
    }
    answer(&shared, &language, StatusCode::OK, Filled::default(), true, &binding, is_new)
}

/// Sends the links in the background: how long that takes tells nothing.
fn send(shared: Arc<Shared>, email: String, language: String) {
    let way = Way::Settings { password: shared.config.password.clone() };
    tokio::task::spawn_blocking(move || {
        if let Err(trouble) = shared.with_desk(|here| here.send_links(&email, &language, &way)) {
            (shared.config.log)(&format!("links were not sent: {trouble:#}"));
        }
    });
}
