//! Text as a YAML scalar: plain where every reader takes it for that very text, else quoted.

/// Where a scalar stands. In flow style commas, brackets and colons mean something too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    Flow,
}

/// A text as YAML that means this text in block and in flow style, to YAML 1.1 and 1.2 readers.
pub fn render_scalar(text: &str) -> String {
    render_at(text, Place::Flow)
}

/// A text as YAML for one place.
pub(super) fn render_at(text: &str, place: Place) -> String {
    if text.chars().any(needs_escape) {
        double_quoted(text)
    } else if is_instant(text) || is_plain(text, place) {
        text.to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn is_plain(text: &str, place: Place) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let indicator = "-?:,[]{}#&*!|>'\"%@` ".contains(first);
    let inner = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
    let flow = place == Place::Flow && text.contains([',', '[', ']', '{', '}', ':', '?']);
    !(indicator || inner || flow || is_word(text) || is_numeric(text) || is_date(text) || text.starts_with("..."))
}

/// Words that some reader takes for truth, nothing, a merge or a default.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 13] = ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", "..."];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers in any notation: decimal, grouped, based, with exponent, infinite, sexagesimal; versions go with them.
fn is_numeric(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan") {
        return true;
    }
    let based = ["0x", "0o", "0b"].iter().filter_map(|prefix| lower.strip_prefix(prefix));
    if based.into_iter().any(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_')) {
        return true;
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || b"_,.:".contains(&byte));
    mantissa.bytes().any(|byte| byte.is_ascii_digit()) && numeric(mantissa) && numeric(exponent)
}

/// Dates and times as YAML 1.1 knows them, and whatever begins like one.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut digits = |least: usize, most: usize| {
        parts.next().is_some_and(|part| {
            let count = part.bytes().take_while(u8::is_ascii_digit).count();
            (least..=most).contains(&count) && (count == part.len() || most == 31)
        })
    };
    digits(4, 4) && digits(1, 2) && digits(1, 31)
}

/// An RFC 3339 instant in UTC to the second, `2026-11-22T04:20:00Z`: plain by our own design.
fn is_instant(text: &str) -> bool {
    const SHAPE: &[u8; 20] = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = |(&byte, &shape): (&u8, &u8)| if shape == b'd' { byte.is_ascii_digit() } else { byte == shape };
    text.len() == SHAPE.len() && text.bytes().collect::<Vec<u8>>().iter().zip(SHAPE).all(fits)
}

/// Controls, Unicode line breaks, and what YAML readers refuse or drop.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) && (c as u32) < 0x100 => out.push_str(&format!("\\x{:02X}", c as u32)),
            c if needs_escape(c) => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
