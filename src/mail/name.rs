//! Names of attachments, made safe for every file system and for git.
use std::collections::HashMap;

/// The most bytes of a cleaned name.
pub const MAX_NAME: usize = 200;
/// The most bytes of a name's extension that survive a cut.
const MAX_EXTENSION: usize = 20;
/// The devices of Windows, which are no file names, with or without an extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name without separators, control and formatting characters, leading dots, trailing dots and spaces, that is no
/// Windows device and nothing git reserves. What leaves nothing is `default`.
pub fn cleaned(name: &str, default: &str) -> String {
    let mapped: String = name.chars().filter(|c| !is_invisible(*c)).map(replaced).collect();
    let name = mapped.trim().trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    let name = cut(name);
    let name = name.trim_end_matches(['.', ' ']);
    match name {
        "" => default.to_string(),
        name if name.chars().all(|c| matches!(c, '_' | '.' | ' ')) => default.to_string(),
        name if is_reserved(name) => format!("_{name}"),
        name => name.to_string(),
    }
}

fn replaced(c: char) -> char {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Characters that do not show: controls, directions, joiners, marks of byte order (HFS+ ignores some in `.git`).
fn is_invisible(c: char) -> bool {
    let formatting = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    (c.is_control() && c != '\t') || formatting
}

fn is_reserved(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap_or(&lower).trim_end();
    let port = ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port).is_some_and(|n| n.chars().count() == 1 && n.contains(|c: char| c.is_numeric()))
    });
    DEVICES.contains(&stem) || port || short_git(&lower)
}

/// Whether this is how Windows shortens a name that git reserves (`git~1`).
fn short_git(lower: &str) -> bool {
    lower.starts_with("gi") && lower.split('.').next().is_some_and(|stem| stem.contains('~'))
}

/// Cuts a long name in the middle, so that the extension stays.
fn cut(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_string();
    }
    let (stem, extension) = halves(name);
    format!("{}{extension}", head(stem, MAX_NAME - extension.len()))
}

/// Stem and extension with its dot; what is too long to be one is none.
fn halves(name: &str) -> (&str, &str) {
    match name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= MAX_EXTENSION) {
        Some(dot) => name.split_at(dot),
        None => (name, ""),
    }
}

/// The longest beginning of at most so many bytes.
fn head(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Names given out so far; a name differs from all before it in more than upper and lower case.
#[derive(Debug, Default, Clone)]
pub struct Names {
    /// The names in lower case, and the last number given to one that came again.
    taken: HashMap<String, usize>,
}

impl Names {
    /// Names where these are taken already.
    pub fn without<'n>(taken: impl IntoIterator<Item = &'n str>) -> Self {
        Self { taken: taken.into_iter().map(|name| (name.to_lowercase(), 1)).collect() }
    }

    /// The name itself, or with the first free number before its extension.
    pub fn unique(&mut self, name: &str) -> String {
        let (key, (stem, extension)) = (name.to_lowercase(), halves(name));
        let (mut given, mut number) = (name.to_string(), self.taken.get(&key).copied().unwrap_or(1));
        while self.taken.contains_key(&given.to_lowercase()) {
            number += 1;
            given = format!("{}-{number}{extension}", head(stem, MAX_NAME - extension.len()));
        }
        self.taken.insert(key, number);
        self.taken.entry(given.to_lowercase()).or_insert(1);
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_harmless() {
        let cases = [
            ("../../x", "_.._x"),
            ("..\\..\\y", "_.._y"),
            ("/etc/passwd", "_etc_passwd"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1", "_com1"),
            ("LPT¹.x", "_LPT¹.x"),
            ("a\0b\x1b[31mc.txt", "ab[31mc.txt"),
            ("line\r\nbreak.txt", "linebreak.txt"),
            ("..", "file"),
            (".", "file"),
            ("", "file"),
            (".git", "git"),
            (".g\u{200c}it", "git"),
            ("git~1", "_git~1"),
            (".gitattributes", "gitattributes"),
            ("trailing. ", "trailing"),
            ("a:b", "a_b"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("report.pdf", "report.pdf"),
            ("///", "file"),
        ];
        for (name, want) in cases {
            assert_eq!(cleaned(name, "file"), want, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_before_their_extension() {
        for name in ["n".repeat(300) + ".txt", "é".repeat(200) + ".pdf", "x".repeat(199) + ". y" + &"z".repeat(50)] {
            let clean = cleaned(&name, "file");
            assert!(clean.len() <= MAX_NAME, "{clean}");
        }
        assert!(cleaned(&("é".repeat(200) + ".pdf"), "file").ends_with("é.pdf"));
    }

    #[test]
    fn names_are_unique_whatever_their_case() {
        let mut names = Names::without(["message.eml"]);
        let given: Vec<_> = ["a.txt", "A.txt", "a.txt", "message.eml", "a"].iter().map(|n| names.unique(n)).collect();
        assert_eq!(given, ["a.txt", "A-2.txt", "a-3.txt", "message-2.eml", "a"]);
    }

    #[test]
    fn ten_thousand_equal_names_are_quick() {
        let mut names = Names::default();
        let given: std::collections::HashSet<_> = (0..10_000).map(|_| names.unique("x.png")).collect();
        assert_eq!(given.len(), 10_000);
    }
}
