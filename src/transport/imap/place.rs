//! Where a mailbox is: an IMAP URL (RFC 5092), as far as it is of use here.
use crate::transport::Tls;
use crate::transport::route::is_this_machine;

/// A folder of a mailbox on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A name or an address, an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// The user, if the URL names one.
    pub user: Option<String>,
    /// The folder, decoded.
    pub folder: String,
}

impl Place {
    /// Reads `imap://[user@]host[:port][/FOLDER][?tls=none|starttls]` or `imaps://…`. Plain `imap` wants STARTTLS unless
    /// the host is this machine or the URL says `?tls=none`. User and folder may be percent-encoded; the folder is
    /// `INBOX` unless given.
    /// # Errors
    /// A sentence for people when it is no such URL, or has a password in it; the URL itself is not repeated.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("an IMAP URL begins with imap:// or imaps://")?;
        let (implicit, standard) = match scheme.to_ascii_lowercase().as_str() {
            "imap" => (false, 143),
            "imaps" => (true, 993),
            _ => return Err("an IMAP URL begins with imap:// or imaps://".into()),
        };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, server) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let user = user.map(user_of).transpose()?;
        let (host, port) = server_of(server, standard)?;
        let tls = tls_of(implicit, query, &host)?;
        Ok(Self { host, port, tls, user, folder: folder_of(folder)? })
    }
}

/// The user, decoded.
fn user_of(text: &str) -> Result<String, String> {
    if text.contains(':') {
        return Err("a password has no place in an IMAP URL: use password-command or the environment".into());
    }
    if text.contains(';') {
        return Err("`;AUTH=` is not understood in an IMAP URL; write `;` in a user as %3B".into());
    }
    let user = decoded(text, "user")?;
    if user.is_empty() { Err("the user in the IMAP URL is empty".into()) } else { Ok(user) }
}

/// The folder, decoded; `INBOX` when there is none.
fn folder_of(text: &str) -> Result<String, String> {
    let folder = decoded(text.strip_suffix('/').unwrap_or(text), "folder")?;
    Ok(if folder.is_empty() { "INBOX".into() } else { folder })
}

/// Host and port; an IPv6 address stands in brackets.
fn server_of(text: &str, standard: u16) -> Result<(String, u16), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or("the address in the IMAP URL lacks its `]`")?;
            let port = if after.is_empty() { None } else { Some(after.strip_prefix(':').unwrap_or("")) };
            (host, port)
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let clean = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if host.is_empty() || !host.chars().all(clean) {
        return Err("the IMAP URL has no usable host".into());
    }
    let port = match port {
        None => standard,
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or("the port in the IMAP URL is none")?,
    };
    Ok((host.to_string(), port))
}

/// How the connection is protected, from the scheme, the query and the host.
fn tls_of(implicit: bool, query: Option<&str>, host: &str) -> Result<Tls, String> {
    match query {
        None | Some("") if implicit => Ok(Tls::Implicit),
        None | Some("") if is_this_machine(host) => Ok(Tls::None),
        None | Some("") => Ok(Tls::StartTls),
        Some(_) if implicit => Err("imaps:// takes no `?…`: it is TLS from the start".into()),
        Some("tls=none") => Ok(Tls::None),
        Some("tls=starttls") => Ok(Tls::StartTls),
        Some(_) => Err("after `?` an IMAP URL takes only `tls=none` or `tls=starttls`".into()),
    }
}

/// Percent-decoded (RFC 3986, 2.1) UTF-8 without control characters.
fn decoded(text: &str, what: &str) -> Result<String, String> {
    let wrong = || format!("the {what} in the IMAP URL is not well percent-encoded");
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                bytes.push(hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low).ok_or_else(wrong)?);
                after
            }
            (b'%', _) => return Err(wrong()),
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    if text.chars().any(char::is_control) { Err(format!("the {what} has control characters")) } else { Ok(text) }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Place {
        Place::parse(url).unwrap()
    }

    #[test]
    fn urls_are_read() {
        let plain = place("imap://mail.example.org");
        assert_eq!((plain.host.as_str(), plain.port, plain.tls), ("mail.example.org", 143, Tls::StartTls));
        assert_eq!((plain.user, plain.folder.as_str()), (None, "INBOX"));
        let full = place("imaps://support%40example.org@mail.example.org:9993/Caf%C3%A9/x%20y/");
        assert_eq!((full.port, full.tls, full.folder.as_str()), (9993, Tls::Implicit, "Café/x y"));
        assert_eq!(full.user.as_deref(), Some("support@example.org"));
        assert_eq!(place("IMAPS://a@b@host/").user.as_deref(), Some("a@b"));
        assert_eq!(place("imaps://host").port, 993);
    }

    #[test]
    fn this_machine_and_the_query_decide_on_tls() {
        for url in ["imap://localhost", "imap://127.0.0.1:1143/A", "imap://[::1]", "imap://far.example?tls=none"] {
            assert_eq!(place(url).tls, Tls::None, "{url}");
        }
        assert_eq!(place("imap://localhost/INBOX?tls=starttls").tls, Tls::StartTls);
        assert_eq!(place("imaps://localhost").tls, Tls::Implicit);
        assert_eq!(place("imap://[2001:db8::1]:14").host, "2001:db8::1");
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        let error = Place::parse("imaps://me:s3cret@host").unwrap_err();
        assert!(error.contains("password-command") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let wrong = [
            "",
            "host",
            "http://host",
            "imap://",
            "imap://@host",
            "imap://host:0",
            "imap://host:70000",
            "imap://host:",
            "imap://[::1",
            "imap://[::1]x",
            "imap://host/%zz",
            "imap://host/%0d%0a",
            "imap://host/%ff",
            "imap://host?tls=maybe",
            "imaps://host?tls=none",
            "imap://a;AUTH=X@host",
            "imap://ho st",
        ];
        for url in wrong {
            assert!(Place::parse(url).is_err(), "{url}");
        }
    }
}
