//! Comparisons and ranges, for fields whose values have an order.

use std::cmp::Ordering;
use std::ops::Bound;

use super::ast::{Match, Value};
use super::lex::{Operator, Raw};
use super::wrong::Wrong;

/// What a typed value covers: one value, or all from the first until the end (a whole day).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extent {
    pub from: Value,
    /// `Included` the value itself, or `Excluded` the first one after it.
    pub to: Bound<Value>,
}

impl Extent {
    pub fn of(value: Value) -> Extent {
        Extent { to: Bound::Included(value.clone()), from: value }
    }

    fn equal(self) -> Match {
        match self.to {
            Bound::Included(_) => Match::Equals(self.from),
            to => Match::Range(Bound::Included(self.from), to),
        }
    }

    fn compared(self, operator: Operator) -> Match {
        match (operator, self.to) {
            (Operator::From, _) => Match::Range(Bound::Included(self.from), Bound::Unbounded),
            (Operator::Below, _) => Match::Range(Bound::Unbounded, Bound::Excluded(self.from)),
            (Operator::To, to) => Match::Range(Bound::Unbounded, to),
            (Operator::Above, Bound::Included(last)) => Match::Range(Bound::Excluded(last), Bound::Unbounded),
            (Operator::Above, Bound::Excluded(next)) => Match::Range(Bound::Included(next), Bound::Unbounded),
            (Operator::Above, Bound::Unbounded) => Match::Range(Bound::Unbounded, Bound::Excluded(self.from)),
        }
    }
}

/// A value, a comparison or a range; `parse` reads one end, given its text and column.
pub(super) fn parse_ordered(raw: &Raw, parse: impl Fn(&str, usize) -> Result<Extent, Wrong>) -> Result<Match, Wrong> {
    if let Some(operator) = raw.operator {
        return Ok(parse(&raw.text, raw.column)?.compared(operator));
    }
    let Some((first, last)) = raw.text.split_once("..").filter(|_| !raw.quoted) else {
        return Ok(parse(&raw.text, raw.column)?.equal());
    };
    let behind = raw.column + first.chars().count() + 2;
    match (first.is_empty(), last.is_empty()) {
        (true, true) => Err(Wrong::new(raw.column, "the range '..' has no end").hint("write A..B, A.. or ..B")),
        (false, true) => Ok(parse(first, raw.column)?.compared(Operator::From)),
        (true, false) => Ok(parse(last, behind)?.compared(Operator::To)),
        (false, false) => between(parse(first, raw.column)?, parse(last, behind)?, raw.column),
    }
}

fn between(first: Extent, last: Extent, column: usize) -> Result<Match, Wrong> {
    if !lies_between(&first.from, &Bound::Unbounded, &last.to) {
        return Err(
            Wrong::new(column, "the range is empty: it begins after its end").hint("write the lesser end first")
        );
    }
    Ok(Match::Range(Bound::Included(first.from), last.to))
}

/// The order of two values of a kind.
pub(super) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.partial_cmp(other),
        (Value::Instant(one), Value::Instant(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Priority(one), Value::Priority(other)) => Some(one.cmp(other)),
        (Value::State(one), Value::State(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// Whether a value lies between the bounds.
pub(super) fn lies_between(value: &Value, lower: &Bound<Value>, upper: &Bound<Value>) -> bool {
    let above = match lower {
        Bound::Included(lower) => compare(value, lower).is_some_and(Ordering::is_ge),
        Bound::Excluded(lower) => compare(value, lower).is_some_and(Ordering::is_gt),
        Bound::Unbounded => true,
    };
    above
        && match upper {
            Bound::Included(upper) => compare(value, upper).is_some_and(Ordering::is_le),
            Bound::Excluded(upper) => compare(value, upper).is_some_and(Ordering::is_lt),
            Bound::Unbounded => true,
        }
}
