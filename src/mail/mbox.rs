//! Mailboxes as files: the messages of an mbox (RFC 4155), and which files of a Maildir are messages.
use std::{
    fmt,
    io::{self, BufRead},
};

/// The longest name of a header field that tells an envelope line where no blank line does.
const LONGEST_NAME: usize = 80;

/// Why a message of an mbox cannot be given.
#[derive(Debug)]
pub enum Error {
    /// Reading failed; nothing follows.
    Read(io::Error),
    /// The message that starts at this byte is longer than allowed; those after it follow.
    TooLarge {
        /// Where its envelope line starts.
        offset: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Read(error) => write!(to, "the mailbox cannot be read: {error}"),
            Self::TooLarge { offset } => write!(to, "the message at byte {offset} of the mailbox is too large"),
        }
    }
}

impl std::error::Error for Error {}

/// A message of an mbox, without its envelope line, `>From ` unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where its envelope line starts in the file.
    pub offset: u64,
    /// The raw message.
    pub raw: Vec<u8>,
}

/// The messages of an mbox, one by one. What stands before the first envelope line is a message too if it is not blank.
pub struct Mbox<R> {
    reader: R,
    limit: usize,
    line: Vec<u8>,
    /// Bytes that were looked at, but belong to the lines to come.
    ahead: Vec<u8>,
    at: u64,
    started: Option<u64>,
    done: bool,
}

impl<R: BufRead> Mbox<R> {
    /// Reads messages of at most `limit` bytes; the memory it takes is not more than about that.
    pub fn new(reader: R, limit: usize) -> Self {
        Self { reader, limit, line: Vec::new(), ahead: Vec::new(), at: 0, started: None, done: false }
    }

    /// Reads a line, or the next piece of an endless one, into `line`; gives whether there was any.
    fn read_line(&mut self, most: usize) -> io::Result<bool> {
        self.line.clear();
        while self.line.len() < most && !self.line.ends_with(b"\n") {
            let buffer = if self.ahead.is_empty() { filled(&mut self.reader)? } else { &self.ahead };
            if buffer.is_empty() {
                break;
            }
            let room = &buffer[..buffer.len().min(most - self.line.len())];
            let taken = memchr::memchr(b'\n', room).map_or(room.len(), |end| end + 1);
            self.line.extend_from_slice(&room[..taken]);
            if self.ahead.is_empty() {
                self.reader.consume(taken);
            } else {
                self.ahead.drain(..taken);
            }
        }
        self.at += self.line.len() as u64;
        Ok(!self.line.is_empty())
    }

    /// Reads as far ahead as it takes to see the name of a field.
    fn look_ahead(&mut self) -> io::Result<&[u8]> {
        while self.ahead.len() <= LONGEST_NAME {
            let buffer = filled(&mut self.reader)?;
            if buffer.is_empty() {
                break;
            }
            let taken = buffer.len().min(LONGEST_NAME + 1 - self.ahead.len());
            self.ahead.extend_from_slice(&buffer[..taken]);
            self.reader.consume(taken);
        }
        Ok(&self.ahead)
    }

    /// Whether the line is an envelope line, seen what comes before and after it.
    fn separates(&mut self, after_blank: bool) -> io::Result<bool> {
        if !is_envelope(&self.line) {
            return Ok(false);
        }
        if after_blank {
            return Ok(true);
        }
        let next = self.look_ahead()?;
        Ok(next.is_empty() || starts_header(next))
    }

    fn next_message(&mut self) -> io::Result<Option<(Entry, bool)>> {
        let start = self.started.take().unwrap_or(self.at);
        let mut entry = Entry { offset: start, raw: Vec::new() };
        let (mut after_blank, mut whole_line, mut too_large) = (true, true, false);
        loop {
            let begin = self.at;
            if !self.read_line(64 * 1024)? {
                self.done = true;
                break;
            }
            if whole_line && self.separates(after_blank)? {
                if begin == start || entry.raw.trim_ascii().is_empty() && !too_large {
                    entry = Entry { offset: begin, raw: Vec::new() };
                    continue;
                }
                self.started = Some(begin);
                break;
            }
            let escaped = usize::from(whole_line && is_escaped(&self.line));
            after_blank = whole_line && self.line.trim_ascii().is_empty();
            whole_line = self.line.ends_with(b"\n");
            too_large |= entry.raw.len() + self.line.len() > self.limit;
            if too_large {
                entry.raw = Vec::new();
            } else {
                entry.raw.extend_from_slice(&self.line[escaped..]);
            }
        }
        unpadded(&mut entry.raw);
        Ok((too_large || !entry.raw.is_empty()).then_some((entry, too_large)))
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.next_message() {
                Ok(Some((entry, true))) => return Some(Err(Error::TooLarge { offset: entry.offset })),
                Ok(Some((entry, false))) => return Some(Ok(entry)),
                Ok(None) => {}
                Err(error) => {
                    self.done = true;
                    return Some(Err(Error::Read(error)));
                }
            }
        }
        None
    }
}

/// What the reader has at hand; nothing at the end.
fn filled(reader: &mut impl BufRead) -> io::Result<&[u8]> {
    while let Err(error) = reader.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    reader.fill_buf()
}

/// `From sender Sun Nov 22 09:00:00 2026`: a sender, and somewhere after it a time and a year.
fn is_envelope(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ").filter(|rest| rest.len() < 1000) else { return false };
    let mut words = rest.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).skip(1).peekable();
    let year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let time = |word: &[u8]| word.len() >= 4 && word[0].is_ascii_digit() && word.contains(&b':');
    let (mut has_year, mut has_time) = (false, false);
    words.by_ref().for_each(|word| {
        has_year |= year(word);
        has_time |= time(word);
    });
    has_year && has_time
}

/// Whether these bytes start with the name of a header field.
fn starts_header(bytes: &[u8]) -> bool {
    let name = bytes.iter().take(LONGEST_NAME).take_while(|byte| matches!(byte, 33..=57 | 59..=126)).count();
    (name > 0 && bytes.get(name) == Some(&b':')) || bytes.starts_with(b">From ")
}

/// A line whose first `>` was put before `From ` (mboxrd, and mboxo, which does not say which lines it escaped).
fn is_escaped(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    quotes > 0 && line[quotes..].starts_with(b"From ")
}

/// Takes off the blank line that ends a message in an mbox.
fn unpadded(raw: &mut Vec<u8>) {
    if raw.ends_with(b"\r\n\r\n") {
        raw.truncate(raw.len() - 2);
    } else if raw.ends_with(b"\n\n") {
        raw.truncate(raw.len() - 1);
    }
    if raw.trim_ascii().is_empty() {
        raw.clear();
    }
}

/// Whether a file in `new` or `cur` of a Maildir is a message: dot files are not.
pub fn is_maildir_message(file_name: &str) -> bool {
    !file_name.is_empty() && !file_name.starts_with('.')
}

/// Whether the flags of a Maildir file name (`:2,ST`) say that the message is deleted.
pub fn is_maildir_trashed(file_name: &str) -> bool {
    file_name.rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains('T'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "From ann@example.com Sun Nov 22 09:00:00 2026\n";

    fn read(text: &str, limit: usize, buffer: usize) -> Vec<String> {
        let reader = io::BufReader::with_capacity(buffer, text.as_bytes());
        let show = |entry: Result<Entry, Error>| {
            entry.map_or_else(|e| e.to_string(), |e| String::from_utf8_lossy(&e.raw).into())
        };
        Mbox::new(reader, limit).map(show).collect()
    }

    #[test]
    fn messages_are_split_and_unescaped() {
        let text = format!("{LINE}A: b\n\nFrom here on\n>From x\n>>From y\n\n{LINE}C: d\n\n{LINE}{LINE}E: f\n");
        for buffer in [1, 7, 8192] {
            assert_eq!(
                read(&text, 1000, buffer),
                ["A: b\n\nFrom here on\nFrom x\n>From y\n", "C: d\n", "E: f\n"],
                "{buffer}"
            );
        }
    }

    #[test]
    fn what_is_not_between_envelopes_is_kept_and_nothing_made_up() {
        assert_eq!(read("A: b\n\nx\n", 100, 64), ["A: b\n\nx\n"]);
        assert!(read("", 100, 64).is_empty() && read("\n\n", 100, 64).is_empty() && read(LINE, 100, 64).is_empty());
        assert_eq!(read(&format!("{LINE}A: b\n\nx\n{LINE}C: d\n"), 100, 8192), ["A: b\n\nx\n", "C: d\n"]);
    }

    #[test]
    fn an_envelope_without_a_blank_line_is_seen_in_any_pieces() {
        let text = format!("{LINE}A: b\n\nx\n{LINE}Subject: d\n\n{LINE}no field\n{LINE}{LINE}{LINE}E: f\n");
        for buffer in 1..text.len() {
            let found = read(&text, 1000, buffer);
            assert_eq!(found.len(), 4, "{buffer}: {found:?}");
            assert_eq!(found, read(&text, 1000, 8192), "{buffer}");
        }
    }

    #[test]
    fn a_message_that_is_too_large_is_told_and_the_next_one_read() {
        let text = format!("{LINE}A: b\n\n{}\n\n{LINE}C: d\n", "x".repeat(200_000));
        assert_eq!(read(&text, 1000, 64), ["the message at byte 0 of the mailbox is too large", "C: d\n"]);
    }

    #[test]
    fn maildir_names_are_told_apart() {
        assert!(is_maildir_message("1.host:2,S") && !is_maildir_message(".nfs1"));
        assert!(is_maildir_trashed("1.host:2,ST") && !is_maildir_trashed("T.host:2,S"));
    }
}
