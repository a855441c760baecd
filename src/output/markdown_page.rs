//! Where blocks of markdown are written: inside quotes, lists and items, with blank lines between them.
//!
//! Only the outer containers are drawn, so a line costs the same at any depth.

use super::style::Style;
use super::ui::Ui;

/// Containers deeper than this are no longer indented.
const DEPTH: usize = 12;

/// What stands around a block.
pub(super) enum Container {
    Quote,
    /// `next` is the number of the next item, `loose` whether blank lines stand between them.
    List {
        next: Option<u64>,
        started: bool,
        loose: bool,
    },
    /// The marker until it is written, and its columns.
    Item {
        marker: Option<String>,
        columns: usize,
    },
}

impl Container {
    fn columns(&self) -> usize {
        match self {
            Container::Quote => 2,
            Container::List { .. } => 0,
            Container::Item { columns, .. } => *columns,
        }
    }
}

/// The lines written so far, and what stands around the next.
pub(super) struct Page<'a> {
    ui: &'a Ui,
    indent: usize,
    /// Columns right of the indentation.
    columns: Option<usize>,
    pub(super) out: String,
    containers: Vec<Container>,
    /// How many of the containers, from the outermost, are drawn, and the columns they take.
    drawn: usize,
    drawn_columns: usize,
    /// A blank line is due before the next block.
    pub(super) gap: bool,
}

impl<'a> Page<'a> {
    /// A page of `columns`, of which `indent` stay empty but never more than half.
    pub(super) fn new(ui: &'a Ui, columns: Option<usize>, indent: usize) -> Self {
        let indent = columns.map_or(indent, |columns| indent.min(columns / 2));
        let columns = columns.map(|columns| columns - indent);
        let (out, containers) = (String::new(), Vec::new());
        Page { ui, indent, columns, out, containers, drawn: 0, drawn_columns: 0, gap: false }
    }

    /// The next item of the innermost list.
    pub(super) fn start_item(&mut self) {
        let mut marker = "- ".to_owned();
        self.gap = false;
        if let Some(Container::List { next, started, loose }) = self.containers.last_mut() {
            self.gap = *started && *loose;
            *started = true;
            if let Some(number) = next {
                marker = format!("{number}. ");
                *number = number.saturating_add(1);
            }
        }
        self.pay_gap();
        self.enter(Container::Item { columns: marker.len(), marker: Some(marker) });
    }

    /// An item without any text still has its marker.
    pub(super) fn end_item(&mut self) {
        let is_drawn = self.drawn == self.containers.len();
        if is_drawn && matches!(self.containers.last(), Some(Container::Item { marker: Some(_), .. })) {
            self.write_line("");
        }
        self.leave();
    }

    /// A paragraph starts: only items of a loose list hold any.
    pub(super) fn loosen(&mut self) {
        if let [.., Container::List { loose, .. }, Container::Item { .. }] = self.containers.as_mut_slice() {
            *loose = true;
        }
    }

    pub(super) fn enter(&mut self, container: Container) {
        let columns = self.drawn_columns + container.columns();
        let is_outer = self.drawn == self.containers.len() && self.drawn < DEPTH;
        if is_outer && self.columns.is_none_or(|all| columns <= all / 2) {
            self.drawn += 1;
            self.drawn_columns = columns;
        }
        self.containers.push(container);
    }

    pub(super) fn leave(&mut self) {
        let was_drawn = self.drawn == self.containers.len();
        if let Some(container) = self.containers.pop()
            && was_drawn
        {
            self.drawn -= 1;
            self.drawn_columns -= container.columns();
        }
    }

    /// Writes the blank line that is due.
    pub(super) fn pay_gap(&mut self) {
        if std::mem::take(&mut self.gap) {
            self.write_line("");
        }
    }

    /// Columns left for text.
    pub(super) fn room(&self) -> Option<usize> {
        self.columns.map(|columns| (columns - self.drawn_columns).max(1))
    }

    pub(super) fn write_line(&mut self, content: &str) {
        let start = self.out.len();
        self.out.extend(std::iter::repeat_n(' ', self.indent));
        for container in &mut self.containers[..self.drawn] {
            match container {
                Container::Quote => {
                    self.ui.paint_into(Style::Muted, "│", &mut self.out);
                    self.out.push(' ');
                }
                Container::List { .. } => {}
                Container::Item { marker, columns } => match marker.take() {
                    Some(marker) => self.out.push_str(&marker),
                    None => self.out.extend(std::iter::repeat_n(' ', *columns)),
                },
            }
        }
        self.out.push_str(content);
        self.out.truncate(start + self.out[start..].trim_end().len());
        self.out.push('\n');
    }
}
