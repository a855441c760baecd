//! Articles, their versions and what lies between two of them.

use super::log::BY_HAND;
use super::{fact, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, markdown, sanitize};
use crate::view::article::{ArticlePage, ArticleView, StaleView, VersionView};

pub fn list(articles: &[ArticleView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("slug").shrink(12),
        Column::left("category").shrink(6),
        Column::left("title").shrink(12),
        Column::left("visibility"),
        Column::left("language"),
        Column::left("translations"),
    ];
    let cells = articles.iter().map(|article| {
        vec![
            Cell::styled(Style::Id, article.slug.clone()),
            Cell::new(article.category.clone()),
            Cell::new(article.title.clone()),
            Cell::styled(visibility(article.visibility), article.visibility),
            Cell::new(article.language.clone()),
            Cell::new(translations(article)),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

fn visibility(name: &str) -> Style {
    match name {
        "public" => Style::Open,
        "internal" => Style::Internal,
        _ => Style::Muted,
    }
}

/// `nl, de outdated`
fn translations(article: &ArticleView) -> String {
    let told = article.translations.iter().map(|one| match one.state.name() {
        "current" => one.language.clone(),
        state => format!("{} {state}", one.language),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The page of an article for a terminal, or plain for a pipe.
pub fn page(page: &ArticlePage, ui: &Ui) -> String {
    let article = &page.article;
    let mut out = format!(
        "{}  {}\n{} · {}\n",
        ui.paint(Style::Id, &sanitize::line(&article.slug)),
        ui.paint(Style::Strong, &sanitize::line(&article.title)),
        ui.paint(visibility(article.visibility), article.visibility),
        sanitize::line(&article.language),
    );
    let mut line = |name: &str, value: Option<String>| out.push_str(&fact(name, 13, value, ui));
    line("category", Some(article.category.clone()));
    line("tags", Some(article.tags.join(", ")));
    line("aliases", Some(article.aliases.join(", ")));
    line("owner", article.owner.clone());
    line("reviewed", article.reviewed.map(|date| date.to_string()));
    line("translations", Some(translations(article)));
    let body = markdown::render(&page.body, ui, 0);
    if !body.trim().is_empty() {
        out.push_str(&format!("\n{}\n", body.trim_end_matches('\n')));
    }
    out
}

/// The versions of an article, oldest first.
pub fn versions(versions: &[VersionView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("date"),
        Column::left("commit"),
        Column::left("who").shrink(6),
        Column::left("command"),
        Column::left("subject").shrink(10),
        Column::left("moved from"),
    ];
    let cells = versions.iter().map(|version| {
        vec![
            Cell::styled(Style::Muted, version.date.to_string()),
            Cell::styled(Style::Id, version.commit.get(..10).unwrap_or_default()),
            Cell::new(version.author.shown()),
            Cell::new(version.command.as_deref().unwrap_or(BY_HAND)),
            Cell::new(version.subject.clone()),
            Cell::new(version.from.clone().unwrap_or_default()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

pub fn stale(stale: &[StaleView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("slug").shrink(12),
        Column::left("title").shrink(12),
        Column::left("owner"),
        Column::left("what"),
        Column::left("language"),
        Column::left("reason"),
    ];
    let cells = stale.iter().map(|one| {
        vec![
            Cell::styled(Style::Id, one.slug.clone()),
            Cell::new(one.title.clone()),
            Cell::new(one.owner.clone().unwrap_or_default()),
            Cell::new(one.what),
            Cell::new(one.language.clone().unwrap_or_default()),
            Cell::new(one.reason.clone()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

/// A patch, cleaned; painted where there is colour.
pub fn patch(diff: &str, ui: &Ui) -> String {
    let mut out = String::new();
    for line in diff.lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') => Some(Style::Added),
            Some(b'-') => Some(Style::Removed),
            Some(b'@') => Some(Style::Muted),
            _ => None,
        };
        push(&mut out, line, style, ui);
        out.push('\n');
    }
    out
}

/// git's porcelain of words as running text: what was added and removed painted where it stands.
pub fn words(diff: &str, ui: &Ui) -> String {
    let mut out = String::new();
    let mut in_text = false;
    for line in diff.lines() {
        in_text |= line.starts_with("@@");
        match (line.split_at_checked(1), in_text) {
            (Some(("~", _)), true) => out.push('\n'),
            (Some(("+", text)), true) => push(&mut out, text, Some(Style::Added), ui),
            (Some(("-", text)), true) => push(&mut out, text, Some(Style::Removed), ui),
            (Some((" ", text)), true) => push(&mut out, text, None, ui),
            _ => {
                push(&mut out, line, Some(Style::Muted), ui);
                out.push('\n');
            }
        }
    }
    out
}

fn push(out: &mut String, text: &str, style: Option<Style>, ui: &Ui) {
    let text = sanitize::line(text);
    match style {
        Some(style) if !text.is_empty() => ui.paint_into(style, &text, out),
        _ => out.push_str(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_run_on_where_they_stand() {
        let porcelain = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n Open the \n-red\n+blue\n  door.\n~\n+more\u{1b}[2J\n~\n";
        let shown = words(porcelain, &Ui::plain());
        assert!(shown.ends_with("@@ -1,2 +1,2 @@\nOpen the redblue door.\nmore\u{fffd}[2J\n"), "{shown:?}");
    }
}
