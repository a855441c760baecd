//! What a rule does, action by action. One that cannot be done is told and left out; the person's change stands.

use super::{Case, MACHINE, Rulebook};
use crate::desk::answer;
use crate::desk::assign::known_team;
use crate::desk::errands::{Errand, MAY_RUN, Task};
use crate::desk::set::{self, Assignment};
use crate::domain::comment::{Comment, Mail, Visibility};
use crate::domain::policy::rule::{Action, Assign, Event, Rule, Setting};
use crate::failure::Result;
use crate::workflow::status;

impl Rulebook<'_> {
    pub(super) fn act(&self, rule: &Rule, action: &Action, case: &mut Case, event: Event, given: bool) -> Result<()> {
        match action {
            Action::Set(settings) => settings.iter().for_each(|setting| self.set(rule, setting, case)),
            // Whom a person has just given the ticket to keeps it.
            Action::Assign(_) if given => {}
            Action::Assign(assign) => self.assign(rule, assign, case)?,
            Action::Escalate(team) => self.escalate(rule, team.as_deref(), case),
            Action::Note(text) => say(case, Visibility::Internal, with_end(text), None, self.here.now),
            Action::Reply(slug) => self.reply(rule, slug, case),
            Action::Webhook(url) => self.queue(rule, case, event, Task::Webhook(url.clone())),
            Action::Run { .. } if !self.may_run => {
                let said = format!("this clone runs no programs; `git config {MAY_RUN} true` lets it");
                self.told(rule, case, &said);
            }
            Action::Run { program, arguments } => {
                let words = std::iter::once(program).chain(arguments).cloned().collect();
                self.queue(rule, case, event, Task::Run(words));
            }
        }
        Ok(())
    }

    fn queue(&self, rule: &Rule, case: &Case, event: Event, task: Task) {
        let errand =
            Errand { ticket: case.ticket.id.clone(), rule: rule.name.clone(), event: event.name().to_owned(), task };
        self.outcome.borrow_mut().errands.push(errand);
    }

    fn set(&self, rule: &Rule, setting: &Setting, case: &mut Case) {
        let assignment =
            Assignment { key: setting.key.clone(), operation: setting.operation, value: setting.value.clone() };
        let mut changed = case.ticket.clone();
        match set::apply(&mut changed, &self.planning(), &assignment) {
            Ok(()) if changed.status == status::NEW && case.ticket.status != status::NEW => {
                self.told(rule, case, "nothing goes back to new");
            }
            Ok(()) => case.ticket = changed,
            Err(trouble) => self.told(rule, case, &format!("{trouble:#}")),
        }
    }

    /// That something a rule says could not be done.
    fn told(&self, rule: &Rule, case: &Case, said: &str) {
        self.warn(format!("rule '{}' on {}: {said}", rule.name.escape_debug(), case.ticket.id));
    }

    fn assign(&self, rule: &Rule, assign: &Assign, case: &mut Case) -> Result<()> {
        let choice = self.choose(Some(&rule.name), assign, case.ticket.team.as_deref())?;
        match choice.chosen {
            Some(handle) => {
                self.outcome.borrow_mut().assigned.push(format!("{handle} {}", rule.name));
                self.take_on(&handle, case);
                case.ticket.assignee = Some(handle);
                status::opens(&mut case.ticket);
            }
            None => self.told(rule, case, &format!("nobody can take it: {}", super::router::reasons(&choice))),
        }
        Ok(())
    }

    fn escalate(&self, rule: &Rule, team: Option<&str>, case: &mut Case) {
        if let Some(team) = team
            && let Err(trouble) = known_team(team, self.people)
        {
            return self.told(rule, case, &format!("{trouble:#}"));
        }
        if case.ticket.line != 2 {
            case.ticket.line = 2;
            case.ticket.assignee = None;
            case.ticket.team = team.map(str::to_owned).or(case.ticket.team.take());
        }
    }

    fn reply(&self, rule: &Rule, slug: &str, case: &mut Case) {
        if !case.may_reply {
            return;
        }
        if case.ticket.requester.is_none() {
            return self.told(rule, case, "there is no requester to answer");
        }
        match answer::automatic(&self.planning(), &case.ticket, slug) {
            Ok(text) => say(case, Visibility::Public, text, Some(slug.to_owned()), self.here.now),
            Err(trouble) => self.told(rule, case, &format!("{trouble:#}")),
        }
    }
}

fn with_end(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Adds a comment that no person wrote.
pub(in crate::desk) fn say(
    case: &mut Case,
    visibility: Visibility,
    body: String,
    pattern: Option<String>,
    date: jiff::Timestamp,
) {
    case.added.push(Comment {
        id: String::new(),
        author: MACHINE.to_owned(),
        date,
        visibility,
        channel: None,
        attachments: Vec::new(),
        pattern,
        deviates: false,
        automatic: true,
        mail: Mail::default(),
        body,
    });
}
