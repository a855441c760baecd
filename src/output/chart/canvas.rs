//! What panels are drawn on: a plotters area that writes SVG, in tenths of a pixel.

use std::io;

use plotters::coord::Shift;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::prelude::{Color, DrawingArea, PathElement, Rectangle, SVGBackend, ShapeStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontFamily, FontStyle, IntoFont, TextStyle};

use super::ink::{DASHED, Ink, classed};

/// Parts of a pixel the backend counts in: it knows whole numbers only, and lines should not have stairs.
pub(super) const SCALE: f64 = 10.0;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<io::Error>>;

/// Pixels as the backend counts them.
pub(super) fn px(pixels: f64) -> i32 {
    (pixels * SCALE).round() as i32
}

/// What `draw` drew on `width` by `height` pixels, without the element around it. Writing to a string does not fail;
/// if it ever does, what was drawn until then is lost and the picture stays empty.
pub(super) fn drawn(width: f64, height: f64, draw: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut buffer = String::new();
    let size = (px(width).unsigned_abs(), px(height).unsigned_abs());
    let area = SVGBackend::with_string(&mut buffer, size).into_drawing_area();
    let result = draw(&area).and_then(|()| area.present());
    drop(area);
    let start = buffer.find('>').map_or(0, |at| at + 1);
    let end = buffer.rfind("</svg>").unwrap_or(start);
    match result {
        Ok(()) if start <= end => classed(buffer[start..end].trim()),
        _ => String::new(),
    }
}

/// Which point of a text its position is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

impl Anchor {
    pub(super) fn pos(self) -> Pos {
        let h_pos = match self {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        Pos::new(h_pos, VPos::Center)
    }
}

/// Text of `size` pixels.
pub(super) fn font(size: f64, ink: Ink, bold: bool) -> TextStyle<'static> {
    // The backend divides the size by this.
    let size = size * SCALE * 1.24;
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    (FontFamily::SansSerif, size, style).into_font().color(&ink.color())
}

/// `text` with its middle at `y`, both in pixels. It must be clean.
pub(super) fn text(area: &Area<'_>, text: &str, style: &TextStyle<'_>, anchor: Anchor, (x, y): (f64, f64)) -> Drawn {
    area.draw_text(text, &style.pos(anchor.pos()), (px(x), px(y)))
}

/// A filled rectangle from a corner to the other, in pixels.
pub(super) fn rect(area: &Area<'_>, ink: Ink, from: (f64, f64), to: (f64, f64)) -> Drawn {
    area.draw(&Rectangle::new([(px(from.0), px(from.1)), (px(to.0), px(to.1))], ink.color().filled()))
}

/// A horizontal stroke of a legend, in pixels.
pub(super) fn stroke(area: &Area<'_>, style: ShapeStyle, (x, y): (f64, f64), length: f64) -> Drawn {
    area.draw(&PathElement::new(vec![(px(x), px(y)), (px(x + length), px(y))], style))
}

/// The style of lines two pixels wide.
pub(super) fn line(ink: Ink, dashed: bool) -> ShapeStyle {
    ink.color().stroke_width(if dashed { DASHED } else { DASHED - 1 })
}
