//! What is wrong with a file, and where.

use std::fmt;

/// Where and why a file cannot be read or edited. Line and column are 1-based and of the file, the column in
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault at a byte of a text.
    pub(super) fn at(text: &[u8], offset: usize, message: impl Into<String>, hint: Option<&str>) -> Fault {
        let (line, column) = locate(text, offset);
        Fault { line, column, message: message.into(), hint: hint.map(str::to_string) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for Fault {}

/// Line and column of a byte; a byte-order mark is no column.
pub(super) fn locate(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = before[..line_start].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let in_line = before[line_start..].strip_prefix(super::fence::BOM.as_bytes()).unwrap_or(&before[line_start..]);
    let column = in_line.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
    (line, column)
}
