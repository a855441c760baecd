//! A pattern's file to a pattern and back (files.md, Patterns).

use serde_yaml::Value;

use super::frontmatter::{self, Fault, Node};
use super::reading::{Reader, kind, plain};
use crate::domain::pattern::{Pattern, Section, Then};

/// All keys a pattern may have.
pub const KEYS: [&str; 7] = ["title", "language", "tags", "when", "set", "then", "translation-of"];

/// The headings in the order they are written, in English and in Dutch.
const HEADINGS: [[&str; 2]; 4] =
    [["Situation", "Situatie"], ["Approach", "Aanpak"], ["Response", "Antwoord"], ["Next steps", "Vervolg"]];

/// The place of the response among the headings.
const RESPONSE: usize = 2;

/// Reads `patterns/<slug>.md`, or with a language the translation `patterns/<slug>.<language>.md`.
pub fn parse(slug: &str, language: Option<&str>, bytes: &[u8]) -> Result<Pattern, Fault> {
    let front = frontmatter::parse(bytes)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let reader = Reader::new(&front);
    let body = front.body(text);
    let [situation, approach, response, next_steps] = sections(text, text.len() - body.len())?;
    Ok(Pattern {
        slug: slug.to_owned(),
        title: reader.text("title")?.unwrap_or_else(|| slug.to_owned()),
        language: reader.text("language")?.or(language.map(str::to_owned)),
        tags: reader.list("tags")?,
        when: reader.text("when")?,
        set: settings(&reader)?,
        then: reader.word("then", "wait, solve, escalate or none", Then::find)?.unwrap_or_default(),
        situation,
        approach,
        response,
        next_steps,
        body: body.to_owned(),
    })
}

/// `set`: a mapping of key to value or list; custom fields as `field.NAME` or below `fields`.
fn settings(reader: &Reader<'_>) -> Result<Vec<(String, String)>, Fault> {
    let wrong = |message: String| reader.fault("set", message);
    let mapping = match reader.value("set") {
        None => return Ok(Vec::new()),
        Some(Value::Mapping(mapping)) => mapping,
        Some(other) => return Err(wrong(format!("'set' wants a mapping of key to value, not {}", kind(other)))),
    };
    let mut found = Vec::new();
    for (key, value) in mapping {
        let key = plain(key).ok_or_else(|| wrong("a key below 'set' is a text".into()))?;
        match value {
            Value::Mapping(fields) if key == "fields" => {
                for (name, value) in fields {
                    let name = plain(name).ok_or_else(|| wrong("the name of a field is a text".into()))?;
                    found.push((format!("field.{name}"), setting(&name, value).map_err(wrong)?));
                }
            }
            _ => found.push((key.clone(), setting(&key, value).map_err(wrong)?)),
        }
    }
    Ok(found)
}

/// A value as `set` is given it; a list is joined by commas.
fn setting(key: &str, value: &Value) -> Result<String, String> {
    let text = match value {
        Value::Null => Some(String::new()),
        Value::Sequence(items) => items.iter().map(plain).collect::<Option<Vec<_>>>().map(|items| items.join(",")),
        other => plain(other),
    };
    text.ok_or_else(|| format!("'{}' below 'set' wants a text or a list of texts", key.escape_debug()))
}

/// A heading found in a body.
struct Heading {
    which: usize,
    /// Where its line begins, and where its text does.
    start: usize,
    end: usize,
}

/// The four sections; a heading that is missing or there twice is a fault.
fn sections(text: &str, body: usize) -> Result<[Section; 4], Fault> {
    let found = headings(text, body);
    let mut sections: [Option<Section>; 4] = Default::default();
    for (place, heading) in found.iter().enumerate() {
        let end = found.get(place + 1).map_or(text.len(), |next| next.start);
        if sections[heading.which].is_some() {
            let message = format!("the heading '{}' is there twice", HEADINGS[heading.which][0]);
            return Err(Fault { line: line_of(text, heading.start), column: 1, message, hint: None });
        }
        sections[heading.which] = Some(section(text, heading.end, end));
    }
    if let Some(missing) = sections.iter().position(Option::is_none) {
        let [english, dutch] = HEADINGS[missing];
        let message = format!("the heading '{english}' is missing");
        let hint = Some(format!("add a line `# {english}` (in Dutch `# {dutch}`) to the text"));
        return Err(Fault { line: line_of(text, body), column: 1, message, hint });
    }
    Ok(sections.map(Option::unwrap_or_default))
}

fn section(text: &str, start: usize, end: usize) -> Section {
    let part = &text[start..end];
    // Blank lines before it go, the indentation of its first line stays.
    let blank = part.len() - part.trim_start().len();
    let offset = start + part[..blank].rfind('\n').map_or(0, |at| at + 1);
    Section { text: text[offset..end].trim_end().to_owned(), line: line_of(text, offset), offset }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].bytes().filter(|&byte| byte == b'\n').count() + 1
}

/// The headings that are a pattern's, outside code.
fn headings(text: &str, body: usize) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = body;
    for line in text[body..].split_inclusive('\n') {
        let end = start + line.len();
        let mark = fence_of(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if mark.starts_with(open) && line.trim() == mark => fence = None,
            (None, None) => found.extend(heading(line).map(|which| Heading { which, start, end })),
            _ => {}
        }
        start = end;
    }
    found
}

/// The mark that opens or closes a block of code.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim();
    ['`', '~'].into_iter().find_map(|letter| {
        let length = line.len() - line.trim_start_matches(letter).len();
        (length >= 3).then(|| &line[..length])
    })
}

/// Which of the headings a line is.
fn heading(line: &str) -> Option<usize> {
    let trimmed = line.trim_start_matches(' ');
    let level = trimmed.len() - trimmed.trim_start_matches('#').len();
    if line.len() - trimmed.len() > 3 || !(1..=6).contains(&level) {
        return None;
    }
    let name = trimmed[level..].strip_prefix([' ', '\t'])?.trim().trim_end_matches('#').trim_end();
    HEADINGS.iter().position(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// A new pattern's file: four headings in its language, the text below the response's.
pub fn render(title: &str, language: &str, response: &str) -> String {
    let keys = [("title", Node::Text(title.to_owned())), ("language", Node::Text(language.to_owned()))];
    let dutch = usize::from(language == "nl" || language.starts_with("nl-"));
    let part = |(place, names): (usize, &[&str; 2])| {
        let text = if place == RESPONSE { format!("{}\n\n", response.trim_end()) } else { String::new() };
        format!("# {}\n\n{text}", names[dutch])
    };
    let body: String = HEADINGS.iter().enumerate().map(part).collect();
    frontmatter::render(&keys, &format!("{}\n", body.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUTCH: &str = "---\ntitle: Aan de slag\nlanguage: nl\ntags: [a, b]\nwhen: tag:zebra\n\
        set: {type: incident, tags+: [x, y], fields: {product: portal}, team: null}\nthen: wait\n---\n\
        Voorwoord.\n\n## SITUATIE ##\n\nA\n\n###### Aanpak\n```\n# Antwoord\n```\n# Antwoord\n\n\n  Beste,\n\n# Vervolg\nEinde\n";

    #[test]
    fn a_pattern_is_read_in_dutch_at_any_level_and_case() {
        let pattern = parse("start", None, DUTCH.as_bytes()).unwrap();
        assert_eq!((pattern.situation.text.as_str(), pattern.approach.text.as_str()), ("A", "```\n# Antwoord\n```"));
        assert_eq!((pattern.response.text.as_str(), pattern.next_steps.text.as_str()), ("  Beste,", "Einde"));
        assert!(DUTCH[pattern.response.offset..].starts_with("  Beste,"));
        assert_eq!(DUTCH.lines().nth(pattern.response.line - 1), Some("  Beste,"));
        let pairs = [("type", "incident"), ("tags+", "x,y"), ("field.product", "portal"), ("team", "")];
        assert_eq!(pattern.set, pairs.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!((pattern.then, pattern.when.as_deref()), (Then::Wait, Some("tag:zebra")));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (from, to, line, word) in [
            ("# Vervolg", "Vervolg", 9, "Next steps"),
            ("Einde", "# aanpak", 25, "twice"),
            ("then: wait", "then: shout", 7, "escalate"),
            ("team: null", "team: {a: b}", 6, "'team'"),
        ] {
            let text = DUTCH.replacen(from, to, 1);
            let fault = parse("start", None, text.as_bytes()).unwrap_err();
            assert!(fault.message.contains(word), "{fault}");
            assert_eq!(fault.line, line, "{fault}");
        }
    }

    #[test]
    fn a_new_pattern_is_read_back() {
        for (language, heading) in [("en", "# Next steps"), ("nl", "# Vervolg")] {
            let text = render("A: b", language, "Dear,\n\nhello\n");
            let pattern = parse("a", None, text.as_bytes()).unwrap();
            assert_eq!((pattern.title.as_str(), pattern.response.text.as_str()), ("A: b", "Dear,\n\nhello"));
            assert!(text.contains(heading), "{text}");
        }
    }
}
