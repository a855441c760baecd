//! How long work tells how far it is: the library speaks, the terminal decides what is shown.

/// Hears of the progress of long work.
pub trait Progress: Send {
    /// Work of `total` steps begins.
    fn start(&self, label: &str, total: u64);
    fn step(&self, count: u64);
    fn done(&self);
    /// One line the user should see.
    fn note(&self, text: &str);
}

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _label: &str, _total: u64) {}
    fn step(&self, _count: u64) {}
    fn done(&self) {}
    fn note(&self, _text: &str) {}
}
