//! Reading a table: its columns by name, its rows with the place they stand at.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use csv::{ByteRecord, Reader, ReaderBuilder};
use jiff::Timestamp;

use crate::desk::import::{Report, check_date};
use crate::failure::{Failure, Result};
use crate::format::map::{Map, Piece, Source};

/// A row, with the place it starts at, or why it is none.
pub struct Line {
    /// `line 3`, or `row 3` of a file without lines.
    pub place: String,
    values: Result<Vec<String>, String>,
}

/// The columns of a table by name.
pub struct Table<'a> {
    /// How its columns become tickets.
    pub map: &'a Map,
    columns: HashMap<String, usize>,
}

/// Reads a table; what is odd about it goes into the report.
pub fn read<'a>(file: &Path, map: &'a Map, report: &mut Report) -> Result<(Table<'a>, Vec<Line>)> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|trouble| Failure::error(format!("{shown} cannot be read: {trouble}")))?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let failure = Failure::error(format!("{shown} is UTF-16; convert it to UTF-8 first"));
        let name = shell_words::quote(&shown);
        return Err(failure.hint(format!("iconv -f UTF-16 -t UTF-8 {name} > utf8.csv")).into());
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = open(text, map.delimiter);
    let mut header = ByteRecord::new();
    if !reader.read_byte_record(&mut header).with_context(|| format!("{shown} cannot be read"))? {
        return Err(Failure::error(format!("{shown} is empty; a line of column names is wanted")).into());
    }
    let table = Table { map, columns: columns(&header, report) };
    table.check_columns(&shown)?;
    let lines = rows(reader, text, map.delimiter, header.len()).with_context(|| format!("{shown} cannot be read"))?;
    report.view.read += lines.len();
    Ok((table, lines))
}

fn open(text: &[u8], delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text)
}

/// The rows below the header.
fn rows(mut reader: Reader<&[u8]>, text: &[u8], delimiter: u8, columns: usize) -> csv::Result<Vec<Line>> {
    let mut places = Places::after_header(text, reader.position().byte() as usize);
    let mut lines = Vec::new();
    let mut record = ByteRecord::new();
    let mut last = 0;
    while reader.read_byte_record(&mut record)? {
        last = record.position().map_or(0, |position| position.byte() as usize);
        lines.push(Line { place: places.place(last), values: values(&record, columns) });
    }
    if let Some(line) = lines.last_mut()
        && is_open(&text[last..], delimiter)
    {
        line.values = Err("a quote is opened and never closed".into());
    }
    Ok(lines)
}

/// Whether a quote is still open where the last record ends: then it swallows whatever follows.
fn is_open(last: &[u8], delimiter: u8) -> bool {
    let more = [last, b"\nmore\n"].concat();
    open(&more, delimiter).byte_records().count() < 2
}

/// Where records start, as people count.
struct Places<'a> {
    text: &'a [u8],
    at: usize,
    lines: usize,
    rows: usize,
    has_lines: bool,
}

impl<'a> Places<'a> {
    /// `end` is where the header has ended; a file whose header ends with a bare CR has rows, not lines.
    fn after_header(text: &'a [u8], end: usize) -> Places<'a> {
        let before = end.checked_sub(1).and_then(|place| text.get(place));
        let has_lines = before != Some(&b'\r') || text.get(end) == Some(&b'\n');
        Places { text, at: 0, lines: 1, rows: 1, has_lines }
    }

    /// The place of the next record, which is looked for from a byte on: empty lines before it are not of it.
    fn place(&mut self, from: usize) -> String {
        let rest = self.text.get(from..).unwrap_or_default();
        let start = from + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.lines += self.text.get(self.at..start).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        self.at = start;
        self.rows += 1;
        if self.has_lines { format!("line {}", self.lines) } else { format!("row {}", self.rows) }
    }
}

fn values(record: &ByteRecord, columns: usize) -> Result<Vec<String>, String> {
    if record.len() != columns {
        return Err(format!("it has {} values for {columns} columns", record.len()));
    }
    let text = |value: &[u8]| match std::str::from_utf8(value) {
        Err(_) => Err("it is not UTF-8".to_owned()),
        Ok(text) if text.contains('\0') => Err("it holds a NUL byte".to_owned()),
        Ok(text) => Ok(text.to_owned()),
    };
    record.iter().map(text).collect()
}

/// The place of each column; of a repeated name the first counts, the second is `name#2`.
fn columns(header: &ByteRecord, report: &mut Report) -> HashMap<String, usize> {
    let mut columns = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (place, name) in header.iter().enumerate() {
        let name = String::from_utf8_lossy(name).into_owned();
        let count = seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            report.warn("line 1".into(), format!("column '{name}' occurs again; this one is '{name}#{count}'"));
            columns.insert(format!("{name}#{count}"), place);
        } else {
            columns.insert(name, place);
        }
    }
    columns
}

impl Line {
    /// Why it is no row.
    pub fn trouble(&self) -> Option<&str> {
        self.values.as_ref().err().map(String::as_str)
    }
}

impl Table<'_> {
    fn check_columns(&self, file: &str) -> Result<()> {
        let missing = self.map.sources().flat_map(Source::columns).find(|name| !self.columns.contains_key(*name));
        let Some(missing) = missing else { return Ok(()) };
        let mut names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        names.sort_unstable();
        let near = crate::desk::nearest(missing, names.iter().copied());
        Err(Failure::error(format!("the map names a column '{missing}', which {file} has not"))
            .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
            .hint(format!("its columns are {}", names.join(", ")))
            .into())
    }

    fn cell<'l>(&self, line: &'l Line, column: &str) -> Option<&'l str> {
        let value = line.values.as_ref().ok()?.get(*self.columns.get(column)?)?.as_str();
        (!value.is_empty() && !self.map.missing.iter().any(|missing| missing == value)).then_some(value)
    }

    /// The value of a source in a row; `None` where it is missing. A template lacks only what its columns lack.
    pub fn value(&self, line: &Line, source: &Source) -> Option<String> {
        match source {
            Source::Column(name) => self.cell(line, name).map(str::to_owned),
            Source::Constant(text) => Some(text.clone()),
            Source::Template(pieces) => self.filled(line, pieces),
            Source::Mapped { of, table, default } => {
                let value = self.value(line, of);
                let found = value.as_ref().and_then(|value| table.get(value)).cloned();
                found.or_else(|| default.clone()).or(value.filter(|_| default.is_none()))
            }
        }
    }

    fn filled(&self, line: &Line, pieces: &[Piece]) -> Option<String> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Column(name) => self.cell(line, name).map(str::to_owned),
        };
        let filled = pieces.iter().any(|piece| matches!(piece, Piece::Column(name) if self.cell(line, name).is_some()));
        let fixed = pieces.iter().all(|piece| matches!(piece, Piece::Text(_)));
        (filled || fixed).then(|| pieces.iter().filter_map(text).collect())
    }

    /// The instant a text says, for `what`.
    pub fn instant(&self, what: &str, text: &str) -> Result<Timestamp, String> {
        self.map.instant(text).ok_or_else(|| format!("'{}' is no date for {what}", text.escape_debug()))
    }

    /// When something was, by a source; a desk has no place for what was in another age.
    pub fn date(&self, line: &Line, what: &str, source: &Source) -> Result<Option<Timestamp>, String> {
        let Some(text) = self.value(line, source) else { return Ok(None) };
        let found = self.instant(what, &text)?;
        check_date(found).map(Some).map_err(|trouble| format!("the date for {what}, {trouble}"))
    }
}
