//! A new request: what it is about, what may answer it, and the form.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::address::client;
use super::find::suggested;
use super::form::{self, Binding, Sent};
use super::problem::IsPage;
use super::state::Shared;
use super::writer::hand_over;
use crate::desk::portal::{Ask, Became, Opening, Request as Asked, field_fault, is_address, one_line};
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::portal::{Entry, Filled};

#[derive(Debug, Deserialize)]
pub struct About {
    #[serde(default)]
    subject: String,
}

/// The page a form is on.
struct Place {
    language: String,
    embedded: bool,
}

pub async fn ask(
    shared: State<Arc<Shared>>,
    Path(language): Path<String>,
    about: Query<About>,
    request: Request,
) -> Response {
    show(shared, Place { language, embedded: false }, about, request).await
}

pub async fn ask_embedded(
    shared: State<Arc<Shared>>,
    Path(language): Path<String>,
    about: Query<About>,
    request: Request,
) -> Response {
    show(shared, Place { language, embedded: true }, about, request).await
}

pub async fn take(shared: State<Arc<Shared>>, Path(language): Path<String>, request: Request) -> Response {
    sent(shared, Place { language, embedded: false }, request).await
}

pub async fn take_embedded(shared: State<Arc<Shared>>, Path(language): Path<String>, request: Request) -> Response {
    sent(shared, Place { language, embedded: true }, request).await
}

async fn show(
    State(shared): State<Arc<Shared>>,
    place: Place,
    Query(about): Query<About>,
    request: Request,
) -> Response {
    let subject = one_line(&about.subject, 200);
    let (binding, is_new) = binding(&place, &request);
    let work = move || -> Result<Option<(String, bool)>> {
        let published = shared.published();
        if !published.site.has_language(&place.language) {
            return Ok(None);
        }
        let articles = match subject.is_empty() {
            true => Vec::new(),
            false => suggested(&published, &subject, &place.language)?,
        };
        let mut filled = Filled { token: form::token(&shared, shared.now()?, &binding), ..Filled::default() };
        filled.fields.insert("subject".into(), subject.clone());
        let whole = (!subject.is_empty() || place.embedded).then_some(&filled);
        let page = page(&shared, &place, whole, articles)?;
        let secure = is_secure(&shared.settings());
        Ok(Some((page, secure)))
            .map(|found| found.map(|(page, secure)| (page + &format!("\0{}", binding.cookie(secure)), is_new)))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(Some((page, is_new)))) => {
            let (page, cookie) = page.rsplit_once('\0').map_or((page.as_str(), ""), |(page, cookie)| (page, cookie));
            with_cookie(Html(page.to_owned()).into_response(), is_new.then_some(cookie))
        }
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn binding(place: &Place, request: &Request) -> (Binding, bool) {
    if place.embedded { (Binding::frame(), false) } else { Binding::of(request.headers()) }
}

pub fn is_secure(settings: &Settings) -> bool {
    settings.portal.url.as_ref().is_some_and(|url| url.starts_with("https://"))
}

/// A page that no cache keeps, with a cookie where it is new.
pub fn with_cookie(mut page: Response, cookie: Option<&str>) -> Response {
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(cookie).ok()) {
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    page.extensions_mut().insert(IsPage);
    page
}

fn page(shared: &Shared, place: &Place, filled: Option<&Filled>, articles: Vec<Entry>) -> Result<String> {
    let published = shared.published();
    let page = published.pages().new_request(&place.language, &published.settings, filled, articles, place.embedded);
    page.map_err(|fault| crate::desk::portal::template_failure(&fault).into())
}

async fn sent(State(shared): State<Arc<Shared>>, place: Place, request: Request) -> Response {
    let settings = shared.settings();
    if !shared.published().site.has_language(&place.language) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !form::is_from_here(request.headers(), settings.portal.url.as_deref()) {
        shared.metrics.refuse("origin");
        return StatusCode::FORBIDDEN.into_response();
    }
    let (binding, is_new) = binding(&place, &request);
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0);
    let from = peer.map(|peer| client(request.headers(), peer, &settings.portal.trusted_proxies));
    let sent = match form::read(&shared, request, settings.portal.files, settings.portal.upload).await {
        Ok(sent) => sent,
        Err(status) => return status.into_response(),
    };
    // Only a program fills in what nobody sees: it is told that all is well.
    if !sent.get("website").is_empty() {
        shared.metrics.refuse("trap");
        let end = if place.embedded { "embed" } else { "" };
        return Redirect::to(&format!("{}{}/{end}", shared.published().pages().root(""), place.language))
            .into_response();
    }
    let Ok(now) = shared.now() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let mut filled = Filled { fields: sent.fields.clone(), ..Filled::default() };
    filled.wrong = wrong(&settings, &sent);
    let token = form::check(&shared, sent.get("token"), &binding, now, settings.portal.fill_time);
    let again = |mut filled: Filled, status: StatusCode, trouble: Option<&'static str>| {
        filled.token = form::token(&shared, now, &binding);
        filled.trouble = trouble;
        let page = page(&shared, &place, Some(&filled), Vec::new());
        let mut answer = (status, Html(page.unwrap_or_default())).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        }
        let cookie = binding.cookie(is_secure(&settings));
        with_cookie(answer, (is_new && !place.embedded).then_some(cookie.as_str()))
    };
    let token = match token {
        Ok(token) => token,
        Err(key) => {
            shared.metrics.refuse(key);
            return again(filled, StatusCode::UNPROCESSABLE_ENTITY, Some(key));
        }
    };
    if !filled.wrong.is_empty() {
        return again(filled, StatusCode::UNPROCESSABLE_ENTITY, None);
    }
    let email = sent.get("email").to_lowercase();
    let allowed = from.is_none_or(|from| shared.limits().allows_address(from)) && shared.limits().allows_email(&email);
    if !allowed {
        shared.metrics.refuse("limit");
        return again(filled, StatusCode::TOO_MANY_REQUESTS, Some("error_many"));
    }
    let asked = Asked {
        known_as: Some(token.known_as(&sent)),
        may_be_old: token.is_before(shared.began),
        ask: Ask::Open(Box::new(opening(&settings, &sent, email, &place.language))),
    };
    let bytes = sent.bytes();
    match hand_over(&shared, asked, bytes).await {
        Some(Became::Opened { id, token } | Became::Known { id, token }) if place.embedded => {
            match shared.published().pages().sent(&place.language, &id, &token) {
                Ok(page) => with_cookie(Html(page).into_response(), None),
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }
        Some(Became::Opened { token, .. } | Became::Known { token, .. }) => {
            let root = shared.published().pages().root("");
            Redirect::to(&format!("{root}t/{token}?lang={}&sent=1", place.language)).into_response()
        }
        Some(_) => again(filled, StatusCode::UNPROCESSABLE_ENTITY, Some("error_wrong")),
        None => again(filled, StatusCode::SERVICE_UNAVAILABLE, Some("error_busy")),
    }
}

/// What is wrong with a form, field by field.
fn wrong(settings: &Settings, sent: &Sent) -> Vec<(String, &'static str)> {
    let mut wrong = Vec::new();
    let mut add = |field: &str, key, is_wrong: bool| {
        if is_wrong {
            wrong.push((field.to_owned(), key));
        }
    };
    let email = sent.get("email");
    let own = settings.mail.own().iter().any(|own| own.eq_ignore_ascii_case(email));
    add("name", "wrong_name", one_line(sent.get("name"), 100).is_empty());
    add("email", "wrong_email", own || !is_address(email));
    add("subject", "wrong_subject", one_line(sent.get("subject"), 200).is_empty());
    let kind = sent.get("type");
    add("type", "wrong_type", !kind.is_empty() && !settings.portal.types.iter().any(|known| known == kind));
    for (name, rule) in settings.fields.iter().filter(|(_, rule)| rule.public) {
        let _ = rule;
        let key = format!("field.{name}");
        add(&key, "wrong_field", field_fault(settings, name, sent.get(&key)).is_some());
    }
    add("text", "wrong_text", sent.get("text").is_empty());
    add("files", "wrong_files", sent.too_much);
    wrong
}

fn opening(settings: &Settings, sent: &Sent, email: String, language: &str) -> Opening {
    let public = settings.fields.iter().filter(|(_, rule)| rule.public).map(|(name, _)| name);
    let given = public.map(|name| (name.clone(), sent.get(&format!("field.{name}")).to_owned()));
    let kind = sent.get("type");
    Opening {
        name: sent.get("name").to_owned(),
        email,
        subject: sent.get("subject").to_owned(),
        text: sent.get("text").to_owned(),
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        fields: given.filter(|(_, value)| !value.is_empty()).collect(),
        files: sent.files.clone(),
        language: Some(language.to_owned()),
        channel: "web".to_owned(),
        acknowledge: true,
        ..Opening::default()
    }
}
