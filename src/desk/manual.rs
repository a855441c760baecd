//! Man pages: those generated from the command line, and those written by hand.

use std::path::Path;

use anyhow::Context;

use crate::failure::Result;

/// The pages written by hand, by file name.
pub const WRITTEN: [(&str, &str); 8] = [
    ("loket-check.7", include_str!("../../man/loket-check.7")),
    ("loket-format.5", include_str!("../../man/loket-format.5")),
    ("loket-json.5", include_str!("../../man/loket-json.5")),
    ("loket-mail.7", include_str!("../../man/loket-mail.7")),
    ("loket-portal.7", include_str!("../../man/loket-portal.7")),
    ("loket-query.7", include_str!("../../man/loket-query.7")),
    ("loket-sync.7", include_str!("../../man/loket-sync.7")),
    ("loket-workflow.7", include_str!("../../man/loket-workflow.7")),
];

/// Writes the pages into a folder.
#[expect(clippy::disallowed_methods, reason = "man pages go where the user says, outside any desk")]
pub fn write(folder: &Path, generated: &[(String, Vec<u8>)]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let written = WRITTEN.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, text) in generated.iter().map(|(name, text)| (name.as_str(), text.as_slice())).chain(written) {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
