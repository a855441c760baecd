//! Statuses and their guards (workflow.md, Statuses).

use jiff::{SignedDuration, Timestamp};

use crate::domain::comment::{Comment, Role, Visibility};
use crate::domain::settings::{FollowUp, Settings};
use crate::domain::ticket::{State, Ticket};

/// The status a command means by a state: the stock status of that state.
pub fn status_of(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Waiting => "waiting",
        State::Hold => "on-hold",
        State::Solved => "solved",
        State::Closed => "closed",
        State::Discarded => "spam",
    }
}

/// The status nothing goes back to.
pub const NEW: &str = "new";

/// The first public agent comment, or an assignment, makes a new ticket open.
pub fn opens(ticket: &mut Ticket) {
    if ticket.status == NEW {
        ticket.status = status_of(State::Open).to_owned();
    }
}

/// Puts a ticket into a status and drops the instants that only its old status had.
pub fn enter(ticket: &mut Ticket, status: &str, settings: &Settings) {
    ticket.status = status.to_owned();
    let state = settings.state(status).unwrap_or(State::Open);
    if state != State::Waiting {
        ticket.remind_at = None;
        ticket.close_at = None;
    }
    if state != State::Hold {
        ticket.until = None;
    }
}

/// What a requester's message does to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The status stays.
    Stays,
    /// The ticket is open (again).
    Opens,
    /// The message becomes a ticket of its own, related to this one.
    NewTicket,
    /// The desk takes no answers to closed tickets.
    Rejected,
}

/// What a requester's message at `now` does, by the state the ticket has been in since `since`.
pub fn requester_answers(status: &str, settings: &Settings, since: Option<Timestamp>, now: Timestamp) -> Answer {
    let policy = || match settings.follow_up {
        FollowUp::Reopen => Answer::Opens,
        FollowUp::NewTicket => Answer::NewTicket,
        FollowUp::Reject => Answer::Rejected,
    };
    if status == NEW {
        return Answer::Stays;
    }
    match settings.state(status).unwrap_or(State::Open) {
        State::Open => Answer::Stays,
        State::Waiting | State::Hold => Answer::Opens,
        State::Solved => {
            let limit = SignedDuration::from_hours(24 * i64::from(settings.reopen_days));
            let fresh = since.is_none_or(|since| now.duration_since(since) <= limit);
            if fresh { Answer::Opens } else { policy() }
        }
        State::Closed => policy(),
        State::Discarded => Answer::Stays,
    }
}

/// Why a change of status is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    BackToNew,
    NoAssignee,
    NoContact,
    /// These custom fields are required first.
    Missing(Vec<String>),
}

/// Checks the step from one version of a ticket to the next; `thread` holds the comments of the same command too.
/// With `silent` no contact is asked for.
pub fn check(old: &Ticket, new: &Ticket, thread: &[Comment], settings: &Settings, silent: bool) -> Result<(), Guard> {
    if old.status == new.status {
        return Ok(());
    }
    if new.status == NEW {
        return Err(Guard::BackToNew);
    }
    let ends = |status: &str| matches!(settings.state(status), Some(State::Solved | State::Closed));
    if !ends(&new.status) {
        return Ok(());
    }
    // From solved to closed nobody has to be told anything more.
    if !silent && !ends(&old.status) {
        if new.assignee.is_none() {
            return Err(Guard::NoAssignee);
        }
        if !is_answered(new, thread) {
            return Err(Guard::NoContact);
        }
    }
    let missing = missing_fields(new, settings);
    if missing.is_empty() { Ok(()) } else { Err(Guard::Missing(missing)) }
}

/// Whether an agent has written in public since the requester last did.
fn is_answered(ticket: &Ticket, thread: &[Comment]) -> bool {
    let role = |comment: &Comment| Role::of(&comment.author, ticket.requester.as_deref());
    let asks = |comment: &Comment| role(comment) == Role::Requester && !comment.automatic;
    let after = thread.iter().rposition(asks).map_or(0, |place| place + 1);
    thread[after..]
        .iter()
        .any(|comment| comment.visibility == Visibility::Public && !comment.automatic && role(comment) == Role::Agent)
}

/// The custom fields a ticket lacks to be solved (or closed).
fn missing_fields(ticket: &Ticket, settings: &Settings) -> Vec<String> {
    let closing = settings.state(&ticket.status) == Some(State::Closed);
    let wanted = |on: &[String]| on.iter().any(|verb| verb == "solve" || (closing && verb == "close"));
    let required = settings.fields.iter().filter(|(_, rule)| wanted(&rule.required_on));
    required.filter(|(name, _)| !ticket.fields.contains_key(*name)).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requesters_answer_follows_the_table() {
        let settings = Settings::default();
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        let days = |days: i64| Some(now - SignedDuration::from_hours(24 * days));
        for (status, since, want) in [
            ("new", None, Answer::Stays),
            ("open", None, Answer::Stays),
            ("waiting", None, Answer::Opens),
            ("on-hold", None, Answer::Opens),
            ("solved", days(14), Answer::Opens),
            ("solved", days(15), Answer::NewTicket),
            ("closed", days(1), Answer::NewTicket),
            ("spam", None, Answer::Stays),
        ] {
            assert_eq!(requester_answers(status, &settings, since, now), want, "{status} {since:?}");
        }
        let reject = Settings { follow_up: FollowUp::Reject, ..Settings::default() };
        assert_eq!(requester_answers("closed", &reject, None, now), Answer::Rejected);
    }
}
