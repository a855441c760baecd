//! Keeps absurdly deep markdown from the parser, whose time grows with depth times lines.

use std::borrow::Cow;

/// No line the parser gets opens more containers.
const OPENED: usize = 100;

/// `source` without the block markers that stand after the first hundred of a line.
pub(super) fn shallow(source: &str) -> Cow<'_, str> {
    if source.split('\n').all(|line| surplus(line).is_none()) {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        match surplus(line) {
            Some((start, end)) => out.extend([&line[..start], &line[end..]]),
            None => out.push_str(line),
        }
    }
    Cow::Owned(out)
}

/// Where the markers a line starts with become too many, and where they end.
fn surplus(line: &str) -> Option<(usize, usize)> {
    let is_marker = |b: u8| matches!(b, b' ' | b'>' | b'-' | b'+' | b'*' | b'.' | b')') || b.is_ascii_digit();
    let bytes = line.as_bytes();
    let end = bytes.iter().position(|&b| !is_marker(b)).unwrap_or(bytes.len());
    let opens = |at: &usize| match bytes[*at] {
        b'>' => true,
        b'-' | b'+' | b'*' | b'.' | b')' => bytes.get(at + 1) == Some(&b' '),
        _ => false,
    };
    (0..end).filter(opens).nth(OPENED).map(|start| (start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absurd_depth_is_cut() {
        let deep = "> ".repeat(150) + "x\n" + &"lazy\n".repeat(3);
        assert_eq!(shallow(&deep), "> ".repeat(100) + "x\n" + &"lazy\n".repeat(3));
        for text in ["> ".repeat(100) + "x", "-".repeat(500), "1.".repeat(500), "a\n> b\n".to_owned()] {
            assert!(matches!(shallow(&text), Cow::Borrowed(_)));
        }
    }
}
