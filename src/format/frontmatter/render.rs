//! Values as YAML text.

use super::scalar::{Place, render_at};
use serde_yaml::{Mapping, Number, Value};

/// A value to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A text, quoted where it needs to be.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in this order.
    Map(Vec<(String, Node)>),
}

/// For people: a list by commas, a map as `key=value`.
impl std::fmt::Display for Node {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let join = |parts: Vec<String>| parts.join(", ");
        match self {
            Node::Text(text) => out.write_str(text),
            Node::Number(number) => number.fmt(out),
            Node::Float(number) => number.fmt(out),
            Node::Bool(truth) => truth.fmt(out),
            Node::List(items) => out.write_str(&join(items.iter().map(ToString::to_string).collect())),
            Node::Map(pairs) => {
                out.write_str(&join(pairs.iter().map(|(key, value)| format!("{key}={value}")).collect()))
            }
        }
    }
}

impl Node {
    /// The value a reader finds for this node.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Node::Text(text) => Value::String(text.clone()),
            Node::Number(number) => Value::Number((*number).into()),
            Node::Float(number) => Value::Number((*number).into()),
            Node::Bool(truth) => Value::Bool(*truth),
            Node::List(items) => Value::Sequence(items.iter().map(Node::to_value).collect()),
            Node::Map(pairs) => {
                let pair = |(key, node): &(String, Node)| (Value::String(key.clone()), node.to_value());
                Value::Mapping(pairs.iter().map(pair).collect::<Mapping>())
            }
        }
    }
}

/// A new file: the keys between two fences, then the body.
pub fn render(keys: &[(&str, Node)], body: &str) -> String {
    let mut out = String::from("---\n");
    for (key, node) in keys {
        out.push_str(&render_entry(key, &node.to_value(), 0, "\n"));
    }
    out.push_str("---\n");
    out.push_str(body);
    out
}

/// A new key with its value as whole lines.
pub(super) fn render_entry(key: &str, value: &Value, indent: usize, newline: &str) -> String {
    let name = render_at(key, Place::Flow);
    let margin = " ".repeat(indent);
    if is_block(key, value) {
        format!("{margin}{name}:{newline}{}", render_children(value, indent + 2, newline))
    } else {
        format!("{margin}{name}: {}{newline}", render_inline(value, Place::Block))
    }
}

/// The rule for a value with no style to keep: a list with a space in a text, and `fields`, are written in block form.
pub(super) fn is_block(key: &str, value: &Value) -> bool {
    match value {
        Value::Sequence(items) => {
            let flat = !items.iter().any(|item| item.is_sequence() || item.is_mapping());
            flat && items.iter().any(|item| item.as_str().is_some_and(|text| text.contains(' ')))
        }
        Value::Mapping(mapping) => key == "fields" && !mapping.is_empty(),
        _ => false,
    }
}

/// The lines below a key in block form: one an item, one a key.
pub(super) fn render_children(value: &Value, indent: usize, newline: &str) -> String {
    match value {
        Value::Sequence(items) => items.iter().map(|item| render_item(item, indent, newline)).collect(),
        Value::Mapping(mapping) => {
            mapping.iter().map(|(key, value)| render_pair(key, value, indent, newline)).collect()
        }
        _ => String::new(),
    }
}

/// One item of a block list.
pub(super) fn render_item(item: &Value, indent: usize, newline: &str) -> String {
    format!("{}- {}{newline}", " ".repeat(indent), render_inline(item, Place::Block))
}

/// One key of a block mapping.
pub(super) fn render_pair(key: &Value, value: &Value, indent: usize, newline: &str) -> String {
    let margin = " ".repeat(indent);
    format!("{margin}{}: {}{newline}", render_inline(key, Place::Flow), render_inline(value, Place::Block))
}

/// A value on one line.
pub(super) fn render_inline(value: &Value, place: Place) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => render_number(number),
        Value::String(text) => render_at(text, place),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(|item| render_inline(item, Place::Flow)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(mapping) => {
            let pair = |(key, value): (&Value, &Value)| {
                format!("{}: {}", render_inline(key, Place::Flow), render_inline(value, Place::Flow))
            };
            format!("{{{}}}", mapping.iter().map(pair).collect::<Vec<String>>().join(", "))
        }
        Value::Tagged(tagged) => render_inline(&tagged.value, place),
    }
}

/// A number that YAML 1.1 and 1.2 read alike: an exponent has a point before it and a sign.
fn render_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => render_float(float),
        _ => number.to_string(),
    }
}

fn render_float(float: f64) -> String {
    if float.is_nan() {
        return ".nan".to_string();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_string();
    }
    let text = format!("{float:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}
