//! `portal build`: the public articles as files for any web server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::articles::{BATCH, Public, public_text};
use super::{parallel, template_failure};
use crate::desk::Here;
use crate::failure::{Failure, Result};
use crate::format::html::{self, Leads};
use crate::format::links::Link;
use crate::format::{article, svg};
use crate::portal::{self, Look, Mode, Pages, PublicArticle, Site, TemplateFault, address, hex};
use crate::store::{Oid, SiteFolder, Snapshot};
use crate::view::portal::BuildView;

/// How a site is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub folder: PathBuf,
    /// In place of `portal.url`.
    pub url: Option<String>,
    /// Writes over files that are not ours.
    pub force: bool,
}

impl Here {
    /// Builds the site of the public articles.
    pub fn build_portal(&self, asked: &Asked) -> Result<BuildView> {
        let snapshot = self.snapshot()?;
        let mut settings = self.settings(&snapshot)?;
        if let Some(url) = &asked.url {
            let url = crate::format::settings::web_address(url);
            settings.portal.url = Some(url.map_err(|said| Failure::usage(said.replace("'portal.url'", "--url")))?);
        }
        let look = self.look(&snapshot, &settings)?;
        let Public { sources, files, moved, broken, words } = self.public(&snapshot, &settings)?;
        let site = Site::new(&settings, sources, files.keys().cloned().collect(), &moved);
        let contact = settings.mail.address.clone();
        let url = settings.portal.url.clone();
        let pages = Pages::new(&site, &look, Mode::Files, url, contact, settings.timezone.clone());
        let folder = SiteFolder::open(&asked.folder, asked.force)?;
        let mut build = Build {
            here: self,
            snapshot: &snapshot,
            site: &site,
            look: &look,
            pages: &pages,
            folder,
            warnings: Vec::new(),
            all: all_digest(&pages),
        };
        build.articles()?;
        build.listings()?;
        build.files(&files)?;
        build.search(words)?;
        build.others()?;
        let Build { folder, mut warnings, .. } = build;
        warnings.splice(0..0, broken.iter().map(|said| format!("left out: {said}")));
        let place = folder.root().display().to_string();
        let (written, removed) = folder.finish()?;
        Ok(BuildView {
            out: place,
            commit: snapshot.commit.map(|oid| oid.to_string()),
            articles: site.articles.len(),
            languages: site.languages.iter().map(|(tag, _)| tag.clone()).collect(),
            redirects: site.redirects().len(),
            written,
            removed,
            feed: pages.url.is_some(),
            warnings,
        })
    }
}

pub(super) struct Build<'a> {
    pub here: &'a Here,
    pub snapshot: &'a Snapshot<'a>,
    pub site: &'a Site,
    look: &'a Look,
    pages: &'a Pages<'a>,
    pub folder: SiteFolder,
    warnings: Vec<String>,
    /// Stands for what every page shows.
    pub all: String,
}

/// The digest of a text in parts.
pub(super) struct Sum(Sha256);

impl Sum {
    pub fn of(first: &str) -> Sum {
        let mut sum = Sum(Sha256::new());
        sum.add(first);
        sum
    }

    pub fn add(&mut self, part: &str) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub fn done(self) -> String {
        hex(&self.0.finalize()[..16])
    }
}

/// Stands for what every page shows, whatever it is of.
fn all_digest(pages: &Pages<'_>) -> String {
    let site = pages.site;
    let zone = pages.zone.iana_name().unwrap_or_default();
    let mut sum = Sum::of(&pages.look.digest);
    sum.add(&pages.look.style);
    sum.add(&pages.look.script);
    sum.add(&format!("{:?}", (&site.title, &site.languages, &pages.url, &pages.contact, zone)));
    sum.done()
}

/// Stands for what is on an article's page.
fn article_digest(all: &str, site: &Site, article: &PublicArticle) -> String {
    let source = &article.source;
    let mut sum = Sum::of(all);
    // What its version says follows from these.
    for part in [&source.path, &source.blob, &article.file, &article.language] {
        sum.add(part);
    }
    sum.add(&source.changed.map_or(String::new(), |changed| changed.to_string()));
    for other in site.variants(&article.group) {
        sum.add(&other.file);
    }
    for (kind, target) in &source.links {
        match site.leads(article, *kind, target, "") {
            Leads::To { address, title } => {
                sum.add(&address);
                sum.add(&title.unwrap_or_default());
            }
            Leads::AsWritten => sum.add("="),
            Leads::Nowhere => sum.add(""),
        }
    }
    let folder = &source.category;
    for end in folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]) {
        sum.add(&site.category_title(&folder[..end], &article.language));
    }
    sum.done()
}

fn failed(fault: TemplateFault) -> anyhow::Error {
    template_failure(&fault).into()
}

impl Build<'_> {
    fn articles(&mut self) -> Result<()> {
        let mut due: Vec<(&PublicArticle, String)> = Vec::new();
        let site = self.site;
        let (all, folder) = (&self.all, &self.folder);
        let known = parallel::each(&site.articles, |article| {
            let digest = article_digest(all, site, article);
            (folder.holds(&article.file, &digest), digest)
        });
        for (article, (is_there, digest)) in site.articles.iter().zip(known) {
            if is_there {
                self.folder.keep(&article.file, digest);
            } else {
                due.push((article, digest));
            }
        }
        self.here.progress.start("writing pages", due.len() as u64);
        for batch in due.chunks(BATCH) {
            let mut texts = Vec::with_capacity(batch.len());
            for (article, _) in batch {
                texts.push(body_of(self.snapshot, article)?);
            }
            let pages = self.pages;
            let due: Vec<(&PublicArticle, &String)> = batch.iter().map(|(article, _)| *article).zip(&texts).collect();
            let made = parallel::each(&due, |(article, text)| render(pages, article, text));
            for ((article, digest), made) in batch.iter().zip(made) {
                self.folder.write(&article.file, digest, made.map_err(failed)?.as_bytes())?;
            }
            self.here.progress.step(batch.len() as u64);
        }
        self.here.progress.done();
        Ok(())
    }

    /// Writes a page that is made whether or not it has changed.
    pub(super) fn put(&mut self, file: &str, content: &[u8]) -> Result<()> {
        let digest = hex(&Sha256::digest(content)[..16]);
        if self.folder.keeps(file, &digest) { Ok(()) } else { self.folder.write(file, &digest, content) }
    }

    fn listings(&mut self) -> Result<()> {
        let pages = self.pages;
        let folders: Vec<(&String, usize)> = self
            .site
            .categories
            .keys()
            .flat_map(|folder| (1..=pages.listing_pages(folder)).map(move |page| (folder, page)))
            .collect();
        for (language, _) in &self.site.languages {
            let texts = parallel::each(&folders, |(folder, page)| pages.listing(language, folder, *page));
            for ((folder, page), text) in folders.iter().zip(texts) {
                let text = text.map_err(failed)?;
                self.put(&address::listing(language, folder, *page), text.as_bytes())?;
            }
            let text = self.pages.search(language).map_err(failed)?;
            self.put(&format!("{language}/search.html"), text.as_bytes())?;
        }
        Ok(())
    }

    /// The pictures and documents that articles show or link to.
    fn files(&mut self, files: &BTreeMap<String, Oid>) -> Result<()> {
        let site = self.site;
        let shown: BTreeSet<String> = site.articles.iter().flat_map(|article| site.files_of(article)).collect();
        for path in shown {
            let Some(oid) = files.get(&path) else { continue };
            let (file, digest) = (address::file(&path), oid.to_string());
            if self.folder.keeps(&file, &digest) {
                continue;
            }
            let content = self.snapshot.read(*oid)?;
            if path.to_ascii_lowercase().ends_with(".svg")
                && let Err(said) = svg::harmless(&content)
            {
                self.warnings.push(format!("left out: {path}: {said}"));
                continue;
            }
            self.folder.write(&file, &digest, &content)?;
        }
        Ok(())
    }

    /// What else lies on the site.
    fn others(&mut self) -> Result<()> {
        let site = self.site;
        for redirect in site.redirects() {
            let text = self.pages.redirect(redirect).map_err(failed)?;
            self.put(&redirect.from, text.as_bytes())?;
        }
        let look = self.look;
        for (file, content) in &look.assets {
            self.put(file, content)?;
        }
        let (front, missing) = (self.pages.front().map_err(failed)?, self.pages.not_found().map_err(failed)?);
        self.put("index.html", front.as_bytes())?;
        self.put("404.html", missing.as_bytes())?;
        let Some(url) = self.pages.url.clone() else { return Ok(()) };
        for (language, _) in &site.languages {
            self.put(&format!("{language}/feed.xml"), portal::atom(site, language, &url).as_bytes())?;
        }
        self.put("sitemap.xml", portal::sitemap(site, &url).as_bytes())?;
        self.put("robots.txt", portal::robots(&url).as_bytes())
    }
}

/// The public text of an article.
pub(super) fn body_of(snapshot: &Snapshot<'_>, article: &PublicArticle) -> Result<String> {
    let source = &article.source;
    let read = article::parse_article(&source.path, &snapshot.read(Oid::from_str(&source.blob)?)?);
    let read = read.map_err(|fault| crate::format::failure(&fault, &source.path))?;
    Ok(public_text(&read.body))
}

/// Renders an article's page from its public text.
pub(super) fn render(pages: &Pages<'_>, article: &PublicArticle, body: &str) -> Result<String, TemplateFault> {
    let root = pages.root(&article.file);
    let mut leads = |link: &Link| pages.site.leads(article, link.kind, &link.target, &root);
    let text = html::web(&article.source.title, body, &portal::alerts_in(&article.language), &mut leads);
    pages.article(article, &text)
}
