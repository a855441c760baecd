//! How text becomes words: Unicode words, lower case, accents folded; stemmed for English and Dutch.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenizerManager,
};

use crate::domain::query::TextMatch;

/// Longer words (base 64, hashes) are not indexed.
const LONGEST: usize = 64;

pub const PLAIN: &str = "plain";
/// One word, whatever its case.
pub const ANY_CASE: &str = "any_case";

/// A language whose words are stemmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stem {
    English,
    Dutch,
}

impl Stem {
    pub const ALL: [Stem; 2] = [Stem::English, Stem::Dutch];

    pub fn name(self) -> &'static str {
        match self {
            Stem::English => "en",
            Stem::Dutch => "nl",
        }
    }

    /// The stemmer of a language tag such as `nl` or `nl-BE`.
    pub fn find(language: &str) -> Option<Stem> {
        let base = language.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|stem| stem.name().eq_ignore_ascii_case(base))
    }
}

pub fn plain() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

pub fn stemmed(stem: Stem) -> TextAnalyzer {
    let language = match stem {
        Stem::English => Language::English,
        Stem::Dutch => Language::Dutch,
    };
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(language))
        .build()
}

/// The words questions are put with, whatever they are about; those that stand in every text come on top of them.
const ASKING: [(Stem, &str); 2] = [
    (
        Stem::English,
        "about after all also am any because been can can't cannot could did do does doesn't don't from get got had has \
         have he hello help her here hi him his how i i'd i'm i've its just let may me might more most must my need our \
         out over please she should so some than thank thanks them those too try us very want was we were what when where \
         which while who why would you your",
    ),
    (
        Stem::Dutch,
        "alstublieft alvast bedankt ben bij dan dank dit doe doen graag gewoon hallo heb hebben heeft help hier hoe hoi \
         hun ik ja jij jou jouw jullie kan kun kunnen krijg krijgen mag me mij mijn moet moeten ons onze over u uw waar \
         waarom waarvoor wanneer wat we welke wie wij wil willen word worden wordt zou zouden",
    ),
];

/// Words without those that stand in every text of a language, and in every question.
pub fn telling(language: &str) -> TextAnalyzer {
    let stem = Stem::find(language).unwrap_or(Stem::English);
    let language = match stem {
        Stem::Dutch => Language::Dutch,
        Stem::English => Language::English,
    };
    let asking = ASKING.iter().filter(|(own, _)| *own == stem).flat_map(|(_, words)| words.split_whitespace());
    let asking = StopWordFilter::remove(asking.map(str::to_owned));
    let builder = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).dynamic();
    match StopWordFilter::new(language) {
        Some(filter) => builder.filter_dynamic(filter),
        None => builder,
    }
    .filter_dynamic(asking)
    .filter_dynamic(AsciiFoldingFilter)
    .build()
}

/// All of them by name, as the schema calls them.
pub fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(PLAIN, plain());
    manager.register(ANY_CASE, TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).build());
    for stem in Stem::ALL {
        manager.register(stem.name(), stemmed(stem));
    }
    manager
}

/// The words of a text.
pub fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    analyzer.token_stream(text).process(&mut |token| found.push(token.text.clone()));
    found
}

/// Matches text in memory exactly as the index does; `language` is the desk's own, for texts that name none.
pub struct Words {
    pub language: String,
}

impl TextMatch for Words {
    fn contains(&self, text: &str, wanted: &str, phrase: bool, language: Option<&str>) -> bool {
        let mut analyzer = plain();
        let (have, want) = (words(&mut analyzer, text), words(&mut analyzer, wanted));
        if want.is_empty() {
            return false;
        }
        if phrase || want.len() > 1 {
            return have.windows(want.len()).any(|window| window == want);
        }
        if have.contains(&want[0]) {
            return true;
        }
        let Some(stem) = Stem::find(language.unwrap_or(&self.language)) else { return false };
        let mut analyzer = stemmed(stem);
        let want = words(&mut analyzer, wanted);
        words(&mut analyzer, text).contains(&want[0])
    }
}
