//! What the commands of the customers' side answer.

use jiff::Timestamp;
use serde::Serialize;

use super::ticket::{FileView, TicketPage};
use crate::domain::comment::Role;
use crate::domain::ticket::State;

/// `portal build`
#[derive(Debug, Clone, Serialize)]
pub struct BuildView {
    /// The folder.
    pub out: String,
    pub commit: Option<String>,
    /// Articles, each translation for itself.
    pub articles: usize,
    pub languages: Vec<String>,
    pub redirects: usize,
    /// Files that were another before.
    pub written: usize,
    pub removed: usize,
    /// Whether there are a feed and a sitemap, which need the site's address.
    pub feed: bool,
    pub warnings: Vec<String>,
}

/// `portal link`
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    pub url: String,
}

/// A ticket as its requester may see it. It is made of what `show --public` shows, has no place for anything else, and
/// is all of a ticket that the server reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublicTicket {
    pub id: String,
    pub title: String,
    pub state: State,
    pub created: Timestamp,
    pub language: Option<String>,
    /// The requester's rating, where there is one.
    pub rated: Option<u8>,
    /// In the order of time; the first is what the ticket was opened with.
    pub messages: Vec<PublicMessage>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublicMessage {
    pub role: Role,
    /// An agent's handle, or an address outside.
    pub author: String,
    pub date: Timestamp,
    pub text: String,
    /// A machine's.
    pub automatic: bool,
    pub files: Vec<PublicFile>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublicFile {
    pub name: String,
    /// In bytes.
    pub size: Option<u64>,
    /// Where it lies in the desk.
    #[serde(skip)]
    pub path: String,
}

impl PublicTicket {
    /// What of a page is public.
    pub fn of(page: TicketPage) -> PublicTicket {
        let page = page.public();
        let files = |files: Vec<FileView>| {
            let file = |file: FileView| PublicFile { name: file.name, size: file.size, path: file.path };
            files.into_iter().map(file).collect()
        };
        let ticket = page.ticket;
        let asker = ticket.requester.clone().unwrap_or_default();
        let first = |author: String, date, text, files| PublicMessage {
            role: Role::Requester,
            author,
            date,
            text,
            automatic: false,
            files,
        };
        let mut messages = Vec::new();
        if !page.body.trim().is_empty() || !page.attachments.is_empty() {
            messages.push(first(asker.clone(), ticket.created, page.body, files(page.attachments)));
        }
        for merged in page.merged {
            let author = merged.requester.unwrap_or_default();
            messages.push(first(author, merged.created, merged.body, files(merged.attachments)));
        }
        messages.extend(page.thread.into_iter().map(|comment| PublicMessage {
            role: comment.role,
            author: comment.author,
            date: comment.date,
            text: comment.body,
            automatic: comment.automatic,
            files: files(comment.attachments),
        }));
        messages.sort_by_key(|message| message.date);
        PublicTicket {
            id: ticket.id,
            title: ticket.title,
            state: ticket.state,
            created: ticket.created,
            language: ticket.language,
            rated: ticket.satisfaction.map(|rating| rating.score),
            messages,
        }
    }
}

/// `api-token new`
#[derive(Debug, Clone, Serialize)]
pub struct NewTokenView {
    pub name: String,
    /// Told here and never again; the key, where its requests are signed.
    pub token: String,
}

/// A row of `api-token list`.
#[derive(Debug, Clone, Serialize)]
pub struct ApiTokenView {
    pub name: String,
    pub scopes: Vec<&'static str>,
    /// Whether its requests are signed, and carry no token.
    pub signed: bool,
    pub created: Timestamp,
}
