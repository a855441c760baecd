//! All articles of a snapshot, which of them translate which, and finding one by what a person types.

use std::collections::BTreeMap;

use crate::desk::{Here, nearest};
use crate::domain::article::{Article, Audience};
use crate::domain::settings::Settings;
use crate::failure::{Failure, Result};
use crate::format::{article, layout};
use crate::store::Snapshot;
use crate::view::BrokenView;

/// The articles of a snapshot, by path.
pub struct Library {
    pub articles: BTreeMap<String, Article>,
    /// Path of a translation to the path of what it translates.
    originals: BTreeMap<String, String>,
    pub broken: Vec<BrokenView>,
}

impl Here {
    /// Reads the knowledge base. A file that cannot be read is left out and told.
    pub fn library(&self, snapshot: &Snapshot<'_>, settings: &Settings) -> Result<Library> {
        let mut library = Library { articles: BTreeMap::new(), originals: BTreeMap::new(), broken: Vec::new() };
        snapshot.each_file(layout::ARTICLES, &mut |path, oid| {
            if !path.ends_with(".md") {
                return Ok(());
            }
            match article::parse_article(path, &snapshot.read(oid)?) {
                Ok(article) => drop(library.articles.insert(path.to_owned(), article)),
                Err(fault) => library.broken.push(BrokenView {
                    path: path.to_owned(),
                    line: fault.line,
                    column: fault.column,
                    message: fault.message,
                }),
            }
            Ok(())
        })?;
        library.pair(settings);
        Ok(library)
    }
}

impl Library {
    /// A library of articles that are read already.
    pub fn of(articles: Vec<Article>, settings: &Settings) -> Library {
        let articles = articles.into_iter().map(|article| (article.path.clone(), article)).collect();
        let mut library = Library { articles, originals: BTreeMap::new(), broken: Vec::new() };
        library.pair(settings);
        library
    }

    /// Finds the translations: `vpn.nl.md` beside `vpn.md`, in a language of the desk or saying that it translates.
    fn pair(&mut self, settings: &Settings) {
        let paired = self.articles.values().filter_map(|article| {
            let (slug, language) = article.name_parts()?;
            let says = article.translation_of.is_some() || article.language.as_deref() == Some(language);
            let is = says || settings.languages.iter().any(|known| known == language);
            let original = layout::article(&article.category, slug);
            (is && self.articles.contains_key(&original)).then(|| (article.path.clone(), original))
        });
        self.originals = paired.collect();
    }

    /// The articles that translate none.
    pub fn originals(&self) -> impl Iterator<Item = &Article> {
        self.articles.values().filter(|article| !self.originals.contains_key(&article.path))
    }

    /// What a translation translates.
    pub fn original_of(&self, article: &Article) -> Option<&Article> {
        self.articles.get(self.originals.get(&article.path)?)
    }

    /// The translations of an article, each with its language. They lie beside it, so their paths follow its own.
    pub fn translations<'a>(&'a self, of: &'a Article) -> impl Iterator<Item = (&'a str, &'a Article)> {
        let beside = of.path.strip_suffix("md").unwrap_or(&of.path);
        let paths = self.originals.range(beside.to_owned()..).take_while(move |(path, _)| path.starts_with(beside));
        paths
            .filter(|(_, original)| **original == of.path)
            .filter_map(|(path, _)| self.articles.get(path))
            .filter_map(|article| Some((article.name_parts()?.1, article)))
    }

    /// Whether the public may read an article: it is public, and so is what it translates.
    pub fn is_public(&self, article: &Article) -> bool {
        article.audience == Audience::Public
            && self.original_of(article).is_none_or(|original| original.audience == Audience::Public)
    }

    /// The article a person means: a slug, `category/slug` or the path of the file; in a language, its translation.
    pub fn resolve(&self, typed: &str, language: Option<&str>, public: bool) -> Result<&Article> {
        let mut found = self.named(typed);
        found.retain(|article| !public || self.is_public(article));
        let article = match found.as_slice() {
            [] => match self.broken_named(typed).filter(|_| !public) {
                Some(broken) => return Err(unreadable(broken)),
                None => return Err(self.unknown(typed, public)),
            },
            [article] => *article,
            several => {
                let said = format!("'{}' is the slug of {} articles", typed.escape_debug(), several.len());
                let names: Vec<String> = several.iter().map(|article| article.full_name()).collect();
                return Err(Failure::error(said).hint(format!("name one of {}", names.join(", "))).into());
            }
        };
        let Some(language) = language.filter(|language| article.language.as_deref() != Some(*language)) else {
            return Ok(article);
        };
        let translation = self.translations(article).find(|(own, _)| *own == language).map(|(_, article)| article);
        translation.filter(|article| !public || self.is_public(article)).ok_or_else(|| {
            Failure::not_found(format!("{} has no translation into '{}'", article.slug, language.escape_debug())).into()
        })
    }

    fn named(&self, typed: &str) -> Vec<&Article> {
        self.articles.values().filter(|article| layout::is_article_named(&article.path, typed)).collect()
    }

    /// The file a person means, if it is one that cannot be read and the only one.
    pub fn broken_named(&self, typed: &str) -> Option<&BrokenView> {
        let mut found = self.broken.iter().filter(|broken| layout::is_article_named(&broken.path, typed));
        found.next().filter(|_| found.next().is_none())
    }

    /// That there is no such article. To the public what it may not see does not exist, so it is not proposed either.
    fn unknown(&self, typed: &str, public: bool) -> anyhow::Error {
        let seen = self.articles.values().filter(|article| !public || self.is_public(article));
        let near = nearest(typed, seen.map(|article| article.slug.as_str()));
        Failure::not_found(format!("there is no article '{}'", typed.escape_debug()))
            .maybe_hint(near.map(|near| format!("did you mean '{near}'?")))
            .hint("`loket kb list` shows them all")
            .into()
    }
}

fn unreadable(broken: &BrokenView) -> anyhow::Error {
    let BrokenView { path, line, column, message } = broken;
    Failure::error(format!("{path}:{line}:{column}: {message}"))
        .hint(format!("correct it with `loket kb edit {path}`"))
        .at(path, *line, *column)
        .into()
}
