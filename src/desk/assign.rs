//! `assign` and `take`.

use super::mutate::{Extra, Plan};
use super::resolve::Selection;
use super::rules::router::{Router, reasons};
use super::talk::Message;
use super::{Here, unknown_agent};
use crate::domain::id::TicketId;
use crate::domain::person::Agent;
use crate::failure::{Failure, Result};
use crate::view::mutation::{AssignmentView, CandidateView, MutationView};
use crate::workflow::assign::{Candidate, Choice};
use crate::workflow::status;

/// Whom a ticket is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Me,
    Agent(String),
    Team(String),
    Nobody,
    /// Whoever the desk's rules, else the loads of the ticket's team, say.
    Auto,
}

/// Reads `me`, a handle, `@team`, `none` or `auto`.
pub fn parse_who(text: &str) -> Result<Who> {
    match text {
        "me" => Ok(Who::Me),
        "none" => Ok(Who::Nobody),
        "auto" => Ok(Who::Auto),
        _ => match text.strip_prefix('@') {
            Some("") => Err(Failure::usage("'@' names no team").into()),
            Some(team) => Ok(Who::Team(team.to_owned())),
            None => Ok(Who::Agent(text.to_owned())),
        },
    }
}

/// Refuses a team that nobody is in.
pub fn known_team(team: &str, people: &[Agent]) -> Result<()> {
    if people.iter().any(|agent| agent.teams.iter().any(|known| known == team)) {
        return Ok(());
    }
    let teams = people.iter().flat_map(|agent| &agent.teams).map(String::as_str);
    let near = super::nearest(team, teams).map(|near| format!("did you mean '{near}'?"));
    let failure = Failure::not_found(format!("there is no team '{}'", team.escape_debug())).maybe_hint(near);
    Err(failure.hint("a team is what the people's `teams:` name").into())
}

impl Here {
    /// Gives tickets to somebody; an assignment opens a new ticket, a team alone does not.
    pub fn assign(
        &self,
        selection: &Selection,
        who: &Who,
        command: &'static str,
        message: Option<Message>,
        dry_run: bool,
    ) -> Result<MutationView> {
        let snapshot = self.present()?;
        let settings = self.settings(&snapshot)?;
        let people = self.people(&snapshot)?;
        let ids = self.select(&snapshot, &settings, selection)?;
        let (assignee, team) = match who {
            Who::Me => (Some(Some(self.acting(&people)?.handle)), None),
            Who::Agent(handle) if people.iter().any(|agent| agent.handle == *handle) => {
                (Some(Some(handle.clone())), None)
            }
            Who::Agent(handle) => return Err(unknown_agent(handle, &people)),
            Who::Team(team) => (None, Some(team.clone())),
            Who::Nobody => (Some(None), None),
            Who::Auto => return self.assign_auto(&ids, message, dry_run),
        };
        if let Some(team) = &team {
            known_team(team, &people)?;
        }
        let what = match (&assignee, &team) {
            _ if command == "take" => "take".to_owned(),
            (Some(Some(handle)), _) => format!("assign to {handle}"),
            (Some(None), _) => "unassign".to_owned(),
            (None, team) => format!("assign to @{}", team.as_deref().unwrap_or_default()),
        };
        let plan = Plan { command, what, dry_run, reason: None, unguarded: false };
        self.mutate(&ids, &plan, |draft, planning| {
            if let Some(assignee) = &assignee {
                draft.new.assignee = assignee.clone();
                if assignee.is_some() {
                    status::opens(&mut draft.new);
                }
            }
            if let Some(team) = &team {
                draft.new.team = Some(team.clone());
            }
            draft.words.extend(message.as_ref().map(|message| message.words(planning)));
            Ok(())
        })
    }

    /// Gives each ticket to whom the first rule that fits it would; without one to the least loaded of its team.
    fn assign_auto(&self, ids: &[TicketId], message: Option<Message>, dry_run: bool) -> Result<MutationView> {
        let plan =
            Plan { command: "assign", what: "assign by strategy".into(), dry_run, reason: None, unguarded: false };
        let (mut told, mut warnings) = (Vec::new(), Vec::new());
        let found = std::cell::RefCell::new(Vec::new());
        let trailers = std::cell::RefCell::new(Vec::new());
        let router = std::cell::RefCell::new(Router::default());
        let mut view = self.mutate_with(
            ids,
            &plan,
            &mut |draft, planning| {
                if found.borrow().iter().any(|(id, _, _, _)| id == draft.id()) {
                    // The change is planned anew on a newer commit.
                    found.borrow_mut().clear();
                    trailers.borrow_mut().clear();
                    router.take();
                }
                let rules = self.rulebook(planning.snapshot, planning.settings, planning.people)?;
                rules.router.swap(&router);
                let mut case = draft.case(self.now);
                let (rule, assign) = rules.strategy_for(&case)?;
                let choice = rules.choose(rule.as_deref(), &assign, draft.new.team.as_deref())?;
                if let Some(handle) = &choice.chosen {
                    rules.take_on(handle, &case);
                    case.ticket.assignee = Some(handle.clone());
                    draft.new.assignee = Some(handle.clone());
                    status::opens(&mut draft.new);
                    draft.words.extend(message.as_ref().map(|message| message.words(planning)));
                    trailers
                        .borrow_mut()
                        .extend(rule.as_ref().map(|rule| ("Loket-Assigned", format!("{handle} {rule}"))));
                }
                rules.router.swap(&router);
                found.borrow_mut().push((draft.id().clone(), rule, assign.strategy(), choice));
                Ok(())
            },
            &mut |_, _| Ok(Extra { trailers: trailers.take(), ..Extra::default() }),
        )?;
        for (id, rule, strategy, choice) in found.take() {
            if choice.chosen.is_none() {
                warnings.push(format!("nobody can take {id}: {}", reasons(&choice)));
            }
            told.push(explained(&id, rule, strategy, choice));
        }
        view.warnings.extend(warnings);
        view.assignments = told;
        Ok(view)
    }
}

fn explained(id: &TicketId, rule: Option<String>, strategy: &'static str, choice: Choice) -> AssignmentView {
    let candidate = |candidate: Candidate| CandidateView {
        handle: candidate.handle,
        open: candidate.load.open,
        newest: candidate.load.newest,
        skill: candidate.skill,
        unfit: candidate.unfit.iter().map(ToString::to_string).collect(),
    };
    AssignmentView {
        ticket: id.to_string(),
        rule,
        strategy,
        chosen: choice.chosen,
        instead_of: choice.instead_of,
        candidates: choice.candidates.into_iter().map(candidate).collect(),
    }
}
