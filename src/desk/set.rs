//! `set`: any key of the front matter, by name.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::assign::known_team;
use super::mutate::{Draft, Plan, Planning};
use super::resolve::Selection;
use super::{Here, nearest};
use crate::domain::article::is_language;
use crate::domain::policy::rule::Operation;
use crate::domain::settings::{FieldType, Settings};
use crate::domain::ticket::{FieldValue, Priority, SETTABLE, State, Ticket};
use crate::failure::{Failure, Kind, Result};
use crate::format::ticket::{check_title, parse_link};
use crate::view::mutation::MutationView;
use crate::workflow::status;

/// `key=value`, `key+=value` or `key-=value`, not yet understood.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub key: String,
    pub operation: Operation,
    pub value: String,
}

/// Whether a word of a command line is an assignment and no id.
pub fn is_assignment(word: &str) -> bool {
    word.contains('=')
}

/// Takes `key=value` apart.
pub fn parse_assignment(word: &str) -> Result<Assignment> {
    let wrong = || Failure::usage(format!("'{}' is no key=value", word.escape_debug()));
    let (left, value) = word.split_once('=').ok_or_else(wrong)?;
    let (key, operation) = match (left.strip_suffix('+'), left.strip_suffix('-')) {
        (Some(key), _) => (key, Operation::Add),
        (_, Some(key)) => (key, Operation::Remove),
        _ => (left, Operation::Replace),
    };
    let key = key.trim().replace('_', "-");
    let key = key.strip_prefix("fields.").map(|name| format!("field.{name}")).unwrap_or(key);
    if key.starts_with("field.") {
        // The names of fields are the desk's own: underscores in them stay.
        let name = left.trim_end_matches(['+', '-']).split_once('.').map_or("", |(_, name)| name);
        return Ok(Assignment { key: format!("field.{name}"), operation, value: value.to_owned() });
    }
    let key = match key.as_str() {
        "tag" => "tags".to_owned(),
        "link" => "links".to_owned(),
        _ => key,
    };
    Ok(Assignment { key, operation, value: value.to_owned() })
}

impl Here {
    /// Sets fields of tickets.
    pub fn set(
        &self,
        selection: &Selection,
        assignments: &[Assignment],
        silent: Option<&str>,
        dry_run: bool,
    ) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        let what = format!("set {}", assignments.iter().map(|one| one.key.as_str()).collect::<Vec<_>>().join(", "));
        let plan = Plan { command: "set", what, dry_run, reason: silent, unguarded: false };
        self.mutate(&ids, &plan, |draft, planning| {
            assignments.iter().try_for_each(|assignment| apply(&mut draft.new, planning, assignment))
        })
    }
}

/// Applies one assignment to a ticket.
pub fn apply(ticket: &mut Ticket, planning: &Planning<'_>, assignment: &Assignment) -> Result<()> {
    match assignment.operation {
        Operation::Replace => set(ticket, planning, &assignment.key, assignment.value.trim()),
        Operation::Add | Operation::Remove => grow(ticket, planning, assignment),
    }
}

fn set(ticket: &mut Ticket, planning: &Planning<'_>, key: &str, value: &str) -> Result<()> {
    let settings = planning.settings;
    let optional = || (!value.is_empty()).then(|| value.to_owned());
    let instant = |key: &str| optional().map(|text| instant(planning, key, &text)).transpose();
    match key {
        "title" => ticket.title = checked_title(value)?,
        "status" => set_status(ticket, settings, value)?,
        "priority" => ticket.priority = parse_priority(value)?,
        "type" => ticket.kind = optional().map(|word| known("type", &word, &settings.types)).transpose()?,
        "channel" => ticket.channel = optional().map(|word| known("channel", &word, &settings.channels)).transpose()?,
        "requester" => ticket.requester = optional().as_deref().map(one_line).transpose()?,
        "assignee" => assign(ticket, planning, optional())?,
        "team" => {
            if let Some(team) = optional() {
                known_team(&team, planning.people).map_err(as_usage)?;
            }
            ticket.team = optional();
        }
        "language" => ticket.language = optional(),
        "message-id" => ticket.message_id = optional(),
        "external-id" => ticket.external_id = optional(),
        "cc" => ticket.cc = words(value),
        "tags" => ticket.tags = words(value),
        "links" => ticket.links = words(value).iter().map(|text| link(planning, text)).collect::<Result<_>>()?,
        "line" => ticket.line = parse_line(value)?,
        "remind-at" => ticket.remind_at = instant(key)?,
        "close-at" => ticket.close_at = instant(key)?,
        "until" => ticket.until = instant(key)?,
        "merged-into" => set_merged_into(ticket, value)?,
        "created" => {
            let failure = Failure::usage("'created' never changes: the id and the place of the file follow from it");
            return Err(failure.hint("an import keeps the original times").into());
        }
        _ => match key.strip_prefix("field.") {
            Some(name) => set_field(ticket, settings, name, value)?,
            None => return Err(unknown_key(key)),
        },
    }
    Ok(())
}

fn unknown_key(key: &str) -> anyhow::Error {
    let failure = Failure::usage(format!("there is no key '{}'", key.escape_debug()));
    let near = nearest(key, SETTABLE.into_iter()).map(|near| format!("did you mean '{near}'?"));
    failure.maybe_hint(near).hint(format!("the keys are {}", SETTABLE.join(", "))).into()
}

/// An unknown value is wrong usage here, whatever it is elsewhere.
fn as_usage(trouble: anyhow::Error) -> anyhow::Error {
    match trouble.downcast::<Failure>() {
        Ok(failure) => Failure { kind: Kind::Usage, ..failure }.into(),
        Err(trouble) => trouble,
    }
}

/// A value of one line without control characters.
pub fn one_line(value: &str) -> Result<String> {
    match value.chars().any(char::is_control) {
        true => Err(Failure::usage(format!("'{}' is no single line", value.escape_debug())).into()),
        false => Ok(value.trim().to_owned()),
    }
}

/// Refuses what is not written like a language.
pub fn checked_language(word: &str) -> Result<()> {
    if is_language(word) {
        return Ok(());
    }
    let said = format!("'{}' is no language", word.escape_debug());
    Err(Failure::usage(said).hint("it is written like en, nl or pt-br").into())
}

/// A title, or why it is none.
pub fn checked_title(value: &str) -> Result<String> {
    check_title(value).map_err(Failure::usage)?;
    Ok(value.to_owned())
}

fn set_status(ticket: &mut Ticket, settings: &Settings, value: &str) -> Result<()> {
    if settings.state(value).is_none() {
        let names: Vec<&str> = settings.statuses.iter().map(|(name, _)| name.as_str()).collect();
        return Err(unknown_value("status", value, &names));
    }
    if ticket.status != value {
        status::enter(ticket, value, settings);
    }
    Ok(())
}

fn unknown_value(what: &str, value: &str, known: &[&str]) -> anyhow::Error {
    let failure = Failure::usage(format!("'{}' is no {what}", value.escape_debug()));
    let near = nearest(value, known.iter().copied()).map(|near| format!("did you mean '{near}'?"));
    failure.maybe_hint(near).hint(format!("known are {}", known.join(", "))).into()
}

/// A priority; nothing is the default one.
pub fn parse_priority(value: &str) -> Result<Priority> {
    match value {
        "" => Ok(Priority::default()),
        _ => Priority::find(value).ok_or_else(|| unknown_value("priority", value, &Priority::ALL.map(Priority::name))),
    }
}

/// One of the words `loket.yaml` knows.
pub fn known(what: &str, value: &str, words: &[String]) -> Result<String> {
    if words.iter().any(|word| word == value) {
        return Ok(value.to_owned());
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Err(unknown_value(what, value, &words))
}

fn parse_line(value: &str) -> Result<u8> {
    match value {
        "" | "1" => Ok(1),
        "2" => Ok(2),
        _ => Err(Failure::usage(format!("'{}' is no line; it is 1 or 2", value.escape_debug())).into()),
    }
}

/// Assigns (or with `None` unassigns); an assignment opens a new ticket.
fn assign(ticket: &mut Ticket, planning: &Planning<'_>, who: Option<String>) -> Result<()> {
    let who = match who.as_deref() {
        Some("me") => Some(planning.agent.handle.clone()),
        Some("none") => None,
        _ => who,
    };
    if let Some(handle) = &who
        && !planning.people.iter().any(|agent| agent.handle == *handle)
    {
        let handles: Vec<&str> = planning.people.iter().map(|agent| agent.handle.as_str()).collect();
        return Err(unknown_value("agent", handle, &handles));
    }
    ticket.assignee = who;
    if ticket.assignee.is_some() {
        status::opens(ticket);
    }
    Ok(())
}

fn words(value: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

fn link(planning: &Planning<'_>, text: &str) -> Result<crate::domain::ticket::Link> {
    let found = parse_link(text).ok_or_else(|| {
        Failure::usage(format!("'{}' is no link", text.escape_debug())).hint("one reads `blocked-by 261122-7k2qm`")
    })?;
    planning.here.resolve(planning.snapshot, planning.settings, found.id.as_str())?;
    Ok(found)
}

fn instant(planning: &Planning<'_>, key: &str, text: &str) -> Result<Timestamp> {
    Ok(planning.here.date(planning.settings, key, text)?.0)
}

fn set_merged_into(ticket: &mut Ticket, value: &str) -> Result<()> {
    if !value.is_empty() {
        let failure = Failure::usage("'merged-into' is set by a merge alone");
        return Err(failure.hint(format!("loket merge {} {value}", ticket.id)).into());
    }
    ticket.merged_into = None;
    Ok(())
}

/// Reads the value of a custom field as `loket.yaml` declares it.
pub fn set_field(ticket: &mut Ticket, settings: &Settings, name: &str, value: &str) -> Result<()> {
    read_field(&mut ticket.fields, settings, name, value)
}

/// The same among the fields alone.
pub fn read_field(
    fields: &mut BTreeMap<String, FieldValue>,
    settings: &Settings,
    name: &str,
    value: &str,
) -> Result<()> {
    if value.is_empty() {
        fields.remove(name);
        return Ok(());
    }
    let Some(rule) = settings.fields.get(name) else {
        let failure = Failure::usage(format!("there is no custom field '{}'", name.escape_debug()));
        let near = nearest(name, settings.fields.keys().map(String::as_str))
            .map(|near| format!("did you mean 'field.{near}'?"));
        return Err(failure.maybe_hint(near).hint("fields are declared under `fields:` in loket.yaml").into());
    };
    let wants = |what: &str| Failure::usage(format!("field '{name}' wants {what}, not '{}'", value.escape_debug()));
    let found = match &rule.kind {
        FieldType::Text => FieldValue::Text(value.to_owned()),
        FieldType::Number => parse_number(value).ok_or_else(|| wants("a number"))?,
        FieldType::Bool => match value {
            "true" | "yes" => FieldValue::Bool(true),
            "false" | "no" => FieldValue::Bool(false),
            _ => return Err(wants("true or false").into()),
        },
        FieldType::Date => {
            let is_date =
                value.parse::<Timestamp>().is_ok() || (value.len() == 10 && value.parse::<jiff::civil::Date>().is_ok());
            is_date.then(|| FieldValue::Text(value.to_owned())).ok_or_else(|| wants("a date like 2026-11-22"))?
        }
        FieldType::Enum(values) => FieldValue::Text(known(&format!("value of field '{name}'"), value, values)?),
    };
    fields.insert(name.to_owned(), found);
    Ok(())
}

/// A number as YAML would write it.
pub fn parse_number(text: &str) -> Option<FieldValue> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(FieldValue::Integer(whole));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(FieldValue::Number)
}

fn grow(ticket: &mut Ticket, planning: &Planning<'_>, assignment: &Assignment) -> Result<()> {
    let adds = assignment.operation == Operation::Add;
    let key = assignment.key.as_str();
    if key == "links" {
        return grow_links(ticket, planning, adds, &assignment.value);
    }
    let list = match key {
        "tags" => &mut ticket.tags,
        "cc" => &mut ticket.cc,
        _ if SETTABLE.contains(&key) || key.starts_with("field.") => {
            let failure = Failure::usage(format!("'{key}' is no list"));
            return Err(failure.hint("+= and -= are for tags, cc and links").into());
        }
        _ => return Err(unknown_key(key)),
    };
    for word in words(&assignment.value) {
        let has = list.contains(&word);
        match (adds, has) {
            (true, false) => list.push(word),
            (false, true) => list.retain(|known| *known != word),
            _ => {}
        }
    }
    Ok(())
}

fn grow_links(ticket: &mut Ticket, planning: &Planning<'_>, adds: bool, value: &str) -> Result<()> {
    for text in words(value) {
        let link = if adds {
            link(planning, &text)?
        } else {
            parse_link(&text).ok_or_else(|| Failure::usage(format!("'{}' is no link", text.escape_debug())))?
        };
        match adds {
            true if !ticket.links.contains(&link) => ticket.links.push(link),
            true => {}
            false => ticket.links.retain(|known| *known != link),
        }
    }
    Ok(())
}

/// Puts a draft into the stock status of a state, as the status verbs do.
pub fn put(draft: &mut Draft, planning: &Planning<'_>, state: State) {
    if planning.settings.state(&draft.new.status) != Some(state) || draft.new.status == status::NEW {
        status::enter(&mut draft.new, status::status_of(state), planning.settings);
    }
}
