//! Messages as files of a folder, in place of sending them.

#![expect(clippy::disallowed_methods, reason = "the folder is the user's own, not the desk's")]

use super::{Delivered, Envelope, Trouble, one_line};
use std::path::{Path, PathBuf};

/// A folder that takes messages.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    taken: usize,
}

impl Folder {
    /// Makes the folder if there is none.
    pub fn new(path: &Path) -> Result<Self, Trouble> {
        let trouble = |error| Trouble::Permanent(one_line(&format!("{} cannot be made: {error}", path.display())));
        std::fs::create_dir_all(path).map_err(trouble)?;
        Ok(Self { path: path.to_owned(), taken: 0 })
    }

    /// Writes a message to the next file: `0001.eml`, and its envelope to `0001.envelope`.
    pub fn send(&mut self, envelope: &Envelope, raw: &[u8]) -> Result<Delivered, Trouble> {
        self.taken += 1;
        let place = self.path.join(format!("{:04}", self.taken));
        let told =
            format!("from <{}>\nto <{}>\n", envelope.from.as_deref().unwrap_or_default(), envelope.to.join(">\nto <"));
        let written = std::fs::write(place.with_extension("eml"), raw)
            .and_then(|()| std::fs::write(place.with_extension("envelope"), told));
        let trouble = |error| Trouble::Permanent(one_line(&format!("{} cannot be written: {error}", place.display())));
        written.map_err(trouble)?;
        Ok(Delivered::default())
    }
}
