//! The query language: one for `list`, `search`, views, rules, SLA policies, patterns and reports (loket-query(7)).

pub mod ast;
