//! `kb list`, `kb show`, `kb stale`.

use super::library::Library;
use super::links;
use super::versions::Translations;
use crate::desk::Here;
use crate::domain::article::Article;
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::{html, internal};
use crate::view::BrokenView;
use crate::view::article::{ArticlePage, ArticleView, StaleView, TranslationState, TranslationView};

/// Which articles are wanted.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// This category and those within it.
    pub category: Option<String>,
    pub tag: Option<String>,
    /// Only what the public sees.
    pub public: bool,
}

impl Shelf {
    fn holds(&self, article: &Article) -> bool {
        let inside = |category: &str| {
            let rest = article.category.strip_prefix(category.trim_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.category.as_deref().is_none_or(inside) && self.tag.as_ref().is_none_or(|tag| article.tags.contains(tag))
    }
}

impl Here {
    /// The articles that translate none, by path; and the files that cannot be read.
    pub fn articles(&self, shelf: &Shelf) -> Result<(Vec<ArticleView>, Vec<BrokenView>)> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let library = self.library(&snapshot, &settings)?;
        let mut translations = Translations::new(self, &snapshot);
        let mut views = Vec::new();
        for article in library.originals().filter(|article| shelf.holds(article)) {
            if shelf.public && !library.is_public(article) {
                continue;
            }
            views.push(view(&library, &settings, article, &mut translations, shelf.public)?);
        }
        let broken = if shelf.public { Vec::new() } else { library.broken };
        Ok((views, broken))
    }

    /// One article; `linked` with its links and those to it, for which all articles have to be read through.
    pub fn article(&self, typed: &str, language: Option<&str>, public: bool, linked: bool) -> Result<ArticlePage> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let library = self.library(&snapshot, &settings)?;
        let article = library.resolve(typed, language, public)?;
        let mut translations = Translations::new(self, &snapshot);
        let body = if public { internal::without(&article.body) } else { article.body.clone() };
        let (mut links, mut backlinks) = (Vec::new(), Vec::new());
        if linked {
            let web = self.web(&snapshot, &library, public)?;
            (links, backlinks) = (links::out(&web, &article.path), links::backlinks(&web, &library, &article.path));
        }
        let article = view(&library, &settings, article, &mut translations, public)?;
        Ok(ArticlePage { article, body, links, backlinks })
    }

    /// One article as a page of HTML.
    pub fn article_html(&self, typed: &str, language: Option<&str>, public: bool) -> Result<String> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let library = self.library(&snapshot, &settings)?;
        let article = library.resolve(typed, language, public)?;
        let linked = self.web(&snapshot, &library, public)?.with_slugs_linked(&library, article);
        let body = if public { internal::without(&linked) } else { linked };
        let language = article.language.as_deref().unwrap_or(&settings.language);
        Ok(html::page(&article.title, language, &html::render(&body)))
    }

    /// What wants attention: reviews that are overdue, translations that are missing or no longer follow.
    pub fn stale_articles(&self) -> Result<Vec<StaleView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let library = self.library(&snapshot, &settings)?;
        let today = settings.timezone.to_datetime(self.now).date();
        let mut translations = Translations::new(self, &snapshot);
        let mut stale = Vec::new();
        for article in library.articles.values() {
            let of = |what, language: Option<String>, reason: String| StaleView {
                slug: article.slug.clone(),
                title: article.title.clone(),
                path: article.path.clone(),
                owner: article.owner.clone(),
                what,
                language,
                reason,
            };
            if article.is_stale(today) {
                let reason =
                    article.review_due().map_or("never reviewed".to_owned(), |due| format!("review was due by {due}"));
                stale.push(of("review", None, reason));
            }
            if library.original_of(article).is_some() {
                continue;
            }
            for one in told(&library, &settings, article, &mut translations, false)? {
                let reason = match (one.state, one.since) {
                    (TranslationState::Current, _) => continue,
                    (TranslationState::Outdated, Some(since)) => format!("outdated since {since}"),
                    (state, _) => state.name().to_owned(),
                };
                stale.push(of("translation", Some(one.language), reason));
            }
        }
        Ok(stale)
    }
}

fn view(
    library: &Library,
    settings: &Settings,
    article: &Article,
    translations: &mut Translations<'_>,
    public: bool,
) -> Result<ArticleView> {
    let told = told(library, settings, article, translations, public)?;
    let mut view = ArticleView::of(article, &settings.language, told);
    if public {
        // Who keeps it, and when they look at it, is the desk's own business.
        (view.owner, view.reviewed, view.review_every) = (None, None, None);
    }
    Ok(view)
}

/// The translations of an article; a translation has none.
fn told(
    library: &Library,
    settings: &Settings,
    article: &Article,
    translations: &mut Translations<'_>,
    public: bool,
) -> Result<Vec<TranslationView>> {
    if library.original_of(article).is_some() {
        return Ok(Vec::new());
    }
    let mut views = Vec::new();
    for (language, translation) in library.translations(article) {
        if !public || library.is_public(translation) {
            views.push(translations.state(article, translation, language)?);
        }
    }
    let own = article.language.as_deref().unwrap_or(&settings.language);
    for language in settings.languages.iter().filter(|language| *language != own && !public) {
        if !views.iter().any(|view| view.language == *language) {
            let (path, state, since) = (None, TranslationState::Missing, None);
            views.push(TranslationView { language: language.clone(), path, state, since });
        }
    }
    views.sort_by(|a, b| a.language.cmp(&b.language));
    Ok(views)
}
