//! A report as a chart: an SVG document of its own, light and dark.

mod axis;
mod bars;
mod calendar;
mod canvas;
mod frame;
mod ink;
mod panel;
mod plan;
mod scale;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod text;
mod tiles;
mod timeline;
pub(crate) mod words;

use std::fmt::Write as _;

use canvas::{Anchor, drawn, font, rect, text as draw_text};
pub(crate) use frame::Picture;
use ink::Ink;
pub(crate) use ink::style;
pub(crate) use panel::Panel;
pub(crate) use plan::{panels, tile};
use text::{cut, escaped};

use crate::view::report::ReportView;

/// The sizes of a document, in pixels.
const WIDTH: f64 = 960.0;
const EDGE: f64 = 24.0;
const GAP: f64 = 32.0;
const INNER: f64 = WIDTH - 2.0 * EDGE;
/// A panel of two in a row.
pub(crate) const HALF: f64 = (INNER - GAP) / 2.0;
/// A panel that has a row to itself.
pub(crate) const WHOLE: f64 = INNER;
const HEADER: f64 = 76.0;

/// The chart of a report as one document: the panels in rows of two; of an odd number the first is as wide as two.
pub fn svg(view: &ReportView) -> String {
    let panels = panels(view);
    let mut y = HEADER;
    let mut body = String::new();
    for row in rows(&panels) {
        let width = if row.len() == 1 { WHOLE } else { HALF };
        let pictures: Vec<Picture> = row.iter().map(|panel| Picture::of(panel, width, true)).collect();
        for (at, picture) in pictures.iter().enumerate() {
            push_nested(&mut body, picture, EDGE + at as f64 * (HALF + GAP), y);
        }
        y += pictures.iter().map(|picture| picture.height).fold(0.0, f64::max) + GAP;
    }
    if panels.is_empty() {
        let picture = nothing();
        push_nested(&mut body, &picture, EDGE, y);
        y += picture.height + GAP;
    }
    document(view, &panels, &body, y - GAP + EDGE)
}

/// Panels by rows: two each, but of an odd number the first alone.
pub(crate) fn rows(panels: &[Panel]) -> impl Iterator<Item = &[Panel]> {
    let (first, others) = panels.split_at(panels.len() % 2);
    first.chunks(1).chain(others.chunks(2))
}

/// The picture of a report without rows.
pub(crate) fn nothing() -> Picture {
    let (width, height) = (WHOLE, 110.0);
    let body = drawn(width, height, |area| frame::no_data(area, (width, height)));
    Picture { title: String::new(), description: "No data.".to_owned(), width, height, body }
}

fn document(view: &ReportView, panels: &[Panel], body: &str, height: f64) -> String {
    let title = words::title(view);
    let origin = words::origin(view);
    let header = drawn(WIDTH, height, |area| {
        rect(area, Ink::Paper, (0.0, 0.0), (WIDTH, height))?;
        draw_text(area, &cut(&title, INNER, 20.0), &font(20.0, Ink::Text, true), Anchor::Left, (EDGE, 30.0))?;
        draw_text(area, &cut(&origin, INNER, 12.0), &font(12.0, Ink::Muted, false), Anchor::Left, (EDGE, 54.0))
    });
    let shown: Vec<&str> = panels.iter().map(|panel| panel.title.as_str()).collect();
    let description = match shown.as_slice() {
        [] => format!("No data. {origin}"),
        shown => format!("{}. {origin}", shown.join("; ")),
    };
    let (wide, high) = (WIDTH * canvas::SCALE, height * canvas::SCALE);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" width=\"{WIDTH:.0}\" \
         height=\"{height:.0}\" viewBox=\"0 0 {wide:.0} {high:.0}\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <style>{}</style>\n{header}\n{body}</svg>\n",
        escaped(&title),
        escaped(&description),
        style()
    )
}

/// A picture inside of a document, its corner at `x` and `y` in pixels.
fn push_nested(out: &mut String, picture: &Picture, x: f64, y: f64) {
    let scaled = |pixels: f64| (pixels * canvas::SCALE).round();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"{}\">\n<desc>{}</desc>\n{}\n</svg>",
        scaled(x),
        scaled(y),
        scaled(picture.width),
        scaled(picture.height),
        picture.view_box(),
        escaped(&picture.description),
        picture.body
    );
}
