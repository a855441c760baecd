//! The search of a site that is built. Where a few articles only changed their words, the files that have these words
//! are changed; else all is made anew.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::articles::VERSION;
use super::build::{Build, Sum};
use super::words::{Words, words_of};
use crate::failure::Result;
use crate::portal::{Finding, PublicArticle, Shard, differing, length};
use crate::store::Oid;

/// What the last build had in its search.
const SEARCHED: &str = "portal-searched";
/// Beyond so many articles that changed all is made anew: that reads their words from where they are kept.
const MOST_CHANGED: usize = 64;

/// File and object of each article that is found in a language.
type Listed = Vec<(String, String)>;

#[derive(Debug, Serialize, Deserialize)]
struct Searched {
    folder: String,
    listed: BTreeMap<String, Listed>,
}

/// How many words each article has, and the names of the files that have them.
type Told = (Vec<u32>, BTreeSet<String>);

/// An article whose words are others than before.
struct Change {
    number: u32,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl Build<'_> {
    /// The search of each language, unless it is what it was.
    pub(super) fn search(&mut self, mut fresh: Words) -> Result<()> {
        let site = self.site;
        let mut words: Option<Words> = None;
        let kept = self.here.desk.kept(SEARCHED).and_then(|bytes| serde_json::from_slice::<Searched>(&bytes).ok());
        let place = self.folder.root().display().to_string();
        let before = kept.filter(|kept| kept.folder == place).map(|kept| kept.listed).unwrap_or_default();
        let mut now = Searched { folder: place, listed: BTreeMap::new() };
        for (language, _) in &site.languages {
            let finding = Finding::new(site, language);
            let articles: Vec<&PublicArticle> =
                finding.articles().into_iter().map(|place| &site.articles[place]).collect();
            let folder = format!("search/{language}/");
            let main = format!("{folder}articles.json");
            let listed: Listed =
                articles.iter().map(|article| (article.file.clone(), article.source.blob.clone())).collect();
            let all = listed_digest(&self.all, &listed);
            if !self.folder.keeps_below(&folder, &main, &all) {
                let known = before.get(language).filter(|known| {
                    let known = listed_digest(&self.all, known);
                    self.folder.has_below(&folder, &main, &known)
                });
                let changed = known.and_then(|known| changed(known, &listed));
                let told = match changed.map(|changed| self.patch(&folder, &articles, &changed)).transpose()?.flatten()
                {
                    Some(told) => told,
                    None => {
                        let words = match &mut words {
                            Some(words) => words,
                            none => none.insert(self.here.words(self.snapshot, site, std::mem::take(&mut fresh))?),
                        };
                        self.anew(&folder, &articles, words)?
                    }
                };
                for (number, rows) in finding.rows().iter().enumerate() {
                    self.put(&format!("{folder}articles-{number}.json"), &serde_json::to_vec(rows)?)?;
                }
                self.folder.write(&main, &all, &serde_json::to_vec(&told)?)?;
            }
            now.listed.insert(language.clone(), listed);
        }
        self.here.desk.keep_whole(SEARCHED, &serde_json::to_vec(&now)?)
    }

    fn anew(&mut self, folder: &str, articles: &[&PublicArticle], words: &Words) -> Result<Told> {
        let of = |article: &&PublicArticle| words.of(Oid::from_str(&article.source.blob).ok()?);
        let own: Vec<&[u8]> = articles.iter().map(|article| of(article).unwrap_or_default()).collect();
        let shards = Finding::shards(&own);
        for (name, shard) in &shards {
            self.put(&format!("{folder}{name}.json"), &serde_json::to_vec(shard)?)?;
        }
        Ok((own.into_iter().map(length).collect(), shards.into_keys().collect()))
    }

    /// Changes the files that have words which changed; `None` where that cannot be done.
    fn patch(&mut self, folder: &str, articles: &[&PublicArticle], changed: &[(usize, &str)]) -> Result<Option<Told>> {
        let main = self.folder.read(&format!("{folder}articles.json"));
        let told = main.and_then(|bytes| serde_json::from_slice::<Told>(&bytes).ok());
        let Some((mut lengths, mut names)) = told.filter(|(lengths, _)| lengths.len() == articles.len()) else {
            return Ok(None);
        };
        let mut changes = Vec::with_capacity(changed.len());
        for (place, old) in changed {
            let source = &articles[*place].source;
            let words = |blob: &str| words_of(self.snapshot, &source.path, Oid::from_str(blob).ok()?);
            let (Some(old), Some(new)) = (words(old), words(&source.blob)) else { return Ok(None) };
            lengths[*place] = length(&new);
            changes.push(Change { number: *place as u32, old, new });
        }
        let touched: BTreeSet<String> = changes.iter().flat_map(|change| differing(&change.old, &change.new)).collect();
        let mut shards = Vec::with_capacity(touched.len());
        for name in &touched {
            let mut shard = Shard::default();
            if names.contains(name) {
                let bytes = self.folder.read(&format!("{folder}{name}.json"));
                let Some(read) = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) else { return Ok(None) };
                shard = read;
            }
            changes.iter().for_each(|change| shard.change(name, change.number, &change.old, &change.new));
            shards.push((name, shard));
        }
        let stays = |name: &str| is_shard(name) && !touched.contains(name);
        self.folder.keep_below(folder, |file| file.strip_suffix(".json").is_some_and(stays));
        for (name, shard) in shards {
            if shard.is_empty() {
                names.remove(name);
            } else {
                self.put(&format!("{folder}{name}.json"), &serde_json::to_vec(&shard)?)?;
                names.insert(name.clone());
            }
        }
        Ok(Some((lengths, names)))
    }
}

fn listed_digest(all: &str, listed: &Listed) -> String {
    let mut sum = Sum::of(all);
    sum.add(&VERSION.to_string());
    for (file, object) in listed {
        sum.add(file);
        sum.add(object);
    }
    sum.done()
}

/// Whether a file of the search has words, and not what results show.
fn is_shard(name: &str) -> bool {
    name != "articles" && !name.starts_with("articles-")
}

/// The places of the articles that changed, each with the object it was; `None` where articles came or went, which
/// changes the numbers of all, or where many changed.
fn changed<'a>(before: &'a Listed, now: &Listed) -> Option<Vec<(usize, &'a str)>> {
    let same = before.len() == now.len() && before.iter().zip(now).all(|((old, _), (new, _))| old == new);
    let pairs = before.iter().zip(now).enumerate().filter(|(_, ((_, old), (_, new)))| old != new);
    let changed: Vec<(usize, &str)> = pairs.map(|(place, ((_, old), _))| (place, old.as_str())).collect();
    (same && changed.len() <= MOST_CHANGED).then_some(changed)
}
