//! Articles: what they say of themselves, where their links lead, whether reviews and translations follow.

use std::collections::HashMap;

use super::Checking;
use super::keys::{self, Kind};
use super::people::unknown_agent;
use super::secrets::{self, Whose};
use crate::desk::kb::{Library, Placed, Translations, Web};
use crate::domain::article::{Article, Audience};
use crate::domain::finding::Finding;
use crate::domain::links::{LinkKind, Target, destination};
use crate::failure::Result;
use crate::format::frontmatter::{self, FrontMatter};
use crate::format::links::Places;
use crate::format::{internal, layout};
use crate::view::article::TranslationState;

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let Checking { here, snapshot, world, .. } = checking;
    let library = here.library(snapshot, &world.settings)?;
    let web = here.web(snapshot, &library, false)?;
    let mut found: Vec<Finding> = library
        .broken
        .iter()
        .map(|broken| Finding::new("file-unreadable", &broken.path, (broken.line, broken.column), &broken.message))
        .collect();
    let today = world.settings.timezone.to_datetime(here.now).date();
    for article in library.articles.values() {
        let bytes = snapshot.file(&article.path)?.unwrap_or_default();
        let Ok(front) = frontmatter::parse(&bytes) else { continue };
        found.extend(keys::check(Kind::Article, &article.path, &front));
        found.extend(secrets::check(&article.path, std::str::from_utf8(&bytes).unwrap_or_default(), Whose::Desk));
        found.extend(own(checking, &library, article, &front));
        found.extend(marks(article));
        if article.is_stale(today) {
            let reason = article
                .review_due()
                .map_or("it was never reviewed".to_owned(), |due| format!("its review was due by {due}"));
            let key = if article.reviewed.is_some() { "reviewed" } else { "review-every" };
            let finding = Finding::new("article-stale", &article.path, front.position(key), reason);
            found.push(finding.hint("read it, correct it, and set `reviewed` to today"));
        }
        for placed in web.of(&article.path) {
            found.extend(link(checking, &web, &article.path, placed));
            found.extend(not_public(&library, article, placed));
        }
    }
    found.extend(titles(checking, &library)?);
    found.extend(outdated(checking, &library)?);
    let others = web.pages.iter().filter(|(path, _)| !library.articles.contains_key(*path));
    for (path, links) in others {
        found.extend(links.iter().filter_map(|placed| link(checking, &web, path, placed)));
    }
    Ok(found)
}

/// A link that leads nowhere.
fn link(checking: &Checking<'_>, web: &Web, path: &str, placed: &Placed) -> Option<Finding> {
    let wrong = web.wrong(path, placed)?;
    let about = match placed.link.kind {
        LinkKind::Page => destination(path, &placed.link.target).map(|(path, _)| path),
        LinkKind::Slug => checking.scope.changed_article(&placed.link.target),
        LinkKind::Ticket => placed.link.target.parse().ok().map(|id| layout::ticket(&id)),
    };
    let finding = Finding::new(wrong.code, path, (placed.line, placed.column), wrong.message).maybe_hint(wrong.hint);
    Some(Finding { about, ..finding })
}

/// A link of a public article to one the public does not see.
fn not_public(library: &Library, article: &Article, placed: &Placed) -> Option<Finding> {
    let Target::Page { path } = &placed.target else { return None };
    let target = library.articles.get(path)?;
    if !library.is_public(article) || library.is_public(target) {
        return None;
    }
    if internal::parts(&article.body).iter().any(|part| part.contains(&placed.link.at)) {
        return None;
    }
    let said = format!("'{}' is {}: the public cannot follow this link", target.slug, target.audience.name());
    let finding = Finding::new("link-not-public", &article.path, (placed.line, placed.column), said);
    Some(Finding { about: Some(path.clone()), ..finding })
}

/// What an article says of itself.
fn own(checking: &Checking<'_>, library: &Library, article: &Article, front: &FrontMatter) -> Vec<Finding> {
    let mut found = Vec::new();
    let path = article.path.as_str();
    if front.get("title").is_none_or(|value| value.is_null()) {
        found.push(Finding::new("title-missing", path, (1, 1), "the article has no title").hint("add `title: …`"));
    }
    if let Some(owner) = article.owner.as_ref().filter(|owner| !checking.world.handles.contains(*owner)) {
        found.push(unknown_agent(checking, path, front.position("owner"), owner));
    }
    let said = article.translation_of.as_deref();
    let place = if said.is_some() { front.position("translation-of") } else { (1, 1) };
    match (library.original_of(article), article.name_parts(), said) {
        (Some(original), _, Some(said)) if said != original.slug && said != original.full_name() => {
            let message =
                format!("it says that it translates '{}', but lies beside '{}'", said.escape_debug(), original.slug);
            found.push(Finding::new("translation-orphan", path, place, message));
        }
        (None, Some((slug, language)), said) => {
            let is_own = said.is_some()
                || article.language.as_deref() == Some(language)
                || checking.world.settings.languages.iter().any(|known| known == language);
            if is_own {
                let wanted = layout::article(&article.category, slug);
                let message = format!("there is no {wanted} that this translates");
                let hint = format!("lay it beside what it translates, or call it otherwise than '{slug}.{language}'");
                let finding = Finding::new("translation-orphan", path, place, message).hint(hint);
                found.push(Finding { about: Some(wanted), ..finding });
            }
        }
        (None, None, Some(said)) => {
            let message = format!("it says that it translates '{}', but its name does not", said.escape_debug());
            let hint = format!("call it {}.LANGUAGE.md, beside {}.md", said, said);
            found.push(Finding::new("translation-orphan", path, place, message).hint(hint));
        }
        _ => {}
    }
    found
}

/// Marks of internal parts that have no other side.
fn marks(article: &Article) -> Vec<Finding> {
    if article.audience != Audience::Public {
        return Vec::new();
    }
    let places = Places::new(&article.body);
    let finding = |(at, opens): (usize, bool)| {
        let (line, column) = places.position(at);
        let said = match opens {
            true => "this internal part is not closed: the public sees nothing of what follows",
            false => "this closes an internal part that was not opened",
        };
        let place = (line + article.body_line - 1, column);
        Finding::new("internal-mark", &article.path, place, said).hint("<!-- internal --> … <!-- /internal -->")
    };
    internal::unbalanced(&article.body).into_iter().map(finding).collect()
}

/// Articles in one language with one title.
fn titles(checking: &Checking<'_>, library: &Library) -> Result<Vec<Finding>> {
    let mut by_title: HashMap<(&str, String), Vec<&Article>> = HashMap::new();
    for article in library.articles.values() {
        let own = library.original_of(article).and_then(|_| article.name_parts()).map(|(_, language)| language);
        let language = article.language.as_deref().or(own).unwrap_or(&checking.world.settings.language);
        by_title.entry((language, article.title.trim().to_lowercase())).or_default().push(article);
    }
    let mut found = Vec::new();
    for same in by_title.into_values().filter(|same| same.len() > 1) {
        for (index, article) in same.iter().enumerate() {
            let other = same[if index == 0 { 1 } else { 0 }];
            let bytes = checking.snapshot.file(&article.path)?.unwrap_or_default();
            let place = frontmatter::parse(&bytes).map_or((1, 1), |front| front.position("title"));
            let said = format!("'{}' is the title of {} too", article.title.escape_debug(), other.path);
            let finding = Finding::new("title-twice", &article.path, place, said);
            found.push(Finding { about: Some(other.path.clone()), ..finding });
        }
    }
    Ok(found)
}

/// Translations whose article went on without them.
fn outdated(checking: &Checking<'_>, library: &Library) -> Result<Vec<Finding>> {
    let mut translations = Translations::new(checking.here, checking.snapshot);
    let mut found = Vec::new();
    for original in library.originals() {
        for (language, translation) in library.translations(original) {
            let view = translations.state(original, translation, language)?;
            let (TranslationState::Outdated, Some(since)) = (view.state, view.since) else { continue };
            let said = format!("'{}' is another since {since} than the one translated here", original.slug);
            let hint = format!("loket kb diff {} shows what changed", name_of(original));
            let finding = Finding::new("translation-outdated", &translation.path, (1, 1), said).hint(hint);
            found.push(Finding { about: Some(original.path.clone()), ..finding });
        }
    }
    Ok(found)
}

fn name_of(article: &Article) -> String {
    shell_words::quote(&article.full_name()).into_owned()
}
