//! The API by which programs write: chats, telephones, other sites.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde::{Deserialize, Serialize};

use super::caller::{self, Said};
use super::form::collect;
use super::problem::{Problem, detail_of, problem};
use super::state::Shared;
use super::writer::hand_over;
use crate::desk::attach::Attachment;
use crate::desk::portal::{
    ApiToken, Ask, Became, Opening, Request as Asked, Scope, Signed, field_fault, is_address, link_of, one_line,
};
use crate::domain::settings::Settings;

/// The most that a request may be beside its files, in bytes.
const TEXTS: usize = 512 << 10;

/// A file, its content in base 64.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct File {
    /// What it is called.
    name: String,
    /// Its bytes in base 64.
    content: String,
}

/// A ticket to be opened.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// On one line, at most 200 characters.
    subject: String,
    /// Markdown.
    text: String,
    /// The requester's address.
    email: String,
    /// The requester's name.
    #[serde(default)]
    name: String,
    /// One of the desk's types.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Custom fields of the desk by name.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// A tag such as `nl`.
    language: Option<String>,
    /// One of the desk's channels; `api` where none is named.
    channel: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    files: Vec<File>,
}

/// A message to be written in a ticket.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The id of the ticket.
    ticket: String,
    /// Markdown.
    text: String,
    /// Who wrote it; the requester where nobody is named.
    email: Option<String>,
    /// One of the desk's channels; `api` where none is named.
    channel: Option<String>,
    #[serde(default)]
    files: Vec<File>,
}

/// What was written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Written {
    /// The id of the ticket.
    id: String,
    /// The requester's page, where the portal has an address; not told where the ticket was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Whether the same request was taken before.
    repeated: bool,
}

#[utoipa::path(
    post,
    path = "/api/v1/tickets",
    summary = "Open a ticket",
    request_body = NewTicket,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again makes no second ticket")),
    responses(
        (status = 201, description = "The ticket is committed", body = Written),
        (status = 200, description = "The same request was taken before", body = Written),
        (status = "4XX", description = "It was not taken", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The desk cannot take it now", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []), ("signature" = []))
)]
pub async fn tickets(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let call = match Call::<NewTicket>::read(&shared, request, Scope::Tickets).await {
        Ok(call) => call,
        Err(answer) => return *answer,
    };
    let (settings, given) = (shared.settings(), call.body);
    let files = match files(&settings, given.files) {
        Ok(files) => files,
        Err(said) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &said),
    };
    let opening = Opening {
        name: given.name,
        email: given.email.trim().to_lowercase(),
        subject: given.subject,
        text: given.text,
        kind: given.kind,
        fields: given.fields.into_iter().collect(),
        files,
        language: given.language,
        channel: given.channel.unwrap_or_else(|| "api".to_owned()),
        acknowledge: false,
        tags: given.tags.iter().map(|tag| one_line(tag, 60)).filter(|tag| !tag.is_empty()).collect(),
        links: Vec::new(),
    };
    if let Some(said) = wrong(&settings, &opening) {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, &said);
    }
    let bytes = opening.text.len() + opening.files.iter().map(|file| file.content.len()).sum::<usize>();
    let asked = Asked { known_as: call.known_as, may_be_old: true, ask: Ask::Open(Box::new(opening)) };
    written(&shared, asked, bytes).await
}

#[utoipa::path(
    post,
    path = "/api/v1/messages",
    summary = "Write a message in a ticket",
    request_body = NewMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again writes no second message")),
    responses(
        (status = 201, description = "The message is committed", body = Written),
        (status = 200, description = "The same request was taken before", body = Written),
        (status = "4XX", description = "It was not taken", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The desk cannot take it now", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []), ("signature" = []))
)]
pub async fn messages(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let call = match Call::<NewMessage>::read(&shared, request, Scope::Messages).await {
        Ok(call) => call,
        Err(answer) => return *answer,
    };
    let (settings, given) = (shared.settings(), call.body);
    let files = match files(&settings, given.files) {
        Ok(files) => files,
        Err(said) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &said),
    };
    let channel = given.channel.unwrap_or_else(|| "api".to_owned());
    let said = match &given.email {
        Some(email) if !is_address(email) => Some("email: this is no address".to_owned()),
        _ if given.text.trim().is_empty() => Some("text: there is none".to_owned()),
        _ if !settings.channels.contains(&channel) => Some(format!("channel: one of {}", settings.channels.join(", "))),
        _ => None,
    };
    if let Some(said) = said {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, &said);
    }
    let bytes = given.text.len() + files.iter().map(|file| file.content.len()).sum::<usize>();
    let ask = Ask::Message {
        ticket: given.ticket,
        email: given.email.map(|email| email.to_lowercase()),
        text: given.text,
        files,
        channel,
    };
    written(&shared, Asked { known_as: call.known_as, may_be_old: true, ask }, bytes).await
}

/// Who calls: known, or known when the body has been read.
enum Caller {
    Known(ApiToken),
    Signs(Signed),
}

/// A request of a program that may make it.
struct Call<T> {
    body: T,
    known_as: Option<String>,
}

impl<T: serde::de::DeserializeOwned> Call<T> {
    async fn read(shared: &Arc<Shared>, request: Request, scope: Scope) -> Result<Call<T>, Box<Response>> {
        let refuse = |status, said: &str| Box::new(problem(status, said));
        let (head, body) = request.into_parts();
        let now = shared.now().map_err(|_| refuse(StatusCode::SERVICE_UNAVAILABLE, "the server has no time"))?;
        let caller = match Said::read(&head.headers, now) {
            Ok(Said::Token(token)) => Caller::Known(caller::by_token(shared, &head, token).await?),
            // A signature is over the body, which is to be read first.
            Ok(Said::Signed(signed)) => Caller::Signs(signed),
            Ok(Said::Nothing) => return Err(caller::nobody(shared, &head, caller::WANTED)),
            Err(said) => return Err(caller::nobody(shared, &head, said)),
        };
        let may = |token: &ApiToken| match token.scopes.contains(&scope) {
            true => Ok(()),
            false => Err(refuse(StatusCode::FORBIDDEN, &format!("this token does not allow {}", scope.name()))),
        };
        if let Caller::Known(token) = &caller {
            may(token)?;
        }
        let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json"));
        }
        let most = shared.settings().portal.upload as usize / 3 * 4 + TEXTS;
        let reading = tokio::time::timeout(Duration::from_secs(60), collect(shared, body, most)).await;
        let body =
            reading.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)).map_err(|status| refuse(status, detail_of(status)))?;
        let (token, id) = match caller {
            Caller::Known(token) => (token, None),
            Caller::Signs(signed) => {
                let id = signed.id.clone();
                (caller::by_signature(shared, &head, signed, body.clone()).await?, Some(id))
            }
        };
        may(&token)?;
        let known_as = caller::known_as(&head.headers, id.as_deref(), &token.name)
            .map_err(|said| refuse(StatusCode::BAD_REQUEST, said))?;
        match serde_json::from_slice(&body) {
            Ok(body) => Ok(Call { body, known_as }),
            // What serde says names the field and the place; it does not repeat what was sent.
            Err(trouble) => Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, &one_line(&trouble.to_string(), 300))),
        }
    }
}

fn files(settings: &Settings, given: Vec<File>) -> Result<Vec<Attachment>, String> {
    if given.len() > settings.portal.files {
        return Err(format!("files: at most {}", settings.portal.files));
    }
    let mut bytes = 0;
    let mut files = Vec::new();
    for file in given {
        let content = base64::engine::general_purpose::STANDARD.decode(file.content.trim());
        let content = content.map_err(|_| "files: the content of one is no base 64".to_owned())?;
        bytes += content.len() as u64;
        if bytes > settings.portal.upload {
            return Err(format!("files: at most {} bytes in all", settings.portal.upload));
        }
        files.push(Attachment { name: file.name, content });
    }
    Ok(files)
}

/// What is wrong with a ticket to be opened.
fn wrong(settings: &Settings, opening: &Opening) -> Option<String> {
    if !is_address(&opening.email) || settings.mail.own().contains(&opening.email) {
        return Some("email: this is no address of a requester".to_owned());
    }
    if one_line(&opening.subject, 200).is_empty() {
        return Some("subject: there is none".to_owned());
    }
    if opening.text.trim().is_empty() {
        return Some("text: there is none".to_owned());
    }
    if opening.kind.as_ref().is_some_and(|kind| !settings.types.contains(kind)) {
        return Some(format!("type: one of {}", settings.types.join(", ")));
    }
    if !settings.channels.contains(&opening.channel) {
        return Some(format!("channel: one of {}", settings.channels.join(", ")));
    }
    if opening.language.as_ref().is_some_and(|language| !crate::domain::article::is_language(language)) {
        return Some("language: a tag such as nl".to_owned());
    }
    opening
        .fields
        .iter()
        .find_map(|(name, value)| field_fault(settings, name, value).map(|said| format!("fields: {said}")))
}

async fn written(shared: &Shared, asked: Asked, bytes: usize) -> Response {
    let settings = shared.settings();
    let told = |status, id: String, token: Option<String>, repeated| {
        let url = token.and_then(|token| link_of(&settings, &token));
        (status, Json(Written { id, url, repeated })).into_response()
    };
    match hand_over(shared, asked, bytes).await {
        Some(Became::Opened { id, token }) => told(StatusCode::CREATED, id, Some(token), false),
        Some(Became::Taken { id }) => told(StatusCode::CREATED, id, None, false),
        Some(Became::Known { id, .. }) => told(StatusCode::OK, id, None, true),
        Some(Became::Unknown) => problem(StatusCode::NOT_FOUND, "ticket: there is none by that id"),
        Some(Became::Closed) => {
            problem(StatusCode::CONFLICT, "that ticket is closed, and the desk takes no answers then")
        }
        Some(Became::Unfit(_)) => problem(StatusCode::CONFLICT, "that cannot be done as the ticket stands"),
        None => problem(StatusCode::SERVICE_UNAVAILABLE, "the desk cannot take it now; send it again"),
    }
}
