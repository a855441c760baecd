//! Lines and columns of byte offsets.

/// Letters are counted once per so many bytes.
const STEP: usize = 256;

/// The lines of a text, counted once for many questions.
#[derive(Debug)]
pub struct Places<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many letters begin before each multiple of `STEP`.
    letters: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Counts the lines of a text.
    pub fn new(text: &'a str) -> Places<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let mut letters = vec![0];
        let mut sum = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            sum += count_letters(chunk);
            letters.push(sum);
        }
        Places { text, lines: std::iter::once(0).chain(ends).collect(), letters }
    }

    /// Line and column of a byte: 1-based, the column in characters. What lies behind the text is at its end.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(0);
        (line, self.letters_before(offset) - self.letters_before(start) + 1)
    }

    fn letters_before(&self, offset: usize) -> usize {
        let step = offset / STEP;
        let counted = self.letters.get(step).copied().unwrap_or(0);
        counted + self.text.as_bytes().get(step * STEP..offset).map_or(0, count_letters)
    }
}

/// How many letters begin in these bytes.
fn count_letters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Line and column of one byte: 1-based, the column in characters. For several of one text there is [`Places`].
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    Places::new(text).position(offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_columns() {
        let text = "é1\n\nab";
        let places: Vec<_> = [0, 2, 3, 4, 5, 6, 7, 99].map(|at| position(text, at)).to_vec();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2), (3, 3), (3, 3)]);
        assert_eq!(position("", 0), (1, 1));
    }

    proptest! {
        #[test]
        fn as_counted_by_hand(text in "[aé\n€]{0,900}") {
            let places = Places::new(&text);
            for (at, _) in text.char_indices() {
                let before = &text[..at];
                let line = before.rsplit('\n').next().unwrap_or("");
                let expected = (before.matches('\n').count() + 1, line.chars().count() + 1);
                prop_assert_eq!(places.position(at), expected);
            }
        }
    }
}
