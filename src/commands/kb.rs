use std::process::ExitCode;

use super::session::Session;
use super::support::{Said, Strict, complain, lines, print_hits, print_list, print_one, told_file};
use crate::desk::Here;
use crate::desk::kb::{NewArticle, Shelf};
use crate::domain::article::Audience;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::output::{Format, faces, json};
use crate::view::links::MendView;

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
    Links(LinksArgs),
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
/// `<!-- internal -->` and `<!-- /internal -->` is left out. `-o html` gives a page for a browser.
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

/// List the links into and within the knowledge base, and mend those a rename broke
///
/// Of one article: those in it and those that lead to it; without one, all, those of patterns and processes too. A link
/// is a relative one of markdown, also to a heading (`vpn.md#set-up`), `[[slug]]`, or `#` and the id of a ticket. Those
/// that begin with `/` are a published site's and are not checked.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example: git mv kb/vpn.md kb/network/ && git commit -m 'Move vpn' && loket kb links --fix")]
pub struct LinksArgs {
    /// An article: its slug, `category/slug` or path
    pub slug: Option<String>,
    /// Its translation into this language
    #[arg(long, value_name = "LANGUAGE", requires = "slug")]
    pub language: Option<String>,
    /// Only links that lead nowhere
    #[arg(long)]
    pub broken: bool,
    /// Mend the links that a rename broke, in one commit: where things went is read from git
    #[arg(long, conflicts_with_all = ["slug", "broken"])]
    pub fix: bool,
    /// Say what would be mended, and change nothing
    #[arg(long, short = 'n', requires = "fix")]
    pub dry_run: bool,
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
    pub fn is_reading(&self) -> bool {
        match &self.command {
            Command::New(_) | Command::Edit(_) | Command::Restore(_) => false,
            Command::Links(args) => !args.fix,
            _ => true,
        }
    }

    /// Whether this gives a page of HTML.
    pub fn gives_html(&self) -> bool {
        matches!(self.command, Command::Show(_))
    }

    pub fn run(self, session: &Session) -> Result<ExitCode> {
        let here = session.open()?;
        match self.command {
            Command::List(args) => return args.run(session, &here),
            Command::Show(args) => args.run(session, &here)?,
            Command::New(args) => return args.run(session, &here),
            Command::Edit(one) => {
                let view = here.edit_article(&one.slug, one.language.as_deref(), &session.editor(&here))?;
                return told_file(session, &view);
            }
            Command::Log(one) => log(session, &here, &one)?,
            Command::Diff(args) => args.run(session, &here)?,
            Command::Restore(args) => {
                let one = &args.one;
                return told_file(session, &here.restore_article(&one.slug, one.language.as_deref(), &args.revision)?);
            }
            Command::Links(args) => args.run(session, &here)?,
            Command::Stale => stale(session, &here)?,
            Command::Suggest(args) => print_hits(session, &here.suggest_articles(&args.id, args.limit)?)?,
        }
        Ok(ExitCode::from(exit::DONE))
    }
}

impl ListArgs {
    fn run(self, session: &Session, here: &Here) -> Result<ExitCode> {
        let shelf = Shelf { category: self.category, tag: self.tag, public: self.public };
        let (articles, broken) = here.articles(&shelf)?;
        print_list(session, &articles, |article| &article.slug, faces::articles::list)?;
        Ok(complain(session, &broken, self.strict.strict))
    }
}

impl ShowArgs {
    fn run(self, session: &Session, here: &Here) -> Result<()> {
        let (slug, language) = (&self.one.slug, self.one.language.as_deref());
        if session.format() == Format::Html {
            return session.ui.print(&here.article_html(slug, language, self.public)?);
        }
        let linked = matches!(session.format(), Format::Json | Format::Jsonl);
        let page = here.article(slug, language, self.public, linked)?;
        let answer = match session.format() {
            Format::Json => json::pretty(&page)?,
            Format::Jsonl => json::line(&page)?,
            Format::Ids => lines(&[page.article.slug]),
            Format::Md => page.body,
            Format::Csv => faces::articles::list(&[page.article], Format::Csv, &session.ui)?,
            _ => faces::articles::page(&page, &session.ui),
        };
        session.ui.print(&answer)
    }
}

impl NewArgs {
    fn run(self, session: &Session, here: &Here) -> Result<ExitCode> {
        let new = NewArticle {
            body: self.said.text(session, here, "ARTICLE.md")?.unwrap_or_default(),
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

fn log(session: &Session, here: &Here, one: &OneArgs) -> Result<()> {
    let (versions, shallow) = here.article_log(&one.slug, one.language.as_deref())?;
    if shallow {
        session.ui.warning("this clone is shallow; what was before is not known here");
    }
    print_list(session, &versions, |version| &version.commit, faces::articles::versions)
}

impl DiffArgs {
    fn run(self, session: &Session, here: &Here) -> Result<()> {
        let format = session.format();
        if !matches!(format, Format::Table | Format::Json | Format::Jsonl) {
            return Err(Failure::usage(format!("a diff is no {format}")).hint("leave -o out, or use -o json").into());
        }
        let words = format == Format::Table && session.ui.color && session.ui.width.is_some();
        let one = &self.one;
        let view = here.article_diff(&one.slug, one.language.as_deref(), &self.revisions, words)?;
        print_one(session, &view, |format| {
            Ok(match format {
                _ if words => faces::articles::words(&view.diff, &session.ui),
                _ => faces::articles::patch(&view.diff, &session.ui),
            })
        })
    }
}

impl LinksArgs {
    fn run(self, session: &Session, here: &Here) -> Result<()> {
        if self.fix {
            return told_mended(session, &here.mend_links(self.dry_run)?, self.dry_run);
        }
        let mut links = here.links(self.slug.as_deref(), self.language.as_deref())?;
        links.retain(|link| !self.broken || link.broken.is_some());
        print_list(session, &links, |link| &link.from, faces::links::list)
    }
}

fn told_mended(session: &Session, view: &MendView, dry_run: bool) -> Result<()> {
    view.warnings.iter().for_each(|warning| session.ui.warning(warning));
    for link in &view.left {
        let reason = link.broken.as_deref().unwrap_or_default();
        session.ui.warning(&format!("{}:{}:{}: {reason}", link.from, link.line, link.column));
    }
    if view.mended.is_empty() {
        session.ui.message("nothing to mend");
    } else if dry_run {
        session.ui.message("this is a dry run; nothing was changed");
    }
    print_one(session, view, |format| {
        Ok(match format {
            Format::Ids => lines(&view.mended.iter().map(|link| link.path.clone()).collect::<Vec<_>>()),
            format => faces::links::mended(&view.mended, format, &session.ui)?,
        })
    })
}

fn stale(session: &Session, here: &Here) -> Result<()> {
    let mut stale = here.stale_articles()?;
    if session.format() == Format::Ids {
        // An article is told once, however much is wrong with it.
        stale.dedup_by(|one, other| one.slug == other.slug);
    }
    print_list(session, &stale, |one| &one.slug, faces::articles::stale)
}
