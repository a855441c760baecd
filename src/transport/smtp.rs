//! Delivery to a mail server (RFC 5321), over one connection for many messages.
use super::{Credentials, Delivered, Envelope, Refused, Tls, Trouble, one_line, route::is_this_machine};
use crate::mail::outbound::on_the_wire;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials as Login, Mechanism},
        client::{SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use std::{borrow::Cow, fmt, io, time::Duration};

/// How long a server may take to accept a connection, and to greet: some let a client wait for their greeting.
const CONNECT: Duration = Duration::from_secs(30);
/// How long it may take to answer a command.
const COMMAND: Duration = Duration::from_secs(60);
/// How long it may take to accept a text, which it may look at first; less than RFC 5321, 4.5.3.2.6 has, as somebody waits.
const TEXT: Duration = Duration::from_secs(300);
/// How long it may take to say good-bye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A mail server, and the connection to it while there is one.
pub struct Session {
    host: String,
    port: u16,
    tls: Tls,
    login: Option<Login>,
    open: Option<SmtpConnection>,
    /// The recipients of the last message, where none of them was taken.
    pub refused: Vec<Refused>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, tls, .. } = self;
        f.debug_struct("Session").field("host", host).field("port", port).field("tls", tls).finish_non_exhaustive()
    }
}

impl Session {
    /// Connects, encrypts and logs in.
    pub fn open(
        host: &str,
        port: u16,
        tls: Tls,
        user: Option<&str>,
        credentials: Option<Credentials>,
    ) -> Result<Self, Trouble> {
        if let (Some(user), None) = (user, &credentials) {
            return Err(Trouble::Permanent(one_line(&format!("there is no password for {user} at {host}"))));
        }
        if credentials.is_some() && tls == Tls::None && !is_this_machine(host) {
            return Err(Trouble::Permanent(format!("the password for {host} is not sent without encryption")));
        }
        let login = credentials.map(|given| Login::new(given.user, given.password));
        let mut session = Self { host: host.into(), port, tls, login, open: None, refused: Vec::new() };
        session.open = Some(session.connect()?);
        Ok(session)
    }

    fn connect(&self) -> Result<SmtpConnection, Trouble> {
        let trouble = |error| Failure::from(error).about(&self.host);
        let parameters = match self.tls {
            Tls::None => None,
            Tls::StartTls | Tls::Implicit => Some(TlsParameters::new(self.host.clone()).map_err(trouble)?),
        };
        let from_the_start = parameters.as_ref().filter(|_| self.tls == Tls::Implicit);
        let (server, name) = ((self.host.as_str(), self.port), ClientId::default());
        let mut open = SmtpConnection::connect(server, Some(CONNECT), &name, from_the_start, None).map_err(trouble)?;
        set_timeout(&mut open, COMMAND).map_err(|failure| failure.about(&self.host))?;
        if let Some(parameters) = parameters.filter(|_| self.tls == Tls::StartTls) {
            open.starttls(&parameters, &name).map_err(trouble)?;
        }
        if let Some(login) = &self.login {
            open.auth(&[Mechanism::Plain, Mechanism::Login], login).map_err(trouble)?;
        }
        Ok(open)
    }

    /// Sends one message. The connection is kept while it is certain where the conversation is.
    pub fn send(&mut self, envelope: &Envelope, raw: &[u8]) -> Result<Delivered, Trouble> {
        let message = Message::new(envelope, raw)?;
        let (mut open, reused) = match self.open.take() {
            Some(open) => (open, true),
            None => (self.connect().map_err(Trouble::passing)?, false),
        };
        let mut begun = message.begin(&mut open);
        if reused && begun.as_ref().is_err_and(|failure| failure.lost) {
            open = self.connect().map_err(Trouble::passing)?;
            begun = message.begin(&mut open);
        }
        let done = begun.and_then(|()| message.deliver(&mut open));
        let usable = match &done {
            Ok(_) => true,
            Err(failure) => !failure.lost && open.command(Rset).is_ok(),
        };
        self.open = usable.then_some(open);
        self.refused = done.as_ref().err().map(|failure| failure.refused.clone()).unwrap_or_default();
        done.map(|refused| Delivered { refused }).map_err(|failure| Trouble::new(failure.permanent, &failure.said))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(mut open) = self.open.take() {
            let _ = open.set_timeout(Some(GOODBYE)).map(|()| open.quit());
        }
    }
}

/// A message as the server gets it.
struct Message<'a> {
    from: Option<Address>,
    to: Vec<(&'a str, Option<Address>)>,
    text: Cow<'a, [u8]>,
    utf8: bool,
}

impl<'a> Message<'a> {
    fn new(envelope: &'a Envelope, raw: &'a [u8]) -> Result<Self, Trouble> {
        let from = match &envelope.from {
            None => None,
            Some(from) => Some(
                address(from)
                    .ok_or_else(|| Trouble::Permanent(one_line(&format!("the sender's address is none: {from}"))))?,
            ),
        };
        let to: Vec<(&str, Option<Address>)> = envelope.to.iter().map(|to| (to.as_str(), address(to))).collect();
        let text = with_line_ends(raw);
        let beyond = |address: &Address| !address.to_string().is_ascii();
        let utf8 =
            from.iter().chain(to.iter().filter_map(|(_, to)| to.as_ref())).any(beyond) || !header(&text).is_ascii();
        Ok(Self { from, to, text, utf8 })
    }

    /// Starts the transaction (RFC 5321, 3.3), which is also how a connection that was closed meanwhile is found out.
    fn begin(&self, open: &mut SmtpConnection) -> Result<(), Failure> {
        set_timeout(open, COMMAND)?;
        let can = |extension| open.server_info().supports_feature(extension);
        let eight = !self.text.is_ascii();
        if self.utf8 && !can(Extension::SmtpUtfEight) {
            return Err(Failure::of("the server takes no addresses beyond ASCII"));
        }
        if eight && !can(Extension::EightBitMime) {
            return Err(Failure::of("the server takes no text beyond ASCII"));
        }
        let utf8 = self.utf8.then_some(MailParameter::SmtpUtfEight);
        let eight = eight.then_some(MailParameter::Body(MailBodyParameter::EightBitMime));
        open.command(Mail::new(self.from.clone(), eight.into_iter().chain(utf8).collect()))?;
        Ok(())
    }

    /// Names the recipients one by one and hands over the text if any of them is taken.
    fn deliver(&self, open: &mut SmtpConnection) -> Result<Vec<Refused>, Failure> {
        let mut refused = Vec::new();
        for (recipient, address) in &self.to {
            let failure = match offered(open, address.as_ref()) {
                Ok(()) => continue,
                Err(failure) if failure.lost => return Err(failure),
                Err(failure) => failure,
            };
            refused.push(Refused {
                recipient: recipient.to_string(),
                said: failure.said,
                permanent: failure.permanent,
            });
        }
        if refused.len() == self.to.len() {
            return Err(Failure::all(&refused));
        }
        if !open.command(Data)?.has_code(354) {
            return Err(Failure::lost("the server did not ask for the text"));
        }
        set_timeout(open, TEXT)?;
        open.message(self.text.strip_suffix(b"\r\n").unwrap_or(&self.text))?;
        Ok(refused)
    }
}

fn offered(open: &mut SmtpConnection, address: Option<&Address>) -> Result<(), Failure> {
    let address = address.ok_or_else(|| Failure::of("this is no address"))?;
    open.command(Rcpt::new(address.clone(), Vec::new()))?;
    Ok(())
}

/// What went wrong in a conversation.
#[derive(Debug)]
struct Failure {
    /// Whether it is unknown where the conversation is, or it has ended.
    lost: bool,
    permanent: bool,
    said: String,
    /// The recipients, where that is what went wrong.
    refused: Vec<Refused>,
}

impl Failure {
    fn lost(said: &str) -> Self {
        Self { lost: true, permanent: false, said: said.into(), refused: Vec::new() }
    }

    /// A reason of our own not to go on.
    fn of(said: &str) -> Self {
        Self { lost: false, permanent: true, said: said.into(), refused: Vec::new() }
    }

    fn all(refused: &[Refused]) -> Self {
        let permanent = refused.iter().all(|one| one.permanent);
        let said = match refused {
            [only] => only.said.clone(),
            _ => refused.iter().map(|one| format!("{}: {}", one.recipient, one.said)).collect::<Vec<_>>().join("; "),
        };
        Self { lost: false, permanent, said, refused: refused.to_vec() }
    }

    fn about(self, host: &str) -> Trouble {
        Trouble::new(self.permanent, &format!("{host}: {}", self.said))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let source = std::error::Error::source(&error);
        let late = |error: &io::Error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
        let text = match (error.status(), source) {
            (Some(code), said) => format!("{code} {}", said.map(ToString::to_string).unwrap_or_default()),
            (None, Some(source)) if source.downcast_ref().is_some_and(late) => "no answer in time".into(),
            (None, Some(source)) => source.to_string(),
            (None, None) => error.to_string(),
        };
        let closing = error.status().is_some_and(|code| code.to_string() == "421");
        let answered = error.is_transient() || error.is_permanent();
        let permanent = error.is_permanent() || error.is_client();
        Self { lost: closing || !answered, permanent, said: one_line(&text), refused: Vec::new() }
    }
}

fn set_timeout(open: &mut SmtpConnection, time: Duration) -> Result<(), Failure> {
    open.set_timeout(Some(time)).map_err(|error| Failure::lost(&error.to_string()))
}

fn address(text: &str) -> Option<Address> {
    let wire = on_the_wire(text)?;
    let (local, domain) = wire.rsplit_once('@')?;
    Some(Address::new_dangerous(local, domain))
}

/// The text with CRLF at the end of every line (RFC 5321, 2.3.8): a server might take a bare one for another end.
fn with_line_ends(raw: &[u8]) -> Cow<'_, [u8]> {
    let bare = |at: usize| match raw[at] {
        b'\r' => raw.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || raw[at - 1] != b'\r',
        _ => false,
    };
    if !(0..raw.len()).any(bare) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
    for (at, &byte) in raw.iter().enumerate() {
        if bare(at) { out.extend(b"\r\n") } else { out.push(byte) }
    }
    Cow::Owned(out)
}

fn header(text: &[u8]) -> &[u8] {
    let end = text.windows(4).position(|window| window == b"\r\n\r\n");
    &text[..end.unwrap_or(text.len())]
}
