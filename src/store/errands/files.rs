//! The files of the queue: whole or not there, read without trust.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{BROKEN, DUE, Errand, Errands, HELD};
use crate::failure::{Failure, Result};

/// How the names of partial files begin.
pub(super) const PARTIAL: &str = ".partial-";
/// When a partial file has nobody who still writes it.
const ABANDONED: Duration = Duration::from_secs(3600);
/// The longest key, in bytes: with its ending it fits a file name everywhere.
const MAX_KEY: usize = 200;

/// An errand as its file has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Stored {
    pub made: Timestamp,
    #[serde(default)]
    pub tries: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    pub body: Body,
}

/// A body, readable where it can be.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Body {
    Text(String),
    Base64(String),
}

impl Body {
    pub fn new(bytes: &[u8]) -> Body {
        match str::from_utf8(bytes) {
            Ok(text) => Body::Text(text.to_owned()),
            Err(_) => Body::Base64(BASE64.encode(bytes)),
        }
    }

    fn bytes(self) -> Result<Vec<u8>> {
        match self {
            Body::Text(text) => Ok(text.into_bytes()),
            Body::Base64(text) => Ok(BASE64.decode(text)?),
        }
    }
}

impl Errands {
    pub(super) fn path(&self, state: &str, key: &str) -> PathBuf {
        self.folder.join(state).join(format!("{key}.json"))
    }

    /// The names in the folder of a state; none if it is not there.
    pub(super) fn names(&self, state: &str) -> Result<Vec<String>> {
        let path = self.folder.join(state);
        let entries = match std::fs::read_dir(&path) {
            Err(trouble) if trouble.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("cannot read {}", path.display()))?,
        };
        Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    /// The errand in a file; nothing if it is gone.
    pub(super) fn read(&self, state: &str, key: &str) -> Result<Option<Errand>> {
        let text = match std::fs::read(self.path(state, key)) {
            Err(trouble) if trouble.kind() == ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let Stored { made, tries, not_before, said, body } = serde_json::from_slice(&text)?;
        Ok(Some(Errand { key: key.to_owned(), body: body.bytes()?, made, tries, not_before, said }))
    }

    /// As [`Errands::read`], to be written again.
    pub(super) fn stored(&self, state: &str, key: &str) -> Result<Stored> {
        check_key(key)?;
        let path = self.path(state, key);
        let text = match std::fs::read(&path) {
            Err(trouble) if trouble.kind() == ErrorKind::NotFound => {
                return Err(Failure::not_found(format!("there is no errand {key} ({state})")).into());
            }
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        serde_json::from_slice(&text).with_context(|| format!("{} is no errand", path.display()))
    }

    pub(super) fn write(&self, state: &str, key: &str, stored: &Stored) -> Result<()> {
        self.make_folder(HELD)?;
        self.make_folder(state)?;
        self.fill(self.partial()?, state, key, stored)
    }

    /// A file that is not an errand yet, with the permissions of any file of the clone.
    pub(super) fn partial(&self) -> Result<tempfile::NamedTempFile> {
        let folder = self.folder.join(HELD);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PARTIAL);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(&folder).with_context(|| format!("cannot write in {}", folder.display()))
    }

    /// Makes the partial file an errand: all of it is on the disk before it has the name.
    pub(super) fn fill(
        &self,
        mut partial: tempfile::NamedTempFile,
        state: &str,
        key: &str,
        stored: &Stored,
    ) -> Result<()> {
        let path = self.path(state, key);
        let text = serde_json::to_vec_pretty(stored).context("an errand cannot be written down")?;
        let filled = partial.write_all(&text).and_then(|()| partial.as_file().sync_all());
        filled
            .and_then(|()| partial.persist(&path).map_err(|trouble| trouble.error))
            .and_then(|_| sync(&self.folder.join(state)))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Makes the folder of a state, for good, if there is none.
    pub(super) fn make_folder(&self, state: &str) -> Result<()> {
        let path = self.folder.join(state);
        if path.is_dir() {
            return Ok(());
        }
        let made = std::fs::create_dir_all(&path).and_then(|()| sync(&self.folder));
        let parent = self.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        made.and_then(|()| parent.map_or(Ok(()), sync)).with_context(|| format!("cannot make {}", path.display()))
    }

    pub(super) fn remove(&self, state: &str, key: &str) -> Result<()> {
        check_key(key)?;
        let path = self.path(state, key);
        match std::fs::remove_file(&path) {
            Err(trouble) if trouble.kind() != ErrorKind::NotFound => {
                Err(trouble).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Says why an errand cannot be read, and moves it out of the way unless the system may be at fault.
    pub(super) fn tell(&self, key: &str, trouble: &anyhow::Error) -> String {
        let (from, to) = (self.path(DUE, key), self.path(BROKEN, key));
        let told = format!("the errand {} cannot be read: {trouble}", from.display());
        let lasting = |trouble: &io::Error| {
            matches!(trouble.kind(), ErrorKind::PermissionDenied | ErrorKind::IsADirectory | ErrorKind::InvalidData)
        };
        if !trouble.downcast_ref::<io::Error>().is_none_or(lasting) {
            return told;
        }
        let moved = std::fs::create_dir_all(self.folder.join(BROKEN)).and_then(|()| std::fs::rename(&from, &to));
        match moved {
            Ok(()) => format!("{told}; it is now {}", to.display()),
            Err(stuck) => format!("{told}; it cannot be moved to {}: {stuck}", to.display()),
        }
    }
}

fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(super) fn check_key(key: &str) -> Result<()> {
    if is_key(key) { Ok(()) } else { Err(anyhow!("{key:?} is no key of an errand")) }
}

/// The keys among the names in a folder, sorted.
pub(super) fn keys(names: &[String]) -> Vec<String> {
    let key = |name: &String| name.strip_suffix(".json").filter(|key| is_key(key)).map(str::to_owned);
    let mut keys: Vec<String> = names.iter().filter_map(key).collect();
    keys.sort_unstable();
    keys
}

/// When a file was made, a nanosecond later than the last one of this process where the system's clock is too coarse.
pub(super) fn moment(file: &File) -> Result<Timestamp> {
    static LAST: Mutex<Timestamp> = Mutex::new(Timestamp::UNIX_EPOCH);
    let now = Timestamp::try_from(file.metadata()?.modified()?)?;
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    *last = now.max(last.checked_add(SignedDuration::from_nanos(1))?);
    Ok(*last)
}

/// Removes a partial file nobody writes any more.
pub(super) fn sweep(path: &Path) {
    let age = std::fs::metadata(path).and_then(|data| data.modified()).map(|time| time.elapsed().unwrap_or_default());
    if age.is_ok_and(|age| age > ABANDONED) {
        // Another may be sweeping too.
        let _ = std::fs::remove_file(path);
    }
}

/// Puts the names in a folder on the disk, where folders can be asked for that.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
