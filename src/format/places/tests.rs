use super::*;
use proptest::prelude::*;
use serde_yaml::Value;

fn value(text: &str, path: &str) -> Place {
    Places::parse(text).value(&path.split('/').collect::<Vec<_>>())
}

#[test]
fn nested_values_are_found_in_block_and_flow_style() {
    let rules = "- name: r\n  on: [created]\n  then: [{reply: {pattern: not-there}}]\n";
    assert_eq!(value(rules, "0/then/0/reply/pattern"), (3, 28));
    assert_eq!(value(rules, "0/on/0"), (2, 8));
    assert_eq!(Places::parse(rules).key(&["0", "then", "0", "reply"]), (3, 11));
    let block = "- name: r\n  then:\n  - reply:\n      pattern: x # c\n  -\n    note: |\n\n      Text\n  stop: true\n-   name: s\n";
    assert_eq!(value(block, "0/then/0/reply/pattern"), (4, 16));
    assert_eq!(value(block, "0/then/1/note"), (6, 11));
    assert_eq!(Places::parse(block).text(&["0", "then", "1", "note"]), (8, 7));
    assert_eq!(value(block, "0/stop"), (9, 9));
    assert_eq!(value(block, "1/name"), (10, 11));
}

#[test]
fn odd_forms_are_found() {
    for (text, path, place) in [
        ("\u{feff}a: b", "a", (1, 4)),
        ("# c\n%YAML 1.1\n---\na: b\n", "a", (4, 4)),
        ("a:\nb: 1\n", "a", (1, 1)),
        ("a: one\n  two: three\nb: x", "a", (1, 4)),
        ("é: {ü: \"x\", \"y\":z}", "é/y", (1, 17)),
        ("'it''s': {\"a: b\" : c}", "it's/a: b", (1, 20)),
        ("a: &x\n  b: 1\nc: *x\nd: 2\n", "d", (4, 4)),
        ("- &x a: 1\n  b: 2\n", "0/b", (2, 6)),
        ("a: \"x\n  y\"\nb: [1,\n  # c ]\n  2]\nc: 3\n", "b/1", (5, 3)),
        ("a: [x: 1, y: 2]", "a/1/y", (1, 14)),
        ("a: >-\r\n  x\r\n\r\nb: 1\r\n", "b", (4, 4)),
        ("- - a\n  - b: 1\n    c: 2\n- d\n", "0/1/c", (3, 8)),
        ("- - a\n  - b: 1\n    c: 2\n- d\n", "1", (4, 3)),
        ("a: {b, c: , d: e}", "a/d", (1, 16)),
        ("a:\n- b\n- c\nd: e\n", "d", (4, 4)),
        ("u: http://x:1/#y z\nd: e\n", "d", (2, 4)),
    ] {
        assert_eq!(value(text, path), place, "{text:?} {path}");
    }
}

#[test]
fn what_is_not_there_has_the_place_of_what_is_around() {
    assert_eq!(value("a:\n  b: {c: d}\n", "a/b/x/y"), (2, 6));
    assert_eq!(value("", "a"), (1, 1));
    assert_eq!(value("? a\n: b\n", "a"), (1, 1));
}

#[test]
fn front_matter_counts_its_fence() {
    let places = Places::of_front_matter("---\ntitle: T\nsteps:\n  who: {next: x}\n---\nbody: no\n");
    assert_eq!(places.value(&["steps", "who", "next"]), (4, 15));
    assert_eq!(places.value(&["body"]), (2, 1));
}

#[test]
fn columns_are_counted_over_long_lines() {
    for letters in [1, 507, 508, 1019, 1020, 1021, 5000] {
        let text = format!("a:\n  {{é: {}, b: c}}", "é".repeat(letters));
        assert_eq!(value(&text, "a/b"), (2, letters + 12), "{letters}");
    }
    assert_eq!(value(&format!("{}b: c", "\n".repeat(1020)), "b"), (1021, 4));
}

#[test]
fn hostile_text_ends() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(50_000), "]}:,".repeat(1000), "[}".repeat(9)]
    {
        Places::parse(&text);
    }
}

/// Texts without line breaks that carry what is special to YAML.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,6}", "[a-z é'\"#:,\\[\\]{}&*|>%@-]{1,8}"]
}

fn tree() -> impl Strategy<Value = Value> {
    word().prop_map(Value::String).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::Sequence),
            prop::collection::btree_map(word(), inner, 1..4)
                .prop_map(|map| Value::Mapping(map.into_iter().map(|(key, value)| (key.into(), value)).collect())),
        ]
    })
}

/// The text of a value in flow style, every text in quotes of some kind.
fn flow(value: &Value) -> String {
    let quoted = |text: &str| match text.len() % 2 {
        0 => format!("'{}'", text.replace('\'', "''")),
        _ => serde_json::to_string(text).unwrap(),
    };
    match value {
        Value::Sequence(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(" ,\n ")),
        Value::Mapping(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{}: {}", flow(key), flow(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => quoted(other.as_str().unwrap()),
    }
}

/// Every scalar of a tree must be read again, alone, from the place told for it.
fn check(text: &str, spot: Spot<'_>, value: &Value) -> Result<(), TestCaseError> {
    match value {
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                check(text, spot.item(index), item)?;
            }
        }
        Value::Mapping(map) => {
            for (key, value) in map {
                let under = spot.under(key.as_str().unwrap());
                begins(text, under.key(), key.as_str().unwrap())?;
                check(text, under, value)?;
            }
        }
        other => begins(text, spot.value(), other.as_str().unwrap())?,
    }
    Ok(())
}

fn begins(text: &str, (line, column): Place, wanted: &str) -> Result<(), TestCaseError> {
    let line = text.split('\n').nth(line - 1).unwrap();
    let rest: String = line.chars().skip(column - 1).collect();
    let written =
        [wanted.to_owned(), format!("'{}'", wanted.replace('\'', "''")), serde_json::to_string(wanted).unwrap()];
    prop_assert!(written.iter().any(|form| rest.starts_with(form.as_str())), "{wanted:?} in {rest:?} of {text:?}");
    Ok(())
}

proptest! {
    #[test]
    fn every_value_is_found_where_it_stands(tree in tree()) {
        for text in [serde_yaml::to_string(&tree).unwrap(), format!("{}\n", flow(&tree))] {
            prop_assert_eq!(&serde_yaml::from_str::<Value>(&text).unwrap(), &tree);
            check(&text, Places::parse(&text).root(), &tree)?;
        }
    }

    #[test]
    fn any_text_ends(text in "[ab \\n:,'\"#\\[\\]{}&*!|>?%@\\\\é-]{0,60}") {
        Places::parse(&text).value(&["a", "0", "b"]);
    }
}
