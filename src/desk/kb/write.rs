//! `kb new`, `kb edit`.

use crate::desk::Here;
use crate::desk::set::{checked_language, checked_title};
use crate::domain::article::{Article, Audience, slug_of};
use crate::failure::{Failure, Result};
use crate::format::{article, layout};
use crate::view::mutation::FileChangeView;

/// An article somebody wants to write.
#[derive(Debug, Clone, Default)]
pub struct NewArticle {
    pub title: String,
    /// Folders below `kb`, joined by `/`.
    pub category: Option<String>,
    /// Else made from the title.
    pub slug: Option<String>,
    pub language: Option<String>,
    /// The article it translates, as typed.
    pub translates: Option<String>,
    pub audience: Audience,
    pub tags: Vec<String>,
    pub owner: Option<String>,
    pub body: String,
}

impl Here {
    /// Writes a new article, or a translation beside its original.
    pub fn new_article(&self, new: &NewArticle) -> Result<FileChangeView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let title = checked_title(&new.title)?;
        if let Some(owner) = &new.owner {
            self.agent(owner)?;
        }
        new.language.as_deref().map_or(Ok(()), checked_language)?;
        let (category, name, translation_of) = match &new.translates {
            Some(typed) => self.beside(&snapshot, &settings, typed, new.language.as_deref())?,
            None => (category(new.category.as_deref())?, name(new.slug.as_deref(), &title)?, None),
        };
        let path = layout::article(&category, &name);
        let article = Article {
            path: path.clone(),
            slug: name.clone(),
            category,
            title,
            audience: new.audience,
            language: Some(new.language.clone().unwrap_or(settings.language)),
            tags: new.tags.clone(),
            aliases: Vec::new(),
            owner: new.owner.clone(),
            reviewed: None,
            review_every: None,
            translation_of,
            permalinks: Vec::new(),
            body_line: 1,
            body: new.body.clone(),
        };
        let text = article::render(&article).into_bytes();
        self.commit_file("kb new", &format!("kb: add {name}"), &path, |snapshot| {
            if snapshot.find_file(&path)?.is_some() {
                return Err(Failure::refused(format!("there is an article at {path} already"))
                    .hint(format!("loket kb edit {}", article.full_name()))
                    .hint("or give the new one another name with --slug")
                    .into());
            }
            Ok(Some(text.clone()))
        })
    }

    /// Opens an article in the editor and commits what was changed.
    pub fn edit_article(&self, typed: &str, language: Option<&str>, editor: &str) -> Result<FileChangeView> {
        let path = self.article_path(&self.present()?, typed, language)?;
        let subject = format!("kb: edit {}", layout::article_parts(&path).1);
        let check = |bytes: &[u8]| article::parse_article(&path, bytes).map(drop);
        self.edit_file(&path, "kb edit", &subject, editor, &check)
    }

    /// Category, name and original of a translation.
    fn beside(
        &self,
        snapshot: &crate::store::Snapshot<'_>,
        settings: &crate::domain::settings::Settings,
        typed: &str,
        language: Option<&str>,
    ) -> Result<(String, String, Option<String>)> {
        let Some(language) = language else {
            return Err(Failure::usage("a translation into which language?").hint("give --language").into());
        };
        let library = self.library(snapshot, settings)?;
        let original = library.resolve(typed, None, false)?;
        if original.language.as_deref().unwrap_or(&settings.language) == language {
            return Err(Failure::usage(format!("{} is written in '{language}' itself", original.slug)).into());
        }
        let name = format!("{}.{language}", original.slug);
        Ok((original.category.clone(), name, Some(original.slug.clone())))
    }
}

/// A category as folders: each a plain name, none that leads elsewhere.
fn category(typed: Option<&str>) -> Result<String> {
    let Some(typed) = typed else {
        return Err(Failure::usage("in which category?").hint("give one with --category, say --category login").into());
    };
    let typed = typed.trim_matches('/');
    let parts: Vec<&str> = typed.split('/').collect();
    if parts.len() > 8 || !parts.iter().all(|part| layout::is_key(part)) {
        let said = format!("'{}' is no category", typed.escape_debug());
        let hint = "lower-case letters, digits, `-`, `_` and `.`, with `/` between a category and one within it";
        return Err(Failure::usage(said).hint(hint).into());
    }
    Ok(parts.join("/"))
}

fn name(typed: Option<&str>, title: &str) -> Result<String> {
    match typed {
        Some(slug) if layout::is_key(slug) && !slug.contains('.') => Ok(slug.to_owned()),
        Some(slug) => Err(Failure::usage(format!("'{}' cannot be a slug", slug.escape_debug()))
            .hint("lower-case letters, digits, `-` and `_`, at most 64 of them")
            .into()),
        None => slug_of(title).ok_or_else(|| {
            Failure::usage("no slug can be made from this title")
                .hint("give one with --slug, say --slug reset-password")
                .into()
        }),
    }
}
