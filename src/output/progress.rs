//! A bar on stderr for work that takes long; nothing in a pipe, and nothing for work that is soon done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::sanitize;

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(800);
/// Redraws a second.
const REFRESH: u8 = 10;
const TEMPLATE: &str = "{msg} [{bar:30}] {human_pos}/{human_len} ({eta})";

/// How far a long command is; gone from the screen when it is finished or dropped.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    shown: AtomicBool,
}

impl Progress {
    /// `total` steps of what `label` names.
    pub fn new(stderr_terminal: bool, quiet: bool, label: &str, total: u64) -> Self {
        let bar = (stderr_terminal && !quiet).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("=> "));
            bar.set_message(sanitize::line(label).into_owned());
            bar
        });
        Progress { bar, shown: AtomicBool::new(false) }
    }

    /// `steps` more are done.
    pub fn inc(&self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
            self.show_if_due(bar);
        }
    }

    /// `steps` are done in all.
    pub fn set(&self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(steps);
            self.show_if_due(bar);
        }
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn show_if_due(&self, bar: &ProgressBar) {
        if !self.shown.load(Ordering::Relaxed) && bar.elapsed() >= PATIENCE && !self.shown.swap(true, Ordering::Relaxed)
        {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(REFRESH));
            bar.tick();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_or_quiet_has_no_bar() {
        for progress in [Progress::new(false, false, "x", 1), Progress::new(true, true, "x", 1)] {
            progress.inc(1);
            assert!(progress.bar.is_none());
            progress.finish();
        }
    }

    #[test]
    fn counting_is_cheap_and_a_short_bar_stays_hidden() {
        let progress = Progress::new(true, false, "Reading\x1b[2J", 1_000);
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
        progress.inc(3);
        progress.set(900);
        progress.inc(7);
        let bar = progress.bar.as_ref().unwrap();
        assert_eq!((bar.position(), bar.message().as_str()), (907, "Reading\u{fffd}[2J"));
        assert!(bar.is_hidden());
    }
}
