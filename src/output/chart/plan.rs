//! Which panels a report has.

use super::super::figures::{self, NO_KEY, label, union};
use super::calendar::Step;
use super::ink::{HUES, Ink};
use super::panel::{Panel, Plot, Series, Shape, Tile, Unit, thousands};
use crate::view::report::{Figure, ReportRow, ReportView};

/// The rows of an attribute that are drawn.
const LARGEST: usize = 20;
/// Series in a panel.
const TOGETHER: usize = HUES.len();

/// The panels of a report in the order of its figures; none where there is nothing to draw.
pub(crate) fn panels(view: &ReportView) -> Vec<Panel> {
    if view.rows.is_empty() {
        return Vec::new();
    }
    if let [row] = view.rows.as_slice()
        && row.key.is_none()
        && view.by.is_none()
    {
        return single(row);
    }
    match view.by.and_then(Step::by).and_then(|step| Some((step, placed(view, step)?))) {
        Some((step, rows)) => over_time(view, step, &rows),
        None => by_attribute(view),
    }
}

/// The rows with their places in time, in order. `None` where a key is no time at all.
fn placed(view: &ReportView, step: Step) -> Option<Vec<(i64, &ReportRow)>> {
    let keyed = view.rows.iter().filter(|row| row.key.is_some());
    let mut rows: Vec<(i64, &ReportRow)> =
        keyed.map(|row| Some((step.place(row.key.as_deref()?)?, row))).collect::<Option<_>>()?;
    rows.sort_by_key(|(place, _)| *place);
    Some(rows)
}

fn over_time(view: &ReportView, step: Step, rows: &[(i64, &ReportRow)]) -> Vec<Panel> {
    let places: Vec<i64> = rows.iter().map(|(place, _)| *place).collect();
    let rows: Vec<&ReportRow> = rows.iter().map(|(_, row)| *row).collect();
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone().unwrap_or_default()).collect();
    let panel = |group: &Vec<(&'static str, &Figure)>| {
        let (note, unit) = unit_of(group[0]);
        let plot = Plot::Time { step, places: places.clone(), keys: keys.clone(), series: series(group, &rows) };
        Panel { title: title(group), note: note.to_owned(), unit, plot }
    };
    grouped(union(view), TOGETHER).iter().map(panel).collect()
}

fn by_attribute(view: &ReportView) -> Vec<Panel> {
    let mut rows: Vec<&ReportRow> = view.rows.iter().collect();
    rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    rows.truncate(LARGEST);
    let left_out = match view.rows.len() {
        all if all > LARGEST => format!("the {LARGEST} largest of {}", thousands(all as f64)),
        _ => String::new(),
    };
    let panel = |group: &Vec<(&'static str, &Figure)>| {
        let (note, unit) = unit_of(group[0]);
        let notes: Vec<&str> = [note, &left_out].into_iter().filter(|note| !note.is_empty()).collect();
        let labels = rows.iter().map(|row| name(row)).collect();
        Panel {
            title: title(group),
            note: notes.join(", "),
            unit,
            plot: Plot::Bars { labels, series: series(group, &rows) },
        }
    };
    grouped(union(view), 1).iter().map(panel).collect()
}

/// How much a row matters: its first number, else how many durations it is of, else its first ratio.
fn weight(row: &ReportRow) -> f64 {
    let number = |(_, figure): &(&'static str, Figure)| match figure {
        Figure::Count(count) => Some(count.events as f64),
        Figure::Number(number) => Some(*number as f64),
        _ => None,
    };
    let n = |(_, figure): &(&'static str, Figure)| match figure {
        Figure::Duration(duration) => Some(duration.clock.n as f64),
        _ => None,
    };
    let ratio = |(_, figure): &(&'static str, Figure)| match figure {
        Figure::Ratio(ratio) => *ratio,
        _ => None,
    };
    let figures = || row.figures.iter();
    figures().find_map(number).or_else(|| figures().find_map(n)).or_else(|| figures().find_map(ratio)).unwrap_or(0.0)
}

/// The key, and the text of the row if it has one.
fn name(row: &ReportRow) -> String {
    let key = row.key.as_deref().unwrap_or(NO_KEY);
    let text = row.figures.iter().find_map(|(_, figure)| match figure {
        Figure::Text(text) => text.as_deref(),
        _ => None,
    });
    text.map_or_else(|| key.to_owned(), |text| format!("{key}: {text}"))
}

/// Figures that share a panel: created and solved, durations alone, of the others up to `together` of a kind.
fn grouped<'a>(figures: Vec<(&'static str, &'a Figure)>, together: usize) -> Vec<Vec<(&'static str, &'a Figure)>> {
    let mut groups: Vec<Vec<(&'static str, &Figure)>> = Vec::new();
    for (name, figure) in figures.into_iter().filter(|(_, figure)| !matches!(figure, Figure::Text(_))) {
        let open = groups.iter_mut().find(|group| joins(group, name, figure, together));
        match open {
            Some(group) => group.push((name, figure)),
            None => groups.push(vec![(name, figure)]),
        }
    }
    groups
}

fn joins(group: &[(&'static str, &Figure)], name: &str, figure: &Figure, together: usize) -> bool {
    match (group[0], figure) {
        (("created", Figure::Count(_)), Figure::Count(_)) => name == "solved" && group.len() == 1,
        ((_, Figure::Count(_)), Figure::Count(_)) | ((_, Figure::Ratio(_)), Figure::Ratio(_)) => group.len() < together,
        _ => false,
    }
}

/// `Created and solved`.
fn title(group: &[(&'static str, &Figure)]) -> String {
    let names: Vec<String> = group.iter().map(|(name, _)| label(name)).collect();
    capitalized(&match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    })
}

pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What is said of the unit of a figure, and the unit.
fn unit_of((name, figure): (&str, &Figure)) -> (&'static str, Unit) {
    match figure {
        _ if name == "net_flow" => ("created less solved", Unit::Number),
        Figure::Duration(_) => ("hours on the clock", Unit::Hours),
        Figure::Ratio(_) => ("", Unit::Ratio),
        Figure::Count(_) if name.ends_with("_now") || name.ends_with("_open") => ("tickets", Unit::Number),
        Figure::Count(_) => ("events", Unit::Number),
        Figure::Number(_) | Figure::Text(_) => ("", Unit::Number),
    }
}

/// The series of a panel: a figure each, of durations the median and p90.
fn series(group: &[(&'static str, &Figure)], rows: &[&ReportRow]) -> Vec<Series> {
    let values = |of: &dyn Fn(&ReportRow) -> Option<f64>| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    if let [(name, Figure::Duration(_))] = group {
        let median = values(&|row| hours(row.figure(name)?, false));
        let p90 = values(&|row| hours(row.figure(name)?, true));
        return spread("median", median, p90);
    }
    let shape = shape(group);
    let one = |(at, (name, _)): (usize, &(&'static str, &Figure))| Series {
        label: label(name),
        ink: HUES[at % HUES.len()],
        shape,
        values: values(&|row| number(row.figure(name)?)),
    };
    group.iter().enumerate().map(one).collect()
}

fn spread(label: &str, median: Vec<Option<f64>>, p90: Vec<Option<f64>>) -> Vec<Series> {
    vec![
        Series { label: label.to_owned(), ink: Ink::Blue, shape: Shape::Line, values: median },
        Series { label: "p90".to_owned(), ink: Ink::Orange, shape: Shape::Dashed, values: p90 },
    ]
}

/// How a group is drawn over time.
fn shape(group: &[(&'static str, &Figure)]) -> Shape {
    match group {
        [("backlog", _)] => Shape::Area,
        [("net_flow", _)] | [(_, Figure::Count(_))] | [("created", _), ("solved", _)] => Shape::Bar,
        _ => Shape::Line,
    }
}

fn number(figure: &Figure) -> Option<f64> {
    match figure {
        Figure::Count(count) => Some(count.events as f64),
        Figure::Number(number) => Some(*number as f64),
        Figure::Ratio(ratio) => *ratio,
        Figure::Duration(_) | Figure::Text(_) => None,
    }
}

fn hours(figure: &Figure, p90: bool) -> Option<f64> {
    let Figure::Duration(duration) = figure else { return None };
    let seconds = if p90 { duration.clock.p90 } else { duration.clock.median };
    seconds.map(|seconds| seconds as f64 / 3_600.0)
}

/// The panels of a single row: figures that compare as bars, what stands alone as tiles.
fn single(row: &ReportRow) -> Vec<Panel> {
    let of = |wanted: &dyn Fn(&Figure) -> bool| -> Vec<&(&'static str, Figure)> {
        row.figures.iter().filter(|(_, figure)| wanted(figure)).collect()
    };
    let counts = of(&|figure| matches!(figure, Figure::Count(_)));
    let durations = of(&|figure| matches!(figure, Figure::Duration(_)));
    let ratios = of(&|figure| matches!(figure, Figure::Ratio(_)));
    let numbers = of(&|figure| matches!(figure, Figure::Number(_)));
    let (bars, alone): (Vec<_>, Vec<_>) = [counts, durations, ratios].into_iter().partition(|group| group.len() > 1);
    let tiles: Vec<Tile> =
        alone.iter().flatten().chain(&numbers).filter_map(|(name, figure)| tile(name, figure)).collect();
    let mut panels = Vec::new();
    if !tiles.is_empty() {
        let (title, note) = ("At a glance".to_owned(), String::new());
        panels.push(Panel { title, note, unit: Unit::Number, plot: Plot::Tiles(tiles) });
    }
    panels.extend(bars.iter().map(|group| comparison(group)));
    panels
}

fn comparison(group: &[&(&'static str, Figure)]) -> Panel {
    let (note, unit) = unit_of((group[0].0, &group[0].1));
    let labels = group.iter().map(|(name, _)| label(name)).collect();
    let values = |of: &dyn Fn(&Figure) -> Option<f64>| group.iter().map(|(_, figure)| of(figure)).collect::<Vec<_>>();
    let (title, series) = match unit {
        Unit::Hours => ("Durations", spread("median", values(&|f| hours(f, false)), values(&|f| hours(f, true)))),
        _ => {
            let title = if unit == Unit::Ratio { "Rates" } else { "Events" };
            let values = values(&number);
            (title, vec![Series { label: title.to_lowercase(), ink: Ink::Blue, shape: Shape::Bar, values }])
        }
    };
    let note = if note == "events" { "" } else { note };
    Panel { title: title.to_owned(), note: note.to_owned(), unit, plot: Plot::Bars { labels, series } }
}

/// A figure as a large single value; `None` where it has no value.
pub(crate) fn tile(name: &str, figure: &Figure) -> Option<Tile> {
    let (value, more) = match figure {
        Figure::Count(count) if count.events == count.tickets => (thousands(count.events as f64), String::new()),
        Figure::Count(count) => {
            let noun = if count.tickets == 1 { "ticket" } else { "tickets" };
            (thousands(count.events as f64), format!("{} {noun}", thousands(count.tickets as f64)))
        }
        Figure::Number(number) => (thousands(*number as f64), String::new()),
        Figure::Ratio(ratio) => (figures::percent((*ratio)?), String::new()),
        Figure::Duration(duration) => {
            let p90 = duration.clock.p90.map(|p90| format!("p90 {}", figures::length(p90)));
            (figures::length(duration.clock.median?), p90.unwrap_or_default())
        }
        Figure::Text(_) => return None,
    };
    Some(Tile { label: capitalized(&label(name)), value, more })
}
