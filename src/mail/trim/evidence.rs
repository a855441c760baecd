//! Dates, times and addresses in a line: what tells an attribution from a sentence.

/// Whether a year or a date in numbers is in it.
pub(super) fn has_date(text: &str) -> bool {
    let numbers = numbers(text);
    let year =
        |&(start, end): &(usize, usize)| end - start == 4 && matches!(text.get(start..start + 2), Some("19" | "20"));
    numbers.iter().any(year) || numbers.windows(3).any(|three| is_numeric_date(text, three))
}

/// Whether three numbers read like `21.11.26` or `6/16/2016`.
fn is_numeric_date(text: &str, numbers: &[(usize, usize)]) -> bool {
    let [(a, b), (c, d), (e, f)] = *numbers else { return false };
    let between = (text.get(b..c), text.get(d..e));
    let short = |start: usize, end: usize| matches!(end - start, 1 | 2);
    matches!(between, (Some("."), Some(".")) | (Some("/"), Some("/")) | (Some("-"), Some("-")))
        && short(c, d)
        && !in_dotted_number(text, a, f)
        && (short(a, b) && matches!(f - e, 2 | 4) || b - a == 4 && short(e, f))
}

/// Whether a time of day is in it: `9:30`, `20.42`, `10h15`.
pub(super) fn has_time(text: &str) -> bool {
    numbers(text).windows(2).any(|two| {
        let [(a, b), (c, d)] = *two else { return false };
        let below = |range: (usize, usize), limit: u32| {
            text.get(range.0..range.1)
                .and_then(|digits| digits.parse::<u32>().ok())
                .is_some_and(|number| number < limit)
        };
        let parted = matches!(text.get(b..c), Some(":" | "." | "h"));
        parted && b - a <= 2 && d - c == 2 && below((a, b), 25) && below((c, d), 60) && !in_dotted_number(text, a, d)
    })
}

/// Whether more numbers come before or after, parted by dots, as in an address of a host.
fn in_dotted_number(text: &str, start: usize, end: usize) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let before = start > 1 && bytes[start - 1] == b'.' && digit(bytes.get(start - 2));
    before || bytes.get(end) == Some(&b'.') && digit(bytes.get(end + 1))
}

/// Where the runs of ASCII digits begin and end.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// Whether an address in brackets is in it: `<a@b.c>`, `(a@b.c)`, `[a@b.c]`.
pub(super) fn has_bracketed_address(text: &str) -> bool {
    let Some(at) = text.find('@') else { return false };
    let (before, after) = text.split_at(at);
    let pairs = [('<', '>'), ('(', ')'), ('[', ']')];
    pairs.iter().any(|(open, close)| before.contains(*open) && after.contains(*close)) && address(text).is_some()
}

/// The first address in it, and the bytes it takes.
pub(super) fn address(text: &str) -> Option<(&str, std::ops::Range<usize>)> {
    let at = text.find('@')?;
    let (before, after) = (&text[..at], &text[at + 1..]);
    let local = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    let domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let start = before.char_indices().rev().take_while(|(_, c)| local(*c)).last()?.0;
    let start = at - before[start..].trim_start_matches(['*', '_', '\'', '`']).len();
    let host = after.char_indices().find(|(_, c)| !domain(*c)).map_or(after, |(end, _)| &after[..end]);
    let host = host.trim_end_matches(['.', '-']);
    let found = start..at + 1 + host.len();
    (start < at && !host.is_empty()).then(|| (&text[found.clone()], found))
}

/// Whether a phrase stands in it as words of their own; scripts without spaces between words need none around it.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    let parted = |outer: Option<char>, inner: Option<char>| {
        !outer.is_some_and(char::is_alphanumeric) || inner.is_some_and(|c| c >= '\u{2e80}')
    };
    text.match_indices(phrase).any(|(at, found)| {
        parted(text[..at].chars().next_back(), found.chars().next())
            && parted(text[at + found.len()..].chars().next(), found.chars().next_back())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_years_or_three_numbers() {
        for text in ["3 mei 2024", "21.11.26", "6/16/2016", "2026-11-21", "2026年11月21日"] {
            assert!(has_date(text), "{text}");
        }
        for text in ["room 2150", "1.2", "5.2.0", "1.2.345", "192.0.2.56", "12 345"] {
            assert!(!has_date(text), "{text}");
        }
    }

    #[test]
    fn times_have_two_digits_of_minutes() {
        for text in ["9:30", "kl. 20.42", "10h15", "10:00:12"] {
            assert!(has_time(text), "{text}");
        }
        for text in ["3.05.2021", "1:2", "12.75", "192.0.2.56", "99:10"] {
            assert!(!has_time(text), "{text}");
        }
    }

    #[test]
    fn addresses_are_found_in_any_brackets() {
        let found = |text| address(text).map(|(address, _)| address);
        for text in ["Ann <ann@b.example>", "[mailto:ann@b.example]", "*ann@b.example*", "ann@b.example."] {
            assert_eq!(found(text), Some("ann@b.example"), "{text}");
        }
        for text in ["@", "a@", "@b", "a @ b", "é"] {
            assert_eq!(found(text), None, "{text}");
        }
        assert!(
            has_bracketed_address("Ann <a@b.c>")
                && !has_bracketed_address("a@b.c")
                && !has_bracketed_address("> a@b.c <")
        );
    }

    #[test]
    fn phrases_are_whole_words() {
        assert!(
            has_phrase("ann wrote:", "wrote") && !has_phrase("ann rewrote:", "wrote") && has_phrase("日写道：", "写道")
        );
    }
}
