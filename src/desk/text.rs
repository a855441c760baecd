//! Text that people give to a command: an option, a file, standard input or an editor.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::failure::{Failure, Result};

/// The longest text taken, in bytes.
const LIMIT: u64 = 8 << 20;

/// Where a text comes from.
#[derive(Debug, Clone)]
pub enum TextSource {
    /// `-m`
    Given(String),
    /// `-F FILE`
    File(PathBuf),
    /// `-F -`
    Input,
    /// Nothing was said.
    Nothing,
}

/// Reads a text; `None` where nothing was said.
pub fn read(source: &TextSource) -> Result<Option<String>> {
    match source {
        TextSource::Nothing => Ok(None),
        TextSource::Given(text) => clean(text.as_bytes(), "the text").map(Some),
        TextSource::Input => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes).context("standard input cannot be read")?;
            clean(&bytes, "standard input").map(Some)
        }
        TextSource::File(path) => {
            let name = path.display().to_string();
            let file = std::fs::File::open(path)
                .map_err(|trouble| Failure::error(format!("{name} cannot be read: {trouble}")))?;
            let mut bytes = Vec::new();
            file.take(LIMIT + 1).read_to_end(&mut bytes).with_context(|| format!("{name} cannot be read"))?;
            clean(&bytes, &name).map(Some)
        }
    }
}

/// Text as the desk keeps it: UTF-8 without NUL, lines ended by LF, no byte order mark, one line end at the end.
pub fn clean(bytes: &[u8], name: &str) -> Result<String> {
    if bytes.len() as u64 > LIMIT {
        return Err(Failure::usage(format!("{name} is longer than {} MiB", LIMIT >> 20))
            .hint("attach it with --attach instead")
            .into());
    }
    let text = std::str::from_utf8(bytes).map_err(|trouble| {
        let place = trouble.valid_up_to() + 1;
        Failure::usage(format!("{name} is not UTF-8: byte {place} is wrong")).hint("convert it first, with iconv say")
    })?;
    if let Some(place) = text.find('\0') {
        return Err(Failure::usage(format!("{name} holds a NUL byte, at byte {}", place + 1))
            .hint("attach it with --attach instead")
            .into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let text = text.trim_end();
    Ok(if text.is_empty() { String::new() } else { format!("{text}\n") })
}

/// Lets the user write in their editor, beginning with `text`; the file is named `name`.
#[expect(clippy::disallowed_methods, reason = "a scratch file for the editor, outside any desk")]
pub fn edit(text: &[u8], name: &str, editor: &str) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().context("no folder for the editor's file")?;
    let path = folder.path().join(name);
    std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    open(editor, &path)?;
    std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
}

fn open(editor: &str, path: &Path) -> Result<()> {
    let words =
        shell_words::split(editor).map_err(|_| Failure::error(format!("the editor '{editor}' is no command")))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::error("no editor is set").hint("set EDITOR or VISUAL").into());
    };
    let status = Command::new(program).args(arguments).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Failure::error(format!("the editor {program} ended with {status}; nothing was changed")).into())
        }
        Err(trouble) => Err(Failure::error(format!("the editor {program} cannot be started: {trouble}"))
            .hint("set EDITOR or VISUAL")
            .into()),
    }
}
