//! The words of the versions of articles, from which the search of a built site is made: kept from one build to the
//! next.

use std::collections::HashMap;
use std::ops::Range;

use super::articles::{each_version, facts};
use crate::desk::Here;
use crate::failure::Result;
use crate::portal::Site;
use crate::store::{Oid, Snapshot};

/// Where they are kept: object, length and words of each, one after the other.
const FILE: &str = "portal-words";
/// Bytes before the words of a version: the object and the length.
const HEAD: usize = 24;
/// So few that are not kept are read again the next time: to keep them all is written anew.
const FEW: usize = 64;

/// Words by the object of their article.
#[derive(Default)]
pub struct Words {
    bytes: Vec<u8>,
    places: HashMap<Oid, Range<usize>>,
}

impl Words {
    /// Reads what was kept, as far as it is whole.
    fn read(bytes: Vec<u8>) -> Words {
        let mut places = HashMap::new();
        let mut at = 0;
        while let Some((oid, words)) = next(&bytes[at..]) {
            let start = at + HEAD;
            at = start + words;
            places.insert(oid, start..at);
        }
        Words { bytes, places }
    }

    pub fn of(&self, oid: Oid) -> Option<&[u8]> {
        self.places.get(&oid).map(|place| &self.bytes[place.clone()])
    }

    pub fn add(&mut self, oid: Oid, words: &[u8]) {
        let Ok(length) = u32::try_from(words.len()) else { return };
        self.bytes.extend(oid.as_bytes());
        self.bytes.extend(length.to_le_bytes());
        let start = self.bytes.len();
        self.bytes.extend(words);
        self.places.insert(oid, start..self.bytes.len());
    }
}

/// The object of the next entry, and how many bytes its words have.
fn next(bytes: &[u8]) -> Option<(Oid, usize)> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let length = u32::from_le_bytes(head[20..].try_into().ok()?) as usize;
    (length <= rest.len()).then_some((Oid::from_bytes(&head[..20]).ok()?, length))
}

/// The words of one version; `None` where it cannot be read.
pub fn words_of(snapshot: &Snapshot<'_>, path: &str, oid: Oid) -> Option<Vec<u8>> {
    facts(path, oid, &snapshot.read(oid).ok()?).ok().map(|(_, words)| words)
}

impl Here {
    pub(super) fn forget_words(&self) -> Result<()> {
        self.desk.keep_whole(FILE, b"")
    }

    /// The words of all articles of a site; `fresh` are those that are known already.
    pub(super) fn words(&self, snapshot: &Snapshot<'_>, site: &Site, fresh: Words) -> Result<Words> {
        let kept = Words::read(self.desk.kept(FILE).unwrap_or_default());
        let mut unkept = fresh.places.len();
        let mut all = fresh;
        let mut missing: Vec<(String, Oid)> = Vec::new();
        for article in &site.articles {
            let oid = Oid::from_str(&article.source.blob)?;
            match kept.of(oid) {
                _ if all.of(oid).is_some() => {}
                Some(words) => all.add(oid, words),
                None => missing.push((article.source.path.clone(), oid)),
            }
        }
        unkept += missing.len();
        each_version(snapshot, &missing, &mut |_, oid, found| {
            if let Ok((_, words)) = found {
                all.add(oid, &words);
            }
        })?;
        if unkept > FEW {
            self.desk.keep_whole(FILE, &all.bytes)?;
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_not_read() {
        let oid = |letter: &str| Oid::from_str(&letter.repeat(40)).unwrap();
        let mut words = Words::default();
        words.add(oid("a"), b"one");
        words.add(oid("b"), b"");
        words.add(oid("c"), b"three");
        assert_eq!(words.of(oid("c")), Some(&b"three"[..]));
        for cut in 0..words.bytes.len() {
            let read = Words::read(words.bytes[..cut].to_vec());
            assert_eq!(read.of(oid("a")).is_some(), cut >= HEAD + 3, "{cut}");
            assert_eq!(read.of(oid("b")).is_some(), cut >= 2 * HEAD + 3, "{cut}");
            assert_eq!(read.of(oid("c")), None, "{cut}");
        }
        assert_eq!(Words::read(words.bytes.clone()).of(oid("a")), Some(&b"one"[..]));
    }
}
