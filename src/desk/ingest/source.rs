//! Where messages come from in numbers: files, a Maildir, an mbox; read in the order of their dates.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::failure::{Failure, Result};
use crate::mail::mbox::{Mbox, is_maildir_message, is_maildir_trashed};
use crate::mail::message::{MAX_MESSAGE, date_of};

/// So much of a file is read for its date.
const HEAD: u64 = 64 << 10;

/// Many messages.
#[derive(Debug, Clone)]
pub enum Source {
    Files(Vec<PathBuf>),
    Maildir(PathBuf),
    Mbox(PathBuf),
}

/// A message that is not read yet.
#[derive(Debug, Clone)]
pub struct Item {
    date: i64,
    path: PathBuf,
    /// Where it begins in an mbox.
    offset: Option<u64>,
}

impl Source {
    /// All messages, the oldest first; those without a date before all others.
    pub fn items(&self) -> Result<Vec<Item>> {
        let mut items = match self {
            Source::Files(paths) => paths.iter().map(|path| file(path.clone())).collect::<Result<Vec<_>>>()?,
            Source::Maildir(folder) => maildir(folder)?,
            Source::Mbox(path) => mbox(path)?,
        };
        items.sort_by_key(|item| item.date);
        Ok(items)
    }
}

impl Item {
    /// Where it lies, for people.
    pub fn place(&self) -> String {
        match self.offset {
            Some(offset) => format!("{} at byte {offset}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// The whole message.
    pub fn read(&self) -> Result<Vec<u8>> {
        let mut input = open(&self.path)?;
        match self.offset {
            None => {
                let mut bytes = Vec::new();
                input.take(MAX_MESSAGE as u64 + 1).read_to_end(&mut bytes).with_context(|| unreadable(&self.path))?;
                Ok(bytes)
            }
            Some(offset) => {
                input.seek(SeekFrom::Start(offset)).with_context(|| unreadable(&self.path))?;
                let found = Mbox::new(BufReader::new(input), MAX_MESSAGE).next();
                let entry = found.transpose().map_err(|trouble| Failure::error(trouble.to_string()))?;
                Ok(entry.map(|entry| entry.raw).unwrap_or_default())
            }
        }
    }
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

fn open(path: &Path) -> Result<std::fs::File> {
    let trouble = |trouble| Failure::error(format!("{}: {trouble}", unreadable(path)));
    Ok(std::fs::File::open(path).map_err(trouble)?)
}

fn file(path: PathBuf) -> Result<Item> {
    let mut head = Vec::new();
    open(&path)?.take(HEAD).read_to_end(&mut head).with_context(|| unreadable(&path))?;
    Ok(Item { date: date_of(&head).unwrap_or(i64::MIN), path, offset: None })
}

/// The messages of a Maildir: those in `new` and `cur`, without what is being delivered or was thrown away.
fn maildir(folder: &Path) -> Result<Vec<Item>> {
    let (new, cur) = (folder.join("new"), folder.join("cur"));
    if !new.is_dir() || !cur.is_dir() {
        let failure = Failure::error(format!("{} is no Maildir: it has no folders new and cur", folder.display()));
        return Err(failure
            .hint("an mbox is read with --mbox FILE, a folder of files with `loket mail ingest FILE…`")
            .into());
    }
    let mut items = Vec::new();
    for place in [new, cur] {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&place).with_context(|| unreadable(&place))? {
            let entry = entry.with_context(|| unreadable(&place))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if is_maildir_message(&name)
                && !is_maildir_trashed(&name)
                && entry.file_type().is_ok_and(|kind| kind.is_file())
            {
                paths.push(entry.path());
            }
        }
        paths.sort();
        for path in paths {
            items.push(file(path)?);
        }
    }
    Ok(items)
}

fn mbox(path: &Path) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for entry in Mbox::new(BufReader::new(open(path)?), MAX_MESSAGE) {
        let entry = entry.map_err(|trouble| Failure::error(format!("{}: {trouble}", path.display())))?;
        let date = date_of(&entry.raw).unwrap_or(i64::MIN);
        items.push(Item { date, path: path.to_owned(), offset: Some(entry.offset) });
    }
    Ok(items)
}
