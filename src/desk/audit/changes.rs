//! What a commit changed itself.

use std::collections::{BTreeMap, HashMap};

use crate::desk::Here;
use crate::domain::comment::Comment;
use crate::domain::person::Agent;
use crate::failure::Result;
use crate::format::{comment, frontmatter, layout, person};
use crate::store::{CommitInfo, Delta, Oid};

/// The keys of a comment that say how it was delivered.
const DELIVERY: [&str; 5] = ["delivered", "unsent", "flags", "message-id", "references"];

/// A file that a commit changed.
pub struct Changed {
    pub path: String,
    pub old: Option<Oid>,
    pub new: Option<Oid>,
}

/// The files a commit changed. A merge is compared with each parent, and what is as another parent made it since the two
/// were one is left out: the commits there answer for it. What a merge takes back of one parent is so its own.
pub fn own(here: &Here, info: &CommitInfo) -> Result<Vec<Changed>> {
    let mut changed: BTreeMap<String, Changed> = BTreeMap::new();
    for (place, parent) in info.parents.iter().enumerate() {
        let mut taken: HashMap<String, Option<Oid>> = HashMap::new();
        for other in info.parents.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other) {
            let base = here.desk.merge_base(*parent, *other)?.and_then(|base| here.desk.tree_of(base));
            let theirs = here.desk.differing(base, here.desk.tree_of(*other))?;
            taken.extend(theirs.into_iter().map(|step| (step.path, step.new)));
        }
        for Delta { path, old, new, .. } in here.desk.differing(here.desk.tree_of(*parent), Some(info.tree))? {
            if taken.get(&path) != Some(&new) {
                changed.entry(path.clone()).or_insert(Changed { path, old, new });
            }
        }
    }
    Ok(changed.into_values().collect())
}

impl Changed {
    pub fn agent(&self, here: &Here, version: Option<Oid>) -> Result<Option<Agent>> {
        let handle = layout::key_in(layout::PEOPLE, &self.path).unwrap_or_default();
        Ok(read(here, version)?.and_then(|bytes| person::parse(handle, &bytes).ok()))
    }

    pub fn comment(&self, here: &Here, version: Option<Oid>, stem: &str) -> Result<Option<Comment>> {
        Ok(read(here, version)?.and_then(|bytes| comment::parse(stem, &bytes).ok()))
    }

    /// Whether only keys that say how it was delivered are other than before.
    pub fn is_delivery(&self, here: &Here) -> Result<bool> {
        let (Some(old), Some(new)) = (read(here, self.old)?, read(here, self.new)?) else { return Ok(false) };
        let words = |bytes: &[u8]| {
            let front = frontmatter::parse(bytes).ok()?;
            let text = std::str::from_utf8(bytes).ok()?;
            let keys = front.keys().filter(|(key, _)| !DELIVERY.contains(key));
            let keys: Vec<(String, serde_json::Value)> =
                keys.map(|(key, value)| (key.to_owned(), crate::format::changes::json(value))).collect();
            Some((keys, front.body(text).to_owned()))
        };
        Ok(words(&old).is_some_and(|old| Some(old) == words(&new)))
    }
}

fn read(here: &Here, version: Option<Oid>) -> Result<Option<Vec<u8>>> {
    version.map(|oid| here.desk.head()?.read(oid)).transpose()
}
