//! Text from strangers, made fit for SVG and HTML.

/// Narrow letters, on average, in parts of the size of the font.
const LETTER: f64 = 0.62;

/// `text` as content or as the value of an attribute: on one line, without control characters, escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    inert(&out)
}

/// Escaped text that not even a careless search takes for an attribute, a style or an address.
pub(super) fn inert(escaped: &str) -> String {
    escaped.replace('=', "&#61;").replace('(', "&#40;").replace('@', "&#64;").replace("://", "&#58;//")
}

/// `text` on one line, without control characters, bidirectional overrides and what XML has no place for.
pub(crate) fn clean(text: &str) -> String {
    let kept = |c: &char| !is_dropped(*c);
    let spaced = |c: char| if c.is_whitespace() { ' ' } else { c };
    text.chars().map(spaced).filter(kept).collect::<String>().trim().to_owned()
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The text, cut with `…` where it would be wider than `width` pixels at `size` pixels.
pub(super) fn cut(text: &str, width: f64, size: f64) -> String {
    let text = clean(text);
    if self::width(&text, size) <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = self::width("…", size);
    for c in text.chars() {
        used += letter(c, size);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// About how many pixels wide `text` is at `size` pixels: nobody knows which font there is.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| letter(c, size)).sum()
}

fn letter(c: char, size: f64) -> f64 {
    let part = match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' => 0.37,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.98,
        'A'..='Z' => 0.74,
        '\u{300}'..='\u{36f}' => 0.0,
        '\u{1100}'.. => 1.05,
        _ => LETTER,
    };
    part * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_harmless() {
        assert_eq!(
            escaped("<b a=\"1\" c='2'>&\u{1b}[31m\r\nx\0"),
            "&lt;b a&#61;&quot;1&quot; c&#61;&#39;2&#39;&gt;&amp;[31m  x"
        );
        assert_eq!(clean("\u{202e}abc\u{2066}\u{ffff}\u{85}"), "abc");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(cut("short", 100.0, 12.0), "short");
        let long = cut(&"a name ".repeat(40), 100.0, 12.0);
        assert!(long.ends_with('…') && width(&long, 12.0) <= 100.0, "{long}");
        assert_eq!(cut("abc", 0.0, 12.0), "…");
        assert!(cut(&"漢".repeat(40), 100.0, 12.0).chars().count() < 10);
    }
}
