//! Examples of the language: what queries mean, and what is wrong with others.

use std::ops::Bound;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::settings::{FieldRule, FieldType, Settings};
use crate::domain::ticket::{Priority, State};

mod found;

fn settings(zone: &str) -> Settings {
    let kinds = [
        ("product", FieldType::Enum(vec!["Portal".into(), "app".into()])),
        ("seats", FieldType::Number),
        ("room", FieldType::Text),
        ("start", FieldType::Date),
        ("vip", FieldType::Bool),
    ];
    let rule = |kind| FieldRule { kind, required_on: Vec::new(), public: false };
    let mut settings = Settings {
        timezone: TimeZone::get(zone).unwrap(),
        fields: kinds.map(|(name, kind)| (name.to_owned(), rule(kind))).into(),
        ..Settings::default()
    };
    settings.statuses.push(("parked".into(), State::Hold));
    settings
}

fn view(name: &str) -> Option<String> {
    let text = match name {
        "hot" => "priority:>=high",
        "open" => "state:open (assignee:me OR assignee:none (team:none OR team:me))",
        "mine" => "assignee:me",
        "bad" => "status:opne",
        "loop" => "view:pool",
        "pool" => "printer OR view:loop",
        "wide" => return Some("view:hot ".repeat(600)),
        _ => return name.strip_prefix('v')?.parse::<u8>().ok().map(|depth| format!("view:v{}", depth + 1)),
    };
    Some(text.to_owned())
}

fn jo() -> Me {
    Me::Agent { handle: "Jo".into(), teams: vec!["first-line".into(), "finance".into()] }
}

fn parse_as(text: &str, me: Me, settings: &Settings) -> Result<Expr, Wrong> {
    let views = ["hot", "open", "mine", "bad", "loop"].map(str::to_owned);
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    parse(
        text,
        &Context {
            settings,
            now,
            me,
            handles: &[],
            teams: &[],
            orgs: &[],
            view: &view,
            views: &views,
            timeless: false,
        },
    )
}

fn parsed(text: &str) -> Expr {
    parse_as(text, jo(), &settings("UTC")).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
}

fn wrong(text: &str) -> Wrong {
    parse_as(text, jo(), &settings("UTC")).expect_err(text)
}

fn word(text: &str) -> Expr {
    Expr::Test(Test::Text { part: Part::Any, text: text.into(), phrase: false })
}

fn phrase(part: Part, text: &str) -> Expr {
    Expr::Test(Test::Text { part, text: text.into(), phrase: true })
}

fn field(field: Field, any: &[Match]) -> Expr {
    Expr::Test(Test::Field { field, any: any.to_vec() })
}

fn text(value: &str) -> Match {
    Match::Equals(Value::Text(value.into()))
}

fn not(inner: Expr) -> Expr {
    Expr::Not(Box::new(inner))
}

fn at(text: &str) -> Value {
    Value::Instant(text.parse().unwrap())
}

#[test]
fn not_binds_before_and_before_or() {
    let (a, b, c) = (|| word("a"), || word("b"), || word("c"));
    let (and, or) = (Expr::And, Expr::Or);
    for (query, want) in [
        ("", Expr::all()),
        ("  \n", Expr::all()),
        ("a", a()),
        ("a b", and(vec![a(), b()])),
        ("a AND b", and(vec![a(), b()])),
        ("a OR b c", or(vec![a(), and(vec![b(), c()])])),
        ("a b OR c", or(vec![and(vec![a(), b()]), c()])),
        ("-a b", and(vec![not(a()), b()])),
        ("NOT a OR b", or(vec![not(a()), b()])),
        ("NOT (a OR b)", not(or(vec![a(), b()]))),
        ("-(a b)", not(and(vec![a(), b()]))),
        ("a(b)c", and(vec![a(), b(), c()])),
        ("((a))", a()),
        ("NOT NOT a", not(not(a()))),
        ("a and b", and(vec![a(), word("and"), b()])),
        ("NOT tag:x,y", not(field(Field::Tag, &[text("x"), text("y")]))),
    ] {
        assert_eq!(parsed(query), want, "{query}");
    }
}

#[test]
fn words_and_phrases() {
    for (query, want) in [
        ("printer.", word("printer.")),
        ("e-mail", phrase(Part::Any, "e-mail")),
        ("foo/bar", phrase(Part::Any, "foo/bar")),
        ("https://a.example:80/x?y=1", phrase(Part::Any, "https://a.example:80/x?y=1")),
        ("\"cannot log in\"", phrase(Part::Any, "cannot log in")),
        (r#""a \"b\" \\ \c""#, phrase(Part::Any, r#"a "b" \ \c"#)),
        ("\"status:open\"", phrase(Part::Any, "status:open")),
        ("title:\"blank pages\"", phrase(Part::Title, "blank pages")),
        ("body:\"x\"", phrase(Part::Body, "x")),
        ("Comment:a-b", phrase(Part::Comment, "a-b")),
        ("title:\"x y\",\"z\"", Expr::Or(vec![phrase(Part::Title, "x y"), phrase(Part::Title, "z")])),
    ] {
        assert_eq!(parsed(query), want, "{query}");
    }
}

#[test]
fn every_field_has_its_values() {
    let high = || Value::Priority(Priority::High);
    let number = |number| Match::Equals(Value::Number(number));
    let from = |value| Match::Range(Bound::Included(value), Bound::Unbounded);
    let above = |value| Match::Range(Bound::Excluded(value), Bound::Unbounded);
    let below = |value| Match::Range(Bound::Unbounded, Bound::Excluded(value));
    let to = |value| Match::Range(Bound::Unbounded, Bound::Included(value));
    let between = |one, other| Match::Range(Bound::Included(one), Bound::Included(other));
    let custom = |name: &str| Field::Custom(name.into());
    for (query, name, want) in [
        ("id:#261121-BOOO", Field::Id, text("261121-b000")),
        ("id:>=2611", Field::Id, from(Value::Text("2611".into()))),
        ("status:Parked", Field::Status, text("parked")),
        ("state:hold", Field::State, Match::Equals(Value::State(State::Hold))),
        ("priority:high", Field::Priority, Match::Equals(high())),
        ("priority:>=high", Field::Priority, from(high())),
        ("priority:>high", Field::Priority, above(high())),
        ("priority:<high", Field::Priority, below(high())),
        ("priority:<=high", Field::Priority, to(high())),
        ("priority:low..high", Field::Priority, between(Value::Priority(Priority::Low), high())),
        ("priority:high..", Field::Priority, from(high())),
        ("priority:..high", Field::Priority, to(high())),
        ("type:incident", Field::Type, text("incident")),
        ("type:none", Field::Type, Match::None),
        ("assignee:me", Field::Assignee, text("jo")),
        ("assignee:\"me\"", Field::Assignee, text("me")),
        ("assignee:Sam", Field::Assignee, text("sam")),
        ("assignee:any", Field::Assignee, Match::Any),
        ("requester:Ann@Example.com", Field::Requester, text("ann@example.com")),
        ("org:example", Field::Org, text("example")),
        ("cc:me", Field::Cc, text("jo")),
        ("tag:\"a b\"", Field::Tag, text("a b")),
        ("tag:\"none\"", Field::Tag, text("none")),
        ("tag:a..b", Field::Tag, text("a..b")),
        ("channel:email", Field::Channel, text("email")),
        ("language:nl", Field::Language, text("nl")),
        ("closed:none", Field::Closed, Match::None),
        ("updated:>now", Field::Updated, above(at("2026-11-22T08:00:00Z"))),
        ("link:none", Field::Link, Match::None),
        ("link:Duplicate-Of", Field::Link, text("duplicate-of")),
        ("link:#261121-bOOO", Field::Link, text("261121-b000")),
        ("answered-by:me", Field::AnsweredBy, text("jo")),
        ("escalated:yes", Field::Escalated, Match::Equals(Value::Bool(true))),
        ("satisfaction:5", Field::Satisfaction, number(5.0)),
        ("satisfaction:<5", Field::Satisfaction, below(Value::Number(5.0))),
        ("field.product:portal", custom("product"), text("portal")),
        ("fields.Product:none", custom("product"), Match::None),
        ("field.seats:-1.5", custom("seats"), number(-1.5)),
        ("field.seats:1..2.5", custom("seats"), between(Value::Number(1.0), Value::Number(2.5))),
        ("field.room:Attic", custom("room"), text("attic")),
        ("field.vip:no", custom("vip"), Match::Equals(Value::Bool(false))),
    ] {
        assert_eq!(parsed(query), field(name, &[want]), "{query}");
    }
    assert_eq!(parsed("team:me"), field(Field::Team, &[text("first-line"), text("finance")]));
    assert_eq!(parsed("is:open,closed"), Expr::Or([Is::Open, Is::Closed].map(|is| Expr::Test(Test::Is(is))).to_vec()));
    assert_eq!(parsed("has:internal"), Expr::Test(Test::Has(Has::Internal)));
}

#[test]
fn wrong_queries_point_at_the_place() {
    for (query, column, words) in [
        ("status:open asignee:me", 13, "asignee|'assignee:'|double quotes"),
        ("status:opne", 8, "opne|'open'|parked"),
        ("status:open,opne", 13, "opne"),
        ("type:question is:oepn", 18, "oepn|'open'"),
        ("priority:>=hihg", 12, "hihg|'high'"),
        ("priority:low..hihg", 15, "hihg|'high'"),
        ("has:coment", 5, "coment|'comment'"),
        ("é state:opem", 9, "opem|'open'"),
        ("type:incdent", 6, "incident"),
        ("channel:emial", 9, "email"),
        ("prio:high", 1, "'priority:'"),
        ("seats:>1", 1, "field.seats"),
        ("field.seat:1", 7, "seat|'seats'"),
        ("field.nothinglikeit:1", 7, "product, room"),
        ("field.product:portl", 15, "'Portal'"),
        ("field.seats:many", 13, "many|number"),
        ("field.seats:inf", 13, "number"),
        ("field.vip:maybe", 11, "true"),
        ("field.room:>a", 13, "no order"),
        ("(status:open", 1, "no ')'"),
        ("a (b (c)", 3, "no ')'"),
        ("status:open)", 12, "no '('"),
        (") a", 1, "no '('"),
        ("a ()", 3, "between"),
        ("a \"no end", 3, "no second"),
        ("a title:\"no end", 9, "no second"),
        ("a status:", 3, "missing"),
        ("status: open", 1, "missing"),
        ("status:open,", 12, "missing"),
        ("a :b", 3, "no field"),
        ("created:>=someday", 11, "someday|2026-11-22"),
        ("created:2026-13-45", 9, "2026-13-45"),
        ("created:9999-12-31", 9, "not a date"),
        ("created:now-99999999999999999999d", 9, "not a date"),
        ("created:now-9999999999w", 9, "not a date"),
        ("created:now-+1d", 9, "not a date"),
        ("created:..", 9, "A..B"),
        ("created:2026-02-01..2026-01-01", 9, "empty"),
        ("created:none", 9, "not a date"),
        ("OR", 1, "OR needs"),
        ("a OR", 3, "OR needs"),
        ("OR a", 1, "OR needs"),
        ("a OR OR b", 3, "OR needs"),
        ("a AND OR b", 3, "AND needs"),
        ("(a OR) b", 4, "OR needs"),
        ("NOT", 1, "NOT needs"),
        ("a - b", 3, "'-' needs"),
        ("title:>=x", 9, "no order"),
        ("status:>open", 9, "no order"),
        ("tag:\"\"", 5, "empty"),
        ("tag:\"a\"b", 8, "space"),
        ("a & b", 3, "no letter"),
        ("priority>=high", 1, "priority:>=high"),
        ("satisfaction:7", 14, "1 to 5"),
        ("id:x!", 4, "no ticket id"),
        ("id:>x000", 5, "no ticket id"),
        ("link:parnt", 6, "'parent'"),
        ("link:duplicate", 6, "'duplicate-of'"),
        ("view:hto", 6, "'view:hot'"),
        ("view:bad", 6, "in the view 'bad'|opne|'open'"),
        ("view:loop", 6, "in the view 'loop'|names itself"),
        ("view:v1", 6, "views deep"),
        ("a view:wide", 8, "1000 terms"),
        ("is:overdu", 4, "is"),
        ("a due:<soon", 8, "not a date"),
        ("sla:breach", 5, "'breached'"),
        ("status:\u{1b}[2J\u{202e}", 8, r"\u{1b}[2J\u{202e}"),
    ] {
        let wrong = wrong(query);
        let said = format!("{} {}", wrong.message, wrong.hint.clone().unwrap_or_default());
        assert_eq!(wrong.column, column, "{query}: {wrong:?}");
        assert!(words.split('|').all(|word| said.contains(word)), "{query}: {said}");
        assert!(!said.chars().any(char::is_control), "{query}: {said:?}");
    }
}

#[test]
fn limits_are_errors() {
    for (query, said) in [
        ("x ".repeat(9_000), "too long"),
        ("x ".repeat(1_001), "1000 terms"),
        (format!("tag:{}x", "x,".repeat(1_000)), "1000 terms"),
        ("(".repeat(10_000), "deeper than 64"),
        ("-".repeat(10_000) + "x", "deeper than 64"),
        ("NOT ".repeat(65) + "x", "deeper than 64"),
    ] {
        let wrong = wrong(&query);
        assert!(wrong.message.contains(said) && wrong.message.len() < 200, "{said}: {wrong:?}");
    }
    parsed(&"x ".repeat(1_000));
    parsed(&format!("{}x{}", "(".repeat(64), ")".repeat(64)));
    assert!(wrong(&format!("status:{}", "x".repeat(9_000))).message.len() < 200);
}

#[test]
fn me_needs_an_agent() {
    let settings = settings("UTC");
    let unknown = || Me::Unknown { hint: "loket people new".into() };
    for query in ["assignee:me", "view:mine", "a team:sam,me"] {
        let wrong = parse_as(query, unknown(), &settings).expect_err(query);
        assert!(wrong.missing_agent && wrong.hint.as_deref() == Some("loket people new"), "{query}: {wrong:?}");
    }
    let open = parse_as("view:open", unknown(), &settings).unwrap();
    assert_eq!(open, parse_as(&view("open").unwrap(), Me::Nobody, &settings).unwrap());
    assert_eq!(parse_as("team:me", Me::Nobody, &settings).unwrap(), Expr::Or(Vec::new()));
    assert_eq!(parse_as("cc:me,sam", Me::Nobody, &settings).unwrap(), field(Field::Cc, &[text("sam")]));
}

#[test]
fn a_pointer_stands_under_the_place() {
    assert_eq!(render_pointer("status:open asignee:me", 13), "status:open asignee:me\n            ^");
    assert_eq!(render_pointer("a\nb\u{1b}c", 4), "a b\\u{1b}c\n   ^");
    assert_eq!(render_pointer("a\u{1b}bc", 3), "a\\u{1b}bc\n       ^");
    assert_eq!(render_pointer("", 1), "\n^");
    let long = render_pointer(&"x".repeat(500), 300);
    let (line, mark) = long.split_once('\n').unwrap();
    assert!(
        line.starts_with('…') && line.ends_with('…') && line.chars().count() < 100 && mark.len() == 31 + 1,
        "{long}"
    );
}

#[test]
fn a_date_is_its_day_in_the_desks_zone() {
    let amsterdam = settings("Europe/Amsterdam");
    let range = |query: &str| match parse_as(&format!("created:{query}"), jo(), &amsterdam).unwrap() {
        Expr::Test(Test::Field { any, .. }) => any,
        other => panic!("{query}: {other:?}"),
    };
    let (from, before) = (|text| Bound::Included(at(text)), |text| Bound::Excluded(at(text)));
    let open = || Bound::Unbounded;
    for (query, lower, upper) in [
        ("2026-11-21", from("2026-11-20T23:00:00Z"), before("2026-11-21T23:00:00Z")),
        ("2026-03-29", from("2026-03-28T23:00:00Z"), before("2026-03-29T22:00:00Z")),
        ("2026-10-25", from("2026-10-24T22:00:00Z"), before("2026-10-25T23:00:00Z")),
        (">=2026-03-29", from("2026-03-28T23:00:00Z"), open()),
        (">2026-03-29", from("2026-03-29T22:00:00Z"), open()),
        ("<=2026-03-29", open(), before("2026-03-29T22:00:00Z")),
        ("<2026-03-29", open(), before("2026-03-28T23:00:00Z")),
        ("2026-03-29..2026-10-25", from("2026-03-28T23:00:00Z"), before("2026-10-25T23:00:00Z")),
        ("2026-03-29..", from("2026-03-28T23:00:00Z"), open()),
        ("..2026-03-29", open(), before("2026-03-29T22:00:00Z")),
        ("Today", from("2026-11-21T23:00:00Z"), before("2026-11-22T23:00:00Z")),
        ("yesterday", from("2026-11-20T23:00:00Z"), before("2026-11-21T23:00:00Z")),
        ("now..today", from("2026-11-22T08:00:00Z"), before("2026-11-22T23:00:00Z")),
        (">=now-7d", from("2026-11-15T08:00:00Z"), open()),
        ("<=now+2h", open(), Bound::Included(at("2026-11-22T10:00:00Z"))),
        (">now-90m", before("2026-11-22T06:30:00Z"), open()),
        ("now-1w..now", from("2026-11-15T08:00:00Z"), Bound::Included(at("2026-11-22T08:00:00Z"))),
        ("2026-11-21T10:00:00+01:00..", from("2026-11-21T09:00:00Z"), open()),
    ] {
        assert_eq!(range(query), [Match::Range(lower, upper)], "{query}");
    }
    assert_eq!(range("2026-11-21T10:00:00Z"), [Match::Equals(at("2026-11-21T10:00:00Z"))]);
}
