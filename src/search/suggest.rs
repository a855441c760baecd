//! What may help with a ticket: ranked by its words, those of its title before those of what was said.

use std::collections::HashSet;

use super::analyzer::{plain, telling, words};
use super::hits::Hit;
use super::ranking::HitKind;
use super::reader::Reader;
use crate::domain::query::{Expr, Part, Test};
use crate::failure::Result;

/// So many words are asked for; a long thread says little more with the rest.
const MOST_WORDS: usize = 60;

/// What a ticket is about.
pub struct Topic<'a> {
    pub title: &'a str,
    /// What was said, the requester's own words first.
    pub texts: Vec<&'a str>,
    pub language: Option<&'a str>,
}

impl Reader<'_> {
    /// The best hits for a ticket; any of its words counts. All words of its title are asked for, of what was said those
    /// that do not stand in every text. The telling words of the title count again where they stand in a title.
    pub fn suggest(&self, topic: &Topic<'_>, kinds: &[HitKind], conditions: &[Expr], limit: usize) -> Result<Vec<Hit>> {
        let language = topic.language.unwrap_or(&self.language);
        let mut telling = telling(language);
        let text = |part, text: String| Expr::Test(Test::Text { part, text, phrase: false });
        let title = words(&mut plain(), topic.title);
        let mut seen = HashSet::new();
        let mut wanted = Vec::new();
        let said = topic.texts.iter().flat_map(|text| words(&mut telling, text)).collect::<Vec<_>>();
        for word in title.iter().chain(&said) {
            if seen.len() < MOST_WORDS && seen.insert(word.clone()) {
                wanted.push(text(Part::Any, word.clone()));
            }
        }
        wanted.extend(words(&mut telling, topic.title).into_iter().map(|word| text(Part::Title, word)));
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let all = std::iter::once(Expr::Or(wanted)).chain(conditions.iter().cloned());
        Ok(self.search(&Expr::And(all.collect()), kinds, false, Some(limit))?.hits)
    }
}
