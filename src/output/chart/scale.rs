//! Axes of values: where they start and end, and what is written next to them.

use std::ops::Range;

use super::panel::{Unit, thousands};

/// Steps of hours people count in.
const HOURS: [f64; 14] = [0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0, 720.0];

/// Ratios are always seen against the whole.
const RATIOS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// An axis: its ends, and its ticks in order.
#[derive(Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    pub ticks: Vec<f64>,
}

impl Scale {
    /// From zero, or below where a value is, to at least the largest, in about `steps` steps.
    pub(super) fn new(unit: Unit, values: impl Iterator<Item = f64>, steps: usize) -> Self {
        if unit == Unit::Ratio {
            return Scale::over(RATIOS.to_vec());
        }
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let step = step(unit, (high - low) / steps.max(1) as f64);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let last = if first == last { first + 1.0 } else { last };
        // The step fits the range, so the ticks are few.
        let count = (last - first).min(20.0) as usize;
        Scale::over((0..=count).map(|at| (first + at as f64) * step).collect())
    }

    fn over(ticks: Vec<f64>) -> Self {
        let ends = [ticks.first(), ticks.last()].map(|end| end.copied());
        Scale { low: ends[0].unwrap_or(0.0), high: ends[1].unwrap_or(1.0), ticks }
    }

    /// The axis ending at the largest value, for bars that need no air above them.
    pub(super) fn cut(mut self, values: impl Iterator<Item = f64>) -> Self {
        let largest = values.fold(0.0, f64::max);
        if largest > 0.0 && self.ticks != RATIOS {
            self.high = largest;
            self.ticks.retain(|tick| *tick <= largest);
        }
        self
    }

    pub(super) fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

/// What stands at a tick.
pub(super) fn tick(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Number => thousands(value),
        Unit::Hours => format!("{} h", thousands((value * 100.0).round() / 100.0)),
        Unit::Ratio => format!("{:.0} %", value * 100.0),
    }
}

/// The smallest step people count in that is at least `least`.
fn step(unit: Unit, least: f64) -> f64 {
    if unit == Unit::Hours
        && let Some(step) = HOURS.into_iter().find(|step| *step >= least)
    {
        return step;
    }
    let least = least.max(1.0);
    let mut power = 1.0;
    while power * 10.0 <= least {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|part| part * power).find(|step| *step >= least).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(unit: Unit, values: &[f64]) -> Vec<f64> {
        Scale::new(unit, values.iter().copied(), 4).ticks
    }

    #[test]
    fn scales_are_round() {
        assert_eq!(ticks(Unit::Number, &[]), [0.0, 1.0]);
        assert_eq!(ticks(Unit::Number, &[3.0, 1.0]), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(Unit::Number, &[37.0]), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(ticks(Unit::Number, &[-3.0, 5.0]), [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0]);
        assert_eq!(ticks(Unit::Hours, &[40.0]), [0.0, 12.0, 24.0, 36.0, 48.0]);
        assert_eq!(ticks(Unit::Ratio, &[0.3]), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(tick(Unit::Hours, 0.25), "0.25 h");
        assert_eq!(tick(Unit::Number, -12_000.0), "-12,000");
        assert!(ticks(Unit::Number, &[1e18]).len() < 10);
        assert!(ticks(Unit::Hours, &[1e9]).len() < 10);
    }
}
