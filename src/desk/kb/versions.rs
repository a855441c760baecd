//! `kb log`, `kb diff`, `kb restore`; and whether a translation still follows its original.

use crate::desk::Here;
use crate::desk::history::author_view;
use crate::domain::article::Article;
use crate::failure::{Failure, Result};
use crate::format::{article, layout};
use crate::store::{FolderHistory, Oid, Snapshot, Version};
use crate::view::article::{DiffView, TranslationState, TranslationView, VersionView};
use crate::view::mutation::FileChangeView;

/// A commit and the path an article had there.
struct Place {
    commit: Oid,
    path: String,
}

impl Here {
    /// The versions of an article, oldest first; and whether the clone lacks part of the history.
    pub fn article_log(&self, typed: &str, language: Option<&str>) -> Result<(Vec<VersionView>, bool)> {
        let snapshot = self.snapshot()?;
        let path = self.article_path(&snapshot, typed, language)?;
        let history = self.desk.folder_history(&snapshot, layout::ARTICLES)?;
        let people = self.people(&snapshot)?;
        let mut views = Vec::new();
        for version in history.versions(&snapshot, &path)? {
            let commit = &history.steps[version.step].commit;
            views.push(VersionView {
                date: commit.date,
                author: author_view(&commit.author, &people),
                commit: commit.id.to_string(),
                command: commit.trailer("Loket-Command").map(str::to_owned),
                subject: commit.subject.clone(),
                path: version.path,
                from: version.from,
            });
        }
        views.reverse();
        Ok((views, self.desk.is_shallow()))
    }

    /// What differs between two versions: two revisions, one and now, or the last version and the one before it.
    pub fn article_diff(
        &self,
        typed: &str,
        language: Option<&str>,
        revisions: &[String],
        words: bool,
    ) -> Result<DiffView> {
        let snapshot = self.snapshot()?;
        let path = self.article_path(&snapshot, typed, language)?;
        let history = self.desk.folder_history(&snapshot, layout::ARTICLES)?;
        let versions = history.versions(&snapshot, &path)?;
        let (from, to) = match revisions {
            [] => (self.before_last(&history, &versions), self.now_at(&snapshot, &path)),
            [one] => (Some(self.place(&history, &versions, one)?), self.now_at(&snapshot, &path)),
            [one, two, ..] => {
                (Some(self.place(&history, &versions, one)?), Some(self.place(&history, &versions, two)?))
            }
        };
        let (Some(from), Some(to)) = (from, to) else {
            return Err(Failure::error(format!("{path} has one version only; there is nothing to compare")).into());
        };
        let name = |place: &Place| format!("{}:{}", place.commit, place.path);
        let diff = self.desk.difference(&name(&from), &name(&to), words)?;
        Ok(DiffView { path, from: from.commit.to_string(), to: to.commit.to_string(), diff })
    }

    /// Brings an old version back, as a new commit.
    pub fn restore_article(&self, typed: &str, language: Option<&str>, revision: &str) -> Result<FileChangeView> {
        let snapshot = self.present()?;
        let path = self.article_path(&snapshot, typed, language)?;
        let history = self.desk.folder_history(&snapshot, layout::ARTICLES)?;
        let versions = history.versions(&snapshot, &path)?;
        let place = self.place(&history, &versions, revision)?;
        let content = self.desk.at_commit(place.commit)?.file(&place.path)?.unwrap_or_default();
        let short = &place.commit.to_string()[..10];
        let subject = format!("kb: restore {} as of {short}", slug(&path));
        self.commit_file("kb restore", &subject, &path, |_| Ok(Some(content.clone())))
    }

    /// The path of an article. One whose file is broken is found by its path or name as well.
    pub(super) fn article_path(&self, snapshot: &Snapshot<'_>, typed: &str, language: Option<&str>) -> Result<String> {
        let settings = self.settings(snapshot)?;
        let library = self.library(snapshot, &settings)?;
        match library.resolve(typed, language, false) {
            Ok(article) => Ok(article.path.clone()),
            Err(trouble) => library.broken_named(typed).map(|broken| broken.path.clone()).ok_or(trouble),
        }
    }

    fn now_at(&self, snapshot: &Snapshot<'_>, path: &str) -> Option<Place> {
        Some(Place { commit: snapshot.commit?, path: path.to_owned() })
    }

    fn before_last(&self, history: &FolderHistory, versions: &[Version]) -> Option<Place> {
        let version = versions.get(1)?;
        Some(Place { commit: history.steps[version.step].commit.id, path: version.path.clone() })
    }

    /// Where the article lay at a revision.
    fn place(&self, history: &FolderHistory, versions: &[Version], revision: &str) -> Result<Place> {
        let commit = self.desk.find_commit(revision)?.ok_or_else(|| {
            Failure::not_found(format!("there is no revision '{}'", revision.escape_debug()))
                .hint("`loket kb log SLUG` lists the versions of an article")
        })?;
        let then = self.desk.at_commit(commit)?;
        let paths = versions.iter().flat_map(|version| [Some(&version.path), version.from.as_ref()]).flatten();
        for path in paths {
            if then.find_file(path)?.is_some() {
                return Ok(Place { commit, path: path.clone() });
            }
        }
        let oldest = versions.last().map(|version| history.steps[version.step].commit.id.to_string());
        let hint = oldest.map(|oldest| format!("its first version is {}", &oldest[..10]));
        Err(Failure::not_found(format!("the article is not in {}", revision.escape_debug())).maybe_hint(hint).into())
    }
}

fn slug(path: &str) -> &str {
    layout::article_parts(path).1
}

/// Whether translations follow their originals. The history is walked once, and only where there is a translation.
pub(in crate::desk) struct Translations<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    history: Option<FolderHistory>,
}

impl<'a> Translations<'a> {
    pub fn new(here: &'a Here, snapshot: &'a Snapshot<'a>) -> Self {
        Translations { here, snapshot, history: None }
    }

    pub fn state(&mut self, original: &Article, translation: &Article, language: &str) -> Result<TranslationView> {
        let history = match &mut self.history {
            Some(history) => history,
            none => none.insert(self.here.desk.folder_history(self.snapshot, layout::ARTICLES)?),
        };
        let since = outdated_since(self.snapshot, history, original, translation)?;
        let state = if since.is_some() { TranslationState::Outdated } else { TranslationState::Current };
        Ok(TranslationView { language: language.to_owned(), path: Some(translation.path.clone()), state, since })
    }
}

/// A translation is outdated once title or text of its original differ from what they were when the translation last
/// changed; a new review date or tag does not count.
fn outdated_since(
    snapshot: &Snapshot<'_>,
    history: &FolderHistory,
    original: &Article,
    translation: &Article,
) -> Result<Option<jiff::Timestamp>> {
    let Some(followed) = history.last_change(&translation.path) else { return Ok(None) };
    if history.last_change(&original.path).is_none_or(|last| last <= followed) {
        return Ok(None);
    }
    let versions = history.versions(snapshot, &original.path)?;
    let Some(known) = versions.iter().position(|version| version.step <= followed) else { return Ok(None) };
    let before = words(snapshot, &versions[known])?;
    if words(snapshot, &versions[0])? == before {
        return Ok(None);
    }
    for version in versions[..known].iter().rev() {
        if words(snapshot, version)? != before {
            return Ok(Some(history.steps[version.step].commit.date));
        }
    }
    Ok(None)
}

/// Title and text of a version; `None` where it cannot be read.
fn words(snapshot: &Snapshot<'_>, version: &Version) -> Result<Option<(String, String)>> {
    let Some(content) = version.content else { return Ok(None) };
    let article = article::parse_article(&version.path, &snapshot.read(content)?);
    Ok(article.ok().map(|article| (article.title, article.body)))
}
