//! Messages, a desk that takes mail, and a mail server that is told what to refuse.

use serde_json::Value;

use super::{Desk, Output, ticket_path};

#[path = "../../src/transport/tests/server.rs"]
#[expect(dead_code, reason = "the unit tests of the way out look at more of it")]
mod server;

pub use server::Server;

/// What the desk's mail server says of jo.
pub const VOUCHED: &str = "mx.acme.example; dmarc=pass header.from=acme.example";

/// A message under way; it comes from ann, at half past eight.
#[derive(Clone)]
pub struct Mail {
    headers: Vec<(String, String)>,
    body: String,
}

/// A message of ann's with an id, `a` for `<a@example.com>`.
pub fn mail(id: &str, subject: &str, body: &str) -> Mail {
    Mail { headers: Vec::new(), body: body.to_owned() }
        .with("From", "Ann <ann@example.com>")
        .with("To", "support@acme.example")
        .with("Subject", subject)
        .with("Date", "Sun, 22 Nov 2026 08:30:00 +0000")
        .with("Message-ID", &format!("<{id}@example.com>"))
}

impl Mail {
    /// Sets a header; without a value it goes.
    pub fn with(mut self, name: &str, value: &str) -> Mail {
        match self.headers.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value.to_owned(),
            None => self.headers.push((name.to_owned(), value.to_owned())),
        }
        self.headers.retain(|(_, value)| !value.is_empty());
        self
    }

    /// From jo, for whom the mail server vouches.
    pub fn by_jo(self) -> Mail {
        self.with("Authentication-Results", VOUCHED).with("From", "Jo Janssen <jo@acme.example>")
    }

    pub fn answers(self, id: &str) -> Mail {
        self.with("In-Reply-To", &format!("<{id}@example.com>"))
    }

    pub fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{headers}\n{}\n", self.body)
    }
}

impl Desk {
    /// `acme` with an address, a trusted mail server and more settings of its mail, as `name: value, `.
    pub fn with_mail(more: &str) -> Desk {
        Desk::with_mail_and(more, "")
    }

    pub fn with_mail_and(more: &str, settings: &str) -> Desk {
        Desk::with_settings(&format!(
            "mail: {{{more}address: support@acme.example, aliases: [help@acme.example], authserv: mx.acme.example}}\n{settings}"
        ))
    }

    /// A desk that sends to this server.
    pub fn sending_to(server: &Server) -> Desk {
        Desk::with_mail(&format!("smtp: \"{}\", ", server.url))
    }

    /// Calls with the desk's key.
    pub fn keyed(&self, line: impl AsRef<str>) -> Output {
        self.call(line).env("LOKET_KEY", "secret").run()
    }

    /// Gives a message; how it was taken.
    #[track_caller]
    pub fn takes(&self, mail: &Mail) -> Value {
        self.call("--json mail ingest").env("LOKET_KEY", "secret").input(mail.text()).run().exits(0).json()
    }

    /// Gives a message; its ticket.
    #[track_caller]
    pub fn ticket_of(&self, mail: &Mail) -> String {
        self.takes(mail)["ticket"].as_str().unwrap().to_owned()
    }

    /// Sends; the answer.
    #[track_caller]
    pub fn sends(&self) -> Value {
        self.keyed("--json mail send").exits(0).json()
    }

    /// What would be sent, each with its envelope, in order.
    #[track_caller]
    pub fn would_send(&self) -> Vec<(String, String)> {
        let folder = self.home().join("outbox");
        let _ = std::fs::remove_dir_all(&folder);
        self.keyed("mail send --dry-run ../outbox").exits(0);
        let read = |number: usize, end: &str| self.try_read(&format!("../outbox/{number:04}.{end}"));
        (1..)
            .map_while(|number| Some((read(number, "envelope")?, read(number, "eml")?.replace("\r\n", "\n"))))
            .collect()
    }

    fn try_read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.path().join(path)).ok()
    }

    /// The whole file of a ticket.
    pub fn ticket_file(&self, id: &str) -> String {
        self.read(&ticket_path(id))
    }

    /// The whole file of a comment.
    pub fn comment_file(&self, id: &str, stem: &Value) -> String {
        self.read(&ticket_path(id).replace("ticket.md", &format!("{}.md", stem.as_str().unwrap())))
    }

    /// The files of a ticket, by name.
    pub fn files_of(&self, id: &str) -> Vec<String> {
        let folder = ticket_path(id).replace("ticket.md", "files/");
        let listed = self.git(format!("ls-files {folder}"));
        listed.lines().map(|path| path.trim_start_matches(&folder).to_owned()).collect()
    }

    /// The address by which answers to a ticket come.
    pub fn plus_address(&self, id: &str) -> String {
        self.ok(format!("reply {id} -m Answer."));
        let sent = self.would_send();
        let at =
            |text: &str| text.find(&format!("support+{id}")).map(|at| text[at..].split('>').next().unwrap().to_owned());
        sent.iter().find_map(|(_, text)| at(text)).unwrap()
    }
}
