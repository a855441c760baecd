//! `search`: ranked, over tickets, comments, articles and patterns.

use super::Here;
use super::list::broken;
use crate::failure::Result;
use crate::search::Level;
use crate::view::{BrokenView, HitView};

pub use crate::search::HitKind;

/// What a search found.
pub struct Results {
    pub hits: Vec<HitView>,
    /// No document held all the words; these hold some.
    pub some_words_only: bool,
    pub broken: Vec<BrokenView>,
}

impl Here {
    /// Searches; words are joined by AND unless `any`, conditions filter.
    pub fn search(&self, text: &str, kinds: &[HitKind], any: bool, limit: Option<usize>) -> Result<Results> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let expr = self.query(&snapshot, &settings, text, None)?;
        let level = if expr.needs_timeline() { Level::Timeline } else { Level::Present };
        let reader = self.reader(&snapshot, &settings, level)?;
        let kinds = if kinds.is_empty() { &HitKind::ALL } else { kinds };
        let found = reader.search(&expr, kinds, any, limit)?;
        let hits = found.hits.into_iter().map(super::suggest::view);
        Ok(Results { hits: hits.collect(), some_words_only: found.some_words_only, broken: broken(&reader)? })
    }
}
