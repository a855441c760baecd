//! What there is on the site: which pages, in which languages, where, and where links between them lead.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::address;
use super::words::language_name;
use crate::domain::links::{self, LinkKind, Target};
use crate::domain::settings::Settings;
use crate::format::html::Leads;

/// A public article as it is read: what is internal in it is cut out already.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Of its file in the desk.
    pub path: String,
    /// Names its bytes.
    pub blob: String,
    pub slug: String,
    /// The folders between `kb` and the file, joined by `/`.
    pub category: String,
    pub title: String,
    /// The path of what it translates.
    pub original: Option<String>,
    pub language: Option<String>,
    pub aliases: Vec<String>,
    pub permalinks: Vec<String>,
    pub reviewed: Option<Date>,
    /// Its last change.
    pub changed: Option<Timestamp>,
    /// Its first words.
    pub summary: String,
    pub links: Vec<(LinkKind, String)>,
}

/// An article in one language, with its place on the site.
#[derive(Debug, Clone)]
pub struct PublicArticle {
    pub source: Source,
    pub language: String,
    /// The path of the original, which all its translations share.
    pub group: String,
    /// Its page.
    pub file: String,
}

/// A folder of the knowledge base with something public in it.
#[derive(Debug, Clone, Default)]
pub struct Category {
    /// The path of each original in it, in the order of their names.
    pub groups: Vec<String>,
    /// The folders in it.
    pub inner: BTreeSet<String>,
    /// The articles in it and below.
    pub count: usize,
}

/// A page that only says where another is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    pub from: String,
    pub to: String,
}

/// The public side of a desk.
pub struct Site {
    pub title: String,
    /// Tag and name; the desk's own language first.
    pub languages: Vec<(String, String)>,
    /// By their paths in the desk.
    pub articles: Vec<PublicArticle>,
    /// By folder; that of the empty name is the root.
    pub categories: BTreeMap<String, Category>,
    /// Titles of categories by folder and language.
    titles: BTreeMap<String, BTreeMap<String, String>>,
    by_path: FxHashMap<String, usize>,
    /// Place of an article by original and language.
    variants: FxHashMap<String, BTreeMap<String, usize>>,
    links: links::Site,
    /// The files of the knowledge base that may be shown.
    files: FxHashSet<String>,
    redirects: Vec<Redirect>,
}

impl Site {
    /// Puts a site together. `files` are the paths of pictures and documents in the knowledge base, `moved` the former
    /// path of articles and the present one.
    pub fn new(
        settings: &Settings,
        sources: Vec<Source>,
        files: FxHashSet<String>,
        moved: &[(String, String)],
    ) -> Site {
        let mut site = Site {
            title: settings.portal.title.clone().unwrap_or_else(|| settings.desk.clone()),
            languages: Vec::new(),
            articles: Vec::new(),
            categories: BTreeMap::from([(String::new(), Category::default())]),
            titles: settings.portal.categories.clone(),
            by_path: FxHashMap::default(),
            variants: FxHashMap::default(),
            links: links::Site::new(),
            files,
            redirects: Vec::new(),
        };
        let mut taken = FxHashSet::default();
        for source in sources {
            site.add(source, &settings.language, &mut taken);
        }
        site.sort_categories();
        let mut tags = vec![settings.language.clone()];
        let others = settings.languages.iter().chain(site.articles.iter().map(|article| &article.language));
        for tag in others {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        site.languages = tags.into_iter().map(|tag| (tag.clone(), language_name(&tag))).collect();
        site.files.iter().for_each(|path| site.links.add_file(path));
        site.redirects = site.find_redirects(moved);
        site
    }

    fn add(&mut self, source: Source, default: &str, taken: &mut FxHashSet<String>) {
        let (slug, of_name) = match &source.original {
            Some(_) => source.slug.rsplit_once('.').unwrap_or((&source.slug, default)),
            None => (source.slug.as_str(), default),
        };
        let language = source.language.clone().unwrap_or_else(|| of_name.to_owned()).to_lowercase();
        let slug = slug.to_owned();
        let file = address::article(&language, &source.category, &slug);
        if !crate::domain::article::is_language(&language) || !taken.insert(file.clone()) {
            return;
        }
        let group = source.original.clone().unwrap_or_else(|| source.path.clone());
        let place = self.articles.len();
        self.links.add_page(&source.path, &slug, Some(&language), [], source.permalinks.clone());
        self.by_path.insert(source.path.clone(), place);
        self.variants.entry(group.clone()).or_default().insert(language.clone(), place);
        self.articles.push(PublicArticle { source, language, group, file });
    }

    fn sort_categories(&mut self) {
        let mut groups: Vec<&String> = self.variants.keys().collect();
        groups.sort();
        for group in groups {
            let Some(place) = self.variants[group].values().next() else { continue };
            let own = self.articles[*place].source.category.clone();
            self.categories.entry(own.clone()).or_default().groups.push(group.clone());
            let mut at = own;
            loop {
                self.categories.entry(at.clone()).or_default().count += 1;
                if at.is_empty() {
                    break;
                }
                let above = at.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
                self.categories.entry(above.clone()).or_default().inner.insert(at);
                at = above;
            }
        }
    }

    /// Former addresses, each once, where no page lies now.
    fn find_redirects(&self, moved: &[(String, String)]) -> Vec<Redirect> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let pages: FxHashSet<&str> = self.articles.iter().map(|article| article.file.as_str()).collect();
        let mut add = |from: String, to: &str| {
            if from != to && !pages.contains(from.as_str()) && !self.is_listing(&from) {
                found.entry(from).or_insert_with(|| to.to_owned());
            }
        };
        for article in &self.articles {
            for from in article.source.permalinks.iter().filter_map(|permalink| address::of_permalink(permalink)) {
                add(from, &article.file);
            }
        }
        for (old, new) in moved {
            let Some(article) = self.find(new) else { continue };
            let Some(below) = old.strip_prefix("kb/").and_then(|path| path.strip_suffix(".md")) else { continue };
            let (category, name) = below.rsplit_once('/').unwrap_or(("", below));
            let slug = name.strip_suffix(&format!(".{}", article.language)).unwrap_or(name);
            add(address::article(&article.language, category, slug), &article.file);
        }
        found.into_iter().map(|(from, to)| Redirect { from, to }).collect()
    }

    /// Whether a page of the site's own lies at a file.
    fn is_listing(&self, file: &str) -> bool {
        let first = file.split('/').next().unwrap_or_default();
        let own = ["assets", "files", "search", "index.html", "404.html", "api", "t", "healthz", "metrics"];
        let is_search = file.strip_prefix(first) == Some("/search.html") && self.has_language(first);
        own.contains(&first)
            || is_search
            || (self.has_language(first) && file.rsplit('/').next().is_some_and(|name| name.starts_with("index")))
    }

    pub fn redirects(&self) -> &[Redirect] {
        &self.redirects
    }

    pub fn has_language(&self, tag: &str) -> bool {
        self.languages.iter().any(|(own, _)| own == tag)
    }

    /// The language pages are in where nobody asks for another.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", |(tag, _)| tag)
    }

    /// The article that lies at a path of the desk.
    pub fn find(&self, path: &str) -> Option<&PublicArticle> {
        self.by_path.get(path).map(|place| &self.articles[*place])
    }

    /// An article in a language, else in that of the original, else in any.
    pub fn variant(&self, group: &str, language: &str) -> Option<&PublicArticle> {
        let variants = self.variants.get(group)?;
        let place = variants.get(language).copied();
        let place = place.or_else(|| self.by_path.get(group).copied()).or_else(|| variants.values().next().copied());
        place.map(|place| &self.articles[place])
    }

    /// An article in all languages there are.
    pub fn variants<'a>(&'a self, group: &str) -> impl Iterator<Item = &'a PublicArticle> {
        self.variants.get(group).into_iter().flat_map(|all| all.values().map(|place| &self.articles[*place]))
    }

    /// What a category is called in a language.
    pub fn category_title(&self, folder: &str, language: &str) -> String {
        if let Some(title) = self.titles.get(folder).and_then(|titles| titles.get(language)) {
            return title.clone();
        }
        let name = folder.rsplit('/').next().unwrap_or(folder).replace(['-', '_'], " ");
        let mut letters = name.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }

    /// Where a link in an article leads, from a page whose way to the root is `root`.
    pub fn leads(&self, from: &PublicArticle, kind: LinkKind, target: &str, root: &str) -> Leads {
        if kind == LinkKind::Ticket || target.starts_with('#') {
            return Leads::AsWritten;
        }
        let (bare, anchor) = target.split_once('#').unwrap_or((target, ""));
        match self.links.resolve(&from.source.path, bare, kind) {
            Target::Page { path } => self.leads_to(from, &path, anchor, root),
            Target::File { path } if self.files.contains(&path) => {
                Leads::To { address: address::link(root, &address::file(&path)), title: None }
            }
            Target::External | Target::Site => Leads::AsWritten,
            Target::File { .. } | Target::Ticket(_) | Target::Broken { .. } => Leads::Nowhere,
        }
    }

    fn leads_to(&self, from: &PublicArticle, path: &str, anchor: &str, root: &str) -> Leads {
        let Some(page) = self.find(path) else { return Leads::Nowhere };
        // Whoever reads a translation goes on in its language.
        let page = self.variant(&page.group, &from.language).unwrap_or(page);
        let hash = if anchor.is_empty() { String::new() } else { format!("#{}", address::encode(anchor)) };
        Leads::To { address: address::link(root, &page.file) + &hash, title: Some(page.source.title.clone()) }
    }

    /// The files of the knowledge base that an article shows or links to.
    pub fn files_of<'a>(&'a self, article: &'a PublicArticle) -> impl Iterator<Item = String> + 'a {
        article.source.links.iter().filter_map(|(kind, target)| {
            let bare = target.split('#').next().unwrap_or_default();
            // Most links lead to pages.
            if *kind != LinkKind::Page || bare.ends_with(".md") {
                return None;
            }
            match self.links.resolve(&article.source.path, bare, *kind) {
                Target::File { path } if self.files.contains(&path) => Some(path),
                _ => None,
            }
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn source(path: &str, title: &str) -> Source {
        let below = path.strip_prefix("kb/").unwrap().strip_suffix(".md").unwrap();
        let (category, slug) = below.rsplit_once('/').unwrap_or(("", below));
        Source {
            path: path.into(),
            blob: title.into(),
            slug: slug.into(),
            category: category.into(),
            title: title.into(),
            original: slug.rsplit_once('.').map(|(slug, _)| format!("kb/{category}/{slug}.md")),
            language: None,
            aliases: Vec::new(),
            permalinks: Vec::new(),
            reviewed: None,
            changed: None,
            summary: String::new(),
            links: Vec::new(),
        }
    }

    fn site() -> Site {
        let settings = Settings { languages: vec!["en".into(), "nl".into()], ..Settings::default() };
        let mut vpn = source("kb/network/vpn.md", "VPN");
        vpn.permalinks = vec!["/help/vpn".into(), "/en/index.html".into(), "/../x".into()];
        let sources = vec![source("kb/network/mail.md", "Mail"), vpn, source("kb/network/vpn.nl.md", "De VPN")];
        let files = FxHashSet::from_iter(["kb/network/a.png".to_owned()]);
        let moved = [("kb/old.md".to_owned(), "kb/network/mail.md".to_owned())];
        Site::new(&settings, sources, files, &moved)
    }

    fn leads(site: &Site, from: &str, target: &str) -> Option<String> {
        match site.leads(site.find(from).unwrap(), LinkKind::Page, target, "../") {
            Leads::To { address, .. } => Some(address),
            Leads::AsWritten => Some("as written".into()),
            Leads::Nowhere => None,
        }
    }

    #[test]
    fn links_stay_in_their_language() {
        let site = site();
        for (from, target, to) in [
            ("kb/network/mail.md", "vpn.md#one two", Some("../en/network/vpn.html#one%20two")),
            ("kb/network/vpn.nl.md", "mail.md", Some("../en/network/mail.html")),
            ("kb/network/mail.md", "vpn.nl.md", Some("../en/network/vpn.html")),
            ("kb/network/vpn.nl.md", "vpn.md", Some("../nl/network/vpn.html")),
            ("kb/network/mail.md", "/help/vpn/", Some("../en/network/vpn.html")),
            ("kb/network/mail.md", "a.png", Some("../files/network/a.png")),
            ("kb/network/mail.md", "b.png", None),
            ("kb/network/mail.md", "../../people/jo.md", None),
            ("kb/network/mail.md", "https://x.example", Some("as written")),
            ("kb/network/mail.md", "#here", Some("as written")),
        ] {
            assert_eq!(leads(&site, from, target).as_deref(), to, "{from} {target}");
        }
    }

    #[test]
    fn former_addresses_lead_on() {
        let site = site();
        let redirects: Vec<(&str, &str)> =
            site.redirects().iter().map(|one| (one.from.as_str(), one.to.as_str())).collect();
        assert_eq!(
            redirects,
            [("en/old.html", "en/network/mail.html"), ("help/vpn/index.html", "en/network/vpn.html")]
        );
    }

    #[test]
    fn categories_are_called_by_their_folders() {
        let site = site();
        assert_eq!(site.categories["network"].count, 2);
        assert_eq!(site.category_title("a/getting-started", "en"), "Getting started");
        assert_eq!(site.variant("kb/network/mail.md", "nl").unwrap().language, "en");
    }
}
