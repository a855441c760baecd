//! Forms as they come in: bounded, signed, and of somebody who took their time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::state::Shared;
use crate::desk::attach::Attachment;
use crate::portal::hex;

/// The most bytes of all that is no file.
const TEXTS: usize = 256 << 10;
/// The most fields.
const FIELDS: usize = 60;
/// How long the body of a request may take to come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a form may be open.
const OPEN: SignedDuration = SignedDuration::from_hours(24);
/// The name of the cookie that forms are bound to.
pub const COOKIE: &str = "loket_form";

/// A form as it was sent.
#[derive(Debug, Default)]
pub struct Sent {
    pub fields: BTreeMap<String, String>,
    pub files: Vec<Attachment>,
    /// The files were too many, or too large together: they are left out.
    pub too_much: bool,
}

impl Sent {
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    pub fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.content.len()).sum::<usize>()
            + self.fields.values().map(String::len).sum::<usize>()
    }
}

/// The memory that bodies take while they come in: all together have no more than this, whoever is slow.
#[derive(Debug, Default)]
pub struct Budget(AtomicUsize);

/// The most of it, in bytes.
const MEMORY: usize = 128 << 20;

/// A part of the budget, given back with its value.
pub struct Share<'a> {
    budget: &'a Budget,
    bytes: usize,
}

impl Budget {
    pub fn share(&self) -> Share<'_> {
        Share { budget: self, bytes: 0 }
    }
}

impl Share<'_> {
    /// Takes more of it, if there is any.
    pub fn take(&mut self, bytes: usize) -> Result<(), StatusCode> {
        let before = self.budget.0.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        if before + bytes > MEMORY { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok(()) }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Reads a form; the status says why it cannot be read.
pub async fn read(shared: &Shared, request: Request, most_files: usize, most_bytes: u64) -> Result<Sent, StatusCode> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let reading = async {
        match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "multipart/form-data" => read_parts(shared, request, most_files, most_bytes as usize).await,
            "application/x-www-form-urlencoded" => {
                let body = collect(shared, request.into_body(), TEXTS).await?;
                let pairs = url::form_urlencoded::parse(&body).take(FIELDS);
                let mut sent = Sent::default();
                pairs.for_each(|(name, value)| drop(sent.fields.insert(name.into_owned(), value.into_owned())));
                Ok(sent)
            }
            _ => Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

/// A body of at most so many bytes.
pub async fn collect(shared: &Shared, body: Body, most: usize) -> Result<Bytes, StatusCode> {
    let mut share = shared.budget.share();
    share.take(body.size_hint().upper().map_or(TEXTS, |bytes| (bytes as usize).min(most)))?;
    axum::body::to_bytes(body, most).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

async fn read_parts(
    shared: &Shared,
    request: Request,
    most_files: usize,
    most_bytes: usize,
) -> Result<Sent, StatusCode> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut share = shared.budget.share();
    let mut sent = Sent::default();
    let (mut texts, mut bytes, mut seen) = (0, 0, 0);
    loop {
        let part = parts.next_field().await.map_err(|_| StatusCode::BAD_REQUEST)?;
        let Some(mut part) = part else { return Ok(sent) };
        seen += 1;
        if seen > FIELDS + most_files {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let mut content = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| StatusCode::BAD_REQUEST)? {
            match file {
                // What is too much is read to its end and let go, so that the browser hears the answer.
                Some(_) => {
                    bytes += chunk.len();
                    sent.too_much |= bytes > most_bytes;
                    if bytes > most_bytes.saturating_mul(4) + (16 << 20) {
                        return Err(StatusCode::PAYLOAD_TOO_LARGE);
                    }
                }
                None => {
                    texts += chunk.len();
                    if texts > TEXTS {
                        return Err(StatusCode::PAYLOAD_TOO_LARGE);
                    }
                }
            }
            if !(file.is_some() && sent.too_much) {
                share.take(chunk.len())?;
                content.extend_from_slice(&chunk);
            }
        }
        match file {
            Some(name) if !(name.is_empty() && content.is_empty()) => {
                sent.too_much |= sent.files.len() >= most_files;
                sent.files.push(Attachment { name, content });
            }
            Some(_) => {}
            None => drop(sent.fields.insert(name, String::from_utf8_lossy(&content).into_owned())),
        }
        if sent.too_much {
            sent.files.clear();
        }
    }
}

/// What a form's token says.
pub struct Token {
    /// By which the form is known when it comes again.
    nonce: String,
    made: Timestamp,
}

/// What is wrong with a token: the key of what is said.
pub type Wrong = &'static str;

/// What binds a form to the browser it was shown in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding(String);

impl Binding {
    /// Of a form within a frame, where browsers keep cookies back.
    pub fn frame() -> Binding {
        Binding("frame".to_owned())
    }

    /// The cookie of a request, or a new one; true where it is new.
    pub fn of(headers: &HeaderMap) -> (Binding, bool) {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let known = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned());
        let plain = |value: &String| value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        match known.into_iter().find(plain) {
            Some(value) => (Binding(value), false),
            None => (Binding(random()), true),
        }
    }

    /// The header that sets it.
    pub fn cookie(&self, is_secure: bool) -> String {
        let secure = if is_secure { "; Secure" } else { "" };
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400{secure}", self.0)
    }
}

fn random() -> String {
    let mut bytes = [0u8; 16];
    // Without a source of the system's nobody is let in: what follows then fits no token.
    if getrandom::fill(&mut bytes).is_err() {
        return String::new();
    }
    hex(&bytes)
}

/// A new token for a form.
pub fn token(shared: &Shared, now: Timestamp, binding: &Binding) -> String {
    let signed = format!("{}.{}", now.as_second(), random());
    let seal = shared.signer.token("form", &format!("{signed}\0{}", binding.0));
    format!("{signed}.{seal}")
}

/// Reads a token: it has to be ours, of this browser, neither old nor too young.
pub fn check(
    shared: &Shared,
    given: &str,
    binding: &Binding,
    now: Timestamp,
    least: SignedDuration,
) -> Result<Token, Wrong> {
    let (signed, seal) = given.rsplit_once('.').ok_or("expired")?;
    let (second, nonce) = signed.split_once('.').ok_or("expired")?;
    if nonce.is_empty() || !shared.signer.is_token("form", &format!("{signed}\0{}", binding.0), seal) {
        return Err("expired");
    }
    let made = second.parse().ok().and_then(|second| Timestamp::from_second(second).ok()).ok_or("expired")?;
    let age = now.duration_since(made);
    match age {
        age if age > OPEN || age < SignedDuration::from_secs(-60) => Err("expired"),
        age if age < least => Err("too_fast"),
        _ => Ok(Token { nonce: nonce.to_owned(), made }),
    }
}

impl Token {
    /// The id by which what was sent is known when it is sent again: the form, and what it said.
    pub fn known_as(&self, sent: &Sent) -> String {
        let mut digest = Sha256::new();
        for (name, value) in sent.fields.iter().filter(|(name, _)| *name != "token") {
            digest.update(format!("{name}\0{value}\0"));
        }
        sent.files.iter().for_each(|file| digest.update(&file.content));
        format!("form.{}.{}", self.nonce, &hex(&digest.finalize())[..16])
    }

    /// Whether it may have been taken before a time.
    pub fn is_before(&self, time: Timestamp) -> bool {
        self.made <= time
    }
}

/// Whether a request that changes something comes from a page of ours (`Origin`, `Sec-Fetch-Site`), as far as the
/// browser says so.
pub fn is_from_here(headers: &HeaderMap, url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let host =
        |address: &str| address.split("://").nth(1).map(|rest| rest.split('/').next().unwrap_or_default().to_owned());
    let own = text("host").map(str::to_owned).into_iter().chain(url.and_then(host));
    host(origin).is_some_and(|origin| own.into_iter().any(|own| own.eq_ignore_ascii_case(&origin)))
}
