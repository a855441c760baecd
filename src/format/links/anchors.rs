//! Anchors as GitHub makes them of headings, and those that are written out.

use std::collections::HashMap;
use unicode_width::UnicodeWidthChar;

/// The anchors of a file so far.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    names: Vec<String>,
    /// How often each anchor of a heading was taken.
    taken: HashMap<String, usize>,
}

impl Anchors {
    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    /// One that is written out.
    pub(super) fn add(&mut self, name: &str) {
        if !name.is_empty() {
            self.names.push(name.to_owned());
        }
    }

    /// That of a heading with this text, and the one it gives itself; the former is returned.
    pub(super) fn add_heading(&mut self, text: &str) -> String {
        let (text, own) = split_own(text);
        self.add(own.unwrap_or_default());
        let plain = slugify(text);
        let mut name = plain.clone();
        let mut count = self.taken.get(&plain).copied().unwrap_or(0);
        while self.taken.contains_key(&name) {
            count += 1;
            name = format!("{plain}-{count}");
        }
        self.taken.insert(plain, count);
        self.taken.entry(name.clone()).or_insert(0);
        self.add(&name);
        name
    }
}

/// The text of a heading, and the anchor it gives itself at its end: `{#custom}`, `{: #custom .class}`.
fn split_own(text: &str) -> (&str, Option<&str>) {
    let whole = (text, None);
    let Some((before, inside)) = text.trim_end().strip_suffix('}').and_then(|text| text.rsplit_once('{')) else {
        return whole;
    };
    let words = inside.strip_prefix(':').unwrap_or(inside).split_whitespace();
    match words.into_iter().find_map(|word| word.strip_prefix('#')).filter(|name| !name.is_empty()) {
        Some(name) => (before, Some(name)),
        None => whole,
    }
}

/// Lower case; of letters, digits, marks, `-`, `_` and spaces only; the spaces as `-`.
fn slugify(text: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ') || is_mark(*letter);
    let lower = text.trim().to_lowercase();
    lower.chars().filter(kept).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

/// Whether a character has no width of its own and is none that only steers.
fn is_mark(letter: char) -> bool {
    let steers = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || letter == '\u{feff}';
    !letter.is_control() && !steers && letter.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(headings: &[&str]) -> Vec<String> {
        let mut anchors = Anchors::default();
        headings.iter().for_each(|text| drop(anchors.add_heading(text)));
        anchors.into_names()
    }

    #[test]
    fn as_github_makes_them() {
        for (text, expected) in [
            ("Set up a VPN", "set-up-a-vpn"),
            ("  What's new? (2.0) ", "whats-new-20"),
            ("A & B", "a--b"),
            ("snake_case-and --flags", "snake_case-and---flags"),
            ("Größe ÉTÉ", "größe-été"),
            ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
            ("日本語 हिन्दी", "日本語-हिन्दी"),
            ("a\tb", "ab"),
        ] {
            assert_eq!(slugify(text), expected, "{text}");
        }
    }

    #[test]
    fn repeats_are_numbered() {
        assert_eq!(anchors(&["a", "a", "a"]), ["a", "a-1", "a-2"]);
        assert_eq!(anchors(&["a", "a-1", "a", "a"]), ["a", "a-1", "a-2", "a-3"]);
        assert_eq!(anchors(&["a", "a", "a-1"]), ["a", "a-1", "a-1-1"]);
        assert_eq!(anchors(&["!", "?"]), ["-1"]);
    }

    #[test]
    fn headings_may_give_themselves_one() {
        assert_eq!(anchors(&["Steps {#Own}", "Steps {: #two .x}"]), ["Own", "steps", "two", "steps-1"]);
        assert_eq!(anchors(&["Steps {x}", "{#}"]), ["steps-x"]);
    }
}
