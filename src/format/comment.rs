//! A comment's file to a comment and back (files.md, A comment).

use super::frontmatter::{self, Fault, FrontMatter, Node};
use super::reading::Reader;
use super::ticket::{ids, render_instant};
use crate::domain::comment::{Comment, Mail, Visibility};

/// All keys a comment may have.
pub const KEYS: [&str; 18] = [
    "author",
    "date",
    "visibility",
    "channel",
    "message-id",
    "in-reply-to",
    "references",
    "from",
    "to",
    "cc",
    "attachments",
    "pattern",
    "deviates",
    "automatic",
    "delivered",
    "flags",
    "unsent",
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
        mail: mail(&reader)?,
        body: front.body(text).to_owned(),
    })
}

fn mail(reader: &Reader<'_>) -> Result<Mail, Fault> {
    Ok(Mail {
        message_id: reader.text("message-id")?,
        in_reply_to: reader.list("in-reply-to")?,
        references: reader.list("references")?,
        to: reader.list("to")?,
        delivered: reader.text("delivered")?,
        flags: reader.list("flags")?,
        unsent: reader.list("unsent")?,
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
    let list =
        |values: &[String]| (!values.is_empty()).then(|| Node::List(values.iter().cloned().map(Node::Text).collect()));
    let mail = &comment.mail;
    let mut add = |key: &'static str, node: Option<Node>| keys.extend(node.map(|node| (key, node)));
    add("message-id", mail.message_id.clone().map(Node::Text));
    add("in-reply-to", ids(&mail.in_reply_to));
    add("references", list(&mail.references));
    add("to", list(&mail.to));
    add("attachments", list(&comment.attachments));
    if let Some(pattern) = &comment.pattern {
        keys.push(("pattern", Node::Text(pattern.clone())));
    }
    if comment.deviates {
        keys.push(("deviates", Node::Bool(true)));
    }
    if comment.automatic {
        keys.push(("automatic", Node::Bool(true)));
    }
    let mut add = |key: &'static str, node: Option<Node>| keys.extend(node.map(|node| (key, node)));
    add("delivered", mail.delivered.clone().map(Node::Text));
    add("flags", list(&mail.flags));
    add("unsent", list(&mail.unsent));
    frontmatter::render(&keys, &comment.body)
}
