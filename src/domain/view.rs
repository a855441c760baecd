//! A view: a named query with its columns and order (`policy/views.yaml`).

use serde::Serialize;

/// What a view can show of a ticket, beside its custom fields (`field.NAME`).
pub const COLUMNS: [&str; 30] = [
    "id",
    "title",
    "status",
    "state",
    "priority",
    "type",
    "requester",
    "assignee",
    "team",
    "cc",
    "tags",
    "channel",
    "language",
    "created",
    "age",
    "updated",
    "closed",
    "due",
    "sla",
    "first-response",
    "line",
    "remind-at",
    "close-at",
    "until",
    "merged-into",
    "external-id",
    "path",
    "comments",
    "links",
    "satisfaction",
];

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
