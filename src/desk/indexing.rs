//! `index status` and `index rebuild`.

use super::Here;
use crate::failure::Result;
use crate::search::{Level, Opening, Reader, status};
use crate::view::IndexView;

impl Here {
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
        })
    }
}
