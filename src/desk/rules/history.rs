//! What the history says of rules: whom one chose last.

use std::collections::BTreeMap;

use crate::desk::Here;
use crate::failure::Result;
use crate::store::{Oid, Snapshot};

/// Where it is noted up to which commit the history was read, so that it is read once. A cache: it may be gone.
const NOTE: &str = "assigned.json";

/// Whom each rule chose last, up to a commit.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
struct Known {
    commit: String,
    last: BTreeMap<String, String>,
}

/// Whom a rule chose last before a snapshot.
pub fn last_assigned(here: &Here, snapshot: &Snapshot<'_>, rule: &str) -> Result<Option<String>> {
    let Some(head) = snapshot.commit else { return Ok(None) };
    let path = here.desk.state().join(NOTE);
    let before: Known =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut known = Known { commit: head.to_string(), last: BTreeMap::new() };
    let commits = match Oid::from_str(&before.commit) {
        Ok(from) if here.desk.commits_missing(head, from).is_ok_and(|gone| gone.is_empty()) => {
            known.last = before.last;
            here.desk.commits_missing(from, head)?
        }
        _ => here.desk.commits_until(head)?,
    };
    let read = commits.len();
    for commit in commits {
        for text in here.desk.commit_info(commit)?.trailers("Loket-Assigned") {
            if let Some((agent, rule)) = text.split_once(' ') {
                known.last.insert(rule.to_owned(), agent.to_owned());
            }
        }
    }
    if read > 0 {
        // It is only a cache: a desk that cannot be written reads its history again.
        let _ = here.desk.keep(NOTE, &serde_json::to_vec(&known)?);
    }
    Ok(known.last.get(rule).cloned())
}
