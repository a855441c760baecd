//! From what a person types to tickets.

use super::Here;
use crate::domain::id::{TicketId, forgiving};
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::search::Level;
use crate::store::Snapshot;

/// How many candidates an ambiguous id is told with.
const CANDIDATES: usize = 10;

/// The tickets a command is for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// As typed.
    pub ids: Vec<String>,
    /// `--query`
    pub query: Option<String>,
    /// Tickets were asked for and there are none: `-` with nothing on standard input.
    pub is_empty: bool,
}

impl Here {
    /// The one ticket a word stands for: an id, a tail, or a beginning of either that fits no other.
    pub fn resolve(&self, snapshot: &Snapshot<'_>, settings: &Settings, typed: &str) -> Result<TicketId> {
        let shown = typed.escape_debug();
        let Some(word) = forgiving(typed) else {
            let failure = Failure::usage(format!("'{shown}' is no ticket id"));
            return Err(failure.hint("an id looks like 261122-7k2qm; its tail or a unique beginning will do").into());
        };
        if let Ok(id) = word.parse::<TicketId>()
            && snapshot.find_file(&layout::ticket(&id))?.is_some()
        {
            return Ok(id);
        }
        let found = self.ids_like(snapshot, settings, &word)?;
        let exact: Vec<&TicketId> = found.iter().filter(|id| id.tail() == word).collect();
        match (exact.as_slice(), found.as_slice()) {
            ([one], _) => Ok((*one).clone()),
            (_, [one]) => Ok(one.clone()),
            (_, []) => Err(Failure::not_found(format!("there is no ticket '{shown}'"))
                .hint("`loket list --view all` shows them all")
                .into()),
            (_, many) => {
                let mut names: Vec<&str> = many.iter().take(CANDIDATES).map(TicketId::as_str).collect();
                if many.len() > CANDIDATES {
                    names.push("…");
                }
                let failure =
                    Failure::error(format!("'{shown}' may be any of {} tickets: {}", many.len(), names.join(", ")));
                Err(failure.hint("type more of it").into())
            }
        }
    }

    /// The tickets of a snapshot whose id or tail begins with a word. In the past those of today are tried first: an index
    /// of the past is made only for what is gone since.
    fn ids_like(&self, snapshot: &Snapshot<'_>, settings: &Settings, word: &str) -> Result<Vec<TicketId>> {
        if self.is_past() {
            let head = self.desk.head()?;
            let found = self.reader(&head, &self.settings(&head)?, Level::Present)?.ids_like(word)?;
            let mut kept = Vec::new();
            for id in found {
                if snapshot.find_file(&layout::ticket(&id))?.is_some() {
                    kept.push(id);
                }
            }
            if !kept.is_empty() {
                return Ok(kept);
            }
        }
        self.reader(snapshot, settings, Level::Present)?.ids_like(word)
    }

    /// The tickets of a selection, each once, in the order given.
    pub fn select(&self, snapshot: &Snapshot<'_>, settings: &Settings, selection: &Selection) -> Result<Vec<TicketId>> {
        let mut found: Vec<TicketId> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for typed in &selection.ids {
            let id = self.resolve(snapshot, settings, typed)?;
            if seen.insert(id.clone()) {
                found.push(id);
            }
        }
        if let Some(text) = &selection.query {
            if text.trim().is_empty() {
                let failure = Failure::usage("--query is empty; it would take every ticket");
                return Err(failure.hint("if you mean that: --query 'created:..now'").into());
            }
            let expr = self.query(snapshot, settings, text, None)?;
            let level = if expr.needs_timeline() { Level::Timeline } else { Level::Present };
            let ids = self.reader(snapshot, settings, level)?.ids(&expr, &[], None)?;
            found.extend(ids.into_iter().filter(|id| seen.insert(id.clone())));
        } else if selection.ids.is_empty() && !selection.is_empty {
            return Err(Failure::usage("no ticket is named")
                .hint("give ids, `-` to read them from standard input, or --query")
                .into());
        }
        Ok(found)
    }
}
