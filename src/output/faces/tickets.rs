//! Lists of tickets.

use jiff::Timestamp;

use super::{priority_style, rows, state_style};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, age, records};
use crate::view::GroupView;
use crate::view::ticket::TicketView;

/// The columns of CSV: all of a ticket.
const ALL: [&str; 27] = [
    "id",
    "title",
    "status",
    "state",
    "priority",
    "type",
    "requester",
    "assignee",
    "team",
    "cc",
    "tags",
    "channel",
    "language",
    "created",
    "updated",
    "closed",
    "line",
    "merged_into",
    "external_id",
    "path",
    "comments",
    "links",
    "fields",
    "satisfaction",
    "first_response",
    "due",
    "sla",
];

/// A list in the given columns.
pub fn list(tickets: &[TicketView], columns: &[String], now: Timestamp, format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Csv {
        let rows = tickets.iter().map(|ticket| csv_row(ticket, now)).collect::<Result<Vec<_>>>()?;
        return Ok(csv_head()? + &rows.concat());
    }
    let heads = columns.iter().map(|name| column(name)).collect();
    let cells = tickets.iter().map(|ticket| columns.iter().map(|name| cell(ticket, name, now)).collect()).collect();
    rows(heads, cells, format, ui)
}

/// The first line of a CSV of tickets.
pub fn csv_head() -> Result<String> {
    records::csv(&ALL, &[])
}

/// A line of a CSV of tickets.
pub fn csv_row(ticket: &TicketView, now: Timestamp) -> Result<String> {
    let texts: Vec<String> = ALL.iter().map(|name| text(ticket, name, now)).collect();
    records::csv(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &[])
}

fn column(name: &str) -> Column {
    match name {
        "title" => Column::left(name).shrink(22),
        "requester" | "tags" | "cc" | "team" | "assignee" => Column::left(name).shrink(6),
        "age" | "comments" | "line" => Column::right(name),
        _ => Column::left(name),
    }
}

fn cell(ticket: &TicketView, name: &str, now: Timestamp) -> Cell {
    let text = text(ticket, name, now);
    let style = match name {
        "id" => Some(Style::Id),
        "status" | "state" => Some(state_style(ticket.state)),
        "priority" => priority_style(ticket.priority),
        "age" | "created" | "updated" | "closed" => Some(Style::Muted),
        _ => None,
    };
    match style {
        Some(style) => Cell::styled(style, text),
        None => Cell::new(text),
    }
}

fn text(ticket: &TicketView, name: &str, now: Timestamp) -> String {
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |instant: &Option<Timestamp>| instant.map(|instant| instant.to_string()).unwrap_or_default();
    match name {
        "id" => ticket.id.clone(),
        "title" => ticket.title.clone(),
        "status" => ticket.status.clone(),
        "state" => ticket.state.name().to_owned(),
        "priority" => ticket.priority.to_owned(),
        "type" => own(&ticket.kind),
        "requester" => own(&ticket.requester),
        "assignee" => own(&ticket.assignee),
        "team" => own(&ticket.team),
        "cc" => ticket.cc.join(", "),
        "tags" => ticket.tags.join(", "),
        "channel" => own(&ticket.channel),
        "language" => own(&ticket.language),
        "created" => ticket.created.to_string(),
        "age" => age::age(ticket.created, now),
        "updated" => time(&ticket.updated),
        "closed" => time(&ticket.closed),
        "due" => time(&ticket.due),
        "sla" => {
            let state = ticket.sla.as_ref().and_then(|sla| sla.state);
            state.map(|state| state.name().to_owned()).unwrap_or_default()
        }
        "first_response" | "first-response" => time(&ticket.first_response),
        "line" => ticket.line.to_string(),
        "remind-at" | "remind_at" => time(&ticket.remind_at),
        "close-at" | "close_at" => time(&ticket.close_at),
        "until" => time(&ticket.until),
        "merged_into" | "merged-into" => own(&ticket.merged_into),
        "external_id" | "external-id" => own(&ticket.external_id),
        "path" => ticket.path.clone(),
        "comments" => ticket.comments.to_string(),
        "links" => ticket
            .links
            .iter()
            .map(|link| format!("{} {}", link.relation.name(), link.id))
            .collect::<Vec<_>>()
            .join(", "),
        "fields" => ticket.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", "),
        "satisfaction" => ticket.satisfaction.as_ref().map(|given| given.score.to_string()).unwrap_or_default(),
        _ => {
            let field = name.strip_prefix("field.").and_then(|name| ticket.fields.get(name));
            field.map(|value| value.to_string()).unwrap_or_default()
        }
    }
}

/// Counts by the values of a field.
pub fn groups(groups: &[GroupView], key: &str, format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left(key), Column::right("count")];
    let cells = groups.iter().map(|group| {
        let name = match &group.key {
            Some(name) => Cell::new(name.clone()),
            None => Cell::styled(Style::Muted, "none"),
        };
        vec![name, Cell::new(group.count.to_string())]
    });
    rows(columns, cells.collect(), format, ui)
}
