use std::process::ExitCode;

use super::session::Session;
use super::support::{Said, Strict, complain, json_list, lines, told_file, told_hits};
use crate::desk::kb::{NewArticle, Shelf};
use crate::domain::article::Audience;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces, json};

/// The knowledge base: articles and their versions
///
/// An article is a markdown file below kb/. Its versions are git's: what is committed by hand counts as well.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    List(ListArgs),
    Show(ShowArgs),
    New(NewArgs),
    /// Edit an article in your editor
    Edit(OneArgs),
    /// List the versions of an article, oldest first, also from before it was renamed
    Log(OneArgs),
    Diff(DiffArgs),
    Restore(RestoreArgs),
    /// List what wants attention: overdue reviews, outdated and missing translations
    Stale,
    Suggest(SuggestArgs),
}

/// List the articles
///
/// Translations are no rows of their own: each article names its languages.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// Only this category and those within it
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<String>,
    /// Only articles with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Only what the public sees
    #[arg(long)]
    pub public: bool,
    #[command(flatten)]
    pub strict: Strict,
}

/// An article.
#[derive(Debug, Clone, clap::Args)]
pub struct OneArgs {
    /// Its slug, `category/slug` or path
    pub slug: String,
    /// Its translation into this language
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
}

/// Show an article
///
/// With --public it is what the public sees: drafts and internal articles are not found, and what stands between
/// `<!-- internal -->` and `<!-- /internal -->` is left out.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    #[command(flatten)]
    pub one: OneArgs,
    /// As the public sees it
    #[arg(long)]
    pub public: bool,
}

/// Write a new article, or a translation of one
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: loket kb new 'Reset your password' --category login -F article.md")]
pub struct NewArgs {
    /// Its title, of which the slug is made
    pub title: String,
    /// Its folder below kb/: `network`, `network/vpn`
    #[arg(long, value_name = "CATEGORY", required_unless_present = "translates", conflicts_with = "translates")]
    pub category: Option<String>,
    /// The name of its file, instead of one made from the title
    #[arg(long, value_name = "SLUG", conflicts_with = "translates")]
    pub slug: Option<String>,
    /// The language it is written in
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// It translates this article; wants --language
    #[arg(long, value_name = "SLUG", requires = "language")]
    pub translates: Option<String>,
    /// Who may read it: public, internal or draft
    #[arg(long, value_name = "WHO", default_value = "draft", value_parser = audience)]
    pub visibility: Audience,
    /// A tag; may be repeated
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// The agent who keeps it
    #[arg(long, value_name = "HANDLE")]
    pub owner: Option<String>,
    #[command(flatten)]
    pub said: Said,
}

/// Show what lies between two versions of an article
///
/// Word by word on a terminal, else as `git diff` prints it. Without a revision: what the last version changed; with
/// one: from there until now.
#[derive(Debug, Clone, clap::Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub one: OneArgs,
    /// Revisions, as `loket kb log` or git names them
    #[arg(value_name = "REV", num_args = 0..=2)]
    pub revisions: Vec<String>,
}

/// Bring an old version of an article back, as a new commit
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    pub one: OneArgs,
    /// The revision whose version comes back
    #[arg(value_name = "REV")]
    pub revision: String,
}

/// Propose articles for a ticket, best first
///
/// From its title, its first message and what the requester said since. After the articles come solved tickets like it.
#[derive(Debug, Clone, clap::Args)]
pub struct SuggestArgs {
    /// The ticket
    #[arg(value_name = "ID")]
    pub id: String,
    /// At most so many articles
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
}

fn audience(text: &str) -> Result<Audience, String> {
    Audience::find(text).ok_or_else(|| "it is one of public, internal, draft".to_owned())
}

impl Args {
    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List(args) => args.run(session),
            Command::Show(args) => args.run(session),
            Command::New(args) => args.run(session),
            Command::Edit(one) => {
                let view = here.edit_article(&one.slug, one.language.as_deref(), &session.editor(&here))?;
                told_file(session, &view)
            }
            Command::Log(one) => log(session, &one),
            Command::Diff(args) => args.run(session),
            Command::Restore(args) => {
                let one = &args.one;
                told_file(session, &here.restore_article(&one.slug, one.language.as_deref(), &args.revision)?)
            }
            Command::Stale => stale(session),
            Command::Suggest(args) => args.run(session),
        }
    }
}

impl ListArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let (articles, broken) =
            here.articles(&Shelf { category: self.category, tag: self.tag, public: self.public })?;
        match session.format() {
            format @ (Format::Json | Format::Jsonl) => json_list(session, format, &articles)?,
            Format::Ids => {
                session.ui.print(&lines(&articles.iter().map(|article| article.slug.clone()).collect::<Vec<_>>()))?
            }
            format => session.ui.print(&faces::articles::list(&articles, format, &session.ui)?)?,
        }
        Ok(complain(session, &broken, self.strict.strict))
    }
}

impl ShowArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let page = session.open()?.article(&self.one.slug, self.one.language.as_deref(), self.public)?;
        match session.format() {
            Format::Json => session.ui.print(&json::pretty(&page)?)?,
            Format::Jsonl => session.ui.print(&json::line(&page)?)?,
            Format::Ids => session.ui.print(&lines(&[page.article.slug]))?,
            Format::Md => session.ui.print(&page.body)?,
            Format::Csv => {
                session.ui.print(&faces::articles::list(&[page.article], Format::Csv, &session.ui)?)?;
            }
            Format::Table => session.ui.print(&faces::articles::page(&page, &session.ui))?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

impl NewArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        let new = NewArticle {
            body: self.said.text(session, &here, "ARTICLE.md")?.unwrap_or_default(),
            title: self.title,
            category: self.category,
            slug: self.slug,
            language: self.language,
            translates: self.translates,
            audience: self.visibility,
            tags: self.tag,
            owner: self.owner,
        };
        told_file(session, &here.new_article(&new)?)
    }
}

fn log(session: &Session, one: &OneArgs) -> Result<ExitCode> {
    let (versions, shallow) = session.open()?.article_log(&one.slug, one.language.as_deref())?;
    if shallow {
        session.ui.warning("this clone is shallow; what was before is not known here");
    }
    match session.format() {
        format @ (Format::Json | Format::Jsonl) => json_list(session, format, &versions)?,
        Format::Ids => {
            session.ui.print(&lines(&versions.iter().map(|version| version.commit.clone()).collect::<Vec<_>>()))?
        }
        format => session.ui.print(&faces::articles::versions(&versions, format, &session.ui)?)?,
    }
    Ok(ExitCode::from(exit::DONE))
}

impl DiffArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let format = session.format();
        if !matches!(format, Format::Table | Format::Json | Format::Jsonl) {
            return Err(Failure::usage(format!("a diff is no {format}")).hint("leave -o out, or use -o json").into());
        }
        let words = format == Format::Table && session.ui.color && session.ui.width.is_some();
        let one = &self.one;
        let view = session.open()?.article_diff(&one.slug, one.language.as_deref(), &self.revisions, words)?;
        match format {
            Format::Json => session.ui.print(&json::pretty(&view)?)?,
            Format::Jsonl => session.ui.print(&json::line(&view)?)?,
            _ if words => session.ui.print(&faces::articles::words(&view.diff, &session.ui))?,
            _ => session.ui.print(&faces::articles::patch(&view.diff, &session.ui))?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

fn stale(session: &Session) -> Result<ExitCode> {
    let stale = session.open()?.stale_articles()?;
    match session.format() {
        format @ (Format::Json | Format::Jsonl) => json_list(session, format, &stale)?,
        Format::Ids => {
            let mut slugs: Vec<String> = stale.into_iter().map(|one| one.slug).collect();
            slugs.dedup();
            session.ui.print(&lines(&slugs))?;
        }
        format => session.ui.print(&faces::articles::stale(&stale, format, &session.ui)?)?,
    }
    Ok(ExitCode::from(exit::DONE))
}

impl SuggestArgs {
    fn run(self, session: &Session) -> Result<ExitCode> {
        let hits = session.open()?.suggest_articles(&self.id, self.limit)?;
        told_hits(session, &hits)
    }
}
