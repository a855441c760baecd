//! A dashboard: reports that are looked at together (`policy/dashboards.yaml`).

/// An entry of `policy/dashboards.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dashboard {
    pub name: String,
    pub title: Option<String>,
    /// A date, where the command line names none.
    pub since: Option<String>,
    pub until: Option<String>,
    pub parts: Vec<Part>,
}

/// A report of a dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub report: String,
    pub by: Option<String>,
    pub title: Option<String>,
}
