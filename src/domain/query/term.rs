//! Terms: what a word, a phrase or `field:values` means.

use super::ast::{Expr, Field, Match, Part, SlaMatch, Test, Value};
use super::context::Me;
use super::dates::{parse_date, with_days};
use super::lex::Raw;
use super::names::{HAS, IS, Name, find_name, name_of, resolve_name};
use super::ordered::{Extent, parse_ordered};
use super::parse::{Parser, join};
use super::wrong::{Wrong, find_nearest, render_piece, suggest};
use crate::domain::clock::ClockState;
use crate::domain::id;
use crate::domain::settings::FieldType;
use crate::domain::ticket::{Priority, Relation, State};

impl Parser<'_> {
    /// A bare word or a phrase.
    pub fn text(&self, raw: &Raw) -> Result<Expr, Wrong> {
        let name = raw.text.split(['<', '>', '=']).next().unwrap_or_default();
        if !raw.quoted && name.len() < raw.text.len() && find_name(name).is_some() {
            let rest = render_piece(raw.text[name.len()..].trim_start_matches('='));
            let wrong = Wrong::new(raw.column, format!("a ':' is missing behind '{name}'"));
            return Err(wrong.hint(format!("write {name}:{rest}, or put text in double quotes")));
        }
        text_in(Part::Any, raw)
    }

    /// `name:values`; `column` is that of the name.
    pub fn term(&mut self, name: &str, values: &[Raw], column: usize) -> Result<Expr, Wrong> {
        match resolve_name(name, self.context.settings, column)? {
            Name::Field(field) => self.field(field, values),
            Name::Sla => {
                let mut choices = vec![("none", SlaMatch::None), ("any", SlaMatch::Any)];
                choices.extend(ClockState::ALL.map(|state| (state.name(), SlaMatch::State(state))));
                any_of(name, values, |raw| self.sla(choose(raw, name, &choices)?, raw.column))
            }
            Name::Text(part) => any_of(name, values, |raw| text_in(part, raw)),
            Name::View => any_of(name, values, |raw| self.view(&raw.text, raw.column)),
            Name::Has => any_of(name, values, |raw| Ok(Expr::Test(Test::Has(choose(raw, name, &HAS)?)))),
            Name::Is => any_of(name, values, |raw| match raw.text.eq_ignore_ascii_case("overdue") {
                true => self.sla(SlaMatch::State(ClockState::Breached), raw.column),
                false => Ok(Expr::Test(Test::Is(choose(raw, name, &IS)?))),
            }),
        }
    }

    /// How the clocks stand now.
    fn sla(&self, wanted: SlaMatch, column: usize) -> Result<Expr, Wrong> {
        self.of_time(column, "how SLA clocks stand")?;
        Ok(Expr::Test(Test::Sla { wanted, now: self.context.now }))
    }

    /// Refuses what is one thing today and another tomorrow where the answer has to stay.
    fn of_time(&self, column: usize, what: &str) -> Result<(), Wrong> {
        match self.context.timeless {
            false => Ok(()),
            true => Err(Wrong::new(column, format!("{what} changes with time, and an SLA policy may not"))
                .hint("what a policy is for is said by type, priority, org, tag and the like")),
        }
    }

    fn field(&self, field: Field, values: &[Raw]) -> Result<Expr, Wrong> {
        let any = values.iter().map(|raw| self.matches(&field, raw)).collect::<Result<Vec<_>, _>>()?.concat();
        // Only `me` may stand for nothing: then nothing is found.
        let nothing = any.is_empty();
        Ok(if nothing { Expr::Or(Vec::new()) } else { Expr::Test(Test::Field { field, any }) })
    }

    /// What one value of a field means.
    fn matches(&self, field: &Field, raw: &Raw) -> Result<Vec<Match>, Wrong> {
        let settings = self.context.settings;
        if let Some(found) = optional(field, raw) {
            return Ok(vec![found]);
        }
        let found = match field {
            Field::Due | Field::Updated | Field::Closed if self.context.timeless => {
                self.of_time(raw.column, "when something changed")?;
                return Ok(Vec::new());
            }
            Field::Created | Field::Updated | Field::Closed | Field::Due => {
                parse_ordered(raw, |text, column| self.date(text, column))?
            }
            Field::Priority => parse_ordered(raw, |text, column| {
                let choices = Priority::ALL.map(|priority| (priority.name(), priority));
                choose_text(text, column, "priority", &choices).map(|priority| Extent::of(Value::Priority(priority)))
            })?,
            Field::Satisfaction => parse_ordered(raw, parse_score)?,
            Field::Id => parse_id_match(raw)?,
            Field::Custom(name) => return self.custom(name, raw),
            Field::Assignee | Field::Requester | Field::Cc | Field::AnsweredBy | Field::Team => {
                unordered(raw, name_of(field))?;
                return self.person(field, raw);
            }
            _ => {
                unordered(raw, name_of(field))?;
                Match::Equals(match field {
                    Field::State => Value::State(choose(raw, "state", &State::ALL.map(|state| (state.name(), state)))?),
                    Field::Status => one_of(raw, "status", settings.statuses.iter().map(|(name, _)| name))?,
                    Field::Type => one_of(raw, "type", settings.types.iter())?,
                    Field::Channel => one_of(raw, "channel", settings.channels.iter())?,
                    Field::Link => parse_link(raw)?,
                    Field::Escalated => parse_truth(raw, "escalated")?,
                    _ => free(raw)?,
                })
            }
        };
        Ok(vec![found])
    }

    fn date(&self, text: &str, column: usize) -> Result<Extent, Wrong> {
        if !text.starts_with(|letter: char| letter.is_ascii_digit()) {
            self.of_time(column, "a date that is told from today")?;
        }
        parse_date(text, self.context.now, &self.context.settings.timezone, column)
    }

    /// A value that may be `me`: no match where nobody is.
    fn person(&self, field: &Field, raw: &Raw) -> Result<Vec<Match>, Wrong> {
        if raw.quoted || !raw.text.eq_ignore_ascii_case("me") {
            return Ok(vec![Match::Equals(free(raw)?)]);
        }
        let equals = |text: &String| Match::Equals(Value::Text(text.to_lowercase()));
        match self.me {
            Me::Agent { teams, .. } if *field == Field::Team => Ok(teams.iter().map(equals).collect()),
            Me::Agent { handle, .. } => Ok(vec![equals(handle)]),
            Me::Nobody => Ok(Vec::new()),
            Me::Unknown { hint } => {
                let wrong = Wrong::new(raw.column, "'me' stands for nobody here: no agent was found");
                Err(Wrong { missing_agent: true, ..wrong.hint(hint.clone()) })
            }
        }
    }

    /// One value of the custom field `name`, by its declaration.
    fn custom(&self, name: &str, raw: &Raw) -> Result<Vec<Match>, Wrong> {
        let settings = self.context.settings;
        let whole = || format!("field.{name}");
        let kind = settings.fields.get(name).map_or(&FieldType::Text, |rule| &rule.kind);
        let found = match kind {
            FieldType::Number => parse_ordered(raw, parse_number)?,
            FieldType::Date => {
                let found = parse_ordered(raw, |text, column| self.date(text, column))?;
                return Ok(with_days(found, &settings.timezone));
            }
            _ => {
                unordered(raw, &whole())?;
                Match::Equals(match kind {
                    FieldType::Bool => parse_truth(raw, &whole())?,
                    FieldType::Enum(values) => one_of(raw, &whole(), values.iter())?,
                    _ => free(raw)?,
                })
            }
        };
        Ok(vec![found])
    }
}

/// Any of the values of what is no field.
fn any_of(name: &str, values: &[Raw], mut one: impl FnMut(&Raw) -> Result<Expr, Wrong>) -> Result<Expr, Wrong> {
    let parts = values.iter().map(|raw| unordered(raw, name).and_then(|()| one(raw)));
    Ok(join(parts.collect::<Result<_, _>>()?, Expr::Or))
}

/// `none` and `any`, unquoted, of a field a ticket can be without.
fn optional(field: &Field, raw: &Raw) -> Option<Match> {
    let required =
        [Field::Id, Field::Status, Field::State, Field::Priority, Field::Created, Field::Updated, Field::Escalated];
    if raw.quoted || raw.operator.is_some() || required.contains(field) {
        return None;
    }
    match raw.text.to_ascii_lowercase().as_str() {
        "none" => Some(Match::None),
        "any" => Some(Match::Any),
        _ => None,
    }
}

/// Text to look for, in a part of the ticket. What tokenises into several words is looked for as they stand.
fn text_in(part: Part, raw: &Raw) -> Result<Expr, Wrong> {
    let in_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '\u{300}'..='\u{36f}');
    let words = raw.text.split(|letter| !in_word(letter)).filter(|word| !word.is_empty()).count();
    if words == 0 {
        let message = format!("'{}' has no letter or digit to search for", render_piece(&raw.text));
        return Err(Wrong::new(raw.column, message));
    }
    Ok(Expr::Test(Test::Text { part, text: raw.text.clone(), phrase: raw.quoted || words > 1 }))
}

/// Refuses a comparison where values have no order.
fn unordered(raw: &Raw, name: &str) -> Result<(), Wrong> {
    match raw.operator {
        None => Ok(()),
        Some(_) => Err(Wrong::new(raw.column, format!("the values of '{}' have no order to compare by", render_piece(name)))
            .hint("write field:value; created, updated, closed, priority, satisfaction, id, and numbers and dates have an order")),
    }
}

/// Free text: people, tags and the like need not be known to the desk.
fn free(raw: &Raw) -> Result<Value, Wrong> {
    match raw.text.trim() {
        "" => Err(Wrong::new(raw.column, "this value is empty").hint("an empty field is field:none")),
        _ => Ok(Value::Text(raw.text.to_lowercase())),
    }
}

/// The choice whose name is typed, in any case.
fn choose<T: Copy>(raw: &Raw, name: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    choose_text(&raw.text, raw.column, name, choices)
}

fn choose_text<T: Copy>(text: &str, column: usize, name: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    if let Some((_, choice)) = choices.iter().find(|(choice, _)| choice.eq_ignore_ascii_case(text)) {
        return Ok(*choice);
    }
    let valid: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
    Err(unknown_value(text, column, name, &valid))
}

fn one_of<'a>(raw: &Raw, name: &str, valid: impl Iterator<Item = &'a String>) -> Result<Value, Wrong> {
    let valid: Vec<&str> = valid.map(String::as_str).collect();
    let wanted = raw.text.to_lowercase();
    if valid.iter().any(|value| value.to_lowercase() == wanted) {
        return Ok(Value::Text(wanted));
    }
    Err(unknown_value(&raw.text, raw.column, name, &valid))
}

fn unknown_value(text: &str, column: usize, name: &str, valid: &[&str]) -> Wrong {
    let wrong = Wrong::new(column, format!("'{}' is no value of '{}'", render_piece(text), render_piece(name)));
    Wrong { hint: suggest(text, &render_piece(name), valid), ..wrong }
}

fn parse_truth(raw: &Raw, name: &str) -> Result<Value, Wrong> {
    choose(raw, name, &[("true", true), ("false", false), ("yes", true), ("no", false)]).map(Value::Bool)
}

fn parse_number(text: &str, column: usize) -> Result<Extent, Wrong> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    let wrong = || Wrong::new(column, format!("'{}' is not a number", render_piece(text)));
    number.map(|number| Extent::of(Value::Number(number))).ok_or_else(wrong)
}

fn parse_score(text: &str, column: usize) -> Result<Extent, Wrong> {
    let score = text.parse().ok().filter(|score: &u8| (1..=5).contains(score));
    let wrong = || {
        Wrong::new(column, format!("'{}' is no score", render_piece(text)))
            .hint("satisfaction is a whole number from 1 to 5")
    };
    score.map(|score| Extent::of(Value::Number(f64::from(score)))).ok_or_else(wrong)
}

/// An id, the beginning of one, or a tail; a comparison wants one that begins with the day.
fn parse_id_match(raw: &Raw) -> Result<Match, Wrong> {
    match raw.text.to_ascii_lowercase().as_str() {
        "none" if !raw.quoted && raw.operator.is_none() => return Ok(Match::None),
        "any" if !raw.quoted && raw.operator.is_none() => return Ok(Match::Any),
        _ => {}
    }
    let ordered = raw.operator.is_some() || (!raw.quoted && raw.text.contains(".."));
    parse_ordered(raw, |text, column| {
        let found = id::forgiving(text).filter(|id| !ordered || id.bytes().take(6).all(|byte| byte.is_ascii_digit()));
        let wrong = || {
            Wrong::new(column, format!("'{}' is no ticket id", render_piece(text)))
                .hint("an id looks like 261122-7k2qm")
        };
        found.map(|id| Extent::of(Value::Text(id))).ok_or_else(wrong)
    })
}

/// A relation's name, or an id. What is near a relation is taken for a slip, even where it could be a tail.
fn parse_link(raw: &Raw) -> Result<Value, Wrong> {
    let typed = raw.text.to_lowercase();
    if Relation::find(&typed).is_some() {
        return Ok(Value::Text(typed));
    }
    let names = Relation::ALL.map(Relation::name);
    match id::forgiving(&typed) {
        Some(id) if find_nearest(&typed, names).is_none() => Ok(Value::Text(id)),
        _ => {
            let message = format!("'{}' is no relation and no ticket id", render_piece(&raw.text));
            let wrong = Wrong::new(raw.column, message);
            Err(Wrong { hint: suggest(&typed, "link", &names), ..wrong })
        }
    }
}
