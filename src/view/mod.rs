//! What commands answer: plain structs that serialise to the JSON of loket-json(5).

pub mod article;
pub mod audit;
pub mod check;
pub mod import;
pub mod keeping;
pub mod links;
pub mod log;
pub mod mail;
pub mod mutation;
pub mod pattern;
pub mod portal;
pub mod process;
pub mod report;
pub mod rules;
pub mod sla;
pub mod sync;
pub mod tick;
pub mod ticket;

use serde::Serialize;

/// `init`
#[derive(Debug, Clone, Serialize)]
pub struct InitView {
    pub path: String,
    /// `null` where there was a desk already.
    pub commit: Option<String>,
    /// The handle of the first agent.
    pub agent: Option<String>,
}

/// A row of `view list`.
#[derive(Debug, Clone, Serialize)]
pub struct CountedView {
    #[serde(flatten)]
    pub view: crate::domain::view::View,
    /// The tickets in it; `null` where its query is wrong.
    pub count: Option<usize>,
}

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

/// A file that cannot be read, and why.
#[derive(Debug, Clone, Serialize)]
pub struct BrokenView {
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// `index status`
#[derive(Debug, Clone, Serialize)]
pub struct IndexView {
    pub path: String,
    pub exists: bool,
    /// The commit it stands for.
    pub commit: Option<String>,
    /// Whether it holds the timeline.
    pub timeline: bool,
    pub documents: u64,
    pub segments: usize,
    /// On disk.
    pub bytes: u64,
    /// Whether it fits this loket and these settings.
    pub usable: bool,
    /// What would make git faster here, each with the command to type.
    pub advice: Vec<String>,
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
