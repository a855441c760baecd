//! Internal parts of an article: what stands between `<!-- internal -->` and `<!-- /internal -->`.
//!
//! They are found in the text as it is written, code and all: what could be meant as a mark is one, because a part
//! shown by mistake cannot be taken back. A part that is not closed goes on to the end.

use std::ops::Range;

/// A mark: where it stands, and whether it opens.
struct Mark {
    range: Range<usize>,
    opens: bool,
}

/// The next mark at or after a place. Case and spaces within it do not matter.
fn next_mark(text: &str, from: usize) -> Option<Mark> {
    let mut at = from;
    loop {
        let start = at + text[at..].find("<!--")?;
        let inner = start + 4;
        let rest = text[inner..].trim_start_matches(|letter: char| letter.is_whitespace() || letter == '-');
        let (opens, rest) = match rest.strip_prefix('/') {
            Some(rest) => (false, rest.trim_start()),
            None => (true, rest),
        };
        let word = rest.get(..8).filter(|word| word.eq_ignore_ascii_case("internal"));
        let closed = word.and_then(|_| {
            let tail = rest[8..].trim_start_matches(|letter: char| letter.is_whitespace() || letter == '-');
            tail.strip_prefix('>').map(|after| text.len() - after.len())
        });
        if let Some(end) = closed {
            return Some(Mark { range: start..end, opens });
        }
        at = inner;
    }
}

/// Where the internal parts of a text lie, marks included; a mark alone on its line takes the line with it.
pub fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut at, mut depth, mut start) = (0, 0usize, 0);
    while let Some(mark) = next_mark(text, at) {
        at = mark.range.end;
        match (mark.opens, depth) {
            (true, 0) => (depth, start) = (1, mark.range.start),
            (true, _) => depth += 1,
            // A close without an opening: the mark alone goes.
            (false, 0) => parts.push(mark.range),
            (false, 1) => {
                depth = 0;
                parts.push(whole_lines(text, start..at));
            }
            (false, _) => depth -= 1,
        }
    }
    if depth > 0 {
        parts.push(start..text.len());
    }
    parts
}

/// The marks that have no other side: where they stand, and whether they open.
pub fn unbalanced(text: &str) -> Vec<(usize, bool)> {
    let (mut found, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(mark) = next_mark(text, at) {
        at = mark.range.end;
        match mark.opens {
            true => open.push(mark.range.start),
            false if open.pop().is_none() => found.push((mark.range.start, false)),
            false => {}
        }
    }
    found.extend(open.first().map(|start| (*start, true)));
    found
}

/// The range with the end of its last line, where nothing else stands on its lines.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let alone = text[..range.start].rsplit('\n').next().is_none_or(|before| before.trim().is_empty());
    let after = &text[range.end..];
    let line = after.find('\n').map_or(after.len(), |end| end + 1);
    if alone && after[..line].trim().is_empty() { range.start..range.end + line } else { range }
}

/// The text as the public may read it.
pub fn without(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for part in parts(text) {
        out.push_str(&text[at..part.start.max(at)]);
        at = part.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_cut() {
        for (text, public) in [
            ("a\n<!-- internal -->\nb\n<!-- /internal -->\nc\n", "a\nc\n"),
            ("a <!--INTERNAL-->b<!--  / internal  --> c", "a  c"),
            ("a <!-- internal --> b", "a "),
            ("a <!-- internal -->b<!-- internal -->c<!-- /internal -->d<!-- /internal -->e", "a e"),
            ("a <!-- /internal --> b", "a  b"),
            ("a <!-- internally --> b <!-- internal", "a <!-- internally --> b <!-- internal"),
            ("```\n<!-- internal -->\nx\n```\n", "```\n"),
            ("<!-- <!-- internal --> x <!-- /internal -->y", "<!-- y"),
            ("<!--- internal --->x<!--- /internal --->y", "y"),
            ("é<!-- internal -->é<!-- /internal -->é", "éé"),
        ] {
            assert_eq!(without(text), public, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_internal_never_survives(before in "[a-z\n<!>é -]{0,40}", inside in "[a-z\n<!>é -]{0,40}", after in "[a-z\n é]{0,40}") {
            let text = format!("{before}\n<!-- internal -->\n{inside}SECRET{inside}\n<!-- /internal -->\n{after}SEEN");
            let public = without(&text);
            prop_assert!(!public.contains("SECRET"), "{public}");
            prop_assert!(public.ends_with(&format!("{after}SEEN")), "{public}");
        }
    }
}
