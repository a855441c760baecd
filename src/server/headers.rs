//! What every answer says to browsers: nothing from elsewhere, nothing guessed, nothing told to others.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Puts the headers of all answers that do not have them already; `embed` are the sites that may show the page in a
/// frame.
pub fn add(headers: &mut HeaderMap, embed: Option<&[String]>, is_secure: bool) {
    let frames = match embed {
        Some(sites) if !sites.is_empty() => sites.join(" "),
        _ => "'none'".to_owned(),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; \
         connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    );
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    put(header::CONTENT_SECURITY_POLICY, &policy);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if embed.is_none_or(<[String]>::is_empty) {
        put(header::X_FRAME_OPTIONS, "DENY");
    }
    if is_secure {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
