//! What a plain scalar is: text, number, truth or nothing. Agrees with `yaml_serde`, which the tests prove.

use serde_yaml::Value;

/// Not recognised with certainty: the full reader decides.
#[derive(Debug)]
pub(super) struct Unsure;

/// The value of a plain scalar that is not empty.
pub(super) fn resolve(text: &str) -> Result<Value, Unsure> {
    match text.as_bytes().first() {
        None => Err(Unsure),
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => resolve_number(text),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => Ok(resolve_word(text)),
        Some(_) => Ok(Value::String(text.to_string())),
    }
}

fn resolve_word(text: &str) -> Value {
    match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => Value::String(text.to_string()),
    }
}

fn resolve_number(text: &str) -> Result<Value, Unsure> {
    if text.bytes().any(|byte| matches!(byte, b':' | b'/' | b'@' | b' ' | b'_')) {
        return Ok(Value::String(text.to_string()));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) || is_based(digits) {
        return Err(Unsure);
    }
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && digits.len() > 1 && digits.starts_with('0') {
        return Ok(Value::String(text.to_string()));
    }
    if let Ok(number) = text.parse::<u64>() {
        return Ok(Value::Number(number.into()));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Value::Number(number.into()));
    }
    if all_digits {
        return Err(Unsure);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Number(number.into())),
        _ => Ok(Value::String(text.to_string())),
    }
}

/// Whether this may be hexadecimal, octal or binary.
fn is_based(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'0', b'x' | b'o' | b'b', ..])
}
