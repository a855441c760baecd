//! Search in the browser of a site without a server: the words of all articles in files of their own, one for each
//! beginning of two letters, so that a search brings only what it needs.
//!
//! Crates and libraries made for this were looked at: they make the whole index anew for one changed article, or want
//! WebAssembly let through the Content-Security-Policy.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::site::Site;

/// What a word counts for by where it stands.
const TITLE: u32 = 8;
const ALIAS: u32 = 5;
const HEADING: u32 = 3;
/// The longest word that is kept, in bytes.
const LONGEST: usize = 40;
/// Articles whose rows lie in one file: a search brings those of what it found. `portal.js` has the same.
const IN_A_FILE: usize = 16;
/// The most different words of one article that are kept.
const MOST: usize = 5_000;

/// The words of an article in a row of bytes, in order: the length of each, the word, what it counts for.
pub type Entries = Vec<u8>;

/// Takes such a row apart; it ends where it is no such row.
pub fn each_entry(bytes: &[u8]) -> impl Iterator<Item = (&str, u16)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first()?;
        let (word, after) = after.split_at_checked(usize::from(*length))?;
        let (weight, after) = after.split_at_checked(2)?;
        rest = after;
        Some((std::str::from_utf8(word).ok()?, u16::from_le_bytes([weight[0], weight[1]])))
    })
}

/// The words of a text: letters and digits without their marks, in lower case. `portal.js` does the same.
pub fn words_of(text: &str, each: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    let plain = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    for letter in plain.chain(std::iter::once(' ')) {
        if letter.is_alphanumeric() {
            word.push(letter);
        } else if !word.is_empty() {
            if word.len() <= LONGEST {
                each(&word);
            }
            word.clear();
        }
    }
}

/// The words of an article by its parts.
pub fn entries(title: &str, aliases: &[String], headings: &str, body: &str) -> Entries {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut add = |text: &str, weight: u32| {
        words_of(text, &mut |word| {
            if let Some(count) = counts.get_mut(word) {
                *count += weight;
            } else if counts.len() < MOST {
                counts.insert(word.to_owned(), weight);
            }
        })
    };
    add(title, TITLE);
    aliases.iter().for_each(|alias| add(alias, ALIAS));
    add(headings, HEADING);
    add(body, 1);
    let mut sorted: Vec<(String, u32)> = counts.into_iter().collect();
    sorted.sort();
    let mut entries = Vec::new();
    for (word, count) in sorted {
        entries.push(word.len() as u8);
        entries.extend(word.as_bytes());
        entries.extend(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
    }
    entries
}

/// The file a word lies in, by its first two letters; what is not of the Latin alphabet goes by the first one's number.
pub fn shard_of(word: &str) -> String {
    let mut letters = word.chars();
    let (first, second) = (letters.next().unwrap_or('_'), letters.next());
    let plain = |letter: char| letter.is_ascii_alphanumeric();
    match second {
        _ if !plain(first) => format!("u{}", u32::from(first) / 64),
        Some(second) if plain(second) => format!("{first}{second}"),
        _ => format!("{first}_"),
    }
}

/// The words of one beginning: each with article and weight in turn.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Shard<'a>(BTreeMap<Cow<'a, str>, Vec<u32>>);

/// The search of one language.
pub struct Finding<'a> {
    site: &'a Site,
    language: &'a str,
}

/// What a result shows of an article: file, title, summary.
#[derive(Debug, Serialize)]
pub struct Row<'a>(&'a str, &'a str, &'a str);

impl<'a> Finding<'a> {
    pub fn new(site: &'a Site, language: &'a str) -> Finding<'a> {
        Finding { site, language }
    }

    /// The articles that are found in the language, as places in the site: those that are not translated too.
    pub fn articles(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for (place, article) in self.site.articles.iter().enumerate() {
            let best = self.site.variant(&article.group, self.language);
            if best.is_some_and(|best| best.file == article.file) {
                found.push(place);
            }
        }
        found
    }

    /// What results show, in the order of [`articles`](Self::articles); so many lie in one file each.
    pub fn rows(&self) -> Vec<Vec<Row<'a>>> {
        let row = |place: &usize| {
            let article = &self.site.articles[*place];
            Row(&article.file, &article.source.title, &article.source.summary)
        };
        self.articles().chunks(IN_A_FILE).map(|places| places.iter().map(row).collect()).collect()
    }

    /// The words in files, by the name of each.
    pub fn shards(entries: &[&'a [u8]]) -> BTreeMap<String, Shard<'a>> {
        let mut words: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (number, entries) in entries.iter().enumerate() {
            for (word, weight) in each_entry(entries) {
                words.entry(word).or_default().extend([number as u32, u32::from(weight)]);
            }
        }
        let mut shards: BTreeMap<String, Shard<'a>> = BTreeMap::new();
        for (word, postings) in words {
            shards.entry(shard_of(word)).or_default().0.insert(Cow::Borrowed(word), postings);
        }
        shards
    }
}

impl Shard<'_> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the new words of an article in the place of its old ones, as far as they lie in the file of a name.
    pub fn change(&mut self, name: &str, number: u32, old: &[u8], new: &[u8]) {
        for (word, _) in each_entry(old).filter(|(word, _)| shard_of(word) == name) {
            if let Some(postings) = self.0.get_mut(word) {
                if let Some(at) = postings.chunks(2).position(|pair| pair[0] == number) {
                    postings.drain(at * 2..at * 2 + 2);
                }
                if postings.is_empty() {
                    self.0.remove(word);
                }
            }
        }
        for (word, weight) in each_entry(new).filter(|(word, _)| shard_of(word) == name) {
            let postings = self.0.entry(Cow::Owned(word.to_owned())).or_default();
            let at = postings.chunks(2).take_while(|pair| pair[0] < number).count();
            postings.splice(at * 2..at * 2, [number, u32::from(weight)]);
        }
    }
}

/// How many words an article has.
pub fn length(entries: &[u8]) -> u32 {
    each_entry(entries).map(|(_, weight)| u32::from(weight)).sum()
}

/// The files in which two versions of an article's words differ.
pub fn differing(old: &[u8], new: &[u8]) -> BTreeSet<String> {
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (each_entry(old).collect(), each_entry(new).collect());
    old.symmetric_difference(&new).map(|(word, _)| shard_of(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_plain() {
        let mut found = Vec::new();
        words_of("Één Wi-Fi: ﬁle, it's ÇA 日本 x2", &mut |word| found.push(word.to_owned()));
        assert_eq!(found, ["een", "wi", "fi", "file", "it", "s", "ca", "日本", "x2"]);
    }

    #[test]
    fn where_a_word_stands_counts() {
        let all = entries("Reset", &["forgot".into()], "Reset\n", "reset it now");
        assert_eq!(each_entry(&all).collect::<Vec<_>>(), [("forgot", 5), ("it", 1), ("now", 1), ("reset", 12)]);
    }

    #[test]
    fn words_lie_by_their_beginning() {
        for (word, shard) in [("password", "pa"), ("x", "x_"), ("xé", "x_"), ("日本", "u407")] {
            assert_eq!(shard_of(word), shard, "{word}");
        }
        let (one, two) = (entries("", &[], "", "pan pay pay"), entries("", &[], "pay", "zoo"));
        let all = [one.as_slice(), two.as_slice()];
        let shards = Finding::shards(&all);
        assert_eq!(
            serde_json::to_string(&shards).unwrap(),
            r#"{"pa":{"pan":[0,1],"pay":[0,2,1,3]},"zo":{"zoo":[1,1]}}"#
        );
    }

    #[test]
    fn a_change_gives_what_is_made_anew() {
        let texts = ["pan pay pay", "pay zoo", "", "pan pan", "zoo zoo zoo pat"].map(|text| entries("", &[], "", text));
        for (number, old) in texts.iter().enumerate() {
            for new in &texts {
                let mut all: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
                let mut shards = Finding::shards(&all);
                for name in differing(old, new) {
                    shards.entry(name.clone()).or_default().change(&name, number as u32, old, new);
                }
                shards.retain(|_, shard| !shard.is_empty());
                all[number] = new;
                assert_eq!(
                    serde_json::to_string(&shards).unwrap(),
                    serde_json::to_string(&Finding::shards(&all)).unwrap()
                );
            }
        }
    }
}
