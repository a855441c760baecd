//! What all requests share.

use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Config;
use super::form::Budget;
use super::limits::Limits;
use super::metrics::Metrics;
use super::site::Published;
use super::writer::Queue;
use crate::desk::Here;
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::mail::sign::Signer;

/// Desks that are kept open.
const POOL: usize = 16;
/// How often the knowledge base is looked at for something new.
const FRESH: Duration = Duration::from_millis(500);

pub struct Shared {
    pub config: Config,
    pub queue: Queue,
    limits: RwLock<Arc<Limits>>,
    pub metrics: Metrics,
    pub budget: Budget,
    pub signer: Signer,
    /// When this process began; what is older may be known from before.
    pub began: Timestamp,
    desks: Mutex<Vec<Here>>,
    published: RwLock<Arc<Published>>,
    looked: Mutex<Instant>,
}

impl Shared {
    pub fn new(config: Config) -> Result<Shared> {
        let here = (config.open)()?;
        let began = (config.now)()?;
        let signer = here.signer()?;
        let published = Published::read(&here)?;
        let limits = Limits::new(&published.settings.portal);
        Ok(Shared {
            queue: Queue::new(),
            limits: RwLock::new(Arc::new(limits)),
            metrics: Metrics::new(),
            budget: Budget::default(),
            signer,
            began,
            desks: Mutex::new(vec![here]),
            published: RwLock::new(Arc::new(published)),
            looked: Mutex::new(Instant::now()),
            config,
        })
    }

    pub fn now(&self) -> Result<Timestamp> {
        (self.config.now)()
    }

    /// Does something with a desk, as of now. It blocks, and belongs on a thread that may.
    pub fn with_desk<T>(&self, work: impl FnOnce(&Here) -> Result<T>) -> Result<T> {
        let kept = self.desks.lock().map_err(|_| lost())?.pop();
        let mut here = match kept {
            Some(here) => here,
            None => (self.config.open)()?,
        };
        here.now = self.now()?;
        let done = work(&here);
        let mut desks = self.desks.lock().map_err(|_| lost())?;
        if desks.len() < POOL {
            desks.push(here);
        }
        done
    }

    /// The site as it was last seen to be.
    pub fn published(&self) -> Arc<Published> {
        match self.published.read() {
            Ok(published) => published.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// The limits as the settings have them now.
    pub fn limits(&self) -> Arc<Limits> {
        match self.limits.read() {
            Ok(limits) => limits.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    pub fn settings(&self) -> Arc<Settings> {
        self.published().settings.clone()
    }

    /// Whether it is time to look whether the site has changed; true for one of those who ask at once.
    pub fn is_due(&self) -> bool {
        let Ok(mut looked) = self.looked.lock() else { return false };
        let due = looked.elapsed() >= FRESH;
        if due {
            *looked = Instant::now();
        }
        due
    }

    /// Looks whether the site has changed, and reads it if so. It blocks.
    pub fn refresh(&self) -> Result<()> {
        let before = self.published();
        let now = self.with_desk(|here| match before.is_current(here)? {
            true => Ok(None),
            false => Published::read(here).map(Some),
        })?;
        if let Some(now) = now {
            let (old, new) = (&before.settings.portal, &now.settings.portal);
            if (&old.per_address, &old.per_email) != (&new.per_address, &new.per_email)
                && let Ok(mut limits) = self.limits.write()
            {
                *limits = Arc::new(Limits::new(new));
            }
            match self.published.write() {
                Ok(mut published) => *published = Arc::new(now),
                Err(poisoned) => *poisoned.into_inner() = Arc::new(now),
            }
        }
        Ok(())
    }
}

fn lost() -> anyhow::Error {
    Failure::error("a thread of the server has given up").into()
}
