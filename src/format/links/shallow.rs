//! Keeps absurdly deep markdown from the parser, whose time grows with depth times lines.

use std::borrow::Cow;

/// No line the parser gets opens more containers.
const OPENED: usize = 100;

/// `source`, its block markers after the first hundred of a line made letters: all places stay.
pub(in crate::format) fn shallow(source: &str) -> Cow<'_, str> {
    if source.split('\n').all(|line| surplus(line).is_none()) {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let (start, end) = surplus(line).unwrap_or((line.len(), line.len()));
        out.push_str(&line[..start]);
        out.extend(std::iter::repeat_n('x', end - start));
        out.push_str(&line[end..]);
    }
    Cow::Owned(out)
}

/// Where the markers a line starts with become too many, and where they end.
fn surplus(line: &str) -> Option<(usize, usize)> {
    let is_marker =
        |byte: u8| matches!(byte, b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')') || byte.is_ascii_digit();
    let bytes = line.as_bytes();
    let end = bytes.iter().position(|&byte| !is_marker(byte)).unwrap_or(bytes.len());
    let opens = |at: &usize| match bytes[*at] {
        b'>' => true,
        b'-' | b'+' | b'*' | b'.' | b')' => matches!(bytes.get(at + 1), Some(b' ' | b'\t')),
        _ => false,
    };
    (0..end).filter(opens).nth(OPENED).map(|start| (start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absurd_depth_is_flattened() {
        let deep = "> ".repeat(102) + "y\nlazy\n";
        assert_eq!(shallow(&deep), "> ".repeat(100) + "xxxxy\nlazy\n");
        for text in ["> ".repeat(100) + "y", "-".repeat(500), "1.".repeat(500), "a\n> b\n".to_owned()] {
            assert!(matches!(shallow(&text), Cow::Borrowed(_)));
        }
    }
}
