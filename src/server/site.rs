//! The site as it is shown: read from the desk once for each version of its articles, its pages kept once made.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;

use crate::desk::Here;
use crate::desk::portal::{ServedSite, SiteKey};
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::portal::{Look, Mode, Pages, Site};
use crate::search::PublicIndex;

/// The most bytes of pages that are kept.
const KEPT: usize = 32 << 20;

/// A page that is made.
#[derive(Clone)]
pub struct Made {
    pub content: Bytes,
    pub kind: &'static str,
    pub tag: String,
    /// Whether its address changes with its content.
    pub forever: bool,
}

/// What is public at some moment.
pub struct Published {
    pub settings: Arc<Settings>,
    pub site: Site,
    pub look: Look,
    pub index: PublicIndex,
    pub files: std::collections::BTreeMap<String, String>,
    key: SiteKey,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    pages: HashMap<String, Made>,
    bytes: usize,
}

impl Published {
    pub fn read(here: &Here) -> Result<Published> {
        let ServedSite { settings, site, look, index, files, key } = here.served_site()?;
        Ok(Published { settings: Arc::new(settings), site, look, index, files, key, kept: Mutex::default() })
    }

    /// Whether nothing of it has changed since.
    pub fn is_current(&self, here: &Here) -> Result<bool> {
        Ok(here.site_key()? == self.key)
    }

    pub fn pages(&self) -> Pages<'_> {
        let settings = &self.settings;
        let url = settings.portal.url.clone();
        Pages::new(&self.site, &self.look, Mode::Server, url, settings.mail.address.clone(), settings.timezone.clone())
    }

    /// A page that was made before.
    pub fn kept(&self, file: &str) -> Option<Made> {
        self.kept.lock().ok()?.pages.get(file).cloned()
    }

    /// Keeps a page, while there is room.
    pub fn keep(&self, file: &str, made: &Made) {
        let Ok(mut kept) = self.kept.lock() else { return };
        let size = made.content.len() + file.len() + 200;
        if size > KEPT / 8 {
            return;
        }
        if kept.bytes + size > KEPT {
            *kept = Kept::default();
        }
        if kept.pages.insert(file.to_owned(), made.clone()).is_none() {
            kept.bytes += size;
        }
    }
}
