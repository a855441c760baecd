//! What commands answer: plain structs that serialise to the JSON of loket-json(5).

pub mod import;
pub mod log;
pub mod mutation;
pub mod ticket;

use serde::Serialize;

/// `list --count`
#[derive(Debug, Clone, Serialize)]
pub struct CountView {
    pub count: usize,
}

/// A row of `list --group-by`.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    pub key: Option<String>,
    pub count: usize,
}

/// A hit of `search`.
#[derive(Debug, Clone, Serialize)]
pub struct HitView {
    pub kind: &'static str,
    pub id: String,
    pub ticket: Option<String>,
    pub title: String,
    pub score: Option<f32>,
    pub snippet: String,
    pub path: String,
    /// Where the words stand in the snippet, in bytes.
    #[serde(skip)]
    pub matches: Vec<std::ops::Range<usize>>,
}

/// An error under `--json`.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorView {
    pub error: String,
    pub kind: &'static str,
    pub hints: Vec<String>,
    pub path: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
}
