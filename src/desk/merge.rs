//! `merge`: one ticket into another. Nothing is copied; what was merged points to where it went.

use super::Here;
use super::mutate::Plan;
use crate::domain::id::TicketId;
use crate::domain::ticket::State;
use crate::failure::{Failure, Result};
use crate::format::{self, layout};
use crate::store::Snapshot;
use crate::view::mutation::MutationView;
use crate::workflow::status;

/// How far merges are followed.
const FARTHEST: usize = 100;

impl Here {
    /// Closes a ticket into another.
    pub fn merge(&self, from: &str, into: &str, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let (from, into) = (self.resolve(&snapshot, &settings, from)?, self.resolve(&snapshot, &settings, into)?);
        let root = self.root(&snapshot, &into)?;
        if root == from {
            let failure =
                Failure::usage(format!("{from} cannot be merged into {into}: they are the same ticket already"));
            return Err(failure.hint(format!("`loket set {into} merged-into=` undoes a merge")).into());
        }
        let plan =
            Plan { command: "merge", what: format!("merge into {into}"), dry_run, reason: None, unguarded: true };
        self.mutate(&[from], &plan, |draft, planning| {
            draft.new.merged_into = Some(into.clone());
            status::enter(&mut draft.new, status::status_of(State::Closed), planning.settings);
            Ok(())
        })
    }

    /// The ticket at the end of a chain of merges. A circle, which `set` and merges by hand can make, ends where it began.
    pub fn root(&self, snapshot: &Snapshot<'_>, id: &TicketId) -> Result<TicketId> {
        let mut at = id.clone();
        for _ in 0..FARTHEST {
            let Some(folder) = snapshot.ticket(&at)? else { return Ok(at) };
            let file = folder.file.map_err(|fault| format::failure(&fault, &layout::ticket(&at)))?;
            match file.ticket.merged_into {
                Some(next) if next == *id => return Ok(id.clone()),
                Some(next) if snapshot.find_file(&layout::ticket(&next))?.is_some() => at = next,
                _ => return Ok(at),
            }
        }
        Ok(id.clone())
    }
}
