//! Holidays from an `.ics` file (RFC 5545): the days of its events, once or every year.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Finding, Parsed};
use crate::domain::query::render_piece;
use crate::format::frontmatter::Fault;

mod event;
mod lines;

use event::{Event, LAST_YEAR};
use lines::Line;

/// The largest file that is read, in bytes.
const MAX_SIZE: usize = 1024 * 1024;
/// The most days that are taken from a file.
const MAX_DAYS: usize = 50_000;

/// What is wrong, and what to do about it.
struct Wrong {
    message: String,
    hint: &'static str,
}

fn wrong(text: &str, what: &str, hint: &'static str) -> Wrong {
    Wrong { message: format!("'{}' {what}", render_piece(text)), hint }
}

/// Reads the days of the events, in order, each once. A yearly event counts up to the year 2100; one that recurs
/// otherwise, or has a time of day, is a fault and left out. Line and column are those of the property's value.
pub fn parse(bytes: &[u8]) -> Parsed<Date> {
    let mut reading = Reading::default();
    match std::str::from_utf8(bytes) {
        _ if bytes.len() > MAX_SIZE => {
            reading.fault(1, 1, "more than 1 MiB of calendar".into(), "keep the holidays alone")
        }
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            reading.fault(line, 1, "this line is not UTF-8".into(), "save the file as UTF-8");
        }
        Ok(text) => reading.file(text),
    }
    Parsed { values: reading.days.into_iter().collect(), faults: reading.faults, mentions: Vec::new() }
}

#[derive(Default)]
struct Reading {
    days: BTreeSet<Date>,
    /// Days taken so far, those that were known included.
    taken: usize,
    faults: Vec<Finding>,
}

impl Reading {
    fn fault(&mut self, line: usize, column: usize, message: String, hint: &str) {
        let fault = Fault { line, column, message, hint: Some(hint.to_owned()) };
        self.faults.push(Finding { fault, warning: false });
    }

    fn file(&mut self, text: &str) {
        let lines = lines::unfold(text);
        if !lines.iter().any(|line| line.is("BEGIN", "VCALENDAR")) {
            self.fault(1, 1, "no calendar begins here".into(), "an .ics file has a line BEGIN:VCALENDAR");
        }
        let mut rest = lines.iter();
        while let Some(line) = rest.next() {
            if line.is("BEGIN", "VEVENT") {
                let inside = rest.by_ref().take_while(|line| !line.is("END", "VEVENT"));
                let properties = without_parts(inside);
                self.event(line, &properties);
            }
        }
    }

    fn event(&mut self, begin: &Line, properties: &[&Line]) {
        let mut event = Event::default();
        let before = self.faults.len();
        for line in properties {
            if let Err(Wrong { message, hint }) = event.read(line) {
                self.fault(line.number, line.column, message, hint);
            }
        }
        if self.faults.len() > before || event.is_cancelled {
            return;
        }
        match event.days() {
            Ok(days) => self.take(begin, days),
            Err(Wrong { message, hint }) => self.fault(begin.number, begin.column, message, hint),
        }
    }

    fn take(&mut self, begin: &Line, days: impl Iterator<Item = Date>) {
        for day in days {
            if self.taken == MAX_DAYS {
                self.fault(
                    begin.number,
                    1,
                    format!("more than {MAX_DAYS} days of holiday up to {LAST_YEAR}"),
                    "leave some out",
                );
            }
            self.taken += 1;
            if self.taken > MAX_DAYS {
                return;
            }
            self.days.insert(day);
        }
    }
}

/// The properties of an event without those of its alarms.
fn without_parts<'l, 't: 'l>(lines: impl Iterator<Item = &'l Line<'t>>) -> Vec<&'l Line<'t>> {
    let mut depth = 0usize;
    let own = lines.filter(|line| {
        match line.name.as_str() {
            "BEGIN" => depth += 1,
            "END" => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    own.collect()
}
