//! Front matter merged key by key.

use serde_yaml::Value;

use super::values::{Joined, join, join_mappings, present, words};
use super::{Judge, Lines, Outcome, Side, Told, Versions};
use crate::failure::Result;
use crate::format::frontmatter::{self, FrontMatter};

/// What goes with a status: when somebody is reminded, when it closes, how long it rests.
const OF_STATUS: [&str; 3] = ["remind-at", "close-at", "until"];
/// Keys that are one value although they have parts: a score goes with its comment.
const WHOLE: [&str; 1] = ["satisfaction"];

/// A version of the file, read.
struct Page<'a> {
    text: &'a str,
    front: FrontMatter,
}

impl<'a> Page<'a> {
    fn read(bytes: &'a [u8]) -> Option<Page<'a>> {
        let front = frontmatter::parse(bytes).ok()?;
        Some(Page { text: std::str::from_utf8(bytes).ok()?, front })
    }

    fn get(&self, key: &str) -> Option<&Value> {
        present(self.front.get(key))
    }

    fn body(&self) -> &'a str {
        self.front.body(self.text)
    }
}

/// The three versions, and what was decided so far.
struct Merge<'a> {
    base: Option<Page<'a>>,
    ours: Page<'a>,
    theirs: Page<'a>,
    /// Ours, with what was decided.
    text: String,
    told: Vec<Told>,
}

/// Merges; `None` where a version cannot be read, or is written so that it cannot be edited.
pub fn merge(versions: Versions<'_>, judge: &Judge<'_>) -> Result<Option<Outcome>> {
    let base = match versions.base.map(Page::read) {
        Some(None) => return Ok(None),
        Some(Some(page)) => Some(page),
        None => None,
    };
    let (Some(ours), Some(theirs)) = (Page::read(versions.ours), Page::read(versions.theirs)) else { return Ok(None) };
    let text = ours.text.to_owned();
    let mut merge = Merge { base, ours, theirs, text, told: Vec::new() };
    if merge.front(judge)?.is_none() {
        return Ok(None);
    }
    merge.finish(judge).map(Some)
}

impl Merge<'_> {
    fn front(&mut self, judge: &Judge<'_>) -> Result<Option<()>> {
        let winner = self.status_winner(judge)?;
        let mut keys: Vec<String> = self.ours.front.keys().map(|(key, _)| key.to_owned()).collect();
        keys.extend(self.theirs.front.keys().map(|(key, _)| key.to_owned()).filter(|key| self.ours.get(key).is_none()));
        for key in keys {
            let done = match winner {
                Some(side) if key == "status" || OF_STATUS.contains(&key.as_str()) => self.of_side(&key, side),
                _ => self.key(&key, judge)?,
            };
            if done.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    fn old(&self, key: &str) -> Option<&Value> {
        self.base.as_ref().and_then(|base| base.get(key))
    }

    /// Whose status stands, where both changed it: what goes with it comes from the same side.
    fn status_winner(&mut self, judge: &Judge<'_>) -> Result<Option<Side>> {
        let joined = join(self.old("status"), self.ours.get("status"), self.theirs.get("status"));
        if joined != Joined::Both {
            return Ok(None);
        }
        let side = (judge.later)("status")?;
        self.tell("status", side);
        Ok(Some(side))
    }

    fn tell(&mut self, key: &str, side: Side) {
        let (ours, theirs) = (self.ours.get(key), self.theirs.get(key));
        self.told.push(told(key, ours, theirs, side));
    }

    /// Takes a key as one side has it. `None` where that cannot be written.
    fn of_side(&mut self, key: &str, side: Side) -> Option<()> {
        if side == Side::Theirs && self.ours.get(key) != self.theirs.get(key) {
            self.text = frontmatter::take(&self.text, key, self.theirs.text)?;
        }
        Some(())
    }

    fn key(&mut self, key: &str, judge: &Judge<'_>) -> Result<Option<()>> {
        let (old, own, their) = (self.old(key), self.ours.get(key), self.theirs.get(key));
        let value = match join(old, own, their) {
            Joined::One(value) if value.as_ref() == own => return Ok(Some(())),
            Joined::One(value) if value.as_ref() == their => return Ok(self.of_side(key, Side::Theirs)),
            Joined::One(value) => value,
            Joined::Both => match self.parts(key, judge)? {
                Some(value) => Some(value),
                None => {
                    let side = (judge.later)(key)?;
                    self.tell(key, side);
                    return Ok(self.of_side(key, side));
                }
            },
        };
        // Where ours has no such key, it goes where theirs has it.
        let put = match self.ours.get(key) {
            Some(_) => frontmatter::put(&self.text, key, value),
            None => frontmatter::take(&self.text, key, self.theirs.text)
                .and_then(|text| frontmatter::put(&text, key, value)),
        };
        Ok(put.map(|text| self.text = text))
    }

    /// A mapping merged by its keys; `None` where it is one value.
    fn parts(&mut self, key: &str, judge: &Judge<'_>) -> Result<Option<Value>> {
        if WHOLE.contains(&key) {
            return Ok(None);
        }
        let mut more = Vec::new();
        let prefix = if key == "fields" { "field" } else { key };
        let mut settle = |inner: &str, own: Option<&Value>, their: Option<&Value>| -> Result<Option<Value>> {
            let name = format!("{prefix}.{inner}");
            let side = (judge.later)(&name)?;
            more.push(told(&name, own, their, side));
            Ok(if side == Side::Ours { own.cloned() } else { their.cloned() })
        };
        let joined = join_mappings(self.old(key), self.ours.get(key), self.theirs.get(key), &mut settle)?;
        self.told.extend(more);
        Ok(joined.map(Value::Mapping))
    }

    /// Puts head and text together.
    fn finish(self, judge: &Judge<'_>) -> Result<Outcome> {
        let Merge { base, ours, theirs, text, told } = self;
        let (old, own, their) = (base.as_ref().map(Page::body), ours.body(), theirs.body());
        let head = &text[..text.len() - own.len()];
        let lines = if own == their || old == Some(their) {
            Lines { bytes: own.into(), is_clean: true }
        } else if old == Some(own) {
            Lines { bytes: their.into(), is_clean: true }
        } else {
            let base = old.map(str::as_bytes);
            (judge.lines)(Versions { base, ours: own.as_bytes(), theirs: their.as_bytes() })?
        };
        let bytes = [head.as_bytes(), &lines.bytes].concat();
        Ok(if lines.is_clean { Outcome::Merged { bytes, told } } else { Outcome::Conflict { bytes, told } })
    }
}

fn told(field: &str, ours: Option<&Value>, theirs: Option<&Value>, from: Side) -> Told {
    let (ours, theirs) = (words(ours), words(theirs));
    let (kept, dropped) = if from == Side::Ours { (ours, theirs) } else { (theirs, ours) };
    Told { field: field.to_owned(), kept, dropped, from }
}
