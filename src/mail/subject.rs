//! Subjects: the ticket they name, and the prefixes of answers and forwards.

/// Prefixes of answers, as mailers of many languages write them.
const ANSWERS: [&str; 22] = [
    "re", "aw", "antw", "antwort", "sv", "vs", "vá", "res", "rif", "ref", "odp", "ynt", "ang", "bls", "atb", "hv",
    "απ", "σχετ", "на", "回复", "回覆", "答复",
];
/// Prefixes of forwards.
const FORWARDS: [&str; 28] = [
    "fwd",
    "fw",
    "wg",
    "doorst",
    "tr",
    "rv",
    "enc",
    "i",
    "vb",
    "vl",
    "fs",
    "pd",
    "továbbítás",
    "továbbítva",
    "fya",
    "vir",
    "yml",
    "trs",
    "bil",
    "fvs",
    "doorgestuurd",
    "weitergeleitet",
    "転送",
    "转发",
    "轉寄",
    "προώθ",
    "пересл",
    "inoltra",
];

/// The ticket ids of all tokens like `[#261122-7k2qm]`, in lower case and in order: six digits, and a tail of 4 to 8
/// characters of Crockford's base 32.
pub fn tokens(subject: &str) -> Vec<String> {
    subject.split("[#").skip(1).filter_map(|rest| id(rest.split_once(']')?.0)).collect()
}

/// The first ticket id that the subject names.
pub fn token(subject: &str) -> Option<String> {
    tokens(subject).into_iter().next()
}

fn id(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (day, tail) = text.split_once('-')?;
    let crockford = |c: char| c.is_ascii_digit() || (c.is_ascii_lowercase() && !matches!(c, 'i' | 'l' | 'o' | 'u'));
    let digits = day.len() == 6 && day.chars().all(|c| c.is_ascii_digit());
    (digits && (4..=8).contains(&tail.len()) && tail.chars().all(crockford)).then_some(text)
}

/// The subject without prefixes of answers and forwards and without tokens.
pub fn bare(subject: &str) -> String {
    let mut text = subject.to_string();
    for token in
        subject.split("[#").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0)).filter(|t| id(t).is_some())
    {
        text = text.replace(&format!("[#{token}]"), " ");
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    without_prefixes(&text).to_string()
}

/// The subject without prefixes of answers and forwards.
pub fn without_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((_, after)) = prefix(rest) {
        rest = after;
    }
    rest
}

/// Whether the outermost prefix says that a message was forwarded.
pub fn is_forward(subject: &str) -> bool {
    prefix(subject.trim()).is_some_and(|(name, _)| FORWARDS.contains(&name.as_str()))
}

/// Whether the outermost prefix says that this is an answer.
pub fn is_answer(subject: &str) -> bool {
    prefix(subject.trim()).is_some_and(|(name, _)| ANSWERS.contains(&name.as_str()))
}

/// The first prefix in lower case, without a counter (`Re[2]:`, `Re^2:`, `AW(3):`), and what follows it.
fn prefix(text: &str) -> Option<(String, &str)> {
    let (head, rest) = text.split_once([':', '：'])?;
    let name = head.trim_end();
    let name =
        name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^' | '*' | ' '));
    let name = name.to_lowercase();
    let known = ANSWERS.contains(&name.as_str()) || FORWARDS.contains(&name.as_str());
    known.then(|| (name, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_shape_of_ids() {
        assert_eq!(token("Re: Help [#261122-7k2qm]").as_deref(), Some("261122-7k2qm"));
        assert_eq!(tokens("[#261122-7K2Q] x [#261121-0c4m]"), ["261122-7k2q", "261121-0c4m"]);
        for none in [
            "[#261122-7k2]",
            "[#261122-7k2qmmmmm]",
            "[#26112-7k2q]",
            "[#261122-uuuu]",
            "#261122-7k2q",
            "[#261122-7k2q",
            "[#]",
        ] {
            assert_eq!(token(none), None, "{none}");
        }
    }

    #[test]
    fn prefixes_fall_away() {
        for subject in [
            "Re: Help",
            "AW: Re: Help",
            "Antw: [#261122-7k2q] Help",
            "RE[2]: SV: Help",
            "Fwd: Help",
            "Re^3: Help",
            "回复：Help",
        ] {
            assert_eq!(bare(subject), "Help", "{subject}");
        }
        assert_eq!(bare("Error: 5 re: that"), "Error: 5 re: that");
    }

    #[test]
    fn forwards_are_told_from_answers() {
        for forward in ["Fwd: x", "FW: x", "Doorst: x", "WG: x", "TR: x", "RV: x", "I: x", "转发：x"] {
            assert!(is_forward(forward) && !is_answer(forward), "{forward}");
        }
        assert!(is_answer("Re: Fwd: x") && !is_forward("Re: Fwd: x") && !is_forward("Help: x") && !is_answer(""));
    }
}
