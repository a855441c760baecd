//! A query as the index runs it.

use std::collections::HashMap;
use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, ExistsQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as Column, IndexRecordOption};

use super::analyzer::{plain, stemmed, words};
use super::complement::Complement;
use super::document::{custom_day, custom_instant, custom_number, custom_text};
use super::schema::{Fields, TextFields, kinds};
use crate::domain::clock::ClockState;
use crate::domain::person::Orgs;
use crate::domain::query::{Expr, Field, Has, Is, Match, Part, SlaMatch, Test, Value};
use crate::domain::ticket::{Relation, State};

type Boxed = Box<dyn Query>;

/// Compiles queries.
pub struct Compiler<'a> {
    pub fields: &'a Fields,
    /// Who belongs to which organisation; needed where a query names one.
    pub orgs: &'a Orgs,
}

pub fn all(mut queries: Vec<Boxed>) -> Boxed {
    match queries.len() {
        0 => Box::new(AllQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::intersection(queries)),
    }
}

pub fn any(mut queries: Vec<Boxed>) -> Boxed {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

pub fn not(query: Boxed) -> Boxed {
    Box::new(Complement(query))
}

/// Documents with this exact word in this field.
pub fn word(field: Column, text: &str) -> Boxed {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

/// Documents with an event at an instant or later.
pub fn since(fields: &Fields, instant: jiff::Timestamp) -> Boxed {
    let low = Term::from_field_i64(fields.latest, instant.as_second());
    Box::new(RangeQuery::new(Bound::Included(low), Bound::Unbounded))
}

impl Compiler<'_> {
    /// The filter of a list: no score.
    pub fn filter(&self, expr: &Expr) -> Boxed {
        match expr {
            Expr::And(parts) => all(parts.iter().map(|part| self.filter(part)).collect()),
            Expr::Or(parts) => any(parts.iter().map(|part| self.filter(part)).collect()),
            Expr::Not(inner) => not(self.filter(inner)),
            Expr::Test(test) => self.test(test),
        }
    }

    /// The same, for what is ranked: words score, conditions do not.
    pub fn ranked(&self, expr: &Expr) -> Boxed {
        match expr {
            Expr::And(parts) => all(parts.iter().map(|part| self.ranked(part)).collect()),
            Expr::Or(parts) => any(parts.iter().flat_map(|part| self.alternatives(part)).collect()),
            Expr::Not(inner) => Box::new(ConstScoreQuery::new(not(self.filter(inner)), 0.0)),
            Expr::Test(Test::Text { .. }) => any(self.alternatives(expr)),
            Expr::Test(test) => Box::new(ConstScoreQuery::new(self.test(test), 0.0)),
        }
    }

    /// The parts of a union that is to stay flat: only a plain union of terms is pruned.
    fn alternatives(&self, expr: &Expr) -> Vec<Boxed> {
        match expr {
            Expr::Test(Test::Text { part: Part::Any, text, phrase }) => self.ranked_word(text, *phrase),
            Expr::Test(Test::Text { part, text, phrase }) => vec![self.ranked_part(*part, text, *phrase)],
            other => vec![self.ranked(other)],
        }
    }

    fn ranked_word(&self, text: &str, phrase: bool) -> Vec<Boxed> {
        let fields = self.fields;
        if phrase || words(&mut plain(), text).len() != 1 {
            return vec![self.text_in(&fields.title, text, phrase), self.text_in(&fields.body, text, phrase)];
        }
        let term = |field, word: &String| {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)) as Boxed
        };
        let unstemmed = words(&mut plain(), text).iter().map(|word| term(fields.find.plain, word)).collect::<Vec<_>>();
        let stems = fields
            .find
            .stems()
            .flat_map(|(stem, field)| words(&mut stemmed(stem), text).first().map(|word| term(field, word)));
        unstemmed.into_iter().chain(stems).collect()
    }

    fn ranked_part(&self, part: Part, text: &str, phrase: bool) -> Boxed {
        // A comment is a document of its own here, its text in the field of bodies.
        let comment = || Box::new(ConstScoreQuery::new(word(self.fields.kind, kinds::COMMENT), 0.0)) as Boxed;
        let body = || self.text_in(&self.fields.body, text, phrase);
        match part {
            Part::Any => any(self.ranked_word(text, phrase)),
            Part::Title => self.text_in(&self.fields.title, text, phrase),
            Part::Body => Box::new(BooleanQuery::new(vec![(Occur::Must, body()), (Occur::MustNot, comment())])),
            Part::Comment => all(vec![comment(), body()]),
        }
    }

    fn test(&self, test: &Test) -> Boxed {
        match test {
            Test::Text { part, text, phrase } => {
                any(self.fields.parts(*part).iter().map(|fields| self.text_in(fields, text, *phrase)).collect())
            }
            Test::Field { field, any: matches } => {
                any(matches.iter().map(|wanted| self.field(field, wanted)).collect())
            }
            Test::Is(is) => self.is(*is),
            Test::Sla { wanted, now } => self.sla(*wanted, *now),
            Test::Has(has) => word(
                self.fields.flag,
                match has {
                    Has::Attachment => "attachment",
                    Has::Comment => "comment",
                    Has::Internal => "internal",
                    Has::Pattern => "pattern",
                },
            ),
        }
    }

    /// As [`Promise::standing`](crate::domain::clock::Promise::standing) says it.
    fn sla(&self, wanted: SlaMatch, now: jiff::Timestamp) -> Boxed {
        let fields = self.fields;
        let running = || word(fields.sla, "running");
        let now = Value::Instant(now);
        let over = || self.number_range(fields.due, &Bound::Unbounded, &Bound::Excluded(now.clone()));
        let warns = || self.number_range(fields.warns, &Bound::Unbounded, &Bound::Included(now.clone()));
        match wanted {
            SlaMatch::None => not(self.exists(fields.sla)),
            SlaMatch::Any => self.exists(fields.sla),
            SlaMatch::State(ClockState::Breached) => all(vec![running(), over()]),
            SlaMatch::State(ClockState::Warning) => all(vec![running(), not(over()), warns()]),
            SlaMatch::State(ClockState::Ok) => all(vec![running(), not(over()), not(warns())]),
            SlaMatch::State(state) => word(fields.sla, state.name()),
        }
    }

    fn is(&self, is: Is) -> Boxed {
        let states = |wanted: fn(&State) -> bool| {
            any(State::ALL
                .iter()
                .filter(|state| wanted(state))
                .map(|state| word(self.fields.state, state.name()))
                .collect())
        };
        match is {
            Is::Open => states(|state| state.is_live()),
            Is::Closed => states(|state| matches!(state, State::Solved | State::Closed)),
            Is::Unanswered => word(self.fields.flag, "unanswered"),
            Is::Escalated => word(self.fields.flag, "escalated"),
            Is::Unassigned => not(self.exists(self.fields.assignee)),
        }
    }

    /// A word in one text, stemmed as the text's language is; several words next to each other.
    fn text_in(&self, fields: &TextFields, text: &str, phrase: bool) -> Boxed {
        let found = words(&mut plain(), text);
        let freqs = IndexRecordOption::WithFreqs;
        match found.as_slice() {
            [] => Box::new(EmptyQuery),
            [one] => {
                let mut forms: Vec<Boxed> =
                    vec![Box::new(TermQuery::new(Term::from_field_text(fields.plain, one), freqs))];
                if !phrase {
                    for (stem, field) in fields.stems() {
                        let stems = words(&mut stemmed(stem), text);
                        forms.extend(
                            stems.first().map(|stem| {
                                Box::new(TermQuery::new(Term::from_field_text(field, stem), freqs)) as Boxed
                            }),
                        );
                    }
                }
                any(forms)
            }
            several => Box::new(PhraseQuery::new(
                several.iter().map(|word| Term::from_field_text(fields.plain, word)).collect(),
            )),
        }
    }

    fn field(&self, field: &Field, wanted: &Match) -> Boxed {
        let fields = self.fields;
        match field {
            Field::Id => self.id(wanted),
            Field::Status => self.text(fields.status, wanted),
            Field::State => self.text(fields.state, wanted),
            Field::Type => self.text(fields.r#type, wanted),
            Field::Assignee => self.text(fields.assignee, wanted),
            Field::Team => self.text(fields.team, wanted),
            Field::Requester => self.text(fields.requester, wanted),
            Field::Org => self.org(wanted),
            Field::Cc => self.text(fields.cc, wanted),
            Field::Tag => self.text(fields.tag, wanted),
            Field::Channel => self.text(fields.channel, wanted),
            Field::Language => self.text(fields.language, wanted),
            Field::AnsweredBy => self.text(fields.answered_by, wanted),
            Field::Link => self.link(wanted),
            Field::Priority => self.number(fields.priority, wanted),
            Field::Created => self.number(fields.created, wanted),
            Field::Updated => self.number(fields.updated, wanted),
            Field::Closed => self.number(fields.closed, wanted),
            Field::Due => self.number(fields.due, wanted),
            Field::Satisfaction => self.number(fields.satisfaction, wanted),
            Field::Escalated => self.escalated(wanted),
            Field::Custom(name) => self.custom(name, wanted),
        }
    }

    fn exists(&self, field: Column) -> Boxed {
        Box::new(ExistsQuery::new(self.fields.schema.get_field_name(field).to_owned(), false))
    }

    fn present(&self, field: Column, wanted: &Match) -> Boxed {
        let exists = self.exists(field);
        if *wanted == Match::None { not(exists) } else { exists }
    }

    fn text(&self, field: Column, wanted: &Match) -> Boxed {
        match wanted {
            Match::None | Match::Any => self.present(field, wanted),
            Match::Equals(value) => word(field, &value_text(value)),
            Match::Range(low, high) => {
                let term = |value: &Value| Term::from_field_text(field, &value_text(value));
                Box::new(InvertedIndexRangeQuery::new(low.as_ref().map(term), high.as_ref().map(term)))
            }
        }
    }

    /// Id or tail begins with the text. In a range a bound stands for every id that begins with it.
    fn id(&self, wanted: &Match) -> Boxed {
        let fields = self.fields;
        let edge = |text: String| Term::from_field_text(fields.id, &text);
        match wanted {
            Match::None => Box::new(EmptyQuery),
            Match::Any => Box::new(AllQuery),
            Match::Equals(value) => {
                any(vec![prefix(fields.id, &value_text(value)), prefix(fields.tail, &value_text(value))])
            }
            Match::Range(low, high) => {
                let low = match low {
                    Bound::Excluded(value) => Bound::Included(edge(after(&value_text(value)))),
                    Bound::Included(value) => Bound::Included(edge(value_text(value))),
                    Bound::Unbounded => Bound::Included(edge(String::new())),
                };
                let high = match high {
                    Bound::Included(value) => Bound::Excluded(edge(after(&value_text(value)))),
                    Bound::Excluded(value) => Bound::Excluded(edge(value_text(value))),
                    Bound::Unbounded => Bound::Unbounded,
                };
                Box::new(InvertedIndexRangeQuery::new(low, high))
            }
        }
    }

    /// The requester's customer file names the organisation; where it names none, the address's domain does.
    fn org(&self, wanted: &Match) -> Boxed {
        let name = match wanted {
            Match::Equals(value) => Some(value_text(value)),
            _ => None,
        };
        let wants = |org: &str| name.as_deref().is_none_or(|name| org.eq_ignore_ascii_case(name));
        let terms = |field, keep: &dyn Fn(&str) -> bool, map: &HashMap<String, String>| {
            TermSetQuery::new(
                map.iter().filter(|(_, org)| keep(org)).map(|(word, _)| Term::from_field_text(field, word)),
            )
        };
        let (requester, domain) = (self.fields.requester, self.fields.domain);
        let own: Boxed = Box::new(terms(requester, &wants, &self.orgs.by_email));
        let others: Boxed = Box::new(terms(requester, &|org| !wants(org), &self.orgs.by_email));
        let by_domain: Boxed = Box::new(terms(domain, &wants, &self.orgs.by_domain));
        let found = any(vec![own, all(vec![by_domain, not(others)])]);
        if *wanted == Match::None { not(found) } else { found }
    }

    fn link(&self, wanted: &Match) -> Boxed {
        match wanted {
            Match::Equals(value) if Relation::find(&value_text(value)).is_some() => {
                word(self.fields.relation, &value_text(value))
            }
            Match::Equals(value) => prefix(self.fields.link, &value_text(value)),
            _ => self.present(self.fields.relation, wanted),
        }
    }

    fn number(&self, field: Column, wanted: &Match) -> Boxed {
        match wanted {
            Match::None | Match::Any => self.present(field, wanted),
            Match::Equals(value) => {
                self.number_range(field, &Bound::Included(value.clone()), &Bound::Included(value.clone()))
            }
            Match::Range(low, high) => self.number_range(field, low, high),
        }
    }

    /// Numbers of the index are whole, as are the seconds of instants; a bound between two is the next one inside.
    fn number_range(&self, field: Column, low: &Bound<Value>, high: &Bound<Value>) -> Boxed {
        let term = |number: i64| match number {
            number if field == self.fields.priority => Term::from_field_u64(field, number.max(0) as u64),
            number => Term::from_field_i64(field, number),
        };
        let low = match low {
            Bound::Unbounded => None,
            Bound::Included(value) => Some(ceiling(value)),
            Bound::Excluded(value) => Some(floor(value) + 1),
        };
        let high = match high {
            Bound::Unbounded => None,
            Bound::Included(value) => Some(floor(value)),
            Bound::Excluded(value) => Some(ceiling(value) - 1),
        };
        match (low, high) {
            (None, None) => self.exists(field),
            (Some(low), Some(high)) if low > high => Box::new(EmptyQuery),
            (_, Some(high)) if high < 0 && field == self.fields.priority => Box::new(EmptyQuery),
            (low, high) => {
                let bound = |edge: Option<i64>| edge.map_or(Bound::Unbounded, |edge| Bound::Included(term(edge)));
                Box::new(RangeQuery::new(bound(low), bound(high)))
            }
        }
    }

    fn escalated(&self, wanted: &Match) -> Boxed {
        let escalated = word(self.fields.flag, "escalated");
        match wanted {
            Match::None => Box::new(EmptyQuery),
            Match::Any => Box::new(AllQuery),
            Match::Equals(Value::Bool(false)) => not(escalated),
            _ => escalated,
        }
    }

    fn custom(&self, name: &str, wanted: &Match) -> Boxed {
        let field = self.fields.custom;
        let term = |value: &Value| match value {
            Value::Number(number) => custom_number(name, *number),
            Value::Instant(instant) => custom_instant(name, *instant),
            other => custom_text(name, &value_text(other)),
        };
        match wanted {
            Match::None => not(word(field, name)),
            Match::Any => word(field, name),
            Match::Equals(value) => word(field, &term(value)),
            Match::Range(low, high) => self.custom_range(name, low, high),
        }
    }

    fn custom_range(&self, name: &str, low: &Bound<Value>, high: &Bound<Value>) -> Boxed {
        let term = |value: &Value| match value {
            Value::Instant(instant) => custom_instant(name, *instant),
            Value::Number(number) => custom_number(name, *number),
            other => custom_day(name, &value_text(other)),
        };
        let edge = |text: String| Term::from_field_text(self.fields.custom, &text);
        let kind = [low, high].into_iter().find_map(|bound| match bound {
            Bound::Included(value) | Bound::Excluded(value) => Some(term(value)),
            Bound::Unbounded => None,
        });
        // The first terms of the same kind: the name, a tab and the kind's mark.
        let Some(start) = kind.and_then(|term| term.get(..name.len() + 2).map(str::to_owned)) else {
            return word(self.fields.custom, name);
        };
        let low = match low {
            Bound::Unbounded => Bound::Included(edge(start.clone())),
            bound => bound.as_ref().map(|value| edge(term(value))),
        };
        let high = match high {
            Bound::Unbounded => Bound::Excluded(edge(after(&start))),
            bound => bound.as_ref().map(|value| edge(term(value))),
        };
        Box::new(InvertedIndexRangeQuery::new(low, high))
    }
}

/// What sorts after every text that begins with this and goes on with a letter or digit.
fn after(text: &str) -> String {
    format!("{text}{{")
}

fn prefix(field: Column, text: &str) -> Boxed {
    let (low, high) = (Term::from_field_text(field, text), Term::from_field_text(field, &after(text)));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(low), Bound::Excluded(high)))
}

/// The greatest whole number not above a value: of seconds, or of what it counts.
fn floor(value: &Value) -> i64 {
    match value {
        Value::Number(number) => number.floor() as i64,
        Value::Instant(instant) => instant.as_nanosecond().div_euclid(1_000_000_000) as i64,
        Value::Priority(priority) => *priority as i64,
        Value::Text(_) | Value::Bool(_) | Value::State(_) => 0,
    }
}

/// The least whole number not below a value.
fn ceiling(value: &Value) -> i64 {
    match value {
        Value::Number(number) => number.ceil() as i64,
        Value::Instant(instant) => -((-instant.as_nanosecond()).div_euclid(1_000_000_000)) as i64,
        other => floor(other),
    }
}

/// A value as the terms of the index spell it.
fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_lowercase(),
        Value::Number(number) => number.to_string(),
        Value::Instant(instant) => instant.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Priority(priority) => priority.name().to_owned(),
        Value::State(state) => state.name().to_owned(),
    }
}
