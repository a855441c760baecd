//! The pages and files links may lead to, and the rules by which they do.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::nearest::{self, Budget};
use super::paths::{self, Outside};
use super::{Broken, LinkKind, Target};
use crate::domain::id::{self, TicketId};

/// Where `category/slug` begins.
const ROOT: &str = "kb";

#[derive(Debug)]
struct Page {
    language: Option<String>,
    anchors: BTreeSet<String>,
}

/// What links may lead to. Paths are the desk's, with `/` and without a leading one.
#[derive(Debug)]
pub struct Site {
    pages: HashMap<String, Page>,
    files: HashSet<String>,
    folders: HashSet<String>,
    /// Without the `/` at the end.
    permalinks: HashMap<String, String>,
    /// By slug and folder: a page and its translations, in order of their paths.
    slugs: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Folders whose files are not listed.
    unlisted: Vec<String>,
    budget: Budget,
}

impl Default for Site {
    fn default() -> Site {
        Site::new()
    }
}

impl Site {
    /// A site with nothing in it.
    pub fn new() -> Site {
        Site {
            pages: HashMap::new(),
            files: HashSet::new(),
            folders: HashSet::from([String::new()]),
            permalinks: HashMap::new(),
            slugs: BTreeMap::new(),
            unlisted: Vec::new(),
            budget: Budget::new(),
        }
    }

    /// Adds a page. A translation has the slug of what it translates. Of two pages with one permalink the first has it.
    pub fn add_page(
        &mut self,
        path: &str,
        slug: &str,
        language: Option<&str>,
        anchors: impl IntoIterator<Item = String>,
        permalinks: Vec<String>,
    ) {
        self.add_folders(path);
        for permalink in permalinks {
            self.permalinks.entry(bare(&permalink).to_owned()).or_insert_with(|| path.to_owned());
        }
        let folders = self.slugs.entry(slug.to_owned()).or_default();
        folders.entry(paths::folder(path).to_owned()).or_default().insert(path.to_owned());
        let page = Page { language: language.map(str::to_owned), anchors: anchors.into_iter().collect() };
        self.pages.insert(path.to_owned(), page);
    }

    /// Adds a file that is no page: an image, a ticket's file.
    pub fn add_file(&mut self, path: &str) {
        self.add_folders(path);
        self.files.insert(path.to_owned());
    }

    /// Says that the files of a folder are too many to be listed: a link into it leads to a file, and whether there is
    /// one is for the desk to say.
    pub fn add_unlisted(&mut self, folder: &str) {
        self.unlisted.push(format!("{folder}/"));
    }

    fn add_folders(&mut self, path: &str) {
        let mut folder = paths::folder(path);
        while self.folders.insert(folder.to_owned()) {
            folder = paths::folder(folder);
        }
    }

    /// Whether there is anything in a folder; the root is the empty path.
    pub fn has_folder(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }

    /// Where a link in the file `from_path` leads.
    pub fn resolve(&self, from_path: &str, target: &str, kind: LinkKind) -> Target {
        let target = target.trim();
        match kind {
            LinkKind::Page => self.resolve_page(from_path, target),
            LinkKind::Slug => self.resolve_slug(from_path, target),
            LinkKind::Ticket => resolve_ticket(target),
        }
    }

    fn resolve_page(&self, from_path: &str, target: &str) -> Target {
        if target.starts_with("//") || paths::has_scheme(target) {
            return Target::External;
        }
        let (address, anchor) = split_anchor(target);
        let address = address.split_once('?').map_or(address, |(address, _)| address);
        if address.starts_with('/') {
            return self.resolve_permalink(address);
        }
        if address.is_empty() {
            return self.check_anchor(from_path, anchor);
        }
        let decoded = paths::decode(address);
        match paths::join(paths::folder(from_path), &decoded) {
            Err(Outside) => broken(Broken::Outside),
            Ok(path) => self.resolve_path(path, anchor, decoded.ends_with('/')),
        }
    }

    fn resolve_permalink(&self, address: &str) -> Target {
        let place = |address: &str| self.permalinks.get(bare(address));
        match place(address).or_else(|| place(&paths::decode(address))) {
            Some(path) => Target::Page { path: path.clone() },
            None => Target::Site,
        }
    }

    fn resolve_path(&self, path: String, anchor: Option<&str>, must_be_folder: bool) -> Target {
        if self.folders.contains(&path) {
            return Target::File { path };
        }
        match path {
            _ if must_be_folder => broken(Broken::NoFile),
            path if self.pages.contains_key(&path) => self.check_anchor(&path, anchor),
            path if self.files.contains(&path) || self.unlisted.iter().any(|folder| path.starts_with(folder)) => {
                Target::File { path }
            }
            _ => broken(Broken::NoFile),
        }
    }

    /// The page, if it has that anchor. Every page has a `top`; what is no page of the site has every anchor.
    fn check_anchor(&self, path: &str, anchor: Option<&str>) -> Target {
        let there = || Target::Page { path: path.to_owned() };
        let (Some(anchor), Some(page)) = (anchor.filter(|anchor| !anchor.is_empty()), self.pages.get(path)) else {
            return there();
        };
        let decoded = paths::decode(anchor);
        let lower = decoded.to_lowercase();
        if [anchor, &decoded, &lower].iter().any(|form| page.anchors.contains(*form)) || lower == "top" {
            return there();
        }
        let nearest = nearest::find(&decoded, page.anchors.iter().map(String::as_str), &self.budget);
        broken(Broken::NoAnchor { anchor: anchor.to_owned(), nearest: nearest.map(str::to_owned) })
    }

    fn resolve_slug(&self, from_path: &str, target: &str) -> Target {
        let (name, anchor) = split_anchor(target);
        let name = name.trim();
        let name = name.strip_suffix(".md").unwrap_or(name);
        match name.rsplit_once('/') {
            None if name.is_empty() => self.check_anchor(from_path, anchor),
            None => self.resolve_bare(from_path, name, anchor),
            Some((category, slug)) => self.resolve_category(from_path, name, (category, slug), anchor),
        }
    }

    /// `[[slug]]`
    fn resolve_bare(&self, from_path: &str, slug: &str, anchor: Option<&str>) -> Target {
        let Some(folders) = self.slugs.get(slug) else {
            let nearest = nearest::find(slug, self.slugs.keys().map(String::as_str), &self.budget);
            return broken(Broken::NoSlug { nearest: nearest.map(str::to_owned) });
        };
        let mut articles = folders.iter();
        match (articles.next(), articles.next()) {
            (Some((folder, pages)), None) => self.choose(from_path, folder, slug, pages, anchor),
            _ => {
                let candidates = folders.keys().map(|folder| render_candidate(folder, slug)).collect();
                broken(Broken::AmbiguousSlug { candidates })
            }
        }
    }

    /// `[[category/slug]]`; also with the `kb/` in front, which is how a slug right below `kb` is told from others.
    fn resolve_category(&self, from_path: &str, name: &str, parts: (&str, &str), anchor: Option<&str>) -> Target {
        let (category, slug) = parts;
        let folders = [format!("{ROOT}/{category}"), category.to_owned()];
        let known = self.slugs.get(slug);
        for folder in folders {
            if let Some(pages) = known.and_then(|known| known.get(&folder)) {
                return self.choose(from_path, &folder, slug, pages, anchor);
            }
        }
        for path in [format!("{ROOT}/{name}.md"), format!("{name}.md")] {
            if self.pages.contains_key(&path) {
                return self.check_anchor(&path, anchor);
            }
        }
        broken(Broken::NoSlug { nearest: self.find_nearest_article(name, slug) })
    }

    /// The same slug in another category, or else the nearest slug.
    fn find_nearest_article(&self, name: &str, slug: &str) -> Option<String> {
        if let Some(folders) = self.slugs.get(slug) {
            let candidates: Vec<String> = folders.keys().map(|folder| render_candidate(folder, slug)).collect();
            let near = nearest::find(name, candidates.iter().map(String::as_str), &self.budget);
            return near.map(str::to_owned).or_else(|| candidates.first().cloned());
        }
        let near = nearest::find(slug, self.slugs.keys().map(String::as_str), &self.budget)?;
        let folder = self.slugs.get(near)?.keys().next()?;
        Some(render_candidate(folder, near))
    }

    /// Of a page and its translations the one in the language of `from_path`, or else the page itself.
    fn choose(
        &self,
        from_path: &str,
        folder: &str,
        slug: &str,
        pages: &BTreeSet<String>,
        anchor: Option<&str>,
    ) -> Target {
        let language = |path: &str| self.pages.get(path).and_then(|page| page.language.as_deref());
        let own = language(from_path);
        let translated = pages.iter().find(|path| own.is_some() && language(path) == own);
        let base = || pages.get(&format!("{folder}/{slug}.md")).or_else(|| pages.first());
        match translated.or_else(base) {
            Some(path) => self.check_anchor(path, anchor),
            None => broken(Broken::NoSlug { nearest: None }),
        }
    }
}

/// The path a relative target names as seen from a file, and what follows it (`?query#anchor`). `None` for what names
/// no path, and for what climbs out of the desk.
pub fn destination<'t>(from_path: &str, target: &'t str) -> Option<(String, &'t str)> {
    let target = target.trim();
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let (address, rest) = target.split_at(end);
    if address.is_empty() || address.starts_with('/') || paths::has_scheme(target) {
        return None;
    }
    Some((paths::join(paths::folder(from_path), &paths::decode(address)).ok()?, rest))
}

fn broken(what: Broken) -> Target {
    Target::Broken { what }
}

fn split_anchor(target: &str) -> (&str, Option<&str>) {
    target.split_once('#').map_or((target, None), |(address, anchor)| (address, Some(anchor)))
}

/// A permalink without the `/` at its end.
fn bare(permalink: &str) -> &str {
    permalink.strip_suffix('/').unwrap_or(permalink)
}

/// What to write between `[[` and `]]` for the article `slug` of a folder.
fn render_candidate(folder: &str, slug: &str) -> String {
    let category = folder.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/')).unwrap_or(folder);
    format!("{category}/{slug}")
}

fn resolve_ticket(target: &str) -> Target {
    let id = id::forgiving(target).and_then(|text| text.parse::<TicketId>().ok());
    id.map_or(broken(Broken::Ticket), |id| Target::Ticket(id.to_string()))
}
