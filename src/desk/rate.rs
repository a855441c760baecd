//! `rate`: what the requester thought of it.

use jiff::Timestamp;

use super::Here;
use super::mutate::Plan;
use crate::domain::ticket::{Satisfaction, State};
use crate::failure::{Failure, Result};
use crate::view::mutation::MutationView;

impl Here {
    /// Records a rating, 1 to 5: one for each solving.
    pub fn rate(&self, typed: &str, score: u8, comment: Option<&str>, dry_run: bool) -> Result<MutationView> {
        if !(1..=5).contains(&score) {
            return Err(Failure::usage(format!("{score} is no score")).hint("it is 1 (bad) to 5 (good)").into());
        }
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let id = self.root(&snapshot, &id)?;
        let since = self.ended_since(&snapshot, &settings, &id)?;
        let plan = Plan { command: "rate", what: format!("rated {score}"), dry_run, reason: None, unguarded: false };
        self.mutate(&[id], &plan, |draft, planning| {
            let id = draft.id().clone();
            if !matches!(planning.settings.state(&draft.old.status), Some(State::Solved | State::Closed)) {
                let said = format!("{id} is {}; what is not solved cannot be rated", draft.old.status);
                return Err(Failure::refused(said).hint(format!("loket solve {id}")).into());
            }
            if let Some(given) = &draft.old.satisfaction
                && given.date.is_none_or(|date| since.is_none_or(|since| date >= since))
            {
                let said = format!("{id} was rated {} since it was solved", given.score);
                return Err(Failure::refused(said).hint("it can be rated once for each solving").into());
            }
            let date = Timestamp::from_second(self.now.as_second()).unwrap_or(self.now);
            let comment = comment.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            draft.new.satisfaction = Some(Satisfaction { score, comment, date: Some(date) });
            Ok(())
        })
    }
}
