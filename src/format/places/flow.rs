//! Flow style: `[a, {b: c}]`.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::node::{Entry, Node};

/// The value in flow style that begins at the next token.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Node {
    cursor.deeper(|cursor| {
        cursor.skip_blank();
        while matches!(cursor.byte(), Some(b'&' | b'!')) {
            cursor.skip_word();
            cursor.skip_blank();
        }
        let at = cursor.at;
        match cursor.byte() {
            Some(b'[') => list(cursor),
            Some(b'{') => map(cursor),
            Some(b'"' | b'\'') => {
                cursor.skip_quoted();
                Node::quoted(at)
            }
            _ => {
                skip_plain(cursor);
                Node::scalar(at)
            }
        }
    })
}

fn list(cursor: &mut Cursor<'_>) -> Node {
    let start = cursor.at;
    let mut items = Vec::new();
    cursor.at += 1;
    while next(cursor, b']') {
        let before = cursor.at;
        let item = value(cursor);
        items.push(match pair(cursor, before) {
            // `[key: value]` is a list of one mapping.
            Some((key, value)) => Node::map(before, BTreeMap::from([(key, Entry { key: before, value })])),
            None => item,
        });
        must_move(cursor, before);
    }
    Node::list(start, items)
}

fn map(cursor: &mut Cursor<'_>) -> Node {
    let start = cursor.at;
    let mut entries = BTreeMap::new();
    cursor.at += 1;
    while next(cursor, b'}') {
        let key = cursor.at;
        value(cursor);
        let end = cursor.at;
        let (name, value) = pair(cursor, key).unwrap_or_else(|| (cursor.key_text(key, end), Node::scalar(key)));
        entries.insert(name, Entry { key, value });
        must_move(cursor, key);
    }
    Node::map(start, entries)
}

/// To the next item; over the closing bracket there is none.
fn next(cursor: &mut Cursor<'_>, close: u8) -> bool {
    loop {
        cursor.skip_blank();
        match cursor.byte() {
            None => return false,
            Some(b',') => cursor.at += 1,
            Some(byte) => {
                let closed = byte == close;
                cursor.at += usize::from(closed);
                return !closed;
            }
        }
    }
}

/// The key that began at a byte and ended here, and the value behind its colon, if there is a colon.
fn pair(cursor: &mut Cursor<'_>, key: usize) -> Option<(String, Node)> {
    let end = cursor.at;
    cursor.skip_blank();
    if cursor.byte() != Some(b':') {
        return None;
    }
    cursor.at += 1;
    cursor.skip_blank();
    let empty = matches!(cursor.byte(), None | Some(b',' | b'}' | b']'));
    let value = if empty { Node::scalar(key) } else { value(cursor) };
    Some((cursor.key_text(key, end), value))
}

/// What is no YAML is not read for ever.
fn must_move(cursor: &mut Cursor<'_>, before: usize) {
    if cursor.at == before {
        cursor.lose();
    }
}

/// Over plain text: up to a comma, a bracket, a colon that ends a key or a comment.
fn skip_plain(cursor: &mut Cursor<'_>) {
    let start = cursor.at;
    while let Some(byte) = cursor.byte() {
        let ends_key = |at| cursor.is_blank(at) || matches!(cursor.byte_at(at), Some(b',' | b'[' | b']' | b'{' | b'}'));
        let ends = match byte {
            b',' | b'[' | b']' | b'{' | b'}' => true,
            b':' => ends_key(cursor.at + 1),
            b'#' => cursor.at > start && cursor.is_blank(cursor.at - 1),
            _ => false,
        };
        if ends {
            break;
        }
        cursor.at += 1;
    }
}
