//! A panel as a picture: its head with title and legend, its plot, and what is said about its parts.

use std::fmt::Write as _;

use super::canvas::{Anchor, Area, Drawn, SCALE, drawn, font, line, rect, stroke, text};
use super::ink::Ink;
use super::panel::{Panel, Plot, Series, Shape};
use super::text::{clean, cut, escaped, width};
use super::{bars, tiles, timeline};

/// The line with the title, in pixels.
pub(super) const HEAD: f64 = 28.0;
/// The height of a panel along time.
const TIME: f64 = 260.0;
const EMPTY: f64 = 110.0;
/// No more hints than that: they would weigh more than the chart.
const HINTS: usize = 400;

/// A place in the plot, in the backend's units, and what is said about it.
pub(super) struct Hint {
    pub from: (i32, i32),
    pub to: (i32, i32),
    pub text: String,
}

/// A panel that is drawn.
pub(crate) struct Picture {
    pub title: String,
    pub description: String,
    /// In pixels.
    pub width: f64,
    pub height: f64,
    /// What belongs into an element whose view box is `view_box`.
    pub body: String,
}

impl Picture {
    /// The panel on `width` pixels; with hints for a pointer if wanted.
    pub(crate) fn of(panel: &Panel, width: f64, hinted: bool) -> Self {
        let height = height(panel, width);
        let mut hints = Vec::new();
        let mut body = drawn(width, height, |area| {
            head(area, panel, width)?;
            hints = plot(area, panel, (width, height))?;
            Ok(())
        });
        if hinted && hints.len() <= HINTS {
            hints.iter().for_each(|hint| push_hint(&mut body, hint));
        }
        Picture { title: panel.title.clone(), description: describe(panel), width, height, body }
    }

    pub(crate) fn view_box(&self) -> String {
        format!("0 0 {:.0} {:.0}", self.width * SCALE, self.height * SCALE)
    }
}

fn height(panel: &Panel, width: f64) -> f64 {
    match &panel.plot {
        _ if !panel.has_data() => EMPTY,
        Plot::Time { .. } => TIME,
        Plot::Bars { labels, series } => top(series) + bars::height(labels.len(), series),
        Plot::Tiles(tiles) => HEAD + tiles::height(tiles.len(), width),
    }
}

fn head(area: &Area<'_>, panel: &Panel, whole: f64) -> Drawn {
    let title = cut(&panel.title, whole - 10.0, 14.0);
    text(area, &title, &font(14.0, Ink::Text, true), Anchor::Left, (0.0, 12.0))?;
    // Bold letters are wider.
    let room = whole - width(&title, 14.0) * 1.15 - 12.0;
    if width(&panel.note, 11.0) <= room {
        text(area, &panel.note, &font(11.0, Ink::Muted, false), Anchor::Right, (whole, 12.5))?;
    }
    let in_bars = matches!(panel.plot, Plot::Bars { .. });
    match &panel.plot {
        Plot::Time { series, .. } | Plot::Bars { series, .. } if series.len() > 1 && panel.has_data() => {
            legend(area, series, in_bars)
        }
        _ => Ok(()),
    }
}

/// The names of the series, each after a piece of it.
fn legend(area: &Area<'_>, series: &[Series], in_bars: bool) -> Drawn {
    let (mut x, y) = (0.0, 34.0);
    for series in series {
        match series.shape {
            Shape::Dashed => stroke(area, line(series.ink, !in_bars), (x, y), 18.0)?,
            Shape::Line if !in_bars => stroke(area, line(series.ink, false), (x, y), 18.0)?,
            _ => rect(area, series.ink, (x + 4.0, y - 5.0), (x + 14.0, y + 5.0))?,
        }
        text(area, &clean(&series.label), &font(12.0, Ink::Text, false), Anchor::Left, (x + 23.0, y))?;
        x += 23.0 + width(&series.label, 12.0) + 18.0;
    }
    Ok(())
}

fn plot(area: &Area<'_>, panel: &Panel, size: (f64, f64)) -> Drawn<Vec<Hint>> {
    match &panel.plot {
        _ if !panel.has_data() => no_data(area, size).map(|()| Vec::new()),
        Plot::Time { step, places, keys, series } => {
            timeline::draw(area, panel, &timeline::Time { step: *step, places, keys }, series, size)
        }
        Plot::Bars { labels, series } => bars::draw(area, panel, labels, series, size.0),
        Plot::Tiles(tiles) => tiles::draw(area, tiles, size.0).map(|()| Vec::new()),
    }
}

/// An empty plot that says so.
pub(super) fn no_data(area: &Area<'_>, (width, height): (f64, f64)) -> Drawn {
    rect(area, Ink::Tile, (0.0, HEAD), (width, height))?;
    let middle = (width / 2.0, f64::midpoint(HEAD, height));
    text(area, "no data", &font(13.0, Ink::Muted, false), Anchor::Middle, middle)
}

/// Where a plot of such series starts: under the title, and the legend if there are several.
pub(super) fn top(series: &[Series]) -> f64 {
    if series.len() > 1 { 54.0 } else { 36.0 }
}

/// The width of an axis with such labels, in pixels.
pub(super) fn axis_width(labels: impl Iterator<Item = String>, size: f64) -> f64 {
    labels.map(|label| width(&label, size)).fold(18.0, f64::max) + 12.0
}

fn push_hint(body: &mut String, hint: &Hint) {
    let ((x, y), (right, bottom)) = (hint.from, hint.to);
    let (width, height) = ((right - x).max(1), (bottom - y).max(1));
    // Writing to a String cannot fail.
    let _ = write!(
        body,
        "\n<rect class=\"hint\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"#000\" \
         fill-opacity=\"0\"><title>{}</title></rect>",
        escaped(&hint.text)
    );
}

/// What a panel shows, for people who do not see it.
fn describe(panel: &Panel) -> String {
    if !panel.has_data() {
        return "No data.".to_owned();
    }
    match &panel.plot {
        Plot::Tiles(tiles) => {
            let said: Vec<String> = tiles.iter().map(|tile| format!("{} {}", tile.label, tile.value)).collect();
            format!("{}.", said.join(", "))
        }
        Plot::Time { keys, series, .. } => {
            let ends = [keys.first(), keys.last()].map(|key| key.map_or("", String::as_str));
            format!("From {} to {}. {}", ends[0], ends[1], extents(panel, series))
        }
        Plot::Bars { labels, series } => format!("{} bars. {}", labels.len(), extents(panel, series)),
    }
}

fn extents(panel: &Panel, series: &[Series]) -> String {
    let extent = |series: &Series| {
        let low = series.present().fold(f64::INFINITY, f64::min);
        let high = series.present().fold(f64::NEG_INFINITY, f64::max);
        match low.is_finite() && high.is_finite() {
            true => format!("{}: {} to {}.", series.label, panel.unit.shown(low), panel.unit.shown(high)),
            false => format!("{}: no data.", series.label),
        }
    };
    series.iter().map(extent).collect::<Vec<_>>().join(" ")
}
