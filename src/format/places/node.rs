//! A value and where it stands, in bytes of the text.

use std::collections::BTreeMap;

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it begins.
    pub at: usize,
    /// Where its text begins: behind a quote, below a `|`.
    pub text: usize,
    pub inside: Inside,
}

/// What a value holds.
#[derive(Debug)]
pub(super) enum Inside {
    Scalar,
    List(Vec<Node>),
    Map(BTreeMap<String, Entry>),
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub key: usize,
    pub value: Node,
}

impl Node {
    /// A scalar, or nothing at all.
    pub fn scalar(at: usize) -> Node {
        Node { at, text: at, inside: Inside::Scalar }
    }

    pub fn quoted(at: usize) -> Node {
        Node { at, text: at + 1, inside: Inside::Scalar }
    }

    pub fn list(at: usize, items: Vec<Node>) -> Node {
        Node { at, text: at, inside: Inside::List(items) }
    }

    pub fn map(at: usize, entries: BTreeMap<String, Entry>) -> Node {
        Node { at, text: at, inside: Inside::Map(entries) }
    }
}
