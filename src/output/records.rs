//! Rows for programs and for documents: CSV and markdown tables.

use anyhow::Context as _;

use super::sanitize;
use crate::failure::Result;

/// RFC 4180 with a header; values are what they are, control characters too.
pub fn csv(headers: &[&str], rows: &[Vec<String>]) -> Result<String> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(headers).context("cannot write the header of the CSV")?;
    for row in rows {
        writer.write_record(row).context("cannot write a row of the CSV")?;
    }
    let bytes = writer.into_inner().context("cannot finish the CSV")?;
    String::from_utf8(bytes).context("the CSV is not UTF-8")
}

/// A GitHub-flavoured markdown table; a cell shows the text it was given, not what markdown or HTML would make of it.
pub fn markdown_table(headers: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    markdown_row(headers.iter().copied(), &mut out);
    markdown_row(headers.iter().map(|_| "---"), &mut out);
    for row in rows {
        markdown_row(row.iter().map(String::as_str), &mut out);
    }
    out
}

fn markdown_row<'a>(cells: impl Iterator<Item = &'a str>, out: &mut String) {
    out.push('|');
    for cell in cells {
        out.push(' ');
        markdown_cell(cell, out);
        out.push_str(" |");
    }
    out.push('\n');
}

/// A line of text for a document in markdown, as a table's cell has it.
pub fn markdown_text(text: &str) -> String {
    let mut out = String::new();
    markdown_cell(&sanitize::line(text), &mut out);
    out
}

fn markdown_cell(text: &str, out: &mut String) {
    let text = sanitize::block(text);
    for c in text.trim().chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '|' => out.push_str("\\|"),
            '\\' => out.push_str("\\\\"),
            '<' => out.push_str("&lt;"),
            char::REPLACEMENT_CHARACTER => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sanitize::tests::{NASTY, assert_safe};
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn csv_is_quoted_where_needed() {
        let text = csv(&["id", "title"], &[row(&["a", "one, \"two\""]), row(&["b", "x\ny"]), row(&["", ""])]).unwrap();
        assert_eq!(text, "id,title\na,\"one, \"\"two\"\"\"\nb,\"x\ny\"\n,\n");
        assert!(csv(&["id", "title"], &[row(&["a"])]).is_err());
    }

    #[test]
    fn csv_comes_back_as_it_was() {
        let rows: Vec<Vec<String>> = NASTY.iter().map(|text| row(&[text, "x"])).collect();
        let text = csv(&["a", "b"], &rows).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let back: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(back, rows);
    }

    #[test]
    fn markdown_cells_stay_in_their_cell() {
        let text = markdown_table(&["id", "title"], &[row(&["a", "x | y\\| <b>\nz\x1b[1m"]), row(&["b", ""])]);
        assert_eq!(text, "| id | title |\n| --- | --- |\n| a | x \\| y\\\\\\| &lt;b><br>z[1m |\n| b |  |\n");
    }

    #[test]
    fn nothing_nasty_survives() {
        let rows: Vec<Vec<String>> = NASTY.iter().map(|text| row(&[text])).collect();
        let text = markdown_table(&["a"], &rows);
        assert_safe(&text);
        assert_eq!(text.lines().count(), NASTY.len() + 2);
    }
}
