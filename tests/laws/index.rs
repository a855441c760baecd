//! A query over the index answers what the evaluator answers in memory; an index caught up, overlaid or built anew
//! answers the same.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::Path;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use loket::domain::clock::Derived;
use loket::domain::event::{Event, closed_at};
use loket::domain::facts::Facts;
use loket::domain::query::{Expr, Field, Has, Is, Match, Part, Test, Value, matches};
use loket::domain::settings::Settings;
use loket::domain::ticket::{Priority, State};
use loket::format::{layout, settings};
use loket::progress::Silent;
use loket::search::{Derive, HitKind, Level, Opening, Reader, Words, parse_sort};
use loket::store::{Desk, Found, Snapshot};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const SETTINGS: &str = "desk: Laws\nlanguage: en\nlanguages: [en, nl]\nstatuses: {parked: hold}\n\
    fields: {product: {type: enum, values: [portal, app]}, seats: {type: number}, on: {type: date}, paid: {type: bool}}\n";
const WORDS: [&str; 10] =
    ["printer", "printers", "login", "logging", "rekening", "rekeningen", "slow", "the", "e-mail", "Naïve"];
const STATUSES: [&str; 8] = ["new", "open", "waiting", "on-hold", "parked", "solved", "closed", "spam"];
const PEOPLE: [&str; 3] = ["jo", "sam", "Kim"];
const REQUESTERS: [&str; 4] = ["ann@example.com", "BOB@other.example", "carl@third.example", "dora@example.com"];

fn git(folder: &Path, arguments: &[&str], date: &str) {
    let done = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .env("GIT_AUTHOR_DATE", date)
        .env("GIT_COMMITTER_DATE", date)
        .output()
        .unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A small generator of its own: a desk has to be the same for every case of a run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn text(&mut self) -> String {
        (0..1 + self.roll(4)).map(|_| self.one(&WORDS)).collect::<Vec<_>>().join(" ")
    }
}

fn ticket(dice: &mut Dice, number: usize) -> (String, String) {
    let id = format!("26{:02}{:02}-{:04}", 1 + number % 9, 1 + number % 28, number);
    let mut front = format!(
        "title: {}\nstatus: {}\ncreated: 2026-{}-{}T{:02}:00:00Z\n",
        dice.text(),
        dice.one(&STATUSES),
        &id[2..4],
        &id[4..6],
        dice.roll(24)
    );
    let mut maybe = |dice: &mut Dice, line: String| {
        if dice.roll(2) == 0 {
            front.push_str(&line);
        }
    };
    let lines = [
        format!("priority: {}\n", dice.one(&["low", "normal", "high", "urgent"])),
        format!("type: {}\n", dice.one(&["question", "incident"])),
        format!("assignee: {}\n", dice.one(&PEOPLE)),
        format!("team: {}\n", dice.one(&["first-line", "second-line"])),
        format!("requester: {}\n", dice.one(&REQUESTERS)),
        format!("tags: [{}, {}]\n", dice.one(&["login", "App"]), dice.one(&["billing", "vip"])),
        format!("cc: [{}]\n", dice.one(&REQUESTERS)),
        format!("channel: {}\n", dice.one(&["email", "phone"])),
        format!("language: {}\n", dice.one(&["en", "nl", "fr"])),
        "line: 2\n".to_owned(),
        format!("links:\n  - {} 260202-0001\n", dice.one(&["blocked-by", "parent"])),
        format!(
            "fields: {{product: {}, seats: {}, on: 2026-0{}-01, paid: {}}}\n",
            dice.one(&["portal", "app"]),
            dice.roll(20),
            1 + dice.roll(9),
            dice.one(&["true", "false"])
        ),
        format!("satisfaction: {{score: {}}}\n", 1 + dice.roll(5)),
    ];
    for line in lines {
        maybe(dice, line);
    }
    let path = layout::ticket(&id.parse().unwrap());
    (path, format!("---\n{front}---\n{}\n", dice.text()))
}

fn comment(dice: &mut Dice, path: &str, number: usize) -> (String, String) {
    let folder = path.trim_end_matches("ticket.md");
    let author = if dice.roll(2) == 0 { dice.one(&PEOPLE) } else { dice.one(&REQUESTERS) };
    let visibility = dice.one(&["public", "internal"]);
    let text = format!(
        "---\nauthor: {author}\ndate: 2026-11-0{}T10:00:00Z\nvisibility: {visibility}\n---\n{}\n",
        1 + number,
        dice.text()
    );
    (format!("{folder}2026110{}T100000Z-0000.md", 1 + number), text)
}

struct Laboratory {
    folder: tempfile::TempDir,
}

impl Laboratory {
    fn new(seed: u64) -> Laboratory {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git(root, &["init", "-q"], "2026-01-01T00:00:00Z");
        git(root, &["config", "user.name", "Jo"], "");
        git(root, &["config", "user.email", "jo@acme.example"], "");
        let mut dice = Dice(seed);
        let write = |path: &str, text: &str| {
            let place = root.join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, text).unwrap();
        };
        write("loket.yaml", SETTINGS);
        write("orgs/example.md", "---\nname: Example\ndomains: [example.com]\n---\n");
        write("customers/dora.md", "---\nname: Dora\nemails: [dora@example.com]\norganisation: other\n---\n");
        write("kb/a/vpn.md", "---\ntitle: The printer and login\nlanguage: en\naliases: [slow]\n---\nLogging in.\n");
        for number in 0..60 {
            let (path, text) = ticket(&mut dice, number);
            write(&path, &text);
            for other in 0..dice.roll(4) {
                let (path, text) = comment(&mut dice, &path, other);
                write(&path, &text);
            }
        }
        git(root, &["add", "-A"], "");
        git(root, &["commit", "-qm", "tickets"], "2026-11-01T00:00:00Z");
        Laboratory { folder }
    }

    /// Changes some tickets, one commit each.
    fn change(&self, seed: u64, times: usize) {
        let mut dice = Dice(seed);
        for round in 0..times {
            let number = dice.roll(60);
            let (path, text) = ticket(&mut dice, number);
            let place = self.folder.path().join(&path);
            match dice.roll(5) {
                0 if place.exists() => std::fs::remove_dir_all(place.parent().unwrap()).unwrap(),
                1 if place.exists() => {
                    let (path, text) = comment(&mut dice, &path, 5 + round % 4);
                    std::fs::write(self.folder.path().join(path), text).unwrap();
                }
                _ => {
                    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                    std::fs::write(&place, text).unwrap();
                }
            }
            git(self.folder.path(), &["add", "-A"], "");
            git(
                self.folder.path(),
                &["commit", "-q", "--allow-empty", "-m", "change"],
                &format!("2026-11-02T00:00:{round:02}Z"),
            );
        }
    }

    fn desk(&self) -> Desk {
        match Desk::find(self.folder.path()).unwrap() {
            Found::Desk(desk) => *desk,
            _ => panic!("the laboratory is no desk"),
        }
    }
}

fn words() -> Words {
    Words { language: "en".into() }
}

/// Every ticket with all that can be asked of it, read from git alone.
fn facts(snapshot: &Snapshot<'_>, settings: &Settings, reader: &Reader<'_>) -> Vec<Facts> {
    let orgs = reader.orgs().unwrap();
    let mut all = Vec::new();
    snapshot
        .each_ticket(&mut |id, folder| {
            let found = snapshot.ticket_in(&id, folder).unwrap().unwrap();
            let file = found.file.unwrap();
            let events = reader.events_of(&id).unwrap();
            let state = settings.state(&file.ticket.status).unwrap();
            all.push(Facts {
                state,
                org: file.ticket.requester.as_deref().and_then(|address| orgs.find(address)).map(str::to_owned),
                updated: events.last().map(|event| event.date),
                closed: closed_at(&events, state, |status| settings.state(status)),
                promise: None,
                ticket: file.ticket,
                body: file.body,
                thread: found.thread,
            });
            Ok(())
        })
        .unwrap();
    all
}

fn instant() -> impl Strategy<Value = Timestamp> + Clone {
    (0i64..330 * 24 * 2)
        .prop_map(|half| "2026-01-01T00:00:00.5Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(30 * half))
}

fn bound<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = Bound<T>> {
    prop_oneof![Just(Bound::Unbounded), value.clone().prop_map(Bound::Included), value.prop_map(Bound::Excluded)]
}

/// Ranges the parser would make: not empty, not unbounded on both sides.
fn range(value: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Match> {
    (bound(value.clone()), bound(value)).prop_filter_map("a range", |(low, high)| {
        (!matches!((&low, &high), (Bound::Unbounded, Bound::Unbounded))).then_some(Match::Range(low, high))
    })
}

fn text_match(values: &'static [&'static str]) -> impl Strategy<Value = Match> {
    prop_oneof![
        1 => Just(Match::None),
        1 => Just(Match::Any),
        6 => proptest::sample::select(values).prop_map(|text| Match::Equals(Value::Text(text.to_lowercase()))),
    ]
}

fn field() -> impl Strategy<Value = Test> {
    let test = |field: Field| move |one: Match| Test::Field { field: field.clone(), any: vec![one] };
    let number = || proptest::sample::select(&[0.0, 1.0, 2.5, 3.0, 4.0, 5.0, 12.0][..]).prop_map(Value::Number);
    let time = || instant().prop_map(Value::Instant);
    let day = || (1u8..10).prop_map(|month| Value::Text(format!("2026-0{month}-01")));
    prop_oneof![
        text_match(&STATUSES).prop_map(test(Field::Status)),
        proptest::sample::select(&State::ALL[..])
            .prop_map(|state| Match::Equals(Value::State(state)))
            .prop_map(test(Field::State)),
        range(proptest::sample::select(&Priority::ALL[..]).prop_map(Value::Priority)).prop_map(test(Field::Priority)),
        text_match(&["question", "incident"]).prop_map(test(Field::Type)),
        text_match(&PEOPLE).prop_map(test(Field::Assignee)),
        text_match(&["first-line", "second-line"]).prop_map(test(Field::Team)),
        text_match(&REQUESTERS).prop_map(test(Field::Requester)),
        text_match(&["example", "other"]).prop_map(test(Field::Org)),
        text_match(&REQUESTERS).prop_map(test(Field::Cc)),
        text_match(&["login", "app", "billing", "vip"]).prop_map(test(Field::Tag)),
        text_match(&["email", "phone"]).prop_map(test(Field::Channel)),
        text_match(&["en", "nl", "fr"]).prop_map(test(Field::Language)),
        text_match(&["blocked-by", "parent", "260202-0001", "0001", "00"]).prop_map(test(Field::Link)),
        text_match(&PEOPLE).prop_map(test(Field::AnsweredBy)),
        text_match(&["260202-0001", "000", "2603"]).prop_map(test(Field::Id)),
        range(proptest::sample::select(&["2603", "260405-0003", "2607"][..]).prop_map(|id| Value::Text(id.into())))
            .prop_map(test(Field::Id)),
        range(time()).prop_map(test(Field::Created)),
        range(time()).prop_map(test(Field::Updated)),
        range(time()).prop_map(test(Field::Closed)),
        proptest::sample::select(&[Match::None, Match::Any][..]).prop_map(test(Field::Closed)),
        range(number()).prop_map(test(Field::Satisfaction)),
        any::<bool>().prop_map(|truth| Match::Equals(Value::Bool(truth))).prop_map(test(Field::Escalated)),
        text_match(&["portal", "app"]).prop_map(test(Field::Custom("product".into()))),
        range(number()).prop_map(test(Field::Custom("seats".into()))),
        range(day()).prop_map(test(Field::Custom("on".into()))),
        any::<bool>().prop_map(|truth| Match::Equals(Value::Bool(truth))).prop_map(test(Field::Custom("paid".into()))),
    ]
}

fn text() -> impl Strategy<Value = Test> {
    let part = proptest::sample::select(&[Part::Any, Part::Title, Part::Body, Part::Comment][..]);
    let word = proptest::sample::select(&WORDS[..]).prop_map(|word| (word.to_owned(), false));
    let phrase = (proptest::sample::select(&WORDS[..]), proptest::sample::select(&WORDS[..]))
        .prop_map(|(a, b)| (format!("{a} {b}"), true));
    (part, prop_oneof![3 => word, 1 => phrase]).prop_map(|(part, (text, phrase))| Test::Text { part, text, phrase })
}

fn expr() -> impl Strategy<Value = Expr> {
    let is = proptest::sample::select(&[Is::Open, Is::Closed, Is::Unanswered, Is::Escalated, Is::Unassigned][..])
        .prop_map(Test::Is);
    let has =
        proptest::sample::select(&[Has::Attachment, Has::Comment, Has::Internal, Has::Pattern][..]).prop_map(Test::Has);
    let leaf = prop_oneof![6 => field(), 3 => text(), 1 => is, 1 => has].prop_map(Expr::Test);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Expr::Or),
            inner.prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

fn open<'a>(desk: &'a Desk, snapshot: &'a Snapshot<'a>, settings: &'a Settings) -> Reader<'a> {
    let derive = &NoPolicies;
    Reader::open(&Opening { desk, snapshot, settings, level: Level::Timeline, progress: &Silent, derive }).unwrap()
}

/// A desk without policies.
struct NoPolicies;

impl Derive for NoPolicies {
    fn fingerprint(&self) -> loket::failure::Result<String> {
        Ok(String::new())
    }

    fn wants_org(&self) -> bool {
        false
    }

    fn derive(&self, facts: &Facts, events: &[Event]) -> Derived {
        let life = loket::workflow::life::life(facts, events, &Settings::default());
        Derived { life, promise: None, wakes: None }
    }
}

/// Compares the reader with the evaluator on many random queries.
fn agree(desk: &Desk, snapshot: &Snapshot<'_>, cases: u32) {
    let settings = settings::parse(SETTINGS.as_bytes()).unwrap();
    let reader = open(desk, snapshot, &settings);
    let all = facts(snapshot, &settings, &reader);
    assert!(all.len() > 30);
    let words = words();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let judged = runner.run(&expr(), |expr| {
        let want: BTreeSet<String> =
            all.iter().filter(|facts| matches(&expr, facts, &words)).map(|facts| facts.ticket.id.to_string()).collect();
        let got: BTreeSet<String> = reader.ids(&expr, &[], None).unwrap().into_iter().map(String::from).collect();
        prop_assert_eq!(&got, &want);
        prop_assert_eq!(reader.count(&expr).unwrap(), want.len());
        Ok(())
    });
    judged.unwrap();
}

#[test]
fn the_index_answers_what_the_evaluator_does() {
    let laboratory = Laboratory::new(1);
    let desk = laboratory.desk();
    agree(&desk, &desk.head().unwrap(), 400);
}

#[test]
fn an_overlay_and_a_catch_up_answer_what_the_evaluator_does() {
    let laboratory = Laboratory::new(2);
    let desk = laboratory.desk();
    agree(&desk, &desk.head().unwrap(), 20);
    laboratory.change(7, 12);
    agree(&desk, &desk.head().unwrap(), 200);
    laboratory.change(8, 60);
    agree(&desk, &desk.head().unwrap(), 200);
}

#[test]
fn the_past_answers_what_the_evaluator_does() {
    let laboratory = Laboratory::new(3);
    laboratory.change(9, 70);
    let desk = laboratory.desk();
    agree(&desk, &desk.head().unwrap(), 5);
    for revision in ["HEAD~3", "HEAD~40"] {
        agree(&desk, &desk.at_commit(desk.find_commit(revision).unwrap().unwrap()).unwrap(), 150);
    }
}

/// Everything a reader can be asked, as text.
fn everything(desk: &Desk) -> String {
    let settings = settings::parse(SETTINGS.as_bytes()).unwrap();
    let snapshot = desk.head().unwrap();
    let reader = open(desk, &snapshot, &settings);
    let mut out = String::new();
    let sort = parse_sort("-priority,title").unwrap();
    for row in reader.list(&Expr::all(), &sort, None).unwrap() {
        out.push_str(&format!("{}\n", serde_json::to_string(&row).unwrap()));
    }
    for text in WORDS {
        let word = Expr::Test(Test::Text { part: Part::Any, text: text.into(), phrase: false });
        for limit in [Some(3), None] {
            for hit in reader.search(&word, &HitKind::ALL, false, limit).unwrap().hits {
                out.push_str(&format!("{text} {limit:?} {} {} {:?}\n", hit.score, hit.path, hit.snippet));
            }
        }
    }
    let mut events = Vec::new();
    reader
        .each_event(None, &mut |event| events.push((event.ticket, event.commit, event.changes, event.comment)))
        .unwrap();
    events.sort_by_key(|event| format!("{event:?}"));
    events.dedup();
    format!("{out}{events:#?}")
}

#[test]
fn deleting_the_index_changes_no_answer() {
    let laboratory = Laboratory::new(4);
    let desk = laboratory.desk();
    everything(&desk);
    for (seed, times) in [(1, 3), (2, 9), (3, 50), (4, 5)] {
        laboratory.change(seed, times);
        let before = everything(&desk);
        std::fs::remove_dir_all(desk.state()).unwrap();
        let after = everything(&desk);
        similar(&before, &after);
        laboratory.change(seed + 100, 2);
    }
}

fn similar(before: &str, after: &str) {
    for (number, (left, right)) in before.lines().zip(after.lines()).enumerate() {
        assert_eq!(left, right, "line {number}");
    }
    assert_eq!(before.len(), after.len());
}
