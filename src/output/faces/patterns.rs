//! Response patterns.

use super::{fact, rows};
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, markdown, sanitize};
use crate::view::pattern::{PatternPage, PatternRow};

pub fn list(patterns: &[PatternRow], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![
        Column::left("slug"),
        Column::left("title").shrink(8),
        Column::left("language"),
        Column::left("then"),
        Column::left("tags").shrink(6),
        Column::left("translations"),
        Column::left("path").shrink(8),
    ];
    let cells = patterns.iter().map(|row| {
        vec![
            Cell::styled(Style::Id, row.slug.clone()),
            Cell::new(row.title.clone()),
            Cell::new(row.language.clone().unwrap_or_default()),
            Cell::new(row.then),
            Cell::new(row.tags.join(", ")),
            Cell::new(row.translations.join(", ")),
            Cell::new(row.path.clone()),
        ]
    });
    rows(columns, cells.collect(), format, ui)
}

/// A pattern: laid out on a terminal, its file as it is in a pipe.
pub fn page(page: &PatternPage, format: Format, ui: &Ui) -> Result<String> {
    if format == Format::Csv {
        let columns = ["slug", "title", "language", "then", "tags", "path"].map(Column::left).to_vec();
        let texts = [
            page.slug.clone(),
            page.title.clone(),
            page.language.clone().unwrap_or_default(),
            page.then.to_owned(),
            page.tags.join(", "),
            page.path.clone(),
        ];
        return rows(columns, vec![texts.map(Cell::new).to_vec()], format, ui);
    }
    if format == Format::Md || !ui.stdout_terminal {
        return Ok(page.text.clone());
    }
    Ok(format!("{}\n{}", head(page, ui), markdown::render(&page.body, ui, 0)))
}

/// Title and facts.
fn head(page: &PatternPage, ui: &Ui) -> String {
    let mut out = format!("{}  {}\n", ui.paint(Style::Id, &page.slug), sanitize::line(&page.title));
    let set: Vec<String> = page.set.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let facts = [
        ("language", page.language.clone().unwrap_or_default()),
        ("tags", page.tags.join(", ")),
        ("when", page.when.clone().unwrap_or_default()),
        ("set", set.join(" ")),
        ("then", page.then.to_owned()),
        ("path", page.path.clone()),
    ];
    facts.into_iter().for_each(|(name, value)| out.push_str(&fact(name, 9, Some(value), ui)));
    out
}
