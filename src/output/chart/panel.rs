//! What a chart is made of: panels of one scale each, before anything is drawn.

use super::super::figures;
use super::calendar::Step;
use super::ink::Ink;

/// A chart of one scale.
#[derive(Debug)]
pub(crate) struct Panel {
    pub title: String,
    /// What is added to the title in small: the unit, or what is left out.
    pub note: String,
    pub unit: Unit,
    pub plot: Plot,
}

#[derive(Debug)]
pub(crate) enum Plot {
    /// Values along time: `places` are those of the calendar, in order.
    Time { step: Step, places: Vec<i64>, keys: Vec<String>, series: Vec<Series> },
    /// A horizontal bar a label and series.
    Bars { labels: Vec<String>, series: Vec<Series> },
    /// Large single values: what it is, the value, a word more.
    Tiles(Vec<Tile>),
}

#[derive(Debug, Clone)]
pub(crate) struct Tile {
    pub label: String,
    pub value: String,
    pub more: String,
}

/// Values that belong together, one a key.
#[derive(Debug)]
pub(crate) struct Series {
    pub label: String,
    pub ink: Ink,
    pub shape: Shape,
    /// In the unit of the panel; `None` and what is no finite number are gaps.
    pub values: Vec<Option<f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Bar,
    Line,
    Dashed,
    Area,
}

/// What the values of a panel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Number,
    Hours,
    /// 0 to 1.
    Ratio,
}

impl Unit {
    /// A value as people read it.
    pub(super) fn shown(self, value: f64) -> String {
        match self {
            Unit::Number => thousands(value),
            Unit::Hours => figures::length((value * 3_600.0).round() as i64),
            Unit::Ratio => figures::percent(value),
        }
    }
}

impl Series {
    /// The value at a key, if there is one to draw.
    pub(super) fn value(&self, at: usize) -> Option<f64> {
        self.values.get(at).copied().flatten().filter(|value| value.is_finite())
    }

    pub(super) fn present(&self) -> impl Iterator<Item = f64> {
        self.values.iter().copied().flatten().filter(|value| value.is_finite())
    }
}

impl Panel {
    /// Whether there is any value.
    pub(super) fn has_data(&self) -> bool {
        match &self.plot {
            Plot::Time { series, .. } | Plot::Bars { series, .. } => {
                series.iter().any(|series| series.present().next().is_some())
            }
            Plot::Tiles(tiles) => !tiles.is_empty(),
        }
    }
}

/// `12,345`; fractions only where there are some.
pub(super) fn thousands(value: f64) -> String {
    let text = if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") };
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
