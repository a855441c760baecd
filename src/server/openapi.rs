//! The description of the API, made of the code that answers it.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::api::{File, NewMessage, NewTicket, Written};
use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(title = "loket", description = "Tickets and messages for a desk. Every request wants a token of `loket api-token new`, or a signature by a key of `loket api-token new --signed`."),
    paths(super::api::tickets, super::api::messages),
    components(schemas(NewTicket, NewMessage, File, Written, Problem)),
    modifiers(&Callers)
)]
struct Description;

struct Callers;

impl Modify for Callers {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let signed = "With webhook-id and webhook-timestamp, as Standard Webhooks 1.0 has it.";
        let signature = ApiKey::Header(ApiKeyValue::with_description("webhook-signature", signed));
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", token);
        components.add_security_scheme("signature", SecurityScheme::ApiKey(signature));
    }
}

pub async fn show() -> Response {
    let text = Description::openapi().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
