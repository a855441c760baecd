//! A place in the text that moves on; what block and flow style have in common.

/// How deep values may lie in one another; the reader takes 32.
const MAX_DEPTH: usize = 64;

/// Moves over the text. Once it is lost it stands at the end, where every loop stops.
pub(super) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
    depth: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0, depth: 0 }
    }

    pub fn byte(&self) -> Option<u8> {
        self.byte_at(self.at)
    }

    pub fn byte_at(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Whether a blank, a line break or nothing stands at a byte.
    pub fn is_blank(&self, at: usize) -> bool {
        self.byte_at(at).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    /// Gives up.
    pub fn lose(&mut self) {
        self.at = self.text.len();
    }

    /// Reads what lies one deeper; too deep is lost.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth == MAX_DEPTH {
            self.lose();
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// Over blanks, line breaks and comments, to the next token.
    pub fn skip_blank(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.at = self.line_end(),
                _ => break,
            }
        }
    }

    /// Over an anchor, a tag or an alias.
    pub fn skip_word(&mut self) {
        while !self.is_blank(self.at) {
            self.at += 1;
        }
    }

    /// The line break that ends the line, or the end of the text.
    pub fn line_end(&self) -> usize {
        self.text.as_bytes()[self.at..]
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(self.text.len(), |end| self.at + end)
    }

    /// Bytes from the begin of the line.
    pub fn column(&self) -> usize {
        self.text.as_bytes()[..self.at].iter().rev().take_while(|&&byte| byte != b'\n').count()
    }

    /// The byte behind the closing quote of the quoted text at a byte.
    pub fn quoted_end(&self, start: usize) -> Option<usize> {
        let quote = self.byte_at(start)?;
        let mut at = start + 1;
        loop {
            match self.byte_at(at)? {
                b'\\' if quote == b'"' => at += 2,
                byte if byte == quote && quote == b'\'' && self.byte_at(at + 1) == Some(quote) => at += 2,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    /// Over a quoted text.
    pub fn skip_quoted(&mut self) {
        self.at = self.quoted_end(self.at).unwrap_or(self.text.len());
    }

    /// What a key says, of the bytes it is written with.
    pub fn key_text(&self, start: usize, end: usize) -> String {
        let written = self.text.get(start..end).unwrap_or_default().trim();
        let quoted = written.starts_with(['"', '\'']).then(|| serde_yaml::from_str(written).ok()).flatten();
        quoted.unwrap_or_else(|| written.to_owned())
    }
}
