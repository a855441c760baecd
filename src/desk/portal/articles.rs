//! The articles the public may read, read once for each version of their files.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::dates::Dates;
use super::parallel;
use super::words::Words;
use crate::desk::Here;
use crate::desk::kb::Library;
use crate::domain::article::{Article, Audience};
use crate::domain::links::LinkKind;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::links::scan;
use crate::format::{article, html, internal, layout};
use crate::portal::{Source, entries};
use crate::store::{Oid, Snapshot};

/// Articles whose texts are in memory together.
pub(super) const BATCH: usize = 256;
/// What is kept of each article from one build to the next; raised whenever it is made differently.
pub(super) const VERSION: u32 = 1;
const FACTS: &str = "portal-facts";

/// Endings of files that may be published beside articles.
const SHOWN: [&str; 16] = [
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf", "txt", "csv", "zip", "mp4", "webm", "docx", "xlsx",
    "odt",
];

/// What a version of an article says to the public.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    blob: String,
    /// Without its text.
    article: Article,
    summary: String,
    links: Vec<(LinkKind, String)>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    dates: Dates,
    articles: BTreeMap<String, Facts>,
}

/// All that is public in the knowledge base at a snapshot.
#[derive(Default)]
pub(super) struct Public {
    pub sources: Vec<Source>,
    /// Pictures and documents by their path, whether or not an article shows them.
    pub files: BTreeMap<String, Oid>,
    /// Former and present paths.
    pub moved: Vec<(String, String)>,
    /// What could not be read, and where.
    pub broken: Vec<String>,
    /// The words of what was read now.
    pub words: Words,
}

impl Here {
    /// Reads what is public in the knowledge base.
    pub(super) fn public(&self, snapshot: &Snapshot<'_>, settings: &Settings) -> Result<Public> {
        let kept = self.desk.kept(FACTS).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        let kept = match kept.filter(|kept| kept.version == VERSION) {
            Some(kept) => kept,
            None => {
                // Words that another version has made are not ours.
                self.forget_words()?;
                Kept::default()
            }
        };
        let mut now = Kept { version: VERSION, ..Kept::default() };
        now.dates = self.article_dates(snapshot, kept.dates.clone())?;
        let mut public = Public::default();
        let mut before = kept.articles;
        let mut unknown = Vec::new();
        snapshot.each_file(layout::ARTICLES, &mut |path, oid| {
            if !path.ends_with(".md") {
                if is_shown(path) {
                    public.files.insert(path.to_owned(), oid);
                }
                return Ok(());
            }
            match before.remove(path).filter(|facts| facts.blob == oid.to_string()) {
                Some(facts) => drop(now.articles.insert(path.to_owned(), facts)),
                None => unknown.push((path.to_owned(), oid)),
            }
            Ok(())
        })?;
        let is_new = !unknown.is_empty();
        each_version(snapshot, &unknown, &mut |path, oid, found| match found {
            Ok((facts, words)) => {
                if facts.article.audience == Audience::Public {
                    public.words.add(oid, &words);
                }
                now.articles.insert(path.to_owned(), facts);
            }
            Err(said) => public.broken.push(said),
        })?;
        if is_new || !before.is_empty() || kept.dates != now.dates {
            self.desk.keep_whole(FACTS, &serde_json::to_vec(&now)?)?;
        }
        public.add(now, settings);
        Ok(public)
    }
}

impl Public {
    fn add(&mut self, kept: Kept, settings: &Settings) {
        let Kept { dates, articles, .. } = kept;
        let mut rest = FxHashMap::default();
        let all = articles.into_iter().map(|(path, Facts { blob, article, summary, links })| {
            rest.insert(path, (blob, summary, links));
            article
        });
        let library = Library::of(all.collect(), settings);
        self.moved = dates.moves(&|path| library.articles.contains_key(path));
        for article in library.articles.values().filter(|article| library.is_public(article)) {
            let Some((blob, summary, links)) = rest.remove(&article.path) else { continue };
            self.sources.push(Source {
                original: library.original_of(article).map(|original| original.path.clone()),
                changed: dates.changed.get(&article.path).copied(),
                path: article.path.clone(),
                blob,
                slug: article.slug.clone(),
                category: article.category.clone(),
                title: article.title.clone(),
                language: article.language.clone(),
                aliases: article.aliases.iter().filter(|alias| !alias.starts_with('/')).cloned().collect(),
                permalinks: article.permalinks.clone(),
                reviewed: article.reviewed,
                summary,
                links,
            });
        }
    }
}

/// What a version of an article says to the public, and its words; else what is wrong with it.
type Found = Result<(Facts, Vec<u8>), String>;

/// Reads versions of articles by path and object, and looks at them on all cores.
pub(super) fn each_version(
    snapshot: &Snapshot<'_>,
    versions: &[(String, Oid)],
    each: &mut dyn FnMut(&str, Oid, Found),
) -> Result<()> {
    for batch in versions.chunks(BATCH) {
        let mut read = Vec::with_capacity(batch.len());
        for (path, oid) in batch {
            read.push((path, *oid, snapshot.read(*oid)?));
        }
        let all = parallel::each(&read, |(path, oid, bytes)| facts(path, *oid, bytes));
        batch.iter().zip(all).for_each(|((path, oid), found)| each(path, *oid, found));
    }
    Ok(())
}

pub(super) fn facts(path: &str, oid: Oid, bytes: &[u8]) -> Found {
    let mut article = article::parse_article(path, bytes)
        .map_err(|fault| format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message))?;
    let body = public_text(&std::mem::take(&mut article.body));
    let links = scan(&body, 0).links.into_iter().map(|link| (link.kind, link.target)).collect();
    let text = html::text(&body);
    let words = entries(&article.title, &article.aliases, &text.headings, &text.body);
    let summary = crate::portal::shortened(&text.summary);
    Ok((Facts { blob: oid.to_string(), article, summary, links }, words))
}

/// A text without its internal parts.
pub fn public_text(body: &str) -> String {
    internal::without(body)
}

/// Whether a file is of a kind that browsers show or save.
fn is_shown(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| SHOWN.contains(&ending.as_str()))
}
