//! A query asked of one ticket, in memory: what the index answers must agree with this.

use std::ops::Bound;

use jiff::Timestamp;

use super::ast::{Expr, Field, Has, Is, Match, Part, SlaMatch, Test, Value};
use super::dates::find_day;
use super::ordered::lies_between;
use crate::domain::facts::Facts;
use crate::domain::ticket::{FieldValue, Link, Relation, State};

/// How text is searched: the analysis of words is not the query language's business.
pub trait TextMatch {
    /// Whether `wanted` occurs in `text`, of a ticket in `language`. With `phrase` its words must stand side by side,
    /// as they are written.
    fn contains(&self, text: &str, wanted: &str, phrase: bool, language: Option<&str>) -> bool;
}

/// Whether a ticket is what a query asks for.
pub fn matches(expr: &Expr, facts: &Facts, text: &dyn TextMatch) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| matches(part, facts, text)),
        Expr::Or(parts) => parts.iter().any(|part| matches(part, facts, text)),
        Expr::Not(inner) => !matches(inner, facts, text),
        Expr::Test(Test::Text { part, text: wanted, phrase }) => has_text(*part, wanted, *phrase, facts, text),
        Expr::Test(Test::Field { field, any }) => has_value(field, any, facts),
        Expr::Test(Test::Is(is)) => holds(*is, facts),
        Expr::Test(Test::Sla { wanted, now }) => stands(*wanted, *now, facts),
        Expr::Test(Test::Has(Has::Attachment)) => facts.has_attachment(),
        Expr::Test(Test::Has(Has::Comment)) => !facts.thread.is_empty(),
        Expr::Test(Test::Has(Has::Internal)) => facts.has_internal(),
        Expr::Test(Test::Has(Has::Pattern)) => facts.has_pattern(),
    }
}

fn stands(wanted: SlaMatch, now: Timestamp, facts: &Facts) -> bool {
    let standing = facts.promise.as_ref().and_then(|promise| promise.standing(now));
    match wanted {
        SlaMatch::None => standing.is_none(),
        SlaMatch::Any => standing.is_some(),
        SlaMatch::State(state) => standing.is_some_and(|standing| standing.state == state),
    }
}

fn holds(is: Is, facts: &Facts) -> bool {
    match is {
        Is::Open => facts.state.is_live(),
        Is::Closed => matches!(facts.state, State::Solved | State::Closed),
        Is::Unanswered => facts.is_unanswered(),
        Is::Escalated => is_escalated(facts),
        Is::Unassigned => values(&Field::Assignee, facts).is_empty(),
    }
}

fn is_escalated(facts: &Facts) -> bool {
    facts.ticket.line >= 2
}

fn has_text(part: Part, wanted: &str, phrase: bool, facts: &Facts, text: &dyn TextMatch) -> bool {
    let found = |place: &str| text.contains(place, wanted, phrase, facts.ticket.language.as_deref());
    let commented = || facts.thread.iter().any(|comment| found(&comment.body));
    match part {
        Part::Title => found(&facts.ticket.title),
        Part::Body => found(&facts.body),
        Part::Comment => commented(),
        Part::Any => found(&facts.ticket.title) || found(&facts.body) || commented(),
    }
}

fn has_value(field: &Field, any: &[Match], facts: &Facts) -> bool {
    let values = values(field, facts);
    any.iter().any(|wanted| match wanted {
        Match::None => values.is_empty(),
        Match::Any => !values.is_empty(),
        Match::Equals(wanted) => match (field, wanted) {
            (Field::Id, Value::Text(wanted)) => names_id(facts.ticket.id.as_str(), wanted),
            (Field::Link, Value::Text(wanted)) => facts.ticket.links.iter().any(|link| is_link(link, wanted)),
            _ => values.contains(wanted),
        },
        Match::Range(lower, upper) if *field == Field::Id => id_between(facts.ticket.id.as_str(), lower, upper),
        Match::Range(lower, upper) => {
            values.iter().any(|value| is_comparable(value) && lies_between(value, lower, upper))
        }
    })
}

/// A text has no order, unless it is a bare day.
fn is_comparable(value: &Value) -> bool {
    match value {
        Value::Text(text) => find_day(text).is_some(),
        _ => true,
    }
}

/// The id or its tail is this, or begins with it.
fn names_id(id: &str, wanted: &str) -> bool {
    let tail = id.split_once('-').map_or("", |(_, tail)| tail);
    id.starts_with(wanted) || tail.starts_with(wanted)
}

fn is_link(link: &Link, wanted: &str) -> bool {
    match Relation::find(wanted) {
        Some(relation) => link.relation == relation,
        None => names_id(link.id.as_str(), wanted),
    }
}

/// The order of ids is that of their text; a bound that is a beginning stands for all that begin with it.
fn id_between(id: &str, lower: &Bound<Value>, upper: &Bound<Value>) -> bool {
    let beginning = |bound: &Bound<Value>| match bound {
        Bound::Included(Value::Text(wanted)) | Bound::Excluded(Value::Text(wanted)) => {
            Value::Text(id.get(..wanted.len()).unwrap_or(id).to_owned())
        }
        _ => Value::Text(id.to_owned()),
    };
    lies_between(&beginning(lower), lower, &Bound::Unbounded)
        && lies_between(&beginning(upper), &Bound::Unbounded, upper)
}

/// The values a ticket has in a field, as a query compares them; none where it is absent or empty.
fn values(field: &Field, facts: &Facts) -> Vec<Value> {
    let ticket = &facts.ticket;
    let text = |text: Option<&str>| text.map(lower).into_iter().filter(|text| !is_blank(text)).collect();
    let list = |texts: &[String]| texts.iter().map(|text| lower(text)).filter(|text| !is_blank(text)).collect();
    let instant = |at: Option<Timestamp>| at.map(Value::Instant).into_iter().collect();
    match field {
        Field::Id => text(Some(ticket.id.as_str())),
        Field::Status => text(Some(&ticket.status)),
        Field::State => vec![Value::State(facts.state)],
        Field::Priority => vec![Value::Priority(ticket.priority)],
        Field::Type => text(ticket.kind.as_deref()),
        Field::Assignee => text(ticket.assignee.as_deref()),
        Field::Team => text(ticket.team.as_deref()),
        Field::Requester => text(ticket.requester.as_deref()),
        Field::Org => text(facts.org.as_deref()),
        Field::Cc => list(&ticket.cc),
        Field::Tag => list(&ticket.tags),
        Field::Channel => text(ticket.channel.as_deref()),
        Field::Language => text(ticket.language.as_deref()),
        Field::Created => instant(Some(ticket.created)),
        Field::Updated => instant(facts.updated),
        Field::Closed => instant(facts.closed),
        Field::Due => instant(facts.promise.as_ref().and_then(|promise| promise.due())),
        Field::Link => ticket.links.iter().map(|link| lower(link.relation.name())).collect(),
        Field::AnsweredBy => text(facts.answered_by()),
        Field::Escalated => vec![Value::Bool(is_escalated(facts))],
        Field::Satisfaction => ticket.satisfaction.iter().map(|given| Value::Number(f64::from(given.score))).collect(),
        Field::Custom(name) => ticket.fields.get(name).map(custom_values).unwrap_or_default(),
    }
}

fn lower(text: &str) -> Value {
    Value::Text(text.to_lowercase())
}

fn is_blank(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.trim().is_empty())
}

/// A custom value as each kind it can be compared as: a number also as text, a text also as the instant it names.
fn custom_values(value: &FieldValue) -> Vec<Value> {
    let text = lower(&value.to_string());
    if is_blank(&text) {
        return Vec::new();
    }
    let typed = match value {
        FieldValue::Bool(truth) => Some(Value::Bool(*truth)),
        FieldValue::Text(text) => text.parse().ok().map(Value::Instant),
        FieldValue::Integer(_) | FieldValue::Number(_) => value.number().map(Value::Number),
    };
    typed.into_iter().chain([text]).collect()
}
