//! Values of a key, merged.

use serde_yaml::{Mapping, Value};

/// What became of a value that both sides may have changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Joined {
    /// `None` where it is gone.
    One(Option<Value>),
    /// Both changed it, and no rule makes one of the two.
    Both,
}

/// An absent value for one that says nothing.
pub fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

/// Merges a value: one side's change stands, lists of plain values are sets of additions and removals.
pub fn join(base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> Joined {
    if ours == theirs || base == theirs {
        return Joined::One(ours.cloned());
    }
    if base == ours {
        return Joined::One(theirs.cloned());
    }
    match (set(base), set(ours), set(theirs)) {
        (Some(base), Some(ours), Some(theirs)) => {
            let list = join_sets(&base, &ours, &theirs);
            Joined::One((!list.is_empty()).then_some(Value::Sequence(list)))
        }
        _ => Joined::Both,
    }
}

/// The items of a list of plain values; a lone text is a list of one, nothing an empty one.
fn set(value: Option<&Value>) -> Option<Vec<Value>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Sequence(items)) if !items.iter().any(|item| item.is_mapping() || item.is_sequence()) => {
            Some(items.clone())
        }
        _ => None,
    }
}

/// Ours without what they removed, then what they added.
fn join_sets(base: &[Value], ours: &[Value], theirs: &[Value]) -> Vec<Value> {
    let removed = |item: &Value| base.contains(item) && !theirs.contains(item);
    let mut list: Vec<Value> = ours.iter().filter(|item| !removed(item)).cloned().collect();
    for item in theirs {
        if !base.contains(item) && !list.contains(item) {
            list.push(item.clone());
        }
    }
    list
}

/// Decides what both changed of a key: its name, ours and theirs.
pub type Settle<'a, E> = dyn FnMut(&str, Option<&Value>, Option<&Value>) -> Result<Option<Value>, E> + 'a;

/// Merges mappings key by key; `None` where one is no mapping. `settle` decides what both changed.
pub fn join_mappings<E>(
    base: Option<&Value>,
    ours: Option<&Value>,
    theirs: Option<&Value>,
    settle: &mut Settle<'_, E>,
) -> Result<Option<Mapping>, E> {
    let (Some(base), Some(ours), Some(theirs)) = (mapping(base), mapping(ours), mapping(theirs)) else {
        return Ok(None);
    };
    let mut joined = ours.clone();
    let keys: Vec<&Value> = ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))).collect();
    for key in keys {
        let Some(name) = key.as_str() else { return Ok(None) };
        let [old, own, their] = [base.get(key), ours.get(key), theirs.get(key)].map(present);
        let value = match join(old, own, their) {
            Joined::One(value) => value,
            Joined::Both => settle(name, own, their)?,
        };
        match value {
            Some(value) => drop(joined.insert(key.clone(), value)),
            None => drop(joined.shift_remove(key)),
        }
    }
    Ok(Some(joined))
}

fn mapping(value: Option<&Value>) -> Option<Mapping> {
    match value {
        None => Some(Mapping::new()),
        Some(Value::Mapping(mapping)) => Some(mapping.clone()),
        Some(_) => None,
    }
}

/// A value for people.
pub fn words(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Sequence(items)) => items.iter().map(|item| words(Some(item))).collect::<Vec<_>>().join(", "),
        Some(other) => serde_yaml::to_string(other).unwrap_or_default().trim().replace('\n', ", "),
    }
}
