//! A comment's file to a comment and back (files.md, A comment).

use super::frontmatter::{self, Fault, FrontMatter, Node};
use super::reading::Reader;
use super::ticket::render_instant;
use crate::domain::comment::{Comment, Visibility};

/// All keys a comment may have.
pub const KEYS: [&str; 16] = [
    "author",
    "date",
    "visibility",
    "channel",
    "message-id",
    "in-reply-to",
    "from",
    "to",
    "cc",
    "attachments",
    "pattern",
    "deviates",
    "automatic",
    "delivered",
    "flags",
    "external-id",
];

/// Reads the comment with the given stem.
pub fn parse(stem: &str, bytes: &[u8]) -> Result<Comment, Fault> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    of(stem, &frontmatter::parse(bytes)?, text)
}

/// The comment with the given stem, whose file was read.
pub fn of(stem: &str, front: &FrontMatter, text: &str) -> Result<Comment, Fault> {
    let reader = Reader::new(front);
    let visibility = |word: &str| match word {
        "public" => Some(Visibility::Public),
        "internal" => Some(Visibility::Internal),
        _ => None,
    };
    // What does not say that it is public stays inside.
    let visibility = reader.word("visibility", "public or internal", visibility)?.unwrap_or(Visibility::Internal);
    Ok(Comment {
        id: stem.to_owned(),
        author: reader.required("author", reader.text("author")?)?,
        date: reader.required("date", reader.instant("date")?)?,
        visibility,
        channel: reader.text("channel")?,
        attachments: reader.list("attachments")?,
        pattern: reader.text("pattern")?,
        deviates: reader.flag("deviates")?,
        automatic: reader.flag("automatic")?,
        body: front.body(text).to_owned(),
    })
}

/// A new comment's file.
pub fn render(comment: &Comment) -> String {
    let mut keys = vec![
        ("author", Node::Text(comment.author.clone())),
        ("date", Node::Text(render_instant(comment.date))),
        ("visibility", Node::Text(comment.visibility.name().into())),
    ];
    if let Some(channel) = &comment.channel {
        keys.push(("channel", Node::Text(channel.clone())));
    }
    if !comment.attachments.is_empty() {
        keys.push(("attachments", Node::List(comment.attachments.iter().cloned().map(Node::Text).collect())));
    }
    if let Some(pattern) = &comment.pattern {
        keys.push(("pattern", Node::Text(pattern.clone())));
    }
    if comment.deviates {
        keys.push(("deviates", Node::Bool(true)));
    }
    if comment.automatic {
        keys.push(("automatic", Node::Bool(true)));
    }
    frontmatter::render(&keys, &comment.body)
}
