//! `kb suggest`: what may help with a ticket.

use super::Here;
use crate::domain::comment::{Role, Visibility};
use crate::failure::Result;
use crate::search::{Hit, HitKind, Level, Topic};
use crate::view::HitView;

/// So many similar tickets are told.
const TICKETS: usize = 3;

impl Here {
    /// The articles that may answer a ticket, best first, and after them solved tickets like it.
    pub fn suggest_articles(&self, typed: &str, limit: usize) -> Result<Vec<HitView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let folder = super::mutate::open(&snapshot, &id)?;
        let ticket = &folder.old;
        let mut texts = vec![folder.body.as_str()];
        // What the requester said tells more of the question than what was answered.
        let said = folder.folder.thread.iter().filter(|comment| {
            comment.visibility == Visibility::Public
                && Role::of(&comment.author, ticket.requester.as_deref()) == Role::Requester
        });
        texts.extend(said.map(|comment| comment.body.as_str()));
        let topic = Topic { title: &ticket.title, texts, language: ticket.language.as_deref() };
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let mut hits = reader.suggest(&topic, &[HitKind::Article], &[], limit)?;
        let solved = self.query(&snapshot, &settings, "is:closed", None)?;
        let similar = reader.suggest(&topic, &[HitKind::Ticket], &[solved], TICKETS + 1)?;
        hits.extend(similar.into_iter().filter(|hit| hit.ticket.as_ref() != Some(&id)).take(TICKETS));
        Ok(hits.into_iter().map(view).collect())
    }
}

/// A hit, as it is answered.
pub(super) fn view(hit: Hit) -> HitView {
    HitView {
        kind: hit.kind.name(),
        id: hit.id,
        ticket: hit.ticket.map(String::from),
        title: hit.title,
        score: Some(hit.score),
        snippet: hit.snippet.text,
        path: hit.path,
        matches: hit.snippet.matches,
    }
}
