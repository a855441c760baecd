//! Where things lie in a desk: the only place that builds a path or takes one apart.

use crate::domain::article::translation_parts;
use crate::domain::id::TicketId;

pub const SETTINGS: &str = "loket.yaml";
pub const ATTRIBUTES: &str = ".gitattributes";
pub const README: &str = "README.md";
pub const VIEWS: &str = "policy/views.yaml";
pub const CALENDARS: &str = "policy/calendars.yaml";
pub const SLA: &str = "policy/sla.yaml";
pub const RULES: &str = "policy/rules.yaml";
pub const DASHBOARDS: &str = "policy/dashboards.yaml";
pub const TICKETS: &str = "tickets";
pub const PEOPLE: &str = "people";
pub const CUSTOMERS: &str = "customers";
pub const ORGS: &str = "orgs";
pub const ARTICLES: &str = "kb";
pub const PATTERNS: &str = "patterns";
pub const PROCESSES: &str = "processes";

/// Messages that have no ticket.
pub const MAIL: &str = "mail";

const TICKET: &str = "ticket.md";
const FILES: &str = "files";

/// `tickets/2026/11/22/261122-7k2qm`
pub fn ticket_folder(id: &TicketId) -> String {
    let (year, month, day) = id.day();
    format!("{TICKETS}/{year}/{month}/{day}/{id}")
}

/// The file with a ticket's state and first message.
pub fn ticket(id: &TicketId) -> String {
    format!("{}/{TICKET}", ticket_folder(id))
}

/// The file of a comment, by its stem.
pub fn comment(id: &TicketId, stem: &str) -> String {
    format!("{}/{stem}.md", ticket_folder(id))
}

/// The folder of a ticket's attachments.
pub fn attachments(id: &TicketId) -> String {
    format!("{}/{FILES}", ticket_folder(id))
}

/// An attachment, by its name.
pub fn attachment(id: &TicketId, name: &str) -> String {
    format!("{}/{name}", attachments(id))
}

/// The first message of a ticket, as it came.
pub fn raw_first(id: &TicketId) -> String {
    attachment(id, "message.eml")
}

/// The message a comment was made of, as it came.
pub fn raw_of(id: &TicketId, stem: &str) -> String {
    attachment(id, &format!("{stem}.eml"))
}

/// A message that was ignored, by its digest.
pub fn ignored(digest: &str) -> String {
    format!("{MAIL}/ignored/{}/{}.eml", &digest[..2], &digest[2..])
}

/// A message that could not be taken, by its digest, and the file that says why.
pub fn quarantined(digest: &str) -> (String, String) {
    let place = format!("{MAIL}/quarantine/{}/{}", &digest[..2], &digest[2..]);
    (format!("{place}.eml"), format!("{place}.md"))
}

pub fn person(handle: &str) -> String {
    format!("{PEOPLE}/{handle}.md")
}

pub fn customer(key: &str) -> String {
    format!("{CUSTOMERS}/{key}.md")
}

/// The file of an article; `name` is its slug, a translation's with the language at its end.
pub fn article(category: &str, name: &str) -> String {
    if category.is_empty() { format!("{ARTICLES}/{name}.md") } else { format!("{ARTICLES}/{category}/{name}.md") }
}

/// Category and name of an article's path: `kb/network/vpn.nl.md` is `network` and `vpn.nl`.
pub fn article_parts(path: &str) -> (&str, &str) {
    let inner = path.strip_prefix(ARTICLES).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    let inner = inner.strip_suffix(".md").unwrap_or(inner);
    inner.rsplit_once('/').unwrap_or(("", inner))
}

/// Whether what was typed names the article at a path: by its slug, `category/slug` or the path itself.
pub fn is_article_named(path: &str, typed: &str) -> bool {
    let ((category, slug), (wanted_category, wanted)) = (article_parts(path), article_parts(typed));
    slug == wanted && (wanted_category.is_empty() || category == wanted_category)
}

/// `log.txt` as `log-2.txt`: where a name is taken.
pub fn numbered(name: &str, number: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 16 => format!("{stem}-{number}.{ending}"),
        _ => format!("{name}-{number}"),
    }
}

/// What a file of a ticket's folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketFile {
    Ticket,
    /// By its stem.
    Comment(String),
    /// By its name.
    Attachment(String),
    Other,
}

/// The ticket a path belongs to and what the file is there; `None` for paths that are no ticket's.
pub fn parse_ticket_path(path: &str) -> Option<(TicketId, TicketFile)> {
    let rest = path.strip_prefix(TICKETS)?.strip_prefix('/')?;
    let mut parts = rest.splitn(5, '/');
    let (_year, _month, _day) = (parts.next()?, parts.next()?, parts.next()?);
    let id: TicketId = parts.next()?.parse().ok()?;
    let inner = parts.next()?;
    if !path.starts_with(&ticket_folder(&id)) {
        return None;
    }
    Some((id, ticket_file(inner)))
}

/// Whether a path is that of a ticket's file, but in a folder that is no ticket's: its name is no id, or it lies under
/// another day.
pub fn is_stray(path: &str) -> bool {
    let inside = path.strip_prefix(TICKETS).is_some_and(|rest| rest.starts_with('/'));
    inside && path.ends_with(&format!("/{TICKET}")) && parse_ticket_path(path).is_none()
}

/// What a name within a ticket's folder is.
pub fn ticket_file(inner: &str) -> TicketFile {
    if inner == TICKET {
        return TicketFile::Ticket;
    }
    if let Some(name) = inner.strip_prefix(FILES).and_then(|rest| rest.strip_prefix('/')) {
        return TicketFile::Attachment(name.to_owned());
    }
    match inner.strip_suffix(".md") {
        Some(stem) if is_comment_stem(stem) => TicketFile::Comment(stem.to_owned()),
        _ => TicketFile::Other,
    }
}

/// `20261122T042000Z-3f9k`
pub fn is_comment_stem(stem: &str) -> bool {
    let bytes = stem.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    bytes.len() == 21
        && stem.is_ascii()
        && digits(0..8)
        && bytes[8] == b'T'
        && digits(9..15)
        && &bytes[15..17] == b"Z-"
        && bytes[17..].iter().all(|byte| crate::domain::id::ALPHABET.contains(byte))
}

/// The handle of an agent's file, the key of a customer's, the slug of a pattern's: `people/jo.md` is `jo`.
pub fn key_in<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".md")?;
    (!name.contains('/') && !name.is_empty()).then_some(name)
}

/// The file of a pattern, or of its translation into a language.
pub fn pattern(slug: &str, language: Option<&str>) -> String {
    match language {
        None => format!("{PATTERNS}/{slug}.md"),
        Some(language) => format!("{PATTERNS}/{slug}.{language}.md"),
    }
}

/// Slug and language of a pattern's file: `patterns/on-it.nl.md` is `on-it` in `nl`.
pub fn parse_pattern(path: &str) -> Option<(&str, Option<&str>)> {
    let name = key_in(PATTERNS, path)?;
    Some(translation_parts(name).map_or((name, None), |(slug, language)| (slug, Some(language))))
}

/// The file of a process.
pub fn process(slug: &str) -> String {
    format!("{PROCESSES}/{slug}.md")
}

/// Whether a word can be the name of a file of its own: handles, keys, slugs.
pub fn is_key(word: &str) -> bool {
    let plain =
        word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter));
    plain && (1..=64).contains(&word.len()) && !word.starts_with(['-', '.']) && !word.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_back() {
        let id: TicketId = "261122-7k2qm".parse().unwrap();
        assert_eq!(ticket(&id), "tickets/2026/11/22/261122-7k2qm/ticket.md");
        let stem = "20261122T042000Z-3f9k";
        for (path, file) in [
            (ticket(&id), TicketFile::Ticket),
            (comment(&id, stem), TicketFile::Comment(stem.into())),
            (attachment(&id, "a.png"), TicketFile::Attachment("a.png".into())),
            (format!("{}/notes.txt", ticket_folder(&id)), TicketFile::Other),
        ] {
            assert_eq!(parse_ticket_path(&path), Some((id.clone(), file)), "{path}");
        }
    }

    #[test]
    fn patterns_have_slug_and_language() {
        for (path, want) in [
            ("patterns/on-it.md", Some(("on-it", None))),
            ("patterns/on-it.nl.md", Some(("on-it", Some("nl")))),
            ("patterns/on-it.pt-br.md", Some(("on-it", Some("pt-br")))),
            ("patterns/v1.2.md", Some(("v1.2", None))),
            ("patterns/a/b.md", None),
            ("kb/on-it.md", None),
        ] {
            assert_eq!(parse_pattern(path), want, "{path}");
        }
        assert_eq!(pattern("on-it", Some("nl")), "patterns/on-it.nl.md");
    }

    #[test]
    fn a_ticket_in_the_wrong_place_is_none() {
        for path in [
            "tickets/2026/11/23/261122-7k2qm/ticket.md",
            "tickets/x.md",
            "kb/a.md",
            "tickets/2026/11/22/nonsense/ticket.md",
        ] {
            assert_eq!(parse_ticket_path(path), None, "{path}");
        }
    }
}
