//! `kb links`: out, in and broken; and mending what a rename broke.

use std::collections::{BTreeMap, HashMap};

use super::library::Library;
use super::web::{Placed, Web, kind_name};
use crate::desk::Here;
use crate::domain::article::translation_parts;
use crate::domain::links::{Broken, LinkKind, Target, destination, relative};
use crate::failure::Result;
use crate::format::{frontmatter, layout};
use crate::store::{Change, FolderHistory, Snapshot};
use crate::view::links::{BacklinkView, LinkView, MendView, MendedView};

impl Here {
    /// The links of one article, out and in; without one, those of all.
    pub fn links(&self, typed: Option<&str>, language: Option<&str>) -> Result<Vec<LinkView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let library = self.library(&snapshot, &settings)?;
        let web = self.web(&snapshot, &library, false)?;
        let Some(typed) = typed else {
            return Ok(web.pages.keys().flat_map(|path| out(&web, path)).collect());
        };
        let path = library.resolve(typed, language, false)?.path.as_str();
        let mut views = out(&web, path);
        views.extend(web.to(path).map(|(from, placed)| link("in", &web, from, placed)));
        Ok(views)
    }

    /// Mends the links that a rename broke, in one commit.
    pub fn mend_links(&self, dry_run: bool) -> Result<MendView> {
        let mut view = MendView { mended: Vec::new(), left: Vec::new(), commit: None, warnings: Vec::new() };
        let mut plan = |snapshot: &Snapshot<'_>| -> Result<Option<Change>> {
            let settings = self.settings(snapshot)?;
            let library = self.library(snapshot, &settings)?;
            let web = self.web(snapshot, &library, false)?;
            (view.mended, view.left) = (Vec::new(), Vec::new());
            let mut files = BTreeMap::new();
            if web.pages.iter().any(|(path, links)| links.iter().any(|placed| web.wrong(path, placed).is_some())) {
                let moves = Moves::read(self, snapshot, &library)?;
                for (path, links) in &web.pages {
                    let mends = plan_page(&web, &moves, path, links, &mut view);
                    if !mends.is_empty() {
                        let bytes = snapshot.file(path)?.unwrap_or_default();
                        files.insert(path.clone(), replaced(bytes, &mends));
                    }
                }
            }
            if dry_run || files.is_empty() {
                return Ok(None);
            }
            let count = view.mended.len();
            let subject = format!("kb: mend {count} link{}", if count == 1 { "" } else { "s" });
            self.own_change(snapshot, "kb links", subject, files).map(Some)
        };
        if dry_run {
            plan(&self.snapshot()?)?;
            return Ok(view);
        }
        self.present()?;
        let done = self.desk.commit(plan)?;
        (view.commit, view.warnings) = (done.commit.map(|oid| oid.to_string()), done.warnings);
        Ok(view)
    }
}

/// The links of a page.
pub(super) fn out(web: &Web, path: &str) -> Vec<LinkView> {
    web.of(path).iter().map(|placed| link("out", web, path, placed)).collect()
}

/// The articles that link to a page.
pub(super) fn backlinks(web: &Web, library: &Library, path: &str) -> Vec<BacklinkView> {
    let view = |(from, placed): (&str, &Placed)| {
        let article = library.articles.get(from)?;
        let (slug, title) = (article.slug.clone(), article.title.clone());
        Some(BacklinkView { slug, title, path: from.to_owned(), line: placed.line, column: placed.column })
    };
    web.to(path).filter_map(view).collect()
}

fn link(direction: &'static str, web: &Web, from: &str, placed: &Placed) -> LinkView {
    let wrong = web.wrong(from, placed);
    let to = match &placed.target {
        Target::Page { path } | Target::File { path } => Some(path.clone()),
        Target::Ticket(id) => Some(id.clone()),
        Target::External | Target::Site => Some(placed.link.target.clone()),
        Target::Broken { .. } => None,
    };
    LinkView {
        direction,
        from: from.to_owned(),
        line: placed.line,
        column: placed.column,
        kind: kind_name(placed.link.kind),
        target: placed.link.target.clone(),
        to,
        external: matches!(placed.target, Target::External | Target::Site),
        hint: wrong.as_ref().and_then(|wrong| wrong.hint.clone()),
        broken: wrong.map(|wrong| wrong.message),
    }
}

/// Where the files of the knowledge base lay before.
struct Moves {
    /// Of every file that was moved: its old paths, newest first.
    before: HashMap<String, Vec<String>>,
    /// Where what lay at a path lies now; of two that lay there in turn, the later one.
    now: HashMap<String, String>,
}

impl Moves {
    fn read(here: &Here, snapshot: &Snapshot<'_>, library: &Library) -> Result<Moves> {
        let history = here.desk.folder_history(snapshot, layout::ARTICLES)?;
        let mut moves = Moves { before: HashMap::new(), now: HashMap::new() };
        let mut paths = Vec::new();
        snapshot.each_file(layout::ARTICLES, &mut |path, _| {
            paths.push(path.to_owned());
            Ok(())
        })?;
        let mut found = Vec::new();
        for path in paths {
            found.extend(earlier(&history, snapshot, &path)?.into_iter().map(|(step, old)| (step, old, path.clone())));
        }
        found.sort_by_key(|(step, ..)| std::cmp::Reverse(*step));
        for (_, old, path) in found {
            moves.before.entry(path.clone()).or_default().push(old.clone());
            if !library.articles.contains_key(&old) {
                moves.now.entry(old).or_insert(path);
            }
        }
        Ok(moves)
    }

    /// Where a path leads today.
    fn follow<'a>(&'a self, path: &'a str) -> &'a str {
        self.now.get(path).map_or(path, String::as_str)
    }
}

/// The paths a file had, each with the step it left it at.
fn earlier(history: &FolderHistory, snapshot: &Snapshot<'_>, path: &str) -> Result<Vec<(usize, String)>> {
    let versions = history.versions(snapshot, path)?;
    Ok(versions.into_iter().filter_map(|version| Some((version.step, version.from?))).collect())
}

/// A link's bytes within the body, and what is written there instead.
type Mend = (std::ops::Range<usize>, String);

/// What can be mended of a page's links; told in the view, as is what cannot.
fn plan_page(web: &Web, moves: &Moves, path: &str, links: &[Placed], view: &mut MendView) -> Vec<Mend> {
    let mut mends: Vec<Mend> = Vec::new();
    for placed in links.iter().filter(|placed| matches!(placed.target, Target::Broken { .. })) {
        match right_target(web, moves, path, placed) {
            Some(to) => {
                let (from, range) = (placed.link.target.clone(), placed.link.target_range.clone());
                view.mended.push(MendedView {
                    path: path.to_owned(),
                    line: placed.line,
                    column: placed.column,
                    from,
                    to: to.clone(),
                });
                // Several links may share a definition.
                if !mends.iter().any(|(known, _)| *known == range) {
                    mends.push((range, to));
                }
            }
            None => view.left.push(link("out", web, path, placed)),
        }
    }
    mends
}

/// The target a broken link had before its page or what it leads to was moved, as it is written today.
fn right_target(web: &Web, moves: &Moves, path: &str, placed: &Placed) -> Option<String> {
    let own = moves.before.get(path).map_or(&[][..], Vec::as_slice);
    let origins = std::iter::once(path).chain(own.iter().map(String::as_str));
    let Target::Broken { what } = &placed.target else { return None };
    let leads = |target: &String| {
        let found = web.site.resolve(path, target, placed.link.kind);
        matches!(found, Target::Page { .. } | Target::File { .. })
    };
    match (placed.link.kind, what) {
        (LinkKind::Page, Broken::NoFile | Broken::Outside) => {
            let mut targets = origins.filter_map(|origin| {
                let (place, rest) = destination(origin, &placed.link.target)?;
                Some(format!("{}{rest}", relative(path, moves.follow(&place))))
            });
            targets.find(leads)
        }
        (LinkKind::Slug, Broken::NoSlug { .. }) => {
            let (name, anchor) = match placed.link.target.split_once('#') {
                Some((name, anchor)) => (name.trim(), format!("#{anchor}")),
                None => (placed.link.target.trim(), String::new()),
            };
            let mut moved: Vec<&String> =
                moves.now.iter().filter(|(old, _)| layout::is_article_named(old, name)).map(|(_, now)| now).collect();
            moved.sort();
            moved.dedup();
            // Where several articles had that slug in turn, nobody knows which one is meant.
            let [moved] = moved.as_slice() else { return None };
            let (category, slug) = layout::article_parts(moved);
            let slug = translation_parts(slug).map_or(slug, |(slug, _)| slug);
            let names = [format!("{slug}{anchor}"), format!("{category}/{slug}{anchor}")];
            names.into_iter().find(leads)
        }
        _ => None,
    }
}

/// The file with its links replaced.
fn replaced(mut bytes: Vec<u8>, mends: &[Mend]) -> Vec<u8> {
    let (Ok(text), Ok(front)) = (std::str::from_utf8(&bytes), frontmatter::parse(&bytes)) else { return bytes };
    let start = text.len() - front.body(text).len();
    let mut mends: Vec<&Mend> = mends.iter().collect();
    mends.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, to) in mends {
        bytes.splice(start + range.start..start + range.end, to.bytes());
    }
    bytes
}
