//! An agent's file to an agent and back.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::frontmatter::{self, Fault, Node};
use super::reading::{Reader, plain};
use crate::domain::person::{Absence, Agent, AgentRole};

pub const ORDER: [&str; 8] = ["name", "emails", "role", "teams", "skills", "capacity", "calendar", "away"];

/// Reads `people/<handle>.md`.
pub fn parse(handle: &str, bytes: &[u8]) -> Result<Agent, Fault> {
    let front = frontmatter::parse(bytes)?;
    let reader = Reader::new(&front);
    Ok(Agent {
        handle: handle.to_owned(),
        name: reader.text("name")?.unwrap_or_else(|| handle.to_owned()),
        emails: reader.list("emails")?,
        role: reader.word("role", "agent, lead or admin", AgentRole::find)?.unwrap_or_default(),
        teams: reader.list("teams")?,
        skills: skills(&reader)?,
        capacity: capacity(&reader)?,
        calendar: reader.text("calendar")?,
        away: absences(&reader)?,
    })
}

/// `{invoices: 3}`, or a list of skills of level 1.
fn skills(reader: &Reader<'_>) -> Result<BTreeMap<String, u32>, Fault> {
    let wrong = || reader.fault("skills", "'skills' wants {SKILL: LEVEL}, each level a whole number from 1 on");
    let level = |value: &Value| value.as_u64().and_then(|level| u32::try_from(level).ok()).filter(|level| *level > 0);
    match reader.value("skills") {
        None => Ok(BTreeMap::new()),
        Some(Value::Sequence(items)) => {
            items.iter().map(|item| plain(item).map(|skill| (skill, 1)).ok_or_else(wrong)).collect()
        }
        Some(Value::Mapping(levels)) => {
            let read = |(skill, value): (&Value, &Value)| Some((plain(skill)?, level(value)?));
            levels.iter().map(|pair| read(pair).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn capacity(reader: &Reader<'_>) -> Result<Option<usize>, Fault> {
    let Some(value) = reader.value("capacity") else { return Ok(None) };
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    count.map(Some).ok_or_else(|| reader.fault("capacity", "'capacity' wants a number of tickets"))
}

fn absences(reader: &Reader<'_>) -> Result<Vec<Absence>, Fault> {
    let wrong = || reader.fault("away", "'away' wants a list of {from: DATE, to: DATE, substitute: HANDLE}");
    let Some(value) = reader.value("away") else { return Ok(Vec::new()) };
    let Value::Sequence(items) = value else { return Err(wrong()) };
    let date = |item: &Value, key: &str| item.get(key).and_then(plain)?.parse().ok();
    let read = |item: &Value| {
        Some(Absence {
            from: date(item, "from")?,
            to: date(item, "to")?,
            substitute: item.get("substitute").and_then(plain),
        })
    };
    items.iter().map(|item| read(item).ok_or_else(wrong)).collect()
}

/// A new agent's file.
pub fn render(agent: &Agent) -> String {
    let list = |texts: &[String]| Node::List(texts.iter().cloned().map(Node::Text).collect());
    let mut keys = vec![
        ("name", Node::Text(agent.name.clone())),
        ("emails", list(&agent.emails)),
        ("role", Node::Text(agent.role.name().into())),
    ];
    if !agent.teams.is_empty() {
        keys.push(("teams", list(&agent.teams)));
    }
    frontmatter::render(&keys, "")
}

/// The absences of an agent as they are written.
pub fn away_node(away: &[Absence]) -> Option<Node> {
    let item = |absence: &Absence| {
        let mut pairs = vec![
            ("from".to_owned(), Node::Text(absence.from.to_string())),
            ("to".to_owned(), Node::Text(absence.to.to_string())),
        ];
        pairs.extend(absence.substitute.clone().map(|handle| ("substitute".to_owned(), Node::Text(handle))));
        Node::Map(pairs)
    };
    (!away.is_empty()).then(|| Node::List(away.iter().map(item).collect()))
}
