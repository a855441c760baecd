//! The index on disk: opened if it fits, moved aside if it does not.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::{Index, ReloadPolicy, Searcher};

use super::opening::{Level, Opening};
use super::{analyzer, schema::Fields};
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::store::{Desk, Oid};

/// Raised whenever documents are made differently.
const VERSION: u32 = 8;

/// What the last commit of the index says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The commit it stands for; empty before the first.
    pub commit: String,
    pub fingerprint: String,
    /// Whether every ticket has its events.
    pub timeline: bool,
    /// The order of the next commit's events.
    pub order: u64,
    /// What the clocks were worked out by, where the timeline is known.
    #[serde(default)]
    pub policy: String,
}

impl Payload {
    pub fn commit_id(&self) -> Option<Oid> {
        Oid::from_str(&self.commit).ok()
    }
}

/// An open index.
pub struct Stored {
    pub index: Index,
    pub searcher: Searcher,
    pub payload: Payload,
}

impl Stored {
    /// Whether it was made as documents are made now, and knows the past if that is wanted.
    pub fn serves(&self, opening: &Opening<'_, '_>) -> bool {
        let clocks = || opening.derive.fingerprint().is_ok_and(|policy| policy == self.payload.policy);
        match self.payload.timeline {
            true => self.fits(opening) && clocks(),
            false => self.fits(opening) && opening.level == Level::Present,
        }
    }

    /// Whether its documents were made as they are made now, whatever the policies say.
    pub fn fits(&self, opening: &Opening<'_, '_>) -> bool {
        self.payload.fingerprint == fingerprint(opening.desk, opening.settings)
    }
}

pub fn folder(desk: &Desk) -> PathBuf {
    desk.state().join("index")
}

/// What an index has to agree with: how documents are made, the settings that go into them, and how much history there is.
pub fn fingerprint(desk: &Desk, settings: &Settings) -> String {
    let statuses: Vec<String> =
        settings.statuses.iter().map(|(name, state)| format!("{name}={}", state.name())).collect();
    let edge = desk.shallow_edge();
    format!(
        "loket {VERSION}; tantivy {}; {}; {}; {edge}",
        tantivy::version_string(),
        settings.language,
        statuses.join(",")
    )
}

/// Opens the index in a folder; `None` where there is none or it cannot be used.
pub fn open(folder: &Path, fields: &Fields) -> Option<Stored> {
    let directory = MmapDirectory::open(folder).ok()?;
    let mut index = Index::open(directory).ok()?;
    if index.schema() != fields.schema {
        return None;
    }
    index.set_tokenizers(analyzer::manager());
    let payload = serde_json::from_str(&index.load_metas().ok()?.payload?).ok()?;
    let searcher = searcher(&index).ok()?;
    Some(Stored { index, searcher, payload })
}

pub fn searcher(index: &Index) -> tantivy::Result<Searcher> {
    Ok(index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher())
}

/// A new, empty index in a folder.
pub fn create(folder: &Path, fields: &Fields) -> Result<Index> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut index = Index::create_in_dir(folder, fields.schema.clone()).context("the index cannot be made")?;
    index.set_tokenizers(analyzer::manager());
    Ok(index)
}

/// What `index status` tells.
#[derive(Debug, Clone, Serialize)]
pub struct IndexStatus {
    pub path: String,
    pub exists: bool,
    /// The commit it stands for.
    pub commit: Option<String>,
    pub timeline: bool,
    pub documents: u64,
    pub segments: usize,
    pub bytes: u64,
    /// Whether it fits this loket and these settings.
    pub usable: bool,
}

/// Looks at the index without changing it.
pub fn status(desk: &Desk, settings: &Settings) -> IndexStatus {
    let folder = folder(desk);
    let found = open(&folder, &Fields::new());
    let sizes = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.metadata().ok()?.len()));
    IndexStatus {
        path: folder.display().to_string(),
        exists: folder.exists(),
        bytes: sizes.sum(),
        commit: found.as_ref().map(|found| found.payload.commit.clone()).filter(|commit| !commit.is_empty()),
        timeline: found.as_ref().is_some_and(|found| found.payload.timeline),
        documents: found.as_ref().map_or(0, |found| found.searcher.num_docs()),
        segments: found.as_ref().map_or(0, |found| found.searcher.segment_readers().len()),
        usable: found.is_some_and(|found| found.payload.fingerprint == fingerprint(desk, settings)),
    }
}
