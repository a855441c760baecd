//! The customers' side, for people.

use super::keeping::count;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, sanitize};
use crate::view::portal::{ApiTokenView, BuildView};

/// What was built.
pub fn built(view: &BuildView) -> String {
    let articles = count(view.articles, "article");
    let languages = view.languages.join(", ");
    let done = match (view.written, view.removed) {
        (0, 0) => "nothing has changed".to_owned(),
        (written, 0) => format!("{} written", count(written, "file")),
        (written, removed) => format!("{} written, {removed} removed", count(written, "file")),
    };
    let feed = if view.feed { "" } else { "; no feed and no sitemap, which want --url or portal.url" };
    format!("{}: {articles} ({languages}), {done}{feed}\n", sanitize::line(&view.out))
}

/// The tokens of programs.
pub fn tokens(views: &[ApiTokenView], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("name"), Column::left("scopes"), Column::left("proof"), Column::left("created")];
    let cells = views.iter().map(|view| {
        vec![
            Cell::styled(Style::Id, view.name.clone()),
            Cell::new(view.scopes.join(", ")),
            Cell::new(if view.signed { "signature" } else { "token" }),
            Cell::new(view.created.to_string()),
        ]
    });
    super::rows(columns, cells.collect(), format, ui)
}
