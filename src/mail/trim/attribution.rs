//! Attributions: the lines, written by a mail program, that say who wrote what follows and when.

use super::evidence::{has_bracketed_address, has_date, has_phrase, has_time};
use super::lines::{is_blank, is_quote, is_space};
use super::words::{OPENERS, WROTE};

/// How long an attribution is at most, in bytes, unwrapped.
const LONGEST: usize = 400;
/// Over how many lines an attribution is wrapped at most.
const WRAPPED: usize = 3;
/// How many words introduce a quote at most.
const INTRODUCTION: usize = 12;

/// How many words a name has at most.
const NAME: usize = 5;

/// An attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Over how many lines it goes.
    pub lines: usize,
    /// Whether it tells enough to be one even without a quote below it.
    pub strong: bool,
}

/// How much a text is like an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Claim {
    None,
    /// It says that somebody wrote.
    Weak,
    /// It says so with a date or in a few words: one if a quote follows.
    Likely,
    /// It has author and date, or date and time.
    Strong,
}

/// The attribution that begins at a line.
pub(super) fn find(lines: &[&str], at: usize) -> Option<Found> {
    let claim = claim(lines[at]);
    if claim == Claim::Strong || stands_alone(lines, at) && is_stamp(lines[at]) {
        return Some(Found { lines: 1, strong: true });
    }
    if let Some(lines) = (2..=WRAPPED).find(|count| is_wrapped(lines, at, *count)) {
        return Some(Found { lines, strong: true });
    }
    let introduction = claim >= Claim::Weak && lines[at].split_whitespace().count() <= INTRODUCTION;
    let weak = (introduction || claim == Claim::Likely) && quote_follows(lines, at + 1);
    weak.then_some(Found { lines: 1, strong: false })
}

/// Whether an attribution begins at a line and goes on to the end of the last of `count` lines.
fn is_wrapped(lines: &[&str], at: usize, count: usize) -> bool {
    let Some(wrapped) = lines.get(at..at + count) else { return false };
    if wrapped.iter().any(|line| is_blank(line) || is_quote(line) || line.len() > LONGEST) || !opens(wrapped[0]) {
        return false;
    }
    let claimed = claim(&wrapped.join(" "));
    let likely = claimed == Claim::Strong || claimed == Claim::Likely && quote_follows(lines, at + count);
    likely && !(1..count).any(|from| is_whole(&wrapped[..from], &wrapped[from..]))
}

/// Whether the last lines are an attribution that lacks nothing that the first lines have.
fn is_whole(first: &[&str], last: &[&str]) -> bool {
    let (first, last) = (first.join(" "), last.join(" "));
    let lacks = |has: fn(&str) -> bool| has(&first) && !has(&last);
    claim(&last) == Claim::Strong && !lacks(has_date) && !lacks(has_bracketed_address)
}

/// Whether a line may be the first of a wrapped attribution.
fn opens(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| is_space(c) || !c.is_alphanumeric());
    if line.trim_end().ends_with(['!', '?', ':']) || ends_sentence(line) {
        return false;
    }
    let first = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    OPENERS.contains(&first.trim_end_matches(','))
        || line.split_once('<').is_some_and(|(name, _)| name.split_whitespace().count() <= NAME)
        || line.split_whitespace().take(3).any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a line ends with a full stop that is not that of an abbreviation.
fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end();
    let last = line.split_whitespace().next_back().unwrap_or_default();
    last.ends_with('.') && last.chars().filter(|c| c.is_alphabetic()).count() > 4
}

/// How much a text, unwrapped, is like an attribution.
fn claim(text: &str) -> Claim {
    if text.len() > LONGEST || !text.ends_with(|c: char| is_space(c) || matches!(c, ':' | '：' | '>' | '-' | '*' | '_'))
    {
        return Claim::None;
    }
    let text = text.to_lowercase().replace("&lt;", "<").replace("&gt;", ">");
    let dashed = text.starts_with("--") && text.trim_end().ends_with("--");
    let text = text.trim_matches(|c: char| is_space(c) || matches!(c, '*' | '_' | '-'));
    let (date, author) = (has_date(text), has_bracketed_address(text));
    if !dashed && !text.ends_with([':', '：']) {
        return if author && is_date_first(text) { Claim::Strong } else { Claim::None };
    }
    let wrote = WROTE.iter().any(|phrase| text.len() > phrase.len() + 1 && has_phrase(text, phrase));
    match (wrote, date, author) {
        (true, _, true) => Claim::Strong,
        (true, true, _) | (_, true, true) if has_time(text) => Claim::Strong,
        (true, true, _) => Claim::Likely,
        (true, ..) => Claim::Weak,
        _ => Claim::None,
    }
}

/// Whether a text begins with a whole date and ends with an address: `2026-11-21 10:00 GMT+01:00 Ann <a@b.c>`.
fn is_date_first(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first.starts_with(|c: char| c.is_ascii_digit()) && has_date(first) && text.ends_with('>')
}

/// Whether a line is nothing but a date, a time with its zone and a name, as some programs write it.
fn is_stamp(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().take(9).collect();
    let [date, time, zone, name @ ..] = words.as_slice() else { return false };
    let named = (1..=5).contains(&name.len()) && name.iter().all(|word| word.starts_with(char::is_alphabetic));
    date.len() <= 10 && has_date(date) && time.len() <= 5 && has_time(time) && zone.starts_with("GMT") && named
}

/// Whether the lines around a line are blank.
fn stands_alone(lines: &[&str], at: usize) -> bool {
    let blank = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| is_blank(line));
    blank(at.checked_sub(1)) && blank(Some(at + 1))
}

/// Whether a quote begins at a line, or below one or two blank lines.
fn quote_follows(lines: &[&str], from: usize) -> bool {
    lines.iter().skip(from).take(3).find(|line| !is_blank(line)).is_some_and(|line| is_quote(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attributions as mail programs write them.
    const STRONG: &[&str] = &[
        "On Sat, Nov 21, 2026 at 10:00 AM Ann Lee <ann@desk.example> wrote:",
        "On Sat, 21 Nov 2026 10:00:00 +0000, \"Ann Lee\" <ann@desk.example> wrote:",
        "*On 21 Nov 2026, at 10:00, Ann Lee <ann@desk.example> wrote:*",
        "Ann Lee <ann@desk.example> wrote on 21.11.2026 10:00:",
        "Am Sa., 21. Nov. 2026 um 10:00 Uhr schrieb Ann Lee <ann@desk.example>:",
        "Am 21.11.26 um 10:00 schrieb Ann Lee:",
        "Op za 21 nov 2026 om 10:00 schreef Ann Lee <ann@desk.example>:",
        "Op 21 nov. 2026 om 10:00 heeft Ann Lee <ann@desk.example> het volgende geschreven:",
        "Le sam. 21 nov. 2026 à 10:00, Ann Lee <ann@desk.example> a écrit :",
        "Le 21/11/2026 à 10h00, Ann Lee a écrit :",
        "El sáb, 21 nov 2026 a las 10:00, Ann Lee (<ann@desk.example>) escribió:",
        "Il giorno sab 21 nov 2026 alle ore 10:00 Ann Lee <ann@desk.example> ha scritto:",
        "Em sáb., 21 de nov. de 2026 às 10:00, Ann Lee <ann@desk.example> escreveu:",
        "Den lör 21 nov. 2026 kl 10:00 skrev Ann Lee <ann@desk.example>:",
        "lør. 21. nov. 2026 kl. 10:00 skrev Ann Lee <ann@desk.example>:",
        "la 21. marrask. 2026 klo 10.00 Ann Lee (ann@desk.example) kirjoitti:",
        "sob., 21 lis 2026 o 10:00 Ann Lee <ann@desk.example> napisał(a):",
        "so 21. 11. 2026 v 10:00 odesílatel Ann Lee <ann@desk.example> napsal:",
        "сб, 21 нояб. 2026 г. в 10:00, Ann Lee <ann@desk.example>:",
        "21 листопада 2026, 10:00:00, від \"Ann Lee\" <ann@desk.example> пише:",
        "Ann Lee <ann@desk.example> ezt írta (időpont: 2026. nov. 21., Szo, 10:00):",
        "În sâm., 21 nov. 2026 la 10:00, Ann Lee <ann@desk.example> a scris:",
        "Ann Lee <ann@desk.example>, 21 Kas 2026 Cmt, 10:00 tarihinde şunu yazdı:",
        "Στις Σάβ 21 Νοε 2026 στις 10:00 π.μ., ο χρήστης Ann Lee <ann@desk.example> έγραψε:",
        "\u{202b}בתאריך שבת, 21 בנוב׳ 2026 ב-10:00 מאת \u{202a}Ann Lee\u{202c}\u{200f} <\u{202a}ann@desk.example\u{202c}\u{200f}>:\u{202c}",
        "Vào Th 7, 21 thg 11, 2026 vào lúc 10:00 Ann Lee <ann@desk.example> đã viết:",
        "Ann Lee <ann@desk.example> 于2026年11月21日周六 10:00写道：",
        "2026年11月21日(土) 10:00 Ann Lee <ann@desk.example>:",
        "2026년 11월 21일 (토) 오전 10:00, Ann Lee <ann@desk.example>님이 작성:",
        "2026-11-21 10:00 GMT+01:00 Ann Lee <ann@desk.example>",
        "---- On Sat, 21 Nov 2026 10:00:00 +0100 Ann &lt;ann@desk.example&gt; wrote ----",
        "On Sat, 21 Nov 2026 at 10:00, Ann [ann@desk.example](mailto:ann@desk.example) wrote:",
    ];

    /// Sentences, which are none.
    const SENTENCES: &[&str] = &[
        "I wrote:",
        "On Monday I wrote a long mail about this.",
        "The error of 21 November 2026 is:",
        "Please write to Ann <ann@desk.example>:",
        "On 21 Nov 2026 at 10:00 the printer said:",
        "Call 2026-11-21 10:00",
        "550 5.2.0 <ann@desk.example> From:",
        "",
        ":",
        "wrote:",
    ];

    fn one(lines: &[&str]) -> Option<Found> {
        find(lines, 0)
    }

    #[test]
    fn attributions_in_many_languages() {
        for text in STRONG {
            assert_eq!(one(&[text, "", "Hello."]), Some(Found { lines: 1, strong: true }), "{text}");
        }
    }

    #[test]
    fn attributions_wrapped_anywhere() {
        for text in STRONG.iter().filter(|text| text.starts_with(|c: char| c.is_ascii_alphanumeric())) {
            for (at, _) in text.match_indices(' ').filter(|(at, _)| *at > text.len() / 2) {
                let (first, last) = text.split_at(at);
                let found = one(&[first, last.trim_start(), "", "> Hello."]);
                assert!(found.is_some_and(|found| found.strong), "{first}|{last}");
            }
        }
    }

    #[test]
    fn sentences_are_none() {
        for text in SENTENCES {
            assert_eq!(one(&[text, "", "Hello."]), None, "{text}");
        }
    }

    #[test]
    fn a_few_words_introduce_a_quote() {
        assert_eq!(one(&["Ann wrote:", "> Hello."]), Some(Found { lines: 1, strong: false }));
        assert_eq!(one(&["Ann said:", "> Hello."]), None);
    }

    #[test]
    fn the_sentence_above_is_not_swallowed() {
        let lines = ["It came at 9:30 on 3 May 2026, see below", "On 21 Nov 2026 at 10:00, Ann wrote:", "> Hello."];
        assert_eq!((find(&lines, 0), find(&lines, 1)), (None, Some(Found { lines: 1, strong: true })));
    }

    #[test]
    fn a_date_and_a_name_stand_alone() {
        assert!(one(&["2026-11-21 10:00 GMT+01:00 Ann Lee", "", "Hello."]).is_some());
        assert!(one(&["2026-11-21 10:00 GMT+01:00 Ann Lee", "Hello."]).is_none());
        assert!(one(&["2026-11-21 10:00:12 GMT+01:00 out of memory", ""]).is_none());
    }
}
