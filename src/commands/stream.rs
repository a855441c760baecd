//! A long list handed out piece by piece: a program that reads it sees what it would have seen at once.

use serde::Serialize;

use crate::failure::Result;
use crate::output::{Format, Ui, json};

/// So much is gathered before it is written, in bytes.
const PIECE: usize = 1 << 16;

/// A list on its way out.
pub struct Stream<'a> {
    ui: &'a Ui,
    format: Format,
    waiting: String,
    is_begun: bool,
}

impl<'a> Stream<'a> {
    pub fn new(ui: &'a Ui, format: Format) -> Stream<'a> {
        Stream { ui, format, waiting: String::new(), is_begun: false }
    }

    /// The next item, as the format writes it.
    pub fn push(&mut self, text: &str) -> Result<()> {
        self.is_begun = true;
        self.waiting.push_str(text);
        if self.waiting.len() >= PIECE { self.write() } else { Ok(()) }
    }

    /// The next item of a JSON document or of lines.
    pub fn push_json<T: Serialize>(&mut self, item: &T) -> Result<()> {
        if self.format == Format::Jsonl {
            return self.push(&json::line(item)?);
        }
        let lead = if self.is_begun { ",\n  " } else { "[\n  " };
        let text = json::pretty(item)?;
        self.push(&format!("{lead}{}", text.trim_end().replace('\n', "\n  ")))
    }

    /// Ends the list.
    pub fn finish(mut self) -> Result<()> {
        match (self.format, self.is_begun) {
            (Format::Json, true) => self.waiting.push_str("\n]\n"),
            (Format::Json, false) => self.waiting.push_str("[]\n"),
            _ => {}
        }
        self.write()
    }

    fn write(&mut self) -> Result<()> {
        let text = std::mem::take(&mut self.waiting);
        if text.is_empty() { Ok(()) } else { self.ui.print(&text) }
    }
}
