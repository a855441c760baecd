//! `assign` and `take`.

use super::mutate::Plan;
use super::resolve::Selection;
use super::talk::Message;
use super::{Here, unknown_agent};
use crate::domain::person::Agent;
use crate::failure::{Failure, Result};
use crate::view::mutation::MutationView;
use crate::workflow::status;

/// Whom a ticket is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Me,
    Agent(String),
    Team(String),
    Nobody,
}

/// Reads `me`, a handle, `@team` or `none`.
pub fn parse_who(text: &str) -> Result<Who> {
    match text {
        "me" => Ok(Who::Me),
        "none" => Ok(Who::Nobody),
        "auto" => {
            Err(Failure::usage("this loket does not assign by itself").hint("name an agent, me, @team or none").into())
        }
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
}
