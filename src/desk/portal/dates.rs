//! When articles changed last and what they were called before: from history, carried on from one build to the next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::Here;
use crate::domain::article::Audience;
use crate::failure::Result;
use crate::format::{article, layout};
use crate::store::{Oid, Snapshot};

/// What history says of the knowledge base up to a commit. What of it is later counts, in whatever order it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dates {
    commit: String,
    /// Path to the time of its last change.
    pub changed: BTreeMap<String, Timestamp>,
    /// A former path of a public article to when it was moved, and where to.
    moved: BTreeMap<String, (Timestamp, String)>,
}

/// How far moves are followed.
const FARTHEST: usize = 50;

impl Dates {
    /// Former paths, each with the present one.
    pub fn moves(&self, is_there: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut moves = Vec::new();
        for (old, (_, new)) in self.moved.iter().filter(|(old, _)| !is_there(old)) {
            let mut at = new;
            for _ in 0..FARTHEST {
                if is_there(at) {
                    moves.push((old.clone(), at.clone()));
                    break;
                }
                match self.moved.get(at) {
                    Some((_, next)) => at = next,
                    None => break,
                }
            }
        }
        moves
    }
}

impl Here {
    /// What history says up to a snapshot, from what it said before.
    pub(super) fn article_dates(&self, snapshot: &Snapshot<'_>, before: Dates) -> Result<Dates> {
        let Some(to) = snapshot.commit else { return Ok(Dates::default()) };
        if before.commit == to.to_string() {
            return Ok(before);
        }
        let since = Oid::from_str(&before.commit).ok().filter(|since| self.desk.leads_back(to, *since));
        let mut dates = if since.is_some() { before } else { Dates::default() };
        let history = self.desk.folder_history_since(snapshot, layout::ARTICLES, since)?;
        for (path, changes) in history.files().filter(|(path, _)| path.ends_with(".md")) {
            for change in changes {
                let date = history.steps[change.step].commit.date;
                let last = dates.changed.entry(path.to_owned()).or_insert(date);
                *last = date.max(*last);
                let Some((old, content)) = history.moved_from(snapshot, change)? else { continue };
                // What nobody outside has seen is not told to have been there.
                let was = article::parse_article(&old, &snapshot.read(content)?);
                if was.is_ok_and(|was| was.audience == Audience::Public) {
                    let known = dates.moved.entry(old).or_insert_with(|| (date, path.to_owned()));
                    *known = known.clone().max((date, path.to_owned()));
                }
            }
        }
        dates.commit = to.to_string();
        Ok(dates)
    }
}
