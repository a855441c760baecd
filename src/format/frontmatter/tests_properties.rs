//! Properties that hold for every text.

use super::*;
use proptest::prelude::*;
use serde_yaml::Value;

const ORDER: [&str; 6] = ["title", "status", "tags", "links", "fields", "z"];

/// Texts with everything that is special somewhere.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        any::<String>(),
        "[-+0-9.eExob:_, TZ]{1,10}",
        "[a-c'\"#:,\\[\\]{}?!&*|>%@` \\n\\t-]{0,10}",
        Just("null".to_string()),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        4 => any_text().prop_map(Node::Text),
        1 => any::<i64>().prop_map(Node::Number),
        1 => any::<f64>().prop_map(Node::Float),
        1 => any::<bool>().prop_map(Node::Bool),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let keys = prop::collection::btree_map("[a-z:' #]{1,5}", inner.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Node::List),
            keys.prop_map(|map| Node::Map(map.into_iter().collect())),
        ]
    })
}

/// A piece of front matter for one key, in some style.
fn block() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        ": plain   # c\n",
        ": 'quo''ted'\n",
        ": \"dou\\nble\" # c\n",
        ":\n",
        ": # c\n",
        ": [a, \"b\", c d] # c\n",
        ": {a: 1, b: [x, y]}\n",
        ":\n  - one # first\n\n  # about\n  - \"two\"\n",
        ":\n- one\n- 3\n",
        ":\n  a: 1 # c\n  # d\n  b:\n    - x\n",
        ":\n  - a: 1\n    b: 2\n  - c\n",
        ": |\n  text\n\n  # more\n\n",
        ": >-\n  folded\n  text\n# comment\n",
        ": many\n  lines\n\n  here # c\n",
        ": [a,\n b, # c\n c]\n",
        ": \"two\n\n  lines\"\n",
        ": |+\n  keep\n\n",
        ": 2026-11-22T04:20:00Z\n\n# end\n",
    ])
}

fn file() -> impl Strategy<Value = String> {
    let keys = prop::sample::subsequence(vec!["title", "x", "tags", "'odd'", "fields", "links"], 0..6);
    (keys, prop::collection::vec(block(), 6), any::<bool>(), "[a-z\\n-]{0,12}").prop_map(
        |(keys, blocks, crlf, body)| {
            let yaml: String = keys.iter().zip(blocks).map(|(key, block)| format!("{key}{block}")).collect();
            let text = format!("---\n# head\n{yaml}---\n{body}");
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

/// Lines made of the pieces ordinary and less ordinary YAML is made of.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "key",
        ": ",
        ":",
        " ",
        "  ",
        "\n",
        "\n",
        "\n  ",
        "\n- ",
        "\n  - ",
        "- ",
        "-",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "#",
        " # c",
        "'",
        "''",
        "\"",
        "\\n",
        "\\",
        "null",
        "~",
        "true",
        "False",
        "no",
        "1",
        "-0",
        "007",
        "0x1F",
        "-0x1",
        "0o7",
        "0b1",
        "1.5",
        "1e3",
        ".5",
        "5.",
        "-.inf",
        ".nan",
        "+1",
        "1_0",
        "99999999999999999999",
        "2026-01-01",
        "12:30",
        "?",
        "? ",
        "!",
        "&a ",
        "*a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\t",
        "\r\n",
        "\r",
        "é",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "<<",
        "=",
        "a: 1\n",
        "b: x\n",
        "c: [a, b]\n",
        "d: {a: 1}\n",
        "e:\n  - x\n",
        "f:\n  g: 1\n",
        "h: 'x'\n",
        "---",
        "...",
        "inf",
        "nan",
        "_",
        "/",
        "x:y",
    ]);
    let pieces = prop::collection::vec(piece.clone(), 0..14).prop_map(|pieces| pieces.concat());
    let value = prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat());
    let head = prop::sample::select(vec!["", "", "  ", "- ", "  - ", "    ", "#"]);
    let wrap = prop::sample::select(vec![
        ("", ""),
        ("", ""),
        ("[", "]"),
        ("{k: ", "}"),
        ("'", "'"),
        ("\"", "\""),
        ("[a, ", "] # c"),
    ]);
    let line = (head, "[a-f]", prop::sample::select(vec![": ", ":", ":  ", ""]), wrap, value)
        .prop_map(|(head, key, colon, (open, close), value)| format!("{head}{key}{colon}{open}{value}{close}\n"));
    prop_oneof![pieces, prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat())]
}

fn parsed(text: &str) -> Vec<(String, Value)> {
    parse(text.as_bytes()).unwrap().keys().map(|(key, value)| (key.to_string(), value.clone())).collect()
}

/// The keys of [`file`], and one it never has.
fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["title", "x", "tags", "odd", "fields", "z"])
}

fn items(least: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-d ]{1,3}", least..6)
}

fn value_of(text: &str, key: &str) -> Option<Value> {
    parse(text.as_bytes()).unwrap().get(key).cloned()
}

fn body(text: &str) -> &str {
    parse(text.as_bytes()).unwrap().body(text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quick_agrees_with_yaml_serde(yaml in yaml_like()) {
        if let Ok(entries) = quick::read(&yaml, 1) {
            let full: Value = serde_yaml::from_str(&yaml).unwrap();
            let pairs: Vec<(Value, Value)> = match full {
                Value::Null => Vec::new(),
                Value::Mapping(mapping) => mapping.into_iter().collect(),
                other => panic!("{other:?}"),
            };
            let read: Vec<_> = entries.into_iter().map(|entry| (Value::String(entry.key), entry.value)).collect();
            prop_assert_eq!(read, pairs);
        }
    }

    #[test]
    fn quick_agrees_on_plain_scalars(word in "[-+0-9.eExobinfatrulNT~_:/ ]{1,9}") {
        for yaml in [format!("a: {word}\n"), format!("a: [{word}]\n"), format!("a:\n- {word}\n")] {
            if let Ok(mut entries) = quick::read(&yaml, 1) {
                let full: Value = serde_yaml::from_str(&yaml).unwrap();
                prop_assert_eq!(&entries.remove(0).value, &full["a"]);
            }
        }
    }

    #[test]
    fn full_reader_agrees_with_yaml_serde(yaml in yaml_like()) {
        if let Ok(value) = strict::load(&yaml) {
            prop_assert_eq!(value.unwrap_or(Value::Null), serde_yaml::from_str::<Value>(&yaml).unwrap());
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), yaml in yaml_like()) {
        let _ = parse(&bytes);
        let _ = parse_yaml(&bytes);
        let _ = parse(&[b"---\n", bytes.as_slice(), b"\n---\n"].concat());
        let text = format!("---\n{yaml}\n---\n");
        let _ = parse(text.as_bytes());
        let spaced = Node::Text("a b".into());
        let nodes = [None, Some(Node::Number(7)), Some(spaced.clone()), Some(Node::List(vec![spaced]))];
        for node in nodes {
            if let Ok(edited) = edit(&text, &[("a", node.clone())], &ORDER) {
                prop_assert_eq!(value_of(&edited, "a"), node.map(|node| node.to_value()));
            }
        }
    }

    #[test]
    fn what_is_set_is_read(file in file(), node in node(), key in key()) {
        let edited = match edit(&file, &[(key, Some(node.clone()))], &ORDER) {
            Ok(edited) => edited,
            // Only a comment inside a flow collection makes one of these blocks uneditable.
            Err(_) if file.contains(&format!("{key}: [a,")) || file.contains("'odd': [a,") => return Ok(()),
            Err(fault) => return Err(TestCaseError::fail(format!("{fault}\n{file}"))),
        };
        prop_assert_eq!(value_of(&edited, key), Some(node.to_value()));
        let others = |text: &str| parsed(text).into_iter().filter(|(name, _)| name != key).collect::<Vec<_>>();
        prop_assert_eq!(others(&edited), others(&file));
        prop_assert_eq!(body(&edited), body(&file));
        prop_assert_eq!(edited.contains('\r'), file.contains('\r'));
        prop_assert_eq!(edit(&edited, &[(key, Some(node))], &ORDER).unwrap(), edited);
    }

    #[test]
    fn set_then_removed_leaves_no_trace(file in file(), node in node()) {
        let set = edit(&file, &[("z", Some(node.clone()))], &ORDER).unwrap();
        prop_assert_eq!(&edit(&set, &[("z", None)], &ORDER).unwrap(), &file);
        let nested = edit_nested(&file, "z", "in: ner", Some(node), &ORDER).unwrap();
        prop_assert_eq!(&edit_nested(&nested, "z", "in: ner", None, &ORDER).unwrap(), &file);
    }

    #[test]
    fn removing_touches_nothing_else(file in file(), key in key()) {
        let Ok(removed) = edit(&file, &[(key, None)], &ORDER) else {
            // Blank lines left behind would become part of a `|+` text above them.
            prop_assert!(file.contains("|+"));
            return Ok(());
        };
        let others: Vec<_> = parsed(&file).into_iter().filter(|(name, _)| name != key).collect();
        prop_assert_eq!(parsed(&removed), others);
        let kept = removed.lines().all(|line| file.lines().any(|old| old == line));
        prop_assert!(kept);
    }

    #[test]
    fn lists_become_what_is_meant(old in items(1), new in items(0)) {
        let items: String = old.iter().map(|item| format!("  - '{item}' # of {item}\n")).collect();
        let file = format!("---\ntags:\n{items}# end\nx: 1\n---\n");
        let node = Node::List(new.iter().cloned().map(Node::Text).collect());
        let edited = edit(&file, &[("tags", Some(node.clone()))], &ORDER).unwrap();
        prop_assert_eq!(value_of(&edited, "tags"), Some(node.to_value()));
    }

    #[test]
    fn scalars_round_trip(text in any_text()) {
        let scalar = render_scalar(&text);
        let s = &scalar;
        let yaml = format!("a: {s}\nb: [{s}, {s}]\nc: {{{s}: {s}}}\nd:\n- {s}\n");
        let value: Value = serde_yaml::from_str(&yaml).unwrap();
        let expected = Value::String(text.clone());
        for found in [&value["a"], &value["b"][0], &value["b"][1], &value["c"][text.as_str()], &value["d"][0]] {
            prop_assert_eq!(found, &expected);
        }
        let block = super::scalar::render_at(&text, super::scalar::Place::Block);
        prop_assert_eq!(&serde_yaml::from_str::<Value>(&format!("a: {block}\n")).unwrap()["a"], &expected);
    }

    #[test]
    fn new_files_are_read_back(nodes in prop::collection::vec(node(), 0..6), text in "[a-z\\n-]{0,12}") {
        let keys: Vec<_> = ORDER.into_iter().zip(nodes).collect();
        let file = render(&keys, &text);
        let front = parse(file.as_bytes()).unwrap();
        prop_assert!(keys.iter().all(|(key, node)| front.get(key) == Some(&node.to_value())));
        prop_assert_eq!(front.body(&file), text);
    }
}
