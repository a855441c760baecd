//! `policy/sla.yaml` to SLA policies.

use std::collections::{BTreeMap, HashSet};

use super::item::Item;
use super::notes::{Notes, suggest};
use super::{Mention, MentionKind, Parsed};
use crate::domain::policy::sla::{STOCK_WARN, SlaPolicy, Target, TargetValue};
use crate::domain::query::render_piece;
use crate::domain::ticket::{Priority, State};
use crate::format::settings::duration;

const KEYS: [&str; 6] = ["name", "when", "calendar", "warn", "targets", "pauses"];

/// Reads the policies, in the order of the file. One whose name or `when` cannot be read is left out; of the others
/// only what is wrong is.
pub fn parse(bytes: &[u8]) -> Parsed<SlaPolicy> {
    super::read(bytes, |notes, root| {
        let mut names = HashSet::new();
        let mut fallback = None;
        let mut policies = Vec::new();
        for item in notes.mappings(root, "SLA policies") {
            let Some(policy) = policy(notes, item, &mut names) else { continue };
            if policy.when.is_none() {
                one_fallback(notes, item, &policy.name, &mut fallback);
            }
            policies.push(policy);
        }
        policies
    })
}

fn policy(notes: &mut Notes, item: Item<'_>, names: &mut HashSet<String>) -> Option<SlaPolicy> {
    notes.unknown_keys(item, "an SLA policy", &KEYS);
    let name = notes.name(item, "policy", names);
    let when = notes.when(item);
    let mut policy = SlaPolicy::named(name.clone().unwrap_or_default());
    if let Some(calendar) = item.get("calendar") {
        policy.calendar =
            notes.text(calendar, "calendar").inspect(|name| notes.mention(MentionKind::Calendar, calendar, name));
    }
    policy.warn = item.get("warn").and_then(|value| warn(notes, value)).unwrap_or(STOCK_WARN);
    match item.get("targets") {
        Some(value) => policy.targets = targets(notes, value),
        None => notes.warn_key(
            item,
            "an SLA policy without 'targets' promises nothing",
            "add `targets: {first-response: {normal: 4h}}`",
        ),
    }
    policy.pauses = item.get("pauses").map(|value| pauses(notes, value)).unwrap_or_default();
    if policy.calendar.is_none() && item.get("calendar").is_none() && policy.uses_business_time() {
        let (line, column) = item.get("targets").unwrap_or(item).key_place();
        notes.mentions.push(Mention { kind: MentionKind::OwnCalendar, text: String::new(), line, column });
    }
    let (_, when) = (name?, when?);
    Some(SlaPolicy { when, ..policy })
}

/// A second policy without a `when` is never asked.
fn one_fallback(notes: &mut Notes, item: Item<'_>, name: &str, first: &mut Option<String>) {
    match first {
        Some(first) => {
            let message = format!(
                "'{}' has no 'when' and comes after '{}', which has none either",
                render_piece(name),
                render_piece(first)
            );
            notes.warn_key(item.get("name").unwrap_or(item), message, "it is never used: give it a 'when'");
        }
        None => *first = Some(name.to_owned()),
    }
}

/// `80%` or 80.
fn warn(notes: &mut Notes, item: Item<'_>) -> Option<u8> {
    let text = notes.text(item, "warn")?;
    let number = text.strip_suffix('%').unwrap_or(&text).trim_end();
    let percent = number.parse().ok().filter(|percent| (1..=100).contains(percent));
    if percent.is_none() {
        notes.wrong(
            item,
            format!("'warn' wants a share of the time, not '{}'", render_piece(&text)),
            "it reads 80%, from 1% to 100%",
        );
    }
    percent
}

fn target(notes: &mut Notes, name: &str, item: Item<'_>) -> Option<Target> {
    let found = Target::find(name);
    if found.is_none() {
        notes.wrong_key(
            item,
            format!("'{}' is no target", render_piece(name)),
            suggest(name, &Target::ALL.map(Target::name)),
        );
    }
    found
}

fn targets(notes: &mut Notes, item: Item<'_>) -> BTreeMap<Target, BTreeMap<Priority, TargetValue>> {
    let mut targets = BTreeMap::new();
    for (name, values) in notes.entries(item, "'targets' wants a mapping of target to {priority: time}") {
        let target = target(notes, name, values);
        let mut times = BTreeMap::new();
        for (priority, value) in notes.entries(values, &format!("'{}' wants {{normal: 4h}}", render_piece(name))) {
            let time = time(notes, value);
            match Priority::find(priority) {
                Some(priority) => times.extend(time.map(|time| (priority, time))),
                None => {
                    let hint = suggest(priority, &Priority::ALL.map(Priority::name));
                    notes.wrong_key(value, format!("'{}' is no priority", render_piece(priority)), hint);
                }
            }
        }
        targets.extend(target.map(|target| (target, times)));
    }
    targets
}

/// `4h` of business time, `24h clock`.
fn time(notes: &mut Notes, item: Item<'_>) -> Option<TargetValue> {
    let text = notes.text(item, "a target")?;
    let (length, is_clock) = match text.trim().strip_suffix("clock") {
        Some(length) if length.ends_with(' ') => (length.trim_end(), true),
        _ => (text.trim(), false),
    };
    match duration(length).map(|length| length.as_secs()) {
        Some(seconds) if seconds > 0 => {
            Some(if is_clock { TargetValue::Clock(seconds) } else { TargetValue::Business(seconds) })
        }
        Some(_) => {
            notes.wrong(
                item,
                format!("'{}' leaves no time at all", render_piece(&text)),
                "leave the priority out to promise nothing",
            );
            None
        }
        None => {
            let hint = "it reads 30m, 4h or 2d in business time, 24h clock in clock time";
            notes.wrong(item, format!("'{}' is no time", render_piece(&text)), hint);
            None
        }
    }
}

fn pauses(notes: &mut Notes, item: Item<'_>) -> BTreeMap<Target, Vec<State>> {
    let mut pauses = BTreeMap::new();
    for (name, states) in notes.entries(item, "'pauses' wants a mapping of target to a list of states") {
        let target = target(notes, name, states);
        let words = notes.texts(states, name);
        let found: Vec<State> = words.into_iter().filter_map(|(word, item)| state(notes, &word, item)).collect();
        pauses.extend(target.map(|target| (target, found)));
    }
    pauses
}

fn state(notes: &mut Notes, word: &str, item: Item<'_>) -> Option<State> {
    let found = State::find(word);
    if found.is_none() {
        let hint = match word {
            "on-hold" => "the state of the status on-hold is hold".to_owned(),
            "new" => "the state of the status new is open".to_owned(),
            _ => suggest(word, &State::ALL.map(State::name)),
        };
        notes.wrong(item, format!("'{}' is no state", render_piece(word)), hint);
    }
    found
}
