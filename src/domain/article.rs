//! Articles of the knowledge base, and what of articles and patterns is searched for.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What kind of page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    Article,
    Pattern,
}

/// An article or a response pattern, as far as it is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub kind: PageKind,
    /// The file's name without its ending.
    pub slug: String,
    pub title: String,
    pub language: Option<String>,
    pub tags: Vec<String>,
    /// Extra words people search for.
    pub aliases: Vec<String>,
    pub body: String,
}

/// Who may read an article. What says nothing is a draft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// Everybody.
    Public,
    /// The desk's own people.
    Internal,
    /// Nobody yet but who writes it.
    #[default]
    Draft,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Public, Audience::Internal, Audience::Draft];

    pub fn name(self) -> &'static str {
        match self {
            Audience::Public => "public",
            Audience::Internal => "internal",
            Audience::Draft => "draft",
        }
    }

    pub fn find(name: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.name() == name)
    }
}

/// An article: an original, or a translation beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    pub path: String,
    /// The file's name without `.md`; a translation's has its language at the end (`vpn.nl`).
    pub slug: String,
    /// The folders between `kb` and the file, joined by `/`.
    pub category: String,
    pub title: String,
    pub audience: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_every: Option<SignedDuration>,
    /// The slug it says it translates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation_of: Option<String>,
    /// Where a published site has it: `permalink`, and what of its aliases begins with `/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permalinks: Vec<String>,
    /// The line of the file, from 1, in which the body begins.
    pub body_line: usize,
    #[serde(skip)]
    pub body: String,
}

impl Article {
    /// The last day of its review's validity; `None` where it needs no review or never had one.
    pub fn review_due(&self) -> Option<Date> {
        self.reviewed?.checked_add(self.review_every?).ok()
    }

    /// Whether its review is overdue on a day: the last valid day is past, or it never was reviewed although it wants
    /// to be.
    pub fn is_stale(&self, today: Date) -> bool {
        match (self.review_every, self.reviewed) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(_), Some(_)) => self.review_due().is_some_and(|due| today > due),
        }
    }

    /// `category/slug`, as it is named where the slug alone is not enough.
    pub fn full_name(&self) -> String {
        if self.category.is_empty() { self.slug.clone() } else { format!("{}/{}", self.category, self.slug) }
    }

    /// The slug and language a translation's file name holds: `vpn.nl` is `vpn` in `nl`.
    pub fn name_parts(&self) -> Option<(&str, &str)> {
        translation_parts(&self.slug)
    }
}

/// What a translation's file is called by: `vpn.nl` is `vpn` in `nl`.
pub fn translation_parts(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(slug, language)| !slug.is_empty() && is_language(language))
}

/// Whether a word has the form of a language tag: `nl`, `pt-br`.
pub fn is_language(word: &str) -> bool {
    let lower = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    match word.split_once('-') {
        None => lower(word, 2..=3),
        Some((language, region)) => lower(language, 2..=3) && lower(region, 2..=4),
    }
}

/// The longest slug made from a title, in characters.
const LONGEST_SLUG: usize = 60;

/// A slug for a title: lower case, letters without accents, digits, one `-` for whatever lies between. `None` where
/// nothing is left.
pub fn slug_of(title: &str) -> Option<String> {
    let mut slug = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        match plain_letter(letter) {
            "" if matches!(letter, '\'' | '’') => {}
            "" if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            plain => slug.push_str(plain),
        }
    }
    if slug.len() > LONGEST_SLUG {
        let end = slug[..=LONGEST_SLUG].rfind('-').unwrap_or(LONGEST_SLUG);
        slug.truncate(end);
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

const LETTERS: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// A letter of the languages written in Latin script without its accent; nothing for what is no letter.
fn plain_letter(letter: char) -> &'static str {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' | 'ľ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => LETTERS.find(letter).map_or("", |at| &LETTERS[at..=at]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (title, slug) in [
            ("Reset your password", Some("reset-your-password")),
            ("  Één façade: à la (carte)! ", Some("een-facade-a-la-carte")),
            ("Straße 12", Some("strasse-12")),
            ("The customer's card", Some("the-customers-card")),
            ("???", None),
            ("../../etc/passwd", Some("etc-passwd")),
            ("日本語", None),
        ] {
            assert_eq!(slug_of(title).as_deref(), slug, "{title}");
        }
        let long = slug_of(&"word ".repeat(40)).unwrap();
        assert!(long.len() <= LONGEST_SLUG && long.ends_with("word"), "{long}");
    }

    #[test]
    fn languages() {
        for (word, is) in [("nl", true), ("pt-br", true), ("gsw", true), ("", false), ("n", false), ("english", false)]
        {
            assert_eq!(is_language(word), is, "{word}");
        }
    }
}
