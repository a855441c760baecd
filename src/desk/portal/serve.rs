//! What the server shows: the public site with its search, and single pages of it.

use std::collections::BTreeMap;

use super::articles::Public;
use super::build::{body_of, render};
use super::{ASSETS, TEMPLATES, template_failure};
use crate::desk::Here;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::{html, layout, svg};
use crate::portal::{Look, Pages, PublicArticle, Site};
use crate::search::{PublicIndex, PublicText};
use crate::store::{Oid, Snapshot};

/// Stands for all that a site is made of: what has the same key has the same pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteKey(Vec<Option<Oid>>);

/// A site as it is served.
pub struct ServedSite {
    pub settings: Settings,
    pub site: Site,
    pub look: Look,
    pub index: PublicIndex,
    /// The pictures and documents that articles show, by their file on the site; each with its object.
    pub files: BTreeMap<String, String>,
    pub key: SiteKey,
}

impl Here {
    /// What the site is made of now.
    pub fn site_key(&self) -> Result<SiteKey> {
        let snapshot = self.desk.head()?;
        key(&snapshot)
    }

    /// Reads the site.
    pub fn served_site(&self) -> Result<ServedSite> {
        let snapshot = self.desk.head()?;
        let key = key(&snapshot)?;
        let settings = self.settings(&snapshot)?;
        let look = self.look(&snapshot, &settings)?;
        let public = self.public(&snapshot, &settings)?;
        public.broken.iter().for_each(|said| self.progress.note(&format!("left out: {said}")));
        let Public { sources, files, moved, words, .. } = public;
        // The search of the server is made of the texts themselves.
        drop(words);
        let site = Site::new(&settings, sources, files.keys().cloned().collect(), &moved);
        let mut shown = BTreeMap::new();
        for path in site.articles.iter().flat_map(|article| site.files_of(article)) {
            if let Some(oid) = files.get(&path) {
                shown.insert(crate::portal::address::file(&path), oid.to_string());
            }
        }
        let index = PublicIndex::new(site.articles.iter().map(|article| text_of(&snapshot, article)))?;
        Ok(ServedSite { settings, site, look, index, files: shown, key })
    }

    /// An article's page.
    pub fn served_article(&self, pages: &Pages<'_>, article: &PublicArticle) -> Result<String> {
        let body = body_of(&self.desk.head()?, article)?;
        Ok(render(pages, article, &body).map_err(|fault| template_failure(&fault))?)
    }

    /// A picture or document by its object; `None` for one that could do something.
    pub fn served_file(&self, file: &str, object: &str) -> Result<Option<Vec<u8>>> {
        let content = self.desk.head()?.read(Oid::from_str(object)?)?;
        let is_svg = file.to_ascii_lowercase().ends_with(".svg");
        Ok((!is_svg || svg::harmless(&content).is_ok()).then_some(content))
    }
}

fn key(snapshot: &Snapshot<'_>) -> Result<SiteKey> {
    let object = |path: &str| Ok(snapshot.find(path)?.map(|entry| entry.oid));
    let all = [layout::SETTINGS, layout::ARTICLES, TEMPLATES, ASSETS].into_iter().map(object);
    Ok(SiteKey(all.collect::<Result<_>>()?))
}

fn text_of(snapshot: &Snapshot<'_>, article: &PublicArticle) -> Result<PublicText> {
    let text = html::text(&body_of(snapshot, article)?);
    let source = &article.source;
    Ok(PublicText {
        title: source.title.clone(),
        more: format!("{} {}", source.aliases.join(" "), text.headings),
        body: text.body,
        language: article.language.clone(),
    })
}
