//! The patterns a desk begins with, in the languages loket knows.

use crate::domain::settings::Settings;
use crate::format::layout;

/// A language loket knows, and its patterns by slug.
type Language = (&'static str, &'static [(&'static str, &'static str)]);

const LANGUAGES: [Language; 2] = [("en", &ENGLISH), ("nl", &DUTCH)];

const ENGLISH: [(&str, &str); 6] = [
    ("password-reset", include_str!("patterns/password-reset.md")),
    ("invoice-question", include_str!("patterns/invoice-question.md")),
    ("technical-problem", include_str!("patterns/technical-problem.md")),
    ("complaint", include_str!("patterns/complaint.md")),
    ("information-request", include_str!("patterns/information-request.md")),
    ("acknowledgement", include_str!("patterns/acknowledgement.md")),
];

const DUTCH: [(&str, &str); 6] = [
    ("password-reset", include_str!("patterns/password-reset.nl.md")),
    ("invoice-question", include_str!("patterns/invoice-question.nl.md")),
    ("technical-problem", include_str!("patterns/technical-problem.nl.md")),
    ("complaint", include_str!("patterns/complaint.nl.md")),
    ("information-request", include_str!("patterns/information-request.nl.md")),
    ("acknowledgement", include_str!("patterns/acknowledgement.nl.md")),
];

/// Path and text of the stock processes.
pub(super) fn processes() -> Vec<(String, String)> {
    vec![(layout::process("intake"), include_str!("processes/intake.md").to_owned())]
}

/// Path and text of every stock pattern of a desk: the base files in its language (in English where loket does not know
/// it), beside them the translations into its other languages.
pub(super) fn patterns(settings: &Settings) -> Vec<(String, String)> {
    let known = |name: &str| LANGUAGES.into_iter().find(|(language, _)| *language == name);
    let (base, texts) = known(&settings.language).unwrap_or(LANGUAGES[0]);
    let mut files: Vec<(String, String)> = texts.iter().map(|(slug, text)| file(slug, None, text)).collect();
    for (language, texts) in settings.languages.iter().filter_map(|name| known(name)) {
        if language != base {
            files.extend(texts.iter().map(|(slug, text)| file(slug, Some(language), text)));
        }
    }
    files
}

/// A base file translates nothing, whatever language it is in.
fn file(slug: &str, language: Option<&str>, text: &str) -> (String, String) {
    let kept = |line: &&str| language.is_some() || !line.starts_with("translation-of:");
    let text = text.split_inclusive('\n').filter(kept).collect();
    (layout::pattern(slug, language), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{pattern, process, template};

    #[test]
    fn every_stock_pattern_can_be_answered_from() {
        for (language, texts) in LANGUAGES {
            for (slug, text) in texts {
                let parsed = pattern::parse(slug, None, text.as_bytes()).unwrap();
                template::validate(&parsed.response).unwrap();
                assert_eq!(parsed.language.as_deref(), Some(language), "{slug}");
            }
        }
    }

    #[test]
    fn every_stock_process_leads_somewhere() {
        for (path, text) in processes() {
            let parsed = process::parse("intake", text.as_bytes());
            assert_eq!(
                (parsed.faults, parsed.process.map(|process| process.dangling())),
                (vec![], Some(vec![])),
                "{path}"
            );
        }
    }

    #[test]
    fn the_languages_of_the_desk_decide() {
        let paths = |language: &str, languages: &[&str]| {
            let languages = languages.iter().map(|name| name.to_string()).collect();
            let settings = Settings { language: language.into(), languages, ..Settings::default() };
            patterns(&settings).into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        assert_eq!(paths("en", &["en"]).len(), 6);
        assert_eq!(paths("fr", &["fr", "de"])[0], "patterns/password-reset.md");
        assert_eq!(paths("en", &["en", "nl"])[6], "patterns/password-reset.nl.md");
        assert_eq!(paths("nl", &["nl", "en"])[6], "patterns/password-reset.en.md");
        let dutch = Settings { language: "nl".into(), languages: vec!["nl".into()], ..Settings::default() };
        assert!(patterns(&dutch).iter().all(|(_, text)| !text.contains("translation-of")));
    }
}
