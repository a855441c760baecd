//! The policies of a desk as they stand at a snapshot: SLA, calendars.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::Here;
use crate::domain::clock::{Clock, Derived, Promise};
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::life::{Life, Name};
use crate::domain::policy::calendar::Calendar;
use crate::domain::policy::sla::SlaPolicy;
use crate::domain::query::{self, Context, Expr, Field, Me, Test, matches};
use crate::domain::settings::Settings;
use crate::failure::Result;
use crate::format::{layout, policy};
use crate::search::{Derive, Words};
use crate::store::Snapshot;
use crate::workflow::calendar::Hours;
use crate::workflow::life::life;
use crate::workflow::sla::{self, Terms};
use crate::workflow::time::Subject;

/// The policies, read when they are first needed. What cannot be read is told once and left out.
pub struct Policies<'a> {
    here: &'a Here,
    snapshot: &'a Snapshot<'a>,
    settings: &'a Settings,
    loaded: OnceCell<Loaded>,
}

/// An SLA policy with its query read.
struct Policy {
    sla: SlaPolicy,
    when: Option<Expr>,
}

#[derive(Default)]
struct Loaded {
    policies: Vec<Policy>,
    calendars: BTreeMap<String, Hours>,
}

impl Here {
    /// The policies at a snapshot.
    pub fn policies<'a>(&'a self, snapshot: &'a Snapshot<'a>, settings: &'a Settings) -> Policies<'a> {
        Policies { here: self, snapshot, settings, loaded: OnceCell::new() }
    }
}

impl<'a> Policies<'a> {
    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| {
            self.load().unwrap_or_else(|trouble| {
                self.here.progress.note(&format!("the policies cannot be read: {trouble:#}"));
                Loaded::default()
            })
        })
    }

    fn load(&self) -> Result<Loaded> {
        let calendars = self.read_calendars()?;
        let bytes = self.snapshot.file(layout::SLA)?.unwrap_or_default();
        let parsed = policy::sla::parse(&bytes);
        self.tell(layout::SLA, &parsed.faults);
        let mut policies = Vec::new();
        for sla in parsed.values {
            match self.read_policy(sla, &calendars) {
                Ok(policy) => policies.push(policy),
                Err(said) => self.here.progress.note(&format!("{}: {said}; the policy is left out", layout::SLA)),
            }
        }
        Ok(Loaded { policies, calendars })
    }

    fn read_policy(&self, sla: SlaPolicy, calendars: &BTreeMap<String, Hours>) -> Result<Policy, String> {
        if let Some(calendar) = sla.calendar.as_ref().filter(|name| !calendars.contains_key(*name)) {
            return Err(format!("policy '{}': there is no calendar '{}'", sla.name, calendar.escape_debug()));
        }
        let read = |text: &str| {
            let views = self.here.views(self.snapshot).unwrap_or_default();
            timeless(self.settings, self.here.now, &views, text)
                .map_err(|wrong| format!("policy '{}': when: {}", sla.name, wrong.message))
        };
        let when = sla.when.as_deref().map(read).transpose()?;
        Ok(Policy { sla, when })
    }

    fn read_calendars(&self) -> Result<BTreeMap<String, Hours>> {
        let bytes = self.snapshot.file(layout::CALENDARS)?.unwrap_or_default();
        let parsed = policy::calendars::parse(&bytes, &self.settings.timezone);
        self.tell(layout::CALENDARS, &parsed.faults);
        let mut calendars = BTreeMap::new();
        for mut calendar in parsed.values {
            self.add_holidays(&mut calendar)?;
            calendars.insert(calendar.name.clone(), Hours::of(&calendar));
        }
        Ok(calendars)
    }

    fn add_holidays(&self, calendar: &mut Calendar) -> Result<()> {
        for name in calendar.holiday_files.clone() {
            let path = format!("policy/{name}");
            match self.snapshot.file(&path)? {
                Some(bytes) => {
                    let days = policy::ics::parse(&bytes);
                    self.tell(&path, &days.faults);
                    calendar.holidays.dates.extend(days.values);
                }
                None => self.here.progress.note(&format!(
                    "{}: there is no file {}; its holidays are missing",
                    layout::CALENDARS,
                    path.escape_debug()
                )),
            }
        }
        Ok(())
    }

    fn tell(&self, path: &str, faults: &[policy::Finding]) {
        for fault in faults.iter().filter(|finding| !finding.warning).map(|finding| &finding.fault) {
            self.here.progress.note(&format!("{path}:{}:{}: {}", fault.line, fault.column, fault.message));
        }
    }

    /// The business hours of a calendar.
    pub fn hours(&self, calendar: &str) -> Option<&Hours> {
        self.loaded().calendars.get(calendar)
    }

    /// The names of the calendars.
    pub fn calendars(&self) -> Vec<&str> {
        self.loaded().calendars.keys().map(String::as_str).collect()
    }

    /// The SLA policies in the order they are asked in.
    pub fn list(&self) -> impl Iterator<Item = &SlaPolicy> {
        self.loaded().policies.iter().map(|policy| &policy.sla)
    }

    /// The queries of the policies that have one, in the order they are asked in.
    pub fn queries(&self) -> impl Iterator<Item = (&SlaPolicy, Option<&Expr>)> {
        self.loaded().policies.iter().map(|policy| (&policy.sla, policy.when.as_ref()))
    }

    pub fn find(&self, name: &str) -> Option<&SlaPolicy> {
        self.list().find(|policy| policy.name == name)
    }

    /// What a policy's time is counted by.
    pub fn terms<'p>(&'p self, policy: &'p SlaPolicy) -> Terms<'p> {
        self.promises().terms(policy)
    }

    /// What clocks and business time of a life are worked out from, for several threads at once.
    pub fn promises(&self) -> Promises<'_> {
        let Loaded { policies, calendars } = self.loaded();
        Promises { policies, calendars, settings: self.settings }
    }

    /// The first policy that fits a ticket; one without a query where no other does.
    pub fn of(&self, facts: &Facts) -> Option<&SlaPolicy> {
        let words = Words { language: self.settings.language.clone() };
        let policies = &self.loaded().policies;
        let fits = |policy: &&Policy| policy.when.as_ref().is_some_and(|when| matches(when, facts, &words));
        let fallback = || policies.iter().find(|policy| policy.when.is_none());
        policies.iter().find(fits).or_else(fallback).map(|policy| &policy.sla)
    }

    /// The clocks of a ticket under the policy its life names.
    pub fn clocks(&self, life: &Life) -> Vec<Clock> {
        self.promises().clocks(life)
    }
}

/// The policies and calendars as plain data.
#[derive(Clone, Copy)]
pub struct Promises<'p> {
    policies: &'p [Policy],
    calendars: &'p BTreeMap<String, Hours>,
    settings: &'p Settings,
}

impl<'p> Promises<'p> {
    fn of(self, life: &Life) -> Option<&'p SlaPolicy> {
        let name = life.policy.as_deref()?;
        self.policies.iter().map(|policy| &policy.sla).find(|policy| policy.name == name)
    }

    /// The calendar of a policy, else of the desk, else none.
    fn hours(self, policy: Option<&SlaPolicy>) -> Option<&'p Hours> {
        let calendar = policy.and_then(|policy| policy.calendar.as_deref()).or(self.settings.calendar.as_deref());
        self.calendars.get(calendar?)
    }

    fn terms<'t>(self, policy: &'t SlaPolicy) -> Terms<'t>
    where
        'p: 't,
    {
        Terms { policy, hours: self.hours(Some(policy)), deadline_at: self.settings.deadline_at }
    }

    /// The hours of business time for a ticket.
    pub fn hours_of(self, life: &Life) -> Option<&'p Hours> {
        self.hours(self.of(life))
    }

    /// The clocks of a ticket under the policy its life names.
    pub fn clocks(self, life: &Life) -> Vec<Clock> {
        self.of(life).map(|policy| sla::clocks(life, self.terms(policy))).unwrap_or_default()
    }
}

/// Reads a query that means the same whatever the time is.
pub fn timeless(
    settings: &Settings,
    now: jiff::Timestamp,
    views: &[crate::domain::view::View],
    text: &str,
) -> Result<Expr, query::Wrong> {
    let names: Vec<String> = views.iter().map(|view| view.name.clone()).collect();
    let find = |name: &str| views.iter().find(|view| view.name == name).map(|view| view.query.clone());
    query::parse(
        text,
        &Context {
            settings,
            now,
            me: Me::Nobody,
            handles: &[],
            teams: &[],
            orgs: &[],
            view: &find,
            views: &names,
            timeless: true,
        },
    )
}

/// Whether a query asks for the requester's organisation.
pub fn names_org(expr: &Expr) -> bool {
    let mut found = false;
    expr.each_test(&mut |test| found |= matches!(test, Test::Field { field: Field::Org, .. }));
    found
}

impl Derive for Policies<'_> {
    fn fingerprint(&self) -> Result<String> {
        let folder = self.snapshot.folder("policy")?;
        let counts =
            |name: &str| matches!(name, "sla.yaml" | "calendars.yaml" | "views.yaml") || name.ends_with(".ics");
        let files = folder.iter().filter(|entry| counts(&entry.name));
        let files: Vec<String> = files.map(|entry| format!("{}={}", entry.name, entry.oid)).collect();
        let settings = self.settings;
        let zone = settings.timezone.iana_name().unwrap_or("UTC");
        let orgs = match self.snapshot.find(layout::ORGS)? {
            // Whether a policy names one is asked only where there are any.
            Some(entry) if self.wants_org() => entry.oid.to_string(),
            _ => String::new(),
        };
        Ok(format!(
            "{}; {zone}; {:?} {:?}; {:?} {:?}; {orgs}",
            files.join(","),
            settings.calendar,
            settings.deadline_at,
            settings.close_after,
            settings.reminders
        ))
    }

    fn wants_org(&self) -> bool {
        self.queries().any(|(_, when)| when.is_some_and(names_org))
    }

    fn derive(&self, facts: &Facts, events: &[Event]) -> Derived {
        let mut life = life(facts, events, self.settings);
        let policy = self.of(facts);
        life.policy = policy.map(|policy| Name::from(policy.name.as_str()));
        let clocks = policy.map(|policy| sla::clocks(&life, self.terms(policy))).unwrap_or_default();
        let promise = policy.map(|policy| Promise::of(&policy.name, &clocks));
        let subject = Subject { facts, life: &life, clocks: &clocks, events, settings: self.settings };
        let wakes = subject.pending().into_iter().map(|(at, _)| at).min();
        Derived { life, promise, wakes }
    }
}
