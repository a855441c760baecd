//! A view: a named query with its columns and order (`policy/views.yaml`).

use serde::Serialize;

/// A named query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct View {
    pub name: String,
    pub title: Option<String>,
    pub query: String,
    pub sort: Option<String>,
    pub columns: Vec<String>,
    pub limit: Option<usize>,
}
