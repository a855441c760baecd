//! `backup` and `backup verify`.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::check::CheckOptions;
use super::{Here, Surroundings};
use crate::domain::query::Expr;
use crate::failure::{Failure, Result};
use crate::search::Level;
use crate::store::{Desk, Found, Oid};
use crate::view::keeping::{BackupView, VerifiedView};

impl Here {
    /// Writes a backup; with `since`, a backup made before or a revision, of what came after. `None` where nothing did.
    pub fn backup(&self, file: &Path, since: Option<&str>, overwrite: bool) -> Result<Option<BackupView>> {
        if file.exists() && !overwrite {
            let failure = Failure::refused(format!("{} is there already; nothing was written", file.display()));
            return Err(failure.hint("give another name, or --force").into());
        }
        let head = self.present()?.commit.context("a desk has a commit")?;
        let known = match since {
            Some(since) if Path::new(since).is_file() => self.desk.bundle_heads(Path::new(since))?,
            Some(since) => vec![self.past(since)?.0],
            None => Vec::new(),
        };
        let known: Vec<Oid> = known.into_iter().filter(|commit| self.desk.tree_of(*commit).is_some()).collect();
        if known.is_empty() && since.is_some() {
            let failure = Failure::refused("this desk has nothing of what that backup holds; nothing was written");
            return Err(failure.hint("make a whole backup").into());
        }
        if !self.desk.bundle(file, &known)? {
            return Ok(None);
        }
        let since: Vec<Option<Oid>> = if known.is_empty() { vec![None] } else { known.into_iter().map(Some).collect() };
        let counts = since.into_iter().map(|since| self.desk.count_missing(since, head));
        let commits = counts.collect::<Result<Vec<usize>>>()?.into_iter().min().unwrap_or_default();
        let bytes = file.metadata().with_context(|| format!("{} cannot be read", file.display()))?.len();
        Ok(Some(BackupView { file: file.display().to_string(), commit: head.to_string(), commits, bytes }))
    }
}

/// Restores backups, the oldest first, to a scratch place, and looks whether a desk comes out: every object is checked,
/// the index is built, `check` runs, and where there is a desk at hand the trees are compared.
pub fn verify(
    files: &[PathBuf],
    around: impl Fn(PathBuf) -> Result<Surroundings>,
    folder: &Path,
) -> Result<VerifiedView> {
    let scratch = tempfile::tempdir().context("there is no room to restore to")?;
    let place = scratch.path().join("desk.git");
    Desk::restore(files, &place)?;
    let restored = Here::open(around(place)?)?;
    let snapshot = restored.desk.head()?;
    let settings = restored.settings(&snapshot)?;
    let commit = snapshot.commit.context("a desk has a commit")?;
    let reader = restored.reader(&snapshot, &settings, Level::Timeline)?;
    let rows = reader.list(&Expr::all(), &[], None)?;
    let errors = restored.check(&CheckOptions::default())?.iter().filter(|finding| finding.level == "error").count();
    let (same, behind) = match Desk::find(folder)? {
        Found::Desk(desk) => compare(&desk, &restored.desk, commit)?,
        _ => (None, None),
    };
    Ok(VerifiedView {
        files: files.iter().map(|file| file.display().to_string()).collect(),
        commit: commit.to_string(),
        date: restored.desk.commit_info(commit)?.date,
        same,
        behind,
        tickets: rows.len(),
        comments: rows.iter().map(|row| row.comments).sum(),
        errors,
    })
}

/// Whether both have the same at a commit, and how far the one at hand is ahead.
fn compare(own: &Desk, restored: &Desk, commit: Oid) -> Result<(Option<bool>, Option<usize>)> {
    let Some(tree) = own.tree_of(commit) else { return Ok((Some(false), None)) };
    let behind = match own.head_commit()? {
        Some(head) => Some(own.count_missing(Some(commit), head)?),
        None => None,
    };
    Ok((Some(restored.tree_of(commit) == Some(tree)), behind))
}
