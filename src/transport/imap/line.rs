//! The line to the server: one command and its answer at a time, within a budget of bytes.
use super::Trouble;
use super::trouble::timed_out;
use imap_codec::decode::Decoder;
use imap_codec::encode::{Encoder, Fragment};
use imap_codec::fragmentizer::{DecodeMessageError, Fragmentizer};
use imap_codec::imap_types::IntoStatic;
use imap_codec::imap_types::command::{Command, CommandBody};
use imap_codec::imap_types::core::{LiteralMode, Tag};
use imap_codec::imap_types::response::{Data, Greeting, GreetingKind, Response, Status, StatusBody, StatusKind};
use imap_codec::{CommandCodec, GreetingCodec, ResponseCodec};
use rustls::{ClientConnection, StreamOwned};
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long the server may take for the next bytes of an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// The most bytes of an answer that holds no messages.
pub(super) const SMALL: u64 = 1024 * 1024;
/// The most bytes of one response, a message in it included; more is broken off.
pub(super) const RESPONSE: u32 = 16 * 1024 * 1024;
/// The most bytes of a line that is looked at once more when it cannot be read.
const TEXT: usize = 64 * 1024;
/// How much is read at once.
const BUFFER: usize = 64 * 1024;

/// A connection, plain or within TLS.
pub(super) enum Stream {
    /// Bare TCP.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Sets how long a read may take; zero is as little as possible.
    pub(super) fn set_patience(&self, patience: Duration) -> io::Result<()> {
        let socket = match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        };
        socket.set_read_timeout(Some(patience.max(Duration::from_millis(1))))
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let got = match self {
                Self::Plain(socket) => socket.read(buffer),
                Self::Tls(stream) => stream.read(buffer),
            };
            match got {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                got => return got,
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// The answer to a command.
pub(super) struct Reply {
    /// The untagged data, in order.
    pub(super) data: Vec<Data<'static>>,
    /// How it ended; nothing when the server waits for more of the command.
    pub(super) end: Option<StatusBody<'static>>,
}

impl Reply {
    /// Takes an OK.
    /// # Errors
    /// Anything else is trouble of the kind its code says, by itself permanent.
    pub(super) fn ok(self, doing: &str) -> Result<Vec<Data<'static>>, Trouble> {
        match self.end {
            Some(body) if body.kind == StatusKind::Ok => Ok(self.data),
            Some(body) => Err(Trouble::refused(doing, &body)),
            None => Err(Trouble::temporary(format!("{doing}: the mail server waits for more"))),
        }
    }

    /// Whether it ended with OK.
    pub(super) fn is_ok(&self) -> bool {
        self.end.as_ref().is_some_and(|body| body.kind == StatusKind::Ok)
    }
}

/// The line: the connection, what was read of an answer that is not whole yet, and whether both sides are in step.
pub(super) struct Line {
    pub(super) stream: Stream,
    pub(super) fragments: Fragmentizer,
    buffer: Vec<u8>,
    broken: bool,
    count: u64,
    tag: Option<Tag<'static>>,
    /// Whether the server told of new mail since this was last looked at.
    pub(super) news: bool,
}

impl Line {
    pub(super) fn new(stream: Stream) -> Self {
        let fragments = Fragmentizer::new(RESPONSE);
        Self { stream, fragments, buffer: vec![0; BUFFER], broken: false, count: 0, tag: None, news: false }
    }

    /// Gives the connection back, for TLS over it. What the server had sent after its last answer is dropped, so that
    /// nothing that was sent in the clear counts as protected (RFC 9051, 11.1).
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Reads the greeting; gives whether the server knows already who is there (PREAUTH).
    pub(super) fn greeting(&mut self) -> Result<bool, Trouble> {
        let doing = "greeting of the mail server";
        let mut budget = SMALL;
        while !self.fragments.is_message_complete() {
            if self.fragments.progress().is_none() {
                self.read(doing, &mut budget)?;
            }
        }
        let decoded = self.fragments.decode_message(&GreetingCodec::new());
        let greeting: Greeting<'_> = decoded.map_err(|_| Trouble::permanent(format!("{doing}: that is not IMAP")))?;
        match greeting.kind {
            GreetingKind::Ok => Ok(false),
            GreetingKind::PreAuth => Ok(true),
            GreetingKind::Bye => Err(Trouble::temporary(format!("{doing}: {}", greeting.text))),
        }
    }

    /// Sends a command and reads its answer, at most about `budget` bytes of it.
    /// # Errors
    /// When the connection fails or the server breaks the protocol; the line is of no more use then. NO and BAD are no
    /// errors here.
    pub(super) fn command(&mut self, doing: &str, body: CommandBody<'static>, budget: u64) -> Result<Reply, Trouble> {
        self.count += 1;
        let tag = Tag::try_from(format!("L{}", self.count)).map_err(|error| Trouble::temporary(error.to_string()))?;
        self.tag = Some(tag.clone());
        self.exchange(doing, CommandCodec::new().encode(&Command { tag, body }), budget)
    }

    /// Sends a command, or what goes on with one, and reads the answer, as `command`.
    pub(super) fn exchange(
        &mut self,
        doing: &str,
        fragments: impl Iterator<Item = Fragment>,
        budget: u64,
    ) -> Result<Reply, Trouble> {
        if self.broken {
            return Err(Trouble::temporary(format!("{doing}: the connection broke before")));
        }
        self.broken = true;
        let reply = self.answered(doing, fragments.collect(), budget)?;
        self.broken = false;
        self.news |= reply.data.iter().any(is_news);
        Ok(reply)
    }

    /// Sends, and collects the answer until it ends or the server waits for more.
    fn answered(&mut self, doing: &str, mut rest: VecDeque<Fragment>, mut budget: u64) -> Result<Reply, Trouble> {
        self.send(doing, &mut rest)?;
        let mut data = Vec::new();
        loop {
            match self.next(doing)? {
                None => self.read(doing, &mut budget)?,
                Some(Response::Data(item)) => data.push(item),
                Some(Response::Status(Status::Tagged(tagged))) if Some(&tagged.tag) == self.tag.as_ref() => {
                    return Ok(Reply { data, end: Some(tagged.body) });
                }
                Some(Response::Status(Status::Tagged(_))) => {
                    return Err(Trouble::temporary(format!("{doing}: the mail server answers something else")));
                }
                Some(Response::Status(Status::Untagged(_) | Status::Bye(_))) => {}
                Some(Response::CommandContinuationRequest(_)) if rest.is_empty() => {
                    return Ok(Reply { data, end: None });
                }
                Some(Response::CommandContinuationRequest(_)) => {
                    let literal = rest.pop_front();
                    self.write(doing, literal.as_ref())?;
                    self.send(doing, &mut rest)?;
                }
            }
        }
    }

    /// Writes up to the next literal that the server has to ask for (RFC 3501, 4.3).
    fn send(&mut self, doing: &str, rest: &mut VecDeque<Fragment>) -> Result<(), Trouble> {
        while !matches!(rest.front(), None | Some(Fragment::Literal { mode: LiteralMode::Sync, .. })) {
            self.write(doing, rest.pop_front().as_ref())?;
        }
        Ok(())
    }

    fn write(&mut self, doing: &str, fragment: Option<&Fragment>) -> Result<(), Trouble> {
        let Some(Fragment::Line { data } | Fragment::Literal { data, .. }) = fragment else { return Ok(()) };
        self.stream.write(data).map_err(|error| Trouble::io(doing, &error))
    }

    /// The next response of what has been read; nothing when it is not whole yet.
    /// # Errors
    /// When the server says goodbye, or a response is too long, or one that matters cannot be read.
    pub(super) fn next(&mut self, doing: &str) -> Result<Option<Response<'static>>, Trouble> {
        while self.fragments.progress().is_some() {
            if !self.fragments.is_message_complete() {
                continue;
            }
            match decoded(&self.fragments) {
                Ok(Some(Response::Status(Status::Bye(bye)))) => {
                    return Err(Trouble::temporary(format!("{doing}: the mail server says goodbye: {}", bye.text)));
                }
                Ok(Some(response)) => return Ok(Some(response)),
                Ok(None) => {}
                Err(why) => return Err(Trouble::temporary(format!("{doing}: the mail server's answer {why}"))),
            }
        }
        Ok(None)
    }

    /// Reads what is there next, within the budget.
    fn read(&mut self, doing: &str, budget: &mut u64) -> Result<(), Trouble> {
        let count = self.stream.read(&mut self.buffer).map_err(|error| Trouble::io(doing, &error))?;
        if count == 0 {
            return Err(Trouble::temporary(format!("{doing}: the mail server closed the connection")));
        }
        *budget = budget
            .checked_sub(count as u64)
            .ok_or_else(|| Trouble::temporary(format!("{doing}: the mail server sends more than it announced")))?;
        self.fragments.enqueue_bytes(&self.buffer[..count]);
        Ok(())
    }

    /// Reads into the protocol what comes within `patience`; gives the number of bytes, nothing when none came.
    pub(super) fn listen(&mut self, doing: &str, patience: Duration) -> Result<Option<usize>, Trouble> {
        self.stream.set_patience(patience).map_err(|error| Trouble::io(doing, &error))?;
        let heard = self.stream.read(&mut self.buffer);
        self.stream.set_patience(PATIENCE).map_err(|error| Trouble::io(doing, &error))?;
        match heard {
            Ok(0) => Err(Trouble::temporary(format!("{doing}: the mail server closed the connection"))),
            Ok(count) => {
                self.fragments.enqueue_bytes(&self.buffer[..count]);
                Ok(Some(count))
            }
            Err(error) if timed_out(&error) => Ok(None),
            Err(error) => Err(Trouble::io(doing, &error)),
        }
    }
}

/// Whether this tells of messages that may be new.
pub(super) fn is_news(data: &Data<'_>) -> bool {
    matches!(data, Data::Exists(count) if *count > 0)
}

/// The response that has been read whole; nothing when it is an untagged one that cannot be read, which says nothing.
/// # Errors
/// What is the matter with it.
fn decoded(fragments: &Fragmentizer) -> Result<Option<Response<'static>>, &'static str> {
    match fragments.decode_message(&ResponseCodec::new()) {
        Ok(response) => return Ok(Some(response.into_static())),
        Err(DecodeMessageError::MessageTooLong { .. }) => return Err("is far too long"),
        Err(_) => {}
    }
    let bytes = fragments.message_bytes();
    match status_in_ascii(bytes) {
        Some(status) => Ok(Some(Response::Status(status))),
        None if bytes.starts_with(b"* ") => Ok(None),
        None => Err("is no IMAP"),
    }
}

/// A status whose text is not ASCII, which it should be and is not when it names folders, or that has none: read once
/// more without, or with one.
fn status_in_ascii(bytes: &[u8]) -> Option<Status<'static>> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(TEXT)]);
    let ascii: String = text.chars().map(|c| if c.is_ascii() && c != '\0' { c } else { '?' }).collect();
    let longer = format!("{} .\r\n", ascii.trim_end());
    [ascii, longer].iter().find_map(|text| match ResponseCodec::new().decode(text.as_bytes()) {
        Ok(([], Response::Status(status))) => Some(status.into_static()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use imap_codec::imap_types::response::Code;

    fn read(text: &str) -> Result<Option<Response<'static>>, &'static str> {
        let mut fragments = Fragmentizer::new(200);
        fragments.enqueue_bytes(text.as_bytes());
        while fragments.progress().is_some() && !fragments.is_message_complete() {}
        decoded(&fragments)
    }

    #[test]
    fn a_status_in_any_language_is_read() {
        let Ok(Some(Response::Status(Status::Tagged(tagged)))) = read("A1 NO [TRYCREATE] Gibt für R&D nichts\r\n")
        else {
            panic!("not read");
        };
        assert_eq!((tagged.body.kind, tagged.body.code), (StatusKind::No, Some(Code::TryCreate)));
        assert!(matches!(read("A1 OK\r\n"), Ok(Some(Response::Status(Status::Tagged(_))))));
    }

    #[test]
    fn what_cannot_be_read_is_skipped_only_when_untagged() {
        assert!(matches!(read("* VÖLLIG anders\r\n"), Ok(None)));
        assert_eq!(read("HTTP/1.1 400\r\n").unwrap_err(), "is no IMAP");
        assert_eq!(read(&format!("* OK {}\r\n", "x".repeat(300))).unwrap_err(), "is far too long");
    }
}
