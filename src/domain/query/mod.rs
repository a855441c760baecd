//! The query language: one for `list`, `search`, views, rules, SLA policies, patterns and reports (loket-query(7)).
//!
//! [`parse`] turns a text into an [`Expr`] in which every name and date is resolved; the index compiles that, and
//! [`matches()`] asks it of one ticket in memory.

pub mod ast;
mod context;
mod dates;
mod eval;
mod lex;
mod names;
mod ordered;
mod parse;
mod term;
#[cfg(test)]
mod tests;
mod wrong;

pub use ast::{Expr, Field, Has, Is, Match, Part, SlaMatch, Test, Value};
pub use context::{Context, Me};
pub use dates::date_span;
pub use eval::{TextMatch, matches};
pub use parse::parse;
pub use wrong::{Wrong, find_nearest, render_piece, render_pointer};
