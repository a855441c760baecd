//! `sla`: clocks, policies, the arithmetic of business time, and what other policies would have done.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::policies::Policies;
use super::{Here, nearest};
use crate::domain::clock::Clock;
use crate::domain::id::TicketId;
use crate::domain::life::{Life, Name};
use crate::domain::policy::sla::{SlaPolicy, Target, TargetValue};
use crate::domain::query::Expr;
use crate::failure::{Failure, Result};
use crate::format::settings::duration;
use crate::search::{Level, Reader};
use crate::view::sla::{ClockView, DueView, Judged, PolicyView, ReplayView, SecondsView, SegmentView, SlaView};
use crate::workflow::calendar::Hours;
use crate::workflow::sla::{clocks, used};

impl Here {
    /// The clocks of a ticket, with every part of each.
    pub fn sla_show(&self, typed: &str) -> Result<SlaView> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let id = self.resolve(&snapshot, &settings, typed)?;
        let id = self.root(&snapshot, &id)?;
        super::mutate::open(&snapshot, &id)?;
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let policies = self.policies(&snapshot, &settings);
        let Some(life) = reader.life_of(&id)? else { return Ok(SlaView { policy: None, clocks: Vec::new() }) };
        let policy = life.policy.as_deref().and_then(|name| policies.find(name));
        let view = |clock: Clock| {
            let used = policy.map_or(0, |policy| used(&clock, &life, policies.terms(policy), self.now));
            clock_view(clock, used, self.now)
        };
        let clocks = policies.clocks(&life).into_iter().map(view).collect();
        Ok(SlaView { policy: policy.map(|policy| policy.name.clone()), clocks })
    }

    /// The policies in the order they are asked in.
    pub fn sla_list(&self) -> Result<Vec<PolicyView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let policies = self.policies(&snapshot, &settings);
        Ok(policies.list().map(policy_view).collect())
    }

    /// The instant at which so much business time of a calendar has passed since another.
    pub fn sla_add(&self, calendar: &str, start: &str, length: &str) -> Result<DueView> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let policies = self.policies(&snapshot, &settings);
        let hours = known_hours(&policies, calendar)?;
        let (start, _) = self.date(&settings, "START", start)?;
        let length = duration(length).ok_or_else(|| {
            Failure::usage(format!("'{}' is no duration", length.escape_debug())).hint("one reads 30m, 8h, 4d or 2w")
        })?;
        let due = hours.deadline(start, length.as_secs(), settings.deadline_at);
        let due = due.ok_or_else(|| {
            Failure::error(format!("calendar '{calendar}' does not open for so long within ten years"))
                .hint("`hours` in policy/calendars.yaml say when it is open")
        })?;
        Ok(DueView { due })
    }

    /// The seconds of business time between two instants.
    pub fn sla_between(&self, calendar: &str, start: &str, end: &str) -> Result<SecondsView> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let policies = self.policies(&snapshot, &settings);
        let hours = known_hours(&policies, calendar)?;
        let (start, _) = self.date(&settings, "START", start)?;
        let (end, _) = self.date(&settings, "END", end)?;
        Ok(SecondsView { seconds: hours.between(start, end) })
    }

    /// What the policies of a revision would have made of the real history: the clocks they judge otherwise.
    pub fn sla_replay(&self, revision: &str, since: Option<&str>) -> Result<Vec<ReplayView>> {
        let snapshot = self.snapshot()?;
        let settings = self.settings(&snapshot)?;
        let since = since.map(|text| Ok::<_, anyhow::Error>(self.date(&settings, "--since", text)?.0)).transpose()?;
        let (commit, _) = self.past(revision)?;
        let there = self.desk.at_commit(commit)?;
        let their_settings = self.settings(&there)?;
        let (ours, theirs) = (self.policies(&snapshot, &settings), self.policies(&there, &their_settings));
        let reader = self.reader(&snapshot, &settings, Level::Timeline)?;
        let chosen = chosen(&reader, &theirs)?;
        let mut rows = Vec::new();
        let concerned = |life: &Life| {
            let recent = life.steps.iter().map(|step| step.at).max().unwrap_or(life.created);
            since.is_none_or(|since| recent >= since) || life.is_live()
        };
        for mut life in reader.lives(&concerned)? {
            let before = judged(&life, &ours, since, self.now);
            life.policy = chosen.get(&life.id).cloned();
            let after = judged(&life, &theirs, since, self.now);
            rows.extend(differences(&life, before, &after));
        }
        Ok(rows)
    }
}

fn clock_view(clock: Clock, used: i64, now: Timestamp) -> ClockView {
    let segment = |segment: &crate::domain::clock::Segment| SegmentView {
        from: segment.from,
        to: segment.to,
        paused: segment.paused,
    };
    ClockView {
        target: clock.target.name(),
        round: clock.round,
        start: clock.start,
        stop: clock.stop,
        due: clock.due,
        used,
        state: clock.state(now),
        segments: clock.segments.iter().map(segment).collect(),
    }
}

fn policy_view(policy: &SlaPolicy) -> PolicyView {
    let value = |value: &TargetValue| match value {
        TargetValue::Business(seconds) => serde_json::json!({"seconds": seconds, "clock": false}),
        TargetValue::Clock(seconds) => serde_json::json!({"seconds": seconds, "clock": true}),
    };
    let mut targets = serde_json::Map::new();
    for (target, values) in &policy.targets {
        let by_priority: serde_json::Map<String, serde_json::Value> =
            values.iter().map(|(priority, time)| (priority.name().to_owned(), value(time))).collect();
        targets.insert(target.name().to_owned(), by_priority.into());
    }
    PolicyView {
        name: policy.name.clone(),
        when: policy.when.clone(),
        calendar: policy.calendar.clone(),
        warn: policy.warn,
        targets: targets.into(),
    }
}

/// A calendar by its name, or which there are.
fn known_hours<'p>(policies: &'p Policies<'_>, calendar: &str) -> Result<&'p Hours> {
    policies.hours(calendar).ok_or_else(|| {
        let names = policies.calendars();
        let near = nearest(calendar, names.iter().copied()).map(|near| format!("did you mean '{near}'?"));
        let failure = Failure::not_found(format!("there is no calendar '{}'", calendar.escape_debug()));
        let hint = match names.is_empty() {
            true => "calendars are declared in policy/calendars.yaml".to_owned(),
            false => format!("the calendars are {}", names.join(", ")),
        };
        failure.maybe_hint(near).hint(hint).into()
    })
}

/// The policy each ticket falls under, as the queries of the policies find it.
fn chosen(reader: &Reader<'_>, policies: &Policies<'_>) -> Result<HashMap<TicketId, Name>> {
    let mut chosen = HashMap::new();
    let fallback = policies.queries().find(|(_, when)| when.is_none()).map(|(policy, _)| policy);
    let all = Expr::all();
    let queries = policies.queries().filter_map(|(policy, when)| Some((policy, when?)));
    for (policy, when) in queries.chain(fallback.map(|policy| (policy, &all))) {
        let name = Name::from(policy.name.as_str());
        for id in reader.ids(when, &[], None)? {
            chosen.entry(id).or_insert_with(|| name.clone());
        }
    }
    Ok(chosen)
}

/// How each clock of a ticket stands that ran at or after an instant.
fn judged(
    life: &Life,
    policies: &Policies<'_>,
    since: Option<Timestamp>,
    now: Timestamp,
) -> BTreeMap<(Target, u32), Judged> {
    let Some(policy) = life.policy.as_deref().and_then(|name| policies.find(name)) else { return BTreeMap::new() };
    let ran = |clock: &Clock| since.is_none_or(|since| clock.stop.is_none_or(|stop| stop >= since));
    let found = clocks(life, policies.terms(policy)).into_iter().filter(ran);
    found
        .map(|clock| {
            let judged = Judged { policy: policy.name.clone(), due: clock.due, state: clock.state(now) };
            ((clock.target, clock.round), judged)
        })
        .collect()
}

fn differences(
    life: &Life,
    mut before: BTreeMap<(Target, u32), Judged>,
    after: &BTreeMap<(Target, u32), Judged>,
) -> Vec<ReplayView> {
    let keys: std::collections::BTreeSet<(Target, u32)> = before.keys().chain(after.keys()).copied().collect();
    let row = |(target, round): (Target, u32)| {
        let (is, would_be) = (before.remove(&(target, round)), after.get(&(target, round)).cloned());
        let same = is.as_ref().map(|one| one.state) == would_be.as_ref().map(|one| one.state);
        (!same).then(|| ReplayView { ticket: life.id.to_string(), target: target.name(), round, is, would_be })
    };
    keys.into_iter().filter_map(row).collect()
}
