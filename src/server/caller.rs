//! Who calls the API: known by a token that is sent along, or by a signature over the request as Standard Webhooks has it
//! (<https://www.standardwebhooks.com>).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::address::client;
use super::problem::problem;
use super::state::Shared;
use crate::desk::Here;
use crate::desk::portal::{ApiToken, Signed};
use crate::portal::hex;

/// How far the clock of who signs may be from ours, as Standard Webhooks recommends.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// The most characters of an id or a key.
const LONGEST: usize = 255;
/// The most signatures of one request: a sender has a few where it changes its keys.
const MOST_SIGNATURES: usize = 10;

/// What a request without either is told.
pub const WANTED: &str = "a token is needed: Authorization: Bearer TOKEN";

/// How a request says whose it is.
pub enum Said {
    Nothing,
    Token(String),
    Signed(Signed),
}

impl Said {
    /// What the head of a request says; the error tells what to do.
    pub fn read(headers: &HeaderMap, now: Timestamp) -> Result<Said, &'static str> {
        let Some(signature) = text(headers, "webhook-signature") else {
            let token = text(headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
            return Ok(token.map_or(Said::Nothing, |token| Said::Token(token.to_owned())));
        };
        let id = text(headers, "webhook-id").filter(|id| !id.is_empty() && id.len() <= LONGEST);
        let id = id.ok_or("webhook-id has 1 to 255 characters")?;
        let moment = text(headers, "webhook-timestamp").unwrap_or_default();
        let sent = moment.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
        let sent = sent.ok_or("webhook-timestamp is the second at which the request was signed, since 1970")?;
        if now.duration_since(sent).abs() > TOLERANCE {
            return Err("webhook-timestamp is more than five minutes off: sign the request anew");
        }
        let given = signature.split(' ').take(MOST_SIGNATURES).filter_map(|one| one.strip_prefix("v1,"));
        let given = given.map(str::to_owned).collect();
        Ok(Said::Signed(Signed { id: id.to_owned(), moment: moment.to_owned(), given }))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whose a token is.
pub async fn by_token(shared: &Arc<Shared>, head: &Parts, token: String) -> Result<ApiToken, Box<Response>> {
    find(shared, head, WANTED, move |here| here.find_api_token(&token)).await
}

/// Whose a signature over a body is.
pub async fn by_signature(
    shared: &Arc<Shared>,
    head: &Parts,
    signed: Signed,
    body: axum::body::Bytes,
) -> Result<ApiToken, Box<Response>> {
    let otherwise = "no key of this desk has signed this request";
    find(shared, head, otherwise, move |here| here.find_signer(&signed, &body)).await
}

async fn find(
    shared: &Arc<Shared>,
    head: &Parts,
    otherwise: &str,
    look: impl FnOnce(&Here) -> crate::failure::Result<Option<ApiToken>> + Send + 'static,
) -> Result<ApiToken, Box<Response>> {
    let desk = shared.clone();
    match tokio::task::spawn_blocking(move || desk.with_desk(look)).await {
        Ok(Ok(Some(token))) => Ok(token),
        Ok(Ok(None)) => Err(nobody(shared, head, otherwise)),
        _ => Err(Box::new(problem(StatusCode::SERVICE_UNAVAILABLE, "the tokens cannot be read"))),
    }
}

/// The answer to who may not; it counts.
pub fn nobody(shared: &Shared, head: &Parts, said: &str) -> Box<Response> {
    let trusted = &shared.settings().portal.trusted_proxies;
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let from = peer.map(|peer| client(&head.headers, peer, trusted));
    if from.is_some_and(|from| !shared.limits().allows_guess(from)) {
        return Box::new(problem(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens; try again later"));
    }
    let mut answer = problem(StatusCode::UNAUTHORIZED, said);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Box::new(answer)
}

/// What a request is known by when it comes again. A signed one has its id: the signature covers that, and nothing else
/// of the head.
pub fn known_as(headers: &HeaderMap, signed: Option<&str>, token: &str) -> Result<Option<String>, &'static str> {
    let key = match (signed, headers.get("idempotency-key")) {
        (Some(id), _) => id.as_bytes(),
        (None, Some(key)) => key.as_bytes(),
        (None, None) => return Ok(None),
    };
    if key.is_empty() || key.len() > LONGEST {
        return Err("Idempotency-Key has 1 to 255 characters");
    }
    let mut digest = Sha256::new();
    digest.update(token);
    digest.update([0]);
    digest.update(key);
    Ok(Some(format!("api.{}", &hex(&digest.finalize())[..40])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(headers: &[(&'static str, &str)]) -> Result<Said, &'static str> {
        let all = headers.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()));
        Said::read(&all.collect(), Timestamp::from_second(1000).unwrap())
    }

    #[test]
    fn what_is_signed_has_an_id_and_a_moment() {
        let whole = [("webhook-id", "a"), ("webhook-timestamp", "700"), ("webhook-signature", "v1,x v2,y v1,z")];
        let Ok(Said::Signed(signed)) = said(&whole) else { panic!() };
        assert_eq!((signed.id.as_str(), signed.moment.as_str()), ("a", "700"));
        assert_eq!(signed.given, ["x", "z"]);
        for moment in ["699", "1301", "", "1e3", "99999999999999999999", "-9999999999999"] {
            assert!(
                said(&[("webhook-id", "a"), ("webhook-timestamp", moment), ("webhook-signature", "v1,x")]).is_err()
            );
        }
        assert!(said(&[("webhook-timestamp", "1000"), ("webhook-signature", "v1,x")]).is_err());
        assert!(matches!(said(&[("authorization", "Bearer t")]), Ok(Said::Token(token)) if token == "t"));
        assert!(matches!(said(&[("authorization", "Basic t")]), Ok(Said::Nothing)));
    }
}
