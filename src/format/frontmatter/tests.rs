//! Examples of reading, editing and writing.

use super::scalar::{Place, render_at};
use super::*;
use serde_yaml::Value;

const TICKET: &str = "---\ntitle: Cannot log in   # as told\nstatus: open\n# people\nrequester: ann@example.com\n\
    cc: [bob@example.com]\nassignee: 'jo'\n\ntags:\n  - one   # first\n  - \"two\"\nx-odd:   \"kept\"\n\
    created: 2026-11-22T04:20:00Z\n---\nHello\n---\nnot a fence\r\n";
const ORDER: [&str; 10] =
    ["title", "status", "priority", "requester", "cc", "assignee", "tags", "created", "links", "fields"];

fn text(value: &str) -> Option<Node> {
    Some(Node::Text(value.to_string()))
}

fn list(items: &[&str]) -> Option<Node> {
    Some(Node::List(items.iter().map(|item| Node::Text(item.to_string())).collect()))
}

fn fault(source: &str) -> Fault {
    parse(source.as_bytes()).unwrap_err()
}

fn check(source: &str, key: &str, node: Option<Node>, expected: &str) {
    assert_eq!(edit(source, &[(key, node)], &ORDER).unwrap(), expected);
}

#[test]
fn reads_keys_positions_and_body() {
    let front = parse(TICKET.as_bytes()).unwrap();
    assert_eq!(front.get("title").unwrap(), "Cannot log in");
    assert_eq!(front.keys().map(|(key, _)| key).collect::<Vec<_>>().len(), 8);
    assert_eq!(front.position("assignee"), (7, 11));
    assert_eq!(front.position("tags"), (10, 3));
    assert_eq!(front.key_position("tags"), (9, 1));
    assert_eq!(front.position("absent"), (1, 1));
    assert_eq!(front.body(TICKET), "Hello\n---\nnot a fence\r\n");
}

#[test]
fn reads_crlf_and_byte_order_mark() {
    let source = "\u{feff}---\r\ntitle: é\r\nmore: |\r\n  a\r\n  b\r\n---\r\nbody";
    let front = parse(source.as_bytes()).unwrap();
    assert_eq!(front.get("more").unwrap(), "a\nb\n");
    assert_eq!(front.body(source), "body");
    assert_eq!(front.position("more"), (3, 7));
    assert_eq!(parse(b"---\n---").unwrap().keys().count(), 0);
    assert_eq!(parse(b"---\n# only\n---\n").unwrap().keys().count(), 0);
}

#[test]
fn positions_agree_between_both_readers() {
    let quick = "---\na: 1\nb:\n  - x\nc: {k: v}\nd:\ne:   'q'\n---\n";
    let full = "---\na: 1\nb:\n  - x\nc: {k: v}\nd:\ne:   'q'\nz: |\n  slow\n---\n";
    let (quick, full) = (parse(quick.as_bytes()).unwrap(), parse(full.as_bytes()).unwrap());
    for key in ["a", "b", "c", "d", "e"] {
        assert_eq!(quick.position(key), full.position(key), "{key}");
        assert_eq!(quick.key_position(key), full.key_position(key), "{key}");
    }
}

#[test]
fn faults_have_the_line_of_the_file() {
    let at = |source: &str| {
        let fault = fault(source);
        (fault.line, fault.column)
    };
    assert_eq!(at("---\na: 1\nb: 2\nc: 3\nassignee: @jo\n---\n"), (5, 11));
    assert!(fault("---\nassignee: @jo\n---\n").hint.unwrap().contains("quotes"));
    assert_eq!(at("---\na: 1\nb: 2\na: 3\n---\n"), (4, 1));
    assert!(fault("---\na: 1\na: 3\n---\n").message.contains("`a`"));
    assert_eq!(at("---\nm:\n  k: 1\n  'k': 2\n---\n"), (4, 3));
    assert_eq!(at("---\nm: {k: {é: 1, é: 2}}\n---\n"), (2, 15));
    assert_eq!(at("---\nm:\n  1: x\n---\n"), (3, 3));
    assert_eq!(at("---\nm:\n  ? [a]\n  : x\n---\n"), (3, 5));
    assert_eq!(at("---\na: 1\nb: \"open\n---\n"), (3, 4));
    assert_eq!(at("---\na: 1\nb: [x\n---\n"), (3, 4));
    assert_eq!(at("---\na: *no\n---\n"), (2, 4));
    assert_eq!(at("---\na: x: y\n---\n"), (2, 5));
    assert_eq!(at("---\na: !t y\n---\n"), (2, 4));
    assert_eq!(at("---\na: \u{7}\n---\n"), (2, 4));
    assert_eq!(at("---\na: 99999999999999999999999\n---\n"), (2, 4));
    assert_eq!(at("---\n- a\n---\n"), (2, 1));
    assert_eq!(at("---\n\ta: b\n---\n").0, 2);
    assert_eq!(at("---\na: b\n... \nc: d\n---\n").0, 3);
}

#[test]
fn faults_of_the_file_itself() {
    assert!(fault("title: x\n").message.contains("no front matter"));
    let open = fault("---\ntitle: x\n");
    assert!(open.message.contains("no closing ---") && open.hint.unwrap().contains("---"));
    let bytes = parse(b"---\na: b\n---\nbo\xffdy").unwrap_err();
    assert_eq!((bytes.line, bytes.column), (4, 3));
    assert_eq!((fault("---\na: \0\n---\n").line, fault("---\na: \0\n---\n").column), (2, 4));
    let large = format!("---\na: {}\n---\n", "x".repeat(300_000));
    assert!(fault(&large).message.contains("256 KiB"));
    assert!(parse(format!("---\na: b\n---\n{}", "x".repeat(600_000)).as_bytes()).is_ok());
}

#[test]
fn nesting_and_aliases_are_bounded() {
    let nested = |depth: usize| format!("---\na: {}{}\n---\n", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(31).as_bytes()).is_ok());
    assert!(fault(&nested(32)).message.contains("deeper"));
    for open in ["[", "{", "- ", "? ", "{a: ", "- ? "] {
        assert!(parse(format!("---\na:\n {}\n---\n", open.repeat(60_000)).as_bytes()).is_err());
    }
    let mut bomb = String::from("---\na: &a [x, x, x, x, x, x, x, x, x]\n");
    for (from, to) in ('a'..'i').zip('b'..='i') {
        bomb.push_str(&format!("{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]\n"));
    }
    assert!(fault(&format!("{bomb}---\n")).message.contains("aliases"));
    let long = format!("---\na: &a {}\nb: [{}]\n---\n", "x".repeat(100_000), "*a, ".repeat(1000));
    assert!(fault(&long).message.contains("aliases"));
    assert!(parse(b"---\na: &a [*a]\n---\n").is_err());
    assert_eq!(parse(b"---\na: &a [x]\nb: *a\n---\n").unwrap().get("b").unwrap()[0], "x");
}

#[test]
fn reads_plain_yaml_files() {
    let value = parse_yaml(b"- name: standard\n  warn: 80%\n").unwrap();
    assert_eq!(value[0]["warn"], "80%");
    assert_eq!(parse_yaml(b"desk: Acme\nreopen-days: 14\n").unwrap()["reopen-days"], 14);
    assert_eq!(parse_yaml(b"# nothing\n").unwrap(), Value::Null);
    assert_eq!(parse_yaml(b"\xef\xbb\xbfa: 1\n").unwrap()["a"], 1);
    let fault = parse_yaml(b"a: 1\nb: {c: 1, c: 2}\n").unwrap_err();
    assert_eq!((fault.line, fault.column), (2, 11));
    assert_eq!(fault.to_string(), "line 2, column 11: the key `c` is here twice");
}

#[test]
fn sets_a_scalar_and_keeps_the_comment() {
    check(TICKET, "title", text("New: title"), &TICKET.replace("Cannot log in ", "'New: title' "));
    check(TICKET, "assignee", text("sam"), &TICKET.replace("'jo'", "sam"));
    check(TICKET, "x-odd", text("kept"), TICKET);
    check(TICKET, "priority", text("high"), &TICKET.replace("status: open\n", "status: open\npriority: high\n"));
    check(TICKET, "new", text("x"), &TICKET.replace("Z\n---\n", "Z\nnew: x\n---\n"));
    check("---\nb: 1\nstatus: x\n---\n", "title", text("t"), "---\nb: 1\ntitle: t\nstatus: x\n---\n");
    check(TICKET, "assignee", None, &TICKET.replace("assignee: 'jo'\n", ""));
    check("---\na: # c\n---\n", "a", text("1"), "---\na: '1' # c\n---\n");
}

#[test]
fn replaces_values_over_several_lines() {
    check("---\na: | # c\n  one\n\n  # two\n\nb: 1\n---\n", "a", text("x"), "---\na: x # c\n\nb: 1\n---\n");
    check("---\na: one\n  two # c\nb: 1\n---\n", "a", text("x"), "---\na: x # c\nb: 1\n---\n");
    check("---\na: \"one\n\n  two\" # c\nb: 1\n---\n", "a", text("x"), "---\na: x # c\nb: 1\n---\n");
    check("---\ntags: [a,\n  b,\n]\nb: 1\n---\n", "tags", list(&["a"]), "---\ntags: [a]\nb: 1\n---\n");
    check("---\ntags:\n- a\n- b\n# c\nb: 1\n---\n", "tags", None, "---\n# c\nb: 1\n---\n");
    check("---\na: |+\n  x\n\nb: 1\n---\n", "a", None, "---\nb: 1\n---\n");
    check("---\na: 1\n---\n", "a", text("two\nlines"), "---\na: \"two\\nlines\"\n---\n");
}

#[test]
fn lists_keep_their_style() {
    let added = TICKET.replace("  - \"two\"\n", "  - \"two\"\n  - three\n");
    check(TICKET, "tags", list(&["one", "two", "three"]), &added);
    check(TICKET, "tags", list(&["two"]), &TICKET.replace("  - one   # first\n", ""));
    check(TICKET, "tags", list(&[]), &TICKET.replace("tags:\n  - one   # first\n  - \"two\"\n", "tags: []\n"));
    check(TICKET, "cc", list(&["a", "b, c"]), &TICKET.replace("[bob@example.com]", "[a, 'b, c']"));
    let linked = TICKET.replace("Z\n---\n", "Z\nlinks:\n  - related-to 261009-0c4mz\n---\n");
    check(TICKET, "links", list(&["related-to 261009-0c4mz"]), &linked);
    check("---\nlinks: [] # c\n---\n", "links", list(&["a b"]), "---\nlinks: # c\n  - a b\n---\n");
    check("---\ntags:\n- a\n- c\nb: 1\n---\n", "tags", list(&["a", "b"]), "---\ntags:\n- a\n- b\nb: 1\n---\n");
    check("---\na: 1\n---\n", "tags", list(&["a", "b"]), "---\na: 1\ntags: [a, b]\n---\n");
}

#[test]
fn line_endings_follow_the_file() {
    let source = TICKET.replace("\r\n", "\n").replace('\n', "\r\n");
    let expected = source.replace("  - \"two\"\r\n", "  - \"two\"\r\n  - x\r\n");
    check(&source, "tags", list(&["one", "two", "x"]), &expected);
    let expected = source.replace("Z\r\n---\r\n", "Z\r\nlinks:\r\n  - a b\r\n---\r\n");
    check(&source, "links", list(&["a b"]), &expected);
    check(&source, "title", text("t"), &source.replace("Cannot log in ", "t "));
}

#[test]
fn nested_keys() {
    let source = "---\ntitle: t\ncreated: 2026-11-22T04:20:00Z\n---\nbody";
    let product = Some(Node::Text("portal".to_string()));
    let set = edit_nested(source, "fields", "product", product.clone(), &ORDER).unwrap();
    assert_eq!(set, source.replace("Z\n", "Z\nfields:\n  product: portal\n"));
    let more = edit_nested(&set, "fields", "count", Some(Node::Number(3)), &ORDER).unwrap();
    assert_eq!(more, set.replace("portal\n", "portal\n  count: 3\n"));
    assert_eq!(edit_nested(&more, "fields", "count", None, &ORDER).unwrap(), set);
    assert_eq!(edit_nested(&set, "fields", "product", None, &ORDER).unwrap(), source);
    assert_eq!(edit_nested(&set, "fields", "absent", None, &ORDER).unwrap(), set);
    let commented = "---\nfields:\n    # why\n    product: x # c\n    'b':\n      - 1\n---\n";
    let edited = edit_nested(commented, "fields", "product", product.clone(), &ORDER).unwrap();
    assert_eq!(edited, commented.replace(": x", ": portal"));
    let flow = edit_nested("---\nfields: {a: 1} # c\n---\n", "fields", "b", product.clone(), &ORDER).unwrap();
    assert_eq!(flow, "---\nfields: {a: 1, b: portal} # c\n---\n");
    assert!(edit_nested("---\nfields: text\n---\n", "fields", "b", product, &ORDER).is_err());
}

#[test]
fn refuses_what_it_cannot_splice() {
    for source in [
        "---\n{title: x, a: 1}\n---\n",
        "---\na: &x 1\nb: *x\ntitle: x\n---\n",
        "---\n? title\n: x\na: 1\n---\n",
        "---\ntitle: x\na: [1, # one\n  2]\n---\n",
    ] {
        let fault = edit(source, &[("title", text("y")), ("a", Some(Node::Number(3)))], &ORDER).unwrap_err();
        assert!(fault.message.contains("in a way loket does not edit"), "{source}: {fault}");
    }
    assert!(edit("no fence", &[("a", text("b"))], &ORDER).is_err());
}

#[test]
fn renders_a_new_file() {
    let keys = [
        ("title", Node::Text("Hello, world".to_string())),
        ("line", Node::Number(2)),
        ("ratio", Node::Float(1e300)),
        ("deviates", Node::Bool(true)),
        ("message-id", Node::Text("<CAF3@mail.example.com>".to_string())),
        ("satisfaction", Node::Map(vec![("score".to_string(), Node::Number(5))])),
        ("fields", Node::Map(vec![("no".to_string(), Node::Text("no".to_string()))])),
        ("away", Node::List(vec![Node::Map(vec![("from".to_string(), Node::Text("2026-12-01".to_string()))])])),
    ];
    let expected = "---\ntitle: Hello, world\nline: 2\nratio: 1.0e+300\ndeviates: true\n\
        message-id: <CAF3@mail.example.com>\nsatisfaction: {score: 5}\nfields:\n  'no': 'no'\n\
        away: [{from: '2026-12-01'}]\n---\nbody\n";
    assert_eq!(render(&keys, "body\n"), expected);
    let front = parse(expected.as_bytes()).unwrap();
    assert!(keys.iter().all(|(key, node)| front.get(key) == Some(&node.to_value())));
}

#[test]
fn scalars_that_stay_plain() {
    for plain in [
        "2026-11-22T04:20:00Z",
        "ann@example.com",
        "<CAF3@mail.example.com>",
        "261122-7k2qm",
        "related-to 261009-0c4mz",
        "it's fine",
        "4d",
        "180d",
        "a#b",
        "née",
        "north",
        "e",
        "Easy 1-2-3",
    ] {
        assert_eq!(render_scalar(plain), plain);
    }
    assert_eq!(render_at("Hello, world: [x]", Place::Block), "'Hello, world: [x]'");
    assert_eq!(render_at("Hello, [world]", Place::Block), "Hello, [world]");
}

#[test]
fn scalars_that_are_quoted() {
    for quoted in [
        "",
        "~",
        "null",
        "NULL",
        "True",
        "no",
        "Yes",
        "on",
        "OFF",
        "y",
        "N",
        "<<",
        "=",
        "---",
        "...",
        "1",
        "-1",
        "+1",
        "0x1f",
        "0o7",
        "0b1",
        "017",
        "1_000",
        "1,000",
        "1e3",
        "1.5E-3",
        ".5",
        "5.",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "190:20:30",
        "2026-01-01",
        "2026-1-1",
        "2026-11-22 04:20:00",
        "2026-11-22T04:20:00+01:00",
        "- a",
        "-a",
        "? b",
        ":c",
        ",d",
        "[e",
        "]f",
        "{g",
        "}h",
        "#i",
        "&j",
        "*k",
        "!l",
        "|m",
        ">n",
        "\"p",
        "%q",
        "@r",
        "`s",
        "a: b",
        "a #b",
        "a:",
        " a",
        "a ",
        "a, b",
        "a]",
        "a}",
    ] {
        assert_eq!(render_scalar(quoted), format!("'{quoted}'"));
    }
    assert_eq!(render_scalar("it's: so"), "'it''s: so'");
    assert_eq!(render_scalar("a\nb\t\"\u{7}\u{2028}"), "\"a\\nb\\t\\\"\\x07\\u2028\"");
}
