//! `reply` and `note`: words for a thread.

use super::Here;
use super::attach::Attachment;
use super::mutate::{Draft, Extra, Plan, Planning, Words};
use super::new::{self, Fresh};
use super::resolve::Selection;
use super::set::put;
use crate::domain::comment::Visibility;
use crate::domain::ticket::{Link, Relation, State};
use crate::failure::{Failure, Result};
use crate::mail::outbound::is_address;
use crate::view::mutation::MutationView;
use crate::workflow::status::{self, Answer};

/// A comment somebody wants to make.
#[derive(Debug, Clone)]
pub struct Message {
    pub text: String,
    pub visibility: Visibility,
    pub files: Vec<Attachment>,
    /// The address of the requester whose words an agent writes down.
    pub from: Option<String>,
    pub channel: Option<String>,
}

impl Message {
    /// As it is written into a draft.
    pub fn words(&self, planning: &Planning<'_>) -> Words {
        Words {
            text: self.text.clone(),
            visibility: self.visibility,
            files: self.files.clone(),
            author: self.from.clone().unwrap_or_else(|| planning.agent.handle.clone()),
            channel: self.channel.clone(),
            origin: None,
            automatic: false,
        }
    }
}

impl Here {
    /// Adds a public comment; `then` is the state it leaves the ticket in.
    pub fn reply(
        &self,
        selection: &Selection,
        message: &Message,
        then: Option<State>,
        silent: Option<&str>,
        dry_run: bool,
    ) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        if let Some(channel) = &message.channel {
            super::set::known("channel", channel, &settings.channels)?;
        }
        let plan = Plan { command: "reply", what: "reply".into(), dry_run, reason: silent, unguarded: false };
        if message.from.is_some() {
            return self.hear(&ids, message, &plan);
        }
        self.mutate(&ids, &plan, |draft, planning| {
            draft.words.push(message.words(planning));
            status::opens(&mut draft.new);
            if let Some(state) = then {
                put(draft, planning, state);
            }
            Ok(())
        })
    }

    /// Adds an internal comment, which changes nothing else.
    pub fn note(&self, selection: &Selection, message: &Message, dry_run: bool) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        if let Some(channel) = &message.channel {
            super::set::known("channel", channel, &settings.channels)?;
        }
        if let Some(from) = message.from.as_deref().filter(|from| !is_address(from)) {
            let failure = Failure::usage(format!("--from: '{}' is no address", from.escape_debug()));
            return Err(failure.hint("an agent's own words need no --from").into());
        }
        let plan = Plan { command: "note", what: "note".into(), dry_run, reason: None, unguarded: false };
        self.mutate(&ids, &plan, |draft, planning| {
            draft.words.push(message.words(planning));
            Ok(())
        })
    }

    /// Writes down what the requester said; the status follows as if they had written.
    fn hear(&self, ids: &[crate::domain::id::TicketId], message: &Message, plan: &Plan<'_>) -> Result<MutationView> {
        let snapshot = self.desk.head()?;
        let settings = self.settings(&snapshot)?;
        // What was merged is answered where it went.
        let ids = ids.iter().map(|id| self.root(&snapshot, id)).collect::<Result<Vec<_>>>()?;
        let ids = ids.as_slice();
        let since = self.solved_since(&snapshot, &settings, ids)?;
        let follow_ups = std::cell::RefCell::new(Vec::new());
        let mut view = self.mutate_with(
            ids,
            plan,
            &mut |draft: &mut Draft, planning| {
                let answer = status::requester_answers(
                    &draft.old.status,
                    planning.settings,
                    since.get(draft.id()).copied(),
                    self.now,
                );
                match answer {
                    Answer::Stays => draft.words.push(message.words(planning)),
                    Answer::Opens => {
                        draft.words.push(message.words(planning));
                        status::enter(&mut draft.new, status::status_of(State::Open), planning.settings);
                    }
                    Answer::NewTicket => follow_ups.borrow_mut().push(follow_up(draft, message)),
                    Answer::Rejected => {
                        let said =
                            format!("{} is {}, and this desk takes no answers then", draft.id(), draft.old.status);
                        return Err(Failure::refused(said).hint("open a new ticket with `loket new`").into());
                    }
                }
                Ok(())
            },
            &mut |_, planning| {
                let mut extra = Extra::default();
                for fresh in follow_ups.take() {
                    extra.made.push(new::render(planning, &fresh)?);
                }
                Ok(extra)
            },
        )?;
        let made = view.tickets.iter().filter(|made| !ids.iter().any(|id| id.as_str() == made.as_str()));
        let told: Vec<String> =
            made.map(|made| format!("the ticket is closed; what was said became ticket {made}")).collect();
        view.warnings.extend(told);
        Ok(view)
    }
}

/// The ticket a message becomes where the old one stays closed.
fn follow_up(draft: &Draft, message: &Message) -> Fresh {
    Fresh {
        title: draft.old.title.clone(),
        body: message.text.clone(),
        from: message.from.clone(),
        channel: message.channel.clone(),
        files: message.files.clone(),
        links: vec![Link { relation: Relation::RelatedTo, id: draft.id().clone() }],
        ..Fresh::default()
    }
}
