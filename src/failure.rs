//! What went wrong, said once: the kind decides the exit code, hints are data.

use std::fmt;

/// Why a command did not do what was asked; decides the exit code (`exit.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An error of the desk, of git or of the system.
    Error,
    /// The command line or a query is wrong.
    Usage,
    /// No such ticket, article, agent, view.
    NotFound,
    /// A guard or a conflict; nothing was changed.
    Refused,
    /// A message was not taken now; it has to be offered again (`EX_TEMPFAIL`).
    Later,
    /// There is nothing in a message that could be kept (`EX_DATAERR`).
    Unstorable,
}

impl Kind {
    /// The name `--json` errors carry.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Usage => "usage",
            Kind::NotFound => "not-found",
            Kind::Refused => "refused",
            Kind::Later => "later",
            Kind::Unstorable => "unstorable",
        }
    }
}

/// A place in a file (or in a query, where `path` is `None`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub path: Option<String>,
    /// 1-based.
    pub line: Option<usize>,
    /// 1-based, in characters.
    pub column: Option<usize>,
}

/// An error for people and for programs; `main` finds it by downcast.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
    /// More lines for people: the query with a pointer at the place.
    pub detail: Option<String>,
    /// What to do next; each can be pasted or followed as it stands.
    pub hints: Vec<String>,
    pub place: Place,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), detail: None, hints: Vec::new(), place: Place::default() }
    }

    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Kind::Error, message)
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a hint if there is one.
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hints.extend(hint);
        self
    }

    pub fn at(mut self, path: impl Into<String>, line: usize, column: usize) -> Self {
        self.place = Place { path: Some(path.into()), line: Some(line), column: Some(column) };
        self
    }

    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.place.path = Some(path.into());
        self
    }

    pub fn column(mut self, column: usize) -> Self {
        self.place.column = Some(column);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Anything that may fail in this crate.
pub type Result<T, E = anyhow::Error> = std::result::Result<T, E>;
