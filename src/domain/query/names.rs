//! The names a query may use before a ':'.

use super::ast::{Field, Has, Is, Part};
use super::wrong::{Wrong, find_nearest, render_piece, suggest};
use crate::domain::settings::Settings;

/// What stands before a ':'.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Name {
    Field(Field),
    Text(Part),
    Is,
    Has,
    View,
    /// The state of the SLA clocks.
    Sla,
}

const NAMES: [(&str, Name); 28] = [
    ("id", Name::Field(Field::Id)),
    ("status", Name::Field(Field::Status)),
    ("state", Name::Field(Field::State)),
    ("priority", Name::Field(Field::Priority)),
    ("type", Name::Field(Field::Type)),
    ("assignee", Name::Field(Field::Assignee)),
    ("team", Name::Field(Field::Team)),
    ("requester", Name::Field(Field::Requester)),
    ("org", Name::Field(Field::Org)),
    ("cc", Name::Field(Field::Cc)),
    ("tag", Name::Field(Field::Tag)),
    ("channel", Name::Field(Field::Channel)),
    ("language", Name::Field(Field::Language)),
    ("created", Name::Field(Field::Created)),
    ("updated", Name::Field(Field::Updated)),
    ("closed", Name::Field(Field::Closed)),
    ("link", Name::Field(Field::Link)),
    ("answered-by", Name::Field(Field::AnsweredBy)),
    ("escalated", Name::Field(Field::Escalated)),
    ("satisfaction", Name::Field(Field::Satisfaction)),
    ("title", Name::Text(Part::Title)),
    ("body", Name::Text(Part::Body)),
    ("comment", Name::Text(Part::Comment)),
    ("is", Name::Is),
    ("has", Name::Has),
    ("view", Name::View),
    ("due", Name::Field(Field::Due)),
    ("sla", Name::Sla),
];

pub(super) const IS: [(&str, Is); 5] = [
    ("open", Is::Open),
    ("closed", Is::Closed),
    ("unanswered", Is::Unanswered),
    ("escalated", Is::Escalated),
    ("unassigned", Is::Unassigned),
];

pub(super) const HAS: [(&str, Has); 4] = [
    ("attachment", Has::Attachment),
    ("comment", Has::Comment),
    ("internal", Has::Internal),
    ("pattern", Has::Pattern),
];

pub(super) fn find_name(typed: &str) -> Option<Name> {
    NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(typed)).map(|(_, meaning)| meaning.clone())
}

/// What `typed:` stands for.
pub(super) fn resolve_name(typed: &str, settings: &Settings, column: usize) -> Result<Name, Wrong> {
    if let Some(name) = find_name(typed) {
        return Ok(name);
    }
    if let Some((prefix, custom)) = typed.split_once('.')
        && ["field", "fields"].iter().any(|word| word.eq_ignore_ascii_case(prefix))
    {
        return resolve_custom(custom, settings, column + prefix.chars().count() + 1);
    }
    let wrong = Wrong::new(column, format!("there is no field '{}'", render_piece(typed)));
    let quote = "to search for the text, put it in double quotes";
    Err(wrong.hint(match nearest_name(typed, settings) {
        Some(near) => format!("did you mean '{near}:'? {quote}"),
        None => quote.to_owned(),
    }))
}

fn nearest_name(typed: &str, settings: &Settings) -> Option<String> {
    let custom = settings.fields.keys().find(|name| name.to_lowercase() == typed.to_lowercase());
    custom
        .map(|name| format!("field.{name}"))
        .or_else(|| find_nearest(typed, NAMES.iter().map(|(name, _)| *name)).map(str::to_owned))
}

fn resolve_custom(typed: &str, settings: &Settings, column: usize) -> Result<Name, Wrong> {
    let same = |name: &&String| name.to_lowercase() == typed.to_lowercase();
    let exact = settings.fields.get_key_value(typed).map(|(name, _)| name);
    if let Some(name) = exact.or_else(|| settings.fields.keys().find(same)) {
        return Ok(Name::Field(Field::Custom(name.clone())));
    }
    let declared: Vec<&str> = settings.fields.keys().map(String::as_str).collect();
    let hint = match suggest(typed, "field.", &declared) {
        Some(hint) => hint.replace("field. takes", "loket.yaml declares"),
        None if declared.is_empty() => "declare it under fields in loket.yaml".to_owned(),
        None => "loket.yaml declares the custom fields".to_owned(),
    };
    Err(Wrong::new(column, format!("there is no custom field '{}'", render_piece(typed))).hint(hint))
}

/// How a query spells a field; a custom one without its own name.
pub(super) fn name_of(field: &Field) -> &'static str {
    NAMES
        .iter()
        .find(|(_, name)| matches!(name, Name::Field(named) if named == field))
        .map_or("field", |(name, _)| name)
}
