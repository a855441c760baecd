//! `kb suggest`, `pattern suggest`: what may help with a ticket.

use super::mutate::Draft;
use super::{Here, patterns};
use crate::domain::comment::{Role, Visibility};
use crate::domain::id::TicketId;
use crate::domain::query::Expr;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::search::{Hit, HitKind, Level, Topic};
use crate::store::Snapshot;
use crate::view::HitView;

/// So many similar tickets are told.
const TICKETS: usize = 3;

impl Here {
    /// The articles that may answer a ticket, best first, and after them solved tickets like it.
    pub fn suggest_articles(&self, typed: &str, limit: usize) -> Result<Vec<HitView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let draft = super::mutate::open(&snapshot, &id)?;
        let topic = topic(&draft);
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let mut hits = reader.suggest(&topic, &[HitKind::Article], &[], limit)?;
        let solved = self.query(&snapshot, &settings, "is:closed", None)?;
        let similar = reader.suggest(&topic, &[HitKind::Ticket], &[solved], TICKETS + 1)?;
        hits.extend(similar.into_iter().filter(|hit| hit.ticket.as_ref() != Some(&id)).take(TICKETS));
        Ok(hits.into_iter().map(view).collect())
    }

    /// The patterns that may answer a ticket: those whose `when` it fits, then those whose words are like its own; each
    /// group best first.
    pub fn suggest_patterns(&self, typed: &str, limit: usize) -> Result<Vec<HitView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let draft = super::mutate::open(&snapshot, &id)?;
        let topic = topic(&draft);
        let languages: Vec<&str> = topic.language.into_iter().chain([settings.language.as_str()]).collect();
        let patterns = patterns::all(&snapshot, &languages, &mut |broken| self.progress.note(broken))?;
        let mut wanted: Vec<(&patterns::Found, Option<Expr>)> = Vec::new();
        for found in &patterns {
            wanted.push((found, self.condition(&snapshot, &settings, found, &id)));
        }
        let timeline = wanted.iter().any(|(_, when)| when.as_ref().is_some_and(Expr::needs_timeline));
        let level = if timeline { Level::Timeline } else { Level::Present };
        let reader = self.reader(&snapshot, &settings, level)?;
        let ranked = reader.suggest(&topic, &[HitKind::Pattern], &[], usize::MAX)?;
        let mut rows = Vec::new();
        for (found, when) in wanted {
            let place = ranked.iter().position(|hit| hit.path == found.path);
            let fits = match &when {
                Some(when) => reader.count(when)? > 0,
                None => false,
            };
            if fits || place.is_some() {
                rows.push((!fits, place.unwrap_or(usize::MAX), found));
            }
        }
        rows.sort_by(|a, b| (a.0, a.1, &a.2.path).cmp(&(b.0, b.1, &b.2.path)));
        rows.truncate(limit);
        Ok(rows.into_iter().map(|(_, place, found)| pattern_view(found, ranked.get(place))).collect())
    }

    /// The pattern's `when` for one ticket. One that cannot be read is told, and fits nothing.
    fn condition(
        &self,
        snapshot: &Snapshot<'_>,
        settings: &Settings,
        found: &patterns::Found,
        id: &TicketId,
    ) -> Option<Expr> {
        let when = found.pattern.when.as_deref()?;
        match self.query(snapshot, settings, &format!("({when}) id:{id}"), None) {
            Ok(expr) => Some(expr),
            Err(trouble) => {
                self.progress.note(&format!("{}: when: {trouble:#}", found.path));
                None
            }
        }
    }
}

/// What a ticket is about. What the requester said tells more of the question than what was answered.
fn topic(draft: &Draft) -> Topic<'_> {
    let ticket = &draft.old;
    let said = draft.folder.thread.iter().filter(|comment| {
        comment.visibility == Visibility::Public
            && Role::of(&comment.author, ticket.requester.as_deref()) == Role::Requester
    });
    let texts = std::iter::once(draft.body.as_str()).chain(said.map(|comment| comment.body.as_str())).collect();
    Topic { title: &ticket.title, texts, language: ticket.language.as_deref() }
}

fn pattern_view(found: &patterns::Found, hit: Option<&Hit>) -> HitView {
    HitView {
        kind: HitKind::Pattern.name(),
        id: found.pattern.slug.clone(),
        ticket: None,
        title: found.pattern.title.clone(),
        score: hit.map(|hit| hit.score),
        snippet: hit.map(|hit| hit.snippet.text.clone()).unwrap_or_default(),
        path: found.path.clone(),
        matches: hit.map(|hit| hit.snippet.matches.clone()).unwrap_or_default(),
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
