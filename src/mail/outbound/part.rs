//! The parts of a body (RFC 2046).
use super::{
    encode::{self, Body},
    field::Block,
};
use sha2::{Digest, Sha256};

/// The types of files that programs may show in place; all others are just bytes.
const KNOWN: [(&str, &str); 7] = [
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

/// A part of a body.
#[derive(Debug)]
pub enum Part<'a> {
    /// A text of this subtype.
    Text(&'static str, &'a str),
    /// A file: its name and what is in it.
    File(&'a str, &'a [u8]),
    /// Parts of this kind.
    Multipart(&'static str, Vec<Part<'a>>),
}

impl<'a> Part<'a> {
    /// A text: `plain` or `html`.
    pub fn text(subtype: &'static str, text: &'a str) -> Self {
        Self::Text(subtype, text)
    }

    /// An attached file.
    pub fn file(name: &'a str, data: &'a [u8]) -> Self {
        Self::File(name, data)
    }

    /// Parts that belong together.
    pub fn multipart(kind: &'static str, parts: Vec<Self>) -> Self {
        Self::Multipart(kind, parts)
    }

    /// The header fields and the body. Boundaries are made of the seed.
    pub fn render(&self, seed: &str) -> Vec<u8> {
        match self {
            Self::Text(subtype, text) => {
                let mut block = Block::default();
                block.typed("Content-Type", &format!("text/{subtype}"), "charset", "utf-8");
                single(block, encode::text(text))
            }
            Self::File(name, data) => {
                let mut block = Block::default();
                block.text("Content-Type", kind_of(name));
                block.typed("Content-Disposition", "attachment", "filename", name);
                single(block, encode::binary(data))
            }
            Self::Multipart(kind, parts) => joined(kind, seed, parts.iter().map(|part| part.render(seed)).collect()),
        }
    }
}

fn single(mut block: Block, body: Body) -> Vec<u8> {
    block.text("Content-Transfer-Encoding", body.encoding);
    let mut out = block.into_bytes();
    out.extend(b"\r\n");
    out.extend(body.lines.into_bytes());
    out
}

/// A multipart (RFC 2046, 5.1.1).
fn joined(kind: &str, seed: &str, parts: Vec<Vec<u8>>) -> Vec<u8> {
    let boundary = boundary(kind, seed, &parts);
    let mut block = Block::default();
    block.typed("Content-Type", &format!("multipart/{kind}"), "boundary", &boundary);
    let mut out = block.into_bytes();
    for part in parts {
        out.extend(format!("\r\n--{boundary}\r\n").into_bytes());
        out.extend(part);
    }
    out.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    out
}

/// A boundary made of the seed that is in none of the parts.
fn boundary(kind: &str, seed: &str, parts: &[Vec<u8>]) -> String {
    let mut number = 0_u64;
    loop {
        let digest = Sha256::digest(format!("{kind} {number} {seed}"));
        let text: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let boundary = format!("=_{text}");
        let inside = |part: &Vec<u8>| part.windows(boundary.len()).any(|window| window == boundary.as_bytes());
        if !parts.iter().any(inside) {
            return boundary;
        }
        number += 1;
    }
}

/// The media type of a file by its extension. Text has none: its charset is not known, and mail may not be encoded.
fn kind_of(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = KNOWN.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
    known.map_or("application/octet-stream", |(_, kind)| kind)
}
