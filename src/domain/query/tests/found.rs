//! What queries find, in a ticket and by the laws of logic; and that nothing typed is a panic.

use proptest::prelude::*;

use super::*;
use crate::domain::comment::{Comment, Visibility};
use crate::domain::facts::Facts;
use crate::domain::ticket::{FieldValue, Link, Relation, Satisfaction, Ticket};

/// Words in any case; a phrase as it stands.
struct Plain;

impl TextMatch for Plain {
    fn contains(&self, text: &str, wanted: &str, phrase: bool, _: Option<&str>) -> bool {
        let (text, wanted) = (text.to_lowercase(), wanted.to_lowercase());
        if phrase { text.contains(&wanted) } else { text.split_whitespace().any(|word| word == wanted) }
    }
}

fn comment(author: &str, date: &str, visibility: Visibility, body: &str) -> Comment {
    Comment {
        id: "20261121T110000Z-3f9k".into(),
        author: author.into(),
        date: date.parse().unwrap(),
        visibility,
        channel: None,
        attachments: Vec::new(),
        pattern: None,
        deviates: false,
        automatic: false,
        mail: Default::default(),
        body: body.into(),
    }
}

fn ticket() -> Ticket {
    let fields = [
        ("product", FieldValue::Text("portal".into())),
        ("seats", FieldValue::Integer(12)),
        ("room", FieldValue::Integer(7)),
        ("start", FieldValue::Text("2026-11-22".into())),
        ("vip", FieldValue::Bool(true)),
    ];
    Ticket {
        id: "261121-b000".parse().unwrap(),
        title: "Login fails".into(),
        status: "open".into(),
        priority: Priority::Urgent,
        kind: None,
        requester: Some("Bob@Other.example".into()),
        cc: vec!["carl@example.com".into()],
        assignee: Some("jo".into()),
        team: Some("first-line".into()),
        tags: vec!["login".into(), "Äpp".into()],
        channel: Some("email".into()),
        language: None,
        created: "2026-11-21T22:30:00Z".parse().unwrap(),
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        links: vec![Link { relation: Relation::Parent, id: "261009-0c4mz".parse().unwrap() }],
        fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
        satisfaction: Some(Satisfaction { score: 4, comment: None, date: None }),
        attachments: Vec::new(),
        outbound: false,
        line: 2,
        remind_at: None,
        close_at: None,
        until: None,
        merged_into: None,
        external_id: None,
        flags: Vec::new(),
        unsent: Vec::new(),
        portal_link: 0,
    }
}

fn facts() -> Facts {
    Facts {
        ticket: ticket(),
        state: State::Open,
        org: Some("other".into()),
        updated: None,
        closed: None,
        promise: None,
        body: "I cannot log in since the update".into(),
        thread: vec![
            comment("jo", "2026-11-21T23:00:00Z", Visibility::Public, "Please restart the gateway"),
            comment("sam", "2026-11-21T23:30:00Z", Visibility::Internal, "Known"),
        ],
    }
}

#[test]
fn queries_find_what_they_say() {
    let (facts, zone) = (facts(), settings("America/New_York"));
    let finds = |query: &str| matches(&parse_as(query, jo(), &zone).unwrap(), &facts, &Plain);
    for query in [
        "",
        "status:OPEN",
        "status:new,open",
        "state:open",
        "priority:>high",
        "priority:urgent",
        "-type:incident",
        "type:none",
        "assignee:me",
        "team:me",
        "requester:bob@other.EXAMPLE",
        "org:other",
        "cc:carl@example.com",
        "tag:LOGIN",
        "tag:äPP",
        "tag:any",
        "-tag:spam",
        "channel:email",
        "language:none",
        "id:261121-b000",
        "id:b0",
        "id:261121",
        "id:bOOO",
        "id:261120..261121",
        "id:>261121-a",
        "id:<=261121-b0",
        "-id:>261121",
        "created:2026-11-21",
        "created:<=2026-11-21",
        "-created:>2026-11-21",
        "updated:<now OR a OR login",
        "closed:none",
        "-closed:<=now",
        "link:parent",
        "link:0c4mz",
        "link:261009-0c4mz",
        "-link:duplicate-of",
        "answered-by:jo",
        "escalated:true",
        "satisfaction:4",
        "satisfaction:>=4",
        "satisfaction:1..4",
        "field.product:PORTAL",
        "field.seats:12",
        "field.seats:>11.5",
        "field.room:7",
        "field.vip:true",
        "field.start:2026-11-22",
        "field.start:>=2026-11-22",
        "field.start:<=2026-11-22",
        "field.start:today",
        "-field.start:>2026-11-22",
        "-field.start:<2026-11-22",
        "field.start:2026-11-01..2026-11-22",
        "-field.start:>=now",
        "field.start:<now",
        "-field.start:2026-11-22T00:00:00Z",
        "field.start:2026-11-22T05:00:00Z",
        "is:open",
        "-is:closed",
        "-is:unanswered",
        "is:escalated",
        "-is:unassigned",
        "has:comment",
        "has:internal",
        "-has:attachment",
        "gateway",
        "comment:gateway",
        "-body:gateway",
        "title:fails",
        "\"log in\"",
        "login gateway",
        "-(login xylophone)",
        "view:hot",
        "view:open",
        "view:mine",
        "view:mine,hot",
    ] {
        assert!(finds(query), "{query}");
    }
    for query in [
        "status:new",
        "id:261122",
        "id:>261121-b000",
        "id:<261121",
        "created:2026-11-22",
        "updated:>=2020-01-01",
        "closed:any",
        "type:any",
        "language:nl",
        "language:en",
        "field.seats:>12",
        "field.start:2026-11-21",
        "field.start:2026-11-23",
        "field.room:none",
        "tag:none",
        "nobody",
        "\"in log\"",
    ] {
        assert!(!finds(query), "{query}");
    }
}

#[test]
fn nobody_sees_what_nobody_has() {
    let (mut facts, zone) = (facts(), settings("UTC"));
    let open = parse_as("view:open", Me::Unknown { hint: String::new() }, &zone).unwrap();
    assert!(!matches(&open, &facts, &Plain));
    facts.ticket.assignee = Some(" ".into());
    assert!(!matches(&open, &facts, &Plain));
    facts.ticket.team = None;
    assert!(matches(&open, &facts, &Plain));
}

/// Text that is, or is nearly, a query.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "-",
        "\"",
        "\\",
        ":",
        ",",
        "..",
        ">=",
        "<",
        " ",
        "OR",
        "NOT ",
        "AND ",
        "status:",
        "open",
        "created:",
        "now-",
        "7d",
        "2026-11-22",
        "field.",
        "seats",
        "start:",
        "view:",
        "hot",
        "wide",
        "link:",
        "id:",
        "é",
        "\0",
        "\u{1b}",
        "me",
        "assignee:",
        "title:",
        "satisfaction:",
        "9",
        "is:",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A well-formed query, in brackets where it is more than a term.
fn queries() -> impl Strategy<Value = String> {
    let term = prop::sample::select(vec![
        "gateway",
        "\"log in\"",
        "e-mail",
        "status:open,new",
        "priority:>=high",
        "created:>=now-7d",
        "tag:none",
        "assignee:me",
        "is:unanswered",
        "field.start:2026-11-22..",
        "field.seats:<12",
        "id:2611",
        "link:parent",
        "view:hot",
        "has:internal",
        "title:\"a b\",c",
    ]);
    term.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("-{one}")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} {other})")),
            (inner.clone(), inner).prop_map(|(one, other)| format!("({one} OR NOT {other})")),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_typed_is_a_panic(text in prop_oneof![any::<String>(), pieces()]) {
        let zone = settings("Europe/Amsterdam");
        match parse_as(&text, jo(), &zone) {
            Ok(expr) => { matches(&expr, &facts(), &Plain); }
            Err(wrong) => {
                prop_assert!((1..=text.chars().count().max(1)).contains(&wrong.column), "{:?}", wrong);
                prop_assert!(!wrong.message.chars().any(char::is_control));
                prop_assert_eq!(render_pointer(&text, wrong.column).lines().count(), 2);
            }
        }
    }

    #[test]
    fn connectives_are_logic(one in queries(), other in queries()) {
        let (facts, zone) = (facts(), settings("Europe/Amsterdam"));
        let finds = |query: String| matches(&parse_as(&query, jo(), &zone).unwrap(), &facts, &Plain);
        let (first, second) = (finds(one.clone()), finds(other.clone()));
        prop_assert_eq!(finds(format!("{one} {other}")), first && second);
        prop_assert_eq!(finds(format!("{one} OR {other}")), first || second);
        prop_assert_eq!(finds(format!("NOT {one} OR {other}")), !first || second);
        prop_assert_eq!(finds(format!("-({one} OR {other})")), !first && !second);
    }
}
