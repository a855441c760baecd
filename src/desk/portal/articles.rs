//! The articles the public may read, read once for each version of their files.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::dates::Dates;
use crate::desk::Here;
use crate::desk::kb::Library;
use crate::domain::article::Article;
use crate::domain::links::LinkKind;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::links::scan;
use crate::format::{article, html, internal, layout};
use crate::portal::{Source, entries};
use crate::store::{Oid, Snapshot};

/// What is kept of each article from one build to the next; raised whenever it is made differently.
const VERSION: u32 = 1;
const FACTS: &str = "portal-facts";
/// Their words: object, length and entries of each, one after the other.
const WORDS: &str = "portal-words";

/// Endings of files that may be published beside articles.
const SHOWN: [&str; 16] = [
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf", "txt", "csv", "zip", "mp4", "webm", "docx", "xlsx",
    "odt",
];

/// What a version of an article says to the public.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Facts {
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
pub struct Public {
    pub sources: Vec<Source>,
    /// Pictures and documents by their path, whether or not an article shows them.
    pub files: BTreeMap<String, Oid>,
    /// Former and present paths.
    pub moved: Vec<(String, String)>,
    /// What could not be read, and where.
    pub broken: Vec<String>,
}

impl Here {
    /// Reads what is public in the knowledge base.
    pub fn public(&self, snapshot: &Snapshot<'_>, settings: &Settings) -> Result<Public> {
        let kept = self.desk.kept(FACTS).and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        let kept = kept.filter(|kept| kept.version == VERSION).unwrap_or_default();
        let mut now = Kept { version: VERSION, ..Kept::default() };
        now.dates = self.article_dates(snapshot, kept.dates.clone())?;
        let mut public = Public { sources: Vec::new(), files: BTreeMap::new(), moved: Vec::new(), broken: Vec::new() };
        // The words of versions that are read now.
        let mut fresh: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut before = kept.articles;
        snapshot.each_file(layout::ARTICLES, &mut |path, oid| {
            if !path.ends_with(".md") {
                if is_shown(path) {
                    public.files.insert(path.to_owned(), oid);
                }
                return Ok(());
            }
            let known = before.remove(path).filter(|facts| facts.blob == oid.to_string());
            let facts = match known {
                Some(facts) => facts,
                None => match facts(path, oid, &snapshot.read(oid)?) {
                    Ok((facts, words)) => {
                        fresh.insert(facts.blob.clone(), words);
                        facts
                    }
                    Err(said) => {
                        public.broken.push(said);
                        return Ok(());
                    }
                },
            };
            now.articles.insert(path.to_owned(), facts);
            Ok(())
        })?;
        let is_new = !fresh.is_empty() || !before.is_empty() || kept.dates != now.dates;
        if is_new {
            self.keep_words(&fresh)?;
            self.desk.keep_whole(FACTS, &serde_json::to_vec(&now)?)?;
        }
        public.add(now, settings);
        Ok(public)
    }

    /// Adds words to those that are kept.
    fn keep_words(&self, fresh: &BTreeMap<String, Vec<u8>>) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        let mut all = Vec::new();
        for (blob, words) in fresh {
            let Ok(oid) = Oid::from_str(blob) else { continue };
            all.extend(oid.as_bytes());
            all.extend(u32::try_from(words.len()).unwrap_or(u32::MAX).to_le_bytes());
            all.extend(crc32fast::hash(words).to_le_bytes());
            all.extend(words);
        }
        self.desk.keep_more(WORDS, &all)
    }

    /// The words of articles. What is not kept is read again; what nobody wants any more is let go when there is more of
    /// it than of what is wanted, but for the versions of a build before.
    pub(super) fn words_of(&self, snapshot: &Snapshot<'_>, public: &Public) -> Result<Words> {
        let bytes = self.desk.kept(WORDS).unwrap_or_default();
        let mut places = HashMap::new();
        let mut at = 0;
        while let Some((blob, words)) = next_words(&bytes[at..]) {
            let start = at + HEAD;
            at = start + words;
            places.insert(blob, start..at);
        }
        // What follows a part that a kill has left is written again.
        let mut words = Words { bytes, places };
        words.bytes.truncate(at);
        let mut missing = BTreeMap::new();
        for source in &public.sources {
            if words.of(&source.blob).is_none() {
                let oid = Oid::from_str(&source.blob)?;
                if let Ok((_, found)) = facts(&source.path, oid, &snapshot.read(oid)?) {
                    missing.insert(source.blob.clone(), found);
                }
            }
        }
        let used: usize = public.sources.iter().filter_map(|source| words.of(&source.blob)).map(<[u8]>::len).sum();
        if !missing.is_empty() || words.bytes.len() > used * 2 + (1 << 20) {
            let wanted = public
                .sources
                .iter()
                .filter_map(|source| Some((source.blob.clone(), words.of(&source.blob)?.to_vec())));
            missing.extend(wanted.collect::<Vec<_>>());
            self.desk.keep_whole(WORDS, b"")?;
            self.keep_words(&missing)?;
            for (blob, found) in missing {
                let start = words.bytes.len();
                words.bytes.extend(&found);
                if let Ok(oid) = Oid::from_str(&blob) {
                    words.places.insert(oid, start..words.bytes.len());
                }
            }
        }
        Ok(words)
    }
}

/// The words of versions of articles, as they are kept.
pub(super) struct Words {
    bytes: Vec<u8>,
    places: HashMap<Oid, Range<usize>>,
}

impl Words {
    pub fn of(&self, blob: &str) -> Option<&[u8]> {
        self.places.get(&Oid::from_str(blob).ok()?).map(|place| &self.bytes[place.clone()])
    }
}

/// Bytes before the words of an entry: the object, the length and a checksum.
const HEAD: usize = 28;

/// The object of the next entry, and how many bytes its words have; `None` where a kill has left a part of one.
fn next_words(bytes: &[u8]) -> Option<(Oid, usize)> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let number = |at: usize| Some(u32::from_le_bytes(head[at..at + 4].try_into().ok()?));
    let words = rest.get(..number(20)? as usize)?;
    (crc32fast::hash(words) == number(24)?).then_some((Oid::from_bytes(&head[..20]).ok()?, words.len()))
}

impl Public {
    fn add(&mut self, kept: Kept, settings: &Settings) {
        let Kept { dates, articles, .. } = kept;
        let mut rest: BTreeMap<String, Facts> = BTreeMap::new();
        let all = articles.into_iter().map(|(path, facts)| {
            let article = facts.article.clone();
            rest.insert(path, facts);
            article
        });
        let library = Library::of(all.collect(), settings);
        self.moved = dates.moves(&|path| library.articles.contains_key(path));
        for article in library.articles.values().filter(|article| library.is_public(article)) {
            let Some(facts) = rest.remove(&article.path) else { continue };
            self.sources.push(Source {
                original: library.original_of(article).map(|original| original.path.clone()),
                changed: dates.changed.get(&article.path).copied(),
                path: article.path.clone(),
                blob: facts.blob,
                slug: article.slug.clone(),
                category: article.category.clone(),
                title: article.title.clone(),
                language: article.language.clone(),
                aliases: article.aliases.iter().filter(|alias| !alias.starts_with('/')).cloned().collect(),
                permalinks: article.permalinks.clone(),
                reviewed: article.reviewed,
                summary: facts.summary,
                links: facts.links,
            });
        }
    }
}

/// What a version of an article says to the public, and its words.
fn facts(path: &str, oid: Oid, bytes: &[u8]) -> Result<(Facts, Vec<u8>), String> {
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
