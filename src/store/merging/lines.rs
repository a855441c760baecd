//! Texts merged by lines, as git does it.

use anyhow::Context;
use git2::{FileFavor, MergeFileInput, MergeFileOptions};

use crate::failure::Result;
use crate::format::merge::{Lines, Side, Versions};

/// Merges by lines; with `take`, that side's lines stand where both changed the same.
pub fn merge_lines(versions: Versions<'_>, take: Option<Side>) -> Result<Lines> {
    let inputs = [versions.base.unwrap_or_default(), versions.ours, versions.theirs].map(|content| {
        let mut input = MergeFileInput::new();
        input.content(content);
        input
    });
    let mut options = MergeFileOptions::new();
    options.ancestor_label("base").our_label("ours").their_label("theirs").style_diff3(true);
    options.favor(match take {
        None => FileFavor::Normal,
        Some(Side::Ours) => FileFavor::Ours,
        Some(Side::Theirs) => FileFavor::Theirs,
    });
    let [base, ours, theirs] = &inputs;
    let done = git2::merge_file(base, ours, theirs, Some(&mut options)).context("texts cannot be merged by lines")?;
    Ok(Lines { bytes: done.content().to_vec(), is_clean: done.is_automergeable() })
}

/// Whether bytes are no text to merge by lines.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8000).any(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever opens a repository readies libgit2, which a merge of texts alone does not.
    fn ready() {
        assert!(git2::Repository::open("nowhere").is_err());
    }

    fn versions<'a>(base: &'a str, ours: &'a str, theirs: &'a str) -> Versions<'a> {
        Versions { base: Some(base.as_bytes()), ours: ours.as_bytes(), theirs: theirs.as_bytes() }
    }

    #[test]
    fn lines_far_apart_are_merged_and_the_same_lines_are_not() {
        ready();
        let base = "one\n\ntwo\n\nthree\n";
        let (ours, theirs) = (base.replace("one", "uno"), base.replace("three", "tre"));
        let clean = merge_lines(versions(base, &ours, &theirs), None).unwrap();
        assert!(clean.is_clean);
        assert_eq!(String::from_utf8(clean.bytes).unwrap(), "uno\n\ntwo\n\ntre\n");
        let both = base.replace("one", "un");
        let marked = merge_lines(versions(base, &ours, &both), None).unwrap();
        assert!(!marked.is_clean);
        assert!(String::from_utf8(marked.bytes).unwrap().contains("<<<<<<< ours\nuno\n"));
        let taken = merge_lines(versions(base, &ours, &both), Some(Side::Theirs)).unwrap();
        assert_eq!((taken.is_clean, taken.bytes), (true, both.into_bytes()));
    }

    #[test]
    fn nothing_is_a_text_too() {
        ready();
        let made = merge_lines(Versions { base: None, ours: b"", theirs: b"a\n" }, None).unwrap();
        assert_eq!((made.is_clean, made.bytes), (true, b"a\n".to_vec()));
    }
}
