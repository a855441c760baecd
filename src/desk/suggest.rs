//! `kb suggest`, `pattern suggest`: what may help with a ticket.

use std::collections::{HashMap, HashSet};

use super::mutate::Draft;
use super::{Here, patterns};
use crate::domain::article::Article;
use crate::domain::comment::{Comment, Role, Visibility};
use crate::domain::id::TicketId;
use crate::domain::links::{LinkKind, destination};
use crate::domain::query::Expr;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::links::{Link, scan};
use crate::format::{article, layout};
use crate::search::{Hit, HitKind, Level, Topic};
use crate::store::{Oid, Snapshot};
use crate::view::HitView;

/// So many similar tickets are told.
const TICKETS: usize = 3;

impl Here {
    /// The articles that may answer a ticket, best first; those that the answers to solved tickets like it link to; and
    /// these tickets.
    pub fn suggest_articles(&self, typed: &str, limit: usize) -> Result<Vec<HitView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let draft = super::mutate::open(&snapshot, &id)?;
        let topic = topic(&draft);
        let reader = self.reader(&snapshot, &settings, Level::Present)?;
        let hits = reader.suggest(&topic, &[HitKind::Article], &[], limit)?;
        let solved = self.query(&snapshot, &settings, "is:closed", None)?;
        let similar = reader.suggest(&topic, &[HitKind::Ticket], &[solved], TICKETS + 1)?;
        let similar: Vec<Hit> =
            similar.into_iter().filter(|hit| hit.ticket.as_ref() != Some(&id)).take(TICKETS).collect();
        let known: HashSet<&str> = hits.iter().map(|hit| hit.path.as_str()).collect();
        let linked = linked(&snapshot, &similar, &known)?;
        let mut views: Vec<HitView> = hits.into_iter().map(view).collect();
        views.extend(linked);
        views.extend(similar.into_iter().map(view));
        Ok(views)
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

/// The articles that public answers to these tickets link to, each once and with the ticket that led to it.
fn linked(snapshot: &Snapshot<'_>, tickets: &[Hit], known: &HashSet<&str>) -> Result<Vec<HitView>> {
    let mut articles: Option<HashMap<String, Oid>> = None;
    let mut seen = HashSet::new();
    let mut views = Vec::new();
    for id in tickets.iter().filter_map(|hit| hit.ticket.as_ref()) {
        let Some(folder) = snapshot.ticket(id)? else { continue };
        let ticket = folder.file.as_ref().ok().map(|file| &file.ticket);
        let requester = ticket.and_then(|ticket| ticket.requester.as_deref());
        let is_answer = |comment: &&Comment| {
            comment.visibility == Visibility::Public && Role::of(&comment.author, requester) == Role::Agent
        };
        for comment in folder.thread.iter().filter(is_answer) {
            let links = scan(&comment.body, 0).links;
            if links.is_empty() {
                continue;
            }
            if articles.is_none() {
                articles = Some(article_files(snapshot)?);
            }
            let own = layout::comment(id, &comment.id);
            for link in links {
                let Some((path, object)) = articles.as_ref().and_then(|all| meant(all, &own, &link)) else { continue };
                if known.contains(path) || !seen.insert(path.to_owned()) {
                    continue;
                }
                let Ok(article) = article::parse_article(path, &snapshot.read(object)?) else { continue };
                views.push(linked_view(article, id));
            }
        }
    }
    Ok(views)
}

/// Path and object of every article, unread.
fn article_files(snapshot: &Snapshot<'_>) -> Result<HashMap<String, Oid>> {
    let mut files = HashMap::new();
    snapshot.each_file(layout::ARTICLES, &mut |path, oid| {
        if path.ends_with(".md") {
            files.insert(path.to_owned(), oid);
        }
        Ok(())
    })?;
    Ok(files)
}

/// The article a link in a comment means: by `[[slug]]`, or by a path from the comment or from the desk's root.
fn meant<'a>(articles: &'a HashMap<String, Oid>, from: &str, link: &Link) -> Option<(&'a str, Oid)> {
    let find = |path: &str| articles.get_key_value(path).map(|(path, oid)| (path.as_str(), *oid));
    let target = link.target.split(['#', '?']).next().unwrap_or_default().trim();
    match link.kind {
        LinkKind::Ticket => None,
        LinkKind::Page => {
            let relative = destination(from, target).map(|(path, _)| path);
            relative.as_deref().and_then(find).or_else(|| find(target.trim_start_matches('/')))
        }
        LinkKind::Slug => {
            // Of several that are called so, none is meant.
            let mut named = articles.keys().filter(|path| layout::is_article_named(path, target));
            let first = named.next().filter(|_| named.next().is_none())?;
            find(first)
        }
    }
}

fn linked_view(article: Article, id: &TicketId) -> HitView {
    HitView {
        kind: HitKind::Article.name(),
        id: article.slug,
        ticket: Some(id.to_string()),
        title: article.title,
        score: None,
        snippet: format!("linked in the answer to {id}"),
        path: article.path,
        matches: Vec::new(),
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
