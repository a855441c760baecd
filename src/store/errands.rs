//! What a rule makes happen outside the desk, queued so that a kill loses nothing: a JSON file an errand.
//!
//! ```text
//! hold ─ held/KEY.json ─ release ─ due/KEY.json ─ done ─ gone
//!                │                    │   └─ failed (later, or too often: given-up/KEY.json ─ retry)
//!                └─ drop_held ─ gone  └─ broken/KEY.json, where nobody can read it
//! ```
//!
//! Each arrow is one rename or one removal, so an errand is always in one state. It is done at least once: who is killed
//! between doing and saying so does it again. Partial files begin with a dot and nobody reads them.

mod files;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};

use crate::failure::Result;
use files::{Body, PARTIAL, Stored, check_key, keys, moment, sweep};

const HELD: &str = "held";
const DUE: &str = "due";
const GIVEN_UP: &str = "given-up";
const BROKEN: &str = "broken";
/// The minutes to wait after each failure; the last counts for all that follow.
const WAITS: [u32; 7] = [1, 5, 30, 2 * 60, 5 * 60, 12 * 60, 24 * 60];
/// The longest wait of all, which is also the most that another side may ask for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How often an errand is tried.
const MAX_TRIES: u32 = 10;

/// The queue in a folder of the clone; the folder need not be there.
pub struct Errands {
    folder: PathBuf,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// What [`Errands::done`] and [`Errands::failed`] call it.
    pub key: String,
    pub body: Vec<u8>,
    /// When it was held, by the clock of the machine; no two of one process are the same.
    pub made: Timestamp,
    /// How often it has failed.
    pub tries: u32,
    /// The next try is not before.
    pub not_before: Option<Timestamp>,
    /// Why the last try failed.
    pub said: Option<String>,
}

/// What is to be done now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// In the order they were made.
    pub errands: Vec<Errand>,
    /// A sentence for each file that could not be read.
    pub broken: Vec<String>,
}

/// What becomes of an errand that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is due again then.
    At(Timestamp),
    /// It was given up.
    Never,
}

/// An errand nobody will do unless a person sees to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    pub key: String,
    /// Why; nothing where the file itself cannot be read.
    pub said: Option<String>,
    pub path: PathBuf,
}

/// The right to run errands, held until it is dropped or the process dies.
pub struct RunnerLock {
    _file: File,
}

impl Errands {
    pub fn new(folder: PathBuf) -> Errands {
        Errands { folder }
    }

    /// Keeps an errand that must not be done yet, as the commit that makes it true is still to be made. When this
    /// returns it is on the disk. One that is held under the same key is replaced.
    ///
    /// # Errors
    /// The key is not made of ASCII letters, digits and `-`, or nothing can be written.
    pub fn hold(&self, key: &str, body: &[u8]) -> Result<()> {
        check_key(key)?;
        self.make_folder(HELD)?;
        let partial = self.partial()?;
        let made = moment(partial.as_file()).context("a new errand has no time")?;
        self.fill(partial, HELD, key, &Stored { made, tries: 0, not_before: None, said: None, body: Body::new(body) })
    }

    /// Lets an errand be done: the commit is made. One that is not held any more is left alone, so that two may mend.
    ///
    /// # Errors
    /// It cannot be moved; it is still held then.
    pub fn release(&self, key: &str) -> Result<()> {
        check_key(key)?;
        let (from, to) = (self.path(HELD, key), self.path(DUE, key));
        let moved = std::fs::rename(&from, &to).or_else(|trouble| match trouble.kind() {
            ErrorKind::NotFound if from.exists() => {
                std::fs::create_dir_all(self.folder.join(DUE)).and_then(|()| std::fs::rename(&from, &to))
            }
            ErrorKind::NotFound => Ok(()),
            _ => Err(trouble),
        });
        moved.with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
    }

    /// Forgets an errand whose commit was not made; nothing is wrong if there is none.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn drop_held(&self, key: &str) -> Result<()> {
        self.remove(HELD, key)
    }

    /// The keys of what is held. To one who has the lock on writing, they are what killed commands left: release those
    /// whose commit was made and drop the others. Old partial files are swept on the way.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn held(&self) -> Result<Vec<String>> {
        let names = self.names(HELD)?;
        for name in names.iter().filter(|name| name.starts_with(PARTIAL)) {
            sweep(&self.folder.join(HELD).join(name));
        }
        Ok(keys(&names))
    }

    /// The errands whose time has come, in the order they were made. What cannot be read is set aside and told, and
    /// holds nobody up. A runner asks until there is none, as others may release more meanwhile.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn due(&self, now: Timestamp) -> Result<Due> {
        let mut due = Due::default();
        for key in keys(&self.names(DUE)?) {
            match self.read(DUE, &key) {
                Ok(Some(errand)) if has_come(errand.not_before, now) => due.errands.push(errand),
                Ok(_) => {}
                Err(trouble) => due.broken.push(self.tell(&key, &trouble)),
            }
        }
        due.errands.sort_by(|one, other| (one.made, &one.key).cmp(&(other.made, &other.key)));
        Ok(due)
    }

    /// How many errands are released and not done, whether their time has come or not. No file is opened.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn waiting(&self) -> Result<usize> {
        Ok(keys(&self.names(DUE)?).len())
    }

    /// Forgets an errand that was done.
    ///
    /// # Errors
    /// It cannot be removed, and will be done again.
    pub fn done(&self, key: &str) -> Result<()> {
        self.remove(DUE, key)
    }

    /// Puts an errand off after a failure, for a minute at first and a day in the end, and gives it up after ten. `after`
    /// is the wait the other side asked for: it counts where it is longer, up to a day.
    ///
    /// # Errors
    /// There is no such errand, or nothing can be written.
    pub fn failed(&self, key: &str, now: Timestamp, reason: &str, after: Option<Duration>) -> Result<Again> {
        let mut stored = self.stored(DUE, key)?;
        stored.tries = stored.tries.saturating_add(1);
        if stored.tries >= MAX_TRIES {
            self.set_aside(key, stored, reason)?;
            return Ok(Again::Never);
        }
        let asked = after.and_then(|after| SignedDuration::try_from(after).ok()).unwrap_or_default();
        let at = now.checked_add(wait(stored.tries).max(asked.min(LONGEST))).unwrap_or(Timestamp::MAX);
        (stored.not_before, stored.said) = (Some(at), Some(reason.to_owned()));
        self.write(DUE, key, &stored)?;
        Ok(Again::At(at))
    }

    /// Gives an errand up at once: trying again would not help.
    ///
    /// # Errors
    /// There is no such errand, or nothing can be written.
    pub fn give_up(&self, key: &str, reason: &str) -> Result<()> {
        let mut stored = self.stored(DUE, key)?;
        stored.tries = stored.tries.saturating_add(1);
        self.set_aside(key, stored, reason)
    }

    /// Makes an errand that was given up due again, as if it had never failed.
    ///
    /// # Errors
    /// There is no such errand (`NotFound`), or nothing can be written.
    pub fn retry(&self, key: &str) -> Result<()> {
        let stored = self.stored(GIVEN_UP, key)?;
        self.write(DUE, key, &Stored { tries: 0, not_before: None, ..stored })?;
        self.remove(GIVEN_UP, key)
    }

    /// What was given up, and what could not be read, by key.
    ///
    /// # Errors
    /// The folder is there and cannot be read.
    pub fn aside(&self) -> Result<Vec<Aside>> {
        let mut found = Vec::new();
        for key in keys(&self.names(GIVEN_UP)?) {
            let said = self.read(GIVEN_UP, &key).ok().flatten().and_then(|errand| errand.said);
            found.push(Aside { path: self.path(GIVEN_UP, &key), said, key });
        }
        for key in keys(&self.names(BROKEN)?) {
            found.push(Aside { path: self.path(BROKEN, &key), said: None, key });
        }
        Ok(found)
    }

    fn set_aside(&self, key: &str, stored: Stored, reason: &str) -> Result<()> {
        self.write(GIVEN_UP, key, &Stored { said: Some(reason.to_owned()), not_before: None, ..stored })?;
        self.remove(DUE, key)
    }

    /// The right to run errands, one process at a time; nothing if another is at it. Ask [`Errands::waiting`] first: this
    /// makes the folder.
    ///
    /// # Errors
    /// The folder cannot be made, or its lock cannot be opened.
    pub fn runner(&self) -> Result<Option<RunnerLock>> {
        std::fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))?;
        let path = self.folder.join("runner.lock");
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(RunnerLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(trouble)) => {
                Err(trouble).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}

/// Whether an errand may be tried. A time further off than any wait comes from a clock that was wrong.
fn has_come(not_before: Option<Timestamp>, now: Timestamp) -> bool {
    not_before.is_none_or(|at| at <= now || at.duration_since(now) > LONGEST)
}

/// How long to wait after so many failures.
fn wait(tries: u32) -> SignedDuration {
    let place = (tries.max(1) as usize - 1).min(WAITS.len() - 1);
    SignedDuration::from_mins(WAITS[place].into())
}

#[cfg(test)]
#[path = "errands_tests.rs"]
mod tests;
