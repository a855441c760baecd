//! The words around a hit, from the text in git.

use std::collections::BTreeMap;
use std::ops::Range;

use tantivy::snippet::SnippetGenerator;

use super::analyzer::{Stem, plain, stemmed, words};
use crate::domain::query::{Expr, Test};

/// The length of a snippet in bytes, about.
const LENGTH: usize = 160;

/// A snippet and the places of the words found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    pub matches: Vec<Range<usize>>,
}

/// The texts a query asks for, negated ones left out.
pub fn wanted(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().flat_map(wanted).collect(),
        Expr::Test(Test::Text { text, .. }) => vec![text.clone()],
        Expr::Not(_) | Expr::Test(_) => Vec::new(),
    }
}

/// The passage of `text` that holds most of what is wanted; its beginning where nothing is.
pub fn snippet(text: &str, wanted: &[String], language: Option<&str>, fields: &super::schema::Fields) -> Snippet {
    let mut analyzer = match language.and_then(Stem::find) {
        Some(stem) => stemmed(stem),
        None => plain(),
    };
    let terms: BTreeMap<String, f32> =
        wanted.iter().flat_map(|text| words(&mut analyzer, text)).map(|term| (term, 1.0)).collect();
    let found = SnippetGenerator::new(terms, analyzer, fields.body.plain, LENGTH).snippet(text);
    if found.is_empty() {
        return Snippet { text: beginning(text), matches: Vec::new() };
    }
    // The fragment ends with its last word; what closes the sentence belongs to it.
    let range = found.fragment_range();
    let rest = text.get(range.end..).unwrap_or_default();
    let close: usize = rest
        .chars()
        .take_while(|letter| !letter.is_whitespace() && !letter.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    one_line(text.get(range.start..range.end + close).unwrap_or(found.fragment()), found.highlighted())
}

fn beginning(text: &str) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", flat[..end].trim_end()),
        None => flat,
    }
}

/// White space as single spaces, the places of the words kept.
fn one_line(fragment: &str, places: &[Range<usize>]) -> Snippet {
    let mut text = String::with_capacity(fragment.len());
    let mut moved = BTreeMap::new();
    for (place, letter) in fragment.char_indices() {
        let blank = letter.is_whitespace();
        if blank && (text.is_empty() || text.ends_with(' ')) {
            moved.insert(place, text.len());
            continue;
        }
        moved.insert(place, text.len());
        text.push(if blank { ' ' } else { letter });
    }
    let end = text.trim_end().len();
    let at = |place: usize| moved.get(&place).copied().unwrap_or(end).min(end);
    let matches = places.iter().map(|range| at(range.start)..at(range.end)).filter(|range| !range.is_empty()).collect();
    text.truncate(end);
    Snippet { text, matches }
}

#[cfg(test)]
mod tests {
    use super::super::schema::Fields;
    use super::*;

    #[test]
    fn the_words_found_are_marked_in_their_language() {
        let found = snippet("We were\n\n  restarting it again.", &["restart".into()], Some("en"), &Fields::new());
        assert_eq!(found.text, "We were restarting it again.");
        assert_eq!(&found.text[found.matches[0].clone()], "restarting");
    }

    #[test]
    fn without_a_hit_it_is_the_beginning() {
        assert_eq!(snippet("a  b\nc", &["x".into()], None, &Fields::new()).text, "a b c");
    }
}
