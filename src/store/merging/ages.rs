//! Who changed a field last on each side, and when.

use std::cell::OnceCell;
use std::collections::HashMap;

use git2::Oid;
use jiff::Timestamp;
use serde_json::Value;

use crate::failure::Result;
use crate::format::merge::{Side, field};
use crate::store::change::Person;
use crate::store::delta::delta;
use crate::store::desk::Desk;

/// One commit that touched a file.
struct Touch {
    commit: Oid,
    old: Option<Oid>,
    new: Option<Oid>,
    is_merge: bool,
}

/// The commits of a side, the newest first, by the file they touched.
type Touches = HashMap<String, Vec<Touch>>;

/// The last change of a field on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub at: Timestamp,
    pub by: Person,
    pub commit: Oid,
}

/// The histories of both sides since they were one; read when somebody first asks.
pub struct Ages<'a> {
    desk: &'a Desk,
    base: Option<Oid>,
    tips: [Oid; 2],
    touches: [OnceCell<Touches>; 2],
}

impl<'a> Ages<'a> {
    pub fn new(desk: &'a Desk, base: Option<Oid>, ours: Oid, theirs: Oid) -> Self {
        Ages { desk, base, tips: [ours, theirs], touches: Default::default() }
    }

    /// The side that changed a field of a file later, by author time; ties by commit id, so that all clones agree.
    pub fn later(&self, path: &str, name: &str) -> Result<Side> {
        let (ours, theirs) = (self.last(Side::Ours, path, name)?, self.last(Side::Theirs, path, name)?);
        Ok(if (ours.at, ours.commit) >= (theirs.at, theirs.commit) { Side::Ours } else { Side::Theirs })
    }

    /// The last commit of a side that gave a field of a file the value it has there. A merge counts only where it made
    /// the value itself; what nobody is found for is the side's last commit.
    pub fn last(&self, side: Side, path: &str, name: &str) -> Result<Change> {
        let touches = self.touches(side)?;
        let own = touches.get(path).map_or(&[][..], Vec::as_slice);
        self.desk.bring(own.iter().flat_map(|touch| [touch.old, touch.new]).flatten())?;
        let mut values: HashMap<Oid, Option<Value>> = HashMap::new();
        let mut value = |oid: Option<Oid>| -> Result<Option<Value>> {
            let Some(oid) = oid else { return Ok(None) };
            if let Some(known) = values.get(&oid) {
                return Ok(known.clone());
            }
            let found = field(self.desk.repo.odb()?.read(oid)?.data(), name);
            Ok(values.entry(oid).or_insert(found).clone())
        };
        let wanted = match own.first() {
            Some(touch) => value(touch.new)?,
            None => None,
        };
        for is_merge in [false, true] {
            for touch in own.iter().filter(|touch| touch.is_merge == is_merge) {
                let (before, after) = (value(touch.old)?, value(touch.new)?);
                if before != after && after == wanted {
                    return self.change(touch.commit);
                }
            }
        }
        self.change(self.tips[side as usize])
    }

    /// The last commit of a side that touched a file, or anything in a folder.
    pub fn last_touch(&self, side: Side, path: &str) -> Result<Change> {
        let touches = self.touches(side)?;
        let inside = |at: &str| at == path || at.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let found = touches.iter().filter(|(at, _)| inside(at)).filter_map(|(_, touches)| touches.first());
        let found = found.map(|touch| self.change(touch.commit)).collect::<Result<Vec<Change>>>()?;
        let last = found.into_iter().max_by_key(|change| (change.at, change.commit));
        last.map_or_else(|| self.change(self.tips[side as usize]), Ok)
    }

    fn change(&self, commit: Oid) -> Result<Change> {
        let info = self.desk.commit_info(commit)?;
        Ok(Change { at: info.date, by: info.author, commit })
    }

    fn touches(&self, side: Side) -> Result<&Touches> {
        let cell = &self.touches[side as usize];
        if let Some(known) = cell.get() {
            return Ok(known);
        }
        let found = self.find_touches(self.tips[side as usize])?;
        Ok(cell.get_or_init(|| found))
    }

    fn find_touches(&self, tip: Oid) -> Result<Touches> {
        let commits = match self.base {
            Some(base) => self.desk.commits_missing(base, tip)?,
            None => self.desk.commits_until(tip)?,
        };
        let odb = self.desk.repo.odb()?;
        let mut touches = Touches::new();
        for commit in commits.into_iter().rev() {
            let found = self.desk.repo.find_commit(commit)?;
            let parent = found.parent_ids().next().and_then(|parent| self.desk.tree_of(parent));
            let is_merge = found.parent_count() > 1;
            delta(&odb, parent, Some(found.tree_id()), &mut |step| {
                let touch = Touch { commit, old: step.old, new: step.new, is_merge };
                touches.entry(step.path).or_default().push(touch);
            })?;
        }
        Ok(touches)
    }
}
