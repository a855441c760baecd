//! The text of a message and its attachments, gathered from its parts.
use super::{
    charset, decode,
    fields::{self, Typed},
    header::Headers,
    html,
    message::{Attachment, Original},
    mime::Part,
    name::{self, Names},
};
use std::borrow::Cow;

/// The most bytes of one text part that are shown; a longer one is an attachment too.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;

/// What the parts of a message hold.
#[derive(Default)]
pub struct Content<'a> {
    pub body: String,
    pub attachments: Vec<Attachment<'a>>,
    pub warnings: Vec<String>,
    /// The text of all `message/delivery-status` parts.
    pub status: String,
    pub original: Option<Original>,
}

/// A piece of the body: plain text, or HTML that is turned into markdown only if it is needed.
enum Piece {
    Plain(String),
    Html(String),
}

/// Gathers body and attachments (RFC 2046).
pub fn gather<'a>(root: &Part<'a>) -> Content<'a> {
    let mut gatherer = Gatherer { names: Names::without(["message.eml"]), ..Gatherer::default() };
    let pieces = gatherer.part(root);
    let texts = pieces.into_iter().map(|piece| match piece {
        Piece::Plain(text) => text,
        Piece::Html(text) => html::to_markdown(&text),
    });
    let body = texts.map(|text| trimmed(&text)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    gatherer.content.warnings.dedup();
    Content { body, ..gatherer.content }
}

#[derive(Default)]
struct Gatherer<'a> {
    content: Content<'a>,
    names: Names,
    leaves: usize,
    shown: usize,
}

impl<'a> Gatherer<'a> {
    fn part(&mut self, part: &Part<'a>) -> Vec<Piece> {
        if part.parts.is_empty() {
            return self.leaf(part).into_iter().collect();
        }
        let pieces = part.parts.iter().flat_map(|part| self.part(part)).collect();
        if part.kind.value == "multipart/alternative" { chosen(pieces) } else { pieces }
    }

    fn leaf(&mut self, part: &Part<'a>) -> Option<Piece> {
        self.leaves += 1;
        let disposition = part.headers.all("Content-Disposition").next().map(fields::typed).unwrap_or_default();
        let named = disposition.parameter("filename").or_else(|| part.kind.parameter("name"));
        let encoding = part.headers.get("Content-Transfer-Encoding").unwrap_or_default();
        let (data, known) = decode::transfer(part.body, &encoding);
        if !known {
            self.content.warnings.push(format!("unknown transfer encoding {}", short(&encoding)));
        }
        let shown = is_text(&part.kind) && disposition.value != "attachment" && (named.is_none() || self.leaves == 1);
        if !shown || self.shown >= MAX_TEXT {
            self.attach(part, &disposition, named, data);
            return None;
        }
        let piece = self.text(part, &data);
        if data.len() > MAX_TEXT {
            self.content.warnings.push("a long text is cut, and whole in an attachment".into());
            self.attach(part, &disposition, named, data);
        }
        Some(piece)
    }

    fn text(&mut self, part: &Part, data: &[u8]) -> Piece {
        let data = &data[..data.len().min(MAX_TEXT)];
        self.shown += data.len();
        let html = part.kind.value == "text/html";
        let within = if html { charset_within(data) } else { None };
        let (text, warning) = charset::decode(data, part.kind.parameter("charset").or(within.as_deref()));
        self.content.warnings.extend(warning);
        let text = charset::cleaned(&text);
        match part.kind.value.as_str() {
            "text/html" => Piece::Html(text),
            "text/enriched" => Piece::Plain(unenriched(&text)),
            _ => Piece::Plain(text),
        }
    }

    fn attach(&mut self, part: &Part, disposition: &Typed, named: Option<&str>, data: Cow<'a, [u8]>) {
        self.notice(part, &data);
        let id = part.headers.all("Content-ID").next().and_then(fields::clean_id);
        let default = self.default_name(part, &data);
        let clean = name::cleaned(&fields::one_line(named.unwrap_or(&default)), &default);
        self.content.attachments.push(Attachment {
            name: self.names.unique(&clean),
            kind: part.kind.value.clone(),
            content: data,
            inline: disposition.value == "inline" || (id.is_some() && disposition.value != "attachment"),
            content_id: id,
        });
    }

    /// Keeps what a report says, and whose message is returned.
    fn notice(&mut self, part: &Part, data: &[u8]) {
        match part.kind.value.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                let text = String::from_utf8_lossy(&data[..data.len().min(64 * 1024)]).replace('\r', "");
                self.content.status.push_str(&format!("{text}\n\n"));
            }
            "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers"
                if self.content.original.is_none() =>
            {
                self.content.original = Some(Original::read(data));
            }
            _ => {}
        }
    }

    fn default_name(&self, part: &Part, data: &[u8]) -> String {
        match part.kind.value.as_str() {
            "message/rfc822" | "message/global" => {
                let subject = Headers::split(data).0.all("Subject").next().map(fields::text).unwrap_or_default();
                let subject: String = subject.chars().take(60).collect();
                let named = Some(subject.trim()).filter(|subject| !subject.is_empty()).unwrap_or("forwarded");
                name::cleaned(&format!("{named}.eml"), "forwarded.eml")
            }
            "message/delivery-status" => "delivery-status.txt".into(),
            "text/calendar" => "invite.ics".into(),
            kind => format!("part-{}.{}", self.leaves, extension(kind)),
        }
    }
}

/// Of alternatives (RFC 2046, 5.1.4): the plain text if it says something, else the HTML.
fn chosen(pieces: Vec<Piece>) -> Vec<Piece> {
    let plain = pieces.iter().any(|piece| matches!(piece, Piece::Plain(text) if says_something(text)));
    let html = pieces.iter().any(|piece| matches!(piece, Piece::Html(_)));
    pieces.into_iter().filter(|piece| matches!(piece, Piece::Plain(_)) == plain || !html).collect()
}

fn says_something(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}'))
}

fn is_text(kind: &Typed) -> bool {
    ["text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"].contains(&kind.value.as_str())
}

/// Text without the blank lines around it and without blanks at its end.
fn trimmed(text: &str) -> String {
    let text = text.trim_end();
    let start = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
    text[text[..start].rfind('\n').map_or(0, |end| end + 1)..].to_string()
}

/// The charset that HTML declares in itself.
fn charset_within(data: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&data[..data.len().min(2048)]).to_ascii_lowercase();
    let (_, rest) = head.split_once("<meta").and_then(|(_, rest)| rest.split_once("charset"))?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start_matches([' ', '"', '\'']);
    let label: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')).collect();
    (!label.is_empty()).then_some(label)
}

/// Enriched text (RFC 1896) without its commands. A parameter without an end is a command like any other.
fn unenriched(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let last = text.rfind("</param>").unwrap_or(0);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let parameter = after.get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("param>"));
        let ends = parameter && text.len() - after.len() < last;
        rest = match after.strip_prefix('<') {
            Some(literal) => {
                out.push('<');
                literal
            }
            None => {
                let end = if ends { "</param>" } else { ">" };
                after.find(end).map_or("", |at| &after[at + end.len()..])
            }
        };
    }
    out + rest
}

fn extension(kind: &str) -> &str {
    match kind {
        "text/plain" => "txt",
        "text/rfc822-headers" => "txt",
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "message/feedback-report" | "message/disposition-notification" => "txt",
        kind => match kind.split_once('/') {
            Some(("text" | "image" | "audio" | "video", sub)) if is_plain(sub) => sub,
            Some((_, sub @ ("pdf" | "zip" | "json" | "xml" | "rtf"))) => sub,
            _ => "bin",
        },
    }
}

fn is_plain(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn short(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}
