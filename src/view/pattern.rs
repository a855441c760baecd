//! Response patterns as `pattern list` and `pattern show` answer them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::pattern::Pattern;

/// A row of `pattern list`.
#[derive(Debug, Clone, Serialize)]
pub struct PatternRow {
    pub slug: String,
    pub title: String,
    pub language: Option<String>,
    pub then: &'static str,
    pub tags: Vec<String>,
    /// The languages it is translated into.
    pub translations: Vec<String>,
    pub path: String,
}

/// `pattern show`: a pattern whole.
#[derive(Debug, Clone, Serialize)]
pub struct PatternPage {
    pub slug: String,
    pub title: String,
    pub language: Option<String>,
    pub tags: Vec<String>,
    pub when: Option<String>,
    /// Key, as `set` takes it, to value.
    pub set: BTreeMap<String, String>,
    pub then: &'static str,
    pub situation: String,
    pub approach: String,
    pub response: String,
    pub next_steps: String,
    pub path: String,
    pub body: String,
    /// The file as it is.
    #[serde(skip)]
    pub text: String,
}

impl PatternPage {
    pub fn of(pattern: Pattern, path: String, text: String) -> PatternPage {
        PatternPage {
            slug: pattern.slug,
            title: pattern.title,
            language: pattern.language,
            tags: pattern.tags,
            when: pattern.when,
            set: pattern.set.into_iter().collect(),
            then: pattern.then.name(),
            situation: pattern.situation.text,
            approach: pattern.approach.text,
            response: pattern.response.text,
            next_steps: pattern.next_steps.text,
            path,
            body: pattern.body,
            text,
        }
    }
}
