//! The links of the knowledge base: which article links where, and which of the links are broken.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::library::Library;
use crate::desk::Here;
use crate::domain::article::Article;
use crate::domain::id::TicketId;
use crate::domain::links::{Broken, LinkKind, Site, Target, destination, relative};
use crate::failure::Result;
use crate::format::links::{Link, Places, Scan, scan};
use crate::format::{frontmatter, internal, layout};
use crate::store::Snapshot;

/// A link at its place, and where it leads.
#[derive(Debug, Clone)]
pub struct Placed {
    pub link: Link,
    pub line: usize,
    pub column: usize,
    pub target: Target,
}

/// What is wrong with a link, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The code `check` gives it.
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

/// The links of all pages, by path.
pub struct Web {
    pub site: Site,
    pub pages: BTreeMap<String, Vec<Placed>>,
    /// Pages by the name of their file, in lower case.
    names: HashMap<String, Vec<String>>,
}

/// What a page says, and where its text begins.
struct Text<'a> {
    path: &'a str,
    body: &'a str,
    body_line: usize,
}

impl Here {
    /// Reads the links of all articles, patterns and processes; for the public those of the articles it sees.
    pub fn web(&self, snapshot: &Snapshot<'_>, library: &Library, public: bool) -> Result<Web> {
        let mut web = Web { site: site(snapshot, public)?, pages: BTreeMap::new(), names: HashMap::new() };
        let seen = || library.articles.values().filter(|article| !public || library.is_public(article));
        let mut scans: Vec<(&Article, Scan)> = seen().map(|article| (article, scan(&article.body, 0))).collect();
        for (article, read) in &mut scans {
            let anchors = match public {
                true => scan(&internal::without(&article.body), 0).anchors,
                false => std::mem::take(&mut read.anchors),
            };
            web.add_page(library, article, anchors);
        }
        for (article, read) in scans {
            let hidden = if public { internal::parts(&article.body) } else { Vec::new() };
            let links = read.links.into_iter().filter(|link| !hidden.iter().any(|part| is_within(link, part)));
            let text = Text { path: &article.path, body: &article.body, body_line: article.body_line };
            let placed = self.placed(snapshot, &web.site, &text, links.collect(), public)?;
            web.pages.insert(article.path.clone(), placed);
        }
        if !public {
            self.add_others(snapshot, &mut web)?;
        }
        Ok(web)
    }

    /// Adds the links of patterns and processes, which lead into the knowledge base as well.
    fn add_others(&self, snapshot: &Snapshot<'_>, web: &mut Web) -> Result<()> {
        for folder in [layout::PATTERNS, layout::PROCESSES] {
            for entry in snapshot.folder(folder)?.into_iter().filter(|entry| !entry.is_folder) {
                let path = format!("{folder}/{}", entry.name);
                let bytes = if path.ends_with(".md") { snapshot.read(entry.oid)? } else { continue };
                let (Ok(text), Ok(front)) = (std::str::from_utf8(&bytes), frontmatter::parse(&bytes)) else { continue };
                let body = front.body(text);
                let body_line = text[..text.len() - body.len()].matches('\n').count() + 1;
                let text = Text { path: &path, body, body_line };
                let placed = self.placed(snapshot, &web.site, &text, scan(body, 0).links, false)?;
                web.pages.insert(path, placed);
            }
        }
        Ok(())
    }

    fn placed(
        &self,
        snapshot: &Snapshot<'_>,
        site: &Site,
        text: &Text<'_>,
        links: Vec<Link>,
        public: bool,
    ) -> Result<Vec<Placed>> {
        let places = Places::new(text.body);
        let mut placed = Vec::with_capacity(links.len());
        for link in links {
            let target = site.resolve(text.path, &link.target, link.kind);
            let target = match elsewhere(site, text.path, &link, &target) {
                true => Target::Site,
                false if public => target,
                false => confirmed(snapshot, target)?,
            };
            let (line, column) = places.position(link.at);
            placed.push(Placed { link, line: line + text.body_line - 1, column, target });
        }
        Ok(placed)
    }
}

/// Whether a link, or what says where it leads, stands in a part of the text.
fn is_within(link: &Link, part: &Range<usize>) -> bool {
    let target = &link.target_range;
    part.contains(&link.at) || (target.start < part.end && part.start < target.end)
}

/// Whether an image is kept out of the desk: it would lie in a folder the desk does not have at all, as pictures often
/// do that are too big for a repository of texts.
fn elsewhere(site: &Site, from: &str, link: &Link, target: &Target) -> bool {
    let is_missing = link.image && matches!(target, Target::Broken { what: Broken::NoFile });
    let folder = destination(from, &link.target).map(|(path, _)| path);
    let folder = folder.as_deref().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
    is_missing && !site.has_folder(folder)
}

/// All a link may lead to but the pages themselves. The public sees no files but through its pages.
fn site(snapshot: &Snapshot<'_>, public: bool) -> Result<Site> {
    let mut site = Site::new();
    site.add_unlisted(layout::TICKETS);
    for entry in snapshot.folder("")?.iter().filter(|entry| entry.name != layout::TICKETS) {
        let mut add = |path: &str, _| {
            let is_page = path.starts_with(layout::ARTICLES) && path.ends_with(".md");
            if !(public && is_page) {
                site.add_file(path);
            }
            Ok(())
        };
        match entry.is_folder {
            true => snapshot.each_file(&entry.name, &mut add)?,
            false => add(&entry.name, entry.oid)?,
        }
    }
    Ok(site)
}

/// A target below `tickets`, or the id of a ticket, as what it is in the desk.
fn confirmed(snapshot: &Snapshot<'_>, target: Target) -> Result<Target> {
    let broken = |what| Target::Broken { what };
    Ok(match target {
        Target::Ticket(id) => match id.parse::<TicketId>() {
            Ok(known) if snapshot.find_file(&layout::ticket(&known))?.is_some() => Target::Ticket(id),
            _ => broken(Broken::Ticket),
        },
        Target::File { path } if path.starts_with(layout::TICKETS) && snapshot.find(&path)?.is_none() => {
            broken(Broken::NoFile)
        }
        target => target,
    })
}

impl Web {
    fn add_page(&mut self, library: &Library, article: &Article, anchors: Vec<String>) {
        let (slug, language) = match library.original_of(article) {
            Some(original) => (&original.slug, article.name_parts().map(|(_, language)| language)),
            None => (&article.slug, article.language.as_deref()),
        };
        self.site.add_page(&article.path, slug, language, anchors, article.permalinks.clone());
        let name = article.path.rsplit('/').next().unwrap_or_default().to_lowercase();
        self.names.entry(name).or_default().push(article.path.clone());
    }

    /// The links of one page.
    pub fn of(&self, path: &str) -> &[Placed] {
        self.pages.get(path).map_or(&[], Vec::as_slice)
    }

    /// The links that lead to a page, each with the page it stands in.
    pub fn to<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a Placed)> {
        let leads = move |placed: &&Placed| matches!(&placed.target, Target::Page { path: to } if to == path);
        let pages = self.pages.iter().filter(move |(from, _)| *from != path);
        pages.flat_map(move |(from, links)| links.iter().filter(leads).map(move |placed| (from.as_str(), placed)))
    }

    /// An article's body with its `[[slug]]` as links of markdown, which every reader of it understands.
    pub fn with_slugs_linked(&self, library: &Library, article: &Article) -> String {
        let mut body = article.body.clone();
        let slugs = self.of(&article.path).iter().filter(|placed| placed.link.kind == LinkKind::Slug);
        for placed in slugs.rev() {
            let range = &placed.link.target_range;
            let (Target::Page { path }, Some(close)) = (&placed.target, body[range.end..].find("]]")) else { continue };
            let end = range.end + close;
            // A mark of internal text has to stay one.
            if body[placed.link.at..end].contains("<!--") {
                continue;
            }
            let title = library.articles.get(path).map_or(placed.link.target.as_str(), |page| &page.title);
            let shown = body[range.end..end].split_once('|').map_or(title, |(_, shown)| shown.trim());
            let shown = shown.replace(['[', ']', '\\', '`', '<'], " ");
            let anchor = placed.link.target.split_once('#').map_or("", |(_, anchor)| anchor);
            let hash = if anchor.is_empty() { "" } else { "#" };
            let written = format!("[{shown}]({}{hash}{anchor})", relative(&article.path, path));
            body.replace_range(placed.link.at..end + 2, &written);
        }
        body
    }

    /// What is wrong with a link in a page; `None` for one that leads somewhere.
    pub fn wrong(&self, from: &str, placed: &Placed) -> Option<Wrong> {
        let Target::Broken { what } = &placed.target else { return None };
        let target = placed.link.target.escape_debug();
        let meant = |near: &Option<String>| near.as_ref().map(|near| format!("did you mean '{near}'?"));
        let (code, message, hint) = match what {
            Broken::NoFile => {
                let hint = self.same_name(from, &placed.link.target).map(|near| format!("did you mean '{near}'?"));
                ("link-file", format!("'{target}' is no file of this desk"), hint)
            }
            Broken::NoAnchor { anchor, nearest } => {
                let said = match placed.link.target.starts_with('#') {
                    true => format!("there is no heading '{target}'"),
                    false => format!("'{target}': there is no heading '#{}'", anchor.escape_debug()),
                };
                ("link-anchor", said, nearest.as_ref().map(|near| format!("did you mean '#{near}'?")))
            }
            Broken::NoSlug { nearest } => {
                ("link-slug", format!("[[{target}]]: there is no such article"), meant(nearest))
            }
            Broken::AmbiguousSlug { candidates } => {
                let hint = format!("name one of {}", candidates.join(", "));
                ("link-ambiguous", format!("[[{target}]] is the slug of {} articles", candidates.len()), Some(hint))
            }
            Broken::Outside => ("link-outside", format!("'{target}' leads out of the desk"), None),
            Broken::Ticket => ("link-ticket", format!("#{target}: there is no such ticket"), None),
        };
        Some(Wrong { code, message, hint })
    }

    /// The link to write for the only page whose file is called like the target's, upper and lower case aside.
    fn same_name(&self, from: &str, target: &str) -> Option<String> {
        let (address, rest) = target.split_at(target.find(['?', '#']).unwrap_or(target.len()));
        let name = address.rsplit('/').next()?.to_lowercase();
        match self.names.get(&name)?.as_slice() {
            [only] => Some(format!("{}{rest}", relative(from, only))),
            _ => None,
        }
    }
}

/// How a link is written, in a word.
pub fn kind_name(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Page => "link",
        LinkKind::Slug => "slug",
        LinkKind::Ticket => "ticket",
    }
}
