//! `portal build`: the public articles as files for any web server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::articles::{Public, Words, public_text};
use super::template_failure;
use crate::desk::Here;
use crate::failure::{Failure, Result};
use crate::format::html::{self, Leads};
use crate::format::links::Link;
use crate::format::{article, svg};
use crate::portal::{self, Finding, Look, Mode, Pages, PublicArticle, Site, TemplateFault, address, differing, hex};
use crate::store::{Oid, SiteFolder, Snapshot};
use crate::view::portal::BuildView;

/// What the last build had in its search.
const SEARCHED: &str = "portal-searched";

/// File and object of each article that is found in a language.
type Listed = Vec<(String, String)>;

#[derive(Debug, Serialize, Deserialize)]
struct Searched {
    folder: String,
    listed: BTreeMap<String, Listed>,
}

/// Articles read before they are rendered: their texts are in memory together.
const BATCH: usize = 256;

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
        let public = self.public(&snapshot, &settings)?;
        let site = Site::new(&settings, public.sources.clone(), public.files.keys().cloned().collect(), &public.moved);
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
        build.files(&public)?;
        build.search(&public)?;
        build.others()?;
        let Build { folder, mut warnings, .. } = build;
        warnings.splice(0..0, public.broken.iter().map(|said| format!("left out: {said}")));
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

struct Build<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    site: &'a Site,
    look: &'a Look,
    pages: &'a Pages<'a>,
    folder: SiteFolder,
    warnings: Vec<String>,
    /// Stands for what every page shows.
    all: String,
}

/// The digest of a text.
fn digest(parts: &[&str]) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update((part.len() as u64).to_le_bytes());
        sum.update(part);
    }
    hex(&sum.finalize()[..16])
}

/// Stands for what every page shows, whatever it is of.
fn all_digest(pages: &Pages<'_>) -> String {
    let site = pages.site;
    let zone = pages.zone.iana_name().unwrap_or_default();
    digest(&[
        &pages.look.digest,
        &pages.look.style,
        &pages.look.script,
        &format!("{:?}", (&site.title, &site.languages, &pages.url, &pages.contact, zone)),
    ])
}

/// Stands for what is on an article's page.
fn article_digest(all: &str, site: &Site, article: &PublicArticle) -> String {
    let others: Vec<(&str, &str)> =
        site.variants(&article.group).map(|other| (other.file.as_str(), other.language.as_str())).collect();
    let leads: Vec<String> = article
        .source
        .links
        .iter()
        .map(|(kind, target)| match site.leads(article, *kind, target, "") {
            Leads::To { address, title } => format!("{address} {}", title.unwrap_or_default()),
            Leads::AsWritten => "=".to_owned(),
            Leads::Nowhere => String::new(),
        })
        .collect();
    let folder = &article.source.category;
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    let titles: Vec<String> = ends.map(|end| site.category_title(&folder[..end], &article.language)).collect();
    digest(&[all, &format!("{:?}", (&article.source, others, leads, titles))])
}

fn failed(fault: TemplateFault) -> anyhow::Error {
    template_failure(&fault).into()
}

impl Build<'_> {
    fn articles(&mut self) -> Result<()> {
        let mut due: Vec<(&PublicArticle, String)> = Vec::new();
        let site = self.site;
        for article in &site.articles {
            let digest = article_digest(&self.all, site, article);
            if !self.folder.keeps(&article.file, &digest) {
                due.push((article, digest));
            }
        }
        self.here.progress.start("writing pages", due.len() as u64);
        for batch in due.chunks(BATCH) {
            let mut texts = Vec::with_capacity(batch.len());
            for (article, _) in batch {
                texts.push(body_of(self.snapshot, article)?);
            }
            for (place, made) in rendered(self.pages, batch, &texts).into_iter().enumerate() {
                let (article, digest) = &batch[place];
                self.folder.write(&article.file, digest, made.map_err(failed)?.as_bytes())?;
            }
            self.here.progress.step(batch.len() as u64);
        }
        self.here.progress.done();
        Ok(())
    }

    /// Writes a page that is made whether or not it has changed.
    fn put(&mut self, file: &str, content: &[u8]) -> Result<()> {
        let digest = hex(&Sha256::digest(content)[..16]);
        if self.folder.keeps(file, &digest) { Ok(()) } else { self.folder.write(file, &digest, content) }
    }

    fn listings(&mut self) -> Result<()> {
        for (language, _) in &self.site.languages {
            for folder in self.site.categories.keys() {
                for page in 1..=self.pages.listing_pages(folder) {
                    let text = self.pages.listing(language, folder, page).map_err(failed)?;
                    self.put(&address::listing(language, folder, page), text.as_bytes())?;
                }
            }
            let text = self.pages.search(language).map_err(failed)?;
            self.put(&format!("{language}/search.html"), text.as_bytes())?;
        }
        Ok(())
    }

    /// The pictures and documents that articles show or link to.
    fn files(&mut self, public: &Public) -> Result<()> {
        let site = self.site;
        let shown: BTreeSet<String> = site.articles.iter().flat_map(|article| site.files_of(article)).collect();
        for path in shown {
            let Some(oid) = public.files.get(&path) else { continue };
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

    /// The search of each language, unless it is what it was; where articles only changed their words, the files that
    /// have these words.
    fn search(&mut self, public: &Public) -> Result<()> {
        let mut words: Option<Words> = None;
        let site = self.site;
        let kept = self.here.desk.kept(SEARCHED).and_then(|bytes| serde_json::from_slice::<Searched>(&bytes).ok());
        let place = self.folder.root().display().to_string();
        let before = kept.filter(|kept| kept.folder == place).map(|kept| kept.listed).unwrap_or_default();
        let mut now = Searched { folder: place, listed: BTreeMap::new() };
        for (language, _) in &site.languages {
            let finding = Finding::new(site, language);
            let articles: Vec<&PublicArticle> =
                finding.articles().into_iter().map(|place| &site.articles[place]).collect();
            let folder = format!("search/{language}/");
            let listed: Listed =
                articles.iter().map(|article| (article.file.clone(), article.source.blob.clone())).collect();
            let all = listed_digest(&self.all, &listed);
            let known = before.get(language).filter(|known| {
                self.folder.has_below(&folder, &format!("{folder}articles.json"), &listed_digest(&self.all, known))
            });
            now.listed.insert(language.clone(), listed.clone());
            if self.folder.keeps_below(&folder, &format!("{folder}articles.json"), &all) {
                continue;
            }
            let words = match &mut words {
                Some(words) => words,
                none => none.insert(self.here.words_of(self.snapshot, public)?),
            };
            let empty: &[u8] = &[];
            let own: Vec<&[u8]> =
                articles.iter().map(|article| words.of(&article.source.blob).unwrap_or(empty)).collect();
            let touched = known.and_then(|known| touched(known, &listed, words));
            let shards = Finding::shards(&own, touched.as_ref());
            let mut names: BTreeSet<String> = shards.keys().cloned().collect();
            if let Some(touched) = &touched {
                names.extend(self.folder.keep_others(&folder, |name| is_shard(name) && !touched.contains(name)));
            }
            for (name, shard) in &shards {
                self.put(&format!("{folder}{name}.json"), &serde_json::to_vec(shard)?)?;
            }
            for (number, rows) in finding.rows().iter().enumerate() {
                self.put(&format!("{folder}articles-{number}.json"), &serde_json::to_vec(rows)?)?;
            }
            let lengths = serde_json::to_vec(&(Finding::lengths(&own), &names))?;
            self.folder.write(&format!("{folder}articles.json"), &all, &lengths)?;
        }
        self.here.desk.keep_whole(SEARCHED, &serde_json::to_vec(&now)?)
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

fn listed_digest(all: &str, listed: &Listed) -> String {
    digest(&[all, &format!("{listed:?}")])
}

/// Whether a file of the search has words, and not what results show.
fn is_shard(name: &str) -> bool {
    name != "articles" && !name.starts_with("articles-")
}

/// The files that have words which changed; `None` where articles came or went, which changes the numbers of all.
fn touched(before: &Listed, now: &Listed, words: &Words) -> Option<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    if before.len() != now.len() {
        return None;
    }
    for ((old_file, old), (file, new)) in before.iter().zip(now) {
        if old_file != file {
            return None;
        }
        if old != new {
            files.extend(differing(words.of(old)?, words.of(new)?));
        }
    }
    Some(files)
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
    let text = html::web(&article.source.title, body, &mut leads);
    pages.article(article, &text)
}

/// Renders pages on all cores, in order.
fn rendered(
    pages: &Pages<'_>,
    due: &[(&PublicArticle, String)],
    texts: &[String],
) -> Vec<Result<String, TemplateFault>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = due.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let parts = due.chunks(share).zip(texts.chunks(share));
        let workers: Vec<_> = parts
            .map(|(due, texts)| {
                let each = move || {
                    due.iter().zip(texts).map(|((article, _), text)| render(pages, article, text)).collect::<Vec<_>>()
                };
                scope.spawn(each)
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
