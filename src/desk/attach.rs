//! Attachments: files from outside, under names that are safe inside.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use anyhow::Context;

use crate::failure::{Failure, Result};
use crate::format::layout;

/// The largest attachment, in bytes.
const LIMIT: u64 = 100 << 20;
/// The longest name, in bytes, the number of a namesake included.
const LONGEST: usize = 200;

/// A file to attach.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub name: String,
    pub content: Vec<u8>,
}

/// Reads the files to attach.
pub fn read(paths: &[std::path::PathBuf]) -> Result<Vec<Attachment>> {
    paths.iter().map(|path| read_one(path)).collect()
}

fn read_one(path: &Path) -> Result<Attachment> {
    let shown = path.display().to_string();
    let trouble =
        |trouble: std::io::Error| Failure::error(format!("{} cannot be attached: {trouble}", shown.escape_debug()));
    let found = path.metadata().map_err(trouble)?;
    if !found.is_file() {
        return Err(Failure::error(format!("{} cannot be attached: it is no file", shown.escape_debug())).into());
    }
    if found.len() > LIMIT {
        let failure = Failure::error(format!("{} is larger than {} MiB", shown.escape_debug(), LIMIT >> 20));
        return Err(failure.hint("put it on a file server and link to it").into());
    }
    let mut content = Vec::with_capacity(found.len() as usize);
    std::fs::File::open(path)
        .map_err(trouble)?
        .take(LIMIT)
        .read_to_end(&mut content)
        .context("an attachment cannot be read")?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Attachment { name, content })
}

/// A name that is one file on every system, never leads elsewhere and is no other's in `taken` (compared without case).
pub fn safe_name(name: &str, taken: &HashSet<String>) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = base.chars().map(|letter| if is_odd(letter) { '_' } else { letter }).collect();
    let plain = plain.trim_matches(|letter: char| letter.is_whitespace() || letter == '.').trim_start_matches('-');
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 16 => (stem, format!(".{ending}")),
        _ => (plain, String::new()),
    };
    let stem = if stem.is_empty() { "file" } else { stem };
    let stem = if is_device(stem) { format!("{stem}_") } else { stem.to_owned() };
    let room = LONGEST - ending.len() - 6;
    let stem = &stem[..stem.floor_char_boundary(room)];
    let name = format!("{stem}{ending}");
    let numbered = |number: usize| if number == 1 { name.clone() } else { layout::numbered(&name, number) };
    (1..).map(numbered).find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default()
}

fn is_odd(letter: char) -> bool {
    letter.is_control()
        || "<>:\"|?*".contains(letter)
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names Windows keeps for itself.
fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_and_kept_apart() {
        let taken: HashSet<String> = ["log.txt".to_owned()].into();
        for (name, want) in [
            ("log.txt", "log-2.txt"),
            ("LOG.txt", "LOG-2.txt"),
            ("../../etc/passwd", "passwd"),
            (".git", "git"),
            ("..", "file"),
            ("", "file"),
            ("-rf", "rf"),
            ("a\nb\x1b.txt", "a_b_.txt"),
            ("con", "con_"),
            ("naïve ünïcode.txt", "naïve ünïcode.txt"),
            ("c:\\temp\\x.doc", "x.doc"),
        ] {
            assert_eq!(safe_name(name, &taken), want, "{name:?}");
        }
        assert!(safe_name(&"é".repeat(250), &taken).len() <= LONGEST);
    }
}
