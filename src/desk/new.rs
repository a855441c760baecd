//! `new`: a ticket from its first message.

use std::collections::{BTreeMap, HashSet};

use super::assign::{Who, known_team};
use super::attach::{Attachment, safe_name};
use super::mutate::{Extra, Made, Plan, Planning, Words};
use super::set::{checked_title, known, one_line, set_field};
use super::{Here, unknown_agent};
use crate::domain::comment::Visibility;
use crate::domain::id::TicketId;
use crate::domain::policy::rule::{Among, Assign};
use crate::domain::ticket::{Link, Priority, Ticket};
use crate::failure::{Failure, Result};
use crate::format::layout;
use crate::view::mutation::NewView;
use crate::workflow::status;

/// How often an id is drawn again because it is taken.
const DRAWS: usize = 20;

/// What a new ticket is made of.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    pub title: String,
    pub body: String,
    pub from: Option<String>,
    pub priority: Priority,
    pub kind: Option<String>,
    pub assign: Option<Who>,
    pub team: Option<String>,
    pub tags: Vec<String>,
    pub cc: Vec<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    /// Name and value of custom fields.
    pub fields: Vec<(String, String)>,
    pub files: Vec<Attachment>,
    pub links: Vec<Link>,
    /// An agent writes first: the text is ours.
    pub outbound: bool,
}

impl Here {
    /// Opens a ticket.
    pub fn new_ticket(&self, fresh: &Fresh, dry_run: bool) -> Result<NewView> {
        self.present()?;
        let plan =
            Plan { command: "new", what: format!("new, {}", fresh.title), dry_run, reason: None, unguarded: false };
        let mut made = None;
        let mutation = self.mutate_with(&[], &plan, &mut |_, _| Ok(()), &mut |_, planning| {
            let ticket = render(planning, fresh)?;
            made = Some(ticket.ticket.id.clone());
            Ok(Extra { made: vec![ticket], ..Extra::default() })
        })?;
        let id = made.ok_or_else(|| Failure::error("no ticket was made"))?;
        Ok(NewView { path: layout::ticket(&id), id: id.to_string(), mutation })
    }
}

/// The files of a new ticket, under an id nobody has.
pub fn render(planning: &Planning<'_>, fresh: &Fresh) -> Result<Made> {
    let id = draw(planning)?;
    let mut files = BTreeMap::new();
    let mut names = HashSet::new();
    let mut attachments = Vec::new();
    for file in &fresh.files {
        let name = safe_name(&file.name, &names);
        names.insert(name.to_lowercase());
        files.insert(layout::attachment(&id, &name), file.content.clone());
        attachments.push(name);
    }
    if let Some(team) = &fresh.team {
        known_team(team, planning.people)?;
    }
    let mut made = blank(planning, fresh, id.clone())?;
    made.attachments = attachments;
    for (name, value) in &fresh.fields {
        set_field(&mut made, planning.settings, name, value)?;
    }
    if let Some(who) = &fresh.assign {
        give(&mut made, planning, who)?;
    }
    Ok(outwards(planning, fresh, made, files))
}

/// What an agent opens outwards says its text in the thread: as an answer it is sent, and the ticket waits for the
/// requester's first message.
fn outwards(planning: &Planning<'_>, fresh: &Fresh, mut ticket: Ticket, files: BTreeMap<String, Vec<u8>>) -> Made {
    if !fresh.outbound {
        return Made { ticket, body: fresh.body.clone(), files, words: Vec::new() };
    }
    let words = Words {
        text: fresh.body.clone(),
        visibility: Visibility::Public,
        files: fresh.files.clone(),
        author: planning.agent.handle.clone(),
        channel: fresh.channel.clone(),
        origin: None,
        automatic: false,
    };
    ticket.attachments.clear();
    status::opens(&mut ticket);
    Made { ticket, body: String::new(), files: BTreeMap::new(), words: vec![words] }
}

fn blank(planning: &Planning<'_>, fresh: &Fresh, id: TicketId) -> Result<Ticket> {
    let settings = planning.settings;
    let word = |what: &str, value: &Option<String>, words: &[String]| {
        value.as_deref().map(|value| known(what, value, words)).transpose()
    };
    Ok(Ticket {
        id,
        title: checked_title(&fresh.title)?,
        status: status::NEW.to_owned(),
        priority: fresh.priority,
        kind: word("type", &fresh.kind, &settings.types)?,
        requester: fresh.from.as_deref().map(one_line).transpose()?,
        cc: fresh.cc.clone(),
        assignee: None,
        team: fresh.team.clone(),
        tags: fresh.tags.clone(),
        channel: word("channel", &fresh.channel, &settings.channels)?,
        language: fresh.language.clone(),
        created: planning.here.now,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        links: fresh.links.clone(),
        fields: BTreeMap::new(),
        satisfaction: None,
        attachments: Vec::new(),
        outbound: fresh.outbound,
        line: 1,
        remind_at: None,
        close_at: None,
        until: None,
        merged_into: None,
        external_id: None,
        flags: Vec::new(),
        unsent: Vec::new(),
        portal_link: 0,
    })
}

fn give(made: &mut Ticket, planning: &Planning<'_>, who: &Who) -> Result<()> {
    match who {
        Who::Me => made.assignee = Some(planning.agent.handle.clone()),
        Who::Agent(handle) if planning.people.iter().any(|agent| agent.handle == *handle) => {
            made.assignee = Some(handle.clone())
        }
        Who::Agent(handle) => return Err(unknown_agent(handle, planning.people)),
        Who::Team(team) => {
            known_team(team, planning.people)?;
            made.team = Some(team.clone());
        }
        Who::Nobody => {}
        Who::Auto => {
            let rules = planning.here.rulebook(planning.snapshot, planning.settings, planning.people)?;
            let choice = rules.choose(None, &Assign::LeastLoaded(Among::default()), made.team.as_deref())?;
            made.assignee = choice.chosen;
        }
    }
    if made.assignee.is_some() {
        status::opens(made);
    }
    Ok(())
}

/// An id of today that no ticket at hand has.
pub fn draw(planning: &Planning<'_>) -> Result<TicketId> {
    let here = planning.here;
    let day = jiff::tz::TimeZone::UTC.to_datetime(here.now).date();
    for _ in 0..DRAWS {
        let Some(id) = TicketId::new(day, &here.tail(5)) else { break };
        if planning.snapshot.find(&layout::ticket_folder(&id))?.is_none() {
            return Ok(id);
        }
    }
    Err(Failure::error(format!("no free id for {day} was found"))
        .hint("look at LOKET_NOW: an id holds the years 1970 to 2069")
        .into())
}
