//! loket's own interchange: a ticket a line, as JSON, with its thread, files and history (loket-json(5)).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::changes::json;
use super::frontmatter::{FrontMatter, Node};
use super::ticket::ORDER;
use crate::domain::event::{Event, FieldChange};

/// A ticket with everything of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    /// The front matter of `ticket.md` by its own keys.
    pub ticket: Map<String, Value>,
    pub body: String,
    pub thread: Vec<CommentRecord>,
    pub files: Vec<FileRecord>,
    /// Oldest first.
    pub timeline: Vec<EventRecord>,
}

/// A comment of the thread.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommentRecord {
    /// The stem of its file.
    pub id: String,
    /// The front matter by its own keys.
    pub comment: Map<String, Value>,
    pub body: String,
}

/// An attachment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileRecord {
    pub name: String,
    /// Base 64 of the bytes.
    pub content: String,
}

/// What one commit did to the ticket; the commit's own id is left out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventRecord {
    pub date: jiff::Timestamp,
    pub author: AuthorRecord,
    pub command: Option<String>,
    pub reason: Option<String>,
    pub changes: Vec<FieldChange>,
    pub comment: Option<String>,
    #[serde(default)]
    pub created: bool,
}

/// The author of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorRecord {
    pub name: String,
    pub email: String,
}

impl From<Event> for EventRecord {
    fn from(event: Event) -> EventRecord {
        EventRecord {
            date: event.date,
            author: AuthorRecord { name: event.name, email: event.email },
            command: event.command,
            reason: event.reason,
            changes: event.changes,
            comment: event.comment,
            created: event.created,
        }
    }
}

/// The keys of a front matter, in the order of the file.
pub fn keys(front: &FrontMatter) -> Map<String, Value> {
    front.keys().map(|(key, value)| (key.to_owned(), json(value))).collect()
}

/// Keys as they are written: those of the design first, in its order.
pub fn nodes(keys: &Map<String, Value>) -> Vec<(&str, Node)> {
    let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    let mut nodes: Vec<(&str, Node)> =
        keys.iter().filter_map(|(key, value)| Some((key.as_str(), node(value)?))).collect();
    nodes.sort_by_key(|(key, _)| place(key));
    nodes
}

/// A JSON value as YAML; `None` for null, which an absent key says.
pub fn node(value: &Value) -> Option<Node> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(truth) => Node::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Node::Number(whole),
            None => Node::Float(number.as_f64()?),
        },
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(items) => Node::List(items.iter().filter_map(node).collect()),
        Value::Object(pairs) => {
            Node::Map(pairs.iter().filter_map(|(key, value)| Some((key.clone(), node(value)?))).collect())
        }
    })
}
