//! The right name a wrong one most likely meant.

use std::sync::atomic::{AtomicUsize, Ordering};

/// No longer name is compared, in bytes.
const LONGEST: usize = 96;
/// From this many letters on the beginning of a name is near to it.
const BEGINNING: usize = 3;

/// How much may still be compared: the names times the wrong ones can be very many, and hints are only hints.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(AtomicUsize::new(300_000_000))
    }

    /// Takes `cost`, if there is that much.
    fn take(&self, cost: usize) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }
}

/// The name most like `typed`, if one is much like it; of equally near ones the first.
pub(super) fn find<'a>(typed: &str, names: impl Iterator<Item = &'a str>, budget: &Budget) -> Option<&'a str> {
    if typed.is_empty() || typed.len() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    let far = length.div_ceil(3).min(4);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        if !budget.take(1) {
            break;
        }
        let Some(distance) = measure(&typed, length, name, budget) else { continue };
        if distance <= far && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How far a name is, where that is worth knowing.
fn measure(typed: &str, length: usize, name: &str, budget: &Budget) -> Option<usize> {
    if length >= BEGINNING && name.starts_with(typed) {
        return Some(1);
    }
    let worth = name.len() <= LONGEST && name.len().abs_diff(typed.len()) <= 12;
    (worth && budget.take(name.len() * typed.len())).then(|| strsim::osa_distance(typed, &name.to_lowercase()))
}
