//! `policy/rules.yaml` to rules.

use std::collections::HashSet;

use super::item::Item;
use super::notes::{Notes, suggest};
use super::set::settings;
use super::{MentionKind, Parsed};
use crate::domain::policy::rule::{Action, Among, Assign, Event, Rule};
use crate::domain::query::render_piece;

const KEYS: [&str; 5] = ["name", "on", "when", "then", "stop"];

/// Reads the rules, in the order of the file. One whose name or `when` cannot be read, or that listens to nothing, is
/// left out; of the others only the events and actions that are wrong are.
pub fn parse(bytes: &[u8]) -> Parsed<Rule> {
    super::read(bytes, |notes, root| {
        let mut names = HashSet::new();
        let items = notes.mappings(root, "rules");
        items.into_iter().filter_map(|item| rule(notes, item, &mut names)).collect()
    })
}

fn rule(notes: &mut Notes, item: Item<'_>, names: &mut HashSet<String>) -> Option<Rule> {
    notes.unknown_keys(item, "a rule", &KEYS);
    let name = notes.name(item, "rule", names);
    let when = notes.when(item);
    let on = events(notes, item);
    let then = actions(notes, item);
    let stop = item.get("stop").is_some_and(|value| flag(notes, value));
    Some(Rule { name: name?, on: Some(on).filter(|on| !on.is_empty())?, when: when?, then, stop })
}

fn flag(notes: &mut Notes, item: Item<'_>) -> bool {
    item.as_bool().unwrap_or_else(|| {
        let said = item.text().unwrap_or_else(|| item.kind().to_owned());
        notes.wrong(item, format!("'stop' wants true or false, not '{}'", render_piece(&said)), "");
        false
    })
}

fn events(notes: &mut Notes, item: Item<'_>) -> Vec<Event> {
    let known = Event::ALL.map(Event::name);
    let Some(list) = item.get("on") else {
        notes.wrong(
            item,
            "a rule without 'on' never fires",
            format!("add `on: [created]`; events are {}", known.join(", ")),
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for (word, item) in notes.texts(list, "on") {
        match Event::find(&word) {
            Some(event) if found.contains(&event) => {}
            Some(event) => found.push(event),
            None => notes.wrong(item, format!("'{}' is no event", render_piece(&word)), suggest(&word, &known)),
        }
    }
    found
}

fn actions(notes: &mut Notes, item: Item<'_>) -> Vec<Action> {
    let Some(list) = item.get("then") else {
        let message = "a rule without 'then' does nothing";
        notes.warn_key(item, message, "add `then: [{note: …}]`");
        return Vec::new();
    };
    let items = list.items().unwrap_or_else(|| vec![list]);
    items.into_iter().flat_map(|item| action_of(notes, item)).collect()
}

/// An item of `then`: a mapping of action to what it wants; usually one.
fn action_of(notes: &mut Notes, item: Item<'_>) -> Vec<Action> {
    let entries = notes.entries(item, "an action is a mapping like {note: …}");
    entries.into_iter().filter_map(|(name, value)| action(notes, name, value)).collect()
}

fn action(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Action> {
    match name {
        "set" => Some(Action::Set(settings(notes, item))).filter(|action| *action != Action::Set(Vec::new())),
        "assign" => assign(notes, item).map(Action::Assign),
        "escalate" => escalate(notes, item),
        "note" => notes.text(item, "note").map(Action::Note),
        "reply" => {
            let slug = one_of(notes, item, "reply", "pattern")?;
            Some(Action::Reply(mention(notes, MentionKind::Pattern, slug)))
        }
        "webhook" => webhook(notes, item),
        "run" => run(notes, item),
        _ => {
            notes.wrong_key(item, format!("'{}' is no action", render_piece(name)), suggest(name, &Action::NAMES));
            None
        }
    }
}

/// A text, bare or below its one key.
fn one_of<'a>(notes: &mut Notes, item: Item<'a>, action: &str, key: &str) -> Option<(String, Item<'a>)> {
    if item.entries().is_none() {
        return Some((notes.text(item, action)?, item));
    }
    notes.unknown_keys(item, &format!("'{action}'"), &[key]);
    let Some(value) = item.get(key) else {
        notes.wrong_key(item, format!("'{action}' wants {{{key}: …}}"), "");
        return None;
    };
    Some((notes.text(value, key)?, value))
}

fn mention(notes: &mut Notes, kind: MentionKind, (text, item): (String, Item<'_>)) -> String {
    notes.mention(kind, item, text.clone());
    text
}

/// `{to: TEAM}`, `TEAM`, or nothing.
fn escalate(notes: &mut Notes, item: Item<'_>) -> Option<Action> {
    if item.is_null() || item.entries().is_some_and(|entries| entries.is_empty()) {
        return Some(Action::Escalate(None));
    }
    let team = one_of(notes, item, "escalate", "to")?;
    Some(Action::Escalate(Some(mention(notes, MentionKind::Team, team))))
}

fn webhook(notes: &mut Notes, item: Item<'_>) -> Option<Action> {
    let (url, item) = one_of(notes, item, "webhook", "url")?;
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(str::is_empty) || url.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        notes.wrong(
            item,
            format!("'{}' is no address of the web", render_piece(&url)),
            "it begins with https:// or http://",
        );
        return None;
    }
    Some(Action::Webhook(url))
}

/// A program with its arguments: a list, or a line as a shell would cut it.
fn run(notes: &mut Notes, item: Item<'_>) -> Option<Action> {
    let words = match item.items() {
        Some(_) => notes.texts(item, "run").into_iter().map(|(word, _)| word).collect(),
        None => {
            let line = notes.text(item, "run")?;
            shell_words::split(&line).unwrap_or_else(|_| {
                notes.wrong(
                    item,
                    format!("a quote does not close in '{}'", render_piece(&line)),
                    "or write a list of words",
                );
                Vec::new()
            })
        }
    };
    let mut words = words.into_iter();
    let program = words.next().filter(|program| !program.is_empty())?;
    Some(Action::Run { program, arguments: words.collect() })
}

/// `{strategy: least-loaded, team: TEAM, skills: [SKILL]}` or `{strategy: fixed, agent: HANDLE}`; the strategy alone
/// may stand bare.
fn assign(notes: &mut Notes, item: Item<'_>) -> Option<Assign> {
    if item.entries().is_some() {
        notes.unknown_keys(item, "'assign'", &["strategy", "team", "skills", "agent"]);
    }
    let among = among(notes, item);
    let agent = item.get("agent").and_then(|value| Some((notes.text(value, "agent")?, value)));
    let agent = agent.map(|agent| mention(notes, MentionKind::Agent, agent));
    let strategy = match (item.text(), item.get("strategy")) {
        (Some(_), _) => item,
        (None, Some(value)) => value,
        (None, None) => {
            notes.wrong_key(item, "'assign' wants a strategy", suggest("", &Assign::STRATEGIES));
            return None;
        }
    };
    let word = notes.text(strategy, "strategy")?;
    match (word.as_str(), agent) {
        ("round-robin", None) => Some(Assign::RoundRobin(among)),
        ("least-loaded", None) => Some(Assign::LeastLoaded(among)),
        ("skills", None) => Some(Assign::Skills(among)),
        ("fixed", Some(agent)) => Some(Assign::Fixed(agent)),
        ("fixed", None) => {
            notes.wrong(strategy, "'fixed' wants an 'agent'", "add `agent: HANDLE`");
            None
        }
        ("round-robin" | "least-loaded" | "skills", Some(agent)) => {
            let message = format!("'{word}' chooses by itself, and 'agent' is '{}'", render_piece(&agent));
            notes.wrong(strategy, message, "write `strategy: fixed`, or take 'agent' out");
            None
        }
        _ => {
            notes.wrong(
                strategy,
                format!("'{}' is no strategy", render_piece(&word)),
                suggest(&word, &Assign::STRATEGIES),
            );
            None
        }
    }
}

fn among(notes: &mut Notes, item: Item<'_>) -> Among {
    let team = item.get("team").and_then(|value| Some((notes.text(value, "team")?, value)));
    let team = team.map(|team| mention(notes, MentionKind::Team, team));
    let skills = item.get("skills").map(|value| notes.texts(value, "skills")).unwrap_or_default();
    Among { team, skills: skills.into_iter().map(|skill| mention(notes, MentionKind::Skill, skill)).collect() }
}
