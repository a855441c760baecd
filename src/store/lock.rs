//! One loket at a time may write to a clone, and one may build its index: advisory locks on files in `.git/loket`.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::failure::{Failure, Result};

/// How long a writer waits for another: a dead one frees the lock at once, and a large import is at it for minutes.
const PATIENCE: Duration = Duration::from_secs(1800);

/// The file of the lock on writing.
const WRITING: &str = "lock";

/// The lock, held until it is dropped. A child that inherits the file keeps it held.
pub struct Lock(File);

impl Lock {
    /// Waits for the right to write to the clone whose state folder this is.
    pub fn wait(folder: &Path) -> Result<Lock> {
        Self::wait_for(folder, WRITING)
    }

    /// Waits for the right to build the index.
    pub fn wait_for_index(folder: &Path) -> Result<Lock> {
        Self::wait_for(folder, "index.lock")
    }

    /// Waits for the right to send mail.
    pub fn wait_for_sending(folder: &Path) -> Result<Lock> {
        Self::wait_for(folder, "mail.lock")
    }

    fn wait_for(folder: &Path, name: &str) -> Result<Lock> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(lock) = Self::take(folder, name)? {
                return Ok(lock);
            }
            if start.elapsed() > PATIENCE {
                let failure = Failure::error("another loket command is writing to this desk and does not finish");
                return Err(failure.hint("look for it with `ps`; nothing was changed").into());
            }
            std::thread::sleep(pause + Duration::from_micros(fastrand::u64(0..1000)));
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Takes the right to write if nobody has it.
    pub fn try_now(folder: &Path) -> Result<Option<Lock>> {
        Self::take(folder, WRITING)
    }

    fn take(folder: &Path, name: &str) -> Result<Option<Lock>> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(name);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(trouble)) => {
                Err(trouble).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// A handle for a child process: while the child lives the lock is held, even if we are killed.
    pub fn share(&self) -> Result<File> {
        self.0.try_clone().context("cannot share the lock")
    }
}
