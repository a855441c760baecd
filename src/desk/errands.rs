//! What rules make happen outside the desk, once their change is committed.

use super::Here;
use super::rules::Errand;

impl Here {
    /// Does what can be done at once, and leaves the rest to `tick`.
    pub(super) fn run_errands(&self, _errands: &[Errand]) -> Vec<String> {
        Vec::new()
    }
}

impl Here {
    /// Does what earlier commands left.
    pub(super) fn run_waiting_errands(&self, _view: &mut crate::view::tick::TickView) -> crate::failure::Result<()> {
        Ok(())
    }
}
