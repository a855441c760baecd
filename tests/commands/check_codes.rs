//! Every code of `check`, each from one small defect, at its place.

use std::collections::BTreeSet;

use loket::domain::finding::CODES;

use crate::support::{Desk, ticket_path};

/// Stands in a file of a case where the finding has to point.
const HERE: char = '▸';

/// A defect: the code it is found as, and the files it is in. A path given twice is committed twice.
type Case = (&'static str, Vec<(String, String)>);

fn case<const N: usize>(code: &'static str, files: [(&str, &str); N]) -> Case {
    (code, files.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec())
}

/// A ticket with more keys, from line 5 on.
fn ticket(id: &str, keys: &str) -> (String, String) {
    let text = format!("---\ntitle: T\nstatus: open\ncreated: 2026-11-22T08:00:00Z\n{keys}---\nWords.\n");
    (ticket_path(id), text)
}

fn of_ticket(code: &'static str, keys: &str) -> Case {
    (code, vec![ticket("261122-aaaaa", keys)])
}

/// A comment of a ticket that is sound.
fn of_comment(code: &'static str, author: &str, body: &str) -> Case {
    let (ticket, text) = ticket("261122-aaaaa", "");
    let path = ticket.replace("ticket.md", "20261122T091500Z-0000.md");
    let comment = format!("---\nauthor: {author}\ndate: 2026-11-22T09:15:00Z\nvisibility: public\n---\n{body}\n");
    (code, vec![(ticket, text), (path, comment)])
}

/// A public article at `kb/a/one.md`; its body begins at line 5.
fn of_article(code: &'static str, body: &str) -> Case {
    case(code, [("kb/a/one.md", &format!("---\ntitle: One\nvisibility: public\n---\n{body}\n"))])
}

/// The same with more articles, each by path, visibility and body.
fn of_articles(code: &'static str, body: &str, others: &[(&str, &str, &str)]) -> Case {
    let mut one = of_article(code, body);
    one.1.extend(others.iter().map(|(path, visibility, body)| {
        (format!("kb/{path}.md"), format!("---\ntitle: {path}\nvisibility: {visibility}\n---\n{body}\n"))
    }));
    one
}

fn of_pattern(code: &'static str, keys: &str, response: &str) -> Case {
    case(
        code,
        [(
            "patterns/calm.md",
            &format!(
                "---\ntitle: Calm\n{keys}---\n# Situation\n\nx\n\n# Approach\n\nx\n\n# Response\n\n{response}\n\n# Next steps\n\nx\n"
            ),
        )],
    )
}

fn of_process(code: &'static str, steps: &str) -> Case {
    case(code, [("processes/flow.md", &format!("---\ntitle: Flow\nsteps:\n{steps}---\n"))])
}

fn of_files() -> Vec<Case> {
    let settings = "desk: Acme\nlanguages: [en, nl]\n▸colour: red\n";
    let (stray, text) = ticket("261122-aaaaa", "");
    let (beside, sound) = ticket("261122-aaaaa", "");
    let beside = vec![(beside.replace("ticket.md", "notes.txt"), "▸x\n".to_owned()), (beside, sound)];
    let (twin, other) = ("emails: ▸[Kim@Acme.example]", "emails: ▸[kim@acme.example, k@acme.example]");
    vec![
        of_ticket("file-unreadable", "priority: ▸highest\n"),
        case("file-unreadable", [("people/kim.md", "---\nname: Kim\nrole: ▸king\n---\n")]),
        case("file-unreadable", [("kb/a/one.md", "---\ntitle: One\nvisibility: ▸everybody\n---\n")]),
        case("file-unknown", [("policy/veiws.yaml", "▸a: b\n")]),
        case("file-unknown", [("people/notes.txt", "▸x\n")]),
        case("file-unknown", [("kb/a/one.md.orig", "▸x\n")]),
        ("file-unknown", beside),
        ("file-place", vec![(stray.replace("11/22", "11/21"), format!("{HERE}{text}"))]),
        of_ticket("key-unknown", "▸prioriti: high\n"),
        case("key-unknown", [("loket.yaml", settings)]),
        case("key-unknown", [("people/kim.md", "---\nname: Kim\n▸shoes: 41\n---\n")]),
        case(
            "email-twice",
            [
                ("customers/kim.md", &format!("---\nname: Kim\n{twin}\n---\n")),
                ("people/kim.md", &format!("---\nname: Kim\n{other}\n---\n")),
            ],
        ),
        case("org-unknown", [("customers/kim.md", "---\nname: Kim\norganisation: ▸nowhere\n---\n")]),
        case("reference", [("people/kim.md", "---\nname: Kim\ncalendar: ▸lunar\n---\n")]),
        case(
            "agent-unknown",
            [(
                "people/kim.md",
                "---\nname: Kim\naway: [{from: 2026-12-01, to: 2026-12-10, substitute: ▸ghost}]\n---\n",
            )],
        ),
    ]
}

fn of_tickets() -> Vec<Case> {
    let circle = |id: &str, into: &str| ticket(id, &format!("merged-into: ▸{into}\n"));
    let twice = |id: &str| ticket(id, "external-id: ▸OLD-7\n");
    let unfit = |field: &str| of_ticket("field-value", &format!("fields: ▸{{{field}}}\n"));
    let mut status = of_ticket("status-unknown", "");
    status.1[0].1 = status.1[0].1.replace("status: open", "status: ▸oepn");
    vec![
        status,
        of_ticket("type-unknown", "type: ▸wish\n"),
        of_ticket("channel-unknown", "channel: ▸pigeon\n"),
        of_ticket("field-unknown", "fields: ▸{colour: red}\n"),
        unfit("product: fridge"),
        unfit("seats: many"),
        unfit("started: soon"),
        unfit("paid: perhaps"),
        of_ticket("agent-unknown", "assignee: ▸ghost\n"),
        of_comment("agent-unknown", "▸ghost", "Words."),
        of_ticket("team-unknown", "team: ▸nobody\n"),
        of_ticket("ticket-unknown", "links: ▸[parent 261122-zzzzz]\n"),
        of_ticket("ticket-unknown", "merged-into: ▸261122-zzzzz\n"),
        ("merge-circle", vec![circle("261122-aaaaa", "261122-bbbbb"), circle("261122-bbbbb", "261122-aaaaa")]),
        ("external-id-twice", vec![twice("261122-aaaaa"), twice("261122-bbbbb")]),
        of_ticket("attachment-missing", "attachments: ▸[lost.png]\n"),
        of_comment("internal-in-public", "jo", "Seen.\n\nsaid ▸<!-- internal -->\nx\n<!-- /internal -->"),
    ]
}

fn of_knowledge() -> Vec<Case> {
    let translation = "---\ntitle: Een\nvisibility: public\n---\nTekst.\n";
    let original = |text: &str| format!("---\ntitle: One\nvisibility: public\n---\n{text}\n");
    vec![
        case("title-missing", [("kb/a/one.md", "▸---\nvisibility: public\n---\nText.\n")]),
        case(
            "title-twice",
            [("kb/a/one.md", "---\ntitle: ▸Start\n---\nText.\n"), ("kb/b/two.md", "---\ntitle: ▸start\n---\nText.\n")],
        ),
        of_article("agent-unknown", "").keyed("owner: ▸ghost\n"),
        of_article("internal-mark", "Seen.\n\nsaid ▸<!-- internal -->\nrest"),
        of_article("internal-mark", "Seen.\n\né ▸<!-- /internal -->"),
        of_article("link-file", "Text.\n\née ▸[gone](gone.md)"),
        of_article("link-file", "See ▸[b][b].\n\n[b]: gone.md"),
        of_articles("link-anchor", "See ▸[b](two.md#no).", &[("a/two", "public", "# Yes")]),
        of_article("link-anchor", "# Yes\n\nSee ▸[here](#no)."),
        of_article("link-slug", "See ▸[[gone]]."),
        of_articles("link-ambiguous", "See ▸[[two]].", &[("a/two", "public", "x"), ("b/two", "public", "x")]),
        of_article("link-outside", "See ▸[b](../../../etc.md)."),
        of_article("link-ticket", "As in ▸#261122-zzzzz."),
        of_articles("link-not-public", "See ▸[b](two.md).", &[("a/two", "internal", "x")]),
        of_article("article-stale", "Text.").keyed("reviewed: ▸2026-01-01\nreview-every: 30d\n"),
        of_article("article-stale", "Text.").keyed("review-every: ▸30d\n"),
        case(
            "translation-outdated",
            [
                ("kb/a/one.md", &original("First.")),
                ("kb/a/one.nl.md", &format!("{HERE}{translation}")),
                ("kb/a/one.md", &original("Second, and quite another text.")),
            ],
        ),
        case("translation-orphan", [("kb/a/one.nl.md", &format!("{HERE}{translation}"))]),
        of_article("translation-orphan", "Text.").keyed("translation-of: ▸two\n"),
    ]
}

fn of_answers() -> Vec<Case> {
    vec![
        of_pattern("internal-in-public", "", "Dear.\n\n▸<!-- internal -->x<!-- /internal -->"),
        of_pattern("template", "", "Dear {{ ▸requester.shoes }},"),
        of_pattern("query", "when: \"tag:x ▸nokey:y\"\n", "Dear."),
        of_pattern("reference", "set: {status: ▸oepn}\n", "Dear."),
        of_pattern("link-file", "", "See ▸[x](gone.md)."),
        case("query", [("policy/views.yaml", "mine: {query: \"tag:x ▸nokey:y\"}\n")]),
        case("policy", [("policy/calendars.yaml", "office:\n  hours: {mon: [\"▸09:00-08:00\"]}\n")]),
        case("policy", [("policy/rules.yaml", "- name: x\n  on: [▸never]\n  then: [{set: {type: question}}]\n")]),
        case("policy", [("loket.yaml", "desk: Acme\n▸close-after: soon\n")]),
        case("policy", [("loket.yaml", "mail: {smtp: ▸\"smtps://me:secret@mail.example.com\"}\n")]),
        case("policy", [("loket.yaml", "mail: {imap: ▸\"http://mail.example.com\"}\n")]),
        case("key-unknown", [("loket.yaml", "mail: {▸adress: a@example.com}\n")]),
        case(
            "reference",
            [("policy/calendars.yaml", "office:\n  hours: {mon: [\"09:00-17:00\"]}\n  holidays: [▸gone.ics]\n")],
        ),
        case("team-unknown", [("policy/rules.yaml", "- name: x\n  on: [created]\n  then: [{set: {team: ▸nobody}}]\n")]),
        of_process("process-step", "  ▸a: {ask: A, options: {x: {next: z}, y: {end: open}}}\n"),
        of_process("process-unreachable", "  a: {do: A, end: open}\n  ▸b: {do: B, end: open}\n"),
        of_process("process-endless", "  ▸a: {do: A, next: b}\n  ▸b: {do: B, next: a}\n"),
        of_process("policy", "  a: {do: A, end: ▸weit}\n"),
        of_process("policy", "  a: {do: A, next: b}\n  b: {do: B, end: ▸weit}\n  c: {do: C, next: b}\n"),
        of_process("policy", "  a: {ask: A, set: ▸nokey, end: open}\n"),
        of_process("reference", "  a: {ask: A, set: ▸field.colour, end: open}\n"),
        of_process("reference", "  a: {do: A, pattern: ▸gone, end: open}\n"),
    ]
}

/// What looks like a secret is put together here, so that none stands in this file.
fn of_secrets() -> Vec<Case> {
    let token = format!("gh{}_{}", 'p', "aB3".repeat(12));
    let key = format!("-----BEGIN {} KEY-----", "RSA PRIVATE");
    let password = format!("pass{}: hunt3r-{}", "word", "42");
    vec![
        of_comment("secret-key", "jo", &format!("Take this:\n\nit is ▸{token}.")),
        of_ticket("secret-key", "").body(&format!("Mine:\n▸{key}\n")),
        of_article("secret-key", &format!("Text.\n\n▸{key}")),
        of_article("secret-password", &format!("Text.\n\nThe ▸{password}")),
        of_comment("secret-password", "jo", &format!("Your ▸{password}")),
    ]
}

trait Changed {
    /// With more keys.
    fn keyed(self, keys: &str) -> Self;
    /// With more in its body.
    fn body(self, text: &str) -> Self;
}

impl Changed for Case {
    fn keyed(mut self, keys: &str) -> Case {
        self.1[0].1 = self.1[0].1.replacen("visibility: public\n", &format!("visibility: public\n{keys}"), 1);
        self
    }

    fn body(mut self, text: &str) -> Case {
        self.1[0].1.push_str(text);
        self
    }
}

/// Where the marks of a text stand, and the text without them.
fn marked(path: &str, text: &str) -> (Vec<String>, String) {
    let (mut places, mut clean, mut line, mut column) = (Vec::new(), String::new(), 1, 1);
    for letter in text.chars() {
        match letter {
            HERE => places.push(format!("{path}:{line}:{column}")),
            '\n' => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
        if letter != HERE {
            clean.push(letter);
        }
    }
    (places, clean)
}

#[test]
fn every_code_is_found_at_its_place_and_alone() {
    let cases: Vec<Case> =
        [of_files(), of_tickets(), of_knowledge(), of_answers(), of_secrets()].into_iter().flatten().collect();
    let desk = Desk::acme();
    let base = desk.head();
    let mut wrong = Vec::new();
    for (code, files) in &cases {
        desk.at("2026-11-22T09:00:00Z");
        let mut expected = BTreeSet::new();
        for (index, (path, text)) in files.iter().enumerate() {
            if files[..index].iter().any(|(earlier, _)| earlier == path) {
                desk.commit("so far");
                desk.at("2026-11-23T09:00:00Z");
            }
            let (places, clean) = marked(path, text);
            expected.extend(places.into_iter().map(|place| format!("{place} {code}")));
            desk.write(path, clean);
        }
        desk.commit("a defect");
        let done = desk.run("check --json");
        let found: BTreeSet<String> = done
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap().to_owned();
                format!("{}:{}:{} {}", text("path"), one["line"], one["column"], text("code"))
            })
            .collect();
        assert!(!expected.is_empty(), "a case of {code} has no mark");
        if found != expected {
            wrong.push(format!("{expected:?}\n    was {}", done.stdout));
        }
        desk.git(format!("reset -q --hard {base}"));
        desk.git("clean -qfd");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    let covered: BTreeSet<&str> = cases.iter().map(|(code, _)| *code).collect();
    let missing: Vec<&str> = CODES.iter().map(|code| code.name).filter(|name| !covered.contains(name)).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
}

#[test]
fn every_code_is_as_grave_as_it_says() {
    let desk = Desk::acme();
    desk.write("kb/a/one.md", "---\nvisibility: draft\n---\n[gone](gone.md)\n");
    desk.commit("an error and a warning");
    let done = desk.run("check --json").exits(1).json();
    for one in done.as_array().unwrap() {
        let code = CODES.iter().find(|code| one["code"] == code.name).unwrap();
        assert_eq!(one["level"], code.level.name(), "{one}");
    }
    assert_eq!(done.as_array().unwrap().len(), 2);
}
