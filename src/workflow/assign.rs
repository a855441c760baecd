//! Who gets a ticket (workflow.md, Assignment). Pure: what is known of everybody's work is given.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::Hours;
use crate::domain::person::{Absence, Agent};
use crate::domain::policy::rule::{Among, Assign};

/// What an agent has to do when an assignment is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Tickets in state open.
    pub open: usize,
    /// When the newest ticket they have was created.
    pub newest: Option<Timestamp>,
}

/// Everything an assignment is decided by.
pub struct Floor<'a> {
    /// In the order of their handles.
    pub people: &'a [Agent],
    pub loads: &'a HashMap<String, Load>,
    pub now: Timestamp,
    /// The day it is at the desk: absences are days.
    pub today: Date,
    /// The business hours of a calendar, where there is such a calendar.
    pub hours: &'a dyn Fn(&str) -> Option<&'a Hours>,
    /// Whom the rule that asks chose last.
    pub last: Option<&'a str>,
    /// The ticket's team.
    pub team: Option<&'a str>,
}

/// Why somebody cannot take a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    LacksSkill(Vec<String>),
    Away(Date),
    OffShift(String),
    AtCapacity { open: usize, capacity: usize },
    Unknown,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::LacksSkill(skills) => write!(out, "lacks the skill {}", skills.join(", ")),
            Unfit::Away(until) => write!(out, "away until {until}"),
            Unfit::OffShift(calendar) => write!(out, "off shift (calendar {calendar})"),
            Unfit::AtCapacity { open, capacity } => write!(out, "at capacity ({open} open of {capacity})"),
            Unfit::Unknown => out.write_str("no such agent"),
        }
    }
}

/// Somebody who might take a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub handle: String,
    pub load: Load,
    /// The sum of their levels in the required skills.
    pub skill: u32,
    /// Why they cannot; nothing where they can.
    pub unfit: Vec<Unfit>,
}

/// What an assignment comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub chosen: Option<String>,
    /// Whom the chosen one stands in for.
    pub instead_of: Option<String>,
    /// All who were looked at, in the order of their handles.
    pub candidates: Vec<Candidate>,
}

/// Chooses by a strategy.
pub fn choose(assign: &Assign, floor: &Floor<'_>) -> Choice {
    let among = match assign {
        Assign::Fixed(handle) => return fixed(handle, floor),
        Assign::RoundRobin(among) | Assign::LeastLoaded(among) | Assign::Skills(among) => among,
    };
    let candidates = candidates(among, floor);
    let fit: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.unfit.is_empty()).collect();
    let chosen = match assign {
        Assign::RoundRobin(_) => next(&fit, floor.last),
        Assign::Skills(_) => fit.iter().min_by_key(|candidate| (Reverse(candidate.skill), ease(candidate))).copied(),
        Assign::LeastLoaded(_) | Assign::Fixed(_) => fit.iter().min_by_key(|candidate| ease(candidate)).copied(),
    };
    Choice { chosen: chosen.map(|candidate| candidate.handle.clone()), instead_of: None, candidates }
}

/// The fewest open tickets, then the longest without a new one. Those before in order go before.
fn ease(candidate: &Candidate) -> (usize, Option<Timestamp>) {
    (candidate.load.open, candidate.load.newest)
}

/// The next after the last in the order of handles, round about; the last need not be there any more.
fn next<'c>(fit: &[&'c Candidate], last: Option<&str>) -> Option<&'c Candidate> {
    let after = fit.iter().find(|candidate| last.is_none_or(|last| candidate.handle.as_str() > last));
    after.or(fit.first()).copied()
}

/// The members of the team, all of them where no team is named.
fn candidates(among: &Among, floor: &Floor<'_>) -> Vec<Candidate> {
    let team = among.team.as_deref().or(floor.team);
    let is_in = |agent: &&Agent| team.is_none_or(|team| agent.teams.iter().any(|own| own == team));
    floor.people.iter().filter(is_in).map(|agent| candidate(agent, &among.skills, floor)).collect()
}

fn candidate(agent: &Agent, skills: &[String], floor: &Floor<'_>) -> Candidate {
    let load = floor.loads.get(&agent.handle).cloned().unwrap_or_default();
    let mut unfit = Vec::new();
    let lacks: Vec<String> = skills.iter().filter(|skill| !agent.skills.contains_key(*skill)).cloned().collect();
    if !lacks.is_empty() {
        unfit.push(Unfit::LacksSkill(lacks));
    }
    if let Some(absence) = absence(agent, floor.today) {
        unfit.push(Unfit::Away(absence.to));
    }
    // A calendar that is not there keeps nobody from working; `check` tells of it.
    if let Some(calendar) = &agent.calendar
        && (floor.hours)(calendar).is_some_and(|hours| !hours.is_open(floor.now))
    {
        unfit.push(Unfit::OffShift(calendar.clone()));
    }
    if let Some(capacity) = agent.capacity.filter(|capacity| load.open >= *capacity) {
        unfit.push(Unfit::AtCapacity { open: load.open, capacity });
    }
    let level = |skill: &String| agent.skills.get(skill).copied().unwrap_or_default();
    let skill = skills.iter().map(level).fold(0, u32::saturating_add);
    Candidate { handle: agent.handle.clone(), load, skill, unfit }
}

/// The agent a rule names, or who stands in: how much they have to do does not count.
fn fixed(handle: &str, floor: &Floor<'_>) -> Choice {
    let find = |handle: &str| floor.people.iter().find(|agent| agent.handle == handle);
    let looked_at = |handle: &str, unfit: Vec<Unfit>| {
        let load = floor.loads.get(handle).cloned().unwrap_or_default();
        Candidate { handle: handle.to_owned(), load, skill: 0, unfit }
    };
    let Some(agent) = find(handle) else {
        let candidates = vec![looked_at(handle, vec![Unfit::Unknown])];
        return Choice { chosen: None, instead_of: None, candidates };
    };
    let Some(absence) = absence(agent, floor.today) else {
        return Choice {
            chosen: Some(handle.to_owned()),
            instead_of: None,
            candidates: vec![looked_at(handle, Vec::new())],
        };
    };
    let mut candidates = vec![looked_at(handle, vec![Unfit::Away(absence.to)])];
    let chosen = stand_in(floor.people, handle, floor.today);
    candidates.extend(chosen.iter().map(|other| looked_at(other, Vec::new())));
    Choice { instead_of: chosen.is_some().then(|| handle.to_owned()), chosen, candidates }
}

/// The absence a day falls into.
fn absence(agent: &Agent, day: Date) -> Option<&Absence> {
    agent.away.iter().find(|absence| absence.from <= day && day <= absence.to)
}

/// Who stands in for an agent on a day: a substitute who is away has one in turn. `None` where the agent is there, and
/// where nobody stands in.
pub fn stand_in(people: &[Agent], handle: &str, today: Date) -> Option<String> {
    let mut seen = BTreeSet::from([handle]);
    let mut at = handle;
    loop {
        let agent = people.iter().find(|agent| agent.handle == at)?;
        let Some(absence) = absence(agent, today) else { return (at != handle).then(|| at.to_owned()) };
        at = absence.substitute.as_deref()?;
        if !seen.insert(at) {
            return None;
        }
    }
}

#[cfg(test)]
#[path = "assign_tests.rs"]
mod tests;
