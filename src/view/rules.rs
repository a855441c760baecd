//! Rules, as JSON has them.

use jiff::Timestamp;
use serde::Serialize;

/// A row of `rules list`.
#[derive(Debug, Clone, Serialize)]
pub struct RuleView {
    pub name: String,
    pub on: Vec<&'static str>,
    pub when: Option<String>,
    /// Each action in a few words.
    pub then: Vec<String>,
    pub stop: bool,
}

/// A field that would change, as the file would say it.
#[derive(Debug, Clone, Serialize)]
pub struct Effect {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// A row of `rules test`: a rule, and whether it would fire.
#[derive(Debug, Clone, Serialize)]
pub struct TriedView {
    pub rule: String,
    pub on: Vec<&'static str>,
    pub when: Option<String>,
    pub fires: bool,
    /// Why it would not.
    pub because: Option<String>,
    pub changes: Vec<Effect>,
    /// What else it would do.
    pub actions: Vec<String>,
}

/// A row of `rules replay`: what the rules would have done at a commit.
#[derive(Debug, Clone, Serialize)]
pub struct WouldView {
    pub ticket: String,
    pub date: Timestamp,
    pub commit: String,
    pub events: Vec<&'static str>,
    pub rules: Vec<String>,
    pub changes: Vec<Effect>,
    pub actions: Vec<String>,
}
