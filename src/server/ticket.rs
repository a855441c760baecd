//! A ticket by its link: seen, answered, closed, opened again, rated.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::address::client;
use super::form::{self, Binding, Sent};
use super::new::{is_secure, with_cookie};
use super::pages::language_of;
use super::state::Shared;
use super::writer::hand_over;
use crate::desk::portal::{Act, Ask, Became, Request as Asked};
use crate::domain::comment::Role;
use crate::domain::ticket::State as Stands;
use crate::failure::Result;
use crate::portal::{Filled, Message, TicketPage};
use crate::view::portal::PublicTicket;

#[derive(Debug, Default, Deserialize)]
pub struct Told {
    #[serde(default)]
    done: String,
    sent: Option<String>,
}

/// What a page of a ticket is made for.
struct Viewer {
    language: String,
    binding: Binding,
    is_new: bool,
}

impl Viewer {
    fn of(shared: &Shared, request: &Request) -> Viewer {
        let (binding, is_new) = Binding::of(request.headers());
        let language = language_of(shared, "", request.uri().query(), request.headers());
        Viewer { language, binding, is_new }
    }
}

pub async fn show(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Query(told): Query<Told>,
    request: Request,
) -> Response {
    let viewer = Viewer::of(&shared, &request);
    page(shared, token, viewer, told, Filled::default(), StatusCode::OK).await
}

async fn page(
    shared: Arc<Shared>,
    token: String,
    viewer: Viewer,
    told: Told,
    filled: Filled,
    status: StatusCode,
) -> Response {
    let work = move || -> Result<Option<Response>> {
        let Some(ticket) = shared.with_desk(|here| here.public_ticket(&token))? else { return Ok(None) };
        let text = render(&shared, &token, &ticket, &viewer, &told, filled)?;
        let cookie = viewer.binding.cookie(is_secure(&shared.settings()));
        let mut answer = with_cookie((status, Html(text)).into_response(), viewer.is_new.then_some(cookie.as_str()));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        }
        Ok(Some(answer))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some(answer))) => answer,
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn render(
    shared: &Shared,
    token: &str,
    ticket: &PublicTicket,
    viewer: &Viewer,
    told: &Told,
    mut filled: Filled,
) -> Result<String> {
    filled.token = form::token(shared, shared.now()?, &viewer.binding);
    let is_over = matches!(ticket.state, Stands::Solved | Stands::Closed);
    let may: BTreeSet<&'static str> = [
        ("answer", true),
        ("close", ticket.state != Stands::Closed),
        ("reopen", ticket.state == Stands::Solved),
        ("rate", is_over && ticket.rated.is_none()),
    ]
    .into_iter()
    .filter_map(|(what, may)| may.then_some(what))
    .collect();
    let done = ["answer", "close", "reopen", "rate"].into_iter().zip([
        "done_answer",
        "done_close",
        "done_reopen",
        "done_rate",
    ]);
    let done = done.into_iter().find(|(act, _)| *act == told.done).map(|(_, key)| key);
    let messages = ticket.messages.iter().map(|message| Message {
        mine: message.role == Role::Requester,
        author: &message.author,
        date: message.date,
        text: &message.text,
        automatic: message.automatic,
        files: message.files.iter().map(|file| (file.name.as_str(), file.size)).collect(),
    });
    let shown = TicketPage {
        token,
        id: &ticket.id,
        title: &ticket.title,
        state: ticket.state,
        created: ticket.created,
        rated: ticket.rated,
        messages: messages.collect(),
        may,
        done,
        sent: told.sent.is_some(),
    };
    let published = shared.published();
    let page = published.pages().ticket(&viewer.language, &published.settings, &shown, &filled);
    page.map_err(|fault| crate::desk::portal::template_failure(&fault).into())
}

/// A file of a ticket: saved, never shown, and nothing in it runs.
pub async fn file(State(shared): State<Arc<Shared>>, Path((token, name)): Path<(String, String)>) -> Response {
    let wanted = name.clone();
    let work = move || shared.with_desk(|here| here.public_file(&token, &wanted));
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some(content))) => {
            let encoded = crate::portal::address::encode(&name);
            let disposition = format!("attachment; filename*=UTF-8''{encoded}");
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Ok(disposition) = HeaderValue::from_str(&disposition) {
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            (headers, content).into_response()
        }
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

pub async fn take(
    State(shared): State<Arc<Shared>>,
    Path((token, act)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !["answer", "close", "reopen", "rate"].contains(&act.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let settings = shared.settings();
    if !form::is_from_here(request.headers(), settings.portal.url.as_deref()) {
        shared.metrics.refuse("origin");
        return StatusCode::FORBIDDEN.into_response();
    }
    let viewer = Viewer::of(&shared, &request);
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0);
    let from = peer.map(|peer| client(request.headers(), peer, &settings.portal.trusted_proxies));
    let sent = match form::read(&shared, request, settings.portal.files, settings.portal.upload).await {
        Ok(sent) => sent,
        Err(status) => return status.into_response(),
    };
    let Ok(now) = shared.now() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let mut filled = Filled { fields: sent.fields.clone(), ..Filled::default() };
    let again = |mut filled: Filled, viewer: Viewer, status, trouble| {
        filled.trouble = trouble;
        page(shared.clone(), token.clone(), viewer, Told::default(), filled, status)
    };
    let checked = form::check(&shared, sent.get("token"), &viewer.binding, now, jiff::SignedDuration::ZERO);
    let form_token = match checked {
        Ok(form_token) => form_token,
        Err(key) => return again(filled, viewer, StatusCode::UNPROCESSABLE_ENTITY, Some(key)).await,
    };
    if !sent.get("website").is_empty() {
        shared.metrics.refuse("trap");
        let root = shared.published().pages().root("");
        return Redirect::to(&format!("{root}t/{token}")).into_response();
    }
    if from.is_some_and(|from| !shared.limits().allows_address(from)) {
        shared.metrics.refuse("limit");
        return again(filled, viewer, StatusCode::TOO_MANY_REQUESTS, Some("error_many")).await;
    }
    let wanted = match wanted(&act, &sent) {
        Ok(wanted) => wanted,
        Err((field, key)) => {
            filled.wrong = vec![(field.to_owned(), key)];
            return again(filled, viewer, StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
    };
    let is_answer = act == "answer";
    let asked = Asked {
        known_as: is_answer.then(|| form_token.known_as(&sent)),
        may_be_old: form_token.is_before(shared.began),
        ask: Ask::Act { token: token.clone(), act: wanted },
    };
    let root = shared.published().pages().root("");
    let back = |token: &str, told: &str| {
        Redirect::to(&format!("{root}t/{token}?lang={}&{told}", viewer.language)).into_response()
    };
    match hand_over(&shared, asked, sent.bytes()).await {
        Some(Became::Opened { token: own, .. }) => back(&own, "sent=1"),
        Some(Became::Taken { .. } | Became::Known { .. }) => back(&token, &format!("done={act}")),
        Some(Became::Unknown) => StatusCode::NOT_FOUND.into_response(),
        Some(Became::Closed) => again(filled, viewer, StatusCode::CONFLICT, Some("no_answers")).await,
        Some(Became::Unfit(_)) => again(filled, viewer, StatusCode::CONFLICT, Some("unfit")).await,
        None => again(filled, viewer, StatusCode::SERVICE_UNAVAILABLE, Some("error_busy")).await,
    }
}

/// What is asked for with a form; or the field that is wrong, and what is said of it.
fn wanted(act: &str, sent: &Sent) -> Result<Act, (&'static str, &'static str)> {
    match act {
        "answer" if sent.get("text").is_empty() => Err(("text", "wrong_text")),
        "answer" if sent.too_much => Err(("files", "wrong_files")),
        "answer" => {
            Ok(Act::Answer { text: sent.get("text").to_owned(), files: sent.files.clone(), channel: "web".to_owned() })
        }
        "close" => Ok(Act::Close),
        "reopen" => Ok(Act::Reopen),
        _ => {
            let score = sent.get("score").parse().ok().filter(|score| (1..=5).contains(score));
            let comment = Some(sent.get("comment").to_owned()).filter(|text| !text.is_empty());
            Ok(Act::Rate { score: score.ok_or(("score", "wrong_score"))?, comment })
        }
    }
}
