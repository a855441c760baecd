//! What looks like a secret: private keys, tokens of known services, passwords that are told.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// What kind of secret it seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    PrivateKey,
    /// Of a service, by its name.
    Token(&'static str),
    Password,
}

impl Secret {
    /// For people; the secret itself is never repeated.
    pub fn describe(self) -> String {
        match self {
            Secret::PrivateKey => "a private key".to_owned(),
            Secret::Token(service) => format!("a token of {service}"),
            Secret::Password => "a password".to_owned(),
        }
    }
}

/// Forms of tokens as their services document them, each with the service.
const TOKENS: [(&str, &str); 12] = [
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "AWS"),
    (r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,})", "GitHub"),
    (r"\bglpat-[0-9A-Za-z_-]{20,}", "GitLab"),
    (r"\bxox[abeoprs]-[0-9A-Za-z-]{20,}", "Slack"),
    (r"\b[rs]k_live_[0-9A-Za-z]{20,}", "Stripe"),
    (r"\bAIza[0-9A-Za-z_-]{35}\b", "Google"),
    (r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{32,}", "SendGrid"),
    (r"\bnpm_[0-9A-Za-z]{36}\b", "npm"),
    (r"\bpypi-[0-9A-Za-z_-]{50,}", "PyPI"),
    (r"\bsk-ant-[0-9A-Za-z_-]{32,}", "Anthropic"),
    (r"\bdop_v1_[0-9a-f]{64}\b", "DigitalOcean"),
    (r"\bcrates-io-[0-9A-Za-z]{30,}|\bcio[0-9A-Za-z]{32}\b", "crates.io"),
];

const KEY: &str = r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----";
/// `password: Xy7!abc1`, `your new password is hunter2x`, in English and Dutch: something with a digit or a mark in it.
const PASSWORD: &str = r"(?i)\b(?:password|passwort|wachtwoord|passcode)\b[*_`]*(?:\s*[:=]|\s+(?:is|luidt)\b:?)[\s*_`']*([^\s*_`<>{}'\x22]{6,64})";

#[expect(clippy::expect_used, reason = "the patterns are constants and a test compiles them")]
static ANY: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = TOKENS.iter().map(|(pattern, _)| *pattern).chain([KEY, PASSWORD]);
    RegexSet::new(patterns).expect("constant patterns")
});

#[expect(clippy::expect_used, reason = "the patterns are constants and a test compiles them")]
static EACH: LazyLock<Vec<(Regex, Secret)>> = LazyLock::new(|| {
    let tokens = TOKENS.iter().map(|(pattern, service)| (*pattern, Secret::Token(service)));
    let all = tokens.chain([(KEY, Secret::PrivateKey), (PASSWORD, Secret::Password)]);
    all.map(|(pattern, secret)| (Regex::new(pattern).expect("constant patterns"), secret)).collect()
});

/// What looks like a secret in a text, in order of place; time grows with the text alone.
pub fn find(text: &str) -> Vec<(Range<usize>, Secret)> {
    let mut found = Vec::new();
    for index in &ANY.matches(text) {
        let (pattern, secret) = &EACH[index];
        for captures in pattern.captures_iter(text) {
            let Some(all) = captures.get(0) else { continue };
            let is_told = captures.get(1).is_none_or(|word| is_password(word.as_str()));
            if is_told {
                found.push((all.range(), *secret));
            }
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// A text with `…` for what looks like a secret in it.
pub fn hushed(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, secret) in find(text) {
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            out.push('…');
        }
        // What is found of a password ends at what may be markdown; the password itself need not.
        let rest = if secret == Secret::Password { &text[range.end..] } else { "" };
        let more = rest.find(|letter: char| letter.is_whitespace() || letter == '\'').unwrap_or(rest.len());
        at = at.max(range.end + more);
    }
    out.push_str(&text[at..]);
    out
}

/// Whether a word may be a password rather than one of the sentence: it has a digit, and a letter or a mark.
fn is_password(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ';', ')', '!', '?']);
    let has_digit = word.chars().any(|letter| letter.is_ascii_digit());
    word.chars().count() >= 6 && has_digit && word.chars().any(|letter| !letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_sentences_are_not() {
        let key = format!("-----BEGIN {} KEY-----\nabc", "OPENSSH PRIVATE");
        let token = format!("gh{}_{}", 'p', "a1".repeat(18));
        for (text, kinds) in [
            (key.as_str(), vec![Secret::PrivateKey]),
            (&format!("use {token} here"), vec![Secret::Token("GitHub")]),
            ("Your password: Tr0ub4dor&3", vec![Secret::Password]),
            ("Je nieuwe wachtwoord is zomer2026!", vec![Secret::Password]),
            ("**Password:** `abc123def`", vec![Secret::Password]),
            ("The password is required.", vec![]),
            ("Password: at least 12 characters", vec![]),
            ("password: {{ ticket.id }}", vec![]),
            ("A password reset link was sent to you on 2026-11-22", vec![]),
        ] {
            assert_eq!(find(text).into_iter().map(|(_, kind)| kind).collect::<Vec<_>>(), kinds, "{text}");
        }
    }

    #[test]
    fn secrets_are_left_out() {
        let token = format!("gh{}_{}", 'p', "a1".repeat(18));
        assert_eq!(hushed(&format!("é {token}, {token}.md and '{token}'")), "é …, ….md and '…'");
        let password = format!("'pass{}: hunt3r-{}_and_more' is", "word", 42);
        assert_eq!(hushed(&password), "'…' is");
        assert_eq!(hushed("The password is required."), "The password is required.");
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(ANY.len(), EACH.len());
    }
}
