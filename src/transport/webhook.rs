//! A webhook: JSON by POST, over TLS with the platform's certificates.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Error};
use url::Url;

use super::errand::Trouble;

/// The longest wait another side may ask for.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// The statuses that may be another one later, beside those of the server's own faults.
const PASSING: [u16; 4] = [408, 409, 425, 429];

/// What is sent along with a body.
pub struct Headers<'a> {
    /// Which errand it is, the same at each try: a receiver that knows it has it.
    pub id: &'a str,
    /// `sha256=` and the HMAC of the body in hexadecimal.
    pub signature: &'a str,
}

/// Posts a body. Redirects are not followed: what is signed for one is not for another.
///
/// # Errors
/// Nobody answered in time, or with a status other than 2xx. It is lasting where the status says so.
pub fn post(url: &str, body: &[u8], headers: &Headers<'_>, timeout: Duration, now: Timestamp) -> Result<(), Trouble> {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let Some(host) = host else { return Err(Trouble::lasting("the address of the webhook has no host")) };
    let agent = agent(url.starts_with("https:"), timeout)?;
    let request = agent
        .post(url)
        .header("Content-Type", "application/json")
        .header("Loket-Id", headers.id)
        .header("Loket-Signature", headers.signature);
    let response = request.send(body).map_err(|error| of_error(&host, &error))?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let said = format!("{host} answered {status}");
    if !status.is_server_error() && !PASSING.contains(&status.as_u16()) {
        return Err(Trouble::lasting(&said));
    }
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    Err(Trouble { after: asked.and_then(|text| wait(text, now)), ..Trouble::passing(&said) })
}

fn agent(secure: bool, timeout: Duration) -> Result<Agent, Trouble> {
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("loket/", env!("CARGO_PKG_VERSION")));
    if !secure {
        return Ok(config.build().into());
    }
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map_or_else(|| "none found".to_owned(), ToString::to_string);
        return Err(Trouble::passing(&format!("there are no certificates to trust: {why}")));
    }
    let certificates: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    Ok(config.tls_config(tls).build().into())
}

/// What a connection that came to nothing says. An address no request can be made of will not get better.
fn of_error(host: &str, error: &Error) -> Trouble {
    let said = format!("{host}: {error}");
    match error {
        Error::BadUri(_) | Error::Http(_) | Error::RequireHttpsOnly(_) => Trouble::lasting(&said),
        _ => Trouble::passing(&said),
    }
}

/// The wait of a `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
fn wait(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = rfc2822::parse(text).ok()?.timestamp();
            Duration::try_from(at.duration_since(now)).ok()?
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T09:00:00Z".parse().unwrap()
    }

    /// A server for one request: what it was sent comes back from the thread.
    fn server(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook?to=team", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut text, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                text.push_str(&line);
                if line == "\r\n" {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            text + &String::from_utf8(body).unwrap()
        });
        (url, thread)
    }

    fn posted(answer: &'static str) -> (Result<(), Trouble>, String) {
        let (url, thread) = server(answer);
        let headers = Headers { id: "k1", signature: "sha256=00" };
        let result = post(&url, b"{\"a\":1}", &headers, Duration::from_secs(10), now());
        (result, thread.join().unwrap())
    }

    #[test]
    fn a_webhook_is_a_signed_post() {
        let (result, sent) = posted("HTTP/1.1 204 No Content\r\n\r\n");
        assert_eq!(result, Ok(()));
        let sent = sent.to_lowercase();
        assert!(sent.starts_with("post /hook?to=team http/1.1\r\n") && sent.ends_with("\r\n\r\n{\"a\":1}"), "{sent}");
        for header in ["content-type: application/json", "loket-id: k1", "loket-signature: sha256=00"] {
            assert!(sent.contains(&format!("{header}\r\n")), "{header}: {sent}");
        }
    }

    #[test]
    fn a_status_says_whether_it_may_go_better_later() {
        for (answer, again, after) in [
            ("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", true, Some(120)),
            ("HTTP/1.1 429 Slow\r\nRetry-After: 9999999\r\nContent-Length: 0\r\n\r\n", true, Some(24 * 3600)),
            ("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", true, None),
            ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", false, None),
            ("HTTP/1.1 302 Away\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", false, None),
        ] {
            let trouble = posted(answer).0.unwrap_err();
            assert_eq!((trouble.again, trouble.after), (again, after.map(Duration::from_secs)), "{answer}");
            assert!(trouble.said.starts_with("127.0.0.1 answered "), "{trouble}");
        }
    }

    #[test]
    fn nobody_there_is_for_later() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
        drop(listener);
        let headers = Headers { id: "k1", signature: "" };
        let trouble = post(&url, b"{}", &headers, Duration::from_secs(5), now()).unwrap_err();
        assert!(trouble.again && !trouble.said.contains("secret-path"), "{trouble}");
        assert!(post("https:///x", b"", &headers, Duration::from_secs(5), now()).is_err_and(|trouble| !trouble.again));
    }

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let headers = Headers { id: "k1", signature: "" };
        assert!(post(&url, b"{}", &headers, Duration::from_millis(200), now()).is_err_and(|trouble| trouble.again));
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now = now();
        assert_eq!(wait(" 30 ", now), Some(Duration::from_secs(30)));
        assert_eq!(wait("Sun, 22 Nov 2026 09:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(wait("Sun, 22 Nov 2026 08:01:00 GMT", now), None);
        assert_eq!(wait("soon", now), None);
    }
}
