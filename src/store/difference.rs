//! What differs between two versions of a file, as git prints it.

use super::desk::Desk;
use super::git;
use crate::failure::Result;

impl Desk {
    /// The difference of two versions, each `COMMIT:PATH`: a patch, or with `words` git's porcelain of words. Nothing
    /// where they are the same.
    pub fn difference(&self, old: &str, new: &str, words: bool) -> Result<String> {
        let folder = self.folder();
        let style = if words { "--word-diff=porcelain" } else { "--word-diff=none" };
        let plain =
            ["diff", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", style];
        let arguments = [&plain[..], &[old, new]].concat();
        Ok(String::from_utf8_lossy(&git::answer(folder, &arguments, b"")?).into_owned())
    }
}
