//! Findings, as JSON has them.

use serde::Serialize;

use crate::domain::finding::Finding;

/// A finding of `check`.
#[derive(Debug, Clone, Serialize)]
pub struct FindingView {
    /// `error` or `warning`.
    pub level: &'static str,
    pub code: &'static str,
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl FindingView {
    pub fn of(finding: &Finding) -> FindingView {
        FindingView {
            level: finding.level.name(),
            code: finding.code.name,
            path: finding.path.clone(),
            line: finding.line,
            column: finding.column,
            message: finding.message.clone(),
            hint: finding.hint.clone(),
        }
    }
}
