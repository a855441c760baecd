//! Header fields: encoded and folded (RFC 5322, 2.2.3; RFC 2047; RFC 2231).
use super::{Mailbox, is_id, on_the_wire};
use base64::{Engine, prelude::BASE64_STANDARD};

/// How long a line may become before it is folded (RFC 5322, 2.1.1).
const WIDTH: usize = 78;
/// The longest word that stands in a header as it is: the ids of commits do.
const LONGEST_WORD: usize = 76;
/// The longest text that is quoted.
const LONGEST_QUOTED: usize = 60;
/// The most bytes of a parameter in one piece.
const PIECE: usize = 50;
/// The most bytes of text in one encoded word, which may have 75 characters (RFC 2047, 2).
const ENCODED: usize = 45;

/// Fields on their way to become a header.
#[derive(Debug, Default)]
pub struct Block {
    out: String,
}

impl Block {
    /// The fields as bytes, without the blank line that ends a header.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// Text without structure. A name that is none (RFC 5322, 2.2) gives no field.
    pub fn text(&mut self, name: &str, value: &str) {
        let sound = |byte: u8| byte.is_ascii_graphic() && byte != b':';
        if (1..=LONGEST_WORD).contains(&name.len()) && name.bytes().all(sound) {
            self.field(name, &words(&one_line(value)));
        }
    }

    /// A list of mailboxes; no field when none of them has an address.
    pub fn mailboxes(&mut self, name: &str, list: &[Mailbox]) {
        let mut atoms: Vec<String> = Vec::new();
        for (mailbox, address) in list.iter().filter_map(|one| Some((one, on_the_wire(&one.email)?))) {
            if let Some(last) = atoms.last_mut() {
                last.push(',');
            }
            let phrase = phrase(one_line(&mailbox.name).trim());
            atoms.push(if phrase.is_empty() { address.clone() } else { format!("<{address}>") });
            atoms.splice(atoms.len() - 1..atoms.len() - 1, phrase);
        }
        if !atoms.is_empty() {
            self.field(name, &atoms);
        }
    }

    /// Message ids; those that may not stand in a header are left out.
    pub fn ids(&mut self, name: &str, ids: &[String]) {
        let atoms: Vec<String> = ids.iter().filter(|id| is_id(id)).map(|id| format!("<{id}>")).collect();
        if !atoms.is_empty() {
            self.field(name, &atoms);
        }
    }

    /// A value with one parameter; folded as well.
    pub fn typed(&mut self, name: &str, value: &str, parameter: &str, content: &str) {
        let mut atoms = vec![value.to_string()];
        for piece in parameters(parameter, &one_line(content)) {
            if let Some(last) = atoms.last_mut() {
                last.push(';');
            }
            atoms.push(piece);
        }
        self.field(name, &atoms);
    }

    /// A field of atoms that are not broken, with single spaces between them.
    fn field(&mut self, name: &str, atoms: &[String]) {
        self.out += name;
        self.out.push(':');
        let mut column = name.len() + 1;
        for (number, atom) in atoms.iter().enumerate() {
            if column + 1 + atom.len() > WIDTH && number > 0 {
                self.out += "\r\n";
                column = 0;
            }
            self.out.push(' ');
            self.out += atom;
            column += 1 + atom.len();
        }
        self.out += "\r\n";
    }
}

/// Text with a space for each control character, and for what else may end a line.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// The words of a text, less white space at its ends. Those from the first to the last that cannot stand as they are
/// are encoded as one, with the words around spaces that would be lost.
fn words(text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let words: Vec<&str> = text.trim().split(' ').collect();
    let as_they_are = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<_>>();
    let bounds = words.iter().position(|word| !is_plain(word)).zip(words.iter().rposition(|word| !is_plain(word)));
    let Some((first, last)) = bounds else { return as_they_are(&words) };
    let (first, last) = (first - usize::from(words[first].is_empty()), last + usize::from(words[last].is_empty()));
    let middle = encoded(&words[first..=last].join(" "));
    [as_they_are(&words[..first]), middle, as_they_are(&words[last + 1..])].concat()
}

/// Whether a word can stand in a header as it is: not empty, as next to other spaces it is lost, and not to be taken for an
/// encoded one.
fn is_plain(word: &str) -> bool {
    (1..=LONGEST_WORD).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic()) && !word.contains("=?")
}

/// A text as encoded words (RFC 2047), each with whole characters.
fn encoded(text: &str) -> Vec<String> {
    pieces(text, ENCODED, |c| c.len_utf8())
        .into_iter()
        .map(|piece| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(piece)))
        .collect()
}

/// A display name (RFC 5322, 3.2.5): words, else a quoted string, else encoded words.
fn phrase(name: &str) -> Vec<String> {
    let atom = |word: &str| {
        is_plain(word) && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    if name.is_empty() {
        Vec::new()
    } else if name.split(' ').all(atom) {
        name.split(' ').map(str::to_string).collect()
    } else if let Some(quoted) = quoted(name).filter(|_| !name.contains("=?") && !name.contains("  ")) {
        vec![quoted]
    } else {
        encoded(name)
    }
}

/// A quoted string (RFC 5322, 3.2.4), for short ASCII.
fn quoted(text: &str) -> Option<String> {
    let sound = text.len() <= LONGEST_QUOTED && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    sound.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A parameter: quoted, else percent-encoded in as many pieces as it takes (RFC 2231, 3 and 4).
fn parameters(name: &str, value: &str) -> Vec<String> {
    if let Some(quoted) = quoted(value).filter(|_| !value.contains(['\\', '"', '%']) && !value.contains("=?")) {
        return vec![format!("{name}={quoted}")];
    }
    let pieces = pieces(value, PIECE, |c| percent(c).len());
    let encoded = |piece: &str| piece.chars().map(percent).collect::<String>();
    if let [only] = pieces.as_slice() {
        return vec![format!("{name}*=utf-8''{}", encoded(only))];
    }
    let numbered = pieces.iter().enumerate();
    numbered
        .map(|(n, piece)| format!("{name}*{n}*={}{}", if n == 0 { "utf-8''" } else { "" }, encoded(piece)))
        .collect()
}

fn percent(c: char) -> String {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
        return c.to_string();
    }
    c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A text in pieces of whole characters, each of at most this size.
fn pieces(text: &str, most: usize, size: impl Fn(char) -> usize) -> Vec<&str> {
    let (mut pieces, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        if used + size(c) > most {
            pieces.push(&text[start..at]);
            (start, used) = (at, 0);
        }
        used += size(c);
    }
    pieces.push(&text[start..]);
    pieces
}
