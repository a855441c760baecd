//! A panel of horizontal bars: a label each, the largest on top.

use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Color, PathElement, Rectangle, SVGBackend, TRANSPARENT,
};

use super::axis::Axis;
use super::canvas::{Anchor, Area, Drawn, SCALE, font, px, text};
use super::frame::{Hint, top};
use super::ink::Ink;
use super::panel::{Panel, Series, Shape};
use super::scale::{Scale, tick};
use super::text::{cut, width};

const SIZE: f64 = 12.0;
const SMALL: f64 = 11.0;
/// Of the width, what labels may take.
const GUTTER: f64 = 0.4;
/// The axis under the bars, in pixels.
const AXIS: f64 = 24.0;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// The height of the plot of so many labels, in pixels.
pub(super) fn height(labels: usize, series: &[Series]) -> f64 {
    let row = if is_stacked(series) { 30.0 } else { 24.0 };
    labels as f64 * row + AXIS
}

/// Whether the bars of a label lie under one another; medians lie on their p90 instead.
fn is_stacked(series: &[Series]) -> bool {
    series.iter().filter(|series| series.shape == Shape::Bar).count() > 1
}

/// Draws the plot under the head of the panel; what is to be said about each label.
pub(super) fn draw(
    area: &Area<'_>,
    panel: &Panel,
    labels: &[String],
    series: &[Series],
    whole: f64,
) -> Drawn<Vec<Hint>> {
    let values: Vec<String> = (0..labels.len()).map(|at| shown(panel, series, at)).collect();
    let widest = |texts: &[String], size: f64| texts.iter().map(|text| width(text, size)).fold(0.0, f64::max);
    let left = widest(labels, SIZE).min(whole * GUTTER) + 10.0;
    let right = (widest(&values, SMALL) + 12.0).min(whole * 0.4).max(24.0);
    let steps = ((whole - left - right) / 60.0).clamp(2.0, 4.0) as usize;
    let scale = Scale::new(panel.unit, series.iter().flat_map(Series::present), steps)
        .cut(series.iter().flat_map(Series::present));
    let rows = labels.len() as f64;
    let mut chart = ChartBuilder::on(&area.margin(px(top(series)), 0, px(left), px(right)))
        .x_label_area_size(px(AXIS))
        .build_cartesian_2d(Axis::new(scale.range(), scale.ticks.clone()), Axis::new(0.0..rows, Vec::new()))?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .axis_style(TRANSPARENT)
        .max_light_lines(0)
        .bold_line_style(Ink::Grid.color().stroke_width(10))
        .set_all_tick_mark_size(px(3.0))
        .label_style(font(SMALL, Ink::Muted, false))
        .x_label_formatter(&|x| tick(panel.unit, *x))
        .draw()?;
    draw_bars(&mut chart, series, labels.len())?;
    let zero = vec![(0.0, 0.0), (0.0, rows)];
    chart.plotting_area().draw(&PathElement::new(zero, Ink::Axis.color().stroke_width(10)))?;
    let mut hints = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let middle = rows - at as f64 - 0.5;
        let largest = series.iter().filter_map(|series| series.value(at)).fold(0.0, f64::max);
        let end = chart.plotting_area().map_coordinate(&(largest, middle));
        let y = f64::from(end.1) / SCALE;
        text(area, &cut(label, left - 10.0, SIZE), &font(SIZE, Ink::Text, false), Anchor::Right, (left - 8.0, y))?;
        let x = f64::from(end.0) / SCALE + 6.0;
        text(area, &cut(&values[at], right - 8.0, SMALL), &font(SMALL, Ink::Muted, false), Anchor::Left, (x, y))?;
        hints.push(hint(&chart, (at, rows), whole, format!("{label}: {}", values[at])));
    }
    Ok(hints)
}

/// The values of a label: `12`, or `12 / 10`, or `3h 20m, p90 2d 4h`.
fn shown(panel: &Panel, series: &[Series], at: usize) -> String {
    let value = |series: &Series| Some(panel.unit.shown(series.value(at)?));
    match series {
        _ if series.iter().all(|series| series.value(at).is_none()) => "no data".to_owned(),
        [one] => value(one).unwrap_or_default(),
        [median, p90] if p90.shape == Shape::Dashed => [value(median), value(p90).map(|p90| format!("p90 {p90}"))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        several => {
            several.iter().map(|one| value(one).unwrap_or_else(|| "–".to_owned())).collect::<Vec<_>>().join(" / ")
        }
    }
}

fn draw_bars(chart: &mut Chart<'_, '_>, series: &[Series], rows: usize) -> Drawn {
    let stacked = is_stacked(series);
    let each = 0.76 / series.len().max(1) as f64;
    // What is behind comes first.
    for (at, series) in series.iter().enumerate().rev() {
        let (top, height) = match (stacked, series.shape) {
            (true, _) => (0.12 + each * at as f64, each * 0.94),
            (false, Shape::Dashed) => (0.44, 0.12),
            (false, _) => (0.2, 0.6),
        };
        let bar = |row: usize| {
            let value = series.value(row).filter(|value| *value != 0.0)?;
            let y = (rows - row) as f64 - top;
            Some(Rectangle::new([(value.min(0.0), y), (value.max(0.0), y - height)], series.ink.color().filled()))
        };
        chart.draw_series((0..rows).filter_map(bar))?;
    }
    Ok(())
}

/// A strip over the whole row.
fn hint(chart: &Chart<'_, '_>, (at, rows): (usize, f64), whole: f64, text: String) -> Hint {
    let area = chart.plotting_area();
    let x = area.get_x_range().start;
    let top = area.map_coordinate(&(x, rows - at as f64)).1;
    let bottom = area.map_coordinate(&(x, rows - at as f64 - 1.0)).1;
    Hint { from: (0, top), to: (px(whole), bottom), text }
}
