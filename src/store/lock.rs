//! One loket at a time may write to a clone: an advisory lock on `.git/loket/lock`.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::failure::{Failure, Result};

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(120);

/// The lock, held until it is dropped. A child that inherits the file keeps it held.
pub struct Lock(File);

impl Lock {
    /// Waits for the lock of the clone whose state folder this is.
    pub fn wait(folder: &Path) -> Result<Lock> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(lock) = Self::try_now(folder)? {
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

    /// Takes the lock if nobody has it.
    pub fn try_now(folder: &Path) -> Result<Option<Lock>> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join("lock");
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
