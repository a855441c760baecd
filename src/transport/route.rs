//! Where mail is handed over, as the settings say it.
use percent_encoding::percent_decode_str;
use std::net::IpAddr;
use url::Url;

/// Where mail is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To a mail server.
    Smtp {
        /// Its name or IP address.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is encrypted.
        tls: Tls,
        /// As whom to log in.
        user: Option<String>,
    },
    /// To a command, on its standard input.
    Sendmail(String),
    /// Into files of a folder, to be looked at.
    Folder(std::path::PathBuf),
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// By STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// From the start (RFC 8314).
    Implicit,
}

impl Route {
    /// Reads `smtp://[user@]host[:port]`, port 25; `submission://`, port 587; or `smtps://`, port 465, encrypted from the
    /// start. The others are encrypted by STARTTLS unless `?tls=none` says otherwise or the host is this machine, where
    /// `?tls=starttls` asks for it.
    ///
    /// # Errors
    /// A message for whoever wrote the settings, without any password that was in the text.
    pub fn parse_smtp(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim()).map_err(|error| format!("this is no URL of a mail server: {error}"))?;
        if url.password().is_some() {
            let way = "give it by password-command or in the environment";
            return Err(format!("a password does not belong in the URL of the mail server: {way}"));
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("the URL of the mail server ends after its port, or with ?tls=".into());
        }
        let host = host(&url)?;
        let port = url.port().unwrap_or(default_port(url.scheme())?);
        let tls = tls(&url, &host)?;
        if port == 465 && tls != Tls::Implicit {
            return Err("port 465 is encrypted from the start: write smtps://".into());
        }
        let user = percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
        Ok(Self::Smtp { host, port, tls, user: Some(user).filter(|user| !user.is_empty()) })
    }
}

fn default_port(scheme: &str) -> Result<u16, String> {
    match scheme {
        "smtp" => Ok(25),
        "submission" => Ok(587),
        "smtps" => Ok(465),
        _ => Err("the URL of a mail server starts with smtp://, submission:// or smtps://".into()),
    }
}

fn host(url: &Url) -> Result<String, String> {
    let text = percent_decode_str(url.host_str().unwrap_or("")).decode_utf8_lossy().into_owned();
    let six = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let host = six.map(str::to_string).or_else(|| idna::domain_to_ascii(&text).ok());
    let sound =
        |host: &String| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
    host.filter(sound).ok_or_else(|| "the URL of the mail server names no host".into())
}

fn tls(url: &Url, host: &str) -> Result<Tls, String> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Ok(Tls::Implicit),
        ("smtps", Some(_)) => Err("smtps:// is encrypted from the start and has no ?tls=".into()),
        (_, Some("tls=none")) => Ok(Tls::None),
        (_, Some("tls=starttls")) => Ok(Tls::StartTls),
        (_, Some(_)) => Err("after ? in the URL of a mail server comes tls=none or tls=starttls".into()),
        ("smtp", None) if is_this_machine(host) => Ok(Tls::None),
        (_, None) => Ok(Tls::StartTls),
    }
}

/// Whether what is sent there never leaves this machine.
pub fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, port: u16, tls: Tls, user: Option<&str>) -> Result<Route, String> {
        Ok(Route::Smtp { host: host.into(), port, tls, user: user.map(Into::into) })
    }

    #[test]
    fn urls_say_host_port_user_and_encryption() {
        let parse = Route::parse_smtp;
        assert_eq!(parse("smtp://127.0.0.1:2525"), smtp("127.0.0.1", 2525, Tls::None, None));
        assert_eq!(parse("smtp://[::1]:25"), smtp("::1", 25, Tls::None, None));
        assert_eq!(parse("smtp://localhost?tls=starttls"), smtp("localhost", 25, Tls::StartTls, None));
        assert_eq!(parse("smtp://mail.acme.example"), smtp("mail.acme.example", 25, Tls::StartTls, None));
        assert_eq!(parse("smtp://relay.lan/?tls=none"), smtp("relay.lan", 25, Tls::None, None));
        let user = Some("support@acme.example");
        assert_eq!(parse("smtps://support@acme.example@mail.example"), smtp("mail.example", 465, Tls::Implicit, user));
        assert_eq!(
            parse("submission://support%40acme.example@Bücher.example"),
            smtp("xn--bcher-kva.example", 587, Tls::StartTls, user)
        );
    }

    #[test]
    fn what_is_no_url_says_so_without_the_password() {
        for bad in [
            "",
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://a@",
            "smtp://h:99999",
            "smtp://h/x",
            "smtp://h?x=y",
            "smtps://h?tls=none",
            "smtp://h:465",
            "smtp://a b",
            "smtp://h%0d%0ax",
            "smtp://u:hunter2@h",
            "smtps://u:hunter2@h/x",
            "u:hunter2@h",
        ] {
            let said = Route::parse_smtp(bad).expect_err(bad);
            assert!(!said.contains("hunter2"), "{said}");
        }
        assert!(Route::parse_smtp("smtp://u:p@h").is_err_and(|said| said.contains("password-command")));
    }
}
