//! What messages are, as JSON has it.

use serde::Serialize;

/// `mail classify`
#[derive(Debug, Clone, Serialize)]
pub struct ClassView {
    /// `human`, `auto-reply`, `out-of-office`, `auto-generated`, `list`, `bounce` or `own`.
    pub class: &'static str,
    /// `hard`, `soft` or `delayed`; `null` for what is no bounce.
    pub bounce: Option<&'static str>,
    /// Every sign that was found.
    pub reasons: Vec<String>,
}

/// `mail trim`
#[derive(Debug, Clone, Serialize)]
pub struct TrimView {
    pub new: String,
    pub quoted: String,
}
