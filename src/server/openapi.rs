//! The description of the API, made of the code that answers it.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::api::{File, NewMessage, NewTicket, Written};
use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(title = "loket", description = "Tickets and messages for a desk. Every request wants a token of `loket api-token new`."),
    paths(super::api::tickets, super::api::messages),
    components(schemas(NewTicket, NewMessage, File, Written, Problem)),
    modifiers(&Token)
)]
struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        description.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

pub async fn show() -> Response {
    let text = Description::openapi().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
