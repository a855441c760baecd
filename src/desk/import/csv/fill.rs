//! What a text of the table is as the value of a key.

use super::Import;
use super::table::Line;
use crate::desk::import::Report;
use crate::desk::set::parse_number;
use crate::domain::settings::FieldType;
use crate::domain::ticket::{FieldValue, Priority, Ticket};
use crate::format::layout;

impl Import<'_> {
    /// Sets a key of a ticket to what its source gives in a row.
    pub fn fill(
        &self,
        ticket: &mut Ticket,
        name: &str,
        value: Option<String>,
        line: &Line,
        report: &mut Report,
    ) -> Result<(), String> {
        let instant = |value: Option<String>| value.map(|text| self.table.instant(name, &text)).transpose();
        match name {
            "title" => ticket.title = value.ok_or("it has no title")?.split_whitespace().collect::<Vec<_>>().join(" "),
            "status" => ticket.status = self.status(value)?,
            "priority" => ticket.priority = priority(value)?,
            "type" => ticket.kind = self.word("type", value, &self.settings.types, line, report),
            "channel" => ticket.channel = self.word("channel", value, &self.settings.channels, line, report),
            "requester" => ticket.requester = value,
            "assignee" => ticket.assignee = value,
            "team" => ticket.team = value,
            "language" => ticket.language = value,
            "message-id" => ticket.message_id = value,
            "cc" => ticket.cc = words(value),
            "tags" => ticket.tags = words(value),
            "line" => ticket.line = if value.as_deref() == Some("2") { 2 } else { 1 },
            "remind-at" => ticket.remind_at = instant(value)?,
            "close-at" => ticket.close_at = instant(value)?,
            "until" => ticket.until = instant(value)?,
            _ => {
                let field = name.strip_prefix("field.").unwrap_or(name);
                if let Some(text) = value {
                    ticket.fields.insert(field.to_owned(), self.field(field, text, line, report)?);
                }
            }
        }
        Ok(())
    }

    fn status(&self, value: Option<String>) -> Result<String, String> {
        let status = value.ok_or("it has no status")?;
        match self.settings.state(&status) {
            Some(_) => Ok(status),
            None => Err(format!("'{}' is no status of this desk", status.escape_debug())),
        }
    }

    /// A word `loket.yaml` should know; another is taken with a warning.
    fn word(
        &self,
        what: &str,
        value: Option<String>,
        known: &[String],
        line: &Line,
        report: &mut Report,
    ) -> Option<String> {
        let value = value?;
        if !known.contains(&value) {
            let said = format!("'{}' is no {what} of this desk; taken as it is", value.escape_debug());
            report.warn_once(line.place.clone(), said);
        }
        Some(value)
    }

    fn field(&self, name: &str, text: String, line: &Line, report: &mut Report) -> Result<FieldValue, String> {
        let wants = |what: &str| format!("field '{name}' wants {what}, not '{}'", text.escape_debug());
        let Some(rule) = self.settings.fields.get(name) else {
            let said = format!("custom field '{name}' is not declared in {}; taken as text", layout::SETTINGS);
            report.warn_once(line.place.clone(), said);
            return Ok(FieldValue::Text(text));
        };
        match &rule.kind {
            FieldType::Number => parse_number(&text).ok_or_else(|| wants("a number")),
            FieldType::Bool => match text.to_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(FieldValue::Bool(true)),
                "false" | "no" | "0" => Ok(FieldValue::Bool(false)),
                _ => Err(wants("true or false")),
            },
            FieldType::Date if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() => {
                Ok(FieldValue::Text(text))
            }
            FieldType::Date => {
                let found = self.table.map.instant(&text).map(|instant| instant.to_string());
                found.map(FieldValue::Text).ok_or_else(|| wants("a date"))
            }
            FieldType::Enum(values) if !values.contains(&text) => Err(wants(&format!("one of {}", values.join(", ")))),
            FieldType::Enum(_) | FieldType::Text => Ok(FieldValue::Text(text)),
        }
    }
}

fn priority(value: Option<String>) -> Result<Priority, String> {
    let Some(word) = value else { return Ok(Priority::default()) };
    Priority::find(&word).ok_or_else(|| format!("'{}' is no priority", word.escape_debug()))
}

fn words(value: Option<String>) -> Vec<String> {
    let text = value.unwrap_or_default();
    text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
