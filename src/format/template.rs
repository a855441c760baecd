//! Templates of answers: placeholders and conditions, nothing that could run long or grow large.

use std::collections::BTreeMap;
use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::frontmatter::Fault;
use crate::domain::pattern::Section;

/// What a template may name.
pub const NAMES: [&str; 15] = [
    "ticket.id",
    "ticket.title",
    "ticket.status",
    "ticket.priority",
    "ticket.type",
    "ticket.created",
    "ticket.team",
    "ticket.assignee",
    "ticket.language",
    "requester.name",
    "requester.email",
    "agent.name",
    "agent.handle",
    "desk.name",
    "desk.email",
];

/// The steps a template may take.
const FUEL: u64 = 20_000;
/// How deep it may nest.
const DEPTH: usize = 50;
/// The longest template, and the longest text made of one, in bytes.
const SOURCE: usize = 64 << 10;
const OUTPUT: usize = 1 << 20;
/// The longest value put into a text, in characters.
const VALUE: usize = 1000;

/// The values of a template's names; those not put are empty.
#[derive(Debug, Clone, Default)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// Puts a value: on one line, without control characters.
    pub fn put(&mut self, name: &'static str, value: impl AsRef<str>) {
        let is_odd = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        let plain = |letter: char| if is_odd(letter) { ' ' } else { letter };
        self.0.insert(name, value.as_ref().trim().chars().map(plain).take(VALUE).collect());
    }

    fn context(&self) -> Value {
        let mut groups: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for name in NAMES {
            let (group, key) = name.split_once('.').unwrap_or((name, name));
            let value = self.0.get(name).cloned().unwrap_or_default();
            groups.entry(group.to_owned()).or_default().insert(key.to_owned(), value);
        }
        Value::from(groups)
    }
}

/// The text a template makes of values; what is wrong is told with its line of the file.
pub fn render(template: &Section, values: &Values) -> Result<String, Fault> {
    check_source(template)?;
    let environment = environment().map_err(|error| fault(template, &error))?;
    let parsed = environment.template_from_str(&template.text).map_err(|error| fault(template, &error))?;
    check_names(template, parsed.undeclared_variables(true).into_iter().collect())?;
    let mut text = Bounded(Vec::new());
    parsed.render_captured_to(values.context(), &mut text).map_err(|error| fault(template, &error))?;
    Ok(String::from_utf8_lossy(&text.0).into_owned())
}

/// Whether a template can be rendered, whatever the ticket.
pub fn validate(template: &Section) -> Result<(), Fault> {
    let mut values = Values::default();
    NAMES.into_iter().for_each(|name| values.put(name, name));
    render(template, &values)?;
    render(template, &Values::default()).map(drop)
}

/// An environment without functions, filters and files.
fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::empty();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_recursion_limit(DEPTH);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true);
    Ok(environment)
}

/// Refuses names that nothing defines, also those in a branch that is not taken.
fn check_names(template: &Section, mut names: Vec<String>) -> Result<(), Fault> {
    names.retain(|name| !NAMES.contains(&name.as_str()));
    let place = |name: &String| template.text.find(name.as_str()).unwrap_or_default();
    match names.iter().min_by_key(|name| (place(name), name.len())) {
        None => Ok(()),
        Some(name) => Err(unknown(template, place(name), name)),
    }
}

fn unknown(template: &Section, offset: usize, name: &str) -> Fault {
    let message = format!("the placeholder '{}' is not defined", name.escape_debug());
    at(template, offset, message, Some(format!("there are {}", NAMES.join(", "))))
}

/// Refuses what lets a text grow: statements other than `if`, and multiplication.
fn check_source(template: &Section) -> Result<(), Fault> {
    let text = template.text.as_str();
    if text.len() > SOURCE {
        return Err(at(template, 0, format!("the template is longer than {} KiB", SOURCE >> 10), None));
    }
    let mut from = 0;
    while let Some(start) = text[from..].find('{').map(|place| from + place) {
        from = start + 1;
        let (inside, end) = match text.as_bytes().get(start + 1) {
            Some(b'#') => {
                from = text[start..].find("#}").map_or(text.len(), |length| start + length + 2);
                continue;
            }
            Some(b'%') => (&text[start + 2..], "%}"),
            Some(b'{') => (&text[start + 2..], "}}"),
            _ => continue,
        };
        let length = check_tag(template, start, inside, end)?;
        from = start + 2 + length;
    }
    Ok(())
}

/// Looks at one tag; its length.
fn check_tag(template: &Section, start: usize, inside: &str, end: &str) -> Result<usize, Fault> {
    if end == "%}" {
        let word: String = inside
            .trim_start_matches(['-', '+', ' ', '\t', '\n', '\r'])
            .chars()
            .take_while(|letter| letter.is_alphanumeric())
            .collect();
        if !matches!(word.as_str(), "if" | "elif" | "else" | "endif") {
            let message = format!("'{}' is no statement of a pattern", word.escape_debug());
            return Err(at(template, start, message, Some("there are if, elif, else and endif".into())));
        }
    }
    let mut quote = None;
    let mut letters = inside.char_indices();
    while let Some((place, letter)) = letters.next() {
        match (quote, letter) {
            (Some(_), '\\') => drop(letters.next()),
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '*') => {
                return Err(at(template, start + 2 + place, "a pattern does not multiply".into(), None));
            }
            (None, _) if inside[place..].starts_with(end) => return Ok(place + end.len()),
            _ => {}
        }
    }
    Ok(inside.len())
}

/// What the engine says, at its line of the file.
fn fault(template: &Section, error: &Error) -> Fault {
    let line = template.line + error.line().unwrap_or(1) - 1;
    let named = error.range().and_then(|range| template.text.get(range)).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::UndefinedError => format!("the placeholder '{}' is not defined", named.escape_debug()),
        ErrorKind::OutOfFuel => "the template takes too many steps".to_owned(),
        ErrorKind::WriteFailure => format!("the template makes more than {} KiB of text", OUTPUT >> 10),
        kind => error.detail().map_or(kind.to_string(), |detail| format!("{kind}: {detail}")),
    };
    Fault { line, column: 1, message, hint: None }
}

fn at(template: &Section, offset: usize, message: String, hint: Option<String>) -> Fault {
    let before = template.text.get(..offset).unwrap_or_default();
    let line = template.line + before.bytes().filter(|&byte| byte == b'\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Fault { line, column, message, hint }
}

/// Takes no more than a text may hold.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT {
            return Err(io::Error::other("too much text"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Section {
        Section { text: text.to_owned(), line: 10, offset: 0 }
    }

    #[test]
    fn placeholders_and_conditions_are_rendered() {
        let mut values = Values::default();
        values.put("ticket.title", "<b>\u{1b}[2J\n{{ agent.name }}");
        values.put("ticket.id", "261122-7k2qm");
        let text = "A {# no #}{{ ticket.title }}\n{% if ticket.team %}\nT {{ ticket.team }}\n{% else %}\nnone\n{% endif %}\n#{{ ticket.id }}";
        let made = render(&template(text), &values).unwrap();
        assert_eq!(made, "A <b> [2J {{ agent.name }}\nnone\n#261122-7k2qm");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        for (text, line, word) in [
            ("a\n{{ agent.shoe_size }}", 11, "'agent.shoe_size'"),
            ("a\n\n{{ nobody }}", 12, "'nobody'"),
            ("{% if ticket.team %}\n{{ desk.colour }}{% endif %}", 11, "'desk.colour'"),
            ("{{ ticket }}", 10, "'ticket'"),
            ("{{ ticket['title'] }}", 10, "'ticket"),
            ("\n{{ ticket.title", 11, ""),
            ("\n{{ ticket.title | upper }}", 11, "upper"),
            ("\n{% include 'x' %}", 11, "'include'"),
        ] {
            let fault = validate(&template(text)).unwrap_err();
            assert_eq!(fault.line, line, "{text}: {fault}");
            assert!(fault.message.contains(word), "{text}: {fault}");
        }
    }

    #[test]
    fn a_template_cannot_grow() {
        for text in [
            "{{ 'x' * 100000000 }}",
            "{%- set a = 'x' ~ 'x' %}",
            "{% for a in [1, 2] %}x{% endfor %}",
            "{% macro a() %}{{ a() }}{% endmacro %}",
            "{{ \"}}\" * 9 }}",
            &"{{ ticket.id }}".repeat(5000),
            &"{{ ticket.id ~ ".repeat(20),
        ] {
            assert!(validate(&template(text)).is_err(), "{text}");
        }
        assert!(validate(&template(&format!("{{{{ {}1{} }}}}", "(".repeat(10_000), ")".repeat(10_000)))).is_err());
    }

    #[test]
    fn braces_of_prose_are_text() {
        for text in ["{", "a { b } * c", "{{ \"it's * {{\" }}", "x }}"] {
            assert!(validate(&template(text)).is_ok(), "{text}");
        }
    }
}
