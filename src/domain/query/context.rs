//! What the names in a query stand for.

use jiff::Timestamp;

use crate::domain::settings::Settings;

/// What names in a query stand for: plain data, gathered by the caller.
pub struct Context<'a> {
    pub settings: &'a Settings,
    pub now: Timestamp,
    pub me: Me,
    /// The handles of the agents.
    pub handles: &'a [String],
    pub teams: &'a [String],
    pub orgs: &'a [String],
    /// The query text of `view:NAME`.
    pub view: &'a dyn Fn(&str) -> Option<String>,
    /// The names of the views.
    pub views: &'a [String],
    /// The answer has to be the same whatever the time is: an SLA policy's.
    pub timeless: bool,
}

/// Whom `me` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Me {
    Agent {
        handle: String,
        teams: Vec<String>,
    },
    /// Nobody was found: `me` is an error, the hint is the `people new` line to run.
    Unknown {
        hint: String,
    },
    /// The view `open` without an agent: `me` matches nothing.
    Nobody,
}
