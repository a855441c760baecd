//! What is wrong with a query, and where.

use std::fmt;

/// How much of a query or a value a message shows, in characters.
const SHOWN: usize = 60;

/// What is wrong with a query; points at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub message: String,
    pub hint: Option<String>,
    /// 1-based, in characters, at the offending text.
    pub column: usize,
    /// The query says `me`, and nobody was found to be it.
    pub missing_agent: bool,
}

impl Wrong {
    pub(super) fn new(column: usize, message: impl Into<String>) -> Wrong {
        Wrong { message: message.into(), hint: None, column, missing_agent: false }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Wrong {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

/// The query in one line and a `^` under `column` (1-based, in characters). Of a long query only the part around it.
pub fn render_pointer(text: &str, column: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let place = column.saturating_sub(1).min(letters.len());
    let start = if place > SHOWN { place - SHOWN / 2 } else { 0 };
    let end = letters.len().min(place + SHOWN);
    let shown = |letters: &[char]| letters.iter().map(|&letter| render_letter(letter, " ")).collect::<String>();
    let lead = if start > 0 { "…" } else { "" };
    let before = format!("{lead}{}", shown(&letters[start..place]));
    let trail = if end < letters.len() { "…" } else { "" };
    format!("{before}{}{trail}\n{}^", shown(&letters[place..end]), " ".repeat(before.chars().count()))
}

/// A piece of a text for a message: control characters escaped, a long one cut.
pub fn render_piece(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|letter| render_letter(letter, "\\n")).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A letter as a terminal may show it: what steers a terminal or the direction of writing is escaped.
fn render_letter(letter: char, line_end: &str) -> String {
    let steers =
        matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    match letter {
        '\n' => line_end.to_owned(),
        _ if letter.is_control() || steers => letter.escape_default().to_string(),
        _ => letter.to_string(),
    }
}

/// The candidate a person most likely meant, if one is near.
pub fn find_nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    if length > SHOWN {
        return None;
    }
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        if length >= 2 && candidate.starts_with(&typed) { 1 } else { strsim::osa_distance(&typed, &candidate) }
    };
    let far = length.div_ceil(3).min(4);
    let near = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    near.filter(|(distance, _)| *distance <= far).min_by_key(|(distance, _)| *distance).map(|(_, near)| near)
}

/// `did you mean 'open'? status takes new, open`: the nearest and, where they are few, all.
pub(super) fn suggest(typed: &str, what: &str, valid: &[&str]) -> Option<String> {
    let nearest = find_nearest(typed, valid.iter().copied()).map(|near| format!("did you mean '{near}'?"));
    let few = (1..=16).contains(&valid.len()).then(|| format!("{what} takes {}", valid.join(", ")));
    match (nearest, few) {
        (Some(nearest), Some(few)) => Some(format!("{nearest} {few}")),
        (nearest, few) => nearest.or(few),
    }
}
