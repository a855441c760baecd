//! The settings and what lies in `policy/`.

use super::people::unknown_agent;
use super::secrets::{self, Whose};
use super::{Checking, as_warning, meant, of_fault};
use crate::desk::report::Of;
use crate::domain::finding::Finding;
use crate::domain::query::{self, Context, Me};
use crate::domain::settings::{MailRoute, Settings};
use crate::domain::view::COLUMNS;
use crate::failure::{Failure, Result};
use crate::format::places::Places;
use crate::format::policy::{self, Mention, MentionKind};
use crate::format::{layout, settings, views};
use crate::report::By;
use crate::search::parse_sort;
use crate::transport::Route;
use crate::transport::imap::Place;

/// What is wrong with a file, and what it mentions.
type Parts = (Vec<policy::Finding>, Vec<Mention>);

pub fn check(checking: &Checking<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut file = |path: &str, read: &dyn Fn(&[u8]) -> Parts| -> Result<()> {
        let Some(bytes) = checking.snapshot.file(path)? else { return Ok(()) };
        let (faults, mentions) = read(&bytes);
        found.extend(faults_of(path, &faults));
        found.extend(mentions_of(checking, path, &mentions)?);
        found.extend(secrets::check(path, std::str::from_utf8(&bytes).unwrap_or_default(), Whose::Desk));
        Ok(())
    };
    file(layout::SETTINGS, &|_| (Vec::new(), Vec::new()))?;
    file(layout::VIEWS, &|bytes| parts(views::parse_all(bytes)))?;
    file(layout::CALENDARS, &|bytes| parts(policy::calendars::parse(bytes, &checking.world.settings.timezone)))?;
    file(layout::SLA, &|bytes| parts(policy::sla::parse(bytes)))?;
    file(layout::RULES, &|bytes| parts(policy::rules::parse(bytes)))?;
    file(layout::DASHBOARDS, &|bytes| parts(policy::dashboards::parse(bytes)))?;
    let bytes = checking.snapshot.file(layout::SETTINGS)?.unwrap_or_default();
    for (key, place) in settings::unknown_keys(&bytes) {
        let said = format!("'{}' is no setting", key.escape_debug());
        let hint = meant(&key, settings::KEYS.into_iter());
        found.push(Finding::new("key-unknown", layout::SETTINGS, place, said).maybe_hint(hint));
    }
    found.extend(mail_servers(&bytes, &checking.world.settings));
    Ok(found)
}

/// The URLs of mail servers that say nothing, or too much.
fn mail_servers(bytes: &[u8], settings: &Settings) -> Vec<Finding> {
    let mail = &settings.mail;
    let smtp = match &mail.route {
        Some(MailRoute::Smtp(url)) => Route::parse_smtp(url).err().map(|said| ("smtp", said)),
        _ => None,
    };
    let imap = mail.imap.as_deref().and_then(|url| Place::parse(url).err()).map(|said| ("imap", said));
    let places = Places::parse(std::str::from_utf8(bytes).unwrap_or_default());
    let finding = |(key, said): (&str, String)| {
        Finding::new("policy", layout::SETTINGS, places.value(&["mail", key]), format!("mail.{key}: {said}"))
    };
    smtp.into_iter().chain(imap).map(finding).collect()
}

fn parts<T>(parsed: policy::Parsed<T>) -> Parts {
    (parsed.faults, parsed.mentions)
}

/// What is wrong with a file, as findings.
pub fn faults_of(path: &str, faults: &[policy::Finding]) -> Vec<Finding> {
    let finding = |one: &policy::Finding| match one.warning {
        true => of_fault("key-unknown", path, &one.fault),
        false => of_fault("policy", path, &one.fault),
    };
    faults.iter().map(finding).collect()
}

/// What a file mentions and the desk does not have.
pub fn mentions_of(checking: &Checking<'_>, path: &str, mentions: &[Mention]) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for mention in mentions {
        match mention.kind {
            MentionKind::IcsFile => found.extend(holidays(checking, path, mention)?),
            _ => found.extend(mentioned(checking, path, mention)),
        }
    }
    Ok(found)
}

fn mentioned(checking: &Checking<'_>, path: &str, mention: &Mention) -> Option<Finding> {
    let world = checking.world;
    let place = (mention.line, mention.column);
    let text = mention.text.as_str();
    let absent = |code: &str, what: &str, known: &mut dyn Iterator<Item = &str>| {
        let names: Vec<&str> = known.collect();
        let said = format!("there is no {what} '{}'", text.escape_debug());
        let hint = meant(text, names.iter().copied());
        (!names.contains(&text)).then(|| Finding::new(code, path, place, said).maybe_hint(hint))
    };
    match mention.kind {
        MentionKind::Calendar => absent("reference", "calendar", &mut world.calendars.iter().map(String::as_str)),
        MentionKind::Pattern => absent("reference", "pattern", &mut world.patterns.iter().map(String::as_str)),
        MentionKind::Team => absent("team-unknown", "team", &mut world.teams.iter().map(String::as_str)),
        MentionKind::Agent => (!world.handles.contains(text)).then(|| unknown_agent(checking, path, place, text)),
        MentionKind::Query => query_fault(checking, path, place, text),
        MentionKind::Status => {
            absent("reference", "status", &mut world.settings.statuses.iter().map(|(name, _)| name.as_str()))
        }
        MentionKind::Type => absent("reference", "type", &mut world.settings.types.iter().map(String::as_str)),
        MentionKind::Channel => absent("reference", "channel", &mut world.settings.channels.iter().map(String::as_str)),
        MentionKind::Field => absent("reference", "field", &mut world.settings.fields.keys().map(String::as_str)),
        MentionKind::Sort => parse_sort(text).err().map(|trouble| {
            let hint = trouble.downcast_ref::<Failure>().and_then(|failure| failure.hints.first().cloned());
            Finding::new("policy", path, place, trouble.to_string()).maybe_hint(hint)
        }),
        MentionKind::Column => match text.strip_prefix("field.") {
            Some(name) => Some(name).filter(|name| !world.settings.fields.contains_key(*name)).map(|name| {
                Finding::new("reference", path, place, format!("there is no field '{}'", name.escape_debug()))
            }),
            None if COLUMNS.contains(&text.replace('_', "-").as_str()) || text == "fields" => None,
            None => absent("policy", "column", &mut COLUMNS.into_iter()),
        },
        MentionKind::Report => absent("policy", "report", &mut Of::names()),
        MentionKind::Grouping => absent("policy", "grouping", &mut By::ALL.into_iter().map(By::name)),
        MentionKind::Dashboard => Of::find(text).map(|_| {
            let said = format!("there is a report '{text}', so that nobody can ask for this dashboard");
            Finding::new("policy", path, place, said).hint("give it another name")
        }),
        MentionKind::OwnCalendar => {
            let said = "business time without a 'calendar' here or in loket.yaml is clock time";
            let finding = || Finding::new("policy", path, place, said.to_owned());
            let hint = "add `calendar: NAME`, or write `4h clock`";
            world.settings.calendar.is_none().then(|| as_warning(finding().hint(hint)))
        }
        MentionKind::Skill | MentionKind::IcsFile => None,
    }
}

/// What is wrong with a query at a place.
pub fn query_fault(checking: &Checking<'_>, path: &str, (line, column): (usize, usize), text: &str) -> Option<Finding> {
    let world = checking.world;
    let find = |name: &str| world.views.iter().find(|(view, _)| view == name).map(|(_, query)| query.clone());
    let names: Vec<String> = world.views.iter().map(|(name, _)| name.clone()).collect();
    let (settings, now) = (&world.settings, checking.here.now);
    let context = Context {
        settings,
        now,
        me: Me::Nobody,
        handles: &[],
        teams: &[],
        orgs: &[],
        view: &find,
        views: &names,
        timeless: path == layout::SLA,
    };
    let wrong = query::parse(text, &context).err()?;
    let column = column + wrong.column.saturating_sub(1);
    Some(Finding::new("query", path, (line, column), wrong.message).maybe_hint(wrong.hint))
}

/// A file of holidays: whether it is there, and what is wrong in it.
fn holidays(checking: &Checking<'_>, path: &str, mention: &Mention) -> Result<Vec<Finding>> {
    let own = format!("policy/{}", mention.text);
    let place = (mention.line, mention.column);
    let Some(bytes) = checking.snapshot.file(&own)? else {
        let said = format!("there is no file {}", own.escape_debug());
        return Ok(vec![Finding::new("reference", path, place, said).hint("it is looked for beside this file")]);
    };
    Ok(faults_of(&own, &policy::ics::parse(&bytes).faults).into_iter().map(as_warning).collect())
}
