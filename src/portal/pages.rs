//! Every page as text: what its template is told.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use minijinja::{Value, context};

use super::address::{self, listing, to_root};
use super::look::{Look, Template, TemplateFault};
use super::site::{Category, PublicArticle, Redirect, Site};
use super::words::{date_in, words_in};
use crate::format::html::WebText;

/// Articles on one page of a category.
const ON_A_PAGE: usize = 100;
/// Articles shown of a category on the page above it, where there are few enough categories.
const ON_A_CARD: usize = 5;
const MANY_CARDS: usize = 30;
/// More categories than that are a plain list.
const COMPACT: usize = 60;
/// What a web server shows where there is nothing.
const MISSING: &str = "404.html";
/// How much of an article's first words is shown, in characters.
const SUMMARY: usize = 160;

/// Whether pages lie in files for any web server, or are made by `serve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Files,
    Server,
}

/// Makes pages.
pub struct Pages<'a> {
    pub site: &'a Site,
    pub look: &'a Look,
    pub mode: Mode,
    /// Where the site is reached, without a `/` at the end.
    pub url: Option<String>,
    /// The address a requester may write to.
    pub contact: Option<String>,
    pub zone: TimeZone,
    words: BTreeMap<String, Value>,
}

/// A link with what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub link: Option<String>,
    pub title: String,
    pub summary: Option<String>,
    /// Where it is another language than the page's.
    pub lang: Option<String>,
    pub note: Option<String>,
}

impl From<Entry> for Value {
    fn from(entry: Entry) -> Value {
        let Entry { link, title, summary, lang, note } = entry;
        context! { link => link, title => title, summary => summary, lang => lang, note => note }
    }
}

impl<'a> Pages<'a> {
    pub fn new(
        site: &'a Site,
        look: &'a Look,
        mode: Mode,
        url: Option<String>,
        contact: Option<String>,
        zone: TimeZone,
    ) -> Self {
        let words = site.languages.iter().map(|(tag, _)| (tag.clone(), Value::from(words_in(tag)))).collect();
        Pages { site, look, mode, url, contact, zone, words }
    }

    /// The way from a page to the root of the site.
    pub fn root(&self, file: &str) -> String {
        match self.mode {
            // It is shown at any address.
            Mode::Files if file == MISSING => self.path(),
            Mode::Files => to_root(file),
            // Below the path of the address, where the server is reached by one.
            Mode::Server => self.path(),
        }
    }

    /// The path of the site's address.
    fn path(&self) -> String {
        let path = self.url.as_deref().and_then(|url| url.splitn(4, '/').nth(3));
        path.map_or_else(|| "/".to_owned(), |path| format!("/{path}/"))
    }

    /// How a file is linked to from a page whose way to the root is `root`. A server shows a folder's own page at its
    /// address; on a disk it is a file like others.
    pub fn link(&self, root: &str, file: &str) -> String {
        let is_folder = |file: &&str| file.is_empty() || file.ends_with('/');
        match file.strip_suffix("index.html").filter(is_folder) {
            Some(folder) if self.mode == Mode::Server => address::link(root, folder),
            _ => address::link(root, file),
        }
    }

    /// What a page says itself in a language.
    pub fn words(&self, language: &str) -> Value {
        self.words.get(language).cloned().unwrap_or_else(|| Value::from(words_in(language)))
    }

    /// A page at a file, in a language; `switch` gives the same page in another.
    pub fn page(
        &self,
        template: Template,
        language: &str,
        file: &str,
        switch: &dyn Fn(&str) -> Option<String>,
        own: Value,
    ) -> Result<String, TemplateFault> {
        let root = self.root(file);
        let at = |file: &str| self.link(&root, file);
        let is_server = self.mode == Mode::Server;
        let languages: Vec<Value> = self
            .site
            .languages
            .iter()
            .map(|(tag, name)| {
                let file = switch(tag).unwrap_or_else(|| listing(tag, "", 1));
                context! { lang => tag, name => name, link => at(&file), current => tag == language }
            })
            .collect();
        let whole = |file: &str| self.url.as_ref().map(|url| address::link(&format!("{url}/"), file));
        let alternates: Vec<Value> = self
            .site
            .languages
            .iter()
            .filter_map(|(tag, _)| Some(context! { lang => tag, link => whole(&switch(tag)?)? }))
            .collect();
        let base = context! {
            lang => language,
            rtl => ["ar", "fa", "he", "ur"].contains(&language.split('-').next().unwrap_or_default()),
            t => self.words(language),
            site => context! { title => self.site.title.as_str() },
            root => root.as_str(),
            home => at(&listing(language, "", 1)),
            search => at(&if is_server { format!("{language}/search") } else { format!("{language}/search.html") }),
            suggest => is_server.then(|| at(&format!("{language}/suggest"))),
            live => is_server,
            new => is_server.then(|| at(&format!("{language}/new"))),
            mine => is_server.then(|| at(&format!("{language}/mine"))),
            contact => self.contact.as_ref().map(|address| format!("mailto:{address}")),
            feed => self.url.is_some().then(|| at(&format!("{language}/feed.xml"))),
            style => at(&self.look.style),
            script => at(&self.look.script),
            logo => self.look.logo.as_ref().map(|logo| at(logo)),
            icon => at(&self.look.icon),
            languages => languages,
            alternates => if alternates.len() > 1 { alternates } else { Vec::new() },
            canonical => whole(file),
        };
        self.look.render(template, context! { ..own, ..base })
    }

    /// An article.
    pub fn article(&self, article: &PublicArticle, text: &WebText) -> Result<String, TemplateFault> {
        let (language, source) = (article.language.as_str(), &article.source);
        let root = self.root(&article.file);
        let others: Vec<Value> = self
            .site
            .variants(&article.group)
            .filter(|other| other.language != language)
            .map(|other| {
                let name = super::words::language_name(&other.language);
                context! { link => self.link(&root, &other.file), lang => other.language.as_str(), name => name }
            })
            .collect();
        let contents: Vec<Value> = text
            .headings
            .iter()
            .filter(|heading| heading.level <= 3 && !heading.text.trim().is_empty())
            .map(|heading| context! { level => heading.level, anchor => heading.anchor.as_str(), text => heading.text.as_str() })
            .collect();
        let words = words_in(language);
        let dated = |key: &str, day: Date| {
            let said = words[key].replace("{}", &date_in(language, day));
            context! { day => day.to_string(), said => said }
        };
        let own = context! {
            title => source.title.as_str(),
            summary => shortened(&source.summary),
            html => text.html.as_str(),
            contents => contents,
            translations => others,
            trail => self.trail(&source.category, language, &root, Some(&source.title)),
            reviewed => source.reviewed.map(|day| dated("reviewed", day)),
            changed => source.changed.map(|at| dated("changed", self.zone.to_datetime(at).date())),
        };
        let switch = |tag: &str| {
            self.site.variants(&article.group).find(|other| other.language == tag).map(|other| other.file.clone())
        };
        self.page(Template::Article, language, &article.file, &switch, own)
    }

    /// How many pages a category has.
    pub fn listing_pages(&self, folder: &str) -> usize {
        self.site.categories.get(folder).map_or(1, |category| category.groups.len().div_ceil(ON_A_PAGE).max(1))
    }

    /// A page of a category, from 1; the home of a language is that of the empty folder.
    pub fn listing(&self, language: &str, folder: &str, page: usize) -> Result<String, TemplateFault> {
        let file = listing(language, folder, page);
        let root = self.root(&file);
        let empty = Category::default();
        let category = self.site.categories.get(folder).unwrap_or(&empty);
        let words = words_in(language);
        let inner = if page == 1 { category.inner.len() } else { 0 };
        let cards: Vec<Value> = category
            .inner
            .iter()
            .take(inner)
            .map(|inner_folder| self.card(language, inner_folder, &root, inner))
            .collect();
        let groups = category.groups.iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE);
        let articles: Vec<Entry> = groups.filter_map(|group| self.entry(group, language, &root, true)).collect();
        let count = self.listing_pages(folder);
        let pages: Vec<Value> = (1..=count)
            .map(|number| {
                let title = words["page"].replace("{}", &number.to_string());
                context! { number => number, title => title, link => self.link(&root, &listing(language, folder, number)), current => number == page }
            })
            .collect();
        let is_home = folder.is_empty();
        let title = match is_home {
            true => words["home"].to_owned(),
            false => self.site.category_title(folder, language),
        };
        let own = context! {
            is_home => is_home,
            page => page,
            title => title,
            trail => if is_home { Vec::new() } else { self.trail(folder, language, &root, None) },
            compact => inner > COMPACT,
            cards => cards,
            articles => articles,
            pages => pages,
        };
        let switch = |tag: &str| Some(listing(tag, folder, page));
        self.page(Template::Listing, language, &file, &switch, own)
    }

    fn card(&self, language: &str, folder: &str, root: &str, cards: usize) -> Value {
        let empty = Category::default();
        let category = self.site.categories.get(folder).unwrap_or(&empty);
        let shown = if cards > MANY_CARDS { 0 } else { ON_A_CARD };
        let groups = category.groups.iter().take(shown);
        let articles: Vec<Entry> = groups.filter_map(|group| self.entry(group, language, root, false)).collect();
        let words = words_in(language);
        let count = match category.count {
            1 => words["count_one"].to_owned(),
            many => words["count"].replace("{}", &many.to_string()),
        };
        context! {
            title => self.site.category_title(folder, language),
            link => self.link(root, &listing(language, folder, 1)),
            articles => articles,
            count => count,
        }
    }

    fn entry(&self, group: &str, language: &str, root: &str, summary: bool) -> Option<Entry> {
        let article = self.site.variant(group, language)?;
        Some(self.entry_of(article, language, root, summary))
    }

    /// An article in a list on a page in a language.
    pub fn entry_of(&self, article: &PublicArticle, language: &str, root: &str, summary: bool) -> Entry {
        let foreign = article.language != language;
        Entry {
            link: Some(self.link(root, &article.file)),
            title: article.source.title.clone(),
            summary: summary.then(|| shortened(&article.source.summary)).filter(|text| !text.is_empty()),
            lang: foreign.then(|| article.language.clone()),
            note: foreign.then(|| super::words::language_name(&article.language)),
        }
    }

    fn trail(&self, folder: &str, language: &str, root: &str, page: Option<&str>) -> Vec<Entry> {
        let step = |title: String, file: Option<String>| Entry {
            link: file.map(|file| self.link(root, &file)),
            title,
            ..Entry::default()
        };
        let mut trail = vec![step(words_in(language)["home"].to_owned(), Some(listing(language, "", 1)))];
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        for end in ends {
            let above = &folder[..end];
            let is_last = page.is_none() && end == folder.len();
            trail
                .push(step(self.site.category_title(above, language), (!is_last).then(|| listing(language, above, 1))));
        }
        trail.extend(page.map(|title| step(title.to_owned(), None)));
        trail
    }

    /// The page that searches in the browser.
    pub fn search(&self, language: &str) -> Result<String, TemplateFault> {
        let file = format!("{language}/search.html");
        let root = self.root(&file);
        let all = self.site.categories.keys().filter(|folder| !folder.is_empty() && !folder.contains('/'));
        let categories: Vec<Entry> = all
            .map(|folder| Entry {
                link: Some(self.link(&root, &listing(language, folder, 1))),
                title: self.site.category_title(folder, language),
                ..Entry::default()
            })
            .collect();
        let own = context! {
            title => words_in(language)["search"],
            hidden => true,
            categories => categories,
            index => format!("{root}search/{language}/"),
        };
        self.page(Template::Search, language, &file, &|tag| Some(format!("{tag}/search.html")), own)
    }

    /// A page that leads to where another is now.
    pub fn redirect(&self, redirect: &Redirect) -> Result<String, TemplateFault> {
        let language = redirect.to.split('/').next().unwrap_or("en");
        let root = to_root(&redirect.from);
        let page = self.site.articles.iter().find(|article| article.file == redirect.to);
        let context = context! {
            lang => language,
            t => self.words(language),
            icon => self.link(&root, &self.look.icon),
            to => self.link(&root, &redirect.to),
            title => page.map_or(redirect.to.as_str(), |page| page.source.title.as_str()),
            canonical => self.url.as_ref().map(|url| address::link(&format!("{url}/"), &redirect.to)),
        };
        self.look.render(Template::Redirect, context)
    }

    /// The root, which leads to the home in the desk's own language.
    pub fn front(&self) -> Result<String, TemplateFault> {
        self.redirect(&Redirect { from: "index.html".into(), to: listing(self.site.language(), "", 1) })
    }

    /// What a server shows where there is nothing.
    pub fn not_found(&self) -> Result<String, TemplateFault> {
        let language = self.site.language();
        let own = context! { title => words_in(language)["error_not_found"], hidden => true, canonical => "" };
        self.page(Template::Error, language, MISSING, &|tag| Some(listing(tag, "", 1)), own)
    }
}

/// The first words of a text, whole ones.
pub fn shortened(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= SUMMARY {
        return plain;
    }
    let cut: String = plain.chars().take(SUMMARY).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches(|letter: char| !letter.is_alphanumeric()))
}

/// Where an article's page lies, as an address on the whole web.
pub fn whole_address(url: &str, file: &str) -> String {
    address::link(&format!("{url}/"), file)
}
