//! YAML files merged by their keys, each as it is written: what only one side changed is that side's text, what both
//! changed is merged by the keys inside. One value changed by both is nobody's to choose.

use serde_yaml::{Mapping, Value};

use super::Versions;
use super::values::{Joined, join, join_mappings};
use crate::format::frontmatter::{self, parts};

/// A piece of the file: what one name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part<'a> {
    /// The comments and blank lines above it.
    lead: &'a str,
    text: &'a str,
}

/// A block as a list of names, and what stands below the last.
struct Block<'a> {
    parts: Vec<(String, Part<'a>)>,
    tail: &'a str,
}

/// Folders of keys nest at most so deep.
const DEEPEST: usize = 12;

/// Merges three versions. `None` where one cannot be taken apart, where both changed the same value, or where the result
/// would not be YAML.
pub fn merge(versions: Versions<'_>) -> Option<String> {
    let read = |bytes| std::str::from_utf8(bytes).ok().filter(|_| frontmatter::parse_yaml(bytes).is_ok());
    let base = versions.base.map_or(Some(""), read)?;
    let (ours, theirs) = (read(versions.ours)?, read(versions.theirs)?);
    let text = block([base, ours, theirs], 0)?;
    frontmatter::parse_yaml(text.as_bytes()).is_ok().then_some(text)
}

/// One of three by the rule that what only one side changed stands; `None` where both did.
fn either<T: Copy + PartialEq>([base, ours, theirs]: [T; 3]) -> Option<T> {
    if ours == theirs || base == theirs {
        return Some(ours);
    }
    (base == ours).then_some(theirs)
}

fn block(versions: [&str; 3], depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let [base, ours, theirs] = [take_apart(versions[0])?, take_apart(versions[1])?, take_apart(versions[2])?];
    let mut out = String::new();
    for name in names(&ours, &theirs) {
        let found = [base.find(name), ours.find(name), theirs.find(name)];
        let Some(piece) = part(found, depth)? else { continue };
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&piece);
    }
    if !out.is_empty() && !out.ends_with('\n') && !ours.tail.is_empty() {
        out.push('\n');
    }
    out.push_str(either([base.tail, ours.tail, theirs.tail]).unwrap_or(ours.tail));
    Some(out)
}

/// The names of both sides: ours in their order, each of theirs after the one it follows there.
fn names<'a>(ours: &'a Block<'_>, theirs: &'a Block<'_>) -> Vec<&'a str> {
    let mut names: Vec<&str> = ours.parts.iter().map(|(name, _)| name.as_str()).collect();
    let mut before: Option<&str> = None;
    for (name, _) in &theirs.parts {
        if !names.contains(&name.as_str()) {
            let place = before.and_then(|before| names.iter().position(|name| *name == before));
            names.insert(place.map_or(0, |place| place + 1), name);
        }
        before = Some(name);
    }
    names
}

impl<'a> Block<'a> {
    fn find(&self, name: &str) -> Option<Part<'a>> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, part)| *part)
    }
}

/// The names of a block and their pieces; `None` where they cannot be told apart, or a name is there twice.
fn take_apart(text: &str) -> Option<Block<'_>> {
    let spans = parts(text)?;
    let mut found: Vec<(String, Part<'_>)> = Vec::with_capacity(spans.len());
    let mut done = 0;
    for (name, span) in spans {
        if found.iter().any(|(known, _)| *known == name) {
            return None;
        }
        found.push((name, Part { lead: &text[done..span.start], text: &text[span.clone()] }));
        done = span.end;
    }
    Some(Block { parts: found, tail: &text[done..] })
}

/// One name merged. The outer `None` is a conflict, the inner one a piece that is gone.
fn part([base, ours, theirs]: [Option<Part<'_>>; 3], depth: usize) -> Option<Option<String>> {
    let plain = |part: Option<Part<'_>>| part.map(|part| format!("{}{}", part.lead, part.text));
    if let Some(part) = either([base, ours, theirs].map(|part| part.map(|part| part.text.trim_end())))
        && part.is_none()
    {
        return Some(None);
    }
    if let Some(part) = either([base, ours, theirs]) {
        return Some(plain(part));
    }
    let (base, ours, theirs) = (base?, ours?, theirs?);
    let lead = either([base.lead, ours.lead, theirs.lead])?;
    let texts = [base.text, ours.text, theirs.text];
    let text = match either(texts) {
        Some(text) => text.to_owned(),
        None => inside(texts, depth)?,
    };
    Some(Some(format!("{lead}{text}")))
}

/// What both sides changed: an item's keys, the lines below a key, or the value on its line.
fn inside(texts: [&str; 3], depth: usize) -> Option<String> {
    if let Some(bodies) = without_dash(&texts) {
        let [base, ours, theirs] = bodies.each_ref().map(String::as_str);
        let mut merged = block([base, ours, theirs], depth + 1)?;
        let margin = texts[1].len() - texts[1].trim_start_matches(' ').len();
        merged.replace_range(margin..margin + 1, "-");
        return Some(merged);
    }
    let [base, ours, theirs] = texts.map(|text| text.split_once('\n').unwrap_or((text, "")));
    if [base, ours, theirs].iter().all(|(_, below)| !below.trim().is_empty()) {
        let head = either([base.0, ours.0, theirs.0])?;
        let below = block([base.1, ours.1, theirs.1], depth + 1)?;
        return Some(format!("{head}\n{below}"));
    }
    on_its_line(texts)
}

/// List items as the mappings in them: `- name: x` is `  name: x`. `None` unless all are items alike.
fn without_dash(texts: &[&str; 3]) -> Option<[String; 3]> {
    let margin = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let column = |text: &str| {
        let after = text.trim_start_matches(' ').strip_prefix('-')?;
        after.starts_with(' ').then(|| margin(text) + 1 + margin(after))
    };
    let columns = texts.map(column);
    if columns[0].is_none() || columns[1] != columns[0] || columns[2] != columns[0] {
        return None;
    }
    Some(texts.map(|text| {
        let mut text = text.to_owned();
        let at = margin(&text);
        text.replace_range(at..at + 1, " ");
        text
    }))
}

/// `key: value` on one line, merged by the parts of the value.
fn on_its_line([base, ours, theirs]: [&str; 3]) -> Option<String> {
    let read = |text: &str| {
        let Ok(Value::Mapping(mapping)) = frontmatter::parse_yaml(text.trim_start_matches(' ').as_bytes()) else {
            return None;
        };
        (mapping.len() == 1).then_some(mapping)
    };
    let (key, own) = read(ours)?.into_iter().next()?;
    let value = |mapping: Mapping| mapping.get(&key).cloned();
    let merged = deep(value(read(base)?).as_ref(), Some(&own), value(read(theirs)?).as_ref())?;
    let margin = ours.len() - ours.trim_start_matches(' ').len();
    let page = format!("---\n{}\n---\n", ours.trim_start_matches(' ').trim_end());
    let edited = frontmatter::put(&page, key.as_str()?, Some(merged))?;
    let line = edited.strip_prefix("---\n")?.strip_suffix("---\n")?;
    Some(format!("{}{line}", " ".repeat(margin)))
}

/// A value merged as deep as its keys go; `None` where both changed one.
fn deep(base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    match join(base, ours, theirs) {
        Joined::One(value) => value,
        Joined::Both => {
            let parts = |key: &str, own: Option<&Value>, their: Option<&Value>| {
                let old = base.and_then(|base| base.get(key));
                deep(old, own, their).map(Some).ok_or(())
            };
            let mut settle = parts;
            join_mappings(base, ours, theirs, &mut settle).ok()?.map(Value::Mapping)
        }
    }
}
