//! `MAP.yaml`: how the columns of a table become tickets (cli.md, Import).

use std::collections::HashMap;

use serde_yaml::Value;

use super::frontmatter::{self, Fault};
use super::reading::plain;
use super::settings::fault;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column.
    Column(String),
    /// Text with `{column}` in it.
    Template(Vec<Piece>),
    /// Always this.
    Constant(String),
    /// A column (or template) through a table; what the table lacks has the default, or stays.
    Mapped { of: Box<Source>, table: HashMap<String, String>, default: Option<String> },
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Column(String),
}

/// A comment each row may give.
#[derive(Debug, Clone)]
pub struct CommentMap {
    pub text: Source,
    pub author: Option<Source>,
    pub date: Option<Source>,
    /// Internal unless it says public.
    pub public: bool,
}

/// The whole map.
#[derive(Debug, Clone)]
pub struct Map {
    pub delimiter: u8,
    pub missing: Vec<String>,
    /// strptime formats, tried in order; RFC 3339 is always taken.
    pub dates: Vec<String>,
    pub timezone: jiff::tz::TimeZone,
    pub key: Source,
    pub at: Option<Source>,
    pub author: Option<Source>,
    /// Key of the front matter (`field.NAME` for custom fields) and where it comes from.
    pub ticket: Vec<(String, Source)>,
    pub body: Option<Source>,
    pub comments: Vec<CommentMap>,
}

/// Reads a map.
pub fn parse(bytes: &[u8]) -> Result<Map, Fault> {
    let value = frontmatter::parse_yaml(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let Value::Mapping(mapping) = &value else { return Err(fault(text, "", "a map is a mapping of key to value")) };
    let known = ["csv", "key", "at", "author", "ticket", "body", "comments"];
    for key in mapping.keys().filter_map(plain) {
        if !known.contains(&key.as_str()) {
            return Err(fault(text, &key, format!("a map has no '{key}'; it has {}", known.join(", "))));
        }
    }
    read(&value).map_err(|(key, message)| fault(text, key, message))
}

type Wrong = (&'static str, String);

fn read(value: &Value) -> Result<Map, Wrong> {
    let optional =
        |key: &'static str| value.get(key).map(|value| source(value).map_err(|message| (key, message))).transpose();
    let csv = value.get("csv").unwrap_or(&Value::Null);
    let ticket = match value.get("ticket") {
        Some(Value::Mapping(mapping)) => {
            mapping.iter().map(ticket_key).collect::<Result<Vec<_>, _>>().map_err(|message| ("ticket", message))?
        }
        _ => return Err(("ticket", "'ticket' wants a mapping of front-matter key to column".into())),
    };
    for needed in ["title", "created", "status"] {
        if !ticket.iter().any(|(key, _)| key == needed) {
            return Err(("ticket", format!("'ticket' says nothing about '{needed}', which every ticket needs")));
        }
    }
    Ok(Map {
        delimiter: delimiter(csv)?,
        missing: list(csv.get("missing")),
        dates: list(csv.get("dates")),
        timezone: timezone(csv)?,
        key: optional("key")?.ok_or(("key", "'key' is missing: the column whose rows are one ticket".to_owned()))?,
        at: optional("at")?,
        author: optional("author")?,
        ticket,
        body: optional("body")?,
        comments: comments(value.get("comments"))?,
    })
}

fn ticket_key((key, value): (&Value, &Value)) -> Result<(String, Source), String> {
    let key = plain(key).unwrap_or_default();
    let name = match key.strip_prefix("fields.") {
        Some(name) => format!("field.{name}"),
        None => key.clone(),
    };
    let known = super::ticket::ORDER.contains(&name.as_str()) || name.starts_with("field.");
    if !known
        || matches!(name.as_str(), "fields" | "links" | "satisfaction" | "attachments" | "merged-into" | "external-id")
    {
        return Err(format!("'{key}' is nothing a map can fill; `field.NAME` fills a custom field"));
    }
    Ok((name, source(value)?))
}

fn delimiter(csv: &Value) -> Result<u8, Wrong> {
    match csv.get("delimiter").and_then(plain).as_deref() {
        None => Ok(b','),
        Some("\\t" | "tab") => Ok(b'\t'),
        Some(text) if text.len() == 1 => Ok(text.as_bytes()[0]),
        Some(text) => Err(("csv", format!("'{text}' is no delimiter: one ASCII character is wanted"))),
    }
}

fn timezone(csv: &Value) -> Result<jiff::tz::TimeZone, Wrong> {
    match csv.get("timezone").and_then(plain) {
        None => Ok(jiff::tz::TimeZone::UTC),
        Some(name) => jiff::tz::TimeZone::get(&name).map_err(|_| ("csv", format!("'{name}' is no time zone"))),
    }
}

fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Sequence(items)) => items.iter().filter_map(plain).collect(),
        Some(value) => plain(value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn comments(value: Option<&Value>) -> Result<Vec<CommentMap>, Wrong> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let Value::Sequence(items) = value else { return Err(("comments", "'comments' wants a list".into())) };
    items.iter().map(|item| comment(item).map_err(|message| ("comments", message))).collect()
}

fn comment(item: &Value) -> Result<CommentMap, String> {
    let optional = |key: &str| item.get(key).map(source).transpose();
    let public = match item.get("visibility").and_then(plain).as_deref() {
        Some("public") => true,
        Some("internal") | None => false,
        Some(other) => return Err(format!("'{other}' is no visibility; it is public or internal")),
    };
    let text = optional("column")?.ok_or("a comment wants a 'column'")?;
    Ok(CommentMap { text, author: optional("author")?, date: optional("date")?, public })
}

fn source(value: &Value) -> Result<Source, String> {
    if let Some(text) = plain(value) {
        return Ok(column_or_template(&text));
    }
    if let Some(constant) = value.get("value").and_then(plain) {
        return Ok(Source::Constant(constant));
    }
    let column = value
        .get("column")
        .and_then(plain)
        .ok_or("a column, a {column} template, {value: …} or {column: …, map: …} is wanted")?;
    let of = column_or_template(&column);
    let default = value.get("default").and_then(plain);
    let table = match value.get("map") {
        None => HashMap::new(),
        Some(Value::Mapping(pairs)) => {
            let pairs = pairs.iter().map(|(from, to)| Some((plain(from)?, plain(to)?)));
            pairs.collect::<Option<_>>().ok_or("'map' wants texts on both sides")?
        }
        Some(_) => return Err("'map' wants a mapping of the table's values to loket's".into()),
    };
    Ok(Source::Mapped { of: Box::new(of), table, default })
}

fn column_or_template(text: &str) -> Source {
    if !text.contains('{') {
        return Source::Column(text.to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        if start > 0 {
            pieces.push(Piece::Text(rest[..start].to_owned()));
        }
        pieces.push(Piece::Column(rest[start + 1..start + length].to_owned()));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Source::Template(pieces)
}

impl Source {
    /// The columns it names.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Source::Column(name) => vec![name],
            Source::Template(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Column(name) => Some(name.as_str()),
                    Piece::Text(_) => None,
                })
                .collect(),
            Source::Constant(_) => Vec::new(),
            Source::Mapped { of, .. } => of.columns(),
        }
    }
}

impl Map {
    /// All sources of the map.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let comments = self
            .comments
            .iter()
            .flat_map(|comment| [Some(&comment.text), comment.author.as_ref(), comment.date.as_ref()]);
        let single = [Some(&self.key), self.at.as_ref(), self.author.as_ref(), self.body.as_ref()];
        single.into_iter().chain(comments).flatten().chain(self.ticket.iter().map(|(_, source)| source))
    }

    /// An instant by the map's formats and zone; RFC 3339 is always taken.
    pub fn instant(&self, text: &str) -> Option<jiff::Timestamp> {
        let parsed = self.dates.iter().find_map(|format| self.by_format(format, text.trim()));
        let found = parsed.or_else(|| text.trim().parse().ok())?;
        jiff::Timestamp::from_second(found.as_second()).ok()
    }

    fn by_format(&self, format: &str, text: &str) -> Option<jiff::Timestamp> {
        let broken = jiff::fmt::strtime::parse(format, text).ok()?;
        if let Ok(instant) = broken.to_timestamp() {
            return Some(instant);
        }
        let local = broken.to_datetime().or_else(|_| broken.to_date().map(|date| date.at(0, 0, 0, 0))).ok()?;
        Some(local.to_zoned_datetime(self.timezone.clone()).ok()?.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        let map = parse(
            b"csv: {delimiter: \";\", dates: \"%d/%m/%Y %H:%M\", timezone: Europe/Amsterdam}\nkey: nr\n\
            ticket: {title: \"Number {nr}\", created: opened, status: {column: state, map: {A: open}, default: new}, type: {value: incident}}\n",
        )
        .unwrap();
        assert_eq!(map.ticket[0].1, Source::Template(vec![Piece::Text("Number ".into()), Piece::Column("nr".into())]));
        assert_eq!(map.ticket[3].1, Source::Constant("incident".into()));
        assert_eq!(map.instant("5/3/2016 10:00").unwrap().to_string(), "2016-03-05T09:00:00Z");
        assert_eq!(map.instant("29/2/2016 08:48").unwrap().to_string(), "2016-02-29T07:48:00Z");
        assert_eq!(map.instant("soon"), None);
    }

    #[test]
    fn a_wrong_map_is_told_with_its_line() {
        for (text, line) in [
            ("key: a\nticket: {title: a}\n", 2),
            ("key: a\ntikcet: {}\n", 2),
            ("csv: {delimiter: ab}\nkey: a\nticket: {title: a, created: a, status: a}\n", 1),
            ("ticket: {title: a, created: a, status: a}\n", 1),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().line, line, "{text}");
        }
    }
}
