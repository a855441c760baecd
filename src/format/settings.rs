//! `loket.yaml` to settings.

mod portal;

pub use portal::web_address;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_yaml::{Mapping, Value};

use super::frontmatter::{self, Fault};
use super::places::Places;
use super::reading::{kind, plain};
use crate::domain::policy::calendar::DeadlineAt;
use crate::domain::settings::{FieldRule, FieldType, FollowUp, MailRoute, MailSettings, Reminders, Settings};
use crate::domain::ticket::State;

/// All keys of the settings.
pub const KEYS: [&str; 16] = [
    "desk",
    "language",
    "languages",
    "timezone",
    "statuses",
    "types",
    "channels",
    "fields",
    "follow-up",
    "reopen-days",
    "close-after",
    "mail",
    "calendar",
    "deadline-at",
    "reminders",
    "portal",
];

/// All keys of `mail`.
const MAIL_KEYS: [&str; 11] = [
    "address",
    "aliases",
    "name",
    "authserv",
    "smtp",
    "sendmail",
    "imap",
    "password-command",
    "keep-raw",
    "acknowledge",
    "limits",
];

/// The keys that mean nothing, each with line and column.
pub fn unknown_keys(bytes: &[u8]) -> Vec<(String, (usize, usize))> {
    let Ok(Value::Mapping(mapping)) = frontmatter::parse_yaml(bytes) else { return Vec::new() };
    let places = Places::parse(std::str::from_utf8(bytes).unwrap_or_default());
    let unknown = |mapping: &Mapping, known: &[&str]| -> Vec<String> {
        mapping.iter().filter_map(|(key, _)| plain(key)).filter(|key| !known.contains(&key.as_str())).collect()
    };
    let mut found: Vec<_> =
        unknown(&mapping, &KEYS).into_iter().map(|key| (key.clone(), places.key(&[&key]))).collect();
    for (part, known) in [("mail", MAIL_KEYS.as_slice()), ("portal", portal::KEYS.as_slice())] {
        if let Some(Value::Mapping(inner)) = mapping.get(part) {
            let keys = unknown(inner, known).into_iter();
            found.extend(keys.map(|key| (format!("{part}.{key}"), places.key(&[part, &key]))));
        }
    }
    found
}

/// Reads `loket.yaml`; what it leaves out has its default.
pub fn parse(bytes: &[u8]) -> Result<Settings, Fault> {
    let value = frontmatter::parse_yaml(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let empty = Mapping::new();
    let mapping = match &value {
        Value::Mapping(mapping) => mapping,
        Value::Null => &empty,
        _ => return Err(fault(text, "", "the settings are a mapping of key to value")),
    };
    let mut settings = Settings::default();
    for (key, value) in mapping {
        let key = plain(key).unwrap_or_default();
        set(&mut settings, &key, value).map_err(|message| fault(text, &key, message))?;
    }
    if let Some(unknown) = settings.portal.types.iter().find(|kind| !settings.types.contains(kind)) {
        return Err(fault(text, "portal", format!("portal.types: '{unknown}' is none of the desk's types")));
    }
    if !settings.languages.contains(&settings.language) {
        settings.languages.insert(0, settings.language.clone());
    }
    Ok(settings)
}

fn set(settings: &mut Settings, key: &str, value: &Value) -> Result<(), String> {
    let text = || plain(value).ok_or_else(|| format!("'{key}' wants a text, not {}", kind(value)));
    match key {
        "desk" => settings.desk = text()?,
        "language" => settings.language = text()?,
        "languages" => settings.languages = list(key, value)?,
        "timezone" => {
            let name = text()?;
            let zone = jiff::tz::TimeZone::get(&name);
            settings.timezone =
                zone.map_err(|_| format!("'{name}' is no time zone; one is called like Europe/Amsterdam"))?;
        }
        "statuses" => add_statuses(settings, value)?,
        "types" => settings.types = list(key, value)?,
        "channels" => settings.channels = list(key, value)?,
        "fields" => settings.fields = fields(value)?,
        "follow-up" => {
            settings.follow_up = match text()?.as_str() {
                "reopen" => FollowUp::Reopen,
                "new-ticket" => FollowUp::NewTicket,
                "reject" => FollowUp::Reject,
                other => return Err(format!("'follow-up' is reopen, new-ticket or reject, not '{other}'")),
            }
        }
        "reopen-days" => {
            let days = value.as_u64().and_then(|days| u32::try_from(days).ok());
            settings.reopen_days = days.ok_or("'reopen-days' wants a number of days")?;
        }
        "close-after" => {
            let after = text()?;
            settings.close_after =
                duration(&after).ok_or_else(|| format!("'{after}' is no duration; one reads 30m, 8h, 4d or 2w"))?;
        }
        "calendar" => settings.calendar = Some(text()?),
        "deadline-at" => {
            let at = text()?;
            settings.deadline_at =
                DeadlineAt::find(&at).ok_or_else(|| format!("'deadline-at' is close or next-open, not '{at}'"))?;
        }
        "reminders" => settings.reminders = reminders(value)?,
        "mail" => settings.mail = mail(value)?,
        "portal" => settings.portal = portal::parse(value)?,
        // Other keys belong to other parts of loket, or to nobody: they do no harm here.
        _ => {}
    }
    Ok(())
}

fn reminders(value: &Value) -> Result<Option<Reminders>, String> {
    let Value::Mapping(mapping) = value else {
        return if value.is_null() {
            Ok(None)
        } else {
            Err(format!("'reminders' wants a mapping, not {}", kind(value)))
        };
    };
    let mut reminders = Reminders { after: SignedDuration::from_hours(72), times: 2, pattern: String::new() };
    for (key, value) in mapping {
        match (plain(key).unwrap_or_default().as_str(), plain(value)) {
            ("after", Some(text)) => {
                let after = duration(&text).filter(|after| after.is_positive());
                reminders.after =
                    after.ok_or_else(|| format!("'{text}' is no duration; one reads 30m, 8h, 4d or 2w"))?;
            }
            ("times", Some(text)) => {
                let times = text.parse().ok().filter(|times| (1..=20).contains(times));
                reminders.times = times.ok_or("'reminders.times' wants a number from 1 to 20")?;
            }
            ("pattern", Some(slug)) => reminders.pattern = slug,
            (key, _) => return Err(format!("'reminders.{key}' means nothing; the keys are after, times, pattern")),
        }
    }
    if reminders.pattern.is_empty() {
        return Err("'reminders' wants a pattern to make them from".into());
    }
    Ok(Some(reminders))
}

fn mail(value: &Value) -> Result<MailSettings, String> {
    let mut mail = MailSettings::default();
    let Value::Mapping(mapping) = value else {
        return if value.is_null() { Ok(mail) } else { Err(format!("'mail' wants a mapping, not {}", kind(value))) };
    };
    let (mut smtp, mut sendmail) = (None, None);
    for (key, value) in mapping {
        let key = plain(key).unwrap_or_default();
        let text = || plain(value).ok_or_else(|| format!("'mail.{key}' wants a text, not {}", kind(value)));
        let flag = || value.as_bool().ok_or_else(|| format!("'mail.{key}' wants true or false"));
        match key.as_str() {
            "address" => mail.address = Some(text()?.to_lowercase()),
            "aliases" => mail.aliases = list("mail.aliases", value)?.iter().map(|one| one.to_lowercase()).collect(),
            "name" => mail.name = Some(text()?),
            "authserv" => mail.authserv = Some(text()?),
            "smtp" => smtp = Some(text()?),
            "sendmail" => sendmail = Some(text()?),
            "imap" => mail.imap = Some(text()?),
            "password-command" => mail.password_command = Some(text()?),
            "keep-raw" => mail.keep_raw = flag()?,
            "acknowledge" => mail.acknowledge = flag()?,
            "limits" => mail.limits = limits("mail.limits", value)?,
            // Another version's, or a slip that `check` tells of.
            _ => {}
        }
    }
    mail.route = match (smtp, sendmail) {
        (Some(_), Some(_)) => return Err("'mail' has both smtp and sendmail; one of them is the way out".into()),
        (Some(url), None) => Some(MailRoute::Smtp(url)),
        (None, Some(command)) => Some(MailRoute::Sendmail(command)),
        (None, None) => None,
    };
    Ok(mail)
}

/// `{10m: 10, 1h: 25}`: at most so many within a time.
pub(super) fn limits<T: TryFrom<u64>>(key: &str, value: &Value) -> Result<Vec<(SignedDuration, T)>, String> {
    let wrong = || format!("'{key}' wants a mapping of time to number, like {{10m: 10, 1h: 25}}");
    let pair = |(time, most): (&Value, &Value)| {
        let time = plain(time).and_then(|text| duration(&text)).filter(|time| time.is_positive());
        let most = most.as_u64().and_then(|most| T::try_from(most).ok());
        Ok((time.ok_or_else(wrong)?, most.ok_or_else(wrong)?))
    };
    value.as_mapping().ok_or_else(wrong)?.iter().map(pair).collect()
}

pub(super) fn list(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let items = value.as_sequence().map(|items| items.iter().map(plain).collect::<Option<Vec<_>>>());
    items.flatten().ok_or_else(|| format!("'{key}' wants a list of texts"))
}

fn add_statuses(settings: &mut Settings, value: &Value) -> Result<(), String> {
    let Value::Mapping(mapping) = value else { return Err("'statuses' wants a mapping of name to state".into()) };
    for (name, state) in mapping {
        let name = plain(name).ok_or("the name of a status is a text")?;
        let word = plain(state).unwrap_or_default();
        let states = State::ALL.map(State::name).join(", ");
        let state =
            State::find(&word).ok_or_else(|| format!("'{word}' is no state for '{name}'; the states are {states}"))?;
        match settings.statuses.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = state,
            None => settings.statuses.push((name, state)),
        }
    }
    Ok(())
}

fn fields(value: &Value) -> Result<BTreeMap<String, FieldRule>, String> {
    let Value::Mapping(mapping) = value else { return Err("'fields' wants a mapping of name to {type: …}".into()) };
    let mut fields = BTreeMap::new();
    for (name, rule) in mapping {
        let name = plain(name).ok_or("the name of a field is a text")?;
        let values = rule.get("values").map_or(Ok(Vec::new()), |value| list("values", value))?;
        let kind = match rule.get("type").and_then(plain).as_deref() {
            Some("text") | None => FieldType::Text,
            Some("number") => FieldType::Number,
            Some("date") => FieldType::Date,
            Some("bool") => FieldType::Bool,
            Some("enum") if !values.is_empty() => FieldType::Enum(values),
            Some("enum") => return Err(format!("field '{name}' is an enum without 'values'")),
            Some(other) => {
                return Err(format!(
                    "'{other}' is no type for field '{name}'; types are text, number, date, bool, enum"
                ));
            }
        };
        let required_on = rule.get("required-on").map_or(Ok(Vec::new()), |value| list("required-on", value))?;
        let public = rule.get("public").map_or(Ok(false), |value| {
            value.as_bool().ok_or_else(|| format!("field '{name}': 'public' wants true or false"))
        })?;
        fields.insert(name, FieldRule { kind, required_on, public });
    }
    Ok(fields)
}

/// `30s 30m 8h 4d 2w`
pub fn duration(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().last()?;
    let count: i64 = text.strip_suffix(unit)?.parse().ok().filter(|count| (0..=1_000_000).contains(count))?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    Some(SignedDuration::from_secs(count * seconds))
}

/// A fault at the line of a top-level key.
pub(super) fn fault(text: &str, key: &str, message: impl Into<String>) -> Fault {
    let place =
        text.lines().position(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')));
    Fault { line: place.unwrap_or(0) + 1, column: 1, message: message.into(), hint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_designs_example_is_read() {
        let text = b"desk: Acme\nlanguage: en\nlanguages: [en, nl]\ntimezone: Europe/Amsterdam\nstatuses: {parked: hold}\n\
            fields: {product: {type: enum, values: [portal, app], required-on: [solve]}}\nfollow-up: reopen\nclose-after: 4d\n";
        let settings = parse(text).unwrap();
        assert_eq!(settings.state("parked"), Some(State::Hold));
        assert_eq!(settings.fields["product"].required_on, ["solve"]);
        assert_eq!(settings.close_after, SignedDuration::from_hours(96));
    }

    #[test]
    fn a_wrong_value_is_told_with_its_line() {
        for (text, line) in [
            ("desk: A\ntimezone: Mars/Base\n", 2),
            ("a: 1\n\nstatuses: {x: y}\n", 3),
            ("fields: {a: {type: enum}}\n", 1),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().line, line, "{text}");
        }
    }
}
