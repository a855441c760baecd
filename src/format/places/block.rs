//! Block style: keys and dashes on lines of their own, told apart by their indentation.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::flow;
use super::node::{Entry, Node};

/// What a value stands under.
#[derive(Clone, Copy)]
enum Under {
    /// Nothing: the whole text.
    Text,
    /// A key at a column.
    Key(usize),
    /// A dash at a column.
    Dash(usize),
}

impl Under {
    /// Whether a token at a column on a line below still belongs to it.
    fn holds(self, column: usize, is_dash: bool) -> bool {
        match self {
            Under::Text => true,
            Under::Key(parent) => column > parent || (column == parent && is_dash),
            Under::Dash(parent) => column > parent,
        }
    }

    /// Whether the further lines of a text at a column still belong to it.
    fn continues(self, column: usize) -> bool {
        match self {
            Under::Text => true,
            Under::Key(parent) | Under::Dash(parent) => column > parent,
        }
    }
}

/// The tree of a text.
pub(super) fn scan(text: &str) -> Node {
    let mut cursor = Cursor::new(text);
    skip_head(&mut cursor);
    value(&mut cursor, Under::Text).unwrap_or(Node::scalar(0))
}

/// Over directives and the mark that begins a document.
fn skip_head(cursor: &mut Cursor<'_>) {
    cursor.skip_blank();
    while cursor.byte() == Some(b'%') {
        cursor.at = cursor.line_end();
        cursor.skip_blank();
    }
    if is_mark(cursor, "---") {
        cursor.at += 3;
    }
}

/// Whether a mark of documents stands here.
fn is_mark(cursor: &Cursor<'_>, mark: &str) -> bool {
    cursor.text[cursor.at..].starts_with(mark) && cursor.is_blank(cursor.at + mark.len()) && cursor.column() == 0
}

/// At the end of the document.
fn is_over(cursor: &Cursor<'_>) -> bool {
    cursor.byte().is_none() || is_mark(cursor, "---") || is_mark(cursor, "...")
}

fn is_dash(cursor: &Cursor<'_>) -> bool {
    cursor.byte() == Some(b'-') && cursor.is_blank(cursor.at + 1)
}

/// The value behind a key or a dash, on its line or below; none where nothing there belongs to it.
fn value(cursor: &mut Cursor<'_>, under: Under) -> Option<Node> {
    cursor.deeper(|cursor| {
        let mut below = matches!(under, Under::Text);
        // Of the first token of its line: an anchor stands before the key it belongs to.
        let mut column = None;
        loop {
            let start = cursor.at;
            cursor.skip_blank();
            if is_over(cursor) {
                return None;
            }
            if cursor.text[start..cursor.at].contains('\n') {
                (below, column) = (true, None);
            }
            if below && !under.holds(cursor.column(), is_dash(cursor)) {
                return None;
            }
            let first = *column.get_or_insert_with(|| cursor.column());
            if !matches!(cursor.byte(), Some(b'&' | b'!')) {
                return Some(token(cursor, under, below, first));
            }
            cursor.skip_word();
        }
    })
}

/// The value that begins with the token here, whose line's first token stands at a column.
fn token(cursor: &mut Cursor<'_>, under: Under, below: bool, column: usize) -> Node {
    let at = cursor.at;
    let may_be_key = below || matches!(under, Under::Dash(_));
    match cursor.byte() {
        Some(b'-') if is_dash(cursor) => list(cursor, column),
        Some(b'[' | b'{') => flow::value(cursor),
        Some(b'|' | b'>') => block_text(cursor, under),
        Some(b'*') => {
            cursor.skip_word();
            Node::scalar(at)
        }
        _ if may_be_key && key_end(cursor).is_some() => map(cursor, column),
        Some(b'"' | b'\'') => {
            cursor.skip_quoted();
            Node::quoted(at)
        }
        _ => plain(cursor, under),
    }
}

fn list(cursor: &mut Cursor<'_>, column: usize) -> Node {
    let start = cursor.at;
    let mut items = Vec::new();
    while is_dash(cursor) && cursor.column() == column && !is_over(cursor) {
        let dash = cursor.at;
        cursor.at += 1;
        items.push(value(cursor, Under::Dash(column)).unwrap_or(Node::scalar(dash)));
        cursor.skip_blank();
    }
    Node::list(start, items)
}

fn map(cursor: &mut Cursor<'_>, column: usize) -> Node {
    let start = cursor.at;
    let mut entries = BTreeMap::new();
    // An anchor may stand before the first key; it was passed already.
    while entries.is_empty() || (!is_over(cursor) && cursor.column() == column) {
        while matches!(cursor.byte(), Some(b'&' | b'!')) {
            cursor.skip_word();
            cursor.skip_blank();
        }
        let key = cursor.at;
        let Some(end) = key_end(cursor) else {
            cursor.lose();
            break;
        };
        let name = cursor.key_text(key, end - 1);
        cursor.at = end;
        let value = value(cursor, Under::Key(column)).unwrap_or(Node::scalar(key));
        entries.insert(name, Entry { key, value });
        cursor.skip_blank();
    }
    Node::map(start, entries)
}

/// The byte behind the colon of the key that begins here, if one does.
fn key_end(cursor: &Cursor<'_>) -> Option<usize> {
    let line = &cursor.text[cursor.at..cursor.line_end()];
    if line.starts_with(['"', '\'']) {
        let mut end = cursor.quoted_end(cursor.at)?;
        while cursor.byte_at(end) == Some(b' ') {
            end += 1;
        }
        return (cursor.byte_at(end) == Some(b':') && cursor.is_blank(end + 1)).then_some(end + 1);
    }
    if line.starts_with("? ") || line.trim_end() == "?" {
        return None;
    }
    let colons = line.match_indices(':').map(|(at, _)| cursor.at + at + 1);
    let end = colons.into_iter().find(|&after| cursor.is_blank(after))?;
    (!cursor.text[cursor.at..end].contains(" #")).then_some(end)
}

/// Text below `|` or `>`.
fn block_text(cursor: &mut Cursor<'_>, under: Under) -> Node {
    let mut node = Node::scalar(cursor.at);
    let mut first = true;
    cursor.at = cursor.line_end();
    while cursor.byte() == Some(b'\n') {
        let (line, indent) = line_at(cursor.text, cursor.at + 1);
        let blank = line.trim().is_empty();
        if !blank && !under.continues(indent) {
            break;
        }
        if first && !blank {
            node.text = cursor.at + 1 + indent;
            first = false;
        }
        cursor.at += 1 + line.len();
    }
    node
}

/// Plain text, over several lines perhaps; a comment ends it.
fn plain(cursor: &mut Cursor<'_>, under: Under) -> Node {
    let node = Node::scalar(cursor.at);
    loop {
        let end = cursor.line_end();
        let commented = cursor.text[cursor.at..end].contains(" #") || cursor.text[cursor.at..end].contains("\t#");
        cursor.at = end;
        let mut next = end;
        while cursor.byte_at(next).is_some() && line_at(cursor.text, next + 1).0.trim().is_empty() {
            next += 1 + line_at(cursor.text, next + 1).0.len();
        }
        let (line, indent) = line_at(cursor.text, (next + 1).min(cursor.text.len()));
        let marked = indent == 0 && (line.starts_with("---") || line.starts_with("..."));
        if commented || marked || line.is_empty() || line.trim_start().starts_with('#') || !under.continues(indent) {
            return node;
        }
        cursor.at = next + 1 + indent;
    }
}

/// The line that begins at a byte, without its break, and its indentation.
fn line_at(text: &str, start: usize) -> (&str, usize) {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    (line, line.len() - line.trim_start_matches(' ').len())
}
