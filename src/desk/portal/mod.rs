//! The customers' side: what of the desk the public may read, as a site.

mod articles;
mod build;
mod dates;
mod intake;
mod keys;
mod parallel;
mod searched;
mod serve;
mod tickets;
mod words;

use std::collections::BTreeMap;

use super::Here;
use super::set::read_field;
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::portal::{Look, Overrides, TemplateFault};
use crate::store::Snapshot;

pub use crate::mail::outbound::is_address;
pub use articles::public_text;
pub use build::Asked;
pub use intake::{Act, Ask, Became, Memory, Opening, Request, one_line};
pub use keys::{ApiToken, Scope, Signed};
pub use serve::{ServedSite, SiteKey};
pub use tickets::{link_of, token_of};

/// Templates and assets of the desk's own.
const TEMPLATES: &str = "portal/templates";
const ASSETS: &str = "portal/assets";
/// Larger assets are left out: no page should bring them.
const LARGEST_ASSET: u64 = 5 << 20;

impl Here {
    /// How the desk's pages look.
    pub fn look(&self, snapshot: &Snapshot<'_>, settings: &Settings) -> Result<Look> {
        let mut overrides = Overrides { templates: BTreeMap::new(), assets: BTreeMap::new() };
        for entry in snapshot.folder(TEMPLATES)?.into_iter().filter(|entry| !entry.is_folder) {
            let text = String::from_utf8_lossy(&snapshot.read(entry.oid)?).into_owned();
            overrides.templates.insert(entry.name, text);
        }
        for entry in snapshot.folder(ASSETS)?.into_iter().filter(|entry| !entry.is_folder) {
            if snapshot.size(entry.oid)? > LARGEST_ASSET {
                self.progress.note(&format!("{ASSETS}/{} is larger than 5 MB and is left out", entry.name));
                continue;
            }
            overrides.assets.insert(entry.name, snapshot.read(entry.oid)?);
        }
        let logo = settings.portal.logo.as_ref().filter(|logo| !overrides.assets.contains_key(*logo));
        if let Some(logo) = logo {
            self.progress.note(&format!("loket.yaml: portal.logo: there is no {ASSETS}/{logo}"));
        }
        Ok(Look::new(&settings.portal, overrides).map_err(|fault| template_failure(&fault))?)
    }
}

/// What is wrong with the value of a custom field; `None` where nothing is.
pub fn field_fault(settings: &Settings, name: &str, value: &str) -> Option<String> {
    let mut scratch = std::collections::BTreeMap::new();
    read_field(&mut scratch, settings, name, value).err().map(|trouble| trouble.to_string())
}

/// What is wrong with a template, at its place.
pub fn template_failure(fault: &TemplateFault) -> Failure {
    let path = format!("{TEMPLATES}/{}", fault.template);
    Failure::error(format!("{path}:{}: {}", fault.line, fault.message)).hint("mend it, or take it away").in_file(path)
}
