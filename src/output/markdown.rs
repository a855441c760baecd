//! Markdown as text for a terminal: bodies, comments, articles.
//!
//! The source is a stranger's. It is cleaned before it is parsed, and every piece again after, because entities such as
//! `&#27;` become characters only then. Containers lie on a stack of our own and only the outer ones are drawn, so
//! neither depth nor size is a problem.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::markdown_depth::shallow;
use super::markdown_page::{Container, Page};
use super::markdown_table::Grid;
use super::sanitize;
use super::style::Style;
use super::styled::Styled;
use super::ui::Ui;

/// Lines longer than this are tiring to read.
const READABLE: usize = 100;
/// Columns of a rule in a pipe.
const RULE: usize = 40;
const CODE_INDENT: &str = "    ";

/// The text of `source`, each line `indent` columns from the edge; wrapped on a terminal, in a pipe line by line as
/// it was written.
pub fn render(source: &str, ui: &Ui, indent: usize) -> String {
    let source = sanitize::block(source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut renderer = Renderer::new(ui, Page::new(ui, ui.width.map(|width| width.min(READABLE)), indent));
    for event in Parser::new_ext(&shallow(&source), options) {
        renderer.event(event);
    }
    renderer.end_text();
    renderer.page.out
}

struct Renderer<'a> {
    ui: &'a Ui,
    page: Page<'a>,
    text: Styled,
    styles: Vec<Style>,
    /// Where each open link or image leads, and where its text starts.
    links: Vec<(String, usize)>,
    /// The code or HTML block that is open.
    literal: Option<String>,
    grid: Option<Grid>,
}

impl<'a> Renderer<'a> {
    fn new(ui: &'a Ui, page: Page<'a>) -> Self {
        let (text, styles, links) = (Styled::default(), Vec::new(), Vec::new());
        Renderer { ui, page, text, styles, links, literal: None, grid: None }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) if self.literal.is_some() => {
                self.literal.get_or_insert_default().push_str(&text);
            }
            Event::Text(text) => self.push(&text),
            Event::Code(text) if self.ui.color => self.text.push(&text, Some(Style::Code)),
            Event::Code(text) => self.push(&format!("`{text}`")),
            Event::InlineHtml(html) if is_break(&html) => self.line_break(),
            Event::Html(text) | Event::InlineHtml(text) => self.text.push(&text, Some(Style::Muted)),
            Event::SoftBreak if self.page.room().is_some() => self.push(" "),
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::Rule => self.rule(),
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }),
            // Extensions that are not switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.push(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.start_paragraph(),
            Tag::Heading { level, .. } => {
                self.start_block();
                self.styles.push(Style::Heading);
                if !self.ui.color {
                    self.push(&format!("{} ", "#".repeat(level as usize)));
                }
            }
            Tag::BlockQuote(_) => {
                self.start_block();
                self.page.enter(Container::Quote);
            }
            Tag::List(next) => {
                self.start_block();
                self.page.enter(Container::List { next, started: false, loose: false });
            }
            Tag::Item => self.start_item(),
            Tag::CodeBlock(_) | Tag::HtmlBlock => {
                self.start_block();
                self.literal = Some(String::new());
            }
            Tag::Table(alignments) => {
                self.start_block();
                self.grid = Some(Grid::new(&alignments));
            }
            Tag::TableHead => {
                self.styles.push(Style::Strong);
                self.start_row();
            }
            Tag::TableRow => self.start_row(),
            Tag::Emphasis => self.styles.push(Style::Emphasis),
            Tag::Strong => self.styles.push(Style::Strong),
            Tag::Strikethrough => {
                self.styles.push(Style::Muted);
                self.push("~~");
            }
            Tag::Link { dest_url, .. } => self.start_link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.styles.push(Style::Muted);
                self.push("[image: ");
                self.links.push((dest_url.to_string(), self.text.text().len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_block(),
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.end_block();
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.end_block();
                self.page.leave();
            }
            TagEnd::Item => self.end_item(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => drop(self.styles.pop()),
            TagEnd::TableCell => {
                let text = std::mem::take(&mut self.text);
                if let Some(grid) = &mut self.grid {
                    grid.cell(text);
                }
            }
            TagEnd::Emphasis | TagEnd::Strong => drop(self.styles.pop()),
            TagEnd::Strikethrough => {
                self.push("~~");
                self.styles.pop();
            }
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push(text, self.styles.last().copied());
    }

    fn line_break(&mut self) {
        if self.grid.is_some() { self.push(" ") } else { self.text.push_newline() }
    }

    fn start_link(&mut self, url: &CowStr<'_>) {
        self.links.push((url.to_string(), self.text.text().len()));
        self.styles.push(Style::Link);
    }

    /// Says where the link leads, if its text does not.
    fn end_link(&mut self) {
        self.styles.pop();
        let Some((url, start)) = self.links.pop() else { return };
        let url = sanitize::line(&url);
        let text = &self.text.text()[start..];
        if text.is_empty() {
            self.text.push(&url, Some(Style::Link));
        } else if !url.is_empty() && text != url && url.strip_prefix("mailto:") != Some(text) {
            self.push(" (");
            self.text.push(&url, Some(Style::Link));
            self.push(")");
        }
    }

    fn end_image(&mut self) {
        let Some((url, start)) = self.links.pop() else { return };
        if self.text.text().len() == start {
            self.push(&url);
        }
        self.push("]");
        self.styles.pop();
    }

    fn start_row(&mut self) {
        if let Some(grid) = &mut self.grid {
            grid.row();
        }
    }

    fn end_table(&mut self) {
        if let Some(grid) = self.grid.take() {
            for line in grid.render(self.ui, self.page.room()) {
                self.page.write_line(&line);
            }
        }
        self.page.gap = true;
    }

    fn end_code(&mut self) {
        let code = self.literal.take().unwrap_or_default();
        for line in sanitize::block(&code).lines() {
            let line = if line.is_empty() { String::new() } else { self.ui.paint(Style::Code, line) };
            self.page.write_line(if line.is_empty() { line } else { format!("{CODE_INDENT}{line}") }.as_str());
        }
        self.page.gap = true;
    }

    fn end_html(&mut self) {
        let html = self.literal.take().unwrap_or_default();
        for line in sanitize::block(&html).trim_end().split('\n') {
            self.text.push(line, Some(Style::Muted));
            self.text.push_newline();
        }
        self.end_block();
    }

    fn rule(&mut self) {
        self.start_block();
        let line = self.page.room().map_or_else(|| "-".repeat(RULE), |room| "─".repeat(room));
        self.page.write_line(&self.ui.paint(Style::Muted, &line));
        self.page.gap = true;
    }

    fn start_item(&mut self) {
        self.end_text();
        self.page.start_item();
    }

    fn end_item(&mut self) {
        self.end_text();
        self.page.end_item();
    }

    fn start_paragraph(&mut self) {
        self.page.loosen();
        self.start_block();
    }

    fn start_block(&mut self) {
        self.end_text();
        self.page.pay_gap();
    }

    fn end_block(&mut self) {
        self.end_text();
        self.page.gap = true;
    }

    /// Writes the text that has been gathered.
    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let lines = text.lines(self.page.room());
        if !lines.is_empty() {
            self.page.pay_gap();
        }
        for range in lines {
            self.page.write_line(&text.paint(range, self.ui));
        }
    }
}

fn is_break(html: &str) -> bool {
    let name = html.trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
