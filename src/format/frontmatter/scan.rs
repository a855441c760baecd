//! Which lines belong to which key of a block mapping. Whatever it cannot tell for sure it refuses (`None`), and every
//! edit is checked by reading the result.

use super::quick::{double_quoted, single_quoted};
use std::ops::Range;

/// The lines of one key: its own and those of its value.
pub(super) struct Block {
    pub key: String,
    /// The key's line, from 0 at the begin of the YAML.
    pub line: usize,
    /// Line (from 0) and column (from 1) of the value.
    pub value_at: (usize, usize),
    /// Whole lines, with the last line break.
    pub span: Range<usize>,
    /// The byte after the colon.
    pub colon: usize,
    /// Where the line after the key's line begins.
    pub below: usize,
    pub inside: Inside,
}

/// How a value is written.
pub(super) enum Inside {
    /// `key:` and nothing more.
    Nothing,
    /// From the first byte of the value to its last, over several lines perhaps.
    Inline(Range<usize>),
    /// The `|` or `>` of a block scalar, with its indicators.
    Text(Range<usize>),
    /// A block list or mapping on the lines below.
    Children,
}

/// One line of the text.
pub(super) struct Row {
    pub start: usize,
    /// Without the line break.
    pub end: usize,
    pub next: usize,
    pub indent: usize,
    /// Neither blank nor a comment.
    pub solid: bool,
    pub blank: bool,
}

impl Row {
    /// The line after its indentation.
    pub fn text<'a>(&self, whole: &'a str) -> &'a str {
        &whole[self.start + self.indent..self.end]
    }

    /// Whether a list item begins here.
    pub fn is_item(&self, whole: &str) -> bool {
        let text = self.text(whole);
        self.solid && (text.starts_with("- ") || text.trim_end() == "-")
    }
}

/// Cuts a range of whole lines into rows.
pub(super) fn rows(text: &str, range: Range<usize>) -> Vec<Row> {
    let mut start = range.start;
    let row = |line: &str| {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let indent = content.bytes().take_while(|&byte| byte == b' ').count();
        let blank = content.trim_matches([' ', '\t']).is_empty();
        let solid = !blank && !content[indent..].starts_with('#');
        let row = Row { start, end: start + content.len(), next: start + line.len(), indent, solid, blank };
        start = row.next;
        row
    };
    text[range].split_inclusive('\n').map(row).collect()
}

/// The lines of each item of a block list, and their indentation.
pub(super) fn items(text: &str, range: Range<usize>) -> Option<(usize, Vec<Range<usize>>)> {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut indent = None;
    for row in rows(text, range).iter().filter(|row| row.solid) {
        let margin = *indent.get_or_insert(row.indent);
        match items.last_mut() {
            _ if row.indent == margin && row.is_item(text) => items.push(row.start..row.next),
            Some(item) if row.indent > margin => item.end = row.next,
            _ => return None,
        }
    }
    Some((indent?, items))
}

/// The keys of a block mapping at an indentation, in order.
pub(super) fn blocks(text: &str, range: Range<usize>, indent: usize) -> Option<Vec<Block>> {
    let scan = Scan { text, end: range.end, rows: rows(text, range) };
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(row) = scan.rows.get(at) {
        if !row.solid {
            at += 1;
            continue;
        }
        if row.indent != indent {
            return None;
        }
        let (block, last) = scan.block(at)?;
        blocks.push(block);
        at = last + 1;
    }
    Some(blocks)
}

struct Scan<'a> {
    text: &'a str,
    end: usize,
    rows: Vec<Row>,
}

impl Scan<'_> {
    /// The block that begins at a row, and its last row.
    fn block(&self, at: usize) -> Option<(Block, usize)> {
        let row = &self.rows[at];
        let line = row.text(self.text);
        let (key, colon) = key_of(line)?;
        let colon = row.start + row.indent + colon;
        let after = &self.text[colon..row.end];
        let value = row.end - after.trim_start_matches([' ', '\t']).len();
        let (inside, last) = self.value(at, value)?;
        let value_at = match inside {
            Inside::Nothing => (at, row.indent + 1),
            Inside::Children => {
                let child = (at + 1..=last).find(|&child| self.rows[child].solid)?;
                (child, self.rows[child].indent + 1)
            }
            _ => (at, self.text[row.start..value].chars().count() + 1),
        };
        let span = row.start..self.rows[last].next;
        Some((Block { key, line: at, value_at, span, colon, below: row.next, inside }, last))
    }

    fn value(&self, at: usize, value: usize) -> Option<(Inside, usize)> {
        let row = &self.rows[at];
        match self.text.as_bytes()[value..row.end].first() {
            None | Some(b'#') => Some(self.children(at)),
            Some(b'|' | b'>') => Some(self.block_scalar(at, value)),
            Some(b'"' | b'\'') => self.closed(at, value, value + quoted_len(&self.text[value..self.end])?),
            Some(b'[' | b'{') => self.closed(at, value, value + flow_len(&self.text[value..self.end])?),
            Some(_) => Some(self.plain(at, value)),
        }
    }

    fn children(&self, at: usize) -> (Inside, usize) {
        let parent = self.rows[at].indent;
        let is_child = |row: &Row| row.indent > parent || (row.indent == parent && row.is_item(self.text));
        match self.last_of(at, is_child) {
            last if last == at => (Inside::Nothing, at),
            last => (Inside::Children, last),
        }
    }

    /// The last solid row below `at` before the first that does not belong.
    fn last_of(&self, at: usize, belongs: impl Fn(&Row) -> bool) -> usize {
        let solid = self.rows.iter().enumerate().skip(at + 1).filter(|(_, row)| row.solid);
        solid.take_while(|(_, row)| belongs(row)).map(|(index, _)| index).last().unwrap_or(at)
    }

    fn block_scalar(&self, at: usize, value: usize) -> (Inside, usize) {
        let row = &self.rows[at];
        let header = self.text[value..row.end].split([' ', '\t']).next().unwrap_or_default();
        let keep = header.contains('+');
        let below = self.rows.iter().enumerate().skip(at + 1);
        let content = below.take_while(|(_, line)| line.blank || line.indent > row.indent);
        let last = content.filter(|(_, line)| keep || !line.blank).map(|(index, _)| index).last().unwrap_or(at);
        (Inside::Text(value..value + header.len()), last)
    }

    /// A value with an end of its own; only a comment may follow it.
    fn closed(&self, at: usize, start: usize, end: usize) -> Option<(Inside, usize)> {
        let last = at + self.rows[at..].partition_point(|row| row.end < end);
        let rest = self.text.get(end..self.rows.get(last)?.end)?;
        let after = rest.trim_start_matches([' ', '\t']);
        let fine = after.is_empty() || (after.starts_with('#') && after.len() < rest.len());
        fine.then_some((Inside::Inline(start..end), last))
    }

    /// A plain scalar and its continuation lines, which end at a comment.
    fn plain(&self, at: usize, value: usize) -> (Inside, usize) {
        let parent = self.rows[at].indent;
        let mut last = at;
        let mut end = plain_end(self.text, value, self.rows[at].end);
        for (index, row) in self.rows.iter().enumerate().skip(at + 1) {
            let commented = self.text[end..self.rows[last].end].contains('#');
            if commented || (!row.blank && (!row.solid || row.indent <= parent)) {
                break;
            }
            if row.solid {
                last = index;
                end = plain_end(self.text, row.start, row.end);
            }
        }
        (Inside::Inline(value..end), last)
    }
}

/// Where the plain text of a line ends, before a comment and trailing space.
fn plain_end(text: &str, start: usize, end: usize) -> usize {
    let line = &text[start..end];
    let comment = line.find(" #").into_iter().chain(line.find("\t#")).min();
    start + comment.map_or(line, |at| &line[..at]).trim_end_matches([' ', '\t']).len()
}

/// The key at the head of a line, and the byte after its colon.
fn key_of(line: &str) -> Option<(String, usize)> {
    let quoted = match line.as_bytes().first()? {
        b'"' => Some(double_quoted(line).ok()?),
        b'\'' => Some(single_quoted(line).ok()?),
        b'?' | b'[' | b']' | b'{' | b'}' | b',' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' => {
            return None;
        }
        _ => None,
    };
    if let Some((key, rest)) = quoted {
        let after = rest.trim_start_matches(' ').strip_prefix(':')?;
        return ends_key(after).then(|| (key, line.len() - after.len()));
    }
    if line.starts_with("- ") || line == "-" || line.starts_with("---") || line.starts_with("...") {
        return None;
    }
    let colon = line.match_indices(':').map(|(at, _)| at).find(|at| ends_key(&line[at + 1..]))?;
    let key = line[..colon].trim_end_matches([' ', '\t']);
    (!key.contains(" #")).then(|| (key.to_string(), colon + 1))
}

fn ends_key(after: &str) -> bool {
    after.is_empty() || after.starts_with([' ', '\t'])
}

/// The length of a quoted scalar, over lines.
fn quoted_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The length of a flow collection, over lines. Quotes and comments count only where a token may begin.
fn flow_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut fresh) = (0, 0usize, true);
    loop {
        let byte = *bytes.get(at)?;
        let spaced = at > 0 && bytes[at - 1].is_ascii_whitespace();
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b'"' | b'\'' if fresh => at += quoted_len(&text[at..])? - 1,
            b'#' if spaced => at += text[at..].find('\n')? - 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
        fresh = matches!(byte, b'[' | b'{' | b',' | b':') || (fresh && byte.is_ascii_whitespace());
    }
}
