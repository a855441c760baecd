//! Opening a session: connection, TLS, login, folder.
use super::line::{Line, PATIENCE, Reply, SMALL, Stream};
use super::{Credentials, Place, Tls, Trouble, Trust, folder, tls};
use imap_codec::AuthenticateDataCodec;
use imap_codec::encode::Encoder;
use imap_codec::imap_types::auth::{AuthMechanism, AuthenticateData};
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::response::{Capability, Code, Data};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long connecting to one address may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The most addresses of a host that are tried.
const ADDRESSES: usize = 4;

/// A line to the server on which somebody is logged in and the folder is selected, and what the server can do.
/// # Errors
/// Permanent for a wrong password, folder or certificate, temporary for trouble with the connection.
pub(super) fn opened(
    place: &Place,
    credentials: &Credentials,
    trust: &Trust,
) -> Result<(Line, Vec<Capability<'static>>), Trouble> {
    let socket = connected(place)?;
    let (mut line, known) = greeted(place, socket, trust)?;
    if !known {
        login(&mut line, credentials)?;
    }
    let can = capabilities(&mut line)?;
    select(&mut line, &place.folder)?;
    Ok((line, can))
}

/// A TCP connection to the first address that answers.
fn connected(place: &Place) -> Result<TcpStream, Trouble> {
    let doing = format!("connecting to {}:{}", place.host, place.port);
    let addresses = (place.host.as_str(), place.port).to_socket_addrs();
    let mut trouble = Trouble::temporary(format!("{doing}: the host has no address"));
    for address in addresses.map_err(|error| Trouble::io(&doing, &error))?.take(ADDRESSES) {
        match TcpStream::connect_timeout(&address, CONNECT).and_then(prepared) {
            Ok(socket) => return Ok(socket),
            Err(error) => trouble = Trouble::io(&doing, &error),
        }
    }
    Err(trouble)
}

/// Sets the limits of time.
fn prepared(socket: TcpStream) -> std::io::Result<TcpStream> {
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Reads the greeting, within TLS if that is wanted; gives whether no login is needed.
fn greeted(place: &Place, socket: TcpStream, trust: &Trust) -> Result<(Line, bool), Trouble> {
    if place.tls == Tls::Implicit {
        let stream = tls::wrapped(socket, &place.host, trust)?;
        let mut line = Line::new(Stream::Tls(Box::new(stream)));
        let known = line.greeting()?;
        return Ok((line, known));
    }
    let mut line = Line::new(Stream::Plain(socket));
    let known = line.greeting()?;
    if place.tls == Tls::None {
        return Ok((line, known));
    }
    if known {
        return Err(Trouble::permanent("the mail server logs in without TLS (PREAUTH), but TLS is required"));
    }
    Ok((secured(line, place, trust)?, false))
}

/// STARTTLS (RFC 3501, 6.2.1): without it nothing goes on.
fn secured(mut line: Line, place: &Place, trust: &Trust) -> Result<Line, Trouble> {
    let doing = "STARTTLS, which is required (imaps:// or ?tls=none for other ways)";
    line.command(doing, CommandBody::StartTLS, SMALL)?.ok(doing)?;
    match line.into_stream() {
        Stream::Plain(socket) => {
            let stream = tls::wrapped(socket, &place.host, trust)?;
            Ok(Line::new(Stream::Tls(Box::new(stream))))
        }
        Stream::Tls(_) => Err(Trouble::permanent("STARTTLS within TLS")),
    }
}

/// What the server can do now.
fn capabilities(line: &mut Line) -> Result<Vec<Capability<'static>>, Trouble> {
    let doing = "asking what the mail server can do";
    let data = line.command(doing, CommandBody::Capability, SMALL)?.ok(doing)?;
    Ok(data
        .into_iter()
        .filter_map(|data| if let Data::Capability(all) = data { Some(all) } else { None })
        .flatten()
        .collect())
}

/// Logs in by AUTHENTICATE PLAIN (RFC 4616), which takes every character, else by LOGIN.
fn login(line: &mut Line, credentials: &Credentials) -> Result<(), Trouble> {
    let can = capabilities(line)?;
    let reply = if can.contains(&Capability::Auth(AuthMechanism::Plain)) {
        plain(line, credentials)?
    } else if can.contains(&Capability::LoginDisabled) {
        return Err(Trouble::permanent("the mail server takes no password on this connection"));
    } else {
        let command = CommandBody::login(credentials.user.clone(), credentials.password.clone());
        let command =
            command.map_err(|_| Trouble::permanent("user or password have characters that cannot be sent"))?;
        line.command("logging in", command, SMALL)?
    };
    reply.ok(&format!("logging in as {}", credentials.user)).map(drop)
}

/// AUTHENTICATE PLAIN in two steps, which every server understands.
fn plain(line: &mut Line, credentials: &Credentials) -> Result<Reply, Trouble> {
    let Credentials { user, password } = credentials;
    if user.contains('\0') || password.contains('\0') {
        return Err(Trouble::permanent("user or password have characters that cannot be sent"));
    }
    let reply = line.command("logging in", CommandBody::authenticate(AuthMechanism::Plain), SMALL)?;
    if reply.end.is_some() {
        return Ok(reply);
    }
    let secret = format!("\0{user}\0{password}").into_bytes();
    let answer = AuthenticateData::r#continue(secret);
    let reply = line.exchange("logging in", AuthenticateDataCodec::new().encode(&answer), SMALL)?;
    if reply.end.is_some() {
        return Ok(reply);
    }
    line.exchange("logging in", AuthenticateDataCodec::new().encode(&AuthenticateData::Cancel), SMALL)
}

/// Selects the folder.
fn select(line: &mut Line, name: &str) -> Result<(), Trouble> {
    let doing = format!("opening the folder {name}");
    let command = CommandBody::Select { mailbox: folder::mailbox(name)? };
    let reply = line.command(&doing, command, SMALL)?;
    if reply.is_ok() && reply.end.as_ref().is_some_and(|body| body.code == Some(Code::ReadOnly)) {
        return Err(Trouble::permanent(format!("{doing}: it is read-only, so nothing could be marked there")));
    }
    reply.ok(&doing).map(drop)
}
