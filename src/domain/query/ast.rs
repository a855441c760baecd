//! What a query means: every name resolved, every date an instant. The index compiles it, `eval` runs it in memory.

use std::ops::Bound;

use jiff::Timestamp;

use crate::domain::clock::ClockState;
use crate::domain::ticket::{Priority, State};

/// A query. An empty `And` matches everything, an empty `Or` nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Test(Test),
}

/// One term.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A bare word or a quoted phrase.
    Text {
        part: Part,
        text: String,
        phrase: bool,
    },
    /// `field:a,b`: any of the matches.
    Field {
        field: Field,
        any: Vec<Match>,
    },
    Is(Is),
    Has(Has),
    /// How the SLA clocks stand at the instant the query was read.
    Sla {
        wanted: SlaMatch,
        now: Timestamp,
    },
}

/// `sla:…`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlaMatch {
    /// No policy promises anything.
    None,
    /// Some clock runs or ran.
    Any,
    State(ClockState),
}

/// Where text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Title, body or comments.
    Any,
    Title,
    Body,
    Comment,
}

/// A field of a ticket that a query can name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// Equal to a text is the id that begins with it or whose tail does; so for the id of a `Link`. The order is that
    /// of the text, and a bound stands for all ids that begin with it.
    Id,
    Status,
    State,
    Priority,
    Type,
    Assignee,
    Team,
    Requester,
    Org,
    Cc,
    Tag,
    Channel,
    Language,
    Created,
    Updated,
    Closed,
    /// When the first SLA clock that runs is due.
    Due,
    Link,
    AnsweredBy,
    Escalated,
    Satisfaction,
    /// `field.NAME`.
    Custom(String),
}

/// A condition on one value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    /// The field is absent or empty.
    None,
    /// It has a value.
    Any,
    /// Equal, ignoring case.
    Equals(Value),
    /// Between the bounds; both sides of the same kind. Text has an order for ids, and for custom dates that are bare
    /// days: a query for a custom date names its instants and beside them its days, as `2026-11-22`.
    Range(Bound<Value>, Bound<Value>),
}

/// A value a query names.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Lower case.
    Text(String),
    Number(f64),
    Instant(Timestamp),
    Bool(bool),
    Priority(Priority),
    State(State),
}

/// `is:…`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Is {
    /// Not solved, closed or discarded.
    Open,
    /// Solved or closed.
    Closed,
    Unanswered,
    Escalated,
    Unassigned,
}

/// `has:…`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Has {
    Attachment,
    Comment,
    Internal,
    /// An answer made from a pattern.
    Pattern,
}

impl Expr {
    /// Matches everything.
    pub fn all() -> Expr {
        Expr::And(Vec::new())
    }

    /// Calls `visit` for every term.
    pub fn each_test<'a>(&'a self, visit: &mut impl FnMut(&'a Test)) {
        match self {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| part.each_test(visit)),
            Expr::Not(inner) => inner.each_test(visit),
            Expr::Test(test) => visit(test),
        }
    }

    /// Whether an answer needs the timeline: it tests when something changed.
    pub fn needs_timeline(&self) -> bool {
        let mut needs = false;
        self.each_test(&mut |test| {
            needs |= matches!(
                test,
                Test::Sla { .. } | Test::Field { field: Field::Updated | Field::Closed | Field::Due, .. }
            );
        });
        needs
    }
}
