//! The search of the portal: an index in memory of public texts alone, so that no word of anything else can be asked for.

use anyhow::Context;
use tantivy::collector::TopDocs;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query, RegexQuery, TermQuery,
};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term, doc};

use super::analyzer::{self, PLAIN, Stem, plain, stemmed, telling, words};
use crate::failure::Result;

/// Memory for making it, in bytes; the least that tantivy takes.
const MEMORY: usize = 15_000_000;
/// Texts that are indexed before more are read: tantivy would let ten thousand wait in memory.
const WAITING: usize = 500;
/// The most words of a question.
const MOST_WORDS: usize = 16;

/// What is public of an article.
pub struct PublicText {
    pub title: String,
    /// Its headings, and other words for what it is about.
    pub more: String,
    pub body: String,
    pub language: String,
}

/// A text in one form.
#[derive(Clone, Copy)]
struct Form {
    title: Field,
    more: Field,
    body: Field,
}

pub struct PublicIndex {
    searcher: Searcher,
    place: Field,
    plain: Form,
    stems: [Form; 2],
}

/// Places of the texts that were found, best first; and whether none has all of the words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PublicHits {
    pub places: Vec<usize>,
    pub partial: bool,
}

impl PublicIndex {
    /// Indexes texts by their places.
    pub fn new(texts: impl Iterator<Item = Result<PublicText>>) -> Result<PublicIndex> {
        let mut schema = Schema::builder();
        let place = schema.add_u64_field("place", FAST | tantivy::schema::STORED);
        let mut form = |name: &str, analyzer: &str| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(IndexRecordOption::WithFreqs);
            let options = TextOptions::default().set_indexing_options(indexing);
            let mut add = |part: &str| schema.add_text_field(&format!("{part}_{name}"), options.clone());
            Form { title: add("title"), more: add("more"), body: add("body") }
        };
        let plain = form(PLAIN, PLAIN);
        let stems = Stem::ALL.map(|stem| form(stem.name(), stem.name()));
        let mut index = Index::create_in_ram(schema.build());
        index.set_tokenizers(analyzer::manager());
        let mut writer: IndexWriter =
            index.writer_with_num_threads(1, MEMORY).context("the public index cannot be made")?;
        for (number, text) in texts.enumerate() {
            let text = text?;
            let form = Stem::find(&text.language).map_or(plain, |stem| stems[stem as usize]);
            let mut document = doc!(place => number as u64, form.title => text.title.as_str(), form.more => text.more.as_str(), form.body => text.body.as_str());
            // The beginnings of words are looked for as they are written.
            if form.title != plain.title {
                document.add_text(plain.title, &text.title);
            }
            writer.add_document(document).context("the public index cannot be made")?;
            if number % WAITING == WAITING - 1 {
                writer.commit().context("the public index cannot be made")?;
            }
        }
        writer.commit().context("the public index cannot be made")?;
        writer.wait_merging_threads().context("the public index cannot be made")?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let searcher =
            reader.context("the public index cannot be read").map(|reader: tantivy::IndexReader| reader.searcher())?;
        Ok(PublicIndex { searcher, place, plain, stems })
    }

    /// The texts that have all words of a question, else those that have some of them.
    pub fn search(&self, question: &str, language: &str, limit: usize) -> Result<PublicHits> {
        let mut asked = words(&mut plain(), question);
        asked.truncate(MOST_WORDS);
        if asked.is_empty() {
            return Ok(PublicHits::default());
        }
        let all = asked.iter().map(|word| (Occur::Must, self.word(word, false))).collect();
        let places = self.find(&BooleanQuery::new(all), limit)?;
        if !places.is_empty() {
            return Ok(PublicHits { places, partial: false });
        }
        let telling = words(&mut telling(language), question);
        let some = if telling.is_empty() { asked } else { telling };
        let any = some.iter().take(MOST_WORDS).map(|word| (Occur::Should, self.word(word, false))).collect();
        Ok(PublicHits { places: self.find(&BooleanQuery::new(any), limit)?, partial: true })
    }

    /// What may answer a question that is still being typed: any of its words counts, the last one by its beginning.
    pub fn suggest(&self, question: &str, language: &str, limit: usize) -> Result<Vec<usize>> {
        let mut asked = words(&mut telling(language), question);
        if asked.is_empty() {
            asked = words(&mut plain(), question);
        }
        asked.truncate(MOST_WORDS);
        let last = asked.len().saturating_sub(1);
        let typed = !question.ends_with(char::is_whitespace);
        let any =
            asked.iter().enumerate().map(|(at, word)| (Occur::Should, self.word(word, typed && at == last))).collect();
        self.find(&BooleanQuery::new(any), limit)
    }

    /// A word in any form: it weighs most in a title.
    fn word(&self, word: &str, begins: bool) -> Box<dyn Query> {
        let mut parts: Vec<Box<dyn Query>> = Vec::new();
        let mut add = |form: Form, word: &str| {
            for (field, weight) in [(form.title, 4.0), (form.more, 2.0), (form.body, 1.0)] {
                let term = TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
                parts.push(Box::new(BoostQuery::new(Box::new(term), weight)));
            }
        };
        add(self.plain, word);
        for stem in Stem::ALL {
            if let Some(form) = words(&mut stemmed(stem), word).first() {
                add(self.stems[stem as usize], form);
            }
        }
        // The beginning of what is being typed; and of a longer word what is left without its ending, for the stemmers do
        // not know every plural. The words of a text are letters and digits: none of them means anything in a pattern.
        let letters: Vec<char> = word.chars().collect();
        let beginning = match letters.len() {
            2.. if begins => Some((word.to_owned(), 3.0)),
            6.. => Some((letters[..letters.len() - 2].iter().collect(), 1.0)),
            _ => None,
        };
        if let Some((beginning, weight)) = beginning
            && let Ok(pattern) = RegexQuery::from_pattern(&format!("{beginning}.*"), self.plain.title)
        {
            parts.push(Box::new(ConstScoreQuery::new(Box::new(pattern), weight)));
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(parts, 0.1))
    }

    fn find(&self, query: &dyn Query, limit: usize) -> Result<Vec<usize>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let found = self.searcher.search(query, &TopDocs::with_limit(limit).order_by_score())?;
        let mut places = Vec::with_capacity(found.len());
        for (_, address) in found {
            let document: TantivyDocument = self.searcher.doc(address)?;
            places.extend(document.get_first(self.place).and_then(|place| place.as_u64()).map(|place| place as usize));
        }
        Ok(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> PublicIndex {
        let text = |title: &str, body: &str, language: &str| PublicText {
            title: title.into(),
            more: String::new(),
            body: body.into(),
            language: language.into(),
        };
        let texts = [
            text("Reset your password", "Open the settings.", "en"),
            text("Use the VPN", "Passwords are never shared.", "en"),
            text("Wachtwoord herstellen", "Open de instellingen.", "nl"),
            text("日本", "unbekannt", "ja"),
        ];
        PublicIndex::new(texts.into_iter().map(Ok)).unwrap()
    }

    #[test]
    fn words_are_found_in_their_forms() {
        let index = index();
        let places = |question: &str| index.search(question, "en", 10).unwrap().places;
        assert_eq!(places("passwords"), [0, 1]);
        assert_eq!(places("PASSWORD resetting"), [0]);
        assert_eq!(places("wachtwoorden"), [2]);
        assert_eq!(places("日本"), [3]);
        assert_eq!(
            index.search("how do I share a vpn quokka", "en", 10).unwrap(),
            PublicHits { places: vec![1], partial: true }
        );
        for nothing in ["", "!!!", "quokka"] {
            assert_eq!(places(nothing), [0usize; 0], "{nothing}");
        }
    }

    #[test]
    fn what_is_being_typed_is_found_by_its_beginning() {
        let index = index();
        assert_eq!(index.suggest("how do I reset my passw", "en", 10).unwrap()[0], 0);
        assert_eq!(index.suggest("wachtw", "nl", 10).unwrap(), [2]);
        assert!(index.suggest(".*", "en", 10).unwrap().is_empty());
    }
}
