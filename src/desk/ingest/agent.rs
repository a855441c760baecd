//! Agents by mail: answers, commands on the first line, forwards.

use super::find::Place;
use super::take::{Letter, Taker};
use crate::domain::comment::{Mail, Visibility};
use crate::domain::person::Agent;
use crate::domain::ticket::State;
use crate::failure::Result;
use crate::format::ticket::render_instant;
use crate::mail::message::Message;
use crate::mail::outbound::is_address;
use crate::mail::subject;
use crate::mail::trim::{forwarded as in_text, trim};
use crate::view::mail::IngestView;
use crate::workflow::status;

/// What the first line of an agent's mail asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Note,
    Enter(State),
}

/// The commands on the first line of a text, and that line; none where it holds anything else.
fn commands(text: &str) -> Option<(&str, Vec<Command>)> {
    let line = text.trim_start().lines().next()?;
    let command = |word: &str| match word.to_lowercase().as_str() {
        "#note" => Some(Command::Note),
        "#close" => Some(Command::Enter(State::Closed)),
        "#solve" => Some(Command::Enter(State::Solved)),
        "#wait" => Some(Command::Enter(State::Waiting)),
        _ => None,
    };
    let found: Option<Vec<Command>> = line.split_whitespace().map(command).collect();
    found.filter(|found| !found.is_empty()).map(|found| (line, found))
}

impl Taker<'_, '_> {
    /// An agent answers a ticket.
    pub(super) fn agent_says(&mut self, mut letter: Letter<'_>, place: &Place, agent: &Agent) -> Result<IngestView> {
        let old = self.stage.open(&place.ticket)?.ticket.clone();
        let text = trim(&letter.message.body).new;
        let found = commands(&text).filter(|_| letter.class == crate::mail::classify::Class::Human);
        let (line, wanted) = found.unwrap_or(("", Vec::new()));
        let automatic = letter.class != crate::mail::classify::Class::Human;
        let internal = place.internal || automatic || wanted.contains(&Command::Note);
        let visibility = if internal { Visibility::Internal } else { Visibility::Public };
        // Who answers to all has sent it to everybody already.
        let has = |address: &String| {
            let mut recipients = letter.message.to.iter().chain(&letter.message.cc);
            recipients.any(|to| to.email.eq_ignore_ascii_case(address))
        };
        let everybody = old.requester.is_some() && old.requester.iter().chain(&old.cc).all(has);
        let delivered = (everybody && !internal).then(|| render_instant(self.when(&letter.message)));
        let flags = if automatic { vec![letter.class.name().to_owned()] } else { Vec::new() };
        let mail = Mail { delivered, flags, ..Mail::default() };
        let cut: Vec<&str> = if wanted.is_empty() { Vec::new() } else { vec![line] };
        self.comment(&mut letter, &place.ticket, agent.handle.clone(), visibility, mail, &cut)?;
        if !internal {
            status::opens(&mut self.stage.change(&place.ticket)?.ticket);
        }
        for command in wanted {
            if let Command::Enter(state) = command {
                self.enter(&mut letter, place, agent, state)?;
            }
        }
        letter.view.action = "follow-up";
        Ok(self.told(letter, &old))
    }

    /// Puts the ticket where the agent wants it, if the guards allow it.
    fn enter(&mut self, letter: &mut Letter<'_>, place: &Place, agent: &Agent, state: State) -> Result<()> {
        let settings = &self.ground.settings;
        let kept = self.stage.change(&place.ticket)?;
        let mut wanted = kept.ticket.clone();
        if wanted.assignee.is_none() {
            wanted.assignee = Some(agent.handle.clone());
        }
        status::enter(&mut wanted, status::status_of(state), settings);
        match status::check(&kept.ticket, &wanted, &kept.thread, settings, false) {
            Ok(()) => kept.ticket = wanted,
            Err(guard) => {
                let said = crate::desk::mutate::refuse(&guard, &kept.ticket, &wanted);
                letter.view.warnings.push(format!("{said}; the answer was taken, the status stays"));
            }
        }
        Ok(())
    }
}

/// A message that an agent sends on.
pub struct Forward {
    /// Whose it is: a bare address.
    pub from: String,
    pub subject: Option<String>,
    pub body: String,
    /// What the agent says of it.
    pub note: String,
    pub message_id: Option<String>,
}

/// The message within a message whose subject says that it was sent on.
pub fn forwarded(message: &Message<'_>) -> Option<Forward> {
    if !subject::is_forward(&message.subject) {
        return None;
    }
    let whole = message.attachments.iter().find(|file| file.kind == "message/rfc822");
    if let Some(inner) = whole.and_then(|file| Message::parse(&file.content).ok())
        && let Some(from) = &inner.from
    {
        return Some(Forward {
            from: from.email.clone(),
            subject: Some(inner.subject.clone()).filter(|subject| !subject.is_empty()),
            body: inner.body.clone(),
            note: trim(&message.body).new,
            message_id: (!inner.id_missing).then(|| inner.message_id.clone()),
        })
        .filter(|forward| is_address(&forward.from));
    }
    let found = in_text(&message.body)?;
    let from = found.address.filter(|address| is_address(address))?;
    Some(Forward { from, subject: found.subject, body: found.body, note: found.note, message_id: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_alone_on_the_first_line() {
        assert_eq!(commands("#note\nWords.").unwrap().1, [Command::Note]);
        assert_eq!(commands("\n#Note #close\nWords.").unwrap().1, [Command::Note, Command::Enter(State::Closed)]);
        for words in ["#note this", "See #close.", "", "Words\n#note", "#1 is wrong"] {
            assert_eq!(commands(words), None, "{words}");
        }
    }
}
