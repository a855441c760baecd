//! A run of values as a line of blocks.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A block a value, from the smallest to the largest of them; a space where a value is no number. Values that are all
/// the same lie at the bottom.
pub fn sparkline(values: &[f64]) -> String {
    let numbers = || values.iter().copied().filter(|value| value.is_finite());
    let low = numbers().fold(f64::INFINITY, f64::min);
    let high = numbers().fold(f64::NEG_INFINITY, f64::max);
    values.iter().map(|&value| if value.is_finite() { block(value, low, high) } else { ' ' }).collect()
}

fn block(value: f64, low: f64, high: f64) -> char {
    let top = BLOCKS.len() - 1;
    // Halved, so that not even the largest numbers have an infinite distance.
    let (above, range) = (value / 2.0 - low / 2.0, high / 2.0 - low / 2.0);
    let part = if range > 0.0 { above / range } else { 0.0 };
    BLOCKS[((part * top as f64).round() as usize).min(top)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_blocks() {
        for (values, line) in [
            (&[][..], ""),
            (&[3.0], "▁"),
            (&[2.0, 2.0, 2.0], "▁▁▁"),
            (&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "▁▂▃▄▅▆▇█"),
            (&[-1.0, 0.0, 1.0], "▁▅█"),
            (&[1.0, f64::NAN, 2.0, f64::INFINITY], "▁ █ "),
            (&[f64::MIN, f64::MAX], "▁█"),
        ] {
            assert_eq!(sparkline(values), line);
        }
    }
}
