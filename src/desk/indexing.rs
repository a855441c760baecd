//! `index status` and `index rebuild`.

use super::Here;
use crate::failure::Result;
use crate::search::{Damaged, Level, Opening, Reader, discard, status};
use crate::view::IndexView;

/// Whether a command failed because the index is damaged; nothing of the desk is in doubt then.
pub fn is_damage(trouble: &anyhow::Error) -> bool {
    trouble.downcast_ref::<Damaged>().is_some()
}

impl Here {
    /// Removes the index, so that the next command builds it anew.
    pub fn discard_index(&self) -> Result<()> {
        discard(&self.desk)
    }

    /// What the index stands for; nothing is built.
    pub fn index_status(&self) -> Result<IndexView> {
        let settings = self.settings(&self.desk.head()?)?;
        let found = status(&self.desk, &settings);
        Ok(IndexView {
            path: found.path,
            exists: found.exists,
            commit: found.commit,
            timeline: found.timeline,
            documents: found.documents,
            segments: found.segments,
            bytes: found.bytes,
            usable: found.usable,
            advice: self.desk.advice(found.documents),
        })
    }

    /// Builds the index from nothing, the timeline included.
    pub fn rebuild_index(&self) -> Result<()> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        Reader::rebuild(&Opening {
            desk: &self.desk,
            snapshot: &snapshot,
            settings: &settings,
            level: Level::Timeline,
            progress: &*self.progress,
            derive: &self.policies(&snapshot, &settings),
        })
    }
}
