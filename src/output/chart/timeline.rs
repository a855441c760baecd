//! A panel along time: bars, lines and areas.

use plotters::prelude::{
    AreaSeries, Cartesian2d, ChartBuilder, ChartContext, Circle, Color, LineSeries, PathElement, Rectangle, SVGBackend,
    TRANSPARENT,
};

use super::axis::Axis;
use super::calendar::Step;
use super::canvas::{Area, Drawn, font, line, px};
use super::frame::{Hint, axis_width, top};
use super::ink::Ink;
use super::panel::{Panel, Series, Shape};
use super::scale::{Scale, tick};

/// Room for a label under the axis, in pixels.
const LABEL: f64 = 58.0;
const SMALL: f64 = 11.0;
/// Bars that would be narrower than this many pixels become lines.
const NARROW: f64 = 3.0;
/// Bars are no wider than this many pixels.
const WIDEST: f64 = 44.0;
/// Points are marked where there are at most so many.
const MARKED: usize = 31;
/// Room at the right for half of the last label.
const RIGHT: f64 = 26.0;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// Where the values are: on which places, and under which keys.
pub(super) struct Time<'a> {
    pub step: Step,
    pub places: &'a [i64],
    pub keys: &'a [String],
}

/// Draws the plot under the head of the panel; what is to be said about each place.
pub(super) fn draw(
    area: &Area<'_>,
    panel: &Panel,
    time: &Time<'_>,
    series: &[Series],
    size: (f64, f64),
) -> Drawn<Vec<Hint>> {
    let (Some(&first), Some(&last)) = (time.places.first(), time.places.last()) else { return Ok(Vec::new()) };
    let scale = Scale::new(panel.unit, series.iter().flat_map(Series::present), 4);
    let left = axis_width(scale.ticks.iter().map(|value| tick(panel.unit, *value)), SMALL);
    let width = size.0 - left - RIGHT;
    let ticks = time.step.ticks(first, last, (width / LABEL) as usize);
    let labels = time.step.labels(&ticks);
    let range = (first as f64 - 0.5)..(last as f64 + 0.5);
    let mut chart = ChartBuilder::on(&area.margin(px(top(series)), px(2.0), 0, px(RIGHT)))
        .x_label_area_size(px(22.0))
        .y_label_area_size(px(left))
        .build_cartesian_2d(
            Axis::new(range, ticks.iter().map(|place| *place as f64).collect()),
            Axis::new(scale.range(), scale.ticks.clone()),
        )?;
    let x_label = |x: &f64| {
        let found = ticks.iter().position(|place| *place as f64 == *x);
        found.map(|at| labels[at].clone()).unwrap_or_default()
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(0)
        .bold_line_style(Ink::Grid.color().stroke_width(10))
        .axis_style(TRANSPARENT)
        .set_all_tick_mark_size(px(3.0))
        .label_style(font(SMALL, Ink::Muted, false))
        .x_label_formatter(&x_label)
        .y_label_formatter(&|y| tick(panel.unit, *y))
        .draw()?;
    let slot = width / (last - first + 1) as f64;
    draw_series(&mut chart, time, series, slot)?;
    let zero = vec![(first as f64 - 0.5, 0.0), (last as f64 + 0.5, 0.0)];
    chart.plotting_area().draw(&PathElement::new(zero, Ink::Axis.color().stroke_width(10)))?;
    Ok(hints(&chart, panel, time, series))
}

fn draw_series(chart: &mut Chart<'_, '_>, time: &Time<'_>, series: &[Series], slot: f64) -> Drawn {
    let bars = series.iter().filter(|series| series.shape == Shape::Bar).count();
    let group = (WIDEST * bars as f64 / slot).min(0.8);
    let wide_enough = slot * 0.8 / bars.max(1) as f64 >= NARROW;
    let mut bar = 0;
    for series in series {
        match series.shape {
            Shape::Bar if wide_enough => {
                draw_bars(chart, time, series, (bar, group / bars as f64, group))?;
                bar += 1;
            }
            shape => draw_runs(chart, time, series, shape)?,
        }
    }
    Ok(())
}

/// Bars next to those of other series: which this is, how wide it is, and how wide all are together, in places.
fn draw_bars(
    chart: &mut Chart<'_, '_>,
    time: &Time<'_>,
    series: &Series,
    (at, width, group): (usize, f64, f64),
) -> Drawn {
    let bar = |(index, place): (usize, &i64)| {
        let value = series.value(index).filter(|value| *value != 0.0)?;
        let left = *place as f64 - group / 2.0 + width * at as f64;
        Some(Rectangle::new(
            [(left, value.max(0.0)), (left + width * 0.94, value.min(0.0))],
            series.ink.color().filled(),
        ))
    };
    chart.draw_series(time.places.iter().enumerate().filter_map(bar))?;
    Ok(())
}

/// A line, with an area under it or dashed, with a gap wherever a value or a place is missing.
fn draw_runs(chart: &mut Chart<'_, '_>, time: &Time<'_>, series: &Series, shape: Shape) -> Drawn {
    let marked = time.places.len() <= MARKED;
    for run in runs(time.places, series) {
        if shape == Shape::Area && run.len() > 1 {
            chart.draw_series(AreaSeries::new(run.iter().copied(), 0.0, series.ink.color().mix(0.25)))?;
        }
        if run.len() > 1 {
            chart.draw_series(LineSeries::new(run.iter().copied(), line(series.ink, shape == Shape::Dashed)))?;
        }
        if marked || run.len() == 1 {
            let dot = |point: &(f64, f64)| Circle::new(*point, px(2.5), series.ink.color().filled());
            chart.draw_series(run.iter().map(dot))?;
        }
    }
    Ok(())
}

/// The points of each stretch without a gap.
fn runs(places: &[i64], series: &Series) -> Vec<Vec<(f64, f64)>> {
    let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut before = None;
    for (at, &place) in places.iter().enumerate() {
        let Some(value) = series.value(at) else { continue };
        let point = (place as f64, value);
        match runs.last_mut() {
            Some(run) if before == Some(place - 1) => run.push(point),
            _ => runs.push(vec![point]),
        }
        before = Some(place);
    }
    runs
}

/// A column over each place, with its values.
fn hints(chart: &Chart<'_, '_>, panel: &Panel, time: &Time<'_>, series: &[Series]) -> Vec<Hint> {
    let area = chart.plotting_area();
    let (low, high) = (area.get_y_range().start, area.get_y_range().end);
    let hint = |(at, place): (usize, &i64)| {
        let value = |series: &Series| Some(format!("{} {}", series.label, panel.unit.shown(series.value(at)?)));
        let values: Vec<String> = series.iter().filter_map(value).collect();
        let from = area.map_coordinate(&(*place as f64 - 0.5, high));
        let to = area.map_coordinate(&(*place as f64 + 0.5, low));
        (!values.is_empty()).then(|| Hint { from, to, text: format!("{}: {}", time.keys[at], values.join(", ")) })
    };
    time.places.iter().enumerate().filter_map(hint).collect()
}
