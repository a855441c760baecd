//! Processes: the list, the page, the drawing.

use super::rows;
use crate::failure::Result;
use crate::output::table::{Cell, Column};
use crate::output::{Format, Style, Ui, markdown, sanitize};
use crate::view::process::{ProcessPage, ProcessRow, StepView};

pub fn list(rows_of: &[ProcessRow], format: Format, ui: &Ui) -> Result<String> {
    let columns = vec![Column::left("slug"), Column::left("title").shrink(12), Column::right("steps")];
    let cells = rows_of.iter().map(|row| {
        vec![Cell::styled(Style::Id, row.slug.clone()), Cell::new(row.title.clone()), Cell::new(row.steps.to_string())]
    });
    rows(columns, cells.collect(), format, ui)
}

/// A process for people: each step with what it asks and where it leads.
pub fn page(page: &ProcessPage, ui: &Ui) -> String {
    let mut out =
        format!("{}  {}\n", ui.paint(Style::Id, &page.slug), ui.paint(Style::Strong, &sanitize::line(&page.title)));
    for step in &page.steps {
        out.push_str(&format!("\n{}  {}\n", ui.paint(Style::Id, &step.name), sanitize::line(&step.text)));
        let mut line = |text: String| out.push_str(&format!("    {}\n", sanitize::line(&text)));
        if let Some(key) = &step.set {
            line(format!("sets {key}"));
        }
        if let Some(pattern) = &step.pattern {
            line(format!("answer from pattern {pattern}"));
        }
        for option in &step.options {
            let sets = if option.set.is_empty() { String::new() } else { format!(" ({})", option.set.join(", ")) };
            line(format!("{}{sets}{}", option.name, way(&option.next, option.end)));
        }
        if step.options.is_empty() {
            line(way(&step.next, step.end).trim_start().to_owned());
        }
    }
    let body = markdown::render(&page.body, ui, 0);
    if !body.trim().is_empty() {
        out.push_str(&format!("\n{}\n", body.trim_end_matches('\n')));
    }
    out
}

fn way(next: &Option<String>, end: Option<&str>) -> String {
    match (next, end) {
        (Some(next), _) => format!(" → {next}"),
        (None, Some(end)) => format!(" → end: {end}"),
        (None, None) => String::new(),
    }
}

/// A flow chart in mermaid's language, which forges draw where it stands in markdown.
pub fn mermaid(page: &ProcessPage) -> String {
    let mut out = "flowchart TD\n".to_owned();
    let place = |name: &str| page.steps.iter().position(|step| step.name == name);
    let node = |name: &str| place(name).map_or_else(|| "missing".to_owned(), |at| format!("s{at}"));
    for (at, step) in page.steps.iter().enumerate() {
        let text = quoted(&format!("{}: {}", step.name, step.text));
        let (open, close) = if step.kind == "do" { ("[", "]") } else { ("{{", "}}") };
        out.push_str(&format!("    s{at}{open}{text}{close}\n"));
    }
    let arrow = |at: usize, label: Option<&str>, next: &Option<String>, end: Option<&str>| {
        let to = match (next, end) {
            (Some(next), _) => node(next),
            (None, end) => format!("end_{0}([\"{0}\"])", end.unwrap_or("none")),
        };
        match label {
            Some(label) => format!("    s{at} -->|{}| {to}\n", quoted(label)),
            None => format!("    s{at} --> {to}\n"),
        }
    };
    for (at, step) in page.steps.iter().enumerate() {
        let StepView { options, next, end, .. } = step;
        for option in options {
            out.push_str(&arrow(at, Some(&option.name), &option.next, option.end));
        }
        if options.is_empty() {
            out.push_str(&arrow(at, None, next, *end));
        }
    }
    out
}

/// A label of mermaid, which takes entities for what means something in it.
fn quoted(text: &str) -> String {
    let clean = sanitize::line(text);
    let entities = [('#', "#35;"), ('"', "#quot;"), ('<', "#lt;"), ('>', "#gt;"), ('`', "#96;")];
    format!("\"{}\"", entities.iter().fold(clean.into_owned(), |text, (letter, entity)| text.replace(*letter, entity)))
}
