//! The status verbs: close, solve, reopen, hold, wait; and `link`.

use super::Here;
use super::mutate::Plan;
use super::resolve::Selection;
use super::set::put;
use super::talk::Message;
use crate::domain::ticket::{Link, Relation, State};
use crate::failure::{Failure, Result};
use crate::view::mutation::MutationView;

/// A status verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    pub name: &'static str,
    pub state: State,
}

/// What goes with a status verb.
#[derive(Debug, Default)]
pub struct With<'a> {
    pub message: Option<Message>,
    /// Overrides the guard that wants contact.
    pub silent: Option<&'a str>,
    /// Dates: when to remind, to close, to come back.
    pub remind_at: Option<String>,
    pub close_at: Option<String>,
    pub until: Option<String>,
    pub dry_run: bool,
}

impl Here {
    /// Puts tickets into the stock status of a state.
    pub fn move_to(&self, selection: &Selection, verb: Verb, with: &With<'_>) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        let date = |option: &str, text: &Option<String>| {
            text.as_deref().map(|text| Ok(self.date(&settings, option, text)?.0)).transpose()
        };
        let dates: [Result<Option<jiff::Timestamp>>; 3] =
            [date("--remind", &with.remind_at), date("--close", &with.close_at), date("--until", &with.until)];
        let [remind_at, close_at, until] = dates;
        let (remind_at, close_at, until) = (remind_at?, close_at?, until?);
        let plan = Plan {
            command: verb.name,
            what: verb.name.to_owned(),
            dry_run: with.dry_run,
            reason: with.silent,
            unguarded: false,
        };
        self.mutate(&ids, &plan, |draft, planning| {
            draft.words.extend(with.message.as_ref().map(|message| message.words(planning)));
            put(draft, planning, verb.state);
            let ticket = &mut draft.new;
            ticket.remind_at = remind_at.or(ticket.remind_at);
            ticket.close_at = close_at.or(ticket.close_at);
            ticket.until = until.or(ticket.until);
            Ok(())
        })
    }

    /// Links a ticket to another, or with `remove` takes the link away.
    pub fn link(&self, from: &str, relation: &str, to: &str, remove: bool, dry_run: bool) -> Result<MutationView> {
        let Some(known) = Relation::find(relation) else {
            let names = Relation::ALL.map(Relation::name);
            let near = super::nearest(relation, names.into_iter()).map(|near| format!("did you mean '{near}'?"));
            let failure = Failure::usage(format!("'{}' is no relation", relation.escape_debug())).maybe_hint(near);
            return Err(failure.hint(format!("the relations are {}", names.join(", "))).into());
        };
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let (from, to) = (self.resolve(&snapshot, &settings, from)?, self.resolve(&snapshot, &settings, to)?);
        if from == to {
            return Err(Failure::usage(format!("{from} cannot be linked to itself")).into());
        }
        let what = format!("{} {} {to}", if remove { "unlink" } else { "link" }, known.name());
        let plan = Plan { command: "link", what, dry_run, reason: None, unguarded: false };
        let link = Link { relation: known, id: to };
        self.mutate(&[from], &plan, |draft, _| {
            let links = &mut draft.new.links;
            match remove {
                true => links.retain(|known| *known != link),
                false if !links.contains(&link) => links.push(link.clone()),
                false => {}
            }
            Ok(())
        })
    }
}
